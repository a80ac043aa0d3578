"""The figures of R's survey package that the tests hold, and the designs they were computed on."""

from __future__ import annotations

import csv
from collections import defaultdict
from functools import cache
from pathlib import Path

import pandas as pd

from analysis.sample import Sample, make_sample

FOLDER = Path(__file__).parent.parent / "testdata"

#: The designs of the reference by the ending of its case names, with the R call that makes each.
DESIGNS = {
    "strat": ("apistrat", {"weights": "pw", "strata": "stype"}),
    "strat_fpc": ("apistrat", {"weights": "pw", "strata": "stype", "fpc": "fpc"}),
    "clus1": ("apiclus1", {"weights": "pw", "clusters": "dnum"}),
    "clus1_fpc": ("apiclus1", {"weights": "pw", "clusters": "dnum", "fpc": "fpc"}),
}


@cache
def table(name: str) -> pd.DataFrame:
    return pd.read_csv(FOLDER / f"{name}.csv")


@cache
def design(name: str) -> Sample:
    data, arguments = DESIGNS[name]
    return make_sample(table(data), **arguments)


@cache
def figures(
    name: str = "survey",
    case: tuple[str, str] = ("case", "call"),
    figure: tuple[str, str] = ("quantity", "level"),
) -> dict[tuple[str, str], dict[tuple[str, str], float]]:
    """Return R's values in a file by two columns, then by two others; NaN where R has none."""
    found: dict[tuple[str, str], dict[tuple[str, str], float]] = defaultdict(dict)
    with (FOLDER / f"reference_{name}.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            value = float("nan") if row["value"] == "NA" else float(row["value"])
            found[row[case[0]], row[case[1]]][row[figure[0]], row[figure[1]]] = value
    return found


def r(case: str, call: str) -> dict[tuple[str, str], float]:
    """Return R's values of one call."""
    return figures()[case, call]
