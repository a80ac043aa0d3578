"""List experiments from counts alone, such as published ones: of how many an item is true, and whether the list worked."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from analysis.columns import DesignError, Floats
from analysis.intervals import critical_value
from analysis.sensitive.chi_bar import all_positive_p
from analysis.sensitive.list_checks import type_matrix


class ListPrevalence(NamedTuple):
    """How many agree with an item of a list, with its error and limits, and whether the list worked.

    Attributes
    ----------
    estimate, se, ci_low, ci_high : float
        The difference of the two means, divided by the share of numbers that chance left as they were.
    p : float
        Of the test that the item changes no other answer.
    variances : tuple of float
        Of the numbers that people had, in the arm with the item and in the other, without what chance added.

    Examples
    --------
    >>> found = list_from_counts([30, 70, 55, 35, 10], [20, 60, 80, 40, 0])
    >>> round(found.estimate, 3), round(found.se, 4)
    (-0.075, 0.1001)
    """

    estimate: float
    se: float
    ci_low: float
    ci_high: float
    p: float
    variances: tuple[float, float]


class BothLists(NamedTuple):
    """What the two lists of a double list say together, with limits that hold however they are related.

    Attributes
    ----------
    estimate, se, ci_low, ci_high : float
        Half the sum of both estimates.
    p : float
        Of the test that both lists say the same.

    Examples
    --------
    >>> one = list_from_counts([10, 60, 90, 40], [20, 90, 90, 0])
    >>> round(both_lists(one, one, (200, 200)).estimate, 4), round(one.estimate, 4)
    (0.45, 0.45)
    """

    estimate: float
    se: float
    ci_low: float
    ci_high: float
    p: float


def list_from_counts(
    with_item: ArrayLike,
    without: ArrayLike,
    *,
    replaced: float = 0.0,
    level: float = 0.95,
    effects: tuple[float, float] = (1.0, 1.0),
    df: float = np.inf,
) -> ListPrevalence:
    """Estimate how many agree with a sensitive item from how many were recorded with each number.

    Parameters
    ----------
    with_item, without : array_like of int, shape (items + 2,)
        People recorded with 0, 1, … items + 1, of the arm whose list holds the sensitive item and of the other arm.
    replaced : float
        Share of people of either arm of whom chance recorded a number from 0 to items + 1 instead, each as likely.
    level : float
        Confidence level.
    effects : tuple of float
        Design effects of the two arms.
    df : float
        Degrees of freedom of the effects.

    Returns
    -------
    ListPrevalence

    Raises
    ------
    DesignError
        If an arm has fewer than two people, the arms have different numbers, or no share is left as it was.

    Notes
    -----
    A share r of numbers from 0 to k that are replaced moves a mean m to (1 − r) m + r k / 2 in either arm, so the
    difference only shrinks by 1 − r. The shares of numbers that people had are (share − r / (k + 1)) / (1 − r), and the
    test of `analysis.sensitive.list_checks.list_checks` is made of them and their covariance.

    References
    ----------
    Blair, G. and Imai, K. (2012), Political Analysis 20, 47-77.

    Examples
    --------
    With the item people agree with 2 on average, without it with 1½.

    >>> found = list_from_counts([0, 2, 1, 1, 0], [0, 2, 2, 0, 0])
    >>> found.estimate, round(found.se, 4)
    (0.25, 0.559)

    Where chance replaced half of the numbers the same difference of means is of twice as many people.

    >>> list_from_counts([0, 2, 1, 1, 0], [0, 2, 2, 0, 0], replaced=0.5).estimate
    0.5
    """
    counts = [np.asarray(one, np.float64) for one in (with_item, without)]
    if counts[0].shape != counts[1].shape or counts[0].ndim != 1 or len(counts[0]) < 3:
        raise DesignError("both arms have counts of the same numbers: 0, 1, … items + 1")
    if any(one.sum() < 2 or one.min() < 0 for one in counts):
        raise DesignError("each arm has at least two people, and no count is negative")
    if not 0 <= replaced < 1:
        raise DesignError("the share that chance replaced is at least 0 and under 1")
    numbers, kept = np.arange(len(counts[0]), dtype=np.float64), 1 - replaced
    means, spreads, shares, covariances = zip(
        *(_arm(one, numbers, effect) for one, effect in zip(counts, effects, strict=True)), strict=True
    )
    estimate = (means[0] - means[1]) / kept
    se = float(np.sqrt(sum(spreads))) / kept
    half = float(critical_value(level, df)) * se
    even = replaced / len(numbers)
    had = [(share - even) / kept for share in shares]
    p = _design_effect_p(np.concatenate(had), [one / kept**2 for one in covariances])
    variances = [max(float(numbers**2 @ share - (numbers @ share) ** 2), 0.0) for share in had]
    return ListPrevalence(estimate, se, estimate - half, estimate + half, p, (variances[0], variances[1]))


def both_lists(
    first: ListPrevalence,
    second: ListPrevalence,
    people: tuple[float, float],
    *,
    level: float = 0.95,
    df: float = np.inf,
) -> BothLists:
    """Estimate from both lists of a double list, of which nobody tells how a person's two numbers go together.

    Parameters
    ----------
    first, second : ListPrevalence
        Of either list; who has the sensitive item in the first does not have it in the second.
    people : tuple of float
        Those who have it in the first list, and the others, each over the design effect.
    level : float
        Confidence level.
    df : float
        Degrees of freedom.

    Returns
    -------
    BothLists

    Notes
    -----
    The two estimates are of the same people, and their covariance is that of the two numbers of a person: at most the
    product of the standard deviations in each arm, to either side. What chance replaces is drawn apart for each list and
    adds nothing. With the largest covariance both the error of the mean and that of the difference are at their largest.

    References
    ----------
    Glynn, A. N. (2013), Public Opinion Quarterly 77, 159-172.

    Examples
    --------
    >>> one = list_from_counts([10, 60, 90, 40], [20, 90, 90, 0])
    >>> found = both_lists(one, one, (200, 200))
    >>> round(found.se / one.se, 4), found.p
    (0.993, 1.0)
    """
    with_first, others = people
    shared = np.sqrt(first.variances[0] * second.variances[1]) / with_first
    shared += np.sqrt(first.variances[1] * second.variances[0]) / others
    whole = first.se**2 + second.se**2 + 2 * float(shared)
    estimate, se = (first.estimate + second.estimate) / 2, float(np.sqrt(whole)) / 2
    critical = float(critical_value(level, df))
    apart = abs(first.estimate - second.estimate)
    p = float(2 * special.ndtr(-apart / np.sqrt(whole))) if apart else 1.0
    return BothLists(estimate, se, estimate - critical * se, estimate + critical * se, p)


def _arm(counts: Floats, numbers: Floats, effect: float) -> tuple[float, float, Floats, Floats]:
    """Return the mean, its variance, the shares and their covariance."""
    n = float(counts.sum())
    share = counts / n
    mean = float(numbers @ share)
    covariance = effect * (np.diag(share) - np.outer(share, share)) / (n - 1)
    return mean, float(numbers @ covariance @ numbers), share, covariance


def _design_effect_p(had: Floats, covariances: list[Floats]) -> float:
    size = len(had) // 2
    items = size - 2
    matrix = type_matrix(items)
    figures = matrix @ had
    spread = matrix[:, :size] @ covariances[0] @ matrix[:, :size].T
    spread += matrix[:, size:] @ covariances[1] @ matrix[:, size:].T
    # As for `list_checks`: the others are shares of one arm.
    tested = (slice(0, items), slice(items + 2, 2 * (items + 1)))
    return min(1.0, 2 * min(all_positive_p(figures[part], spread[part, part]) for part in tested))
