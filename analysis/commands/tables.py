"""`python -m analysis protect` and `attack`: the engine for anyone's table."""

import argparse
import csv
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from analysis.commands import amounts, jj_files, linked, rounding
from analysis.commands.lines import counted, progress_of_search, say, write_table
from analysis.commands.losses import write_loss
from analysis.commands.protected_files import (
    BOUND_COLUMNS,
    bound_rows,
    check_truth,
    published_cells,
    rows_as_given,
)
from analysis.disclosure.bounds import insider_ranges, read_ranges
from analysis.disclosure.cube import Table
from analysis.disclosure.cube_file import cube_of, read_table
from analysis.disclosure.declared.csv_rows import amount, read_rows
from analysis.disclosure.declared.declaration import Declaration, read_declaration
from analysis.disclosure.declared.linked_tables import read_linked
from analysis.disclosure.declared.oddities import oddities
from analysis.disclosure.declared.wishes import declared_wishes
from analysis.disclosure.exchange.own_tables import jj_of_people
from analysis.disclosure.linear.effort import EFFORT, PATIENCE, Effort, EffortError
from analysis.disclosure.nodes import TOTAL
from analysis.disclosure.primary import Rules, Step
from analysis.disclosure.protect import protect
from analysis.disclosure.protected_table import ProtectedTable
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
        "--cube", type=Path, metavar="CUBE.toml", help="dimensions, tree, ladder; a JJ file needs none"
    )
    parser.add_argument("--k", type=_at_least_one, default=5, help="counts under k are hidden (5)")
    parser.add_argument(
        "--base", type=_zero_or_more, default=10, help="domains under this base are hidden (10)"
    )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="PROTECTED.csv", help="where to write the table"
    )
    amounts.add_rules(parser, _number)
    parser.add_argument(
        "--round-to", type=_two_or_more, metavar="B", help="round to multiples of B, hide nothing"
    )
    parser.add_argument(
        "--jj",
        type=Path,
        metavar="TABLE.jj",
        help="where to write the table for other programs: it has true counts",
    )
    parser.add_argument(
        "--effort",
        type=_at_least_one,
        default=EFFORT,
        help=f"work that the search may spend: linear programs times inner cells ({EFFORT})",
    )
    parser.add_argument(
        "--loss",
        type=Path,
        metavar="LOSS.csv",
        help="where to write what is hidden: for the maker, it has true counts",
    )
    parser.set_defaults(run=run_protect)


