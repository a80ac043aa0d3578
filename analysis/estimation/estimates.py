"""Means, proportions, totals and ratios with design-based standard errors, for any domains."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from analysis import intervals
from analysis.columns import Codes, DesignError, Floats, number_column
from analysis.estimation.domains import Names, Where, indicator, layout, levels_of, listed
from analysis.estimation.limits import (
    question_deff,
    with_exact_interval,
    with_interval,
    with_share_interval,
)
from analysis.estimation.linearisation import ratio_sums, total_sums
from analysis.estimation.replicates import replicate_deff, replicate_figures, replicate_layout
from analysis.estimation.results import (
    EXACT_INTERVAL,
    NOT_CHOSEN,
    UNANIMOUS,
    Asked,
    Estimates,
    figures,
    stacked,
)
from analysis.replicate_weights import ReplicateSample
from analysis.sample import Sample

#: A sample with its design, or one with replicate weights.
AnySample: TypeAlias = Sample | ReplicateSample


def mean(
    sample: AnySample,
    variable: Names,
    *,
    by: Names = (),
    where: Where = None,
    level: float = 0.95,
    deff: str = "without replacement",
    keep_influence: bool = False,
) -> Estimates:
    """Estimate means, as R's ``svymean`` and ``svyby(..., svymean)``.

    Parameters
    ----------
    sample : Sample or ReplicateSample
    variable : str or sequence of str
        Numeric column, or several: one result then holds all of them. Rows without a value are left out of that
        variable only; the design stays whole.
    by : str or sequence of str
        Columns whose combinations are the domains.
    where : mapping of column to value or list of values; Series, ndarray or list of bool; optional
        A domain, not a filter: the rest of the sample still counts for the variance.
    level : float
        Confidence level of the interval, which is ``t`` with the degrees of freedom of the domain's design.
    deff : str
        "without replacement" (R's ``deff=TRUE``) or "with replacement" (R's ``deff="replace"``).
    keep_influence : bool
        Keep what contrasts need: rows x domains floats, or with replicate weights the figures of each set.

    Returns
    -------
    Estimates

    Raises
    ------
    DesignError
        If no column is named, or one is not of numbers.

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
    options = _Options(by, where, level, deff, keep_influence)
    return stacked([_answer(sample, _numbers(sample, "mean", name), options) for name in _some(variable)])


def total(
    sample: AnySample,
    variable: Names,
    *,
    by: Names = (),
    where: Where = None,
    level: float = 0.95,
    deff: str = "without replacement",
    keep_influence: bool = False,
) -> Estimates:
    """Estimate totals, as R's ``svytotal``.

    Parameters
    ----------
    sample : Sample or ReplicateSample
    variable : str or sequence of str
        Numeric column or columns; rows without a value are left out.
    by, where, level, deff, keep_influence : as for `mean`
        What they are there.

    Returns
    -------
    Estimates
        ``sum w y`` with the interval t(df). Valid where the weights gross up to the population.

    Raises
    ------
    DesignError
        As for `mean`.

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
    options = _Options(by, where, level, deff, keep_influence)
    return stacked([_answer(sample, _numbers(sample, "total", name), options) for name in _some(variable)])


def ratio(
    sample: AnySample,
    numerator: str,
    denominator: str,
    *,
    by: Names = (),
    where: Where = None,
    level: float = 0.95,
    deff: str = "without replacement",
    keep_influence: bool = False,
) -> Estimates:
    """Estimate ratios of two totals, as R's ``svyratio``.

    Parameters
    ----------
    sample : Sample or ReplicateSample
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
    asked = Asked("ratio", f"{numerator}/{denominator}", "", above, below)
    return _answer(sample, asked, _Options(by, where, level, deff, keep_influence))


def proportion(
    sample: AnySample,
    variable: Names,
    category: object = None,
    *,
    by: Names = (),
    where: Where = None,
    interval: str = "logit",
    level: float = 0.95,
    deff: str = "without replacement",
    keep_influence: bool = False,
    absent: bool = False,
) -> Estimates:
    """Estimate the share of one category or of several, as R's ``svyciprop``.

    Parameters
    ----------
    sample : Sample or ReplicateSample
    variable : str or sequence of str
    category : object, optional
        Value of `variable` whose share is asked, or a list of values; left out, all of them. Rows without a value
        are left out.
    by, where : as for `mean`
        What they are there.
    interval : str
        "logit", "wilson", "beta" (Korn-Graubard) or "wald". At 0 % and 100 %, where none of them has a
        width, a Clopper-Pearson interval on n over the design effect of the question in the whole sample.
    level, deff, keep_influence : as for `mean`
        What they are there.
    absent : bool
        Whether a text that is the value of nobody is 0 % with a note even where nothing else is asked. Otherwise it
        is refused there, for it is misspelt more likely than chosen by nobody.

    Returns
    -------
    Estimates
        ``sum w 1(category) / sum w``.

    Raises
    ------
    DesignError
        If the interval is unknown or none of the categories occurs.

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
    >>> proportion(sample, "safe").level, proportion(sample, "safe").estimate.tolist()
    (('n', 'y'), [0.25, 0.75])
    """
    if interval not in intervals.PROPORTION_INTERVALS:
        raise DesignError(f"interval {interval!r} is not one of {', '.join(intervals.PROPORTION_INTERVALS)}")
    options = _Options(by, where, level, deff, keep_influence)
    asked = [
        (name, one)
        for name in _some(variable)
        for one in (levels_of(sample.frame, name) if category is None else listed(category))
    ]
    if not absent:
        _refuse_unknown(sample, asked)
    if not asked:
        raise DesignError("no category is asked for, or the column has no values")
    return stacked([_share(sample, name, one, interval, options) for name, one in asked])


