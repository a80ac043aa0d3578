"""Attacks means that are made of hidden counts, with every cell that the release shows and all that ties its tables."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, TypeVar

import numpy as np

from analysis.disclosure.cube import Cube, Flags, Table, cell_names
from analysis.disclosure.nodes import TOTAL
from analysis.disclosure.primary import Marks, Rules, mark
from analysis.disclosure.problem import Reals, problem_over_bases
from analysis.disclosure.protected_table import ProtectedTable
from analysis.disclosure.tied.joint import Joint, audit_together, join
from analysis.disclosure.tied.rows import Sum, with_sums
from analysis.disclosure.tied.ties import Tie
from survey.publication.counts.cube import is_above_districts
from survey.storage.results.release_document import Name

#: How often figures are taken away before none of the cluster is told: every time costs a whole attack.
ATTEMPTS: Final = 4


#: A table and a domain of it.
Place = tuple[str, Name]
#: Possible inner counts, table after table; the true ones are among them, so they are never kept.
Worlds = tuple[Reals, ...]
#: Where an attack succeeds, and possible worlds.
Outcome = tuple[set[Place], Worlds]


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: the entry of the release that it stands in, its domain, its number, and what that says of the counts."""

    entry: str
    domain: Name
    number: int
    sums: tuple[Sum, ...]

    @property
    def tables(self) -> frozenset[str]:
        """The tables whose counts it is made of."""
        return frozenset(table for one in self.sums for table, _ in one.factors)


@dataclass(frozen=True, slots=True)
class Cluster:
    """Tied tables, or one by itself, as counted and as the release shows them."""

    tables: Mapping[str, Table]
    protected: Mapping[str, ProtectedTable]
    ties: Sequence[Tie]
    rules: Rules

    def told(self, rows: Sequence[Row]) -> tuple[list[Row], Worlds]:
        """The rows with which no requirement fails, and possible worlds that prove it.

        Of a place in which the attack succeeds all rows go that are made of the table and of the same people. Where that does
        not help, those of other groups there go too: sums over groups join them. Where that does not help either, all do.
        """
        shown = [shown_cells(table.cube, self.protected[name]) for name, table in self.tables.items()]
        joint = joint_as_shown(list(self.tables.values()), shown, self.rules, self.ties)
        return withstanding(list(rows), partial(_attacked, joint, self.tables), _kept)


Figure = TypeVar("Figure")


def withstanding(
    rows: list[Figure],
    attacked: Callable[[list[Figure]], Outcome],
    kept: Callable[[list[Figure], set[Place]], list[Figure]],
) -> tuple[list[Figure], Worlds]:
    """The rows that are left once no attack on what is left succeeds; none where too many attempts were needed."""
    for _ in range(ATTEMPTS):
        if not rows:
            break
        fallen, worlds = attacked(rows)
        if not fallen:
            return rows, worlds
        rows = kept(rows, fallen)
    return [], ()


def joint_as_shown(
    tables: Sequence[Table], shown: Sequence[Flags], rules: Rules, ties: Sequence[Tie]
) -> Joint:
    """Tied tables as one problem, in which these cells of each are shown."""
    marks = [Marks(mark(table, rules).primary, one) for table, one in zip(tables, shown, strict=True)]
    pairs = zip(tables, marks, strict=True)
    return join(
        tables, marks, [problem_over_bases(table, one, rules, one.shown) for table, one in pairs], ties
    )


def outcome_of(joint: Joint, published: Flags, cubes: Mapping[str, Cube]) -> Outcome:
    """Attack a joint problem of which these cells are published."""
    audits, worlds = audit_together(joint, published)
    fallen = {
        (name, cell_names(cubes[name], failure.cell)[0][:-1])
        for name, one in zip(joint.names, audits, strict=True)
        for failure in one.failures
    }
    return fallen, (joint.problem.inner, *(world.inner for world in worlds))


def _attacked(joint: Joint, tables: Mapping[str, Table], rows: list[Row]) -> Outcome:
    """Attack for readers of these rows."""
    cubes = {name: table.cube for name, table in tables.items()}
    sums = [one for row in rows for one in row.sums]
    known = replace(joint, problem=with_sums(joint.problem, cubes, sums))
    return outcome_of(known, joint.problem.shown, cubes)


def _kept(rows: Sequence[Row], fallen: Collection[Place]) -> list[Row]:
    """The rows without those that meet what has fallen: of the same group, where there are any, else of that place."""
    for by_group in (True, False):
        kept = [row for row in rows if not any(_meet(row, *one, by_group) for one in fallen)]
        if len(kept) < len(rows):
            return kept
    return []


def _meet(row: Row, table: str, domain: Name, by_group: bool) -> bool:
    """Whether a row is made of that table and of people of that domain, or of another group of its place."""
    return table in row.tables and may_share_people(row.domain, domain, by_group)


def may_share_people(one: Name, other: Name, by_group: bool) -> bool:
    """Whether somebody may be in both of two domains; or, where groups do not matter, whether their places overlap."""
    province, district, group = (set(pair) for pair in zip(one, other, strict=True))
    return (
        (len(province) == 1 or TOTAL in province)
        and (len(district) == 1 or any(map(is_above_districts, district)))
        and (not by_group or len(group) == 1 or TOTAL in group)
    )


def shown_cells(cube: Cube, protected: ProtectedTable) -> Flags:
    """The cells that the release shows."""
    told = {name for name, count, _ in protected.rows() if count is not None}
    size = int(np.prod(cube.shape))
    return np.array([not told.isdisjoint(cell_names(cube, cell)) for cell in range(size)], np.bool_)
