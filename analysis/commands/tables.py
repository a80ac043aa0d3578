"""`python -m analysis protect` and `attack`: the engine for anyone's table."""

import argparse
import csv
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from analysis.commands.lines import as_given, counted, progress_of_search, say, write_table
from analysis.disclosure.bounds import Ranges, insider_ranges, read_ranges
from analysis.disclosure.cube import Counts, Cube, Flags, cell_counts, cell_names, cells_by_name
from analysis.disclosure.cube_file import (
    Declaration,
    cube_of,
    read_declaration,
    read_rows,
    read_table,
    whole_number,
)
from analysis.disclosure.declared.oddities import oddities
from analysis.disclosure.linear.effort import EFFORT, PATIENCE, Effort, EffortError
from analysis.disclosure.linear.programs import ContradictionError
from analysis.disclosure.nodes import TOTAL
from analysis.disclosure.primary import Rules, Step
from analysis.disclosure.protect import protect
from analysis.disclosure.protected_table import PUBLISHED, SUPPRESSED
from analysis.disclosure.search import UnsafeError

FAILED = 1
BAD_INPUT = 2
STOPPED = 130


def add_protect(subparsers: Any) -> None:
    """Add the command that protects a table."""
    parser = subparsers.add_parser("protect", help="hide what a table would reveal about few people")
    parser.add_argument(
        "cells", type=Path, metavar="CELLS.csv", help="inner cells, one count per combination"
    )
    parser.add_argument(
        "--cube", type=Path, required=True, metavar="CUBE.toml", help="dimensions, tree, ladder"
    )
    parser.add_argument("--k", type=_at_least_one, default=5, help="counts under k are hidden (5)")
    parser.add_argument(
        "--base", type=_zero_or_more, default=10, help="domains under this base are hidden (10)"
    )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="PROTECTED.csv", help="where to write the table"
    )
    parser.add_argument(
        "--effort",
        type=_at_least_one,
        default=EFFORT,
        help=f"work that the search may spend: linear programs times inner cells ({EFFORT})",
    )
    parser.set_defaults(run=run_protect)


def add_attack(subparsers: Any) -> None:
    """Add the command that attacks a table."""
    parser = subparsers.add_parser("attack", help="compute what a reader can conclude about hidden cells")
    parser.add_argument("protected", type=Path, metavar="PROTECTED.csv", help="the table to attack")
    parser.add_argument(
        "--cube", type=Path, required=True, metavar="CUBE.toml", help="dimensions, tree, ladder"
    )
    parser.add_argument(
        "--truth", type=Path, metavar="CELLS.csv", help="true inner cells; the reader knows every base"
    )
    parser.add_argument("--k", type=_at_least_one, default=5, help="counts under k were hidden (5)")
    parser.add_argument(
        "--base", type=_zero_or_more, default=10, help="domains under this base were hidden (10)"
    )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="BOUNDS.csv", help="where to write the bounds"
    )
    parser.set_defaults(run=run_attack)


def _at_least_one(text: str) -> int:
    return _whole(text, 1)


def _zero_or_more(text: str) -> int:
    return _whole(text, 0)


def _whole(text: str, smallest: int) -> int:
    if not text.isdigit() or int(text) < smallest:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from {smallest} on")
    return int(text)


def run_protect(arguments: argparse.Namespace) -> int:
    """Protect the table named on the command line; 0 when written, 2 on bad input."""
    return _answered(_protect, arguments)


def run_attack(arguments: argparse.Namespace) -> int:
    """Attack the table named on the command line; 0 safe, 1 something fails, 2 bad input."""
    return _answered(_attack, arguments)


def _answered(verb: Callable[[argparse.Namespace], int], arguments: argparse.Namespace) -> int:
    try:
        return verb(arguments)
    except (UnsafeError, EffortError) as error:
        say(str(error))
        return FAILED
    except KeyboardInterrupt:
        say("Stopped; nothing was written.")
        return STOPPED
    except (ValueError, csv.Error) as error:
        say(" ".join(str(error).split()))
    except OSError as error:
        say(f"{error.filename}: {error.strerror}")
    return BAD_INPUT


def _rules(arguments: argparse.Namespace, ladder: tuple[Step, ...] | None) -> Rules:
    return Rules(k=arguments.k, sensitive_k=arguments.k, base=arguments.base, raised=(), ladder=ladder)


