"""`python -m analysis protect` and `attack` for tables that are rounded instead of hidden."""

import argparse

import numpy as np

from analysis.commands.lines import write_table
from analysis.commands.protected_files import (
    BOUND_COLUMNS,
    bound_rows,
    published_cells,
    rows_as_given,
)
from analysis.disclosure.bounds import Ranges
from analysis.disclosure.cube_file import cube_of, read_table
from analysis.disclosure.declared.declaration import Declaration
from analysis.disclosure.primary import Rules
from analysis.disclosure.protected_table import PUBLISHED
from analysis.disclosure.rounding.controlled import ROUNDED, RoundedTable, attacked, rounded, rounded_ranges


def protected(arguments: argparse.Namespace, declaration: Declaration, rules: Rules) -> RoundedTable:
    """The table named on the command line, rounded and written to its file."""
    _check_people(declaration)
    made = rounded(read_table(arguments.cells, declaration), rules, arguments.round_to)
    rows = ([*name, count, status] for name, count, status in made.rows())
    write_table(arguments.out, [*made.cube.columns, "n", "status"], rows)
    return made


def attack(arguments: argparse.Namespace, declaration: Declaration, rules: Rules) -> int:
    """The number of rounded cells that fail; the ranges of all are written."""
    _check_people(declaration)
    base = arguments.round_to
    rows = rows_as_given(arguments.protected, [*declaration.columns, "n", "status"])
    strange = next((row["status"] for row in rows if row["status"] != ROUNDED), None)
    if strange is not None:
        raise ValueError(f"Every status of a rounded table is {ROUNDED}, not {strange!r}.")
    table = None if arguments.truth is None else read_table(arguments.truth, declaration)
    cube = cube_of(declaration, rows) if table is None else table.cube
    read = [(line, row | {"status": PUBLISHED}) for line, row in enumerate(rows, start=2)]
    numbers, given = published_cells(arguments.protected, cube, read)
    if not given.all():
        raise ValueError(f"{arguments.protected.name} lacks {int((~given).sum())} cells of the cube.")
    found = rounded_ranges(cube, numbers, base, rules.k)
    if table is not None:
        fails = np.zeros(len(numbers), dtype=np.bool_)
        for failure in attacked(table, rules, numbers.astype(np.int64), base).failures:
            fails[failure.cell] = True
        found = Ranges(found.low, found.high, fails)
    write_table(arguments.out, [*cube.columns, *BOUND_COLUMNS], bound_rows(cube, rows, found))
    return int(found.fails.sum())


def _check_people(declaration: Declaration) -> None:
    others = (declaration.table, declaration.value, declaration.weight, declaration.cost, declaration.primary)
    if any(others) or declaration.open or declaration.closed or declaration.ladder:
        raise ValueError(
            "A rounded table is of people and hides nothing: its cube file has dimensions and count alone."
        )
