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


def eliminate(incidence: Any, known: Positions, protected: Positions, order: Positions) -> Flags:
    """Publish cells in an order, none that gives a protected cell away.

    Parameters
    ----------
    incidence
        Sparse zeros and ones, shape (cells, inner cells).
    known
        Cells whose value is known in any case.
    protected
        Cells that must not become computable.
    order
        Candidates for publication, the most wanted first.

    Returns
    -------
    numpy.ndarray
        Flags of shape (cells,): the candidates that are published.  No
        further candidate could be added.

    References
    ----------
    Langsrud, Ø. (2024), Secondary Cell Suppression by Gaussian Elimination, Privacy in Statistical Databases.

    Examples
    --------
    With the total and b published, a could be subtracted: b has to stay hidden.

    >>> from analysis.disclosure.cube import Cube, incidence
    >>> from analysis.disclosure.nodes import Dimension
    >>> cube = Cube((Dimension("place", ("place",), (("a",), ("b",))),))
    >>> nothing, a, total_then_b = np.array([], dtype=np.intp), np.array([0]), np.array([2, 1])
    >>> eliminate(incidence(cube), nothing, a, total_then_b).tolist()
    [False, False, True]
    """
    residuals = _residuals(incidence, known, protected, order)
    for position in range(len(known)):
        _publish(residuals, position)
    published = np.zeros(incidence.shape[0], dtype=np.bool_)
    first = len(known) + len(protected)
    for position, cell in enumerate(order, start=first):
        published[cell] = _publish(residuals, position)
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
    block = residuals.values[np.ix_(rows, others)]
    changed = (block - column[rows, None] * factors) % PRIME
    residuals.values[np.ix_(rows, others)] = changed
    inner_rows = len(held)
    before = np.count_nonzero(block[:inner_rows], axis=1)
    residuals.occupied[held] += np.count_nonzero(changed[:inner_rows], axis=1) - before