def add_attack(subparsers: Any) -> None:
    """Add the command that attacks a table."""
    parser = subparsers.add_parser("attack", help="compute what a reader can conclude about hidden cells")
    parser.add_argument("protected", type=Path, metavar="PROTECTED.csv", help="the table to attack")
    parser.add_argument(
        "--cube", type=Path, metavar="CUBE.toml", help="dimensions, tree, ladder; a JJ file needs none"
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
    amounts.add_rules(parser, _number)
    parser.add_argument(
        "--round-to", type=_two_or_more, metavar="B", help="the table was rounded to multiples of B"
    )
    parser.set_defaults(run=run_attack)


def _at_least_one(text: str) -> int:
    return _whole(text, 1)


def _two_or_more(text: str) -> int:
    return _whole(text, 2)


def _zero_or_more(text: str) -> int:
    return _whole(text, 0)


def _number(text: str) -> float:
    try:
        return amount(text, "the command line")
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


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
    effort = Effort(arguments.effort, PATIENCE, progress_of_search())
    if jj_files.is_jj(arguments.cells):
        return _protect_jj(arguments, effort)
    declaration = _declaration(arguments)
    rules = _rules(arguments, declaration.ladder)
    if declaration.ladder and not any(TOTAL in step.nodes for step in declaration.ladder):
        say(f"The ladder never shows {TOTAL!r}, so that no domain has a base and nothing is published.")
    if arguments.jj is not None and declaration.table is not None:
        raise ValueError("One table alone can be written as a JJ file.")
    if arguments.round_to is not None:
        _refuse_unheeded(arguments, "A rounded table hides nothing", "jj", "loss")
        made = rounding.protected(arguments, declaration, rules)
        sys.stdout.write(f"{counted(len(made.counts), 'cell', 'cells')} rounded; every attack failed.\n")
        return 0
    if amounts.is_of_amounts(declaration):
        return _protect_amounts(arguments, declaration, rules, effort)
    if declaration.table is None:
        table = read_table(arguments.cells, declaration)
        _show_oddities(arguments, declaration)
        tables: tuple[ProtectedTable, ...] = (_protect_one(arguments, table, declaration, rules, effort),)
    else:
        read = read_linked(arguments.cells, declaration)
        _show_oddities(arguments, declaration)
        tables = linked.protected(arguments, declaration, read, rules, effort)
    published, hidden = sum(table.published for table in tables), sum(table.hidden for table in tables)
    sys.stdout.write(
        f"{counted(published, 'cell', 'cells')} published, {hidden} hidden, "
        f"{sum(table.audit.primary for table in tables)} of them for themselves; every attack failed.\n"
    )
    return 0


def _protect_amounts(
    arguments: argparse.Namespace, declaration: Declaration, rules: Rules, effort: Effort
) -> int:
    made, table = amounts.protected(arguments, declaration, rules, effort)
    _show_oddities(arguments, declaration)
    sys.stdout.write(
        f"{counted(len(made.values) - made.hidden, 'cell', 'cells')} published, {made.hidden} hidden, "
        f"{int(table.primary.sum())} of them for themselves; {counted(len(made.audits), 'attack', 'attacks')} failed.\n"
    )
    return 0


def _show_oddities(arguments: argparse.Namespace, declaration: Declaration) -> None:
    for line in oddities(declaration, read_rows(arguments.cells, declaration.columns)):
        say(line)


def _protect_one(
    arguments: argparse.Namespace, table: Table, declaration: Declaration, rules: Rules, effort: Effort
) -> ProtectedTable:
    wishes = declared_wishes(arguments.cells, table.cube, declaration)
    protected = protect(table, rules, effort=effort, wishes=wishes)
    rows = ([*name, count, status] for name, count, status in protected.rows())
    write_table(arguments.out, [*protected.cube.columns, "n", "status"], rows)
    if arguments.jj is not None:
        shown = np.array([count is not None for count in protected.counts])
        jj_files.write_file(arguments.jj, jj_of_people(table, rules, shown))
    if arguments.loss is not None:
        write_loss(arguments.loss, [(table, protected.counts, None)])
    return protected


def _declaration(arguments: argparse.Namespace) -> Declaration:
    if arguments.cube is None:
        raise ValueError("A table needs --cube: the file that describes it.")
    return read_declaration(arguments.cube)


def _refuse_unheeded(arguments: argparse.Namespace, reason: str, *options: str) -> None:
    for option in options:
        if getattr(arguments, option) is not None:
            raise ValueError(f"{reason}: --{option.replace('_', '-')} would not be heeded.")


def _protect_jj(arguments: argparse.Namespace, effort: Effort) -> int:
    _refuse_unheeded(arguments, "A JJ file stays one", "round_to", "jj", "loss")
    cells = jj_files.protected(arguments, effort).cells
    hidden = sum(cell.hidden for cell in cells)
    unsafe = sum(cell.status == "u" for cell in cells)
    sys.stdout.write(
        f"{counted(len(cells) - hidden, 'cell', 'cells')} published, {hidden} hidden, "
        f"{unsafe} of them for themselves; the attack failed.\n"
    )
    return 0


def _attack(arguments: argparse.Namespace) -> int:
    if jj_files.is_jj(arguments.protected):
        _refuse_unheeded(arguments, "A JJ file holds its own truth", "round_to", "truth")
        failing = jj_files.attack(arguments)
    else:
        failing = _attack_table(arguments)
    kind = "hidden" if arguments.round_to is None else "rounded"
    sys.stdout.write(
        f"{counted(failing, f'{kind} cell fails', f'{kind} cells fail')}.\n"
        if failing
        else f"The attack failed on every {kind} cell.\n"
    )
    return FAILED if failing else 0


def _attack_table(arguments: argparse.Namespace) -> int:
    declaration = _declaration(arguments)
    rules = _rules(arguments, declaration.ladder)
    if arguments.round_to is not None:
        return rounding.attack(arguments, declaration, rules)
    if amounts.is_of_amounts(declaration):
        return amounts.attack(arguments, declaration, rules)
    if declaration.table is None:
        return _attack_one(arguments, declaration, rules)
    return _attack_linked(arguments, declaration, rules)


def _attack_linked(arguments: argparse.Namespace, declaration: Declaration, rules: Rules) -> int:
    attacked = list(linked.attacked(arguments, declaration, rules))
    bounds = ([name, *row] for cube, rows, found, name in attacked for row in bound_rows(cube, rows, found))
    columns = [declaration.table or "", *attacked[0][0].columns, *BOUND_COLUMNS]
    write_table(arguments.out, columns, bounds)
    return sum(int(found.fails.sum()) for _, _, found, _ in attacked)


def _attack_one(arguments: argparse.Namespace, declaration: Declaration, rules: Rules) -> int:
    rows = rows_as_given(arguments.protected, [*declaration.columns, "n", "status"])
    table = None if arguments.truth is None else read_table(arguments.truth, declaration)
    cube = cube_of(declaration, rows) if table is None else table.cube
    values, published = published_cells(arguments.protected, cube, enumerate(rows, start=2))
    if table is None:
        found = read_ranges(cube, values.astype(np.int64), published, rules.k)
    else:
        check_truth(table, values, published)
        found = insider_ranges(table, published, rules)
    write_table(arguments.out, [*cube.columns, *BOUND_COLUMNS], bound_rows(cube, rows, found))
    return int(found.fails.sum())
