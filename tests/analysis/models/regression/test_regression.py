"""Regression: what it refuses and says, on samples small enough to check by thinking."""

import numpy as np
import pandas as pd
import pytest

from analysis import (
    as_replicate_sample,
    linear_regression,
    logistic_regression,
    make_sample,
    mean,
    ordinal_regression,
    predictive_margins,
    term_test,
)
from analysis.columns import DesignError
from analysis.models.regression.fitting import ONE_CLUSTER
from analysis.models.regression.separation import separating_columns

RNG = np.random.default_rng(20261127)
PEOPLE = pd.DataFrame(
    {
        "worker": np.repeat(np.arange(12), 10),
        "x": RNG.normal(size=120).round(3),
        "group": np.tile([*"abc"], 40),
        "code": np.tile([1, 2, 3], 40),
        "yes": RNG.integers(0, 2, 120).astype(float),
        "answer": RNG.integers(1, 5, 120),
        "day": pd.date_range("2026-01-01", periods=120),
        "weight": RNG.uniform(1, 3, 120),
    }
).assign(y=lambda frame: frame["x"] + RNG.normal(size=120), twice=lambda frame: 2 * frame["x"] + 1)
SAMPLE = make_sample(PEOPLE, weights="weight", clusters="worker")


def changed(**columns):
    return make_sample(PEOPLE.assign(**columns), weights="weight", clusters="worker")


