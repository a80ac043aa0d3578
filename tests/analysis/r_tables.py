"""The figures of R in reference_tables.csv: tables, quantile rules, replicate weights."""

from __future__ import annotations

from tests.analysis import r_reference
from tests.analysis.r_reference import DESIGNS, FOLDER, design

__all__ = ["DESIGNS", "FOLDER", "design", "figures"]


def figures(case: str, name: str) -> dict[tuple[str, str], float]:
    """Return R's values of one case in one design, by quantity and level."""
    return r_reference.figures("tables", ("case", "design"))[case, name]
