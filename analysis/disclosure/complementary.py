"""Complementary suppression: hide further cells until no hidden one can be subtracted.

A reader can compute a hidden cell from published ones exactly when its sum of
inner cells is a linear combination of theirs.  Cells are published one after
the other, in an order of preference, as long as no protected cell becomes such
a combination (Gaussian elimination, as in the R package GaussSuppression).

The arithmetic is exact modulo the prime 2**31 - 1.  With the known and the
published cells eliminated, a further cell gives a protected one away exactly
when the two residuals are proportional; that is compared on two random
projections that are carried along.  A chance agreement of the projections
hides one cell too many and never shows one too many.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.disclosure.cube import Flags

PRIME = 2**31 - 1
PROJECTIONS = 2

Positions = npt.NDArray[np.intp]


@dataclass(slots=True)
class _Residuals:
    """Residuals of cells, one per column, below them their random projections."""

    values: npt.NDArray[np.int64]
    occupied: npt.NDArray[np.int64]
    protected: Flags
    inner: int


class Elimination:
    """Cells that are known in any case, eliminated once for many orders of the same candidates.

    Parameters
    ----------
    incidence
        Sparse zeros and ones, shape (cells, inner cells).
    known
        Cells whose value is known in any case.
    protected
        Cells that must not become computable.
    candidates
        Cells that may be published.

    References
    ----------
    Langsrud, Ø. (2024), Secondary Cell Suppression by Gaussian Elimination, Privacy in Statistical Databases.

    Examples
    --------
    With the total and b published, a could be subtracted: one of them has to stay hidden.

    >>> from analysis.disclosure.cube import Cube, incidence
    >>> from analysis.disclosure.nodes import Dimension
    >>> cube = Cube((Dimension("place", ("place",), (("a",), ("b",))),))
    >>> elimination = Elimination(incidence(cube), np.array([], np.intp), np.array([0]), np.array([1, 2]))
    >>> elimination.published(np.array([2, 1])).tolist(), elimination.published(np.array([1, 2])).tolist()
    ([False, False, True], [False, True, False])
    """

    def __init__(self, incidence: Any, known: Positions, protected: Positions, candidates: Positions) -> None:
        """Eliminate what is known."""
        residuals = _residuals(incidence, known, protected, candidates)
        for position in range(len(known)):
            _publish(residuals, position)
        self._cells = incidence.shape[0]
        self._start = _Residuals(
            residuals.values[:, len(known) :],
            residuals.occupied,
            residuals.protected[len(known) :],
            residuals.inner,
        )
        self._position = {
            int(cell): position for position, cell in enumerate(candidates, start=len(protected))
        }

    def published(self, order: Positions) -> Flags:
        """Publish the candidates in an order, none that gives a protected cell away.

        Parameters
        ----------
        order
            The candidates, the most wanted first.

        Returns
        -------
        numpy.ndarray
            Flags of shape (cells,): the candidates that are published.  No
            further candidate could be added.
        """
        start = self._start
        residuals = _Residuals(start.values.copy(), start.occupied.copy(), start.protected, start.inner)
        published = np.zeros(self._cells, dtype=np.bool_)
        for cell in order:
            published[cell] = _publish(residuals, self._position[int(cell)])
        return published


def _residuals(incidence: Any, known: Positions, protected: Positions, order: Positions) -> _Residuals:
    cells = np.concatenate([known, protected, order]).astype(np.intp)
    inner = incidence.shape[1]
    values = np.zeros((inner + PROJECTIONS, len(cells)), dtype=np.int64)
    values[:inner] = incidence[cells].toarray().T
    weights = np.random.default_rng(20_147).integers(1, PRIME, size=(PROJECTIONS, inner))
    values[inner:] = (incidence[cells] @ weights.T).T % PRIME
    flags = np.zeros(len(cells), dtype=np.bool_)
    flags[len(known) : len(known) + len(protected)] = True
    return _Residuals(values, np.count_nonzero(values[:inner], axis=1), flags, inner)


def _publish(residuals: _Residuals, position: int) -> bool:
    """Eliminate a cell, unless that gives a protected one away."""
    values, inner = residuals.values, residuals.inner
    column = values[:, position].copy()
    held = np.flatnonzero(column[:inner])
    if not len(held):
        return True
    values[:, position] = 0
    residuals.occupied[held] -= 1
    pivot = held[np.argmin(residuals.occupied[held])]
    others = np.flatnonzero(values[pivot])
    if _reveals(residuals, column, pivot, others[residuals.protected[others]]):
        return False
    _subtract(residuals, column, held, pivot, others)
    return True


def _reveals(residuals: _Residuals, column: npt.NDArray[np.int64], pivot: int, hidden: Positions) -> bool:
    """Whether a protected residual is a multiple of the column."""
    if not len(hidden):
        return False
    inner = residuals.inner
    theirs = residuals.values[inner:, hidden] * column[pivot]
    ours = residuals.values[pivot, hidden] * column[inner:, None]
    return bool((theirs % PRIME == ours % PRIME).all(axis=0).any())


def _subtract(
    residuals: _Residuals, column: npt.NDArray[np.int64], held: Positions, pivot: int, others: Positions
) -> None:
    if not len(others):
        return
    factors = residuals.values[pivot, others] * pow(int(column[pivot]), -1, PRIME) % PRIME
    rows = np.concatenate([held, np.arange(residuals.inner, len(column))])
    places = rows[:, None], others
    block = residuals.values[places]
    changed = (block - column[rows, None] * factors) % PRIME
    residuals.values[places] = changed
    inner_rows = len(held)
    before = np.count_nonzero(block[:inner_rows], axis=1)
    residuals.occupied[held] += np.count_nonzero(changed[:inner_rows], axis=1) - before
