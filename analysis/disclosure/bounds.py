"""The range of every hidden cell of a published table, as its reader can compute it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from analysis.disclosure.cube import (
    Counts,
    Cube,
    Flags,
    Table,
    base_cells,
    cell_counts,
    incidence,
)
from analysis.disclosure.linear.programs import PRIMAL_SIMPLEX, TOLERANCE, Programs
from analysis.disclosure.primary import Rules, mark
from analysis.disclosure.problem import Reals, TieRows, inner_bases

UNLIMITED = 1e6


@dataclass(frozen=True, slots=True)
class Ranges:
    """What a reader can conclude about each cell of a cube.

    Parameters
    ----------
    low, high
        Smallest and largest possible count in cell order, whole numbers;
        `high` is infinite where nothing published limits the cell.
    fails
        Hidden cells about which the reader learns too much.

    Examples
    --------
    >>> Ranges(np.zeros(1), np.array([np.inf]), np.array([False])).fails.tolist()
    [False]
    """

    low: Reals = field(repr=False)
    high: Reals = field(repr=False)
    fails: Flags = field(repr=False)


def ranges(
    matrix: Any, values: Reals, known: Flags, wanted: Sequence[int], ties: TieRows | None = None
) -> tuple[Reals, Reals]:
    """Smallest and largest count of cells, given the values of others.

    Parameters
    ----------
    matrix
        Zeros and ones, shape (cells, inner cells).
    values
        Counts in cell order, read where known.
    known
        Which cells the reader knows.
    wanted
        Cells to bound.
    ties
        What the reader knows besides.

    Returns
    -------
    low, high : numpy.ndarray
        Shape (cells,); the known value where known, NaN where not wanted.

    Raises
    ------
    ContradictionError
        If the known values cannot all be true.

    Examples
    --------
    Of two counts the sum alone is known.

    >>> from analysis.disclosure.nodes import Dimension
    >>> cells = incidence(Cube((Dimension("place", ("place",), (("a",), ("b",))),))).astype(np.float64)
    >>> low, high = ranges(cells, np.array([0.0, 0.0, 23.0]), np.array([False, False, True]), [0])
    >>> (low + 0).tolist(), high.tolist()
    ([0.0, nan, 23.0], [23.0, nan, 23.0])
    """
    rows = np.flatnonzero(known)
    ceiling = UNLIMITED + 100 * float(values[rows].max(initial=0))
    programs = _programs(matrix[rows], values[rows], ties, ceiling)
    low = np.where(known, values, np.nan)
    high = low.copy()
    floor, top = np.zeros(len(values)), _limits(matrix, values, rows, ceiling)
    for direction, found, limit in ((-1.0, low, floor), (1.0, high, top)):
        _extremes(matrix, programs, [cell for cell in wanted if not known[cell]], direction, found, limit)
    high[high >= ceiling / 2] = np.inf
    return np.ceil(low - TOLERANCE), np.floor(high + TOLERANCE)


def _programs(rows: Any, values: Reals, ties: TieRows | None, ceiling: float) -> Programs:
    if ties is None:
        return Programs(rows, values, values, ceiling, PRIMAL_SIMPLEX)
    matrix = sparse.csr_array(sparse.vstack([rows, ties.matrix]))
    low, high = np.concatenate([values, ties.low]), np.concatenate([values, ties.high])
    return Programs(matrix, low, high, ceiling, PRIMAL_SIMPLEX)


def _limits(matrix: Any, values: Reals, rows: npt.NDArray[np.intp], ceiling: float) -> Reals:
    """The smallest known sum that contains each cell: no program can exceed it."""
    limits = np.full(matrix.shape[0], ceiling)
    sizes = np.asarray(matrix.sum(axis=1)).ravel()
    overlap = (matrix @ matrix[rows].T).tocoo()
    inside = overlap.data == sizes[overlap.row]
    np.minimum.at(limits, overlap.row[inside], values[rows][overlap.col[inside]])
    return limits


def _extremes(
    matrix: Any, programs: Programs, cells: list[int], direction: float, found: Reals, limit: Reals
) -> None:
    """Optimise each cell in one direction, unless an earlier world reached its limit."""
    waiting = np.array(cells, dtype=np.intp)
    part = matrix[waiting]
    done = np.zeros(len(waiting), dtype=np.bool_)
    for position, cell in enumerate(waiting):
        if done[position]:
            continue
        row = part[[position]]
        world = programs.extreme(row.indices.astype(np.int32), direction * row.data.astype(np.float64))
        reached = part @ world
        found[cell] = reached[position]
        done[position] = True
        tight = ~done & (np.abs(reached - limit[waiting]) <= TOLERANCE)
        found[waiting[tight]] = limit[waiting[tight]]
        done |= tight


def read_ranges(cube: Cube, values: Counts, published: Flags, k: int) -> Ranges:
    """What a reader concludes who knows nothing but what is published.

    Parameters
    ----------
    cube
        The cube.
    values
        Counts in cell order, read where published.
    published
        Which cells are published.
    k
        A hidden cell fails whose largest possible count is under k, or whose
        smallest and largest possible counts are equal.

    Returns
    -------
    Ranges

    Raises
    ------
    ContradictionError
        If the published values cannot all be true.

    Examples
    --------
    >>> from analysis.disclosure.nodes import Dimension
    >>> cube = Cube((Dimension("place", ("place",), (("a",), ("b",))),))
    >>> found = read_ranges(cube, np.array([0, 20, 23]), np.array([False, True, True]), 5)
    >>> found.low.tolist(), found.high.tolist(), found.fails.tolist()
    ([3.0, 20.0, 23.0], [3.0, 20.0, 23.0], [True, False, False])
    """
    matrix = incidence(cube)
    hidden = np.flatnonzero(~published)
    low, high = ranges(matrix, values.astype(np.float64), published, [int(cell) for cell in hidden])
    return Ranges(low, high, ~published & ((high < k) | (low == high)))


def insider_ranges(table: Table, published: Flags, rules: Rules) -> Ranges:
    """What a reader concludes who knows every base, judged against the truth.

    Parameters
    ----------
    table
        The true counts.
    published
        Which cells are published.
    rules
        The rules that say which cells are primary; a domain counts as too
        small only if nothing of it is published.

    Returns
    -------
    Ranges
        A primary cell fails whose largest possible count is under min(base,
        max(k, count + 2)) or whose smallest exceeds max(0, count - 1).  A
        hidden base is bounded by what is published alone.

    Examples
    --------
    Of 23 people 3 said yes; nothing is published, but the reader knows that they are 23.

    >>> from analysis.disclosure.nodes import Dimension
    >>> answer = Dimension("answer", ("answer",), (("yes",), ("no",)), answers=True)
    >>> table, nothing = Table(Cube((answer,)), np.array([3, 20])), np.zeros(3, dtype=np.bool_)
    >>> found = insider_ranges(table, nothing, Rules())
    >>> (found.low + 0).tolist(), found.high.tolist(), found.fails.tolist()
    ([0.0, 0.0, 0.0], [23.0, 23.0, inf], [False, False, False])
    """
    matrix, counts = incidence(table.cube), cell_counts(table)
    bases = base_cells(table.cube)
    values = counts.astype(np.float64)
    known, is_base = published.copy(), np.zeros(len(counts), dtype=np.bool_)
    if bases is not None:
        is_base = bases == np.arange(len(bases))
        known |= inner_bases(table.cube)
    answers = [int(cell) for cell in np.flatnonzero(~published & ~is_base)]
    low, high = ranges(matrix, values, known, answers)
    if is_base.any():
        hidden_bases = [int(cell) for cell in np.flatnonzero(~published & is_base)]
        low_base, high_base = ranges(matrix, values, published, hidden_bases)
        low, high = np.where(is_base, low_base, low), np.where(is_base, high_base, high)
    return Ranges(low, high, failing_primaries(table, published, rules, low, high))


def failing_primaries(table: Table, published: Flags, rules: Rules, low: Reals, high: Reals) -> Flags:
    """The hidden primary cells about which a reader with these ranges learns too much.

    Parameters
    ----------
    table, published, rules
        As for `insider_ranges`.
    low, high
        Smallest and largest possible counts in cell order.

    Returns
    -------
    numpy.ndarray
        Flags in cell order.

    Examples
    --------
    >>> from analysis.disclosure.nodes import Dimension
    >>> table = Table(Cube((Dimension("place", ("place",), (("a",), ("b",))),)), np.array([3, 20]))
    >>> low, published = np.array([0.0, 0.0, 23.0]), np.array([False, False, True])
    >>> failing_primaries(table, published, Rules(), low, np.array([4.0, 23.0, 23.0])).tolist()
    [True, False, False]
    """
    bases, counts = base_cells(table.cube), cell_counts(table)
    primary = ~published & _primary(table, published, rules, bases)
    need = np.maximum(rules.k_of(table), counts + 2)
    need = need if bases is None else np.minimum(counts[bases], need)
    fails: Flags = primary & ((high < need) | (low > np.maximum(0, counts - 1)))
    return fails


def _primary(table: Table, published: Flags, rules: Rules, bases: npt.NDArray[np.intp] | None) -> Flags:
    by_count = mark(table, Rules(rules.k, rules.sensitive_k, 0, (), None)).primary
    if bases is None:
        return by_count
    visible = np.zeros(len(published), dtype=np.bool_)
    visible[bases[published]] = True
    small: Flags = (cell_counts(table)[bases] < rules.base) & ~visible[bases]
    return by_count | small
