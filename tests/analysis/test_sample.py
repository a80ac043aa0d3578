"""Designs of R's documentation with the standard errors that survey's own saved output prints, and what is refused."""

import math
import re

import numpy as np
import pandas as pd
import pytest

from analysis.columns import DesignError
from analysis.estimation import estimates, results
from analysis.estimation.frames import whole_frame
from analysis.sample import make_sample
from tests.analysis.r_reference import table


def test_two_stages_with_population_sizes():
    # svytotal(~y1, svydesign(id = ~id1 + id2, fpc = ~n1 + n2, data = mu284)): 15080, variance 5172234
    made = make_sample(table("mu284"), clusters=["id1", "id2"], fpc=["n1", "n2"])
    result = estimates.total(made, "y1")
    assert result.estimate[0] == pytest.approx(15080)
    assert result.se[0] ** 2 == pytest.approx(5172234, abs=0.5)


def test_two_stages_as_fractions_are_the_same():
    frame = table("mu284")
    frame = frame.assign(f1=5 / frame["n1"], f2=3 / frame["n2"])
    made = make_sample(frame, clusters=["id1", "id2"], fpc=["f1", "f2"])
    assert estimates.total(made, "y1").se[0] ** 2 == pytest.approx(5172234, abs=0.5)


def test_the_second_stage_counts_for_nothing_without_a_first_population():
    # svydesign(id = ~id1 + id2, weights = ~w): the ultimate clusters alone
    frame = table("mu284")
    frame = frame.assign(w=frame["n1"] / 5 * frame["n2"] / 3)
    two = make_sample(frame, clusters=["id1", "id2"], weights="w")
    one = make_sample(frame, clusters="id1", weights="w")
    assert estimates.total(two, "y1").se[0] == pytest.approx(estimates.total(one, "y1").se[0])


@pytest.mark.parametrize(
    ("arguments", "se"),
    [
        # svymean(~x, withoutfpc) and the five equivalent forms of withfpc in ?fpc
        ({"weights": "weight"}, 0.7413),
        ({"weights": "weight", "fpc": "Nh"}, 0.6160),
        ({"weights": "weight", "fpc": "fraction"}, 0.6160),
        ({"fpc": "Nh"}, 0.6160),
        ({"fpc": "fraction"}, 0.6160),
    ],
)
def test_equivalent_forms_of_a_finite_population(arguments, se):
    frame = table("fpc")
    frame = frame.assign(fraction=frame["nh"] / frame["Nh"])
    made = make_sample(frame, clusters="psuid", strata="stratid", nest=True, **arguments)
    result = estimates.mean(made, "x")
    assert result.estimate[0] == pytest.approx(5.4481, abs=5e-5)
    assert result.se[0] == pytest.approx(se, abs=5e-5)


@pytest.mark.parametrize(
    ("rule", "se"), [("remove", 5.8058), ("certainty", 5.8058), ("adjust", 5.8281), ("average", 6.0096)]
)
def test_lonely_clusters(rule, se):
    # options(survey.lonely.psu = rule); svymean(~api00, svydesign(id = ~1, weights = ~pw, strata = ~dnum, ...))
    made = make_sample(table("apiclus1"), weights="pw", strata="dnum", lonely=rule)
    assert estimates.mean(made, "api00").se[0] == pytest.approx(se, abs=5e-5)


def test_a_lonely_cluster_is_refused_by_default():
    made = make_sample(table("apiclus1"), weights="pw", strata="dnum")
    with pytest.raises(DesignError, match="stratum '413' has only one cluster at stage 1"):
        estimates.mean(made, "api00")
    assert np.isfinite(estimates.mean(made, "api00", where={"dnum": 637}).se[0])


@pytest.mark.parametrize("rule", ["fail", "remove", "adjust", "average"])
def test_a_lonely_cluster_taken_with_certainty_is_not_lonely(rule):
    # fpc <- ifelse(apiclus1$dnum == 413, 1, 1000): SE 5.7344 under every rule
    frame = table("apiclus1")
    frame = frame.assign(size=np.where(frame["dnum"] == 413, 1, 1000))
    made = make_sample(frame, weights="pw", strata="dnum", fpc="size", lonely=rule)
    assert estimates.mean(made, "api00").se[0] == pytest.approx(5.7344, abs=5e-5)


@pytest.mark.parametrize(
    ("rule", "variance"), [("remove", 126625), ("certainty", 126625), ("adjust", 127579.8)]
)
def test_lonely_clusters_of_a_total(rule, variance):
    # vcov(svytotal(~Age, svydesign(ids = ~PSU, strata = ~Stratum, weights = ~Design_Weight, ...)))
    frame = pd.DataFrame(
        {
            "stratum": [1, 1, 2, 2, 3],
            "cluster": [1, 2, 3, 4, 5],
            "weight": [10.5, 10.5, 20, 20, 15],
            "age": [30.5, 40.5, 35, 52, 44],
        }
    )
    made = make_sample(frame, weights="weight", strata="stratum", clusters="cluster", lonely=rule)
    assert estimates.total(made, "age").se[0] ** 2 == pytest.approx(variance, rel=1e-6)


def test_a_domain_that_leaves_one_cluster_of_a_stratum_is_not_lonely():
    # ds[-31, ] of subset(apiclus1, dnum != 413): SE 5.8909 under every rule
    frame = table("apiclus1")
    frame = frame[frame["dnum"] != 413].reset_index(drop=True)
    made = make_sample(frame, weights="pw", strata="dnum")
    result = estimates.mean(made, "api00", where=np.arange(len(frame)) != 30)
    assert result.estimate[0] == pytest.approx(645.14, abs=5e-3)
    assert result.se[0] == pytest.approx(5.8909, abs=5e-5)


