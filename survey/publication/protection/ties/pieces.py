"""A component cut where a published table separates it: ties of the pieces are all ties of the whole.

Given the leaf of the table in between, what a person can be in on one side does not depend on the other side. Then
every mixture of people that is possible in both pieces is possible in the whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from math import prod

import numpy as np

from survey.publication.protection.ties.components import Points

#: Numbers of the columns that are in one piece.
Places = tuple[int, ...]


def pieces_of(points: Points, places: Places) -> Iterator[Places]:
    """The pieces of these columns; a piece of one column is left out."""
    if len(places) < 2:
        return
    for parts in (_independent(points, places), *(_around(points, places, one) for one in places)):
        if len(parts) > 1:
            for part in parts:
                yield from pieces_of(points, part)
            return
    yield places


def _around(points: Points, places: Places, between: int) -> list[Places]:
    """The pieces on the sides of one column, each with it."""
    rest = tuple(place for place in places if place != between)
    if len(rest) < 2:
        return [places]
    groups = [points[points[:, between] == number] for number in np.unique(points[:, between])]
    parts = _joined_places(rest, [pair for rows in groups for pair in _dependent(rows, rest)])
    if all(_is_product(rows, parts) for rows in groups):
        return [tuple(sorted((*part, between))) for part in parts]
    return [places]


def _independent(points: Points, places: Places) -> list[Places]:
    parts = _joined_places(places, list(_dependent(points, places)))
    return parts if _is_product(points, parts) else [places]


def _dependent(points: Points, places: Places) -> Iterator[tuple[int, int]]:
    for pair in combinations(places, 2):
        if not _is_product(points, [(place,) for place in pair]):
            yield pair


def _is_product(points: Points, parts: Sequence[Places]) -> bool:
    """Whether every combination of what the parts can be occurs."""
    whole = tuple(place for part in parts for place in part)
    product = 1
    for part in parts:
        product *= _different(points, part)
    return product == _different(points, whole)


def _different(points: Points, places: Places) -> int:
    """How many combinations of these columns occur; each combination is one number, as long as it fits."""
    columns = points[:, list(places)]
    sizes = [int(size) + 1 for size in columns.max(axis=0)]
    if prod(sizes) > np.iinfo(np.int64).max:
        return len(np.unique(columns, axis=0))
    return len(np.unique(np.ravel_multi_index(tuple(columns.T), sizes)))


def _joined_places(places: Places, pairs: Sequence[tuple[int, int]]) -> list[Places]:
    found = {place: [place] for place in places}
    for one, other in pairs:
        if found[one] is not found[other]:
            whole = found[one] + found[other]
            for place in whole:
                found[place] = whole
    distinct = {id(part): tuple(sorted(part)) for part in found.values()}
    return list(distinct.values())
