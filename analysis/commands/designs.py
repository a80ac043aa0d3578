"""What the subcommands on anybody's data share: the data and their design, the CSV files they read and write."""

from __future__ import annotations

import argparse
import csv
import re
import sys
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import numpy as np

from analysis import weights
from analysis.columns import DesignError, number_column, place
from analysis.estimation.estimates import AnySample
from analysis.margins import MISSING_KINDS
from analysis.replicate_weights import (
    GIVEN_KINDS,
    MADE_KINDS,
    ReplicateSample,
    as_replicate_sample,
    make_replicate_sample,
)
from analysis.sample import LONELY_RULES, Sample, make_sample

if TYPE_CHECKING:
    import pandas as pd

#: Texts that stand for a missing value.
MISSING = ("", "NA", "NaN", "nan")

#: Bytes from which on only the columns that are named are read.
LARGE_FILE = 100_000_000


def add_common(parser: argparse.ArgumentParser) -> None:
    """Add the data, the domains, the design and where the figures go."""
    parser.add_argument(
        "data", metavar="DATA.csv", type=Path, help="one row per respondent, names in the first line"
    )
    parser.add_argument(
        "--by", metavar="COL,…", type=listed, default=(), help="columns that make the domains"
    )
    parser.add_argument(
        "--where",
        metavar="COL=VALUE",
        action="append",
        type=pair,
        help="a domain, not a filter; a column given twice may have either value",
    )
    parser.add_argument("--level", type=float, default=0.95, help="confidence level (default: 0.95)")
    design = parser.add_argument_group("the design, as R's svydesign")
    design.add_argument(
        "--weights", metavar="COL", help="sampling weights; without them they follow from the fpc"
    )
    design.add_argument("--strata", metavar="COL[,COL2]", type=listed, help="strata of each stage")
    design.add_argument("--cluster", metavar="COL[,COL2]", type=listed, help="clusters of each stage")
    design.add_argument(
        "--fpc", metavar="COL[,COL2]", type=listed, help="population sizes or sampling fractions"
    )
    design.add_argument("--nest", action="store_true", help="cluster names begin again in each stratum")
    design.add_argument(
        "--pps", action="store_true", help="--fpc holds unequal probabilities (R's pps='brewer')"
    )
    design.add_argument("--lonely", choices=LONELY_RULES, default="fail", help="strata with one cluster")
    _add_replicates(parser)
    known = parser.add_mutually_exclusive_group()
    known.add_argument(
        "--rake", metavar="MARGINS.csv", type=Path, help="columns variable, level, total; A:B crosses two"
    )
    known.add_argument("--poststratify", metavar="MARGINS.csv", type=Path, help="the same, one variable")
    parser.add_argument(
        "--missing",
        choices=MISSING_KINDS,
        default=MISSING_KINDS[0],
        help="rows without a value in a raking column (default: refuse)",
    )
    parser.add_argument("--out", metavar="FILE", type=Path, help="write there, not to standard output")


def _add_replicates(parser: argparse.ArgumentParser) -> None:
    """Add replicate weights, given or made."""
    group = parser.add_argument_group("replicate weights, as R's svrepdesign and as.svrepdesign")
    either = group.add_mutually_exclusive_group()
    either.add_argument(
        "--replicates", metavar="COL,…", type=listed, help="their columns, or a pattern such as 'rep*'"
    )
    either.add_argument("--make-replicates", choices=MADE_KINDS, help="make them from the design")
    group.add_argument("--kind", choices=GIVEN_KINDS, default="other", help="of those given (default: other)")
    group.add_argument("--scale", type=float, help="of the variance, where the kind does not say it")
    group.add_argument("--rscales", metavar="A,…", type=listed, help="scale of each set of weights")
    group.add_argument("--rho", type=float, default=0.0, help="Fay's factor")
    group.add_argument("--factors", action="store_true", help="columns hold factors of --weights")
    group.add_argument("--mse", action="store_true", help="compare with the figure of --weights")
    group.add_argument("--sets", type=int, default=50, help="that a bootstrap makes (default: 50)")
    group.add_argument("--seed", type=int, help="of a bootstrap")


def listed(text: str) -> tuple[str, ...]:
    """Return the names between commas."""
    return tuple(part.strip() for part in text.split(","))


def pair(text: str) -> tuple[str, str]:
    """Return the column and the value of COL=VALUE."""
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not COL=VALUE")
    return name, value


def asked_sample(options: argparse.Namespace) -> Sample:
    """Read the data and make the design, where replicate weights are not of use."""
    if options.replicates or options.make_replicates:
        raise DesignError("this is not made with replicate weights")
    sample = any_asked_sample(options)
    assert isinstance(sample, Sample)  # nothing else was asked for
    return sample


def any_asked_sample(options: argparse.Namespace) -> AnySample:
    """Read the data and make the design; the domain is settled on the way."""
    if not 0 < options.level < 1:
        raise DesignError(f"the confidence level must lie between 0 and 1, not {options.level:g}")
    pairs = options.where or ()
    options.where = {name: [value for other, value in pairs if other == name] for name, _ in pairs}
    known = options.rake or options.poststratify
    margins = _margins(known) if known else {}
    parts = {part for name in margins for part in (name, *name.split(":"))}
    frame = read_file(options.data, _named(options) | parts)
    if options.replicates:
        return _adjusted(options, _given(options, frame), margins)
    sample = _designed(options, frame)
    if not options.make_replicates:
        return _adjusted(options, sample, margins)
    made = as_replicate_sample(
        sample,
        options.make_replicates,
        sets=options.sets,
        rho=options.rho,
        seed=options.seed,
        mse=options.mse,
    )
    return _adjusted(options, made, margins)


