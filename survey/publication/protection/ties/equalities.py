"""Tables that are tied by an equality: the same people under two names, or sums of each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from survey.publication.protection.ties.components import Column, Component, Points

#: Ranks are found with whole numbers modulo this prime, so that no rounding decides.
_PRIME: Final = 2_147_483_629


@dataclass(frozen=True, slots=True)
class Equal:
    """Table `second` follows from `others`; `leaves` pairs its leaves with those of `first` where both split people in the same way."""

    second: str
    others: tuple[str, ...] = ()
    first: str = ""
    leaves: tuple[tuple[str, str], ...] = ()


def equalities_of(component: Component) -> Iterator[Equal]:
    """Every table of a component whose counts follow, in part at least, from those of the tables before it."""
    kept: list[int] = []
    for place in range(len(component.columns)):
        if _occurs(component, place) and _are_independent(component, (*kept, place)):
            kept.append(place)
        else:
            yield _equal(component, place, kept)


def _are_independent(component: Component, places: Sequence[int]) -> bool:
    """Whether no sums of classes of these columns are equal for everybody."""
    flags = [
        component.points[:, place] == number
        for place in places
        for number in range(len(component.columns[place].classes) - 1)
    ]
    matrix = np.array([np.ones(len(component.points), np.bool_), *flags]).astype(np.int64)
    return _rank(matrix) == len(matrix)


def _occurs(component: Component, place: int) -> bool:
    """Whether somebody can be in every leaf; else a count is known to be zero."""
    return len(np.unique(component.points[:, place])) == len(component.columns[place].classes)


def _equal(component: Component, place: int, kept: Sequence[int]) -> Equal:
    second = component.columns[place]
    for other in kept:
        first = component.columns[other]
        pairs = {(int(one), int(two)) for one, two in component.points[:, [other, place]]}
        if _one_to_one(pairs, first, second):
            leaves = tuple((first.classes[one][0], second.classes[two][0]) for one, two in sorted(pairs))
            return Equal(second.table.name, (first.table.name,), first.table.name, leaves)
    joined = _smallest_subset(component, place, kept) if _occurs(component, place) else ()
    return Equal(second.table.name, tuple(component.columns[other].table.name for other in joined))


def _smallest_subset(component: Component, place: int, kept: Sequence[int]) -> Sequence[int]:
    """As few of the tables as one still follows from."""
    needed = list(kept)
    for other in reversed(kept):
        fewer = [one for one in needed if one != other]
        if not _are_independent(component, (*fewer, place)):
            needed = fewer
    return needed


def _one_to_one(pairs: set[tuple[int, int]], first: Column, second: Column) -> bool:
    """Whether each leaf of one is a leaf of the other; classes of several leaves are split by each in its own way."""
    if any(len(leaves) > 1 for leaves in (*first.classes, *second.classes)):
        return False
    ones, others = ({pair[side] for pair in pairs} for side in (0, 1))
    return len(pairs) == len(ones) == len(others) == len(first.classes) == len(second.classes)


def _rank(rows: Points) -> int:
    """The number of rows that do not follow from others."""
    echelon: list[tuple[int, Points]] = []
    for row in rows:
        for pivot, other in echelon:
            row = (row - row[pivot] * other) % _PRIME
        nonzero = np.flatnonzero(row)
        if len(nonzero):
            pivot = int(nonzero[0])
            echelon.append((pivot, row * pow(int(row[pivot]), -1, _PRIME) % _PRIME))
    return len(echelon)
