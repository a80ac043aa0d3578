"""The figures of R in reference_tables.csv: tables, quantile rules, replicate weights."""

from __future__ import annotations

import csv
from collections import defaultdict
from functools import cache

from tests.analysis.r_reference import DESIGNS, FOLDER, design

__all__ = ["DESIGNS", "FOLDER", "design", "figures"]


@cache
def _figures() -> dict[tuple[str, str], dict[tuple[str, str], float]]:
    found: dict[tuple[str, str], dict[tuple[str, str], float]] = defaultdict(dict)
    with (FOLDER / "reference_tables.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            value = float("nan") if row["value"] == "NA" else float(row["value"])
            found[row["case"], row["design"]][row["quantity"], row["level"]] = value
    return found


def figures(case: str, name: str) -> dict[tuple[str, str], float]:
    """Return R's values of one case in one design, by quantity and level."""
    return _figures()[case, name]
