"""Sums that merge: what counting keeps of the answers, and the estimates that need nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.columns import Codes, Floats, compress
from analysis.estimation.linearisation import Linear
from analysis.estimation.variance import pairs_frame, stage_variance
from analysis.sample import CERTAIN, Stage

Scalar = TypeVar("Scalar", bound=np.generic)


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
    key : ndarray of int, shape (k,)
        ``cell * units + unit``, sorted.
    moments : ndarray of float, shape (7, k)
        n, Σw, Σw², Σwy, Σwy², Σw²y, Σw²y² of the rows that have a value.
    rows : ndarray of int, shape (units,)
        Rows of each unit, in a cell or not.

    Notes
    -----
    ``merge`` of the sums of any split of the rows equals the sums of the whole.
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
    """

    cells: int
    units: int
    key: Codes
    rows: Codes | None
    pair: Codes
    unit_rows: Codes

    def take(self, values: NDArray[Scalar]) -> NDArray[Scalar]:
        """Return the values of the rows that are in a cell."""
        return values if self.rows is None else values[self.rows]


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
    """
    inside = cell >= 0
    rows = None if inside.all() else np.flatnonzero(inside)
    kept, of_unit = (cell, unit) if rows is None else (cell[rows], unit[rows])
    key, pair = compress(kept.astype(np.int64) * units + of_unit, cells * units)
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
    """
    y = pairs.take(value)
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
    w = np.where(known, pairs.take(weight), 0.0)
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
    """
    return sum_counts(count_codes(codes, pairs), score, pairs)


def sum_counts(counts: NDArray[np.int64], score: Floats, pairs: Pairs) -> ValueSums:
    """Sum a scored answer from the counts of its codes, shape (pairs, codes).

    Parameters
    ----------
    counts : ndarray of int, shape (pairs, codes)
    score : ndarray of float, shape (128,)
    pairs : Pairs

    Returns
    -------
    ValueSums
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
    """
    taken = pairs.take(codes)
    width = int(taken.max(initial=0)) + 1
    flat = pairs.pair * width
    flat += taken
    return np.bincount(flat, minlength=len(pairs.key) * width).reshape(-1, width)


def _value_sums(pairs: Pairs, moments: list[NDArray[Any]]) -> ValueSums:
    return ValueSums(
        pairs.cells, pairs.units, pairs.key, np.array(moments, dtype=np.float64), pairs.unit_rows
    )


def merge(parts: Sequence[ValueSums]) -> ValueSums:
    """Add the sums of disjoint sets of rows over the same cells and units.

    Parameters
    ----------
    parts : sequence of ValueSums, at least one

    Returns
    -------
    ValueSums

    Raises
    ------
    ValueError
        If there is nothing to add or the declarations differ.
    """
    if len({(part.cells, part.units) for part in parts}) != 1:
        raise ValueError("sums can be merged only over the same cells and units")
    first = parts[0]
    key, place = compress(np.concatenate([part.key for part in parts]), first.cells * first.units)
    return ValueSums(
        first.cells,
        first.units,
        key,
        _added(np.concatenate([part.moments for part in parts], axis=1), place, len(key)),
        np.sum([part.rows for part in parts], axis=0),
    )


def gather(sums: ValueSums, target: Codes, cells: int) -> ValueSums:
    """Add cells up to coarser ones.

    Parameters
    ----------
    sums : ValueSums
    target : ndarray of int, shape (sums.cells,)
        Coarser cell of each cell, -1 for none.
    cells : int
        Number of coarser cells.

    Returns
    -------
    ValueSums
    """
    cell, unit = sums.key // sums.units, sums.key % sums.units
    kept = target[cell] >= 0
    key, place = compress(target[cell][kept] * sums.units + unit[kept], cells * sums.units)
    return ValueSums(cells, sums.units, key, _added(sums.moments[:, kept], place, len(key)), sums.rows)


def mean_of_sums(sums: ValueSums, table: UnitTable, lonely: str = "remove") -> Linear:
    """Estimate means with their variance from sums alone, as `analysis.estimation.linearisation.ratio_sums` from rows.

    Parameters
    ----------
    sums : ValueSums
    table : UnitTable
    lonely : str
        Rule for strata with one cluster; not used where rows are the units.

    Returns
    -------
    Linear
        One figure per cell. A share is the mean of ones and zeros.
    """
    cell = sums.key // sums.units
    n, w, _, wy, wyy, *_ = _added(sums.moments, cell, sums.cells)
    with np.errstate(divide="ignore", invalid="ignore"):
        estimate = wy / w
        simple = np.maximum(wyy - estimate * wy, 0.0) / w / (n - 1)
    variance = (_row_variance if table.rows_are_units else _cluster_variance)(
        sums, table, estimate, w, lonely
    )
    units = np.bincount(cell, sums.moments[0] > 0, sums.cells).astype(np.int64)
    counted = np.rint(n).astype(np.int64)
    return Linear(counted, counted if table.rows_are_units else units, estimate, variance, simple, w)


def pooled_design_effect(sums: ValueSums, table: UnitTable, group: ArrayLike) -> float:
    """Return one design effect for a question, pooled over districts, at least 1.

    Parameters
    ----------
    sums : ValueSums
        Without weights, by district and cluster; the clusters of a district are nested in it.
    table : UnitTable
    group : array_like of bool, shape (cells,)
        Cells to pool; each is compared within itself.

    Returns
    -------
    float
        ``sum_d n_d² v_d / sum_d n_d s_d²`` over districts with two clusters or more, where ``v_d`` is the
        variance between clusters and ``s_d²`` the variance between respondents; 1 where it is less or cannot
        be had. A district's own few clusters are never used alone: with two to four of them the variance is
        itself mostly chance.
    """
    cell = sums.key // sums.units
    clusters = np.bincount(cell, sums.moments[0] > 0, sums.cells)
    linear = mean_of_sums(sums, UnitTable(table.stratum, np.zeros(len(table.fraction))))
    used = np.asarray(group, dtype=bool) & (clusters > 1) & (linear.n > 1)
    residual = sums.moments[3] - linear.estimate[cell] * sums.moments[1]
    between = np.bincount(cell, residual**2, sums.cells)[used] * (clusters[used] / (clusters[used] - 1))
    within = (linear.srs_variance * linear.n**2)[used].sum()
    return max(1.0, float(between.sum() / within)) if within > 0 else 1.0


Variance = Callable[[ValueSums, UnitTable, Floats, Floats, str], Floats]


def _cluster_variance(sums: ValueSums, table: UnitTable, mean: Floats, weight: Floats, lonely: str) -> Floats:
    cell, unit = sums.key // sums.units, sums.key % sums.units
    sampled = np.bincount(table.stratum, sums.rows > 0, len(table.fraction)).astype(np.float64)
    stage = Stage(
        np.empty(0, dtype=np.int64),
        table.stratum,
        np.zeros(len(sampled), dtype=np.int64),
        sampled,
        table.fraction[table.stratum],
        np.ones(len(sampled)),
        tuple(str(stratum) for stratum in range(len(sampled))),
    )
    frame = pairs_frame(stage, lonely, None, cell, unit, sums.cells)
    with np.errstate(divide="ignore", invalid="ignore"):
        residual = (sums.moments[3] - mean[cell] * sums.moments[1]) / weight[cell]
    return stage_variance(frame, residual, sums.cells)


def _row_variance(sums: ValueSums, table: UnitTable, mean: Floats, weight: Floats, _lonely: str) -> Floats:
    """Use the squares of the rows: the sum of squares less what the stratum's mean takes."""
    cell, unit = sums.key // sums.units, sums.key % sums.units
    _, w, ww, wy, _, wwy, wwyy = sums.moments
    centre = mean[cell]
    size, left = sums.rows[unit].astype(np.float64), 1 - table.fraction[table.stratum[unit]]
    squares = wwyy - 2 * centre * wwy + centre**2 * ww
    spread = squares - (wy - centre * w) ** 2 / size
    spread = np.where(spread <= 1e-12 * (wwyy + centre**2 * ww), 0.0, spread)
    scale = np.where((size > 1) & (left > CERTAIN), left * size / np.maximum(size - 1, 1), 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.bincount(cell, scale * spread, sums.cells) / weight**2)


def _added(moments: Floats, place: Codes, size: int) -> Floats:
    return np.array([np.bincount(place, moment, size) for moment in moments], dtype=np.float64)