REFUSED = {
    "no such column": (lambda: linear_regression(SAMPLE, "y", "z"), "column 'z' is not in the data"),
    "no such outcome": (lambda: linear_regression(SAMPLE, "z", "x"), "column 'z' is not in the data"),
    "no term": (lambda: linear_regression(SAMPLE, "y", []), "needs one term"),
    "outcome among terms": (
        lambda: linear_regression(SAMPLE, "y", ["x", "y"]),
        "'y' is the outcome and a term",
    ),
    "dates": (lambda: linear_regression(SAMPLE, "y", "day"), "column 'day' holds dates"),
    "interaction alone": (
        lambda: linear_regression(SAMPLE, "y", ["x", "x:group"]),
        "needs 'group' as a term",
    ),
    "three columns": (lambda: linear_regression(SAMPLE, "y", "x*group*code"), "two different columns"),
    "no such reference": (
        lambda: linear_regression(SAMPLE, "y", "group", reference={"group": "d"}),
        "column 'group' has no level 'd'",
    ),
    "reference outside": (
        lambda: linear_regression(SAMPLE, "y", "x", reference={"group": "a"}),
        "column 'group' has a reference level or is a factor, and is no term",
    ),
    "reference not in the domain": (
        lambda: linear_regression(SAMPLE, "y", "group", where=(PEOPLE["group"] != "a").to_numpy()),
        "no row used has the reference level a",
    ),
    "one level": (
        lambda: linear_regression(SAMPLE, "y", ["x", "group"], where={"group": "a"}),
        "column 'group' has fewer than two levels",
    ),
    "nobody": (
        lambda: linear_regression(SAMPLE, "y", "x", where={"group": "d"}),
        "no row has the outcome",
    ),
    "rank": (
        lambda: linear_regression(SAMPLE, "y", ["x", "group", "twice"]),
        "twice follows from the terms before it",
    ),
    "rank of factors": (
        lambda: logistic_regression(changed(same=PEOPLE["group"].str.upper()), "yes", ["group", "same"]),
        "same=B follows from the terms before it",
    ),
    "an empty cell": (
        lambda: linear_regression(
            changed(half=np.where(PEOPLE["group"] == "b", "low", np.where(PEOPLE["x"] > 0, "high", "low"))),
            "y",
            ["group*half"],
            reference={"half": "low"},
        ),
        "no row used has group=b:half=high",
    ),
    "too few clusters": (
        lambda: linear_regression(
            SAMPLE, "y", ["x", "group", "yes"], where=(PEOPLE["worker"] < 4).to_numpy()
        ),
        "4 slopes need more degrees of freedom than the 3 of the design",
    ),
    "nothing left to explain": (
        lambda: linear_regression(changed(z=1 - 3 * PEOPLE["x"]), "z", "x"),
        "the terms explain the outcome whole",
    ),
    "all the same": (lambda: linear_regression(changed(z=4.0), "z", "x"), "explain the outcome whole"),
    "not two answers": (
        lambda: logistic_regression(SAMPLE, "answer", "x"),
        "say which answer is the success",
    ),
    "one answer": (
        lambda: logistic_regression(SAMPLE, "yes", "x", where={"yes": 1}),
        "all rows used give the same answer",
    ),
    "separation by a factor": (
        lambda: logistic_regression(
            changed(all=np.where(PEOPLE["group"] == "b", 1.0, PEOPLE["yes"])), "all", ["x", "group"]
        ),
        "perfect separation: group=b decides some answers",
    ),
    "separation by a number": (
        lambda: logistic_regression(changed(high=(PEOPLE["x"] > 0.1) * 1.0), "high", ["x"]),
        "perfect separation: x decides",
    ),
    "separation of ordered answers": (
        lambda: ordinal_regression(
            changed(high=np.where(PEOPLE["group"] == "c", 9, PEOPLE["answer"])), "high", ["x", "group"]
        ),
        "perfect separation: group=c decides",
    ),
    "two ordered answers": (lambda: ordinal_regression(SAMPLE, "yes", "x"), "has 2 answers among"),
    "texts without an order": (
        lambda: ordinal_regression(SAMPLE, "group", "x"),
        "say the order of its answers",
    ),
    "an order that lacks one": (
        lambda: ordinal_regression(SAMPLE, "group", "x", order=["a", "c"]),
        "the answer 'b' is not in the order",
    ),
    "no such term": (lambda: term_test(linear_regression(SAMPLE, "y", "x"), "group"), "group is no term"),
    "no such test": (
        lambda: term_test(linear_regression(SAMPLE, "y", "x"), "x", "score"),
        "'score' is not one of",
    ),
    "a part of an interaction": (
        lambda: term_test(linear_regression(SAMPLE, "y", "x*group"), "x", "likelihood ratio"),
        "'x' cannot be left out while x:group stays",
    ),
    "margins at no number": (
        lambda: predictive_margins(linear_regression(SAMPLE, "y", "x"), "x"),
        "column 'x' holds numbers: say at which",
    ),
    "margins at a stranger": (
        lambda: predictive_margins(linear_regression(SAMPLE, "y", "group"), "group", ["z"]),
        "column 'group' has no level 'z'",
    ),
    "margins of a stranger": (
        lambda: predictive_margins(linear_regression(SAMPLE, "y", "x"), "group"),
        "column 'group' is no term",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_said_is_refused_in_one_line(case):
    call, message = REFUSED[case]
    with pytest.raises(DesignError) as refused:
        call()
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)


def test_missing_values_are_left_out_and_counted():
    holes = PEOPLE["x"].mask(PEOPLE.index < 5)
    found = linear_regression(changed(x=holes, y=PEOPLE["y"].mask(PEOPLE.index == 50)), "y", ["x", "group"])
    assert (found.n, found.left_out) == (114, 6)
    assert found.notes[0] == "6 rows left out: the outcome or a term is missing"
    assert "n = 114, df = 8, 6 left out" in repr(found)
    assert found.to_frame()["note"].tolist() == [found.notes[0], "", "", ""]


def test_a_level_of_one_cluster_is_named():
    alone = PEOPLE["group"].mask(PEOPLE["worker"] == 3, "z")
    found = linear_regression(changed(group=alone), "y", "group")
    assert dict(zip(found.names, found.notes, strict=True))["group=z"] == ONE_CLUSTER
    assert found.notes[:3] == ("", "", "")


def test_groups_alone_give_the_means_of_domains():
    found, means = linear_regression(SAMPLE, "y", "group"), mean(SAMPLE, "y", by="group")
    assert found.estimate[0] + np.array([0, *found.estimate[1:]]) == pytest.approx(means.estimate)
    assert found.se[0] == pytest.approx(means.se[0])
    margins = predictive_margins(found, "group")
    assert margins.estimate == pytest.approx(means.estimate)
    assert margins.se == pytest.approx(means.se)


def test_numbers_as_factors_and_as_texts_are_the_same_model():
    found = linear_regression(SAMPLE, "y", "code", factors=["code"])
    assert found.names == ("(intercept)", "code=2", "code=3")
    texts = changed(code=PEOPLE["code"].astype(str))
    assert linear_regression(texts, "y", "code").names == ("(intercept)", "code")
    again = linear_regression(texts, "y", "code", reference={"code": 1})
    assert again.names == found.names
    assert again.estimate == pytest.approx(found.estimate)
    assert predictive_margins(again, "code", [2]).values == (2,)


def test_the_scale_of_a_column_and_of_the_weights_change_nothing():
    found = logistic_regression(SAMPLE, "yes", ["x", "group"])
    other = make_sample(
        PEOPLE.assign(x=PEOPLE["x"] * 1e7 + 3e7, weight=PEOPLE["weight"] * 1e4),
        weights="weight",
        clusters="worker",
    )
    again = logistic_regression(other, "yes", ["x", "group"])
    assert again.estimate[1] * 1e7 == pytest.approx(found.estimate[1], rel=1e-8)
    assert again.estimate[2:] == pytest.approx(found.estimate[2:], rel=1e-7)
    assert again.se[2:] == pytest.approx(found.se[2:], rel=1e-7)


def test_the_order_of_texts_and_its_reverse():
    words = np.array(["bad", "fair", "good", "best"])[PEOPLE["answer"] - 1]
    spoken = changed(words=words)
    numbers = ordinal_regression(SAMPLE, "answer", ["x", "group"])
    found = ordinal_regression(
        spoken, "words", ["x", "group"], order=["bad", "fair", "good", "best", "unheard"]
    )
    assert found.names[-3:] == ("bad|fair", "fair|good", "good|best")
    assert found.estimate == pytest.approx(numbers.estimate)
    back = ordinal_regression(spoken, "words", ["x", "group"], order=["best", "good", "fair", "bad"])
    assert back.estimate[:3] == pytest.approx(-numbers.estimate[:3])
    assert back.se[:3] == pytest.approx(numbers.se[:3])
    ordered = pd.Categorical(words, ["bad", "fair", "good", "best"], ordered=True)
    assert ordinal_regression(changed(words=ordered), "words", ["x", "group"]).names == found.names


def test_the_other_answer_has_the_other_signs():
    spoken = changed(said=np.where(PEOPLE["yes"] == 1, "yes", "no"))
    found = logistic_regression(spoken, "said", ["x", "group"], success="yes")
    other = logistic_regression(spoken, "said", ["x", "group"], success="no")
    assert found.estimate == pytest.approx(-other.estimate)
    assert found.se == pytest.approx(other.se)
    assert found.to_frame()["odds_ratio"][1] == pytest.approx(np.exp(found.estimate[1]))
    assert np.isnan(found.to_frame()["odds_ratio"][0])


def test_rows_of_weight_0_are_in_no_model():
    nobody = PEOPLE["weight"].where(PEOPLE["group"] != "c", 0.0)
    found = linear_regression(changed(weight=nobody), "y", "x")
    domain = linear_regression(SAMPLE, "y", "x", where=(PEOPLE["group"] != "c").to_numpy())
    assert (found.n, found.left_out) == (80, 0)
    assert found.estimate == pytest.approx(domain.estimate)
    assert found.se == pytest.approx(domain.se)


def test_a_test_without_any_variance_is_not_made():
    # Everybody of each worker is the same twice over, with opposite signs: the totals of workers are all 0.
    frame = pd.DataFrame({"worker": np.repeat(np.arange(6), 2), "x": np.tile([0.0, 1.0], 6)})
    frame["y"] = np.tile([1.0, 2.0, 2.0, 4.0], 3)
    found = linear_regression(make_sample(frame, clusters="worker"), "y", "x")
    assert np.isfinite(term_test(found, "x").p)
    frame["y"] = np.tile([1.0, 2.0], 6) + np.repeat(np.tile([-1.0, 1.0], 3), 2) * (1 - 2 * (frame["x"] > 9))
    found = linear_regression(make_sample(frame, clusters="worker"), "y", "x")
    assert found.estimate[1] == pytest.approx(1.0)
    assert term_test(found, "x").note == "not testable: no standard error"


@pytest.mark.parametrize("seed", range(20))
def test_separation_is_found_where_it_is_and_only_there(seed):
    rng = np.random.default_rng(seed)
    matrix = np.column_stack([np.ones(40), rng.normal(size=(40, 3))])
    scores = matrix @ rng.normal(size=4)
    decided = np.searchsorted(np.quantile(scores, [0.3, 0.7]), scores)
    assert len(separating_columns(matrix, decided, 3))
    chance = rng.permutation(decided)
    assert not len(separating_columns(matrix, chance, 3))


def test_results_are_short_in_print_and_whole_in_a_notebook():
    found = ordinal_regression(SAMPLE, "answer", ["x", "group"])
    assert repr(found).splitlines()[0] == "ordinal regression of answer on x + group: n = 120, df = 8"
    assert len(repr(found).splitlines()) == 2 + len(found.names)
    margins = predictive_margins(found, "group")
    assert repr(margins).splitlines()[0] == "predictive margins of group: n = 120, df = 8"
    assert len(repr(margins).splitlines()) == 2 + 3 * 4
    for shown in (found, margins):
        assert "<table" in shown._repr_html_()


def test_replicate_weights_are_refused_in_a_sentence() -> None:
    frame = pd.DataFrame({"y": [1.0, 2, 3, 5, 4, 6], "x": [0, 1, 0, 1, 0, 1], "c": [1, 1, 2, 2, 3, 3]})
    sample = as_replicate_sample(make_sample(frame, clusters="c"), "JK1")
    with pytest.raises(DesignError, match="without replicate weights"):
        linear_regression(sample, "y", ["x"])
