"""All facets of a large piece: some are known, and a person who still seems possible but is not leads to another.

First every combination of classes is tried: one that nobody can be in has to break an inequality. Then the corners of
what the inequalities allow are found. One that is no possible person is a mixture of people that nothing forbids yet:
a facet that it breaks is added, and so on. Once every corner is a possible person nothing else is allowed than
mixtures of possible persons, so there is no other facet: what is found is all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod
from typing import Final

import numpy as np
from numpy.typing import NDArray

from survey.publication.protection.ties.components import Points
from survey.publication.protection.ties.corners import Corners, TooManyCornersError, corners_within
from survey.publication.protection.ties.facets import Facet, NotWholeError, facet_beyond, is_facet

#: Combinations of classes that are tried on a piece.
COMBINATIONS: Final = 1 << 18
#: Facets of a piece that a joint attack can take.
MOST: Final = 200


def all_facets(points: Points, sizes: Sequence[int], known: Sequence[Facet]) -> list[Facet] | None:
    """The facets of the possible persons, and no fewer; None where they are too many or too hard to find.

    `points` are the possible persons by every class but the last of each column, `sizes` how many these are by
    column, `known` some inequalities that hold.
    """
    if prod(size + 1 for size in sizes) > COMBINATIONS:
        return None
    likely = _distinct([*_inequalities_of_single_tables(sizes), *known])
    found = [one for one in likely if is_facet(points, one)]
    try:
        # Where nothing is outside, every combination is possible and the single tables say all.
        outside = _not_possible(points, _combinations(sizes))
        while len(outside):
            found += _facets_beyond(points, outside, found)
            outside = _not_possible(points, corners_within(sum(sizes), found))
    except (NotWholeError, TooManyFacetsError, TooManyCornersError):
        return None
    return sorted(found, key=tuple)


class TooManyFacetsError(Exception):
    """More facets than a joint attack can take."""


def _inequalities_of_single_tables(sizes: Sequence[int]) -> Iterator[Facet]:
    """What holds for every table by itself: no class holds less than nobody, all together at most everybody."""
    width, start = sum(sizes), 0
    for place in range(width):
        yield -np.eye(width + 1, dtype=np.int64)[place]
    for size in sizes:
        whole = np.zeros(width + 1, np.int64)
        whole[start : start + size], whole[-1] = 1, -1
        start += size
        yield whole


def _distinct(facets: Sequence[Facet]) -> list[Facet]:
    return list({tuple(facet): facet for facet in facets}.values())


def _facets_beyond(points: Points, outside: Corners, found: Sequence[Facet]) -> list[Facet]:
    """Further facets, so that all that is outside breaks one."""
    new: list[Facet] = []
    for facet in found:
        outside = outside[outside @ facet <= 0]
    while len(outside):
        if len(found) + len(new) == MOST:
            raise TooManyFacetsError
        new.append(facet_beyond(points, _point(points, outside[0])))
        outside = outside[outside @ new[-1] <= 0]
    return new


def _point(points: Points, corner: Corners) -> NDArray[np.float64]:
    """A corner as shares of people; where it has no end, a point on the way that is no mixture of possible persons."""
    if corner[-1]:
        return np.asarray(corner[:-1] / corner[-1])
    return np.asarray(points.mean(axis=0) + 2 * corner[:-1])


def _combinations(sizes: Sequence[int]) -> Corners:
    """For each column one class, or none for its last."""
    rows: Corners = np.ones((1, 1), np.int64)
    for size in reversed(sizes):
        classes = np.vstack([np.zeros((1, size), np.int64), np.eye(size, dtype=np.int64)])
        rows = np.hstack([np.repeat(classes, len(rows), axis=0), np.tile(rows, (size + 1, 1))])
    return rows


def _not_possible(points: Points, corners: Corners) -> Corners:
    """Combinations of classes that nobody is in, or mixtures of people that are no possible person."""
    possible = {np.append(point, 1).tobytes() for point in points}
    return corners[[corner.tobytes() not in possible for corner in corners]]
