"""Attacks counts of people who gave both answers of a gap, with every cell that the release shows and all that ties them.

They are told above districts only, where all four parts of the people there may be shown, and where the attack with all of
them succeeds nowhere, in no table.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from analysis.disclosure.cube import Cube, Flags, Table, cell_counts, cell_names, cells_by_name
from analysis.disclosure.nodes import TOTAL
from analysis.disclosure.primary import Rules, mark
from analysis.disclosure.protected_table import ProtectedTable
from analysis.disclosure.tied.joint import Joint
from analysis.disclosure.tied.pairs import (
    BOTH,
    FIRST,
    NEITHER,
    SECOND,
    four_ranges,
    pair_ties,
    with_ranges,
    without_needs,
)
from analysis.disclosure.tied.rows import Sum, with_sums
from analysis.disclosure.tied.ties import Tie
from survey.publication.counts.cube import YES, is_above_districts
from survey.publication.release.paired.blocks import Block
from survey.publication.release.paired.told import ShownTable, ToldTable, ToldUnit
from survey.publication.release.pooled.attack import (
    Outcome,
    Place,
    Worlds,
    joint_as_shown,
    may_share_people,
    outcome_of,
    shown_cells,
    withstanding,
)
from survey.storage.results.release_document import Name


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """The table of four of one gap in one domain, told in full: its cells, the domain under every name, how many gave both."""

    block: Block
    domains: tuple[Name, ...]
    cells: tuple[int, ...]
    both: int


@dataclass(frozen=True, slots=True, eq=False)
class Unit:
    """Tables that are tied, as counted and as the release shows them, with the tables of four that tie them further.

    `sums` are what else the release says of them.
    """

    tables: Mapping[str, Table]
    protected: Mapping[str, ProtectedTable]
    bases: ProtectedTable
    ties: Sequence[Tie]
    blocks: Sequence[Block]
    rules: Rules
    sums: Sequence[Sum] = ()

    @property
    def all_ties(self) -> tuple[Tie, ...]:
        """What ties all of them."""
        return (*self.ties, *pair_ties([block.pair for block in self.blocks], self.ties))

    @property
    def all_tables(self) -> tuple[Table, ...]:
        """The tables, then those of pairs."""
        return (*self.tables.values(), *(one for block in self.blocks for one in (block.four, block.inside)))

    @property
    def cubes(self) -> Mapping[str, Cube]:
        """The cube of each of them."""
        return {table.name: table.cube for table in self.all_tables}

    def sides(self, block: Block, domain: Name) -> tuple[int | None, int | None, int | None]:
        """How many of a domain gave each answer, and of how many; None where the release hides it."""
        first, second = (self.protected[name] for name in (block.gap.first, block.gap.second))
        return first.count((*domain, YES)), second.count((*domain, YES)), first.count((*domain, TOTAL))

    def besides(self, sums: Sequence[Sum]) -> Unit:
        """The same where the release says these sums too."""
        known = [one for one in sums if all(table in self.tables for table, _ in one.factors)]
        return replace(self, sums=known)

    def as_told(self, rows: Sequence[Row]) -> ToldUnit:
        """The tables as the release shows them with these rows."""
        tables: dict[str, ShownTable] = {name: self.protected[name] for name in self.tables}
        for table in self.all_tables[len(self.tables) :]:
            counts, cells = cell_counts(table), cells_by_name(table.cube)
            shown = _shown_cells(table, self.bases, rows)
            told = {name: int(counts[cell]) for name, cell in cells.items() if shown[cell]}
            tables[table.name] = ToldTable(table.cube, table.sensitive, told)
        return ToldUnit(tables, self.all_ties, self.blocks)

    def told(self) -> tuple[list[Row], Worlds]:
        """The rows with which no requirement fails, and possible worlds that prove it.

        Where the attack succeeds, the rows of the same gap and the same people go first, then all of these people, then all of
        that place, then all.
        """
        rows = [row for block in self.blocks for row in _candidates(self, block)]
        return withstanding(rows, partial(_attacked, self, _joint(self, rows), rows), _kept)


def _candidates(unit: Unit, block: Block) -> Iterator[Row]:
    """Domains above districts of which all four parts may be shown, and both answers are."""
    counts, cells = cell_counts(block.four), cells_by_name(block.four.cube)
    may = mark(block.four, unit.rules).shown
    for domains in _domains(block.four.cube):
        parts = [cells[(*domains[0], leaf)] for leaf in (BOTH, FIRST, SECOND, NEITHER)]
        shown = None not in unit.sides(block, domains[0])
        if shown and may[parts].all() and all(is_above_districts(domain[1]) for domain in domains):
            yield Row(block, domains, tuple(parts), int(counts[parts[0]]))


def _domains(cube: Cube) -> Iterator[tuple[Name, ...]]:
    """Every domain of a cube once, under all its names."""
    for cell in range(int(np.prod(cube.shape))):
        names = cell_names(cube, cell)
        if names[0][-1] == TOTAL:
            yield tuple(name[:-1] for name in names)


def _joint(unit: Unit, rows: Sequence[Row]) -> Joint:
    """All tables as one problem, in which the rows may be shown."""
    shown = [
        shown_cells(table.cube, unit.protected[table.name])
        if table.name in unit.tables
        else _shown_cells(table, unit.bases, rows)
        for table in unit.all_tables
    ]
    joint = joint_as_shown(unit.all_tables, shown, unit.rules, unit.all_ties)
    joint = replace(joint, problem=with_sums(joint.problem, unit.cubes, unit.sums))
    joint = without_needs(joint, [block.inside.name for block in unit.blocks])
    return with_ranges(joint, unit.cubes, {block.four.name: _ranges(unit, block) for block in unit.blocks})


def _ranges(unit: Unit, block: Block) -> dict[Name, tuple[float, float]]:
    """By cell of a table of four the fewest and the most that published numbers leave."""
    return {
        (*domains[0], leaf): limits
        for domains in _domains(block.four.cube)
        for leaf, limits in four_ranges(*unit.sides(block, domains[0])).items()
    }


def _shown_cells(table: Table, bases: ProtectedTable, rows: Sequence[Row]) -> Flags:
    """Of a table of pairs the numbers interviewed that the release shows, and what the rows tell."""
    flags = np.zeros(int(np.prod(table.cube.shape)), np.bool_)
    for domains in _domains(table.cube):
        flags[cells_by_name(table.cube)[(*domains[0], TOTAL)]] = bases.count(domains[0]) is not None
    flags[[cell for row in rows if row.block.four.name == table.name for cell in row.cells]] = True
    return flags


def _attacked(unit: Unit, joint: Joint, rows: Sequence[Row], left: list[Row]) -> Outcome:
    """Attack for readers of those rows that are left."""
    starts = dict(zip(joint.names, np.cumsum([0, *joint.cells]).tolist(), strict=False))
    published = joint.problem.shown.copy()
    for row in rows:
        published[starts[row.block.four.name] + np.array(row.cells)] = row in left
    return outcome_of(joint, published, unit.cubes)


def _kept(rows: Sequence[Row], fallen: Collection[Place]) -> list[Row]:
    """The rows without those that meet what has fallen, as few as there are."""
    for same_gap, by_group in ((True, True), (False, True), (False, False)):
        kept = [row for row in rows if not any(_meet(row, *one, same_gap, by_group) for one in fallen)]
        if len(kept) < len(rows):
            return kept
    return []


def _meet(row: Row, table: str, domain: Name, same_gap: bool, by_group: bool) -> bool:
    pair = row.block.pair
    own = (*pair.tables, pair.first[0], pair.second[0])
    return (table in own or not same_gap) and may_share_people(row.domains[0], domain, by_group)
