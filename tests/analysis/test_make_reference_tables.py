"""The R script of tables and replicate weights makes the figures that are kept, where R with its survey package is."""

from __future__ import annotations

import csv
import math
import re
import subprocess
from pathlib import Path

import pytest

from tests.analysis.test_make_reference import r_with, unbalanced

TESTS = Path(__file__).parent.parent
SCRIPT = TESTS / "testdata" / "make_reference_tables.R"


def kept(folder: Path) -> dict[tuple[str, ...], float]:
    with (folder / "reference_tables.csv").open(encoding="utf-8") as file:
        return {
            tuple(row[name] for name in ("case", "design", "call", "quantity", "level")): (
                math.nan if row["value"] == "NA" else float(row["value"])
            )
            for row in csv.DictReader(file)
        }


def test_the_script_is_balanced_and_knows_its_tests():
    text = SCRIPT.read_text(encoding="utf-8")
    assert unbalanced(text) == ""
    named = re.findall(r"^# ---- (\S+) ----$", text, re.MULTILINE)
    using = [
        str(path.relative_to(TESTS.parent))
        for path in sorted(TESTS.rglob("test_*.py"))
        if "from tests.analysis.r_tables import" in path.read_text(encoding="utf-8")
        and path != Path(__file__)
    ]
    assert sorted(named) == using


@pytest.mark.slow
def test_the_script_makes_the_reference_again(tmp_path):
    if not r_with("survey"):
        pytest.skip(
            "R with its package survey is missing: apt-get install r-base, then install.packages('survey')"
        )
    done = subprocess.run(
        ["Rscript", SCRIPT.name, str(tmp_path)],
        cwd=SCRIPT.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    made, stored = kept(tmp_path), kept(SCRIPT.parent)
    assert made.keys() == stored.keys()
    assert list(made.values()) == pytest.approx(
        [stored[key] for key in made], rel=1e-9, abs=1e-12, nan_ok=True
    )
