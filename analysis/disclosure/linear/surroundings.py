"""Where hidden counts can change: small neighbourhoods first, then larger ones, and everywhere at last."""

from collections.abc import Iterator, Sequence
from itertools import chain

import numpy as np
import numpy.typing as npt
from scipy import sparse

from analysis.disclosure.cube import Flags
from analysis.disclosure.linear.neighbourhood import Neighbourhood, Positions, Sight
from analysis.disclosure.linear.programs import DUAL_SIMPLEX, PRIMAL_SIMPLEX
from analysis.disclosure.problem import Problem, Reader

#: Inner counts that are moved together, tier after tier, the small ones first.
Tiers = Sequence[Sequence[Positions]]

#: Among few neighbourhoods, or few unknown counts, the dual simplex method is used: it strays, and its worlds prove much
#: besides what they were sought for. Where thousands of programs are needed in any case that takes longer than it spares.
FEW, LARGE = 12, 500


class Surroundings:
    """The neighbourhoods of one reader's attack.

    Parameters
    ----------
    problem
        The cells, figures and readers.
    reader
        Who attacks.
    published
        Flags of the cells and figures that are published.
    tiers
        Inner counts to move together; without tiers all of them.

    Examples
    --------
    Two places by two answers: each place by itself, then both.

    >>> from analysis.disclosure.cube import Cube, Table
    >>> from analysis.disclosure.nodes import Dimension
    >>> from analysis.disclosure.primary import Rules, mark
    >>> from analysis.disclosure.problem import single_table_problem
    >>> dimensions = [Dimension(name, (name,), ((f"{name} 1",), (f"{name} 2",))) for name in ("place", "answer")]
    >>> table = Table(Cube(tuple(dimensions)), np.array([[3, 20], [9, 8]]))
    >>> problem = single_table_problem(table, mark(table, Rules()), Rules())
    >>> tiers = ((np.array([0, 1]), np.array([2, 3])), (np.arange(4),))
    >>> around = Surroundings(problem, problem.readers[0], problem.shown, tiers)
    >>> [near.free.tolist() for near in around.near(0)], [near.free.tolist() for near in around.widest(0)]
    ([[0, 1], [0, 1, 2, 3]], [[0, 1, 2, 3]])
    >>> [near.free.tolist() for near in around.holding(0)]
    [[0, 1, 2, 3]]
    >>> [flags[:4].tolist() for _, flags in around.parts()]
    [[True, True, True, False], [False, False, False, True]]
    >>> around.switch(8, on=False)
    >>> around.solved
    0
    """

    def __init__(self, problem: Problem, reader: Reader, published: Flags, tiers: Tiers = ()) -> None:
        """Begin with every neighbourhood of every tier."""
        self.sight = Sight(problem, reader)
        everywhere = np.arange(len(problem.inner))
        most = LARGE if tiers and len(tiers[0]) > FEW else len(everywhere)
        self._tiers = [
            [_neighbourhood(self.sight, published, free, most) for free in tier]
            for tier in tiers or [[everywhere]]
        ]
        self._all = [each for tier in self._tiers for each in tier]
        self._everywhere = _neighbourhood(self.sight, published, everywhere, most)
        self._touched = _touched_cells(problem, self._all)

    @property
    def solved(self) -> int:
        """Number of linear programs solved so far."""
        return sum(each.solved for each in (*self._all, self._everywhere))

    def switch(self, sum_: int, on: bool) -> None:
        """Let a published sum hold, or no longer.

        Parameters
        ----------
        sum_
            Number of a cell or figure.
        on
            Whether it holds.
        """
        for each in (*self._all, self._everywhere):
            each.switch(sum_, on)

    def widest(self, cell: int) -> list[Neighbourhood]:
        """The largest neighbourhoods in which a cell can change.

        Parameters
        ----------
        cell
            Its number.

        Returns
        -------
        list of Neighbourhood
        """
        first = len(self._all) - len(self._tiers[-1])
        found = [self._all[place] for place in self._places(cell) if place >= first]
        return [*found, self._everywhere] if self._is_sought_everywhere(cell) else found

    def holding(self, cell: int) -> list[Neighbourhood]:
        """The neighbourhoods of more than a place that hold all of a cell, and then the largest ones in which it can change.

        Parameters
        ----------
        cell
            Its number.

        Returns
        -------
        list of Neighbourhood
        """
        widest = self.widest(cell)
        inside = self.sight.problem.matrix[[cell]].indices
        middle = chain.from_iterable(self._tiers[1:-1])
        return [*(each for each in middle if np.isin(inside, each.free).all()), *widest]

    def near(self, cell: int) -> Iterator[Neighbourhood]:
        """Where a cell can change, the small neighbourhoods first.

        A number interviewed may differ from the truth only where many others
        make up for it, so it is tried in all inner counts at last.

        Parameters
        ----------
        cell
            Its number.

        Yields
        ------
        Neighbourhood
        """
        yield from (self._all[place] for place in self._places(cell))
        if self._is_sought_everywhere(cell):
            yield self._everywhere

    def parts(self) -> Iterator[tuple[Neighbourhood, Flags]]:
        """The neighbourhoods below the last tier, with the cells that can change there.

        Yields
        ------
        tuple of Neighbourhood and numpy.ndarray
            Flags of shape (cells,).
        """
        for place in range(len(self._all) - len(self._tiers[-1])):
            yield self._all[place], self._touched[place]

    def _places(self, cell: int) -> list[int]:
        found: list[int] = np.flatnonzero(self._touched[:, cell]).tolist()
        return found

    def _is_sought_everywhere(self, cell: int) -> bool:
        return bool(self.sight.problem.settled[cell]) and len(self._tiers[-1]) > 1


def _neighbourhood(sight: Sight, published: Flags, free: Positions, most: int) -> Neighbourhood:
    return Neighbourhood(sight, published, free, DUAL_SIMPLEX if len(free) <= most else PRIMAL_SIMPLEX)


def _touched_cells(problem: Problem, several: Sequence[Neighbourhood]) -> npt.NDArray[np.bool_]:
    """By neighbourhood the cells that can change there."""
    inside = np.zeros((len(several), len(problem.inner)), np.float64)
    for place, each in enumerate(several):
        inside[place, each.free] = 1.0
    cells = abs(sparse.csr_array(problem.matrix[: problem.cells]))
    found: npt.NDArray[np.bool_] = (cells @ inside.T).T > 0
    return np.ascontiguousarray(found)
