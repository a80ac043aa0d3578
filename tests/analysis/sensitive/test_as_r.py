"""Sensitive questions against R: survey 4.5 (svymean, svyby, svycontrast), RRreg (RRuni), rr (rrreg) and list (ict.test)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis import as_replicate_sample, contrast, make_sample
from analysis.sensitive.anchors import anchored_prevalence
from analysis.sensitive.chi_bar import all_positive_p
from analysis.sensitive.list_checks import list_checks
from analysis.sensitive.lists import double_list_experiment, list_experiment
from analysis.sensitive.prevalence import prevalence, prevalence_from_counts
from analysis.sensitive.randomisers import (
    Randomiser,
    crosswise,
    forced_response,
    garbled,
    mirrored,
    triangular,
    unrelated_question,
)
from tests.analysis.r_reference import FOLDER, figures

PEOPLE = pd.read_csv(FOLDER / "sensitive_people.csv")
DRAWN = make_sample(PEOPLE, weights="weight", strata="stratum", clusters="cluster")
DESIGNS = {
    "plain": make_sample(PEOPLE),
    "arms": make_sample(PEOPLE, strata="arm"),
    "drawn": DRAWN,
    "jackknife": as_replicate_sample(DRAWN, "JKn"),
}
HIDDEN = {
    "forced-response": forced_response(2 / 3, 1 / 6),
    "mirrored": mirrored(0.8),
    "crosswise": crosswise(0.15),
    "triangular": triangular(0.25),
    "unrelated-question": unrelated_question(0.7, 0.3),
    "garbled": garbled(0.2, 0.15),
}
CLOSE = {"rel": 1e-6, "abs": 1e-12}


REFERENCE = figures("sensitive", ("design", "case"), ("what", "level"))


def same(expected, level, estimate, se):
    assert estimate == pytest.approx(expected["estimate", level], **CLOSE), level
    assert se == pytest.approx(expected["se", level], **CLOSE), level


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("way", HIDDEN)
def test_prevalence_whole_by_group_and_between_groups(design, way):
    # svymean(~trait), svyby(~trait, ~group), svycontrast(c(-1, 1)) with trait = (said - d) / c
    sample, expected = DESIGNS[design], REFERENCE[design, way]
    whole = prevalence(sample, "said", 1, HIDDEN[way])
    same(expected, "", whole.estimate[0], whole.se[0])
    parts = prevalence(sample, "said", 1, HIDDEN[way], by="group", keep_influence=True)
    for place, (name,) in enumerate(parts.domains):
        same(expected, name, parts.estimate[place], parts.se[place])
        one = prevalence(sample, "said", 1, HIDDEN[way], where={"group": name})
        same(expected, name, one.estimate[0], one.se[0])
    between = contrast(sample, parts, {"b - a": [-1, 1]})
    same(expected, "b - a", between.estimate[0], between.se[0])


@pytest.mark.parametrize("design", DESIGNS)
def test_the_figure_corrected_by_an_anchor(design):
    # svycontrast(svymean(~ same + anchor), quote(...)), of those who answered both
    found = anchored_prevalence(
        DESIGNS[design],
        ("same", 1),
        crosswise(0.15),
        ("anchor", 1),
        crosswise(0.2),
        where=PEOPLE["anchor"].notna(),
    )
    expected = REFERENCE[design, "anchored"]
    for place in (1, 2):
        same(expected, found.level[place], found.estimate[place], found.se[place])


@pytest.mark.parametrize("design", DESIGNS)
def test_list_experiments(design):
    # svycontrast(svyby(~count, ~arm + group, svymean, covmat = TRUE), ...)
    sample, expected = DESIGNS[design], REFERENCE[design, "list"]
    whole = list_experiment(sample, "count", ("arm", 1), 3)
    same(expected, "", whole.estimate[0], whole.se[0])
    parts = list_experiment(sample, "count", ("arm", 1), 3, by="group")
    for place, (name,) in enumerate(parts.domains):
        same(expected, name, parts.estimate[place], parts.se[place])
    between = contrast(sample, parts, {"b - a": [-1, 1]})
    same(expected, "b - a", between.estimate[0], between.se[0])


@pytest.mark.parametrize("design", DESIGNS)
def test_double_lists(design):
    # svycontrast(svyby(~ count + other, ~arm, svymean, covmat = TRUE), ...), of those with both numbers
    found = double_list_experiment(
        DESIGNS[design], ("count", "other"), ("arm", 1), 3, where=PEOPLE["count"].notna()
    )
    for place, level in enumerate(found.level):
        same(REFERENCE[design, "double"], level, found.estimate[place], found.se[place])


@pytest.mark.parametrize("design", DESIGNS)
def test_types_of_people(design):
    # svycontrast(svyby(~ m0 + m1 + m2 + m3, ~arm, svymean, covmat = TRUE), ...)
    found = list_checks(DESIGNS[design], "count", ("arm", 1), 3)
    for (items, trait), share, se in zip(found.types, found.share, found.se, strict=True):
        same(REFERENCE[design, "types"], f"{items} {'agrees' if trait else 'does not'}", share, se)


@pytest.mark.parametrize("ones", [150, 190, 260])
@pytest.mark.parametrize(
    ("model", "randomiser"),
    [
        ("Warner", mirrored(0.8)),
        ("Crosswise", crosswise(0.15)),
        ("Triangular", triangular(0.25)),
        ("UQTknown", unrelated_question(0.7, 0.3)),
        ("Mangat", Randomiser("Mangat", 1.0, 0.3)),
    ],
)
def test_models_of_one_group(model, randomiser, ones):
    # RRreg: RRuni.Warner(response, p) and its like, whose variance is over n - 1
    sample = make_sample(pd.DataFrame({"said": [1] * ones + [0] * (400 - ones)}))
    found = prevalence(sample, "said", 1, randomiser)
    same(REFERENCE["counts", model], str(ones), found.estimate[0], found.se[0])
    counted = prevalence_from_counts(ones, 400, randomiser)
    same(REFERENCE["counts", model], str(ones), counted.estimate, counted.se * np.sqrt(400 / 399))


@pytest.mark.parametrize("way", ["forced-response", "mirrored", "unrelated-question"])
def test_the_likeliest_prevalence(way):
    # rr: rrreg(said ~ 1, p, p0, p1, q, design), whose variance is over n
    said = PEOPLE["said"].dropna()
    found = prevalence_from_counts(int(said.sum()), len(said), HIDDEN[way])
    same(REFERENCE["counts", "rrreg"], way, found.estimate, found.se)


#: Numbers of people with 0, 1, … items, of the arm with the item and of the other.
LISTS = {
    "two": ((60, 68, 52, 20), (40, 90, 70)),
    "two, strongly": ((70, 70, 40, 20), (40, 90, 70)),
    "three": ((30, 70, 55, 35, 10), (20, 60, 80, 40)),
    "three, the other": ((20, 60, 30, 60, 30), (25, 75, 75, 25)),
    "three, unequal arms": ((20, 30, 40, 20, 15), (22, 80, 100, 98)),
}


def binomial_spread(shares: np.ndarray, people: int) -> np.ndarray:
    """The covariance of shares of at most 0, 1, … as R's ict.test has it: over n, not n - 1."""
    low, high = np.minimum.outer(shares, shares), np.maximum.outer(shares, shares)
    return low * (1 - high) / people


