"""Facets of the hull of possible persons, in whole numbers, each tried on every one of them."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import lcm
from typing import Final

import numpy as np
from numpy.typing import NDArray

from survey.publication.protection.ties.components import Points

#: Facets of small pieces have small whole coefficients; one that has not is not used.
_DENOMINATOR: Final = 64

#: Whole factors of the classes, and last a base: their sum is at most 0 for everybody.
Facet = NDArray[np.int64]


class NotWholeError(Exception):
    """A facet that has no small whole factors."""


def facets_of(points: Points) -> list[Facet]:
    """All facets of a hull of few dimensions; none where one cannot be written in small whole numbers."""
    # Both load much of SciPy, which a server needs for new questionnaires and releases alone.
    from scipy.spatial import ConvexHull, QhullError

    try:
        hull = ConvexHull(points)
        # A facet comes once for every simplex that it is cut into.
        found = {tuple(whole): whole for whole in _whole_facets(points, hull.equations)}
    except (QhullError, NotWholeError):
        return []
    return [found[key] for key in sorted(found)]


def _whole_facets(points: Points, equations: NDArray[np.float64]) -> Iterator[Facet]:
    return (_whole_facet(points, equation) for equation in np.unique(equations.round(9), axis=0))


def facet_beyond(points: Points, outside: NDArray[np.float64]) -> Facet:
    """A facet that a point outside of the hull breaks; raises NotWholeError where none was found.

    Seen from the middle, each facet is a corner of what is at most 1 for everybody; the corner where the point
    outside is largest is sought.
    """
    from scipy.optimize import linprog

    middle = points.mean(axis=0)
    done = linprog(
        middle - outside,
        A_ub=points - middle,
        b_ub=np.ones(len(points)),
        bounds=(None, None),
        method="highs-ds",
    )
    if done.x is None:
        raise NotWholeError
    whole = _whole_facet(points, np.append(done.x, -1.0 - done.x @ middle))
    if outside @ whole[:-1] + whole[-1] <= 0:
        raise NotWholeError
    return whole


def is_facet(points: Points, facet: Facet) -> bool:
    """Whether the persons who just meet an inequality span a side of the hull."""
    meeting = points[points @ facet[:-1] + facet[-1] == 0]
    if not len(meeting):
        return False
    sides = meeting - meeting[0]
    # The small square matrix has the same rank as the long one, and is had in no time.
    return bool(np.linalg.matrix_rank(sides.T @ sides) == points.shape[1] - 1)


def _whole_facet(points: Points, equation: NDArray[np.float64]) -> Facet:
    """The equation with the smallest whole factors; raises NotWholeError where somebody breaks it."""
    large = np.abs(equation[np.abs(equation) > 1e-9])
    scaled = equation / large.min()
    parts = [Fraction(float(one)).limit_denominator(_DENOMINATOR) for one in scaled]
    if max(abs(float(part) - one) for part, one in zip(parts, scaled, strict=True)) > 1e-6:
        raise NotWholeError
    scale = lcm(*(part.denominator for part in parts))
    whole = np.array([int(part * scale) for part in parts], np.int64)
    whole = np.asarray(whole // np.gcd.reduce(whole))
    if (points @ whole[:-1] + whole[-1]).max() != 0:
        raise NotWholeError
    return whole
