"""The unknown counts of a few places, with everything elsewhere as it is in truth."""

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from analysis.disclosure.cube import Flags
from analysis.disclosure.linear.programs import (
    DUAL_SIMPLEX,
    Programs,
    Reals,
    closest_solution,
    whole_solution,
)
from analysis.disclosure.problem import Problem, Reader, TieRows

Positions = npt.NDArray[np.intp]


class Sight:
    """All that a reader can come to know of a problem: every sum that may be published or is known, and the ties.

    It is the same in every neighbourhood, so it is put together once.

    Parameters
    ----------
    problem
        Cells and figures.
    reader
        Who attacks.

    Examples
    --------
    >>> from analysis.disclosure.cube import Cube, Table
    >>> from analysis.disclosure.nodes import Dimension
    >>> from analysis.disclosure.primary import Rules, mark
    >>> from analysis.disclosure.problem import single_table_problem
    >>> table = Table(Cube((Dimension("place", ("place",), (("a",), ("b",))),)), np.array([3, 20]))
    >>> problem = single_table_problem(table, mark(table, Rules()), Rules())
    >>> Sight(problem, problem.readers[0]).sums.tolist()  # the 3 is never published
    [1, 2]
    """

    def __init__(self, problem: Problem, reader: Reader) -> None:
        """Put the rows together, by column."""
        self.problem, self.reader = problem, reader
        self.known = padded_flags(reader.known, problem)
        self.sums = np.flatnonzero(problem.shown | self.known)
        self.ties = _ties_known_to(reader, problem.ties)
        rows, self.low, self.high = _rows(problem, self.sums, self.ties)
        self.rows = sparse.csc_array(rows)
        self.values = rows @ problem.inner
        self.ceiling = float(problem.counts.max(initial=0) * 2 + reader.high.max(initial=0) + 100)