def test_design_effects_of_unequal_weights():
    # svymean(~uriage, des.srs, deff = TRUE) on weights that sum to 1000: a deff of 1 / (1 - 10/1000)
    frame = pd.DataFrame({"y": np.arange(10.0) ** 2, "w": 100.0})
    result = estimates.mean(make_sample(frame, weights="w"), "y")
    assert result.deff[0] == pytest.approx(1.010101, abs=5e-7)


def test_the_whole_population_has_no_sampling_error():
    frame = pd.DataFrame({"y": [1.0, 2.0, 4.0], "all": [3, 3, 3]})
    result = estimates.mean(make_sample(frame, fpc="all"), "y")
    assert result.se[0] == 0
    assert result.notes == (results.FIXED,)


def test_one_cluster_one_respondent_and_nobody_are_not_estimable():
    frame = pd.DataFrame({"y": [1.0, 2.0, 5.0, 4.0], "c": [1, 1, 2, 2], "g": ["a", "a", "b", "c"]})
    result = estimates.mean(make_sample(frame, clusters="c"), "y", by="g", where={"c": 1})
    assert result.notes == (results.ONE_CLUSTER, results.NOBODY, results.NOBODY)
    result = estimates.mean(make_sample(frame, clusters="c"), "y", by="g")
    assert result.notes == (results.ONE_CLUSTER, results.ONE_RESPONDENT, results.ONE_RESPONDENT)
    assert np.isnan(result.se).all()
    assert np.isnan(result.ci_low).all()


def test_one_cluster_in_all_is_answered_and_not_an_error():
    frame = pd.DataFrame({"y": [1.0, 2.0], "c": [1, 1]})
    assert estimates.mean(make_sample(frame, clusters="c"), "y").notes == (results.ONE_CLUSTER,)


def test_two_strata_of_one_cluster_each_leave_no_degrees_of_freedom_to_a_domain():
    frame = pd.DataFrame(
        {"y": [1.0, 2.0, 5.0, 4.0], "s": [1, 1, 2, 2], "c": [1, 2, 3, 4], "g": ["a", "b", "a", "b"]}
    )
    result = estimates.mean(make_sample(frame, clusters="c", strata="s"), "y", by="g")
    assert list(result.df) == [0, 0]
    assert np.isfinite(result.se).all()
    assert math.isnan(result.ci_low[0])
    assert result.notes == (results.NO_DEGREES, results.NO_DEGREES)


def test_text_levels_that_are_numbers_are_ordered_as_numbers():
    frame = pd.DataFrame({"y": [1.0] * 6, "g": ["10", "9", "2", "10", "9", "2"]})
    assert estimates.mean(make_sample(frame), "y", by="g").domains == (("2",), ("9",), ("10",))


GOOD = {
    "w": [1.0, 2, 1, 2],
    "s": ["a", "a", "b", "b"],
    "c": [1, 2, 3, 4],
    "n": [4, 4, 6, 6],
    "y": [1.0, 2, 3, 4],
}


@pytest.mark.parametrize(
    ("change", "arguments", "message"),
    [
        ({}, {"weights": "x"}, "column 'x' is not in the data"),
        ({"w": [1.0, -2, 1, 2]}, {"weights": "w"}, "row 2 (line 3), column 'w': the weight -2 is negative"),
        ({"w": ["1", "2", "x", "2"]}, {"weights": "w"}, "row 3 (line 4), column 'w': 'x' is not a number"),
        ({"w": [1, 2, 1, np.nan]}, {"weights": "w"}, "row 4 (line 5), column 'w': the value is missing"),
        ({"s": ["a", None, "b", "b"]}, {"strata": "s"}, "row 2 (line 3), column 's': the value is missing"),
        (
            {"c": [1, 2, 3, 1]},
            {"strata": "s", "clusters": "c"},
            "row 4 (line 5), column 's': the stratum changes",
        ),
        ({"n": [4, 5, 6, 6]}, {"strata": "s", "fpc": "n"}, "row 2 (line 3), column 'n': 5 differs from"),
        (
            {"n": [4, 4, 1, 1]},
            {"strata": "s", "fpc": "n"},
            "row 3 (line 4), column 'n': population 1 is less",
        ),
        (
            {"n": [4, 4, 0.5, 0.5]},
            {"strata": "s", "fpc": "n"},
            "row 3 (line 4), column 'n': 0.5: population sizes",
        ),
        ({}, {"fpc": ["n", "n"]}, "2 fpc columns but 1 stages"),
        ({}, {"clusters": ["c", "y"], "fpc": "n", "strata": "s"}, "weights cannot follow from the fpc"),
        ({}, {"lonely": "ignore"}, "lonely rule 'ignore' is not one of"),
        (
            {"w": [0.5, 0.5, 0.5, 2]},
            {"fpc": "w", "pps": True},
            "unequal probabilities must be sampling fractions",
        ),
    ],
)
def test_what_cannot_be_a_design_is_refused_with_row_and_column(change, arguments, message):
    with pytest.raises(DesignError, match=re.escape(message)):
        make_sample(pd.DataFrame({**GOOD, **change}), **arguments)


def test_degrees_of_freedom_are_clusters_less_strata():
    made = make_sample(pd.DataFrame(GOOD), strata="s", clusters="c")
    assert whole_frame(made.design).degrees[0] == 2


def test_a_domain_that_was_laid_out_is_not_taken_for_another_one():
    # 1 and True are the same key of a dictionary, and two answers of this column.
    sample = make_sample(pd.DataFrame({"said": ["1", "1", "True", "True"], "y": [1.0, 2.0, 5.0, 7.0]}))
    assert [estimates.mean(sample, "y", where={"said": one}).estimate[0] for one in (1, True, 1)] == [
        1.5,
        6.0,
        1.5,
    ]