def _protect(arguments: argparse.Namespace) -> int:
    declaration = read_declaration(arguments.cube)
    table = read_table(arguments.cells, declaration)
    if declaration.ladder and not any(TOTAL in step.nodes for step in declaration.ladder):
        say(f"The ladder never shows {TOTAL!r}, so that no domain has a base and nothing is published.")
    for line in oddities(declaration, read_rows(arguments.cells, declaration.columns)):
        say(line)
    effort = Effort(arguments.effort, PATIENCE, progress_of_search())
    protected = protect(table, _rules(arguments, declaration.ladder), effort=effort)
    rows = ([*name, count, status] for name, count, status in protected.rows())
    write_table(arguments.out, [*table.cube.columns, "n", "status"], rows)
    sys.stdout.write(
        f"{counted(protected.published, 'cell', 'cells')} published, {protected.hidden} hidden, "
        f"{protected.audit.primary} of them for themselves; every attack failed.\n"
    )
    return 0


def _attack(arguments: argparse.Namespace) -> int:
    declaration = read_declaration(arguments.cube)
    rows = _rows_as_given(arguments.protected, [*declaration.columns, "n", "status"])
    if not rows:
        raise ValueError(f"{arguments.protected.name} has no rows.")
    if arguments.truth is None:
        cube = cube_of(declaration, rows)
        values, published = _published(arguments.protected, cube, rows)
        found = read_ranges(cube, values, published, arguments.k)
    else:
        cube, found = _judged(arguments, declaration, rows)
    _write_bounds(arguments.out, cube, rows, found)
    failing = int(found.fails.sum())
    sys.stdout.write(
        f"{counted(failing, 'hidden cell fails', 'hidden cells fail')}.\n"
        if failing
        else "The attack failed on every hidden cell.\n"
    )
    return FAILED if failing else 0


def _rows_as_given(path: Path, columns: Sequence[str]) -> list[dict[str, str]]:
    return [{column: as_given(text) for column, text in row.items()} for row in read_rows(path, columns)]


def _judged(
    arguments: argparse.Namespace, declaration: Declaration, rows: list[dict[str, str]]
) -> tuple[Cube, Ranges]:
    table = read_table(arguments.truth, declaration)
    values, published = _published(arguments.protected, table.cube, rows)
    truth = cell_counts(table)
    wrong = np.flatnonzero(published & (values != truth))
    if len(wrong):
        name = " / ".join(cell_names(table.cube, int(wrong[0]))[0])
        raise ValueError(f"{name!r} is published as {values[wrong[0]]}, the truth is {truth[wrong[0]]}.")
    return table.cube, insider_ranges(table, published, _rules(arguments, declaration.ladder))


def _published(path: Path, cube: Cube, rows: list[dict[str, str]]) -> tuple[Counts, Flags]:
    cells = cells_by_name(cube)
    values = np.zeros(len(set(cells.values())), dtype=np.int64)
    published = np.zeros(len(values), dtype=np.bool_)
    for line, row in enumerate(rows, start=2):
        place = f"{path.name}, line {line}"
        name = tuple(row[column] for column in cube.columns)
        if name not in cells:
            raise ValueError(f"{place}: the cube has no cell {' / '.join(name)!r}.")
        if row["status"] not in (PUBLISHED, SUPPRESSED):
            raise ValueError(f"{place}: status is {PUBLISHED} or {SUPPRESSED}, not {row['status']!r}.")
        if row["status"] == SUPPRESSED:
            continue
        number = whole_number(row["n"], place)
        if published[cells[name]] and values[cells[name]] != number:
            raise ContradictionError(f"{place}: the same cell has two different numbers.")
        values[cells[name]], published[cells[name]] = number, True
    return values, published


def _write_bounds(path: Path, cube: Cube, rows: list[dict[str, str]], found: Ranges) -> None:
    cells = cells_by_name(cube)
    bounds = []
    for row in rows:
        name = tuple(row[column] for column in cube.columns)
        cell = cells[name]
        verdict = ["", "", ""]
        if row["status"] == SUPPRESSED:
            verdict = [
                _number(found.low[cell]),
                _number(found.high[cell]),
                str(bool(found.fails[cell])).lower(),
            ]
        bounds.append([*name, row["n"], row["status"], *verdict])
    write_table(path, [*cube.columns, "n", "status", "low", "high", "fails"], bounds)


def _number(value: float) -> str:
    return "inf" if np.isinf(value) else str(int(value))