class Neighbourhood:
    """A search for possible worlds that differ from the truth in some inner counts only.

    A world found here is a possible world of the whole.  What cannot be found
    here may still be found in a larger neighbourhood; the neighbourhood of all
    inner counts decides.  Its program is set up when it is asked for the first time.

    Parameters
    ----------
    sight
        What the reader can come to know.
    published
        Flags of the cells and figures that hold.
    free
        Places of the inner counts that may differ from the truth.
    strategy
        Of its programs, as in `analysis.disclosure.linear.programs.Programs`.

    Examples
    --------
    Of a 3 and a 20 the sum alone is published: the first can be all of it, and without the sum anything.

    >>> from analysis.disclosure.cube import Cube, Table
    >>> from analysis.disclosure.nodes import Dimension
    >>> from analysis.disclosure.primary import Rules, mark
    >>> from analysis.disclosure.problem import single_table_problem
    >>> table = Table(Cube((Dimension("place", ("place",), (("a",), ("b",))),)), np.array([3, 20]))
    >>> problem = single_table_problem(table, mark(table, Rules()), Rules())
    >>> published, first = np.array([False, False, True]), problem.matrix[[0]]
    >>> near = Neighbourhood(Sight(problem, problem.readers[0]), published, np.arange(2))
    >>> near.solved, near.extreme(first, 1.0).tolist(), near.whole(first, 1.0, 23.0, 100)[0].tolist(), near.solved
    (0, [23.0, 0.0], [23.0, 0.0], 1)
    >>> near.closest(first, 1.0, 5.0).tolist()
    [5.0, 18.0]
    >>> rows, low, _ = near.local_rows(np.array([2]))
    >>> rows.toarray().tolist(), low.tolist(), near.local_ties()[0].shape
    ([[1.0, 1.0]], [23.0], (0, 2))
    >>> near.switch(2, False)
    >>> bool(near.extreme(first, 1.0)[0] > 23), near.world(np.array([4.0, 19.0])).tolist()
    (True, [4.0, 19.0])
    """

    def __init__(self, sight: Sight, published: Flags, free: Positions, strategy: int = DUAL_SIMPLEX) -> None:
        """Note what the reader knows."""
        self.free, self.ceiling = free, sight.ceiling
        #: Linear programs solved besides the kept one.
        self.solved_apart = 0
        self._sight, self._problem, self._ties = sight, sight.problem, sight.ties
        self._holds = published | sight.known
        self._strategy = strategy
        self._place = np.full(len(self._problem.inner), -1, dtype=np.int32)
        self._place[free] = np.arange(len(free), dtype=np.int32)
        self._kept: _Kept | None = None

    @property
    def solved(self) -> int:
        """Number of linear programs solved here."""
        return self.solved_apart + (0 if self._kept is None else self._kept.programs.solved)

    def _program(self) -> "_Kept":
        if self._kept is None:
            self._kept = _Kept(self._sight, self._holds, self.free, self._strategy)
        return self._kept

    def switch(self, sum_: int, on: bool) -> None:
        """Let a published sum hold, or no longer.

        Parameters
        ----------
        sum_
            Number of a cell or figure.
        on
            Whether it holds.
        """
        self._holds[sum_] = on
        if self._kept is not None:
            self._kept.switch(sum_, on)

    def extreme(self, row: Any, sign: float) -> Reals:
        """All inner counts of the possible world in which a sum, times a sign, is largest.

        Parameters
        ----------
        row
            Sparse factors, shape (1, inner cells).
        sign
            1 for the largest sum, -1 for the smallest.

        Returns
        -------
        numpy.ndarray
            Shape (inner cells,).
        """
        columns, factors = self._inside(row, sign)
        return self.world(self._program().programs.extreme(columns, factors))

    def closest(self, row: Any, sign: float, need: float) -> Reals | None:
        """Of the possible worlds in which a sum, times a sign, reaches a need, the one closest to the truth.

        Parameters
        ----------
        row, sign, need
            As for `whole`.

        Returns
        -------
        numpy.ndarray or None
            Shape (inner cells,), with the least sum of absolute differences; None if the need is not reached.
        """
        matrix, low, high = self._rows_with(row, sign, need)
        found = closest_solution(matrix, low, high, self._problem.inner[self.free])
        return None if found is None else self.world(found)

    def whole(self, row: Any, sign: float, need: float, nodes: int) -> tuple[Reals | None, int]:
        """A possible world of whole people in which a sum, times a sign, reaches a need; None if none is found.

        Parameters
        ----------
        row, sign
            As for `extreme`.
        need
            What the sum, times the sign, must reach.
        nodes
            How many nodes of the search may be opened.

        Returns
        -------
        world : numpy.ndarray or None
            Shape (inner cells,).
        opened : int
            How many nodes were opened.
        """
        matrix, low, high = self._rows_with(row, sign, need)
        found, opened = whole_solution(matrix, low, high, self.ceiling, nodes)
        return None if found is None else self.world(found), opened

    def _rows_with(self, row: Any, sign: float, need: float) -> tuple[Any, Reals, Reals]:
        """The rows that hold, and below them that a sum, times a sign, reaches a need."""
        columns, factors = self._inside(row, sign)
        beside = float((row @ _without(self._problem.inner, self.free))[0])
        target = sparse.csr_array((factors, (np.zeros(len(columns), np.intp), columns)), (1, len(self.free)))
        kept = self._program()
        low, high = kept.limits()
        matrix = sparse.csr_array(sparse.vstack([kept.rows, target]))
        return matrix, np.append(low, need - sign * beside), np.append(high, np.inf)

    def _inside(self, row: Any, sign: float) -> tuple[npt.NDArray[np.int32], Reals]:
        places = self._place[row.indices]
        here = places >= 0
        return places[here], sign * row.data[here].astype(np.float64)

    def local_rows(self, sums: Positions) -> tuple[Any, Reals, Reals]:
        """Sums over the free counts alone, with their limits less what is fixed elsewhere.

        Parameters
        ----------
        sums
            Numbers of cells and figures.

        Returns
        -------
        rows, low, high
            Sparse factors, shape (sums, free counts), and limits, shape (sums,).
        """
        problem, rows = self._problem, self._problem.matrix[sums]
        beside = rows @ _without(problem.inner, self.free)
        return self._columns(rows), problem.low[sums] - beside, problem.high[sums] - beside

    def local_ties(self) -> tuple[Any, Reals, Reals]:
        """The ties over the free counts alone, with their limits less what is fixed elsewhere.

        Returns
        -------
        rows, low, high
            Sparse factors, shape (ties, free counts), and limits, shape (ties,).
        """
        ties = self._ties
        if ties is None:
            return sparse.csr_array((0, len(self.free))), np.zeros(0), np.zeros(0)
        beside = ties.matrix @ _without(self._problem.inner, self.free)
        return self._columns(ties.matrix), ties.low - beside, ties.high - beside

    def _columns(self, rows: Any) -> Any:
        return sparse.csr_array(sparse.csc_array(rows)[:, self.free])

    def world(self, free: Reals) -> Reals:
        """All inner counts, the free ones given.

        Parameters
        ----------
        free
            Shape (free counts,).

        Returns
        -------
        numpy.ndarray
            Shape (inner cells,).
        """
        inner = self._problem.inner.copy()
        inner[self.free] = free
        return inner


