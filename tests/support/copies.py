"""A copy of the survey in which something is added, to count the files that it touches and to walk it."""

from __future__ import annotations

import filecmp
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.support.running import miss

ROOT: Final = Path(__file__).parents[2]
#: What people run. Nothing else is part of the product.
PRODUCT: Final = ("survey", "analysis", "static", "templates", "translations", "migrations", "reference")
COPIED: Final = (*PRODUCT, "questionnaires", "tests", "pyproject.toml")
#: What is made of other files.
_MADE: Final = ("__pycache__", "messages.mo", "messages.pot")
FORM: Final = "questionnaires/community_security.md"


def copied(target: Path) -> Path:
    """The survey, copied into a folder."""
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, target / name, ignore=shutil.ignore_patterns("__pycache__", "testdata"))
        else:
            shutil.copy(source, target / name)
    return target


def _files(root: Path) -> Iterator[str]:
    for part in PRODUCT:
        found = (path for path in (root / part).rglob("*") if path.is_file() and not {*path.parts} & {*_MADE})
        yield from (str(path.relative_to(root)) for path in found)


def touched(copy: Path) -> list[str]:
    """The files of the product that a copy has otherwise."""

    def same(name: str) -> bool:
        ours, theirs = ROOT / name, copy / name
        return ours.exists() and theirs.exists() and filecmp.cmp(ours, theirs, shallow=False)

    return sorted(name for name in {*_files(ROOT), *_files(copy)} if not same(name))


def walk(copy: Path, journey: Path, folder: str) -> None:
    """Run a journey in a copy, beside the fixtures that it needs; skipped where a program is missing."""
    test = copy / folder / f"test_{journey.name}"
    shutil.copy(journey, test)
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", str(test)]
    # Imported from the copy, whatever is installed.
    environment = {**os.environ, "PYTHONPATH": str(copy)}
    done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    if " skipped" in done.stdout:
        miss("a program that the journey needs is missing")
