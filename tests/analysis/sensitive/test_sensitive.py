"""Sensitive questions: figures checked by hand, what is refused, what is said of impossible figures and failed lists."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis import as_replicate_sample, make_sample
from analysis.columns import DesignError
from analysis.estimation.estimates import mean, proportion
from analysis.estimation.results import NOBODY
from analysis.sensitive.anchors import READ_CORRECTED, TOO_FEW, anchored_prevalence
from analysis.sensitive.chi_bar import MOST, all_positive_p, binding_weights, orthant
from analysis.sensitive.list_checks import AT_THE_END, FAILED, list_checks
from analysis.sensitive.lists import (
    DISAGREE,
    IMPOSSIBLE,
    combined,
    double_list_experiment,
    list_experiment,
)
from analysis.sensitive.prevalence import (
    ABOVE,
    BELOW,
    BY_CHANCE,
    BY_PEOPLE,
    impossible_p,
    prevalence,
    prevalence_from_counts,
)
from analysis.sensitive.randomisers import (
    RANDOMISERS,
    Randomiser,
    crosswise,
    forced_response,
    garbled,
    mirrored,
    triangular,
    unrelated_question,
)

DIE = forced_response(2 / 3, 1 / 6, 1 / 6)
#: Randomiser, recorded 1, people; estimate, standard error over n, limits of Wilson mapped.
VECTORS = [
    (DIE, 200, 600, 0.25, 0.02886751, 0.1951690, 0.3080119),
    (DIE, 30, 300, -0.10, 0.02598076, -0.1435781, -0.04125031),
    (crosswise(0.25), 260, 400, 0.20, 0.04769696, 0.1097713, 0.2959361),
    (unrelated_question(0.7, 0.3), 150, 500, 0.30, 0.02927700, 0.2449742, 0.3593826),
    (mirrored(0.8), 80, 250, 0.20, 0.04917090, 0.1087911, 0.3002889),
    (garbled(0.2, 0), 180, 500, 0.20, 0.02683282, 0.1489268, 0.2537417),
]
LIST = pd.DataFrame(
    {"y": [0, 1, 1, 2, 2, 2, 3, 3, 4, 2, 0, 1, 1, 1, 2, 2, 2, 3, 1, 2], "arm": [*"llllllllllssssssssss"]}
)


def said(ones, people):
    return make_sample(pd.DataFrame({"said": [1] * ones + [0] * (people - ones), "w": 10.0}), weights="w")


@pytest.mark.parametrize(("randomiser", "ones", "n", "estimate", "se", "low", "high"), VECTORS)
def test_figures_checked_by_hand(randomiser, ones, n, estimate, se, low, high):
    found = prevalence_from_counts(ones, n, randomiser)
    assert [float(one) for one in found] == pytest.approx([estimate, se, low, high], rel=1e-6)
    assert prevalence(said(ones, n), "said", 1, randomiser).estimate[0] == pytest.approx(estimate)


def test_counts_of_several_groups_and_of_nobody():
    found = prevalence_from_counts([200, 100, 0], [600, 300, 0], DIE, effect=[1.0, 2.0, 1.0])
    assert found.estimate[:2] == pytest.approx([0.25, 0.25])
    assert found.se[1] == pytest.approx(found.se[0] * 2)
    assert all(math.isnan(column[2]) for column in found)
    with pytest.raises(DesignError, match="than people were asked"):
        prevalence_from_counts(7, 6, DIE)


@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        (lambda: mirrored(0.5), "says nothing"),
        (lambda: crosswise(0.5), "in the same way"),
        (lambda: triangular(1.0), "says nothing"),
        (lambda: unrelated_question(0.0, 0.3), "says nothing"),
        (lambda: garbled(0.4, 0.6), "says nothing"),
        (lambda: forced_response(0.0, 0.5), "says nothing"),
        (lambda: forced_response(0.6, 0.3, 0.3), "add up to 1.2"),
        (lambda: forced_response(0.8, 0.5), "no probabilities"),
        (lambda: forced_response(-0.5, 0.9), "no probabilities"),
        (lambda: unrelated_question(0.5, 1.5), "no probabilities"),
        (lambda: mirrored(1.2), "no probability"),
        (lambda: garbled(math.nan, 0.1), "no probability"),
        (lambda: forced_response(math.nan, 0.1), "no probabilities"),
    ],
)
def test_what_hides_for_good_or_is_no_chance_is_refused(make, complaint):
    with pytest.raises(DesignError, match=complaint):
        make()


def test_protection():
    # ε of the die, of crosswise with 1/6, of a flip of 1/6 and of an unrelated question (2/3, 1/2): ln 5
    for same in (DIE, crosswise(1 / 6), garbled(1 / 6, 1 / 6), unrelated_question(2 / 3, 0.5)):
        assert same.epsilon == pytest.approx(math.log(5))
    assert forced_response(0.8, 0.1).epsilon == pytest.approx(2.197, abs=5e-4)
    assert unrelated_question(2 / 3, 0.25).epsilon == pytest.approx(2.197, abs=5e-4)
    assert crosswise(1 / 3).epsilon == pytest.approx(0.693, abs=5e-4)
    assert garbled(0.2, 0).epsilon == math.inf
    assert DIE.posterior(0.05) == pytest.approx(0.21, abs=5e-3)


@pytest.mark.parametrize("name", RANDOMISERS)
def test_what_is_recorded_leads_back_to_the_prevalence(name):
    one = RANDOMISERS[name](*{1: (0.8,), 2: (0.6, 0.3)}[2 if name in TWO else 1])
    assert one.trait(one.recorded(0.37)) == pytest.approx(0.37)


TWO = ("forced-response", "unrelated-question", "garbled")


def test_an_impossible_figure_is_shown_and_said():
    found = prevalence(said(30, 300), "said", 1, DIE)
    assert found.estimate[0] == pytest.approx(-0.1)
    assert found.notes == (f"{BELOW}, {BY_PEOPLE}",)
    assert prevalence(said(45, 300), "said", 1, DIE).notes == (f"{BELOW}, {BY_CHANCE}",)
    assert prevalence(said(290, 300), "said", 1, DIE).notes == (f"{ABOVE}, {BY_PEOPLE}",)
    # z = -3.10 of the share 0.1 where at least 1/6 was to be
    share = proportion(said(30, 300), "said", 1)
    assert impossible_p(share, DIE)[0] == pytest.approx(0.00098, abs=2e-5)
    assert impossible_p(proportion(said(100, 300), "said", 1), DIE)[0] == 1.0


def test_nobody_recorded_has_an_interval_all_the_same():
    sample = make_sample(pd.DataFrame({"said": [0] * 20 + [1] * 20, "g": [*"a" * 20, *"b" * 20]}))
    found = prevalence(sample, "said", 1, forced_response(0.8, 0.1), by="g")
    assert found.estimate == pytest.approx([-0.125, 1.125])
    assert np.isnan(found.se).all()
    assert (found.ci_low <= found.estimate).all()
    assert (found.ci_high > found.ci_low).all()
    assert found.notes[0].endswith(f"{BELOW}, {BY_CHANCE}")
    assert "Clopper-Pearson" in found.notes[1]


def test_the_limits_keep_their_order_where_the_slope_is_negative():
    found = prevalence(said(260, 400), "said", 1, crosswise(0.25))
    assert found.ci_low[0] < found.estimate[0] < found.ci_high[0]
    # "The same" with a helper of 1/4 is "different" with one of 3/4: halves with either may be recorded as one.
    mirror = prevalence(said(140, 400), "said", 0, crosswise(0.25))
    assert mirror.ci_low == pytest.approx(found.ci_low)


def anchored(attentive, trait=0.2, n=4000):
    """People of whom exactly so many follow the instructions, with a helper of 1/4 and an anchor nobody has."""
    random = (1 - attentive) / 2
    same = round(n * (attentive * crosswise(0.25).recorded(trait) + random))
    anchor = round(n * (attentive * 0.75 + random))
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(
        {
            "same": rng.permutation([1] * same + [0] * (n - same)),
            "anchor": rng.permutation([1] * anchor + [0] * (n - anchor)),
            "w": 10.0,
        }
    )
    return anchored_prevalence(make_sample(frame, weights="w"), ("same", 1), crosswise(0.25), ("anchor", 1))


def test_the_anchor_corrects_who_answers_at_random():
    found = anchored(0.8)
    assert found.estimate == pytest.approx([0.26, 0.2, 0.8], abs=1e-3)
    assert found.notes == (READ_CORRECTED, "", "")
    assert found.se[1] > found.se[0]
    found = anchored(1.0)
    assert found.estimate == pytest.approx([0.2, 0.2, 1.0], abs=1e-3)
    assert found.notes == ("", "", "")


def test_with_too_few_attentive_people_nothing_is_corrected():
    found = anchored(0.3)
    assert found.notes[1] == TOO_FEW
    assert np.isnan([found.estimate[1], found.se[1], found.ci_low[1]]).all()
    assert found.estimate[2] == pytest.approx(0.3, abs=1e-3)
    assert anchored(0.0).notes[1] == TOO_FEW


def test_a_domain_without_an_anchor_says_so():
    frame = pd.DataFrame(
        {
            "same": [1, 1, 1, 0] * 2,
            "anchor": [1, 1, 0, 1, *[None] * 4],
            "g": [*"aaaabbbb"],
            "w": 10.0,
        }
    )
    sample = make_sample(frame, weights="w")
    found = anchored_prevalence(sample, ("same", 1), crosswise(0.2), ("anchor", 1), by="g")
    assert np.isfinite(found.estimate).tolist() == [True, True, True, False, True, False]
    assert found.notes[3].endswith(NOBODY)
    assert found.notes[2] != found.notes[3]


def test_a_share_that_the_design_fixes_is_not_called_impossible_for_it():
    frame = pd.DataFrame({"said": [1, 0, 0, 0, 0, 0, 0, 0] * 2, "c": [*"a" * 8, *"b" * 8], "w": 10.0})
    found = prevalence(make_sample(frame, weights="w", clusters="c"), "said", 1, DIE)
    assert found.se[0] == 0
    assert found.notes[0].endswith(f"{BELOW}, {BY_CHANCE}")


def test_an_anchor_that_tells_nothing_is_refused():
    frame = pd.DataFrame({"same": [1, 0], "anchor": [1, 0]})
    with pytest.raises(DesignError, match="half of the people"):
        anchored_prevalence(
            make_sample(frame), ("same", 1), crosswise(0.25), ("anchor", 1), anchor_prevalence=0.5
        )


def test_a_list_by_hand():
    # Neyman: s1² = 1.3333, s0² = 0.7222, ten people each
    found = list_experiment(make_sample(LIST, strata="arm"), "y", ("arm", "l"), 3)
    assert (found.estimate[0], found.se[0]) == pytest.approx((0.5, 0.4533824), rel=1e-6)
    assert (found.n[0], found.df[0], found.notes) == (20, 18.0, ("",))


def test_what_arms_of_one_cluster_share_cancels():
    """Clusters differ much, the arms within each by exactly a half: the difference has no error."""
    rows = [
        {"c": c, "arm": arm, "y": 1 + shift + (arm == "l") * one}
        for c, shift in enumerate((0, 1, 2))
        for arm, one in (("l", 0), ("l", 1), ("s", 0), ("s", 0))
    ]
    sample = make_sample(pd.DataFrame(rows), clusters="c")
    found = list_experiment(sample, "y", ("arm", "l"), 4)
    assert found.estimate[0] == pytest.approx(0.5)
    assert found.se[0] == 0


def test_numbers_that_no_list_gives_are_refused():
    for wrong, row in ((5, 0), (1.5, 3), (-1, 2), (4, 12)):
        frame = LIST.astype({"y": float})
        frame.loc[row, "y"] = wrong
        with pytest.raises(DesignError, match=rf"row {row + 1} \(line {row + 2}\), column 'y'"):
            list_experiment(make_sample(frame), "y", ("arm", "l"), 3)
        with pytest.raises(DesignError, match=rf"row {row + 1} \(line {row + 2}\), column 'y'"):
            list_checks(make_sample(frame), "y", ("arm", "l"), 3)
    with pytest.raises(DesignError, match="nobody is in the arm without"):
        list_experiment(make_sample(LIST), "y", ("arm", "l"), 3, where={"arm": "l"})
    with pytest.raises(DesignError, match="no value 'x'"):
        list_experiment(make_sample(LIST), "y", ("arm", "x"), 3)


def test_impossible_differences_and_lists_that_disagree_are_said():
    flipped = list_experiment(make_sample(LIST), "y", ("arm", "s"), 4)
    assert flipped.notes == (IMPOSSIBLE,)
    rng = np.random.default_rng(1)
    n = 2000
    arm = np.arange(n) % 2
    frame = pd.DataFrame(
        {
            "a": rng.binomial(2, 0.5, n) + arm * rng.binomial(1, 0.6, n),
            "b": rng.binomial(2, 0.5, n) + (1 - arm) * rng.binomial(1, 0.2, n),
            "arm": arm,
        }
    )
    found = double_list_experiment(make_sample(frame), ("a", "b"), ("arm", 1), 2)
    assert found.notes == ("", "", "", DISAGREE)
    assert found.estimate[2] == pytest.approx((found.estimate[0] + found.estimate[1]) / 2)


def people(rng, n, trait, flee=0.0):
    """Lists of four items; who has the trait flees from the item to no item at all, with a chance."""
    arm = np.arange(n) % 2
    has = rng.random(n) < trait
    base = sum(rng.binomial(1, share, n) for share in (0.9, 0.2, 0.5, 0.6))
    y = np.where((arm == 1) & (rng.random(n) < flee), 0, base + arm * has)
    return pd.DataFrame({"y": y, "arm": arm})


@pytest.mark.slow
def test_a_list_that_people_flee_from_fails_and_others_seldom_do():
    rng = np.random.default_rng(5)
    fled = list_checks(make_sample(people(rng, 2000, 0.2, flee=0.3)), "y", ("arm", 1), 4)
    assert (fled.note, fled.p < 0.001) == (FAILED, True)
    good = [list_checks(make_sample(people(rng, 600, 0.3)), "y", ("arm", 1), 4).p < 0.05 for _ in range(40)]
    assert sum(good) <= 4


def test_ends_of_the_lists():
    frame = pd.DataFrame({"y": [0, 1, 3, 3, 2, 0, 0, 1, 2, 1], "arm": [*"lllll", *"sssss"]})
    found = list_checks(make_sample(frame), "y", ("arm", "l"), 2)
    assert found.ends.level == ("floor", "ceiling", "exposed as no", "exposed as yes")
    assert found.ends.estimate == pytest.approx([0.4, 0.2, 0.2, 0.4])
    assert all(AT_THE_END in note for note in found.ends.notes)
    table = found.to_frame()
    assert len(table) == 6 + 4 + 3
    assert repr(found).startswith("checks of a list experiment")


@pytest.mark.slow
def test_checks_by_replicate_weights_are_near_those_of_the_design():
    rng = np.random.default_rng(8)
    frame = people(rng, 400, 0.3)
    plain = make_sample(frame)
    one = list_checks(plain, "y", ("arm", 1), 4)
    other = list_checks(as_replicate_sample(plain, "JK1"), "y", ("arm", 1), 4)
    assert other.share == pytest.approx(one.share)
    assert other.se == pytest.approx(one.se, rel=0.02)


def test_sets_of_weights_in_which_nobody_is_in_an_arm_are_left_out():
    """The arm with the item has two clusters, which some draws both pass over: no share of theirs is 0 for that."""
    frame = pd.DataFrame({"y": [0, 1, 2, 1, 0, 1, 1, 0, 2, 1, 0, 1], "arm": [*"llllssssssss"]})
    frame["c"] = np.arange(12) // 2
    sample = as_replicate_sample(make_sample(frame, clusters="c"), "bootstrap", sets=200, seed=2)
    parts = [mean(sample, "y", where={"arm": arm}, keep_influence=True) for arm in "ls"]
    found = combined(sample, parts, (1, -1), 0.95)
    lost = np.isnan(parts[0].replicates[:, 0]) | np.isnan(parts[1].replicates[:, 0])
    assert 0 < lost.sum() < 100
    assert np.isnan(found.replicates[:, 0]).tolist() == lost.tolist()
    left = replace(sample, replicates=sample.replicates[:, ~lost], rscales=sample.rscales[~lost])
    assert list_checks(sample, "y", ("arm", "l"), 2).se == pytest.approx(
        list_checks(left, "y", ("arm", "l"), 2).se
    )


def test_the_mixture_of_four_equally_correlated_figures():
    # Orthants of normals with correlations of a half are 1 / (m + 1); the other weights are those of a simulation.
    found = binding_weights(np.eye(4) / 2 + 0.5)
    assert found == pytest.approx([0.198, 0.415, 0.291, 0.087, 0.010], abs=0.004)
    assert found[0] == pytest.approx(0.2, rel=1e-9)
    assert found.sum() == pytest.approx(1)
    assert found[::2].sum() == pytest.approx(0.5)
    rng = np.random.default_rng(0)
    draws = rng.normal(size=(200_000, 4)) @ np.linalg.cholesky(np.diag([1, 2, 3, 4.0]) + 0.7).T
    assert orthant(np.diag([1, 2, 3, 4.0]) + 0.7) == pytest.approx((draws > 0).all(axis=1).mean(), abs=0.004)


def test_figures_that_repeat_others_change_nothing():
    figures, spread = np.array([-2.0, 1.0]), np.array([[1.0, 0.3], [0.3, 2.0]])
    twice = [0, 0, 1]
    assert all_positive_p(figures[twice], spread[np.ix_(twice, twice)]) == pytest.approx(
        all_positive_p(figures, spread)
    )
    assert all_positive_p(np.array([0.1, 0.0]), np.zeros((2, 2))) == 1.0
    with pytest.raises(DesignError, match=f"at most {MOST} figures"):
        binding_weights(np.eye(MOST + 1))


def test_a_randomiser_of_ones_own():
    kuk = Randomiser("two decks", 0.8, 0.3)
    assert (kuk.slope, kuk.base) == pytest.approx((0.5, 0.3))
