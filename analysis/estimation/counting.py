"""Counting: the rows of each pair of declared cell and sampling unit, and what is summed of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.columns import Codes, Floats, compress, taken


@dataclass(frozen=True, slots=True)
class UnitTable:
    """The sampling units that rows are declared to belong to, the same for every part that is counted.

    Attributes
    ----------
    stratum : ndarray of int, shape (units,)
        Stratum of each unit, 0..H-1. Where rows are the units, one unit stands for each stratum.
    fraction : ndarray of float, shape (strata,)
        Sampling fraction of each stratum, 0 for drawing with replacement.
    rows_are_units : bool
        Whether there are no clusters, so that a unit of the table is a stratum.

    Examples
    --------
    Three workers, two in the first district and one in the second.

    >>> units = UnitTable(np.array([0, 0, 1]), np.zeros(2))
    >>> np.bincount(units.stratum).tolist()
    [2, 1]
    """

    stratum: Codes
    fraction: Floats
    rows_are_units: bool = False


@dataclass(frozen=True, slots=True)
class ValueSums:
    """Sums of one row variable by pair of declared cell and unit.

    Attributes
    ----------
    cells, units : int
        How many are declared.
    key : ndarray of int, shape (k,)
        ``cell * units + unit``, sorted.
    moments : ndarray of float, shape (7, k)
        n, Σw, Σw², Σwy, Σwy², Σw²y, Σw²y² of the rows that have a value.
    rows : ndarray of int, shape (units,)
        Rows of each unit, in a cell or not.

    Notes
    -----
    ``merge`` of the sums of any split of the rows equals the sums of the whole.

    Examples
    --------
    >>> pairs = pair_up(np.array([0, 0, 1, -1]), 2, np.array([0, 1, 1, 0]), 2)
    >>> sums = sum_values(np.array([5.0, 7.0, np.nan, 9.0]), pairs)
    >>> sums.key.tolist(), sums.moments[0].tolist(), sums.moments[3].tolist(), sums.rows.tolist()
    ([0, 1, 3], [1.0, 1.0, 0.0], [5.0, 7.0, 0.0], [2, 2])
    """

    cells: int
    units: int
    key: Codes
    moments: Floats
    rows: Codes


@dataclass(frozen=True, slots=True)
class Pairs:
    """The pairs of cell and unit that occur, and the pair of each row: made once, used for every question.

    Attributes
    ----------
    cells, units : int
    key : ndarray of int, shape (k,)
    rows : ndarray of int or None
        Rows that are in a cell; None where all are.
    pair : ndarray of int
        Pair of each of those rows.
    unit_rows : ndarray of int, shape (units,)

    Examples
    --------
    >>> pairs = pair_up(np.array([0, 0, 1, -1]), 2, np.array([0, 1, 1, 0]), 2)
    >>> pairs.rows.tolist(), pairs.pair.tolist()
    ([0, 1, 2], [0, 1, 2])
    """

    cells: int
    units: int
    key: Codes
    rows: Codes | None
    pair: Codes
    unit_rows: Codes


def pair_up(cell: Codes, cells: int, unit: Codes, units: int) -> Pairs:
    """Pair cells with units.

    Parameters
    ----------
    cell : ndarray of int, shape (rows,)
        Declared cell of each row, -1 for none.
    cells : int
        Number of declared cells.
    unit : ndarray of int, shape (rows,)
        Sampling unit of each row.
    units : int
        Number of declared units.

    Returns
    -------
    Pairs

    Examples
    --------
    >>> pairs = pair_up(np.array([0, 0, 1, 0]), 2, np.array([0, 1, 1, 0]), 2)
    >>> pairs.key.tolist(), pairs.pair.tolist()
    ([0, 1, 3], [0, 1, 2, 0])
    """
    inside = cell >= 0
    rows = None if inside.all() else np.flatnonzero(inside)
    key, pair = compress(taken(cell, rows).astype(np.int64) * units + taken(unit, rows), cells * units)
    return Pairs(cells, units, key, rows, pair, np.bincount(unit, minlength=units))


def sum_values(value: Floats, pairs: Pairs, weight: Floats | None = None) -> ValueSums:
    """Sum a row variable.

    Parameters
    ----------
    value : ndarray, shape (rows,)
        NaN where a row has none.
    pairs : Pairs
    weight : ndarray, shape (rows,), optional
        Ones when left out. Rows of weight 0 do not count.

    Returns
    -------
    ValueSums

    Examples
    --------
    Two rows of one cell and unit with weights 1 and 3: n is 2, Σw is 4 and Σwy is 26.

    >>> nought = np.zeros(2, dtype=np.int64)
    >>> sums = sum_values(np.array([5.0, 7.0]), pair_up(nought, 1, nought, 1), np.array([1.0, 3.0]))
    >>> sums.moments[[0, 1, 3], 0].tolist()
    [2.0, 4.0, 26.0]
    """
    y = taken(value, pairs.rows)
    known = ~np.isnan(y)
    y = np.where(known, y, 0.0)
    sums = [np.bincount(pairs.pair, column, len(pairs.key)) for column in _columns(y, known, pairs, weight)]
    if weight is None:
        n, sum_y, sum_yy = sums
        return _value_sums(pairs, [n, n, n, sum_y, sum_yy, sum_y, sum_yy])
    return _value_sums(pairs, sums)


def _columns(
    y: Floats, known: NDArray[np.bool_], pairs: Pairs, weight: Floats | None
) -> tuple[NDArray[Any], ...]:
    """Return what is summed of each row; a row without a value adds nothing, and costs no selection."""
    if weight is None:
        return known, y, y * y
    w = np.where(known, taken(weight, pairs.rows), 0.0)
    wy = w * y
    return w > 0, w, w * w, wy, wy * y, w * wy, wy * wy


def sum_codes(codes: NDArray[np.int8], score: Floats, pairs: Pairs) -> ValueSums:
    """Sum a scored answer without weights, counting codes first: one pass over the rows.

    Parameters
    ----------
    codes : ndarray of int8, shape (rows,)
        Answers as stored, 0 to 127.
    score : ndarray of float, shape (128,)
        Value of each code, NaN where the answer counts for nothing.
    pairs : Pairs

    Returns
    -------
    ValueSums

    Examples
    --------
    Code 1 is worth 100, code 2 nothing; code 9 is no answer.

    >>> score = np.full(128, np.nan)
    >>> score[[1, 2]] = [100, 0]
    >>> codes, nought = np.array([1, 2, 1, 9], dtype=np.int8), np.zeros(4, dtype=np.int64)
    >>> sum_codes(codes, score, pair_up(nought, 1, nought, 1)).moments[[0, 3], 0].tolist()
    [3.0, 200.0]
    """
    return sum_counts(count_codes(codes, pairs), score, pairs)


def sum_counts(counts: NDArray[np.int64], score: Floats, pairs: Pairs) -> ValueSums:
    """Sum a scored answer from the counts of its codes, shape (pairs, codes).

    Parameters
    ----------
    counts : ndarray of int, shape (pairs, codes)
        As `count_codes` gives them.
    score : ndarray of float, shape (128,)
        As for `sum_codes`.
    pairs : Pairs

    Returns
    -------
    ValueSums

    Examples
    --------
    >>> score = np.full(128, np.nan)
    >>> score[[1, 2]] = [100, 0]
    >>> nought = np.zeros(4, dtype=np.int64)
    >>> sum_counts(np.array([[0, 2, 2]]), score, pair_up(nought, 1, nought, 1)).moments[[0, 3], 0].tolist()
    [4.0, 200.0]
    """
    table = score[: counts.shape[1]]
    valid = ~np.isnan(table)
    y = np.where(valid, table, 0.0)
    n, sum_y, sum_yy = counts @ valid.astype(np.float64), counts @ y, counts @ (y * y)
    return _value_sums(pairs, [n, n, n, sum_y, sum_yy, sum_y, sum_yy])


def count_codes(codes: NDArray[np.int8], pairs: Pairs) -> NDArray[np.int64]:
    """Count each code in each pair, shape (pairs, 1 + largest code).

    Parameters
    ----------
    codes : ndarray of int8, shape (rows,)
    pairs : Pairs

    Returns
    -------
    ndarray of int, shape (pairs, 1 + largest code)

    Examples
    --------
    >>> codes, cell = np.array([1, 2, 1, 0], dtype=np.int8), np.array([0, 0, 1, 1])
    >>> count_codes(codes, pair_up(cell, 2, np.zeros(4, dtype=np.int64), 1)).tolist()
    [[0, 1, 1], [1, 1, 0]]
    """
    inside = taken(codes, pairs.rows)
    width = int(inside.max(initial=0)) + 1
    flat = pairs.pair * width
    flat += inside
    return np.bincount(flat, minlength=len(pairs.key) * width).reshape(-1, width)


def _value_sums(pairs: Pairs, moments: list[NDArray[Any]]) -> ValueSums:
    return ValueSums(
        pairs.cells, pairs.units, pairs.key, np.array(moments, dtype=np.float64), pairs.unit_rows
    )
