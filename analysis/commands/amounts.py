"""`python -m analysis protect` and `attack` for tables of amounts and of weighted people."""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from analysis.commands.jj_files import write_file
from analysis.commands.lines import write_table
from analysis.commands.losses import write_loss
from analysis.commands.protected_files import BOUND_COLUMNS, bound_rows, published_cells, rows_as_given
from analysis.disclosure.cube import Cube
from analysis.disclosure.cube_file import cube_of, read_table
from analysis.disclosure.declared.csv_rows import amount
from analysis.disclosure.declared.declaration import Declaration
from analysis.disclosure.declared.number_columns import inner_numbers
from analysis.disclosure.exchange.own_tables import jj_of_values
from analysis.disclosure.linear.effort import Effort
from analysis.disclosure.magnitudes.bounds import judged_values, value_ranges
from analysis.disclosure.magnitudes.contributions import read_contributions, value_table
from analysis.disclosure.magnitudes.rules import AmountRule, Dominance, Fewest, PPercent
from analysis.disclosure.magnitudes.values import ProtectedValues, ValueTable, protect_values
from analysis.disclosure.magnitudes.weighted import weighted_table
from analysis.disclosure.primary import Rules

#: So many digits add up as well as the amounts themselves, and show no rounding of the machine.
DIGITS = 15


def add_rules(parser: argparse.ArgumentParser, number: Callable[[str], float]) -> None:
    """Add the rules of amounts to a command."""
    parser.add_argument(
        "--p-percent", type=number, metavar="P", help="amounts: nobody may estimate the largest within P %%"
    )
    parser.add_argument(
        "--coalition",
        type=number,
        default=1,
        metavar="N",
        help="amounts: so many put together what they know (1)",
    )
    parser.add_argument(
        "--dominance",
        type=number,
        nargs=2,
        metavar=("N", "K"),
        help="amounts: the N largest may make K %% of a cell at most",
    )
    parser.add_argument(
        "--fewest", type=number, metavar="N", help="amounts: fewer contributors than N are hidden"
    )
    parser.add_argument(
        "--known",
        type=number,
        default=100.0,
        metavar="Q",
        help="amounts: readers know each inner amount within Q %% (100)",
    )


def is_of_amounts(declaration: Declaration) -> bool:
    """Whether a cube file is about amounts or weights instead of people."""
    return declaration.value is not None or declaration.weight is not None


def protected(
    arguments: argparse.Namespace, declaration: Declaration, rules: Rules, effort: Effort
) -> tuple[ProtectedValues, ValueTable]:
    """The table of amounts named on the command line, written to its file."""
    if arguments.loss is not None and declaration.value is not None:
        raise ValueError("What is lost is counted for tables of people, not of amounts.")
    table = _true_table(arguments.cells, arguments, declaration, rules)
    known = arguments.known if declaration.value is not None else None
    made = protect_values(table, known, effort)
    rows = (
        [*name, "" if value is None else f"{value:.{DIGITS}g}", status] for name, value, status in made.rows()
    )
    write_table(arguments.out, [*made.cube.columns, "n", "status"], rows)
    if arguments.jj is not None:
        shown = np.array([value is not None for value in made.values])
        write_file(arguments.jj, jj_of_values(table, shown))
    if arguments.loss is not None:
        weights = table.inner.reshape(made.cube.inner_shape)
        write_loss(arguments.loss, [(read_table(arguments.cells, declaration), made.values, weights)])
    return made, table


def attack(arguments: argparse.Namespace, declaration: Declaration, rules: Rules) -> int:
    """The number of hidden amounts that fail; their ranges are written."""
    rows = rows_as_given(arguments.protected, [*declaration.columns, "n", "status"])
    cube: Cube = cube_of(declaration, rows)
    table = None
    if arguments.truth is not None:
        table = _true_table(arguments.truth, arguments, declaration, rules)
        cube = table.cube
    values, published = published_cells(arguments.protected, cube, enumerate(rows, start=2), amount)
    found = value_ranges(cube, values, published)
    if table is not None:
        wrong = published & (np.abs(values - table.sums) > 1e-9 * float(table.sums.max(initial=0)))
        if wrong.any():
            raise ValueError(f"{int(wrong.sum())} published amounts are not the true ones.")
        found = judged_values(table, found, published)
    write_table(arguments.out, [*cube.columns, *BOUND_COLUMNS], bound_rows(cube, rows, found))
    return int(found.fails.sum())


def _true_table(
    path: Path, arguments: argparse.Namespace, declaration: Declaration, rules: Rules
) -> ValueTable:
    if declaration.value is not None:
        return value_table(read_contributions(path, declaration), _amount_rules(arguments))
    table = read_table(path, declaration)
    return weighted_table(table, inner_numbers(path, table.cube, declaration.weight or ""), rules)


def _amount_rules(arguments: argparse.Namespace) -> Sequence[AmountRule]:
    rules: list[AmountRule] = []
    if arguments.p_percent is not None:
        rules.append(PPercent(arguments.p_percent, _whole(arguments.coalition)))
    if arguments.dominance is not None:
        rules.append(Dominance(_whole(arguments.dominance[0]), arguments.dominance[1]))
    if arguments.fewest is not None:
        rules.append(Fewest(_whole(arguments.fewest)))
    if not rules:
        raise ValueError("A table of amounts needs a rule: --p-percent, --dominance or --fewest.")
    return rules


def _whole(number: float) -> int:
    if number != int(number):
        raise ValueError(f"{number:g} is no whole number of contributors.")
    return int(number)
