"""What a quantile of weighted values is, by twelve rules, and how limits of a share become limits of a quantile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis import intervals
from analysis.columns import Floats

#: Cumulated weights this near to a share meet it: sums of the same weights in another order differ by less.
TIE = 1e-12


@dataclass(frozen=True, slots=True)
class Distribution:
    """Weighted values of one domain, in order.

    Attributes
    ----------
    values, weight : ndarray of float, shape (n,)
        Sorted by value; weights are positive.
    reached : ndarray of float, shape (n,)
        Part of all weight at or before each value.

    Examples
    --------
    >>> found = distribution(np.array([3.0, 1.0, np.nan]), np.array([1.0, 3.0, 1.0]))
    >>> found.values.tolist(), found.reached.tolist()
    ([1.0, 3.0], [0.75, 1.0])
    >>> found.quantile(0.75, "math"), found.quantile(0.75, "school"), found.quantile(1.1, "math")
    (1.0, 2.0, nan)
    """

    values: Floats
    weight: Floats
    reached: Floats

    def quantile(self, share: float, rule: str) -> float:
        """Return the quantile by one of `RULES`; NaN outside 0 to 1 and of nothing.

        Parameters
        ----------
        share : float
        rule : str

        Returns
        -------
        float
        """
        if len(self.values) == 0 or not 0 <= share <= 1:
            return float("nan")
        return float(RULES[rule](self, share))


def distribution(values: Floats, weight: Floats) -> Distribution:
    """Put values in order; missing ones and those of weight 0 are left out.

    Parameters
    ----------
    values, weight : ndarray of float, shape (rows,)

    Returns
    -------
    Distribution

    Examples
    --------
    >>> distribution(np.array([2.0, 1.0]), np.array([1.0, 0.0])).values.tolist()
    [2.0]
    """
    used = np.flatnonzero(~np.isnan(values) & (weight > 0))
    order = used[np.argsort(values[used], kind="stable")]
    # R sums in extended precision.
    reached = np.cumsum(weight[order], dtype=np.longdouble)
    part = np.asarray(reached / reached[-1:], dtype=np.float64)
    return Distribution(values[order], weight[order], part)


def _bracket(known: Distribution, share: float) -> tuple[int, int, float]:
    """Return the places around a share, and how far beyond the first it is; not at all where the two meet."""
    place = max(int(np.searchsorted(known.reached, share + TIE, side="right")) - 1, 0)
    beyond = share - float(known.reached[place])
    return place, min(place + 1, len(known.values) - 1), 0.0 if abs(beyond) <= TIE else beyond


def _math(known: Distribution, share: float) -> float:
    low, high, beyond = _bracket(known, share)
    return float(known.values[low if beyond <= 0 else high])


def _school(known: Distribution, share: float) -> float:
    low, high, beyond = _bracket(known, share)
    return float(known.values[high] if beyond > 0 else (known.values[low] + known.values[high]) / 2)


def _nearest_even(known: Distribution, share: float) -> float:
    """Take the value below on a tie if it is the second, fourth … of the distinct values."""
    values, first = np.unique(known.values, return_index=True)
    last = np.append(first[1:], len(known.values)) - 1
    merged = Distribution(values, np.add.reduceat(known.weight, first), known.reached[last])
    low, high, beyond = _bracket(merged, share)
    return float(values[low if beyond <= 0 and low % 2 == 1 else high])


def _between(known: Distribution, share: float) -> float:
    low, high, beyond = _bracket(known, share)
    gap = float(known.reached[high] - known.reached[low])
    if gap <= 0:
        return float(known.values[low])
    part = beyond / gap
    return float(known.values[low] * (1 - part) + known.values[high] * part)


def _interpolated(positions: Callable[[Floats, Floats], Floats]) -> Callable[[Distribution, float], float]:
    """Return a rule that joins the values at given positions by straight lines."""

    def rule(known: Distribution, share: float) -> float:
        if len(known.values) == 1:
            return float(known.values[0])
        relative = known.weight / known.weight.sum()
        return float(np.interp(share, positions(known.reached, relative), known.values))

    return rule


def _shah_vaish(known: Distribution, share: float) -> float:
    count = len(known.values)
    relative = known.weight / known.weight.mean()
    positions = (known.reached * count + 0.5 - relative / 2) / (count + 1)
    return float(known.values[max(int(np.searchsorted(positions, share + TIE, side="right")) - 1, 0)])


def _before(reached: Floats) -> Floats:
    return np.append(0.0, reached[:-1])


#: The rules by the names that R's ``svyquantile(qrule=)`` gives them; "hf" are those of Hyndman and Fan (1996).
RULES: dict[str, Callable[[Distribution, float], float]] = {
    "math": _math,
    "school": _school,
    "shahvaish": _shah_vaish,
    "hf1": _math,
    "hf2": _school,
    "hf3": _nearest_even,
    "hf4": _between,
    "hf5": _interpolated(lambda reached, part: reached - part / 2),
    "hf6": _interpolated(lambda reached, part: reached / (1 + part[-1])),
    "hf7": _interpolated(lambda reached, _: _before(reached) / reached[-2]),
    "hf8": _interpolated(lambda reached, part: (_before(reached) + 2 * reached) / 3 / (1 + part[-1] / 3)),
    "hf9": _interpolated(lambda reached, part: (3 * _before(reached) + 5 * reached) / 8 / (1 + part[-1] / 4)),
}


def _arcsine(
    share: ArrayLike, se: ArrayLike, rows: ArrayLike, df: ArrayLike, level: float
) -> intervals.Limits:
    """Return the interval that is symmetric on the scale on which the variance of a share does not depend on it."""
    del rows  # The other intervals take them.
    p = np.asarray(share, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.asarray(se) / (2 * np.sqrt(p * (1 - p)))
    low, high = intervals.wald(np.arcsin(np.sqrt(p)), error, df, level)
    return np.sin(low) ** 2, np.sin(high) ** 2


#: Intervals of the share at or below a quantile, by the names of R's ``svyquantile(interval.type=)``.
SHARE_LIMITS: dict[str, Callable[..., intervals.Limits]] = {
    "mean": intervals.PROPORTION_INTERVALS["wald"],
    "beta": intervals.PROPORTION_INTERVALS["beta"],
    "xlogit": intervals.PROPORTION_INTERVALS["logit"],
    "asin": _arcsine,
}
