"""Quantiles by the "math" rule with Woodruff intervals, as R's svyquantile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from analysis import intervals
from analysis.columns import DesignError, Floats, number_column
from analysis.estimation.domains import Where, layout
from analysis.estimation.linearisation import ratio_sums
from analysis.estimation.results import DEFF_KINDS, Estimates, figures
from analysis.sample import Sample

OUT_OF_REACH = "no interval: the sample is too small to bound this quantile on both sides"


def quantile(
    sample: Sample,
    variable: str,
    share: float,
    *,
    by: str | Sequence[str] = (),
    where: Where = None,
    level: float = 0.95,
) -> Estimates:
    """Estimate a quantile, as R's ``svyquantile(qrule="math", interval.type="mean")``.

    Parameters
    ----------
    sample : Sample
    variable : str
        Numeric column; rows without a value are left out.
    share : float
        Share of the population below, between 0 and 1.
    by, where, level : as for `analysis.estimation.estimates.mean`
        What they are there.

    Returns
    -------
    Estimates
        The smallest value at which the weighted distribution reaches `share`; the interval turns the interval
        of the share at or below that value back into values; the standard error is its half-width over t.
        A limit beyond 0 or 1 has no value.

    Raises
    ------
    DesignError
        If `share` is not between 0 and 1.

    References
    ----------
    Woodruff, R. S. (1952), JASA 47, 635-646.

    Examples
    --------
    Eleven answers, each drawn in the same way: the median is the sixth.

    >>> import pandas as pd
    >>> from analysis.sample import make_sample
    >>> found = quantile(make_sample(pd.DataFrame({"y": [float(i) for i in range(11)]})), "y", 0.5)
    >>> found.estimate.tolist(), found.ci_low.tolist(), found.ci_high.tolist()
    ([5.0], [2.0], [9.0])
    """
    if not 0 < share < 1:
        raise DesignError(f"the quantile must lie between 0 and 1, not {share:g}")
    values = number_column(sample.frame, variable, missing=True)
    domains, frame = layout(sample, by, where)
    columns = [
        _Distribution(values, sample.design.weight, domains.code == d) for d in range(len(domains.names))
    ]
    estimate = np.array([column.quantile(share) for column in columns])
    reached = np.where(np.isnan(values), np.nan, values <= estimate[np.maximum(domains.code, 0)])
    linear = ratio_sums(frame, np.where(domains.code >= 0, reached, 0.0))
    result = figures("quantile", variable, f"{share:g}", domains, frame, linear, DEFF_KINDS[1])
    low, high = intervals.wald(linear.estimate, result.se, result.df, level)
    low = np.array([column.quantile(limit) for column, limit in zip(columns, low, strict=True)])
    high = np.array([column.quantile(limit) for column, limit in zip(columns, high, strict=True)])
    se = (high - low) / (2 * np.asarray(intervals.critical_value(level, result.df)))
    lost = np.isfinite(result.se) & (result.df > 0) & np.isnan(se)
    notes = tuple(OUT_OF_REACH if one else note for note, one in zip(result.notes, lost, strict=True))
    nothing = np.full(len(se), np.nan)
    return replace(result, estimate=estimate, se=se, ci_low=low, ci_high=high, deff=nothing, notes=notes)


class _Distribution:
    """The weighted distribution of one domain."""

    __slots__ = ("_reached", "_total", "_values")

    def __init__(
        self, values: Floats, weight: Floats, inside: np.ndarray[tuple[int], np.dtype[np.bool_]]
    ) -> None:
        used = inside & ~np.isnan(values) & (weight > 0)
        order = np.argsort(values[used], kind="stable")
        self._values = values[used][order]
        # R sums in extended precision; where a cumulated weight meets the share exactly, that decides.
        self._reached = np.cumsum(weight[used][order], dtype=np.longdouble).astype(np.float64)
        self._total = float(np.sum(weight[used], dtype=np.longdouble))

    def quantile(self, share: float) -> float:
        """Return the smallest value at which the distribution reaches the share; NaN outside 0 to 1."""
        if len(self._values) == 0 or not 0 <= share <= 1:
            return float("nan")
        place = int(np.searchsorted(self._reached, share * self._total, side="right")) - 1
        if place < 0 or share - self._reached[place] / self._total <= 0:
            return float(self._values[max(place, 0)])
        return float(self._values[min(place + 1, len(self._values) - 1)])
