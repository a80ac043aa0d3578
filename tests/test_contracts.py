"""Every import contract is broken once in a copy of the code, and is seen to be."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
#: For each contract a module and an import that it must not have.
PLANTED = {
    "Imports run downward only": ("survey/geography.py", "import survey.web.frame.guard"),
    "What leaves: counted, protected, frozen, read": (
        "survey/publication/counts/cube.py",
        "import survey.publication.release.release",
    ),
    "What is kept: results of a field period of people, in tables": (
        "survey/storage/tables.py",
        "import survey.storage.field.rounds",
    ),
    "What is asked": ("survey/questionnaire/header.py", "import survey.questionnaire.lint.check"),
    "Audiences of the web are strangers": (
        "survey/web/readers/coverage.py",
        "import survey.web.interview.routes",
    ),
    "Analysis from the command line down to columns": (
        "analysis/columns.py",
        "import analysis.estimation.estimates",
    ),
    "Analysis stands alone": ("analysis/sample.py", "import survey.days"),
    "Only publication writes files of figures": (
        "survey/intake/gate.py",
        "import analysis.outputs.spreadsheet",
    ),
}


def contracts(folder: Path) -> dict[str, str]:
    """The outcome of every contract in a copy of the code, by its name."""
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    command = [sys.executable, "-c", program, "--no-cache"]
    output = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stdout
    return dict(re.findall(r"^(.+?) (KEPT|BROKEN)$", output, re.MULTILINE))


def test_every_contract_is_seen_to_break(tmp_path: Path) -> None:
    named = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    assert {contract["name"] for contract in named["contracts"]} == set(PLANTED)
    for package in ("survey", "analysis"):
        shutil.copytree(PROJECT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PROJECT / "pyproject.toml", tmp_path)
    assert contracts(tmp_path) == dict.fromkeys(PLANTED, "KEPT")
    for module, line in PLANTED.values():
        with (tmp_path / module).open("a", encoding="utf-8") as file:
            file.write(f"\n{line}\n")
    assert contracts(tmp_path) == dict.fromkeys(PLANTED, "BROKEN")
