"""Quantiles by any rule, with the interval of a share turned back into values, as R's svyquantile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from analysis import intervals
from analysis.columns import Codes, DesignError, Floats, number_column
from analysis.estimation.domains import Domains, Names, Where, domains_of, layout, listed
from analysis.estimation.estimates import AnySample
from analysis.estimation.frames import domain_frame
from analysis.estimation.linearisation import ratio_sums
from analysis.estimation.quantile_rules import RULES, SHARE_LIMITS, Distribution, distribution
from analysis.estimation.replicates import (
    SAME_FIGURE,
    degrees_by_domain,
    replicate_figures,
    replicate_quantiles,
    replicate_variance,
)
from analysis.estimation.results import DEFF_KINDS, Asked, Estimates, figures, stacked
from analysis.replicate_weights import ReplicateSample

#: The interval that replicate weights give to quantiles themselves.
OF_QUANTILES = "quantile"
OUT_OF_REACH = "no interval: the sample is too small to bound this quantile on both sides"


def quantile(
    sample: AnySample,
    variable: Names,
    share: float | Sequence[float],
    *,
    by: Names = (),
    where: Where = None,
    level: float = 0.95,
    rule: str = "math",
    interval: str = "mean",
) -> Estimates:
    """Estimate quantiles, as R's ``svyquantile``.

    Parameters
    ----------
    sample : Sample or ReplicateSample
    variable : str or sequence of str
        Numeric column or columns; rows without a value are left out.
    share : float or sequence of float
        Share of the population below, between 0 and 1, or several.
    by, where, level : as for `analysis.estimation.estimates.mean`
        What they are there.
    rule : str
        What a quantile of weighted values is: "math", the smallest value at which the distribution reaches the share;
        "school", the mean of two values where it meets it; "shahvaish"; or "hf1" to "hf9". A share within 1e-12 of the
        distribution meets it. "shahvaish" is R's where the weights have the mean 1; with others R's own depends on
        the unit in which weights are given.
    interval : str
        Interval of the share at or below the quantile: "mean" (symmetric), "beta" (Korn-Graubard), "xlogit" or "asin". With
        replicate weights also "quantile": symmetric, from the quantiles of each set. The jackknife does not give it.

    Returns
    -------
    Estimates
        Degrees of freedom are those of respondents with a value. The interval turns that of the share back into values by the same rule; the standard error is its half-width
        over t. A limit beyond 0 or 1 has no value.

    Raises
    ------
    DesignError
        If a share is not between 0 and 1, or there is no such rule or interval.

    References
    ----------
    Woodruff, R. S. (1952), JASA 47, 635-646. Hyndman, R. J. and Fan, Y. (1996), The American Statistician 50, 361-365.
    Shah, B. V. and Vaish, A. K. (2006), Proceedings of the ASA Section on Survey Research Methods.

    Examples
    --------
    Eleven answers, each drawn in the same way: the median is the sixth.

    >>> import pandas as pd
    >>> from analysis.sample import make_sample
    >>> sample = make_sample(pd.DataFrame({"y": [float(i) for i in range(11)]}))
    >>> found = quantile(sample, "y", 0.5)
    >>> found.estimate.tolist(), found.ci_low.tolist(), found.ci_high.tolist()
    ([5.0], [2.0], [9.0])
    >>> quantile(sample, "y", [0.25, 0.5], rule="hf7").estimate.tolist()
    [2.5, 5.0]
    """
    kinds = (*SHARE_LIMITS, OF_QUANTILES) if isinstance(sample, ReplicateSample) else tuple(SHARE_LIMITS)
    for name, known in ((rule, tuple(RULES)), (interval, kinds)):
        if name not in known:
            raise DesignError(f"{name!r} is not one of {', '.join(known)}")
    asked = [(name, one) for name in listed(variable) for one in listed(share)]
    for _, one in asked:
        if not 0 < one < 1:
            raise DesignError(f"the quantile must lie between 0 and 1, not {one:g}")
    if not asked:
        raise DesignError("no column or no share is asked for")
    way = _Way(rule, interval, level)
    return stacked([_quantile(sample, name, one, by, where, way) for name, one in asked])


@dataclass(frozen=True, slots=True)
class _Way:
    rule: str
    interval: str
    level: float

    def turned_back(self, columns: Sequence[Distribution], shares: Floats) -> Floats:
        return np.array(
            [column.quantile(share, self.rule) for column, share in zip(columns, shares, strict=True)]
        )


def _quantile(
    sample: AnySample, variable: str, share: float, by: Names, where: Where, way: _Way
) -> Estimates:
    values = number_column(sample.frame, variable, missing=True)
    if isinstance(sample, ReplicateSample):
        return _by_replicates(sample, variable, values, share, domains_of(sample, by, where), way)
    domains, frame = layout(sample, by, where)
    if np.isnan(values).any():
        # R counts the degrees of freedom of a quantile among those who have a value.
        frame = domain_frame(sample.design, _answered(values, domains), len(domains.names))
    columns = _columns(values, sample.design.weight, domains)
    estimate = way.turned_back(columns, np.full(len(columns), share))
    linear = ratio_sums(frame, _reached(values, estimate, domains))
    result = figures("quantile", variable, f"{share:g}", domains, frame.degrees, linear, DEFF_KINDS[1])
    return _with_limits(result, estimate, columns, linear.estimate, way)


def _by_replicates(
    sample: ReplicateSample, variable: str, values: Floats, share: float, domains: Domains, way: _Way
) -> Estimates:
    columns = _columns(values, sample.weight, domains)
    estimate = way.turned_back(columns, np.full(len(columns), share))
    asked = Asked("quantile", variable, f"{share:g}", _reached(values, estimate, domains))
    degrees = degrees_by_domain(sample, _answered(values, domains), len(domains.names))
    result = replicate_figures(sample, asked, domains, degrees, DEFF_KINDS[1])
    shares = result.estimate
    result = replace(result, replicates=None, inside=None)
    if way.interval != OF_QUANTILES:
        return _with_limits(result, estimate, columns, shares, way)
    thetas = replicate_quantiles(sample, values, domains, share, way.rule)
    variance, _ = replicate_variance(sample, thetas, estimate)
    se = np.where(np.isfinite(result.se) & (variance > 0), np.sqrt(variance), np.nan)
    low, high = intervals.wald(estimate, se, degrees, way.level)
    same = np.isfinite(result.se) & ~(variance > 0)
    notes = tuple(SAME_FIGURE if one else note for note, one in zip(result.notes, same, strict=True))
    nothing = np.full(len(se), np.nan)
    return replace(result, estimate=estimate, se=se, ci_low=low, ci_high=high, deff=nothing, notes=notes)


def _columns(values: Floats, weight: Floats, domains: Domains) -> list[Distribution]:
    return [
        distribution(np.where(domains.code == d, values, np.nan), weight) for d in range(len(domains.names))
    ]


def _answered(values: Floats, domains: Domains) -> Codes:
    return np.where(np.isnan(values), -1, domains.code)


def _reached(values: Floats, estimate: Floats, domains: Domains) -> Floats:
    """Return 1 where a value is at or below the quantile of its domain, NaN where it is missing."""
    at_or_below = values <= estimate[np.maximum(domains.code, 0)]
    return np.where(domains.code >= 0, np.where(np.isnan(values), np.nan, at_or_below), 0.0)


def _with_limits(
    result: Estimates, estimate: Floats, columns: Sequence[Distribution], shares: Floats, way: _Way
) -> Estimates:
    limits = SHARE_LIMITS[way.interval](shares, result.se, result.n, result.df, way.level)
    low, high = (way.turned_back(columns, limit) for limit in limits)
    se = (high - low) / (2 * np.asarray(intervals.critical_value(way.level, result.df)))
    lost = np.isfinite(result.se) & (result.df > 0) & np.isnan(se)
    notes = tuple(OUT_OF_REACH if one else note for note, one in zip(result.notes, lost, strict=True))
    nothing = np.full(len(se), np.nan)
    return replace(result, estimate=estimate, se=se, ci_low=low, ci_high=high, deff=nothing, notes=notes)
