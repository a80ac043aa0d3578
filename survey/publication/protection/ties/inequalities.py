"""The inequalities that hold for every person who is possible, and so for every count of people.

They are the facets of the convex hull of the possible persons: all that follows from the questionnaire for counts
follows from them. For a piece of few columns these are computed. For a larger one they are sought, from those of every
two columns and of sums (any of several, at most so many) on: see `completeness`. Where they are too many or not found
the piece is too entangled: its last table is left out, and not published with the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Final

import numpy as np

from survey.publication.protection.ties.completeness import all_facets
from survey.publication.protection.ties.components import Component, Points
from survey.publication.protection.ties.facets import Facet, facets_of
from survey.publication.protection.ties.pieces import Places, pieces_of

#: Dimensions and facets up to which a piece is described in full.
DIMENSIONS: Final = 8
FACETS: Final = 80

#: Column and class → factor; a sum of indicators that is at most `-base` for everybody.
Factors = dict[tuple[int, int], int]


@dataclass(frozen=True, slots=True)
class Inequality:
    """For every person, the sum of factors over the classes that the person is in, plus `base`, is at most 0."""

    factors: tuple[tuple[tuple[int, int], int], ...]
    base: int


class TooEntangledError(Exception):
    """A piece of which not all that follows can be said in inequalities; `place` is its last column."""

    def __init__(self, place: int) -> None:
        self.place = place
        super().__init__(place)


@dataclass(frozen=True, slots=True)
class Persons:
    """The persons who are possible, and nothing else of a component: by row the class in each column, and how many these have.

    Two groups that are asked the same, and the tables of a release and of what is read besides it, are often equal in this.
    """

    content: bytes
    classes: tuple[int, ...]

    @property
    def points(self) -> Points:
        """One row a person, one column a table."""
        return np.frombuffer(self.content, np.int64).reshape(-1, len(self.classes))


def inequalities_of(component: Component) -> list[Inequality]:
    """The inequalities of a component that join two columns or more; raises TooEntangledError."""
    classes = tuple(len(column.classes) for column in component.columns)
    return list(_inequalities_among(Persons(component.points.tobytes(), classes)))


@lru_cache(maxsize=64)
def _inequalities_among(persons: Persons) -> tuple[Inequality, ...]:
    found: dict[Inequality, None] = {}
    for places in pieces_of(persons.points, tuple(range(len(persons.classes)))):
        found |= dict.fromkeys(_piece_inequalities(persons, places))
    return tuple(found)


def _piece_inequalities(persons: Persons, places: Places) -> list[Inequality]:
    sizes = [persons.classes[place] - 1 for place in places]
    names = [(place, number) for place, size in zip(places, sizes, strict=True) for number in range(size)]
    points = _indicators(persons.points, names)
    facets = (
        _joint_inequalities(_inequality(one, names) for one in facets_of(points))
        if len(names) <= DIMENSIONS
        else []
    )
    if 0 < len(facets) <= FACETS:
        return facets
    known = _joint_inequalities([*_pair_inequalities(persons, places), *_sum_inequalities(persons, places)])
    found = all_facets(points, sizes, [_facet(one, names) for one in known])
    if found is None:
        raise TooEntangledError(places[-1])
    return _joint_inequalities(_inequality(one, names) for one in found)


def _joint_inequalities(inequalities: Iterable[Inequality]) -> list[Inequality]:
    """Those that join two columns or more, each once."""
    several = (one for one in inequalities if len({column for (column, _), _ in one.factors}) > 1)
    return list(dict.fromkeys(several))


def _indicators(points: Points, names: list[tuple[int, int]]) -> Points:
    columns = [points[:, place] == number for place, number in names]
    return np.unique(np.array(columns, np.int64).T, axis=0)


def _inequality(facet: Facet, names: list[tuple[int, int]]) -> Inequality:
    factors = tuple((name, int(factor)) for name, factor in zip(names, facet[:-1], strict=True) if factor)
    return Inequality(factors, int(facet[-1]))


def _facet(inequality: Inequality, names: list[tuple[int, int]]) -> Facet:
    factors = dict(inequality.factors)
    return np.array([*(factors.get(name, 0) for name in names), inequality.base], np.int64)


def _pair_inequalities(persons: Persons, places: Places) -> Iterator[Inequality]:
    """For two columns: some classes of one are within some of the other (the theorem of Hall)."""
    for one, other in combinations(places, 2):
        pairs = np.unique(persons.points[:, [one, other]], axis=0)
        names = [(place, number) for place in (one, other) for number in range(persons.classes[place])]
        within = {
            number: frozenset(pairs[pairs[:, 0] == number, 1].tolist()) for number in pairs[:, 0].tolist()
        }
        for target in _unions(list(within.values())):
            if len(target) < persons.classes[other]:
                inside = [number for number, reach in within.items() if reach <= target]
                factors = {(one, number): 1 for number in inside} | {(other, number): -1 for number in target}
                yield _without_last(persons, {name: factors.get(name, 0) for name in names}, 0)


def _unions(sets: list[frozenset[int]]) -> set[frozenset[int]]:
    found: set[frozenset[int]] = set()
    for one in sets:
        found |= {one | other for other in found} | {one}
    return found


def _sum_inequalities(persons: Persons, places: Places) -> Iterator[Inequality]:
    """How many columns a person can be in outside their last class: at all, and for each class of another column."""
    yield from _limits(persons, list(places), None)
    for place in places:
        yield from _limits(persons, [other for other in places if other != place], place)


def _limits(persons: Persons, family: list[int], given: int | None) -> Iterator[Inequality]:
    """At most so many where the given column is in a class, and at least so many."""
    if len(family) < 2:
        return
    last = {place: persons.classes[place] - 1 for place in family}
    total = sum((persons.points[:, place] != number).astype(np.int64) for place, number in last.items())
    inside = np.zeros(len(persons.points), np.int64) if given is None else persons.points[:, given]
    classes = range(1 if given is None else persons.classes[given])
    for sign in (1, -1):
        limits = {number: int((sign * total[inside == number]).max()) for number in classes}
        if set(limits.values()) == {len(family) if sign > 0 else 0}:
            continue
        factors = {(place, number): sign for place in family for number in range(last[place])}
        if given is None:
            yield _without_last(persons, factors, -limits[0])
        else:
            yield _without_last(
                persons, factors | {(given, number): -limits[number] for number in classes}, 0
            )


def _without_last(persons: Persons, factors: Factors, base: int) -> Inequality:
    """The same without the last class of any column: who is in no other is in it."""
    last = {place: persons.classes[place] - 1 for place, _ in factors}
    moved = {place: factors.get((place, number), 0) for place, number in last.items()}
    rest = {
        (place, number): factors.get((place, number), 0) - moved[place]
        for place in last
        for number in range(last[place])
    }
    kept = tuple(sorted((name, factor) for name, factor in rest.items() if factor))
    return Inequality(kept, base + sum(moved.values()))
