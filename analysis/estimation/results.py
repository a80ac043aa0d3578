"""What an estimate says and what it leaves unsaid: figures, intervals and the reasons why there are none."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from analysis import intervals
from analysis.columns import DesignError, Floats
from analysis.estimation.domains import Domains
from analysis.estimation.frames import DomainFrame, domain_frame
from analysis.estimation.linearisation import Linear, ratio_sums
from analysis.sample import SurveyDesign

if TYPE_CHECKING:
    import pandas as pd

#: With which simple random sample a design effect compares.
DEFF_KINDS = ("without replacement", "with replacement")

NOBODY = "not estimable: no answers in this domain"
ONE_RESPONDENT = "not estimable: one respondent"
ONE_CLUSTER = "not estimable: one cluster"
UNANIMOUS = "standard error not estimable: all answers are equal"
EXACT_INTERVAL = "standard error not estimable: all answers are equal; Clopper-Pearson interval on n/deff"
FIXED = "no interval: the design fixes this figure"
NO_DEGREES = "no interval: no degrees of freedom"
ALL_LONELY = "not estimable: every stratum has one cluster"
NO_POPULATION = "no design effect: the weights add up to no more than the respondents"


@dataclass(frozen=True, slots=True)
class Estimates:
    """Estimates of one statistic in one or more domains.

    Attributes
    ----------
    statistic, variable, level : str
        What was estimated; `level` is the category of a proportion or the share of a quantile.
    by : tuple of str
        Columns that make the domains.
    domains : tuple of tuple
        Values of those columns, one tuple per domain.
    n : ndarray of int, shape (m,)
        Respondents with an answer (and a positive weight), unweighted.
    estimate, se, ci_low, ci_high, df, deff : ndarray of float, shape (m,)
        In the units of the variable. NaN where there is no honest answer; `notes` says why.
    notes : tuple of str
        Empty where nothing is to be said.
    influence : ndarray of float, shape (rows, m), or None
        Kept on demand, for contrasts.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.estimation.estimates import mean
    >>> from analysis.sample import make_sample
    >>> sample = make_sample(pd.DataFrame({"y": [1.0, 3.0, 5.0], "g": [*"aab"], "w": 10.0}), weights="w")
    >>> found = mean(sample, "y", by="g").to_frame()
    >>> found[["g", "n", "estimate", "note"]].to_numpy().tolist()
    [['a', 2, 2.0, ''], ['b', 1, 5.0, 'not estimable: one respondent']]
    """

    statistic: str
    variable: str
    level: str
    by: tuple[str, ...]
    domains: tuple[tuple[Any, ...], ...]
    n: NDArray[np.int64]
    estimate: Floats
    se: Floats
    ci_low: Floats
    ci_high: Floats
    df: Floats
    deff: Floats
    notes: tuple[str, ...]
    influence: Floats | None = None

    def to_frame(self) -> pd.DataFrame:
        """Return a table with the by-columns, then the figures, then the note.

        Returns
        -------
        DataFrame
            One row per domain.
        """
        import pandas as pd

        keys = {name: [domain[place] for domain in self.domains] for place, name in enumerate(self.by)}
        figures = {
            "statistic": self.statistic,
            "variable": self.variable,
            "level": self.level,
            "n": self.n,
            "estimate": self.estimate,
            "se": self.se,
            "ci_low": self.ci_low,
            "ci_high": self.ci_high,
            "df": self.df,
            "deff": self.deff,
            "note": self.notes,
        }
        return pd.DataFrame(keys | figures, index=range(len(self.domains)))


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
    weight = design.weight[~np.isnan(values)]
    return max(1.0, float(len(weight) * np.sum(weight**2) / np.sum(weight) ** 2)) if weight.any() else 1.0


def figures(
    statistic: str,
    variable: str,
    level: str,
    domains: Domains,
    frame: DomainFrame,
    linear: Linear,
    deff: str = DEFF_KINDS[0],
) -> Estimates:
    """Put the figures of a statistic together, without intervals; what cannot be said is withheld.

    Parameters
    ----------
    statistic, variable, level : str
    domains : Domains
    frame : DomainFrame
    linear : Linear
        Of that frame.
    deff : str
        One of `DEFF_KINDS`.

    Returns
    -------
    Estimates

    Raises
    ------
    DesignError
        If `deff` is not one of `DEFF_KINDS`.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.estimation.domains import layout
    >>> from analysis.sample import make_sample
    >>> sample = make_sample(pd.DataFrame({"y": [1.0, 2.0, 3.0]}))
    >>> domains, frame = layout(sample)
    >>> found = figures("mean", "y", "", domains, frame, ratio_sums(frame, np.array([1.0, 2.0, 3.0])))
    >>> found.estimate.tolist(), found.se.round(4).tolist(), found.df.tolist()
    ([2.0], [0.5774], [2.0])
    """
    if deff not in DEFF_KINDS:
        raise DesignError(f"design effect {deff!r} is not one of {', '.join(DEFF_KINDS)}")
    empty = np.full(frame.domains, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        left = 1 - linear.n / linear.weight if deff == DEFF_KINDS[0] else np.ones(frame.domains)
        effect = linear.variance / (linear.srs_variance * np.where(left > 1e-12, left, np.nan))
    base = Estimates(
        statistic,
        variable,
        level,
        domains.by,
        domains.names,
        linear.n,
        np.where(linear.n > 0, linear.estimate, np.nan),
        np.sqrt(np.maximum(linear.variance, 0.0)),
        empty,
        empty,
        frame.degrees,
        effect,
        ("",) * frame.domains,
    )
    return _withheld(base, linear, frame)


def _withheld(base: Estimates, linear: Linear, frame: DomainFrame) -> Estimates:
    """Take away standard errors that the data cannot give, and say why; the first reason that holds is said."""
    of_answers = base.statistic != "total"
    reasons: tuple[tuple[str, Any], ...] = (
        (NOBODY, linear.n < 1),
        (ONE_RESPONDENT, (linear.n == 1) & of_answers),
        (ONE_CLUSTER, (linear.units == 1) & (of_answers | ~(linear.variance > 0))),
        (UNANIMOUS, linear.constant & of_answers),
        (ALL_LONELY, np.isnan(linear.variance) | (linear.fixed & (frame.degrees <= 0))),
    )
    notes = _first_reason(reasons, len(base.notes))
    gone = np.array([bool(note) for note in notes])
    fixed = linear.fixed & ~gone
    notes = tuple(FIXED if still else note for note, still in zip(notes, fixed, strict=True))
    bare = np.isnan(base.deff) & ~gone & (linear.n > 1)
    notes = tuple(note or (NO_POPULATION if none else "") for note, none in zip(notes, bare, strict=True))
    se = np.where(gone, np.nan, np.where(fixed, 0.0, base.se))
    return replace(base, se=se, deff=np.where(gone, np.nan, np.where(fixed, 0.0, base.deff)), notes=notes)


def _first_reason(reasons: tuple[tuple[str, Any], ...], length: int) -> tuple[str, ...]:
    notes = np.full(length, "", dtype=object)
    for note, holds in reasons:
        notes[np.asarray(holds) & (notes == "")] = note
    return tuple(notes)


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


def with_share_interval(result: Estimates, frame: DomainFrame, interval: str, level: float) -> Estimates:
    """Give shares the interval of that name in `analysis.intervals.PROPORTION_INTERVALS`.

    Parameters
    ----------
    result : Estimates
        Shares.
    frame : DomainFrame
        Of those shares.
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
    >>> found = with_share_interval(proportion(sample, "a", "y"), layout(sample)[1], "wald", 0.95)
    >>> found.ci_low.round(3).tolist(), found.ci_high.round(3).tolist()
    ([-0.046], [1.546])
    """
    method = intervals.PROPORTION_INTERVALS[interval]
    low, high = method(result.estimate, result.se, frame.n, result.df, level)
    return _set_limits(result, low, high)


def _set_limits(result: Estimates, low: Floats, high: Floats) -> Estimates:
    """Set the limits; a figure without sampling error or degrees of freedom has none."""
    fixed = np.array([note == FIXED for note in result.notes])
    bare = (result.df <= 0) & np.isfinite(result.se) & ~fixed
    notes = tuple(NO_DEGREES if none else note for note, none in zip(result.notes, bare, strict=True))
    low, high = np.where(fixed, np.nan, low), np.where(fixed, np.nan, high)
    return replace(result, ci_low=low, ci_high=high, notes=notes)


def with_exact_interval(result: Estimates, design: SurveyDesign, values: Floats, level: float) -> Estimates:
    """Give unanimous domains a Clopper-Pearson interval on n over the question's design effect.

    Parameters
    ----------
    result : Estimates
        Shares.
    design : SurveyDesign
    values : ndarray of float, shape (rows,)
        Ones and zeros, NaN where missing.
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
    >>> from analysis.sample import make_sample
    >>> sample = make_sample(pd.DataFrame({"y": np.ones(4)}))
    >>> domains, frame = layout(sample)
    >>> shares = figures("proportion", "y", "1", domains, frame, ratio_sums(frame, np.ones(4)))
    >>> found = with_exact_interval(shares, sample.design, np.ones(4), 0.95)
    >>> found.ci_low.round(4).tolist(), found.ci_high.tolist()
    ([0.3976], [1.0])
    """
    same = np.array([note == UNANIMOUS for note in result.notes])
    if not same.any():
        return result
    low, high = intervals.clopper_pearson(
        np.where(same, np.rint(result.estimate), 0.0), result.n / question_deff(design, values), level
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
