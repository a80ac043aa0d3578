"""The intervals that figures are given: symmetric ones, those of shares, and exact ones where all answers are equal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from analysis import intervals
from analysis.columns import Floats
from analysis.estimation.frames import domain_frame
from analysis.estimation.linearisation import ratio_sums
from analysis.estimation.results import EXACT_INTERVAL, FIXED, NO_DEGREES, UNANIMOUS, Estimates
from analysis.sample import SurveyDesign


def question_deff(design: SurveyDesign, values: Floats) -> float:
    """Return the design effect of a question in the whole sample, at least 1.

    Where everybody gave the same answer it cannot be estimated and Kish's effect of the weights takes its place.

    Parameters
    ----------
    design : SurveyDesign
    values : ndarray of float, shape (rows,)
        NaN where missing.

    Returns
    -------
    float

    References
    ----------
    Kish, L. (1965), Survey Sampling.

    Examples
    --------
    All answers are equal; weights 1, 1, 1 and 3 make four interviews worth three.

    >>> import pandas as pd
    >>> from analysis.sample import make_sample
    >>> design = make_sample(pd.DataFrame({"w": [1.0, 1.0, 1.0, 3.0]}), weights="w").design
    >>> round(question_deff(design, np.ones(4)), 4)
    1.3333
    """
    rule = "remove" if design.lonely == "fail" else design.lonely
    frame = domain_frame(replace(design, lonely=rule), np.zeros(design.rows, dtype=np.int64), 1)
    linear = ratio_sums(frame, values)
    if not linear.constant[0] and linear.variance[0] > 0:
        return max(1.0, float(linear.variance[0] / linear.srs_variance[0]))
    return weighting_effect(design.weight[~np.isnan(values)])


def weighting_effect(weight: Floats) -> float:
    """Return Kish's design effect of weights, at least 1.

    Parameters
    ----------
    weight : ndarray of float, shape (respondents,)

    Returns
    -------
    float

    References
    ----------
    Kish, L. (1965), Survey Sampling.

    Examples
    --------
    >>> round(weighting_effect(np.array([1.0, 1.0, 1.0, 3.0])), 4)
    1.3333
    """
    return max(1.0, float(len(weight) * np.sum(weight**2) / np.sum(weight) ** 2)) if weight.any() else 1.0


def with_interval(result: Estimates, level: float) -> Estimates:
    """Give figures the symmetric interval, t with the degrees of freedom of each domain's design.

    Parameters
    ----------
    result : Estimates
    level : float
        Confidence level.

    Returns
    -------
    Estimates

    Examples
    --------
    Half of Student's t with two degrees of freedom is within 0.8165.

    >>> import pandas as pd
    >>> from analysis.estimation.estimates import mean
    >>> from analysis.sample import make_sample
    >>> found = with_interval(mean(make_sample(pd.DataFrame({"y": [1.0, 2.0, 3.0]})), "y"), 0.5)
    >>> ((found.ci_high - found.estimate) / found.se).round(4).tolist()
    [0.8165]
    """
    low, high = intervals.wald(result.estimate, result.se, result.df, level)
    return _set_limits(result, low, high)


def with_share_interval(result: Estimates, rows: NDArray[np.int64], interval: str, level: float) -> Estimates:
    """Give shares the interval of that name in `analysis.intervals.PROPORTION_INTERVALS`.

    Parameters
    ----------
    result : Estimates
        Shares.
    rows : ndarray of int, shape (m,)
        Rows of each domain.
    interval : str
        Name.
    level : float
        Confidence level.

    Returns
    -------
    Estimates

    Raises
    ------
    KeyError
        If there is no such interval.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.estimation.domains import layout
    >>> from analysis.estimation.estimates import proportion
    >>> from analysis.sample import make_sample
    >>> sample = make_sample(pd.DataFrame({"a": [*"yyyn"]}))
    >>> found = with_share_interval(proportion(sample, "a", "y"), layout(sample)[1].n, "wald", 0.95)
    >>> found.ci_low.round(3).tolist(), found.ci_high.round(3).tolist()
    ([-0.046], [1.546])
    """
    method = intervals.PROPORTION_INTERVALS[interval]
    low, high = method(result.estimate, result.se, rows, result.df, level)
    return _set_limits(result, low, high)


def _set_limits(result: Estimates, low: Floats, high: Floats) -> Estimates:
    """Set the limits; a figure without sampling error or degrees of freedom has none."""
    fixed = np.array([note == FIXED for note in result.notes])
    bare = (result.df <= 0) & np.isfinite(result.se) & ~fixed
    notes = tuple(NO_DEGREES if none else note for note, none in zip(result.notes, bare, strict=True))
    low, high = np.where(fixed, np.nan, low), np.where(fixed, np.nan, high)
    return replace(result, ci_low=low, ci_high=high, notes=notes)


def with_exact_interval(result: Estimates, effect: Callable[[], float], level: float) -> Estimates:
    """Give unanimous domains a Clopper-Pearson interval on n over the question's design effect.

    Parameters
    ----------
    result : Estimates
        Shares.
    effect : function without arguments
        Gives the design effect of the question in the whole sample; asked only where it is needed.
    level : float
        Confidence level.

    Returns
    -------
    Estimates

    References
    ----------
    Clopper, C. J. and Pearson, E. S. (1934), Biometrika 26, 404-413.

    Examples
    --------
    Four of four said yes: the lower limit is the fourth root of 0.025.

    >>> import pandas as pd
    >>> from analysis.estimation.domains import layout
    >>> from analysis.estimation.results import figures
    >>> from analysis.sample import make_sample
    >>> sample = make_sample(pd.DataFrame({"y": np.ones(4)}))
    >>> domains, frame = layout(sample)
    >>> shares = figures("proportion", "y", "1", domains, frame.degrees, ratio_sums(frame, np.ones(4)))
    >>> found = with_exact_interval(shares, lambda: 1.0, 0.95)
    >>> found.ci_low.round(4).tolist(), found.ci_high.tolist()
    ([0.3976], [1.0])
    """
    same = np.array([note == UNANIMOUS for note in result.notes])
    if not same.any():
        return result
    low, high = intervals.clopper_pearson(
        np.where(same, np.rint(result.estimate), 0.0), result.n / effect(), level
    )
    notes = tuple(
        EXACT_INTERVAL if all_same else note for note, all_same in zip(result.notes, same, strict=True)
    )
    return replace(
        result,
        ci_low=np.where(same, low, result.ci_low),
        ci_high=np.where(same, high, result.ci_high),
        notes=notes,
    )
