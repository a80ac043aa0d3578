"""All facets of a large piece: some are known, and a person who still seems possible but is not leads to another.

First every combination of classes is tried: one that nobody can be in has to break an inequality. Then sums over the
classes are drawn, and mixtures of people who seem possible but are none are sought where a sum is largest. Each find
is separated from the possible persons by a facet, so the inequalities become more until nothing is found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from math import prod
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from analysis.disclosure.linear.programs import PRIMAL_SIMPLEX, Programs
from survey.publication.protection.ties.components import Points
from survey.publication.protection.ties.facets import Facet, NotWholeError, facet_beyond, is_facet

#: Combinations of classes that are tried on a piece.
COMBINATIONS: Final = 1 << 18
#: Sums that are drawn for a piece.
SUMS: Final = 2_000
#: Facets of a piece that a joint attack can take.
MOST: Final = 200

Reals = NDArray[np.float64]


def all_facets(points: Points, sizes: Sequence[int], known: Sequence[Facet]) -> list[Facet] | None:
    """The facets of the possible persons; None where they are too many or too hard to find.

    `points` are the possible persons by every class but the last of each column, `sizes` how many these are by
    column, `known` some inequalities that hold.
    """
    if prod(size + 1 for size in sizes) > COMBINATIONS:
        return None
    found = {tuple(one): one for one in (*_facets_of_single_tables(sizes), *known) if is_facet(points, one)}
    now = lambda: [*found.values()]  # noqa: E731
    try:
        for outside in chain(_impossible(points, sizes, now), _mixtures(points, now)):
            facet = facet_beyond(points, outside)
            found[tuple(facet)] = facet
            if len(found) > MOST:
                return None
    except NotWholeError:
        return None
    return [found[key] for key in sorted(found)]


def _facets_of_single_tables(sizes: Sequence[int]) -> Iterator[Facet]:
    """What holds for every table by itself: no class holds less than nobody, all together at most everybody."""
    width, start = sum(sizes), 0
    for place in range(width):
        yield -np.eye(width + 1, dtype=np.int64)[place]
    for size in sizes:
        whole = np.zeros(width + 1, np.int64)
        whole[start : start + size], whole[-1] = 1, -1
        start += size
        yield whole


#: What is found so far.
Found = Callable[[], list[Facet]]


def _impossible(points: Points, sizes: Sequence[int], found: Found) -> Iterator[Reals]:
    """The combinations of classes that nobody is in and that break nothing that is found so far."""
    possible = {row.tobytes() for row in points.astype(np.int8)}
    left = _combinations(sizes)
    for facet in found():
        left = _meeting(left, facet)
    left = np.array([row for row in left if row.tobytes() not in possible], np.int8)
    while len(left):
        yield left[0].astype(np.float64)
        left = _meeting(left, found()[-1])


def _meeting(rows: NDArray[np.int8], facet: Facet) -> NDArray[np.int8]:
    return np.asarray(rows[rows @ facet[:-1] + facet[-1] <= 0])


def _combinations(sizes: Sequence[int]) -> NDArray[np.int8]:
    """For each column one class, or none for its last."""
    rows = np.zeros((1, 0), np.int8)
    for size in sizes:
        classes = np.vstack([np.zeros((1, size), np.int8), np.eye(size, dtype=np.int8)])
        rows = np.hstack([np.repeat(rows, size + 1, axis=0), np.tile(classes, (len(rows), 1))])
    return rows


def _mixtures(points: Points, found: Found) -> Iterator[Reals]:
    """Where drawn sums are larger by what is found so far than for any possible person."""
    random = np.random.default_rng(len(points))
    programs = _programs(found())
    for number in range(SUMS):
        wanted = _random_direction(random, found(), points.shape[1], plain=number % 2 == 0)
        most = float((points @ wanted).max())
        while (
            mixture := programs.extreme(np.arange(len(wanted), dtype=np.int32), wanted)
        ) @ wanted > most + 1e-6:
            yield mixture
            programs = _programs(found())


def _random_direction(
    random: np.random.Generator, found: Sequence[Facet], width: int, *, plain: bool
) -> Reals:
    """A sum over few or many classes; or one that is largest near a corner of what is found so far."""
    if plain:
        chosen = random.random(width) < random.uniform(0.2, 1)
        return (random.integers(-2, 3, width) * chosen).astype(np.float64)
    corner = random.choice(len(found), min(width, len(found)), replace=False)
    return np.asarray(
        random.uniform(0, 1, len(corner)) @ np.array([found[one][:-1] for one in corner], float)
    )


def _programs(found: Sequence[Facet]) -> Programs:
    rows = np.array(found, np.float64)
    limits = -rows[:, -1]
    return Programs(sparse.csr_array(rows[:, :-1]), np.full(len(rows), -np.inf), limits, 1.0, PRIMAL_SIMPLEX)
