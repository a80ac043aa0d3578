"""Intervals against published figures and against R."""

import math

import numpy as np
import pytest

from analysis import intervals


def test_wilson_of_published_example():
    # Newcombe (1998), Statistics in Medicine 17, table I: 81 of 263, 0 of 20 and 15 of 148.
    assert intervals.wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert intervals.wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert intervals.wilson(15, 148) == pytest.approx((0.0624, 0.1605), abs=5e-5)


def test_wilson_takes_shares_and_arrays():
    low, high = intervals.wilson(np.array([0.0, 0.5, 1.0]), np.array([20.0, 100.0, 20.0]))
    assert low == pytest.approx([0.0, 0.403832, 0.838875], abs=1e-6)
    assert high == pytest.approx([0.161125, 0.596168, 1.0], abs=1e-6)


def test_an_integer_one_is_one_success_and_a_float_one_is_everybody():
    assert intervals.wilson(1, 10) == pytest.approx(intervals.wilson(0.1, 10))
    assert intervals.wilson(1.0, 10)[1] == 1.0


def test_no_respondent_has_no_interval():
    assert all(math.isnan(limit) for limit in intervals.wilson(0, 0))
    assert all(math.isnan(limit) for limit in intervals.paired_difference(0, 0, 0))
    assert all(math.isnan(limit) for limit in intervals.paired_difference(0, 0, 0, 0))


def test_clopper_pearson_of_published_example():
    # Newcombe (1998), table I: 81 of 263 gives 0.2527 to 0.3676; 0 of 20 gives 0 to 0.1684.
    assert intervals.clopper_pearson(81, 263) == pytest.approx((0.2527, 0.3676), abs=5e-5)
    assert intervals.clopper_pearson(0, 20) == pytest.approx((0.0, 0.1684), abs=5e-5)
    assert intervals.clopper_pearson(1.0, 20) == pytest.approx((0.8316, 1.0), abs=5e-5)


def test_a_difference_of_paired_shares_worked_by_hand():
    # The counts of R's example(mcnemar.test), from Agresti (1990), p. 350: of 1,600 people 944 approved first and 880
    # later, 794 both times. So 150 changed one way and 86 the other: the root of (236/1600 - 0.04²)/1600 is 0.009549,
    # and -0.04 less and more 1.96 times that are -0.0587 and -0.0213.
    low, high = intervals.paired_difference(880, 944, 1600, 794)
    assert (high - low) / 2 / intervals.critical_value(0.95) == pytest.approx(0.009549, abs=1e-6)
    assert (low, high) == pytest.approx((-0.0587, -0.0213), abs=5e-5)


@pytest.mark.parametrize(("first", "second"), [(30, 12), (12, 30), (40, 35), (50, 50), (25, 25)])
def test_without_the_cross_count_a_paired_difference_is_the_widest_that_there_can_be(first: int, second: int):
    n = 50
    every = [
        intervals.paired_difference(first, second, n, both, 1.3, 20)
        for both in range(max(0, first + second - n), min(first, second) + 1)
    ]
    low, high = intervals.paired_difference(first, second, n, effect=1.3, df=20)
    assert (low, high) == every[0] == (min(low for low, _ in every), max(high for _, high in every))
    assert -1 <= low <= (first - second) / n <= high <= 1


@pytest.mark.parametrize("both", [0.0, 0.08, 0.15, 0.2])
def test_a_paired_difference_without_the_cross_count_holds_the_truth_whoever_said_both(both: float):
    # Of a population 40 % said the one, 20 % the other, and from none to all of these both.
    said = np.random.default_rng(3).multinomial(60, [both, 0.4 - both, 0.2 - both, 0.4 + both], 4000)
    low, high = intervals.paired_difference(said[:, 0] + said[:, 1], said[:, 0] + said[:, 2], 60)
    assert np.mean((low <= 0.2) & (high >= 0.2)) >= 0.935


def test_two_clusters_leave_the_korn_graubard_interval_empty_of_information():
    # One degree of freedom: qt(0.975, 1) = 12.7062 divides the effective size by about 40.
    low, high = intervals.korn_graubard(0.3, 0.1, 40, 1)
    assert low < 0.001
    assert high > 0.99


def test_shares_outside_zero_to_one_are_refused():
    with pytest.raises(ValueError, match="between 0 and 1"):
        intervals.wilson(1.2, 10)
    with pytest.raises(ValueError, match="confidence level"):
        intervals.wald(1.0, 0.1, level=95)
