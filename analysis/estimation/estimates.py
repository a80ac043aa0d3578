"""Means, proportions, totals and ratios with design-based standard errors, for any domains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from analysis import intervals
from analysis.columns import DesignError, Floats, number_column
from analysis.estimation.domains import Domains, Where, indicator, layout
from analysis.estimation.linearisation import ratio_sums, total_sums
from analysis.estimation.results import (
    Estimates,
    figures,
    with_exact_interval,
    with_interval,
    with_share_interval,
)
from analysis.sample import Sample, SurveyDesign


def mean(
    sample: Sample,
    variable: str,
    *,
    by: str | Sequence[str] = (),
    where: Where = None,
    level: float = 0.95,
    deff: str = "without replacement",
    keep_influence: bool = False,
) -> Estimates:
    """Estimate means, as R's ``svymean`` and ``svyby(..., svymean)``.

    Parameters
    ----------
    sample : Sample
    variable : str
        Numeric column. Rows without a value are left out of this variable only; the design stays whole.
    by : str or sequence of str
        Columns whose combinations are the domains.
    where : mapping of column to value, or ndarray of bool, optional
        A domain, not a filter: the rest of the sample still counts for the variance.
    level : float
        Confidence level of the interval, which is ``t`` with the degrees of freedom of the domain's design.
    deff : str
        "without replacement" (R's ``deff=TRUE``) or "with replacement" (R's ``deff="replace"``).
    keep_influence : bool
        Keep what contrasts need; rows x domains floats.

    Returns
    -------
    Estimates

    Notes
    -----
    ``sum w y / sum w``; variance of the linearised values ``w (y - mean) / sum w`` summed to clusters.
    Standard error and interval are withheld for one cluster and for equal answers, where R says 0.

    References
    ----------
    Binder, D. (1983), International Statistical Review 51, 279-292.

    Examples
    --------
    Answers of two workers with the mean 3; the residual totals -3 and 3 over 4 people make √(2 · 18) / 4.

    >>> import pandas as pd
    >>> from analysis.sample import make_sample
    >>> frame = pd.DataFrame({"worker": [1, 1, 2, 2], "y": [1.0, 2.0, 3.0, 6.0]})
    >>> found = mean(make_sample(frame, clusters="worker"), "y")
    >>> found.estimate.tolist(), found.se.tolist(), found.df.tolist()
    ([3.0], [1.5], [1.0])
    """
    values = number_column(sample.frame, variable, missing=True)
    domains, frame = layout(sample, by, where)
    linear = ratio_sums(frame, values, None)
    result = figures("mean", variable, "", domains, frame, linear, deff)
    result = with_interval(result, level)
    return _keep(result, sample.design, domains, values, None) if keep_influence else result


def total(
    sample: Sample,
    variable: str,
    *,
    by: str | Sequence[str] = (),
    where: Where = None,
    level: float = 0.95,
    deff: str = "without replacement",
    keep_influence: bool = False,
) -> Estimates:
    """Estimate totals, as R's ``svytotal``.

    Parameters
    ----------
    sample : Sample
    variable : str
        Numeric column; rows without a value are left out.
    by, where, level, deff, keep_influence : as for `mean`
        What they are there.

    Returns
    -------
    Estimates
        ``sum w y`` with the interval t(df). Valid where the weights gross up to the population.

    References
    ----------
    Särndal, C.-E., Swensson, B. and Wretman, J. (1992), Model Assisted Survey Sampling, ch. 2.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.sample import make_sample
    >>> frame = pd.DataFrame({"w": [10.0, 10.0, 20.0], "children": [1, 2, 3]})
    >>> total(make_sample(frame, weights="w"), "children").estimate.tolist()
    [90.0]
    """
    values = number_column(sample.frame, variable, missing=True)
    domains, frame = layout(sample, by, where)
    linear = total_sums(frame, values)
    result = figures("total", variable, "", domains, frame, linear, deff)
    result = with_interval(result, level)
    return _keep(result, sample.design, domains, values, None, total=True) if keep_influence else result


def ratio(
    sample: Sample,
    numerator: str,
    denominator: str,
    *,
    by: str | Sequence[str] = (),
    where: Where = None,
    level: float = 0.95,
    deff: str = "without replacement",
    keep_influence: bool = False,
) -> Estimates:
    """Estimate ratios of two totals, as R's ``svyratio``.

    Parameters
    ----------
    sample : Sample
    numerator, denominator : str
        Numeric columns; rows that lack either are left out.
    by, where, level, deff, keep_influence : as for `mean`
        What they are there.

    Returns
    -------
    Estimates
        ``sum w y / sum w x`` with the interval t(df).

    References
    ----------
    As for `mean`.

    Examples
    --------
    Every household spends half of what it has: the ratio is known without error.

    >>> import pandas as pd
    >>> from analysis.sample import make_sample
    >>> frame = pd.DataFrame({"spent": [10.0, 20.0, 5.0], "income": [20.0, 40.0, 10.0]})
    >>> ratio(make_sample(frame), "spent", "income").to_frame()[["estimate", "note"]].to_numpy().tolist()
    [[0.5, 'standard error not estimable: all answers are equal']]
    """
    above = number_column(sample.frame, numerator, missing=True)
    below = number_column(sample.frame, denominator, missing=True)
    domains, frame = layout(sample, by, where)
    linear = ratio_sums(frame, above, below)
    result = figures("ratio", f"{numerator}/{denominator}", "", domains, frame, linear, deff)
    result = with_interval(result, level)
    return _keep(result, sample.design, domains, above, below) if keep_influence else result


def proportion(
    sample: Sample,
    variable: str,
    category: object,
    *,
    by: str | Sequence[str] = (),
    where: Where = None,
    interval: str = "logit",
    level: float = 0.95,
    deff: str = "without replacement",
    keep_influence: bool = False,
) -> Estimates:
    """Estimate the share of one category, as R's ``svyciprop``.

    Parameters
    ----------
    sample : Sample
    variable : str
    category : object
        Value of `variable` whose share is asked; rows without a value are left out.
    by, where : as for `mean`
        What they are there.
    interval : str
        "logit", "wilson", "beta" (Korn-Graubard) or "wald". At 0 % and 100 %, where none of them has a
        width, a Clopper-Pearson interval on n over the design effect of the question in the whole sample.
    level, deff, keep_influence : as for `mean`
        What they are there.

    Returns
    -------
    Estimates
        ``sum w 1(category) / sum w``.

    Raises
    ------
    DesignError
        If the interval is unknown or the category does not occur.

    References
    ----------
    As for `analysis.intervals`, interval by interval.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.sample import make_sample
    >>> sample = make_sample(pd.DataFrame({"safe": [*"yyyn", None], "sex": [*"fmfmf"]}))
    >>> found = proportion(sample, "safe", "y", by="sex")
    >>> found.domains, found.n.tolist(), found.estimate.tolist()
    ((('f',), ('m',)), [2, 2], [1.0, 0.5])
    """
    if interval not in intervals.PROPORTION_INTERVALS:
        raise DesignError(f"interval {interval!r} is not one of {', '.join(intervals.PROPORTION_INTERVALS)}")
    values = indicator(sample.frame, variable, category)
    domains, frame = layout(sample, by, where)
    linear = ratio_sums(frame, values, None)
    result = figures("proportion", variable, str(category), domains, frame, linear, deff)
    result = with_share_interval(result, frame, interval, level)
    result = with_exact_interval(result, sample.design, values, level)
    return _keep(result, sample.design, domains, values, None) if keep_influence else result


def _keep(
    result: Estimates,
    design: SurveyDesign,
    domains: Domains,
    above: Floats,
    below: Floats | None,
    total: bool = False,
) -> Estimates:
    """Keep the influence of each row on each figure: ``w (y - r x) / sum w x``, or ``w y`` of a total."""
    under = np.ones(design.rows) if below is None else below
    rows = np.flatnonzero(~np.isnan(above) & ~np.isnan(under) & (domains.code >= 0))
    code, weight = domains.code[rows], design.weight[rows]
    size = np.bincount(code, weights=weight * under[rows], minlength=len(domains.names))
    values = np.zeros((design.rows, len(domains.names)))
    linear = weight * above[rows]
    if not total:
        linear = (linear - weight * result.estimate[code] * under[rows]) / size[code]
    values[rows, code] = linear
    return replace(result, influence=values)
