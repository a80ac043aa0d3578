"""The subcommand small-areas: Fay-Herriot estimates from a CSV file with one row per area, as CSV."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np

from analysis.columns import DesignError, number_column, place
from analysis.commands.designs import listed, read_file, write_rows
from analysis.models.benchmarking import BENCHMARKS, benchmark
from analysis.models.small_areas import METHODS, fay_herriot

COLUMNS = (
    *("part", "name", "estimate", "rmse", "direct", "direct_se"),
    *("direct_weight", "synthetic", "note"),
)


def add_small_areas(subparsers: Any) -> None:
    """Add the subcommand that estimates small areas."""
    parser = subparsers.add_parser("small-areas", help="direct estimates drawn towards what auxiliaries say")
    parser.add_argument(
        "data", metavar="AREAS.csv", type=Path, help="one row per area, names in the first line"
    )
    parser.add_argument(
        "--estimate", metavar="COL", required=True, help="direct estimates; empty where there is none"
    )
    spread = parser.add_mutually_exclusive_group(required=True)
    spread.add_argument("--variance", metavar="COL", help="their sampling variances")
    spread.add_argument("--se", metavar="COL", help="their standard errors")
    parser.add_argument("--area", metavar="COL", help="names of the areas (without it they are counted)")
    parser.add_argument(
        "--terms", metavar="T,…", type=listed, default=(), help="auxiliary columns; A:B an interaction"
    )
    parser.add_argument(
        "--factor", metavar="COL,…", type=listed, default=(), help="columns of numbers that are factors"
    )
    parser.add_argument(
        "--method", choices=METHODS, default=METHODS[0], help="of the variance between areas (REML)"
    )
    known = parser.add_argument_group("a known total, with which the estimates are to agree")
    known.add_argument("--total", type=float, help="what the estimates times the sizes add up to")
    known.add_argument("--sizes", metavar="COL", help="what each area counts in it")
    known.add_argument("--benchmark", choices=BENCHMARKS, default=BENCHMARKS[0], help="how (ratio)")
    parser.add_argument("--out", metavar="FILE", type=Path, help="write there, not to standard output")
    parser.set_defaults(run=small_areas, by=())


def small_areas(options: argparse.Namespace) -> int:
    """Estimate the areas that the options name and write them, the model first."""
    if (options.total is None) != (options.sizes is None):
        raise DesignError("--total and --sizes are given together")
    frame = read_file(options.data)
    variance = options.variance
    if options.se:
        variance = f"{options.se} squared"
        error = number_column(frame, options.se, missing=True)
        if (error < 0).any():
            row = int(np.argmax(error < 0))
            raise DesignError(f"{place(row, options.se)}: the standard error {error[row]:g} is negative")
        frame = frame.assign(**{variance: error**2})
    found = fay_herriot(
        frame,
        options.estimate,
        variance,
        options.terms,
        area=options.area,
        method=options.method,
        factors=options.factor,
    )
    if options.sizes:
        sizes = number_column(frame, options.sizes)
        found = benchmark(found, sizes, options.total, options.benchmark)
    empty = ("",) * 5
    model = [["variance", "between areas", found.area_variance, *empty, found.method]]
    coefficients = zip(found.names, found.coefficients, found.coefficient_se, strict=True)
    model += [["coefficient", name, value, se, *empty[:4], ""] for name, value, se in coefficients]
    areas = [["area", *row] for row in found.to_frame().replace({np.nan: ""}).to_numpy().tolist()]
    write_rows(options, COLUMNS, [*model, *areas])
    return 0
