"""Differences and other linear combinations of estimates from one sample, with their covariance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from analysis import intervals
from analysis.columns import DesignError, Floats
from analysis.estimation.frames import whole_frame
from analysis.estimation.results import Estimates
from analysis.estimation.variance import covariance
from analysis.sample import Sample

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Contrasts:
    """Linear combinations of estimates.

    Attributes
    ----------
    names : tuple of str
    estimate, se, ci_low, ci_high, p : ndarray of float, shape (m,)
        `p` is two-sided against no difference, by Student's t.
    df : float
        Degrees of freedom of the whole design.

    Examples
    --------
    >>> found = summarise(("b - a",), np.array([4.0]), np.array([2.0]), np.inf, 0.95).to_frame()
    >>> found[["contrast", "estimate", "p"]].round(4).to_numpy().tolist()
    [['b - a', 4.0, 0.0455]]
    """

    names: tuple[str, ...]
    estimate: Floats
    se: Floats
    ci_low: Floats
    ci_high: Floats
    p: Floats
    df: float

    def to_frame(self) -> pd.DataFrame:
        """Return one row per combination.

        Returns
        -------
        DataFrame
        """
        import pandas as pd

        return pd.DataFrame(
            {
                "contrast": self.names,
                "estimate": self.estimate,
                "se": self.se,
                "ci_low": self.ci_low,
                "ci_high": self.ci_high,
                "df": self.df,
                "p": self.p,
            }
        )


def contrast(
    sample: Sample, estimates: Estimates, combinations: Mapping[str, Sequence[float]], level: float = 0.95
) -> Contrasts:
    """Combine estimates linearly, as R's ``svycontrast(svyby(..., covmat=TRUE))``.

    Parameters
    ----------
    sample : Sample
    estimates : Estimates
        Made from that sample with ``keep_influence=True``. Two rounds in one sample, with the round as a
        by-column, keep the covariance of the clusters that they share.
    combinations : mapping of name to coefficients
        One coefficient per domain.
    level : float
        Confidence level.

    Returns
    -------
    Contrasts
        NaN where a domain with a coefficient has no standard error.

    Raises
    ------
    DesignError
        If the influence was not kept or a combination has the wrong length.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.estimation.estimates import mean
    >>> from analysis.sample import make_sample
    >>> sample = make_sample(pd.DataFrame({"y": [1.0, 3.0, 5.0, 7.0], "g": [*"aabb"]}))
    >>> found = contrast(sample, mean(sample, "y", by="g", keep_influence=True), {"b - a": [-1, 1]})
    >>> found.estimate.tolist(), found.se.round(4).tolist(), found.df
    ([4.0], [1.1547], 3.0)
    """
    if estimates.influence is None:
        raise DesignError("these estimates keep no influence values: ask for keep_influence=True")
    matrix = np.array([list(row) for row in combinations.values()], dtype=np.float64)
    if matrix.ndim != 2 or matrix.shape[1] != len(estimates.estimate):
        raise DesignError(f"a combination needs {len(estimates.estimate)} coefficients, one per domain")
    known = np.where(np.isfinite(estimates.se), estimates.estimate, 0.0)
    influence = np.where(np.isfinite(estimates.se), estimates.influence, 0.0) @ matrix.T
    se = np.sqrt(np.maximum(np.diagonal(covariance(sample.design, influence)), 0.0))
    lost = (matrix != 0) @ ~np.isfinite(estimates.se)
    return summarise(
        tuple(combinations),
        np.where(lost, np.nan, matrix @ known),
        np.where(lost, np.nan, se),
        float(whole_frame(sample.design).degrees[0]),
        level,
    )


def summarise(names: tuple[str, ...], estimate: Floats, se: Floats, df: float, level: float) -> Contrasts:
    """Give combinations with known standard errors their intervals and p-values.

    Parameters
    ----------
    names : tuple of str
    estimate, se : ndarray of float, shape (m,)
    df : float
        Degrees of freedom; infinite for the normal.
    level : float
        Confidence level.

    Returns
    -------
    Contrasts

    Examples
    --------
    Two standard errors from zero, with the normal.

    >>> found = summarise(("b - a",), np.array([4.0]), np.array([2.0]), np.inf, 0.95)
    >>> found.ci_low.round(2).tolist(), found.ci_high.round(2).tolist(), found.p.round(4).tolist()
    ([0.08], [7.92], [0.0455])
    """
    low, high = intervals.wald(estimate, se, df, level)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = -np.abs(estimate / se)
    p = 2 * (special.ndtr(t) if np.isposinf(df) else special.stdtr(df, t)) if df > 0 else np.nan * t
    return Contrasts(names, estimate, se, low, high, np.asarray(p), df)
