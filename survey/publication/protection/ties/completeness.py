"""Whether some inequalities say all that can be said of the possible persons of a large piece, tried on sums."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from survey.publication.protection.ties.components import Component, Points
from survey.publication.protection.ties.pieces import Places

#: Sums that are tried on a piece.
SUMS: Final = 100

#: Rows and limits of inequalities over the classes of a piece.
Rows = tuple[NDArray[np.float64], NDArray[np.float64]]


def says_all(component: Component, places: Places, points: Points, rows: Rows) -> bool:
    """Whether no drawn sum over the leaves of a piece is narrower than the inequalities leave it.

    `points` are the possible persons, by every class but the last of each column.
    """
    owner = [place for place in places for _ in component.columns[place].classes[:-1]]
    whole = np.array([[one == place for one in owner] for place in places], float)
    left = np.vstack([rows[0], whole]), np.concatenate([rows[1], np.ones(len(places))])
    random = np.random.default_rng(len(points))
    sums = random.integers(-2, 3, (SUMS, points.shape[1]))
    return all(_most(left, wanted) < float((points @ wanted).max()) + 1e-6 for wanted in sums)


def _most(left: Rows, wanted: NDArray[np.int64]) -> float:
    done = linprog(-wanted, A_ub=left[0], b_ub=left[1], bounds=(0, None), method="highs")
    return -float(done.fun or 0.0)


def rows_of(
    names: Sequence[tuple[int, int]], factors: Sequence[Sequence[tuple[tuple[int, int], int]]]
) -> Points:
    """Inequalities as rows over these classes."""
    numbers = {name: number for number, name in enumerate(names)}
    rows = np.zeros((len(factors), len(names)), np.int64)
    for row, several in zip(rows, factors, strict=True):
        for name, factor in several:
            row[numbers[name]] = factor
    return rows
