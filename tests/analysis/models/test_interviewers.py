"""The interviewer's part: correlations from pairs, design effects of any figure, and what is borrowed for want of pairs."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from numpy.typing import NDArray

from analysis import intervals
from analysis.changes import Figures, change
from analysis.models import interviewers
from analysis.models.interviewers import (
    EARLIER,
    LEAST_DF,
    MEASURED,
    OTHERS,
    PLANNING_VALUE,
    Correlation,
    best_known,
    correlation,
    design_effect,
    interviews_seen,
    joint_df,
    pair_sums,
)
from analysis.models.intraclass import intraclass_interval

#: The example of Shrout, P. and Fleiss, J. (1979), Psychological Bulletin 86, 420-428: six targets, four ratings each. Its
#: mean squares are 11.24 between and 6.26 within, which a test works out, and its ICC(1,1) is .17.
RATINGS = np.array(
    [(9, 2, 5, 8), (6, 1, 3, 2), (8, 4, 6, 8), (7, 1, 2, 6), (10, 5, 6, 9), (6, 2, 4, 7)], np.float64
)


def rounded(found: Correlation) -> Correlation:
    """As a release keeps it: to .01, the error upward."""
    return Correlation(round(found.rho, 2), float(np.ceil(100 * found.error)) / 100)


def of_values(values: list[list[float]], cell: list[int], cells: int) -> interviewers.PairSums:
    """`values` of each pair of cell and worker."""
    lists = [np.array(one, np.float64) for one in values]
    return pair_sums(
        np.array(cell),
        [len(one) for one in lists],
        [one.sum() for one in lists],
        [(one**2).sum() for one in lists],
        cells,
    )


def test_in_one_cell_of_equal_workers_it_is_the_intraclass_correlation() -> None:
    between, within = 4 * RATINGS.mean(axis=1).var(ddof=1), RATINGS.var(axis=1, ddof=1).mean()
    assert (round(between, 2), round(within, 2)) == (11.24, 6.26)
    found = correlation(of_values(RATINGS.tolist(), [0] * 6, 1), ["all"])
    assert found is not None
    assert round(found.rho, 2) == 0.17
    assert found.rho == pytest.approx((between - within) / (between + 3 * within))
    # By hand: 2 (1 − .1657)² (1 + 3 · .1657)² / (4 · 3 · 5) = .0520
    assert found.error == pytest.approx(0.228, abs=5e-4)
    assert found.source == MEASURED


def test_in_cells_of_equal_workers_it_is_the_analysis_of_variance_within_cells() -> None:
    # The same targets in two cells of three. Both cells have the same numbers of pairs and so the same weight: what is
    # between workers and what is all are added up over the cells, from the mean squares of each.
    found = correlation(of_values(RATINGS.tolist(), [0, 0, 0, 1, 1, 1], 2), ["a", "b"])
    below = above = 0.0
    for three in (RATINGS[:3], RATINGS[3:]):
        between = 4 * three.mean(axis=1).var(ddof=1)
        within = three.var(axis=1, ddof=1).mean()
        # Half the mean squared difference of two workers' answers is what lies within one, and what lies between.
        above, below = above + (between - within) / 4, below + within + (between - within) / 4
    assert found is not None
    assert found.rho == pytest.approx(max(above / below, 0))


def test_pairs_are_all_pairs() -> None:
    random = np.random.default_rng(7)
    cell, worker = random.integers(0, 3, 60), random.integers(0, 4, 60)
    answer = random.integers(0, 5, 60).astype(float)
    pairs = [(c, w) for c in range(3) for w in range(4)]
    given = [answer[(cell == c) & (worker == w)].tolist() for c, w in pairs]
    sums = of_values(given, [c for c, _ in pairs], 3)
    for c in range(3):
        inside = [(worker[i], answer[i]) for i in np.flatnonzero(cell == c)]
        couples = list(combinations(inside, 2))
        same = [(a - b) ** 2 for (v, a), (w, b) in couples if v == w]
        apart = [(a - b) ** 2 for (v, a), (w, b) in couples if v != w]
        assert (sums.same[c], sums.apart[c]) == (len(same), len(apart))
        assert_allclose((sums.same_squares[c], sums.apart_squares[c]), (sum(same), sum(apart)))
        assert (sums.workers[c], sums.interviews[c]) == (len({w for w, _ in inside}), len(inside))


def test_answers_of_one_question_count_together() -> None:
    yes = np.array([[4, 1], [2, 6]])
    both = pair_sums(np.array([0, 0]), [8, 8], yes, yes, 1)
    apart = [pair_sums(np.array([0, 0]), [8, 8], one, one, 1) for one in yes]
    assert both.same_squares == sum(one.same_squares for one in apart)
    assert both.apart_squares == sum(one.apart_squares for one in apart)
    assert both.same == apart[0].same


def test_cells_without_two_workers_say_nothing_of_workers() -> None:
    two = of_values([[1, 1, 0], [0, 0, 1]], [0, 0], 1)
    more = of_values([[1, 1, 0], [0, 0, 1], [1, 1, 1, 1], [1], [0]], [0, 0, 1, 2, 2], 3)
    assert correlation(more, ["a", "b", "c"]) == correlation(two, ["a"])
    assert correlation(of_values([[1, 0, 1]], [0], 1), ["a"]) is None
    assert correlation(of_values([[1, 1], [1, 1]], [0, 0], 1), ["a"]) is None
    with pytest.raises(ValueError, match="same pairs"):
        pair_sums(np.array([0, 0]), [1, 2], [1], [1], 1)


def test_alike_workers_have_none_and_it_is_never_negative() -> None:
    found = correlation(of_values([[1, 0], [1, 0]], [0, 0], 1), ["a"])
    assert found is not None
    assert found.rho == 0


def drawn(
    random: np.random.Generator, rho: float, districts: int, workers: int, each: int
) -> Correlation | None:
    """Beta-binomial answers: the correlation of two answers to one worker is 1 / (a + b + 1)."""
    size = 1 / rho - 1
    chance = random.beta(0.5 * size, 0.5 * size, districts * workers)
    yes = random.binomial(each, chance)
    cell = np.repeat(np.arange(districts), workers)
    return correlation(pair_sums(cell, np.full(len(cell), each), yes, yes, districts), np.arange(districts))


@pytest.mark.parametrize("rho", [0.02, 0.05, 0.15])
def test_over_many_rounds_it_is_right_on_average_and_its_error_is_what_it_scatters(rho: float) -> None:
    random = np.random.default_rng(3)
    found = [one for _ in range(400) if (one := drawn(random, rho, 20, 3, 20))]
    values = np.array([one.rho for one in found])
    assert values.mean() == pytest.approx(rho, abs=0.006)
    told = np.sqrt(np.mean([one.error**2 for one in found]))
    assert values.std() < told < 1.35 * values.std()


@pytest.mark.parametrize("rho", [0.02, 0.05, 0.15, 0.3])
def test_over_many_rounds_its_interval_holds_the_truth_after_rounding(rho: float) -> None:
    random = np.random.default_rng(4)
    found = [rounded(one) for _ in range(400) if (one := drawn(random, rho, 20, 3, 20))]
    low, high = intraclass_interval([one.rho for one in found], [one.error for one in found], 10)
    held = np.mean((np.round(low, 2) <= rho) & (rho <= np.round(high, 2)))
    assert held >= 0.95


def test_a_design_effect_sees_the_interviews_of_its_own_figure() -> None:
    loads = np.array([[30, 10], [0, 20]])
    assert interviews_seen(loads[:, :1]) == 30
    assert interviews_seen(loads) == (40**2 + 20**2) / 60
    # Several figures at once, and one without an interview.
    assert_allclose(interviews_seen(np.array([loads, np.zeros((2, 2))])), [100 / 3, 1])
    assert interviews_seen(np.ones((5, 1))) == 1


def test_shared_workers_widen_a_sum_and_never_narrow_a_difference() -> None:
    shared, own = np.array([[20, 20], [20, 20]]), np.kron(np.eye(2, dtype=int), np.full((2, 1), 20))
    mean, gap = np.array([0.5, 0.5]) / 40, np.array([1.0, -1.0]) / 40
    assert interviews_seen(shared, mean) == 2 * interviews_seen(own, mean) == pytest.approx(40)
    assert interviews_seen(shared, gap) == interviews_seen(own, gap) == pytest.approx(20)


def test_the_variance_of_a_mix_is_that_of_its_pairs() -> None:
    """V = Σa²s² + ρ Σ a_i a_j s_i s_j over pairs of one worker, added up pair by pair."""
    loads, weight = np.array([[3, 1], [2, 4]]), np.array([0.1, 0.3])
    each: list[tuple[int, float]] = [
        (worker, weight[cell]) for worker in (0, 1) for cell in (0, 1) for _ in range(loads[worker, cell])
    ]
    simple = sum(a**2 for _, a in each)
    joint = sum(2 * a * b for (v, a), (w, b) in combinations(each, 2) if v == w)
    effect, _ = design_effect(interviews_seen(loads, weight), Correlation(0.2, 0.1))
    assert effect == pytest.approx(1 + 0.2 * joint / simple)


def test_degrees_of_freedom_follow_from_the_error_and_are_never_under_two() -> None:
    # By Kish's 1 + (m − 1) ρ (1965, section 5.4): 20 interviews of each worker with ρ = .05 have 1 + 19 · .05 = 1.95.
    effect, df = design_effect(20, Correlation(0.05, 0.01))
    assert effect == pytest.approx(1.95)
    assert df == pytest.approx(2 * (1.95 / 0.19) ** 2)
    assert design_effect(200, Correlation(0.0, 0.9))[1] == LEAST_DF
    assert design_effect([1.0, 1.0], PLANNING_VALUE)[1].tolist() == [np.inf, np.inf]


def test_what_is_borrowed_is_named_and_independence_is_never_assumed() -> None:
    own, before = Correlation(0.01, 0.02), Correlation(0.04, 0.03)
    others = [Correlation(value, 0.5) for value in (0.02, 0.06, 0.10)]
    assert best_known(own, before, others) is own
    assert best_known(None, before, others) == Correlation(0.04, 0.03, EARLIER)
    found = best_known(None, None, others)
    assert (found.rho, found.error, found.source) == (
        pytest.approx(0.06),
        pytest.approx(0.04),
        OTHERS,
    )
    assert best_known(None, None, others[:2]) == PLANNING_VALUE
    assert (PLANNING_VALUE.rho, PLANNING_VALUE.error) == (0.08, 0.08)
    assert joint_df([1.0, 3.0], [4.0, 9.0]) == pytest.approx(16 / (1 / 4 + 9 / 9))


def test_wilson_with_few_degrees_of_freedom_is_wider_by_student() -> None:
    """Student's t of 4 degrees of freedom at 97.5 % is 2.776 in any printed table, 2.77645 with two places more."""
    normal, wide = intervals.wilson(0.5, 100), intervals.wilson(0.5, 100, df=4)
    assert normal[1] - 0.5 == pytest.approx(1.95996 / 2 / (100 + 1.95996**2) ** 0.5, abs=1e-6)
    assert wide[1] - 0.5 == pytest.approx(2.77645 / 2 / (100 + 2.77645**2) ** 0.5, abs=1e-6)


def figures(values: list[float], half: float) -> Figures:
    value: NDArray[np.float64] = np.array(values)
    return Figures(np.full(len(values), 200), value, value - half, value + half)


def test_the_p_value_of_a_change_uses_the_degrees_of_freedom_of_both_rounds() -> None:
    # Intervals ± t₄ · 1 in both rounds: the difference has standard error √2 and Welch's 8 degrees of freedom.
    first, second = figures([50.0], 2.77645), figures([50 + 2.306 * 2**0.5], 2.77645)
    # t₈ at 97.5 % is 2.306.
    assert change(first, second, df=(4, 4)).p[0] == pytest.approx(0.05, abs=1e-4)
    assert change(second, first, df=(4, 4)).p[0] == pytest.approx(0.05, abs=1e-4)
    assert change(first, second).p[0] > 0.05