@dataclass(frozen=True, slots=True)
class _Options:
    by: Names
    where: Where
    level: float
    deff: str
    keep_influence: bool


def _some(variable: Names) -> tuple[str, ...]:
    names = listed(variable)
    if not names:
        raise DesignError("no column is asked for")
    return names


def _numbers(sample: AnySample, statistic: str, variable: str) -> Asked:
    return Asked(statistic, variable, "", number_column(sample.frame, variable, missing=True))


def _refuse_unknown(sample: AnySample, asked: Sequence[tuple[str, object]]) -> None:
    """Refuse the first category that nobody has, if nobody has any of them."""
    if any(np.any(indicator(sample.frame, name, one, True) == 1) for name, one in asked):
        return
    for name, one in asked:
        indicator(sample.frame, name, one)


def _share(sample: AnySample, variable: str, category: object, interval: str, options: _Options) -> Estimates:
    values = indicator(sample.frame, variable, category, True)
    asked = Asked("proportion", variable, str(category), values, interval=interval)
    result = _answer(sample, asked, options)
    if np.any(values == 1):
        return result
    notes = [
        f"{NOT_CHOSEN}; {note}" if note in (EXACT_INTERVAL, UNANIMOUS) else note for note in result.notes
    ]
    return replace(result, notes=tuple(notes))


def _answer(sample: AnySample, asked: Asked, options: _Options) -> Estimates:
    if isinstance(sample, ReplicateSample):
        return _by_replicates(sample, asked, options)
    domains, frame = layout(sample, options.by, options.where)
    sums = total_sums(frame, asked.above) if asked.statistic == "total" else None
    linear = sums or ratio_sums(frame, asked.above, asked.below)
    result = figures(
        asked.statistic, asked.variable, asked.level, domains, frame.degrees, linear, options.deff
    )
    result = _with_limits(
        result, asked, frame.n, lambda: question_deff(sample.design, asked.above), options.level
    )
    if not options.keep_influence:
        return result
    inside = domains.code[:, None] == np.arange(len(domains.names))
    return replace(result, influence=_influence(result, sample, asked, domains.code), inside=inside)


def _by_replicates(sample: ReplicateSample, asked: Asked, options: _Options) -> Estimates:
    domains, degrees = replicate_layout(sample, options.by, options.where)
    result = replicate_figures(sample, asked, domains, degrees, options.deff)
    inside = domains.code[(domains.code >= 0) & (sample.weight > 0)]
    rows = np.bincount(inside, minlength=len(domains.names))
    result = _with_limits(result, asked, rows, lambda: replicate_deff(sample, asked.above), options.level)
    return result if options.keep_influence else replace(result, replicates=None, inside=None)


def _with_limits(
    result: Estimates, asked: Asked, rows: Codes, effect: Callable[[], float], level: float
) -> Estimates:
    if asked.interval is None:
        return with_interval(result, level)
    result = with_share_interval(result, rows, asked.interval, level)
    return with_exact_interval(result, effect, level)


def _influence(result: Estimates, sample: Sample, asked: Asked, domain: Codes) -> Floats:
    """Return the influence of each row on each figure: ``w (y - r x) / sum w x``, or ``w y`` of a total."""
    design, figures = sample.design, len(result.domains)
    under = np.ones(design.rows) if asked.below is None else asked.below
    rows = np.flatnonzero(~np.isnan(asked.above) & ~np.isnan(under) & (domain >= 0))
    code, weight = domain[rows], design.weight[rows]
    size = np.bincount(code, weights=weight * under[rows], minlength=figures)
    values = np.zeros((design.rows, figures))
    linear = weight * asked.above[rows]
    if asked.statistic != "total":
        linear = (linear - weight * result.estimate[code] * under[rows]) / size[code]
    values[rows, code] = linear
    return values
