"""Sums of variables by domain, their ratios, and the variances of both by Taylor linearisation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.columns import Codes, Floats, taken
from analysis.estimation.frames import DomainFrame, StageFrame, domain_frame
from analysis.estimation.variance import covariance, stage_variance

Flags = NDArray[np.bool_]

#: Influence values held at a time when an adjusted design needs them over all rows.
CHUNK = 20_000_000
#: Rows summed at a time: their arrays stay in the processor's cache, and no memory is asked for again and again.
BLOCK = 32_768


@dataclass(frozen=True, slots=True)
class Linear:
    """Sums of one variable in each domain, and the variance of the ratio or total made of them.

    Attributes
    ----------
    n : ndarray of int, shape (domains,)
    units : ndarray of int, shape (domains,)
        First-stage units with an answer.
    estimate, variance, srs_variance : ndarray of float, shape (domains,)
        `srs_variance` is that of a simple random sample of n, drawn with replacement.
    weight : ndarray of float, shape (domains,)
        Sum of the weights of those who answered.

    Examples
    --------
    Everybody in the second domain gives the same answer.

    >>> import pandas as pd
    >>> from analysis.sample import make_sample
    >>> design = make_sample(pd.DataFrame({"y": [1.0, 3.0, 5.0, 5.0]})).design
    >>> linear = ratio_sums(domain_frame(design, np.array([0, 0, 1, 1]), 2), np.array([1.0, 3.0, 5.0, 5.0]))
    >>> linear.estimate.tolist(), linear.constant.tolist(), linear.fixed.tolist()
    ([2.0, 5.0], [False, True], [False, False])
    """

    n: NDArray[np.int64]
    units: NDArray[np.int64]
    estimate: Floats
    variance: Floats
    srs_variance: Floats
    weight: Floats

    @property
    def constant(self) -> Flags:
        """Domains in which no answer differs from what the figure says, up to rounding."""
        with np.errstate(invalid="ignore"):
            return np.asarray(self.srs_variance * (self.n - 1) <= 1e-20 * self.estimate**2) & (self.n > 1)

    @property
    def fixed(self) -> Flags:
        """Domains in which answers differ but the design leaves no sampling variance, up to rounding."""
        with np.errstate(invalid="ignore"):
            return np.asarray(self.variance <= 1e-20 * self.srs_variance) & ~self.constant


def ratio_sums(frame: DomainFrame, values: Floats, below: Floats | None = None, srs: bool = True) -> Linear:
    """Sum a variable, or two, to domains and linearise their ratio.

    Parameters
    ----------
    frame : DomainFrame
    values : ndarray, shape (rows,)
        Numerator; NaN where missing.
    below : ndarray, shape (rows,), or None
        Denominator; None means one per row, which makes the ratio a mean.
    srs : bool
        Also give the variance under simple random sampling, at the cost of one more pass over the rows.

    Returns
    -------
    Linear
        A row missing in either is left out. Variances of adjusted designs take the adjustment into account.

    References
    ----------
    Binder, D. (1983), International Statistical Review 51, 279-292.

    Examples
    --------
    One to three have the mean 2 and the variance 1, of which a third is the variance of the mean.

    >>> import pandas as pd
    >>> from analysis.estimation.frames import whole_frame
    >>> from analysis.sample import make_sample
    >>> y = np.array([1.0, 2.0, 3.0])
    >>> linear = ratio_sums(whole_frame(make_sample(pd.DataFrame({"y": y})).design), y)
    >>> linear.estimate.tolist(), linear.variance.round(6).tolist(), linear.srs_variance.round(6).tolist()
    ([2.0], [0.333333], [0.333333])
    """
    rows = _rows(frame, values, below)
    frame, first = rows.frame, rows.frame.stages[0]
    pair_above, pair_under, pair_weight = rows.totals(first)
    size = frame.by_domain(first, pair_under)
    with np.errstate(divide="ignore", invalid="ignore"):
        estimate = frame.by_domain(first, pair_above) / size
        variance = (
            _variance(rows, _less(pair_above, estimate, first.pair_domain, pair_under), estimate) / size**2
        )
    n, units, weight = _bases(rows, pair_weight)
    simple = _srs(rows, estimate, size, n, weight) if srs else np.full(frame.domains, np.nan)
    return Linear(n, units, estimate, variance, simple, weight)


def total_sums(frame: DomainFrame, values: Floats) -> Linear:
    """Sum a variable to domains with the variance of the total.

    Parameters
    ----------
    frame : DomainFrame
        As for `ratio_sums`.
    values : ndarray of float, shape (rows,)
        NaN where missing.

    Returns
    -------
    Linear

    References
    ----------
    Särndal, C.-E., Swensson, B. and Wretman, J. (1992), Model Assisted Survey Sampling, ch. 2.

    Examples
    --------
    The total of three is three times their mean, its variance nine times that of the mean.

    >>> import pandas as pd
    >>> from analysis.estimation.frames import whole_frame
    >>> from analysis.sample import make_sample
    >>> y = np.array([1.0, 2.0, 3.0])
    >>> linear = total_sums(whole_frame(make_sample(pd.DataFrame({"y": y})).design), y)
    >>> linear.estimate.tolist(), linear.variance.round(6).tolist()
    ([6.0], [3.0])
    """
    rows = _rows(frame, values, None)
    frame, first = rows.frame, rows.frame.stages[0]
    totals, _, pair_weight = rows.totals(first)
    estimate = frame.by_domain(first, totals)
    nothing, one = np.zeros(frame.domains), np.ones(frame.domains)
    variance = _variance(rows, totals, nothing)
    n, units, weight = _bases(rows, pair_weight)
    centre = np.divide(estimate, weight, out=np.zeros_like(weight), where=weight > 0)
    return Linear(n, units, estimate, variance, _srs(rows, centre, one, n, weight), weight)


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows in a domain and the variables to be summed; the rows of `lost` lack a value and weigh nothing."""

    frame: DomainFrame
    values: Floats
    below: Floats | None
    lost: Flags

    def weighted(self, where: slice = slice(None)) -> tuple[Floats, Floats, Floats]:
        """Return weighted numerators, weighted denominators and weights of some of the rows."""
        index = where if self.frame.rows is None else self.frame.rows[where]
        lost, weight = np.flatnonzero(self.lost[where]), self.frame.weight[where]
        if len(lost):
            weight = weight.copy()
            weight[lost] = 0.0
        above = weight * self.values[index]
        above[lost] = 0.0
        if self.below is None:
            return above, weight, weight
        under = weight * self.below[index]
        under[lost] = 0.0
        return above, under, weight

    def totals(self, stage: StageFrame) -> tuple[Floats, Floats, Floats]:
        """Sum numerators, denominators and weights to the pairs of domain and unit, block by block."""
        if stage.row_pair is None:
            return self.weighted()
        pairs = len(stage.pair_domain)
        sums = np.zeros((2 if self.below is None else 3, pairs))
        for where in self.blocks(pairs):
            for total, part in zip(sums, self.weighted(where), strict=False):
                total += np.bincount(stage.row_pair[where], part, pairs)
        return sums[0], sums[1], sums[-1]

    def blocks(self, bins: int) -> Iterator[slice]:
        """Yield the rows in blocks, larger ones where a block's sums are long themselves."""
        step = max(BLOCK, 4 * bins)
        for start in range(0, len(self.frame.domain), step):
            yield slice(start, start + step)

    def influence(self, centre: Floats) -> Floats:
        """Return ``above - centre · under`` of every row."""
        above, under, _ = self.weighted()
        return _less(above, centre, self.frame.domain, under)


