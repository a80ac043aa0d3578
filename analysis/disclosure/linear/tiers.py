"""Which inner counts are moved together: those of a place, of places whose sum is published, and at last of more.

Sums over nearby places are published, so that a count is mostly made up for by one of a place within the same sum.
Programs over a few places take a fraction of the time of one over all of them, and a world found there is one of all.
"""

from collections.abc import Sequence
from itertools import chain

import numpy as np

from analysis.disclosure.cube import Cube
from analysis.disclosure.linear.neighbourhood import Positions
from analysis.disclosure.linear.surroundings import Tiers
from analysis.disclosure.nodes import Dimension, nodes_of

#: A table of no more inner counts is attacked all at once.
SMALL = 300


def tiers_of_table(cube: Cube) -> Tiers:
    """The tiers of one table: the smallest published sums of places by themselves, then everything.

    Parameters
    ----------
    cube
        Its cells.

    Returns
    -------
    sequence of sequences of numpy.ndarray
        None for a small table, or one whose longest dimension has no sums but that of all.

    Examples
    --------
    >>> leaves = tuple((side, f"{side} {number}") for side in "NS" for number in range(100))
    >>> cube = Cube((Dimension("place", ("side", "place"), leaves), Dimension("sex", ("sex",), (("f",), ("m",)))))
    >>> [[len(part) for part in tier] for tier in tiers_of_table(cube)]
    [[200, 200], [400]]
    """
    size = int(np.prod(cube.inner_shape))
    axes = [axis for axis, dimension in enumerate(cube.dimensions) if not dimension.answers]
    if size <= SMALL or not axes:
        return ()
    axis = max(axes, key=lambda one: len(cube.dimensions[one].leaves))
    parts = smallest_sums(cube.dimensions[axis])
    if len(parts) == 1 or max(map(len, parts)) == 1:
        return ()
    inner = np.moveaxis(np.arange(size).reshape(cube.inner_shape), axis, 0)
    return tuple(np.sort(inner[list(part)].ravel()) for part in parts), (np.arange(size),)


def smallest_sums(dimension: Dimension) -> tuple[tuple[int, ...], ...]:
    """The leaves of a dimension, apart by the smallest sums that it shows of several of them.

    Parameters
    ----------
    dimension
        The dimension.

    Returns
    -------
    tuple of tuple of int
        Every leaf once; one that is in no sum but larger ones stays by itself.

    Examples
    --------
    >>> tree = (("plain", ("a", "b")), ("all", ("plain", "c")))
    >>> smallest_sums(Dimension("place", ("place",), (("a",), ("b",), ("c",)), tree))
    ((0, 1), (2,))
    """
    found: list[tuple[int, ...]] = []
    left = set(range(len(dimension.leaves)))
    for node in sorted(nodes_of(dimension), key=lambda node: len(node.members)):
        if len(node.members) > 1 and left.issuperset(node.members):
            found.append(node.members)
            left.difference_update(node.members)
    return (*found, *((leaf,) for leaf in sorted(left)))


def gathered(parts: Sequence[tuple[int, ...]], most: int) -> list[tuple[int, ...]]:
    """Parts put together, those with near members, as far as no more than so many members are in one.

    Parameters
    ----------
    parts
        None of them empty.
    most
        Members of one.

    Returns
    -------
    list of tuple of int

    Examples
    --------
    >>> gathered([(2, 3, 4), (0, 1), (5,)], 5)
    [(0, 1, 2, 3, 4), (5,)]
    """
    found: list[tuple[int, ...]] = []
    for part in sorted(parts):
        if found and len(found[-1]) + len(part) <= most:
            found[-1] = (*found[-1], *part)
        else:
            found.append(part)
    return found


def counts_at(places: Sequence[int], of_place: Positions) -> Positions:
    """The inner counts of some places.

    Parameters
    ----------
    places
        Their numbers.
    of_place
        The place of each inner count.

    Returns
    -------
    numpy.ndarray

    Examples
    --------
    >>> counts_at((0, 2), np.array([0, 0, 1, 2])).tolist()
    [0, 1, 3]
    """
    return np.flatnonzero(np.isin(of_place, list(places)))


def tiers_of_places(dimension: Dimension, of_place: Positions, together: int, most: int) -> Tiers:
    """The tiers of several tables over the same places: each place, the smallest sums of places, several of those.

    Parameters
    ----------
    dimension
        The places.
    of_place
        The place of each inner count.
    together
        Of no more places all are attacked at once at last.
    most
        Of more places so many are attacked together at last.

    Returns
    -------
    sequence of sequences of numpy.ndarray

    Examples
    --------
    >>> places = Dimension("place", ("side", "place"), (("N", "a"), ("N", "b"), ("S", "c"), ("S", "d")))
    >>> [[part.tolist() for part in tier] for tier in tiers_of_places(places, np.arange(4), 2, 3)]
    [[[0], [1], [2], [3]], [[0, 1], [2, 3]], [[0, 1], [2, 3]]]
    """
    single: list[tuple[int, ...]] = [(place,) for place in range(len(dimension.leaves))]
    if len(single) <= together:
        tiers = [single, [tuple(chain.from_iterable(single))]]
    else:
        sums = smallest_sums(dimension)
        tiers = [single, list(sums), gathered(sums, most)]
    return tuple(tuple(counts_at(part, of_place) for part in tier) for tier in tiers)
