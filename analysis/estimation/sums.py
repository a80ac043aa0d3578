"""Sums that merge: what counting keeps of the answers, and the estimates that need nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from analysis.columns import Codes, Floats, compress
from analysis.estimation.counting import UnitTable, ValueSums
from analysis.estimation.frames import pairs_frame
from analysis.estimation.linearisation import Linear
from analysis.estimation.variance import stage_variance
from analysis.sample import CERTAIN, Stage


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

    Examples
    --------
    >>> from analysis.estimation.counting import pair_up, sum_values
    >>> nought = np.zeros(2, dtype=np.int64)
    >>> pairs = pair_up(nought, 1, nought, 1)
    >>> both = merge([sum_values(np.array([1.0, 2.0]), pairs), sum_values(np.array([3.0, 4.0]), pairs)])
    >>> both.moments[[0, 3], 0].tolist(), both.rows.tolist()
    ([4.0, 10.0], [4])
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

    Examples
    --------
    Two districts of a province, each with two workers of their own.

    >>> from analysis.estimation.counting import pair_up, sum_values
    >>> district, worker = np.array([0, 0, 1, 1]), np.array([0, 1, 2, 3])
    >>> sums = sum_values(np.array([1.0, 2.0, 3.0, 4.0]), pair_up(district, 2, worker, 4))
    >>> gather(sums, np.array([0, 0]), 1).key.tolist()
    [0, 1, 2, 3]
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

    References
    ----------
    As for `analysis.estimation.estimates.mean`.

    Examples
    --------
    The answers of the example of `analysis.estimation.estimates.mean`, counted first.

    >>> from analysis.estimation.counting import pair_up, sum_values
    >>> cell, worker = np.zeros(4, dtype=np.int64), np.array([0, 0, 1, 1])
    >>> sums = sum_values(np.array([1.0, 2.0, 3.0, 6.0]), pair_up(cell, 1, worker, 2))
    >>> linear = mean_of_sums(sums, UnitTable(np.zeros(2, dtype=np.int64), np.zeros(1)))
    >>> linear.estimate.tolist(), np.sqrt(linear.variance).tolist()
    ([3.0], [1.5])
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
        Those clusters, each in the stratum of its district.
    group : array_like of bool, shape (cells,)
        Cells to pool; each is compared within itself.

    Returns
    -------
    float
        ``sum_d n_d² v_d / sum_d n_d s_d²`` over districts with two clusters or more, where ``v_d`` is the
        variance between clusters and ``s_d²`` the variance between respondents; 1 where it is less or cannot
        be had. A district's own few clusters are never used alone: with two to four of them the variance is
        itself mostly chance.

    References
    ----------
    Kish, L. (1965), Survey Sampling; docs/statistics.md, section 5.

    Examples
    --------
    One worker met two who said no, the other two who said yes: 2 (1 + 1) over 4 · 1/3.

    >>> from analysis.estimation.counting import pair_up, sum_values
    >>> cell, worker = np.zeros(4, dtype=np.int64), np.array([0, 0, 1, 1])
    >>> sums = sum_values(np.array([0.0, 0.0, 1.0, 1.0]), pair_up(cell, 1, worker, 2))
    >>> round(pooled_design_effect(sums, UnitTable(np.zeros(2, dtype=np.int64), np.zeros(1)), [True]), 6)
    3.0
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