class _Kept:
    """The program of one neighbourhood, whose rows are switched on and off."""

    def __init__(self, sight: Sight, holds: Flags, free: Positions, strategy: int) -> None:
        rows = sparse.csr_array(sight.rows[:, free])
        beside = sight.values - rows @ sight.problem.inner[free]
        held = np.flatnonzero(np.diff(rows.indptr))
        self._row_of = {int(sum_): row for row, sum_ in enumerate(sight.sums[held[held < len(sight.sums)]])}
        on = np.concatenate([holds[sight.sums], np.ones(len(sight.low) - len(sight.sums), np.bool_)])
        self.rows, self._on = rows[held], on[held]
        self._low, self._high = (sight.low - beside)[held], (sight.high - beside)[held]
        self.programs = Programs(self.rows, *self.limits(), sight.ceiling, strategy)

    def limits(self) -> tuple[Reals, Reals]:
        """The limits of all rows, infinite where they are switched off."""
        return np.where(self._on, self._low, -np.inf), np.where(self._on, self._high, np.inf)

    def switch(self, sum_: int, on: bool) -> None:
        """Let a sum hold, or no longer; nothing where no free count is in it."""
        row = self._row_of.get(sum_)
        if row is None:
            return
        self._on[row] = on
        low, high = (self._low[row], self._high[row]) if on else (-np.inf, np.inf)
        self.programs.limit(row, float(low), float(high))


def _rows(problem: Problem, sums: Positions, ties: TieRows | None) -> tuple[Any, Reals, Reals]:
    """The sums that can be published or are known, and below them the ties, with their limits."""
    rows, low, high = problem.matrix[sums], problem.low[sums], problem.high[sums]
    if ties is None:
        return rows, low, high
    return (
        sparse.csr_array(sparse.vstack([rows, ties.matrix])),
        np.concatenate([low, ties.low]),
        np.concatenate([high, ties.high]),
    )


def _ties_known_to(reader: Reader, ties: TieRows | None) -> TieRows | None:
    """The ties as one reader knows them: without the people of whom this one is unaware."""
    if ties is None or ties.people is None or reader.unaware is None:
        return ties
    beyond = ties.people & (abs(ties.matrix) @ reader.unaware.astype(np.float64) > 0)
    return replace(ties, low=np.where(beyond, -np.inf, ties.low))


def _without(inner: Reals, free: Positions) -> Reals:
    fixed = inner.copy()
    fixed[free] = 0
    return fixed


def padded_flags(flags: Flags, problem: Problem) -> Flags:
    """Flags of cells, none of them set for the figures that follow after the cells.

    Parameters
    ----------
    flags
        Shape (cells,).
    problem
        Which may have figures.

    Returns
    -------
    numpy.ndarray
        Shape (cells + figures,).

    Examples
    --------
    >>> from analysis.disclosure.cube import Cube, Table
    >>> from analysis.disclosure.nodes import Dimension
    >>> from analysis.disclosure.primary import Rules, mark
    >>> from analysis.disclosure.problem import Figure, single_table_problem
    >>> table = Table(Cube((Dimension("place", ("place",), (("a",), ("b",))),)), np.array([3, 20]))
    >>> problem = single_table_problem(table, mark(table, Rules()), Rules(), [Figure("sum", (1.0, 1.0), 22.5, 23.5)])
    >>> padded_flags(np.ones(3, dtype=np.bool_), problem).tolist()
    [True, True, True, False]
    """
    extra = len(problem.low) - problem.cells
    return np.concatenate([flags, np.zeros(extra, dtype=np.bool_)])
