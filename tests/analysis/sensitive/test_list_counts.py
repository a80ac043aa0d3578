"""Lists from counts alone: the figures of a sample with these counts and of R's `list`, and of made-up people where chance replaced numbers."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pandas as pd
import pytest

from analysis.columns import DesignError
from analysis.sample import make_sample
from analysis.sensitive.list_checks import list_checks
from analysis.sensitive.list_counts import ListPrevalence, both_lists, list_from_counts
from analysis.sensitive.lists import double_list_experiment, list_experiment
from tests.analysis.sensitive.test_as_r import LISTS, REFERENCE

ITEMS = 4


def counts_of(numbers: np.ndarray, items: int = ITEMS) -> np.ndarray:
    return np.bincount(numbers, minlength=items + 2)


@pytest.mark.parametrize("name", LISTS)
def test_counts_say_what_a_sample_with_them_says(name: str) -> None:
    treated, control = LISTS[name]
    items = len(control) - 1
    numbers = [*np.repeat(range(len(treated)), treated), *np.repeat(range(len(control)), control)]
    frame = pd.DataFrame({"y": numbers, "arm": [1] * sum(treated) + [0] * sum(control)})
    sample = make_sample(frame, strata="arm")
    whole, checks = (
        list_experiment(sample, "y", ("arm", 1), items),
        list_checks(sample, "y", ("arm", 1), items),
    )
    found = list_from_counts(treated, (*control, 0), df=float(whole.df[0]))
    told = (whole.estimate[0], whole.se[0], whole.ci_low[0], whole.ci_high[0], checks.p)
    assert found[:5] == pytest.approx(told, rel=1e-9)


@pytest.mark.parametrize("name", LISTS)
def test_the_test_is_that_of_r(name: str) -> None:
    # list: ict.test(y, treat, J, gms = FALSE), which divides by n: in arms of 200 p differs in the third digit.
    treated, control = LISTS[name]
    found = list_from_counts(treated, (*control, 0))
    assert found.p == pytest.approx(REFERENCE["counts", "design effect"]["p", name], rel=0.05)


def test_a_list_by_hand() -> None:
    # Ten people each: means 2 and 1.5, s1² = 12 / 9, s0² = 6.5 / 9.
    found = list_from_counts([1, 2, 4, 2, 1], [1, 4, 4, 1, 0])
    assert (found.estimate, found.se) == pytest.approx((0.5, sqrt((12 / 9 + 6.5 / 9) / 10)))
    # Half of the numbers replaced: twice the difference and twice the error; effects widen each arm.
    half = list_from_counts([1, 2, 4, 2, 1], [1, 4, 4, 1, 0], replaced=0.5, effects=(2.0, 3.0))
    assert (half.estimate, half.se) == pytest.approx((1.0, 2 * sqrt((2 * 12 / 9 + 3 * 6.5 / 9) / 10)))
    assert half.ci_high - half.estimate == pytest.approx(1.959963985 * half.se)


def people(
    rng: np.random.Generator, n: int, trait: float, replaced: float, flee: float = 0.0
) -> ListPrevalence:
    """A list of four items, of which chance replaces some numbers; who has the trait may flee to no item at all."""
    arm, has = rng.random(n) < 0.5, rng.random(n) < trait
    others = sum((rng.random(n) < share).astype(int) for share in (0.9, 0.2, 0.5, 0.6))
    said = np.where(arm & (rng.random(n) < flee), 0, others + (arm & has))
    kept = np.where(rng.random(n) < replaced, rng.integers(0, ITEMS + 2, n), said)
    return list_from_counts(counts_of(kept[arm]), counts_of(kept[~arm]), replaced=replaced)


@pytest.mark.slow
@pytest.mark.parametrize("replaced", [0.0, 0.25, 0.4])
def test_intervals_hold_the_truth_and_sound_lists_seldom_fail(replaced: float) -> None:
    """Of 400 rounds 95 % hold it: four standard errors of that to either side. A test at 5 % fails no more often than that."""
    rng = np.random.default_rng(3)
    found = [people(rng, 1500, 0.2, replaced) for _ in range(400)]
    held = np.mean([one.ci_low <= 0.2 <= one.ci_high for one in found])
    assert abs(held - 0.95) < 4 * sqrt(0.95 * 0.05 / 400)
    assert abs(np.mean([one.estimate for one in found]) - 0.2) < 4 * found[0].se / 20
    assert np.std([one.estimate for one in found]) == pytest.approx(
        np.mean([one.se for one in found]), rel=0.15
    )
    assert np.mean([one.p < 0.05 for one in found]) < 0.05 + 4 * sqrt(0.05 * 0.95 / 400)


def test_a_list_that_people_flee_from_fails_also_where_chance_replaces_numbers() -> None:
    rng = np.random.default_rng(4)
    assert people(rng, 4000, 0.2, 0.25, flee=0.3).p < 0.001


def test_numbers_without_what_chance_added() -> None:
    """The variance that is told is that of what people had."""
    found = people(np.random.default_rng(5), 200_000, 0.2, 0.25)
    of_others = 0.09 + 0.16 + 0.25 + 0.24
    assert found.variances == pytest.approx((of_others + 0.16, of_others), rel=0.03)


def doubled(rng: np.random.Generator, n: int, together: float) -> tuple[pd.DataFrame, int]:
    """Two lists of two items; `together` of the people have the same number in both."""
    arm, has = np.arange(n) % 2, rng.random(n) < 0.3
    first = rng.binomial(2, 0.5, n)
    second = np.where(rng.random(n) < together, first, rng.binomial(2, 0.5, n))
    return pd.DataFrame({"a": first + arm * has, "b": second + (1 - arm) * has, "arm": arm}), n


@pytest.mark.parametrize("together", [0.0, 0.5, 1.0])
def test_both_lists_are_never_told_surer_than_they_are(together: float) -> None:
    frame, n = doubled(np.random.default_rng(6), 2000, together)
    whole = double_list_experiment(make_sample(frame, strata="arm"), ("a", "b"), ("arm", 1), 2)
    arms = {
        (name, arm): counts_of(part[name].to_numpy(), 2)
        for arm, part in frame.groupby("arm")
        for name in "ab"
    }
    first, second = (
        list_from_counts(arms["a", 1], arms["a", 0]),
        list_from_counts(arms["b", 0], arms["b", 1]),
    )
    found = both_lists(first, second, (n / 2, n / 2))
    assert found.estimate == pytest.approx(whole.estimate[2])
    assert found.se >= max(whole.se[2], whole.se[3] / 2) - 1e-12
    assert found.se <= (first.se + second.se) / 2 + 1e-12
    assert found.p > 0.05


def test_lists_that_disagree_are_found() -> None:
    one = list_from_counts([100, 600, 900, 400], [200, 900, 900, 0])
    other = list_from_counts([200, 900, 900, 0], [200, 900, 900, 0])
    assert both_lists(one, other, (2000, 2000)).p < 0.001


@pytest.mark.parametrize(
    ("counts", "replaced", "words"),
    [
        (([1, 2, 3], [1, 2]), 0.0, "the same numbers"),
        (([1, 2], [1, 2]), 0.0, "the same numbers"),
        (([1, 0, 0], [1, 2, 0]), 0.0, "at least two people"),
        (([3, -1, 0], [1, 2, 0]), 0.0, "no count is negative"),
        (([3, 1, 0], [1, 2, 0]), 1.0, "at least 0 and under 1"),
    ],
)
def test_counts_that_no_list_has_are_refused(
    counts: tuple[list[int], list[int]], replaced: float, words: str
) -> None:
    with pytest.raises(DesignError, match=words):
        list_from_counts(*counts, replaced=replaced)