def _rows(frame: DomainFrame, values: Floats, below: Floats | None) -> _Rows:
    """Take the rows of the domains; a row with a missing value has weight 0.

    Where a stratum is lonely the domains are laid out again, for a stratum that lost all its rows is not met.
    """
    missing = np.isnan(values) if below is None else np.isnan(values) | np.isnan(below)
    if missing.any() and any(stage.lonely.any() for stage in frame.design.stages):
        frame = domain_frame(frame.design, _without(frame, ~missing), frame.domains)
    return _Rows(frame, values, below, taken(missing, frame.rows))


def _without(frame: DomainFrame, valid: Flags) -> Codes:
    domain = np.full(frame.design.rows, -1, dtype=np.int64)
    domain[slice(None) if frame.rows is None else frame.rows] = frame.domain
    return np.where(valid, domain, -1)


def _variance(rows: _Rows, first_totals: Floats, centre: Floats) -> Floats:
    """Add up the variance of the numerator's residuals over the stages, or over all rows of an adjusted design."""
    frame = rows.frame
    if frame.design.adjustments:
        return _adjusted_variance(frame, rows.influence(centre))
    variance = stage_variance(frame.stages[0], first_totals, frame.domains)
    if len(frame.stages) > 1:
        influence = rows.influence(centre)
        for stage in frame.stages[1:]:
            variance = variance + stage_variance(stage, frame.unit_totals(stage, influence), frame.domains)
    return variance


def _less(above: Floats, centre: Floats, domain: Codes, under: Floats) -> Floats:
    """Return ``above - centre · under`` with one array of memory."""
    residual: Floats = centre[domain]
    residual *= under
    return np.subtract(above, residual, out=residual)


def _adjusted_variance(frame: DomainFrame, influence: Floats) -> Floats:
    """Spread the influence of each domain over all rows, for the adjustment reaches beyond the domain."""
    design, variance = frame.design, np.full(frame.domains, np.nan)
    where = np.arange(design.rows) if frame.rows is None else frame.rows
    met = np.unique(frame.domain)
    step = max(1, CHUNK // design.rows)
    for start in range(0, len(met), step):
        part = met[start : start + step]
        inside = np.isin(frame.domain, part)
        dense = np.zeros((design.rows, len(part)))
        dense[where[inside], np.searchsorted(part, frame.domain[inside])] = influence[inside]
        variance[part] = np.diagonal(covariance(design, dense))
    return variance


def _bases(rows: _Rows, pair_weight: Floats) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats]:
    """Return respondents, first-stage units and sum of weights of each domain."""
    frame, first = rows.frame, rows.frame.stages[0]
    weight = frame.by_domain(first, pair_weight)
    if not rows.lost.any():
        return frame.n, frame.units, weight
    n = frame.n - np.bincount(frame.domain[rows.lost], minlength=frame.domains)
    return n, np.bincount(first.pair_domain[pair_weight > 0], minlength=frame.domains), weight


def _srs(rows: _Rows, centre: Floats, size: Floats, n: NDArray[np.int64], weight: Floats) -> Floats:
    """Return the variance of a simple random sample of n with replacement: ``s² / n`` on the figure's scale."""
    squares = np.zeros(rows.frame.domains)
    for where in rows.blocks(rows.frame.domains):
        above, under, _ = rows.weighted(where)
        domain = rows.frame.domain[where]
        spread = _less(above, centre, domain, under)
        spread *= spread
        # Rows that lack a value have no spread, and the frame's weights are positive.
        spread /= rows.frame.weight[where]
        squares += np.bincount(domain, spread, rows.frame.domains)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(squares / size**2 * weight / (n - 1))