@pytest.mark.parametrize("name", LISTS)
def test_the_design_effect_test(name):
    # list: ict.test(y, treat, J, gms = FALSE)
    treated, control = (np.array(numbers) for numbers in LISTS[name])
    items, sizes = len(control) - 1, (treated.sum(), control.sum())
    one, other = np.cumsum(treated) / sizes[0], np.cumsum(control) / sizes[1]
    first = one[:items], other[:items]
    second = one[1 : items + 1], other[:items]
    agrees = all_positive_p(
        first[1] - first[0], binomial_spread(first[0], sizes[0]) + binomial_spread(first[1], sizes[1])
    )
    does_not = all_positive_p(
        second[0] - second[1], binomial_spread(second[0], sizes[0]) + binomial_spread(second[1], sizes[1])
    )
    assert min(1.0, 2 * min(agrees, does_not)) == pytest.approx(
        REFERENCE["counts", "design effect"]["p", name], rel=1e-6
    )


@pytest.mark.parametrize("name", LISTS)
def test_the_design_effect_test_of_a_sample_is_that_of_its_counts(name):
    # ict.test with variances over n - 1: in arms of 200 the p-values differ in the third digit.
    treated, control = LISTS[name]
    frame = pd.DataFrame(
        {
            "y": [*np.repeat(range(len(treated)), treated), *np.repeat(range(len(control)), control)],
            "arm": [1] * sum(treated) + [0] * sum(control),
        }
    )
    found = list_checks(make_sample(frame, strata="arm"), "y", ("arm", 1), len(control) - 1)
    assert found.p == pytest.approx(REFERENCE["counts", "design effect"]["p", name], rel=0.05)
    assert (found.treated, found.control) == (sum(treated), sum(control))


def test_every_figure_of_the_reference_is_held():
    counted = {
        ("counts", name) for name in ("Warner", "Crosswise", "Triangular", "UQTknown", "Mangat", "rrreg")
    }
    drawn = {
        (design, case) for design in DESIGNS for case in (*HIDDEN, "anchored", "list", "double", "types")
    }
    assert set(REFERENCE) == drawn | counted | {("counts", "design effect")}
