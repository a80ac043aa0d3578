"""Differences and other linear combinations of estimates from one sample, with their covariance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import special

from analysis import intervals
from analysis.columns import DesignError, Floats
from analysis.display import as_html, as_text
from analysis.estimation.estimates import AnySample
from analysis.estimation.replicates import degrees_by_domain, replicate_variance
from analysis.estimation.results import FIXED, NO_DEGREES, Estimates
from analysis.estimation.variance import covariance
from analysis.replicate_weights import ReplicateSample

if TYPE_CHECKING:
    import pandas as pd

#: A standard error this small next to those it is made of is rounding.
ROUNDING = 1e-8


@dataclass(frozen=True, slots=True, repr=False)
class Contrasts:
    """Linear combinations of estimates.

    Attributes
    ----------
    names : tuple of str
    estimate, se, ci_low, ci_high, p : ndarray of float, shape (m,)
        `p` is two-sided against no difference, by Student's t.
    df : ndarray of float, shape (m,)
        Degrees of freedom of the design of the domains that are compared, taken together.
    notes : tuple of str
        Why there is no figure; empty where nothing is to be said.

    Examples
    --------
    >>> found = summarise(("b - a",), np.array([4.0]), np.array([2.0]), np.inf, 0.95).to_frame()
    >>> found[["contrast", "estimate", "p", "note"]].round(4).to_numpy().tolist()
    [['b - a', 4.0, 0.0455, '']]
    """

    names: tuple[str, ...]
    estimate: Floats
    se: Floats
    ci_low: Floats
    ci_high: Floats
    p: Floats
    df: Floats
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Show a short table."""
        return as_text("contrasts", self.to_frame())

    def _repr_html_(self) -> str:
        """Show the same in a notebook."""
        return as_html("contrasts", self.to_frame())

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
                "note": self.notes or ("",) * len(self.names),
            }
        )


def contrast(
    sample: AnySample, estimates: Estimates, combinations: Mapping[str, Sequence[float]], level: float = 0.95
) -> Contrasts:
    """Combine estimates linearly, as R's ``svycontrast(svyby(..., covmat=TRUE))``.

    Parameters
    ----------
    sample : Sample or ReplicateSample
    estimates : Estimates
        Made from that sample with ``keep_influence=True``. Two rounds in one sample, with the round as a
        by-column, keep the covariance of the clusters that they share.
    combinations : mapping of name to coefficients
        One coefficient per figure: per domain, of each variable in turn.
    level : float
        Confidence level.

    Returns
    -------
    Contrasts
        NaN where a figure with a coefficient has no standard error; its note says why. Degrees of freedom are those
        of the domains with a coefficient, taken together: units less strata that they meet.

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
    >>> found.estimate.tolist(), found.se.round(4).tolist(), found.df.tolist()
    ([4.0], [1.1547], [3.0])
    """
    matrix = np.array([list(row) for row in combinations.values()], dtype=np.float64)
    if matrix.ndim != 2 or matrix.shape[1] != len(estimates.estimate):
        raise DesignError(f"a combination needs {len(estimates.estimate)} coefficients, one per figure")
    se, degrees = _errors(sample, estimates, matrix)
    known = np.where(np.isfinite(estimates.se), estimates.estimate, 0.0)
    lost = (matrix != 0) @ ~np.isfinite(estimates.se)
    found = summarise(
        tuple(combinations),
        np.where(lost, np.nan, matrix @ known),
        np.where(lost, np.nan, se),
        degrees,
        level,
    )
    fixed = se <= ROUNDING * (np.abs(matrix) @ np.nan_to_num(estimates.se))
    return _noted(found, estimates, matrix, fixed & ~lost)


def _errors(sample: AnySample, estimates: Estimates, matrix: Floats) -> tuple[Floats, Floats]:
    """Return the standard errors and the degrees of freedom of combinations."""
    inside, kept = estimates.inside, estimates.influence
    if isinstance(sample, ReplicateSample):
        kept = estimates.replicates
    if inside is None or kept is None:
        raise DesignError("these estimates keep no influence values: ask for keep_influence=True")
    kept = np.where(np.isfinite(estimates.se), kept, 0.0)
    degrees = np.array([degrees_of(sample, np.any(inside[:, row != 0], axis=1)) for row in matrix])
    if not isinstance(sample, ReplicateSample):
        variance = np.diagonal(covariance(sample.design, kept @ matrix.T))
        return np.sqrt(np.maximum(variance, 0.0)), degrees
    thetas = combined_columns(kept, matrix)
    centre = matrix @ np.where(np.isfinite(estimates.se), estimates.estimate, 0.0)
    return np.sqrt(replicate_variance(sample, thetas, centre)[0]), degrees


