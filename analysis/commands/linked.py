"""`python -m analysis protect` and `attack` for several tables of the same people."""

import argparse
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from analysis.commands.lines import write_table
from analysis.commands.losses import write_loss
from analysis.commands.protected_files import check_truth, published_cells, rows_as_given
from analysis.disclosure.bounds import Ranges, failing_primaries
from analysis.disclosure.cube import Counts, Cube, Flags, base_cells, cell_counts
from analysis.disclosure.declared.declaration import Declaration
from analysis.disclosure.declared.linked_tables import (
    Linked,
    linked_cubes,
    linked_ties,
    protect_linked,
    read_linked,
)
from analysis.disclosure.linear.effort import Effort
from analysis.disclosure.primary import Rules
from analysis.disclosure.problem import Reals, inner_bases
from analysis.disclosure.protected_table import ProtectedTable
from analysis.disclosure.tied.bounds import tied_ranges
from analysis.disclosure.tied.ties import Tie


def protected(
    arguments: argparse.Namespace, declaration: Declaration, read: Linked, rules: Rules, effort: Effort
) -> tuple[ProtectedTable, ...]:
    """Linked tables, written to the file named on the command line."""
    tables = protect_linked(read, rules, effort)
    rows = ([table.name, *name, count, status] for table in tables for name, count, status in table.rows())
    write_table(arguments.out, [declaration.table or "", *tables[0].cube.columns, "n", "status"], rows)
    if arguments.loss is not None:
        pairs = zip(read.tables, tables, strict=True)
        write_loss(arguments.loss, [(table, made.counts, None) for table, made in pairs])
    return tables


def attacked(
    arguments: argparse.Namespace, declaration: Declaration, rules: Rules
) -> Iterator[tuple[Cube, list[dict[str, str]], Ranges, str]]:
    """Of each table its cube, its rows, what a reader of all concludes, and its name."""
    name = declaration.table or ""
    rows = rows_as_given(arguments.protected, [name, *declaration.columns, "n", "status"])
    cubes = linked_cubes(declaration, rows)
    ties = linked_ties(declaration, cubes)
    own = {key: [(line, row) for line, row in enumerate(rows, 2) if row[name] == key] for key in cubes}
    read = [published_cells(arguments.protected, cube, own[key]) for key, cube in cubes.items()]
    values, published = [found[0] for found in read], [found[1] for found in read]
    if arguments.truth is None:
        ranges = read_ranges_together(cubes, ties, values, published, rules.k)
    else:
        linked = read_linked(arguments.truth, declaration)
        if {table.name: table.cube for table in linked.tables} != dict(cubes):
            raise ValueError(
                f"{arguments.truth.name} has other tables or leaves than {arguments.protected.name}."
            )
        for table, shown, flags in zip(linked.tables, values, published, strict=True):
            check_truth(table, shown, flags)
        ranges = insider_ranges_together(linked, published, rules)
    for (key, cube), found in zip(cubes.items(), ranges, strict=True):
        yield cube, [row for _, row in own[key]], found, key


def read_ranges_together(
    cubes: Mapping[str, Cube],
    ties: Sequence[Tie],
    values: Sequence[Counts | Reals],
    published: Sequence[Flags],
    k: int,
) -> tuple[Ranges, ...]:
    """What a reader concludes of each table who knows what is published of all, and the ties."""
    low, high = tied_ranges(cubes, ties, values, published, [~flags for flags in published])
    return tuple(
        Ranges(small, large, ~flags & ((large < k) | (small == large)))
        for small, large, flags in zip(low, high, published, strict=True)
    )


def insider_ranges_together(linked: Linked, published: Sequence[Flags], rules: Rules) -> tuple[Ranges, ...]:
    """What a reader concludes of each table who knows every base besides, judged against the truth.

    A hidden base is bounded by what is published alone.
    """
    cubes = {table.name: table.cube for table in linked.tables}
    values = [cell_counts(table) for table in linked.tables]
    of_base = [base_cells(cube) == np.arange(int(np.prod(cube.shape))) for cube in cubes.values()]
    known = [flags | inner_bases(cube) for cube, flags in zip(cubes.values(), published, strict=True)]
    inside = tied_ranges(cubes, linked.ties, values, known, [~flags for flags in known])
    hidden_bases = [bases & ~flags for bases, flags in zip(of_base, published, strict=True)]
    outside = tied_ranges(cubes, linked.ties, values, published, hidden_bases)
    ranges = []
    for place, table in enumerate(linked.tables):
        low, high = (np.where(of_base[place], outside[end][place], inside[end][place]) for end in (0, 1))
        ranges.append(Ranges(low, high, failing_primaries(table, published[place], rules, low, high)))
    return tuple(ranges)
