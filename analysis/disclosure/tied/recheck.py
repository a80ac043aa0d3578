"""Attacks finished tables that are tied again, from nothing but what they publish."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy import sparse

from analysis.disclosure.cube import Counts, Cube, Flags, base_cells, cell_names, incidence, inner_cells
from analysis.disclosure.linear.programs import DUAL_SIMPLEX, TOLERANCE, Programs, Reals
from analysis.disclosure.problem import TieRows
from analysis.disclosure.recheck import Name, cells_of
from analysis.disclosure.tied.rows import Domain, Sum, cell_limits, domain_of, sum_rows, tie_rows, together
from analysis.disclosure.tied.ties import Tie

#: No count that a reader thinks of is larger than this many times the largest published one.
GENEROUS = 100


@dataclass(frozen=True, slots=True)
class Published:
    """A table as everybody can read it: its cube, the count of each name (None where hidden), and its k.

    Parameters
    ----------
    name
        What it is called.
    cube
        Its cells.
    counts
        By name, None where hidden.
    k
        No hidden cell may be shown to hold fewer people.
    k_of_hidden
        The same where the number interviewed is hidden; `k` when left out.
    ranges
        By name the fewest and the most that a hidden cell can hold as everybody sees: it need not seem able to hold others.
    free
        Whether nothing is asked of its hidden cells: of a table that is published nowhere.

    Examples
    --------
    >>> from analysis.disclosure.nodes import Dimension
    >>> cube = Cube((Dimension("answer", ("answer",), (("yes",), ("no",)), answers=True),))
    >>> Published("asked", cube, {("yes",): None, ("no",): None, ("Total",): 60}, 5)
    Published(name='asked', k=5)
    """

    name: str
    cube: Cube = field(repr=False)
    counts: Mapping[Name, int | None] = field(repr=False)
    k: int
    k_of_hidden: int | None = field(default=None, repr=False)
    ranges: Mapping[Name, tuple[float, float]] = field(default_factory=dict, repr=False)
    free: bool = field(default=False, repr=False)


def exposed_tied_cells(
    tables: Sequence[Published],
    ties: Sequence[Tie],
    worlds: Sequence[Reals] = (),
    sums: Sequence[Sum] = (),
) -> tuple[tuple[str, Name], ...]:
    """Hidden cells of tied tables that a reader can compute, or show to be under k.

    Parameters
    ----------
    tables
        The tables over the same places.
    ties
        What the reader knows of them.
    worlds
        Inner counts, table after table, that the maker of the tables found to
        agree with what is published.  Each is verified and then spares
        programs; what they leave open is decided by programs over everything.
    sums
        Published figures that are made of several answers; one of a table that is not there is left out.

    Returns
    -------
    tuple of (str, tuple of str)
        Table and name of each cell that fails; empty for safe tables.

    Raises
    ------
    ContradictionError
        If the published counts cannot all be true.
    KeyError
        As for `analysis.disclosure.recheck.exposed_cells`.
    ValueError
        As there, or if a world does not agree with what is published.

    Examples
    --------
    Everybody who was asked was asked further, so the 20 of the first table are the hidden number of the second.

    >>> from analysis.disclosure.nodes import Dimension
    >>> from analysis.disclosure.tied.ties import Term
    >>> place = Dimension("place", ("place",), (("a",),))
    >>> group = Dimension("group", ("group",), (("youth",),))
    >>> cube = Cube((place, group, Dimension("answer", ("answer",), (("yes",), ("no",)), answers=True)))
    >>> names = [("a", "youth", text) for text in ("yes", "no", "Total")]
    >>> asked = Published("asked", cube, dict(zip(names, (20, 40, 60))), k=5)
    >>> further = Published("further", cube, dict(zip(names, (None, None, 60))), k=5)
    >>> more, less = Term("asked", "yes", 1), Term("further", "yes", -1)
    >>> exposed_tied_cells([asked, further], [Tie("", (more, less), 0, ("youth",))])
    ()
    >>> back = Tie("", (Term("asked", "yes", -1), Term("further", "yes", 1)), 0, ("youth",))
    >>> exposed_tied_cells([asked, further], [Tie("", (more, less), 0, ("youth",)), back])
    (('further', ('a', 'youth', 'yes')), ('further', ('a', 'youth', 'no')))
    """
    reader = _Reader(tables, ties, sums)
    for world in worlds:
        reader.believe(world)
    # Three programs a hidden cell at most: it ends, and no clock decides what it finds.
    for cell in reader.open_cells():
        reader.search(cell)
    return tuple(reader.named(int(cell)) for cell in reader.failing())


class _Reader:
    """What a reader of several tables knows, and the largest and smallest counts found possible so far."""

    def __init__(self, tables: Sequence[Published], ties: Sequence[Tie], sums: Sequence[Sum]) -> None:
        self._tables = tables
        self._matrix = sparse.csr_array(
            sparse.block_diag([incidence(table.cube) for table in tables], format="csr")
        ).astype(np.float64)
        found = [cells_of(table.cube, table.counts) for table in tables]
        self._values: Counts = np.concatenate([values for values, _ in found])
        self._published: Flags = np.concatenate([published for _, published in found])
        cubes = {table.name: table.cube for table in tables}
        hidden = _hidden_bases(tables, [flags for _, flags in found])
        self._ties = together([tie_rows(cubes, ties, hidden), sum_rows(cubes, sums)])
        self._bases, k, least = _bases_and_k(tables)
        self._k = np.where(self._published[self._bases], k, least)
        #: The most that a hidden cell can hold as everybody sees, and those of which nothing is asked, or all is seen.
        self._most, self._settled = _most_and_settled(tables)
        #: One number for the people of a domain in all tables that count them, and whether its largest is found.
        self._people = _people_of(tables, self._bases)
        self._largest: Flags = np.zeros(len(self._bases), np.bool_)
        self._high = np.where(self._published, self._values, -np.inf).astype(np.float64)
        self._low = np.where(self._published, self._values, np.inf).astype(np.float64)
        self._programs = self._program()
        if self._published.all():
            # No hidden cell needs a program that would find a contradiction.
            self.believe(self._values[_inner_cells(tables)].astype(np.float64))

    def _program(self) -> Programs:
        rows = np.flatnonzero(self._published)
        values = self._values[rows].astype(np.float64)
        matrix: Any = sparse.csr_array(sparse.vstack([self._matrix[rows], self._ties.matrix]))
        ceiling = 1e6 + GENEROUS * float(values.max(initial=0))
        low, high = np.concatenate([values, self._ties.low]), np.concatenate([values, self._ties.high])
        return Programs(matrix, low, high, ceiling, DUAL_SIMPLEX)

    def believe(self, world: Reals) -> None:
        """Take in a possible world; raises ValueError for one that is not."""
        sums = self._matrix @ world
        agrees = np.abs(sums - self._values)[self._published].max(initial=0) <= TOLERANCE
        if not agrees or world.min(initial=0) < -TOLERANCE or not _is_tied(self._ties, world):
            raise ValueError("A world does not agree with what is published.")
        self._take(sums)

    def _take(self, sums: Reals) -> None:
        np.maximum(self._high, sums, out=self._high)
        np.minimum(self._low, sums, out=self._low)

    def search(self, cell: int) -> None:
        """Find of the base of a cell the largest count, once for all tables, and of the cell the largest and the smallest."""
        base = int(self._bases[cell])
        if not (self._published[base] or self._largest[cell]):
            self._solve(base, 1.0)
            self._largest |= self._people == self._people[cell]
        for sign in (1.0, -1.0):
            if self._open()[cell]:
                self._solve(cell, sign)

    def _solve(self, cell: int, sign: float) -> None:
        row = self._matrix[[cell]]
        world = self._programs.extreme(row.indices.astype(np.int32), sign * row.data)
        self._take(self._matrix @ world)

    def open_cells(self) -> Iterator[int]:
        """Cells that are not yet known to be safe, looked at again for each."""
        for cell in np.flatnonzero(~self._published):
            if self._open()[cell]:
                yield int(cell)

    def _open(self) -> Flags:
        """Hidden cells that cannot yet reach k, or all of a smaller domain, or have one possible count so far."""
        high, low = np.floor(self._high + TOLERANCE), np.ceil(self._low - TOLERANCE)
        needed = np.minimum(np.minimum(self._k, self._most), high[self._bases])
        flags: Flags = ~(self._published | self._settled) & (
            (high < needed)
            | (low >= high)
            | (high < np.minimum(self._k, self._most)) & ~(self._published[self._bases] | self._largest)
        )
        return flags

    def failing(self) -> Counts:
        """Cells that fail when everything was searched."""
        high, low = np.floor(self._high + TOLERANCE), np.ceil(self._low - TOLERANCE)
        needed = np.minimum(np.minimum(self._k, self._most), high[self._bases])
        return np.flatnonzero(~(self._published | self._settled) & ((high < needed) | (low == high)))

    def named(self, cell: int) -> tuple[str, Name]:
        """The table of a cell and its first name there."""
        for table in self._tables:
            size = int(np.prod(table.cube.shape))
            if cell < size:
                return table.name, cell_names(table.cube, cell)[0]
            cell -= size
        raise IndexError(cell)


def _is_tied(ties: TieRows, world: Reals) -> bool:
    sums = ties.matrix @ world
    return bool(((sums >= ties.low - TOLERANCE) & (sums <= ties.high + TOLERANCE)).all())


def _bases_and_k(tables: Sequence[Published]) -> tuple[Counts, Counts, Counts]:
    """For every cell the cell of its base, the k of its table, and that for a hidden base."""
    bases, every, least, start = [], [], [], 0
    for table in tables:
        size = int(np.prod(table.cube.shape))
        own = base_cells(table.cube)
        bases.append(start + (np.arange(size) if own is None else own))
        every.append(np.full(size, table.k))
        least.append(np.full(size, table.k if table.k_of_hidden is None else min(table.k, table.k_of_hidden)))
        start += size
    return np.concatenate(bases), np.concatenate(every), np.concatenate(least)


def _most_and_settled(tables: Sequence[Published]) -> tuple[Reals, Flags]:
    limits = [cell_limits(table.cube, table.ranges) for table in tables]
    settled = [(low >= high) | table.free for table, (low, high) in zip(tables, limits, strict=True)]
    return np.concatenate([high for _, high in limits]), np.concatenate(settled)


def _people_of(tables: Sequence[Published], bases: Counts) -> Counts:
    """A number for every cell, the same where bases are of the same people, in any table: they are one count everywhere.

    It is published, or `tie_rows` makes it equal in each domain that the base is the sum of.
    """
    domains: dict[Domain, int] = {}
    known: dict[tuple[int, ...], int] = {}
    people, start = np.full(len(bases), -1, np.int64), 0
    for table in tables:
        inside = sparse.csr_array(incidence(table.cube))
        own = [
            domains.setdefault(domain_of(table.cube, index)[1], len(domains))
            for index in np.ndindex(*table.cube.inner_shape)
        ]
        for base in np.unique(bases[start : start + inside.shape[0]]):
            counted = inside[[int(base) - start]].indices.tolist()
            # Without answers a cell is its own base, and shares it with no other.
            shared = table.cube.answers is not None
            these = tuple(sorted({own[place] for place in counted})) if shared else (-1 - int(base),)
            people[base] = known.setdefault(these, len(known))
        start += inside.shape[0]
    return people[bases]


def _inner_cells(tables: Sequence[Published]) -> Counts:
    """The places of the inner counts among the cells of one table after the other."""
    starts = np.cumsum([0, *(int(np.prod(table.cube.shape)) for table in tables)])
    places = (start + inner_cells(table.cube) for start, table in zip(starts, tables, strict=False))
    return np.concatenate(list(places))


def _hidden_bases(tables: Sequence[Published], published: Sequence[Flags]) -> set[Domain]:
    hidden = set()
    for table, flags in zip(tables, published, strict=True):
        own = base_cells(table.cube)
        shown = flags[inner_cells(table.cube) if own is None else own[inner_cells(table.cube)]]
        for index, told in zip(np.ndindex(*table.cube.inner_shape), shown, strict=True):
            if not told:
                hidden.add(domain_of(table.cube, index)[1])
    return hidden