def combined_columns(kept: Floats, matrix: Floats) -> Floats:
    """Return the influence values, or the figures of each set of replicate weights, of combinations.

    Parameters
    ----------
    kept : ndarray of float, shape (rows or sets, figures)
        A set in which a figure has no value has none of its combinations either, and has the others.
    matrix : ndarray of float, shape (combinations, figures)

    Returns
    -------
    ndarray of float, shape (rows or sets, combinations)

    Examples
    --------
    >>> combined_columns(np.array([[3.0, 1.0, np.nan]]), np.array([[1.0, -1.0, 0.0], [1.0, 0.0, -1.0]])).tolist()
    [[2.0, nan]]
    """
    return np.column_stack([kept[:, row != 0] @ row[row != 0] for row in matrix])


def degrees_of(sample: AnySample, inside: NDArray[np.bool_]) -> float:
    """Return the degrees of freedom of a domain, as R's ``degf(subset())``.

    Parameters
    ----------
    sample : Sample or ReplicateSample
    inside : ndarray of bool, shape (rows,)

    Returns
    -------
    float
        First-stage units less strata met; of replicate weights their rank less one.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.sample import make_sample
    >>> sample = make_sample(pd.DataFrame({"c": [1, 1, 2, 3]}), clusters="c")
    >>> degrees_of(sample, np.array([True, True, True, False]))
    1.0
    """
    if isinstance(sample, ReplicateSample):
        return float(degrees_by_domain(sample, np.where(inside, 0, -1), 1)[0])
    first = sample.design.stages[0]
    units = np.unique(first.unit[inside & (sample.weight > 0)])
    return float(len(units) - len(np.unique(first.stratum_of_unit[units])))


def _noted(found: Contrasts, estimates: Estimates, matrix: Floats, fixed: NDArray[np.bool_]) -> Contrasts:
    """Say of each combination why it has no figure, or no interval."""
    notes = tuple(
        _lost(estimates, row) or (FIXED if still else NO_DEGREES if degrees <= 0 else "")
        for row, still, degrees in zip(matrix, fixed, found.df, strict=True)
    )
    low, high, p = (np.where(fixed, np.nan, column) for column in (found.ci_low, found.ci_high, found.p))
    return replace(found, se=np.where(fixed, 0.0, found.se), ci_low=low, ci_high=high, p=p, notes=notes)


def _lost(estimates: Estimates, row: Floats) -> str:
    """Return the note of the first figure with a coefficient and without a standard error, and whose it is."""
    for place in np.flatnonzero((row != 0) & ~np.isfinite(estimates.se)):
        pairs = [*zip(estimates.by, estimates.domains[place], strict=True)]
        several = [] if isinstance(estimates.variable, str) else [estimates.variable[place]]
        named = ", ".join([*several, *(f"{name}={value}" for name, value in pairs)])
        return f"{named}: {estimates.notes[place]}" if named else estimates.notes[place]
    return ""


def summarise(
    names: tuple[str, ...], estimate: Floats, se: Floats, df: float | Floats, level: float
) -> Contrasts:
    """Give combinations with known standard errors their intervals and p-values.

    Parameters
    ----------
    names : tuple of str
    estimate, se : ndarray of float, shape (m,)
    df : float or ndarray of float, shape (m,)
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
    degrees = np.broadcast_to(np.asarray(df, dtype=np.float64), np.shape(estimate))
    low, high = intervals.wald(estimate, se, degrees, level)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = -np.abs(estimate / se)
        tail = np.where(np.isposinf(degrees), special.ndtr(t), special.stdtr(np.maximum(degrees, 1e-300), t))
    return Contrasts(names, estimate, se, low, high, np.where(degrees > 0, 2 * tail, np.nan), degrees)
