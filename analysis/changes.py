"""Figures of several groups or rounds put together: fixed-mix totals, gaps, and change that can be trusted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from analysis.columns import Floats
from analysis.hypothesis_tests import adjust_families
from analysis.intervals import critical_value
from analysis.models.interviewers import joint_df

if TYPE_CHECKING:
    import pandas as pd

#: Respondents that each round needs before a change is called clear.
CLEAR_BASE = 50

NO_CLEAR_CHANGE = "no clear change"
NOT_COMPARABLE = "not comparable"


@dataclass(frozen=True, slots=True)
class Figures:
    """Values with their intervals, of any shape.

    Attributes
    ----------
    n : ndarray of int
        Respondents in the base.
    value, low, high : ndarray of float
        NaN where there is no honest answer.

    Examples
    --------
    >>> share = np.array([0.5, 0.6])
    >>> Figures(np.array([100, 80]), share, share - 0.1, share + 0.1).reshape(1, 2).value.tolist()
    [[0.5, 0.6]]
    """

    n: NDArray[np.int64]
    value: Floats
    low: Floats
    high: Floats

    def reshape(self, *shape: int) -> Figures:
        """Return the same figures in another shape, such as districts x groups.

        Parameters
        ----------
        *shape : int
            Of as many figures.

        Returns
        -------
        Figures
        """
        return Figures(
            self.n.reshape(shape),
            self.value.reshape(shape),
            self.low.reshape(shape),
            self.high.reshape(shape),
        )


@dataclass(frozen=True, slots=True)
class Change:
    """Differences between two rounds.

    Attributes
    ----------
    figures : Figures
        Second round less first; `n` is the smaller base of the two.
    p, p_adjusted : ndarray of float
        Two-sided; adjusted within the declared family.
    verdict : ndarray of str
        "higher", "lower", `NO_CLEAR_CHANGE` or `NOT_COMPARABLE`.

    Examples
    --------
    >>> first, second = (Figures(*map(np.array, ([90], [v], [v - 0.1], [v + 0.1]))) for v in (0.4, 0.7))
    >>> found = change(first, second).to_frame({"district": ["North"]})
    >>> found[["district", "n", "change", "verdict"]].round(2).to_dict("records")
    [{'district': 'North', 'n': 90, 'change': 0.3, 'verdict': 'higher'}]
    """

    figures: Figures
    p: Floats
    p_adjusted: Floats
    verdict: NDArray[np.str_]

    def to_frame(self, names: Mapping[str, Sequence[Any]]) -> pd.DataFrame:
        """Return one row per comparison; `names` gives the columns that name them.

        Parameters
        ----------
        names : mapping of str to sequence
            Columns that name the comparisons, as long as there are comparisons.

        Returns
        -------
        DataFrame
        """
        import pandas as pd

        return pd.DataFrame(
            {
                **names,
                "n": self.figures.n,
                "change": self.figures.value,
                "ci_low": self.figures.low,
                "ci_high": self.figures.high,
                "p": self.p,
                "p_adjusted": self.p_adjusted,
                "verdict": self.verdict,
            }
        )


def combine(figures: Figures, coefficients: ArrayLike) -> Figures:
    """Combine independent figures linearly along the last axis, interval and all.

    Parameters
    ----------
    figures : Figures, shape (..., k)
    coefficients : array_like of float, shape (k,)

    Returns
    -------
    Figures, shape (...)
        NaN unless every figure with a coefficient has an interval. `n` is the sum.

    Notes
    -----
    Each limit moves by the root of the summed squares of the distances that push it outward; for symmetric
    intervals that is the usual one, and it keeps a width where a share is 0 or 100 %.

    References
    ----------
    Zou, G. Y. and Donner, A. (2008), Statistics in Medicine 27, 1693-1702; Newcombe, R. G. (1998), method 10.

    Examples
    --------
    The half-widths 0.3 and 0.4 make one of 0.5, as the sides of a right-angled triangle do.

    >>> share, half = np.array([0.4, 0.5]), np.array([0.3, 0.4])
    >>> gap = combine(Figures(np.array([100, 80]), share, share - half, share + half), [-1, 1])
    >>> int(gap.n), [round(float(one), 3) for one in (gap.value, gap.low, gap.high)]
    (180, [0.1, -0.4, 0.6])
    """
    weight = np.asarray(coefficients, dtype=np.float64)
    used = weight != 0
    weight, n = weight[used], figures.n[..., used]
    value, low, high = (part[..., used] for part in (figures.value, figures.low, figures.high))
    total = np.where(np.isnan(low).any(axis=-1), np.nan, (weight * value).sum(axis=-1))
    down, up = (
        weight * np.where(weight > 0, value - low, value - high),
        weight * np.where(weight > 0, high - value, low - value),
    )
    spread = [np.sqrt((part**2).sum(axis=-1)) for part in (down, up)]
    return Figures(n.sum(axis=-1), total, total - spread[0], total + spread[1])


def fixed_mix(figures: Figures) -> Figures:
    """Return the equal mean of the groups, shape (...) from (..., groups).

    A changed mix of groups cannot move it, and it exists only where every group has a figure.

    Parameters
    ----------
    figures : Figures, shape (..., groups)

    Returns
    -------
    Figures, shape (...)

    Examples
    --------
    >>> share = np.array([0.3, 0.6, 0.9])
    >>> mix = fixed_mix(Figures(np.array([50, 10, 20]), share, share - 0.06, share + 0.06))
    >>> int(mix.n), round(float(mix.value), 3), round(float(mix.high - mix.value), 3)
    (80, 0.6, 0.035)
    """
    groups = figures.value.shape[-1]
    return combine(figures, np.full(groups, 1 / groups))


def change(
    first: Figures,
    second: Figures,
    family: Sequence[object] | None = None,
    level: float = 0.95,
    df: tuple[ArrayLike, ArrayLike] = (np.inf, np.inf),
) -> Change:
    """Compare two rounds whose samples are independent.

    Parameters
    ----------
    first, second : Figures, shape (m,)
    family : sequence, length m, optional
        Family of each comparison for the Benjamini-Hochberg adjustment, such as the question and the level of
        geography; one family when left out.
    level : float
    df : pair of array_like of float, shape (m,)
        Degrees of freedom that the intervals of either round were made with.

    Returns
    -------
    Change
        "higher" or "lower" only where the interval excludes zero, the adjusted p-value agrees, and each round
        has `CLEAR_BASE` respondents.

    References
    ----------
    Benjamini, Y. and Hochberg, Y. (1995), JRSS B 57, 289-300; Newcombe, R. G. (1998), method 10.

    Examples
    --------
    >>> n, before, after = np.array([90, 90, 9]), np.array([0.4, 0.4, 0.4]), np.array([0.7, 0.45, np.nan])
    >>> first, second = (Figures(n, share, share - 0.1, share + 0.1) for share in (before, after))
    >>> change(first, second).verdict.tolist()
    ['higher', 'no clear change', 'not comparable']
    """
    both = Figures(*(np.stack(pair, axis=-1) for pair in zip(_parts(first), _parts(second), strict=True)))
    gap = combine(both, [-1.0, 1.0])
    base = both.n.min(axis=-1)
    p = _p_values(both, gap, level, df)
    p = np.where(gap.value == 0, 1.0, p)
    adjusted = adjust_families(p, ["all"] * len(p) if family is None else family)
    clear = ((gap.low > 0) | (gap.high < 0)) & (base >= CLEAR_BASE) & (adjusted < 1 - level)
    verdict = np.where(clear, np.where(gap.value > 0, "higher", "lower"), NO_CLEAR_CHANGE)
    verdict = np.where(np.isnan(gap.value), NOT_COMPARABLE, verdict)
    return Change(Figures(base, gap.value, gap.low, gap.high), p, adjusted, verdict)


def _p_values(both: Figures, gap: Figures, level: float, df: tuple[ArrayLike, ArrayLike]) -> Floats:
    """Two-sided, from the limits that point to each other and what they say of the standard errors."""
    freedom = np.stack([np.broadcast_to(np.asarray(one, np.float64), gap.value.shape) for one in df], axis=-1)
    rise = (gap.value > 0)[..., np.newaxis] ^ np.array([True, False])
    inward = np.where(rise, both.value - both.low, both.high - both.value)
    variance = (inward / np.asarray(critical_value(level, freedom))) ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        score = np.abs(gap.value) / np.sqrt(variance.sum(axis=-1))
    joint = np.asarray(joint_df(variance, freedom))
    finite = np.where(np.isfinite(joint), joint, 1.0)
    tail = np.where(np.isfinite(joint), special.stdtr(finite, -score), special.ndtr(-score))
    return np.asarray(2 * tail, np.float64)


def _parts(figures: Figures) -> tuple[NDArray[Any], ...]:
    return figures.n, figures.value, figures.low, figures.high
