"""Attacks a finished table again, from nothing but what it publishes."""

from collections.abc import Mapping

import numpy as np

from analysis.disclosure.bounds import read_ranges
from analysis.disclosure.cube import (
    Counts,
    Cube,
    Flags,
    base_cells,
    cell_names,
    cells_by_name,
    incidence,
    inner_cells,
)
from analysis.disclosure.problem import Reals

Name = tuple[str, ...]


def exposed_cells(
    cube: Cube, counts: Mapping[Name, int | None], k: int, k_of_hidden: int | None = None
) -> tuple[Name, ...]:
    """Hidden cells that a reader of the published ones can compute, or show to be under k.

    Parameters
    ----------
    cube
        The cells.
    counts
        The number of people by name, None where hidden. Every cell of the cube
        must be there under one of its names.
    k
        No hidden cell may be shown to hold fewer people; where the base itself
        is hidden and must be smaller, no fewer than the base may hold.
    k_of_hidden
        The same where the base is hidden; `k` when left out.  A larger k of
        sensitive tables is for domains whose size is known: in a hidden one
        there are few people anyhow.

    Returns
    -------
    tuple of tuple of str
        A name of each cell that fails; empty for a safe table.

    Raises
    ------
    KeyError
        If a name is not one of the cube's.
    ValueError
        If a cell is missing, has two different numbers, or all are published and do not add up.

    Notes
    -----
    This is the attack that anybody can repeat: it needs no true count. The
    attack that made the table knew more, every base and the weights.

    Examples
    --------
    >>> from analysis.disclosure.nodes import Dimension
    >>> cube = Cube((Dimension("place", ("place",), (("a",), ("b",))),))
    >>> exposed_cells(cube, {("a",): None, ("b",): 20, ("Total",): 23}, k=5)
    (('a',),)
    >>> exposed_cells(cube, {("a",): None, ("b",): None, ("Total",): 23}, k=5)
    ()
    >>> exposed_cells(cube, {("a",): 4, ("b",): 20, ("Total",): 23}, k=5)
    Traceback (most recent call last):
        ...
    ValueError: The published counts contradict each other.
    """
    values, published = cells_of(cube, counts)
    # Where something is hidden the attack itself finds that nothing can be true.
    if published.all() and (incidence(cube) @ values[inner_cells(cube)] != values).any():
        raise ValueError("The published counts contradict each other.")
    found = read_ranges(cube, values, published, k)
    high = np.where(published, values, found.high)
    least = k if k_of_hidden is None else min(k, k_of_hidden)
    required = _required_counts(cube, k, least, high, published)
    fails = ~published & ((high < required) | (found.low == high))
    return tuple(cell_names(cube, int(cell))[0] for cell in np.flatnonzero(fails))


def _required_counts(cube: Cube, k: int, k_of_hidden: int, high: Reals, published: Flags) -> Reals:
    """The count that every hidden cell must seem able to reach: k, or all of a domain that is smaller."""
    bases = base_cells(cube)
    if bases is None:
        return np.full(len(high), float(k))
    return np.minimum(np.where(published[bases], float(k), float(k_of_hidden)), high[bases])


def cells_of(cube: Cube, counts: Mapping[Name, int | None]) -> tuple[Counts, Flags]:
    """Counts in cell order, 0 where hidden, and which are published.

    Parameters
    ----------
    cube
        The cells.
    counts
        The number of people by name, None where hidden.

    Returns
    -------
    counts, published
        Shape (cells,) each.

    Raises
    ------
    KeyError
        If a name is not one of the cube's.
    ValueError
        If a cell is missing, or has two different numbers.

    Examples
    --------
    >>> from analysis.disclosure.nodes import Dimension
    >>> cube = Cube((Dimension("place", ("place",), (("a",), ("b",))),))
    >>> values, published = cells_of(cube, {("a",): None, ("b",): 20, ("Total",): 23})
    >>> values.tolist(), published.tolist()
    ([0, 20, 23], [False, True, True])
    """
    known = cells_by_name(cube)
    size = int(np.prod(cube.shape))
    values = np.zeros(size, dtype=np.int64)
    published, told = np.zeros(size, dtype=np.bool_), np.zeros(size, dtype=np.bool_)
    for name, count in counts.items():
        cell = known[name]
        if told[cell] and (published[cell] != (count is not None) or values[cell] != (count or 0)):
            raise ValueError(f"{' / '.join(name)!r} has two numbers.")
        told[cell], published[cell], values[cell] = True, count is not None, count or 0
    if not told.all():
        raise ValueError(f"The table lacks {' / '.join(cell_names(cube, int(np.argmin(told)))[0])!r}.")
    return values, published
