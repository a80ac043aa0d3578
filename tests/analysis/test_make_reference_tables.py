"""The R script of tables and replicate weights makes the figures that are kept, where R with its survey package is."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import pytest

from tests.analysis.test_make_reference import made_again

SCRIPT = Path(__file__).parent.parent / "testdata" / "make_tables_reference.R"
KEYS = ("case", "design", "call", "quantity", "level")


def kept(folder: Path) -> dict[tuple[str, ...], float]:
    with (folder / "reference_tables.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    values = [math.nan if row["value"] == "NA" else float(row["value"]) for row in rows]
    return dict(zip([tuple(row[name] for name in KEYS) for row in rows], values, strict=True))


@pytest.mark.slow
def test_the_script_makes_the_tables_again(tmp_path):
    made_again(SCRIPT, tmp_path)
    made, stored = kept(tmp_path), kept(SCRIPT.parent)
    assert made.keys() == stored.keys()
    assert len(made) > 4000
    assert list(made.values()) == pytest.approx(
        [stored[key] for key in made], rel=1e-9, abs=1e-12, nan_ok=True
    )
    factors = "replicate_factors.csv"
    assert (tmp_path / factors).read_text() == SCRIPT.with_name(factors).read_text()