def _given(options: argparse.Namespace, frame: pd.DataFrame) -> ReplicateSample:
    """Return the sample with the replicate weights of its columns; the rest of a design is in them."""
    if options.weights is None:
        raise DesignError("--replicates needs --weights, the sampling weights")
    columns = options.replicates
    try:
        rscales = None if options.rscales is None else [float(one) for one in options.rscales]
    except ValueError as problem:
        raise DesignError(f"--rscales needs numbers, not {','.join(options.rscales)!r}") from problem
    return make_replicate_sample(
        frame,
        options.weights,
        columns[0] if len(columns) == 1 else columns,
        kind=options.kind,
        scale=options.scale,
        rscales=rscales,
        rho=options.rho,
        combined=not options.factors,
        mse=options.mse,
    )


def _designed(options: argparse.Namespace, frame: pd.DataFrame) -> Sample:
    return make_sample(
        frame,
        weights=options.weights,
        strata=options.strata,
        clusters=options.cluster,
        fpc=options.fpc,
        lonely=options.lonely,
        nest=options.nest,
        pps=options.pps,
    )


def _adjusted(
    options: argparse.Namespace, sample: weights.AnyOne, margins: dict[str, dict[str, float]]
) -> weights.AnyOne:
    if options.rake:
        return weights.rake(sample, margins, missing=options.missing)
    if not options.poststratify:
        return sample
    if len(margins) != 1:
        raise DesignError(
            f"{options.poststratify}: post-stratification needs one variable, not {len(margins)}"
        )
    return weights.post_stratify(sample, *next(iter(margins.items())))


def _named(options: argparse.Namespace) -> set[str]:
    """Return every name that may be a column, so that a large file is read in part."""
    design = (options.strata, options.cluster, options.fpc, options.replicates, [options.weights])
    names = {name for part in (options.by, options.where, *design) for name in part or () if name}
    for _, specification in options.asked:
        names |= {specification, *re.split("[=/:,]", specification)}
        names |= {specification.partition("=")[0], specification.rpartition(":")[0]}
    return names


def read_file(path: Path, columns: set[str] | None = None) -> pd.DataFrame:
    """Read a CSV file as text; numbers are made where they are needed, so that a bad one can be named.

    Of a large file only the columns named are read; rows that are too long are then not noticed.
    """
    import pandas as pd

    text: Any = {"dtype": str, "keep_default_na": False, "na_values": list(MISSING), "encoding": "utf-8-sig"}
    try:
        _refuse_twice(path, columns, text)
        if columns is None or path.stat().st_size < LARGE_FILE:
            frame: pd.DataFrame = pd.read_csv(path, **text)
        else:
            header = pd.read_csv(path, nrows=0, **text).columns
            frame = pd.read_csv(path, usecols=[name for name in header if _is_asked(name, columns)], **text)
    except FileNotFoundError as problem:
        raise DesignError(f"{path}: there is no such file") from problem
    except IsADirectoryError as problem:
        raise DesignError(f"{path}: a folder, not a file") from problem
    except UnicodeDecodeError as problem:
        raise DesignError(f"{path}: not UTF-8 text") from problem
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as problem:
        raise DesignError(f"{path}: not a CSV file: {problem}") from problem
    if not isinstance(frame.index, pd.RangeIndex):
        raise DesignError(f"{path}: row 1 (line 2) has more values than the heading has names")
    return frame


def _is_asked(name: str, columns: set[str]) -> bool:
    """Whether a column is named; replicate weights may be named by a pattern."""
    return name in columns or any(fnmatchcase(name, pattern) for pattern in columns if "*" in pattern)


def _refuse_twice(path: Path, columns: set[str] | None, text: dict[str, Any]) -> None:
    """Refuse two columns of one name that is used; pandas would give the second another name."""
    import pandas as pd

    heading = pd.read_csv(path, header=None, nrows=1, **text).iloc[0]
    twice = [name for name in heading[heading.duplicated()].dropna() if columns is None or name in columns]
    if twice:
        raise DesignError(f"{path}: column {twice[0]!r} is in the heading more than once")


def _margins(path: Path) -> dict[str, dict[str, float]]:
    frame = read_file(path)
    lacking = [name for name in ("variable", "level", "total") if name not in frame.columns]
    if lacking:
        raise DesignError(f"{path}: column {lacking[0]!r} is missing")
    margins: dict[str, dict[str, float]] = {}
    totals = number_column(frame, "total")
    for row, (variable, level) in enumerate(zip(frame["variable"], frame["level"], strict=True)):
        if totals[row] < 0:
            raise DesignError(f"{path}: {place(row, 'total')}: the total {totals[row]:g} is negative")
        if str(level) in margins.setdefault(str(variable), {}):
            raise DesignError(f"{path}: {place(row, 'level')}: {level!r} is there twice")
        margins[str(variable)][str(level)] = float(totals[row])
    return margins


def write_rows(options: argparse.Namespace, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Write the figures to the file that is asked for, or to standard output."""
    if options.out is None:
        _write_table(sys.stdout, (*options.by, *columns), rows)
        return
    with options.out.open("w", encoding="utf-8", newline="") as file:
        _write_table(file, (*options.by, *columns), rows)


def _write_table(file: TextIO, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows)


def _cell(value: Any) -> str:
    """Write a number in full, a whole number without a point, and what is not known as nothing."""
    if isinstance(value, float | np.floating):
        if not np.isfinite(value):
            return ""
        number = float(value)
        return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)
    return str(value)
