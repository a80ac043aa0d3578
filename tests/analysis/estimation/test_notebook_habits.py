"""What a notebook writes without thinking: Series as domains, several columns at once, results shown as they are."""

import math

import numpy as np
import pandas as pd
import pytest

from analysis import contrast, make_sample, mean, proportion, total
from analysis.columns import DesignError
from analysis.estimation.results import EXACT_INTERVAL, FIXED, NO_DEGREES, NOT_CHOSEN, ONE_CLUSTER
from tests.analysis.r_reference import design


@pytest.fixture
def schools():
    return design("strat")


def test_a_domain_is_a_series_an_array_or_a_list(schools):
    flags = schools.frame["api99"] > 600
    expected = mean(schools, "api00", where=flags.to_numpy()).se[0]
    for where in (flags, flags.tolist(), flags.astype("boolean")):
        assert mean(schools, "api00", where=where).se[0] == expected


def test_a_missing_flag_is_outside():
    frame = pd.DataFrame({"y": [1.0, 3.0, 5.0]}, index=[7, 8, 9])
    flags = pd.Series([True, None, True], index=[7, 8, 9], dtype="boolean")
    assert mean(make_sample(frame), "y", where=flags).estimate.tolist() == [3.0]


@pytest.mark.parametrize(
    ("where", "message"),
    [
        (lambda frame: frame["api99"], "true or false for each row"),
        (lambda frame: (frame["api99"] > 600).sort_values(), "another index"),
        (lambda _: [True], "1 flags for 200 rows"),
        (lambda _: np.arange(200), "true or false for each row"),
    ],
)
def test_what_is_no_domain_is_refused(schools, where, message):
    with pytest.raises(DesignError, match=message):
        mean(schools, "api00", where=where(schools.frame))


def test_a_column_may_have_any_value_of_a_list(schools):
    either = schools.frame["stype"].isin(["E", "H"])
    for values in (["E", "H"], ("H", "E"), np.array(["E", "H"]), pd.Series(["E", "H"])):
        found = mean(schools, "api00", where={"stype": values})
        assert (found.n[0], found.se[0]) == (150, mean(schools, "api00", where=either).se[0])


@pytest.mark.parametrize("estimator", [mean, total])
def test_several_columns_are_one_result(schools, estimator):
    both = estimator(schools, ["api00", "api99"], by=["stype", "awards"])
    table = both.to_frame()
    assert list(table.columns[:4]) == ["stype", "awards", "statistic", "variable"]
    for name in ("api00", "api99"):
        alone = estimator(schools, name, by=["stype", "awards"]).to_frame()
        pd.testing.assert_frame_equal(table[table["variable"] == name].reset_index(drop=True), alone)
    with pytest.raises(DesignError, match="no column"):
        estimator(schools, [])


def test_a_contrast_of_two_columns_is_the_mean_of_their_difference(schools):
    frame = schools.frame.assign(gain=schools.frame["api00"] - schools.frame["api99"])
    sample = make_sample(frame, weights="pw", strata="stype")
    both = mean(sample, ["api00", "api99"], keep_influence=True)
    found, gain = contrast(sample, both, {"gain": [1, -1]}), mean(sample, "gain")
    assert found.estimate[0] == pytest.approx(gain.estimate[0])
    assert found.se[0] == pytest.approx(gain.se[0])
    assert found.df[0] == gain.df[0]


def test_shares_of_all_categories(schools):
    every = proportion(schools, "stype", by="awards")
    assert every.level == ("E", "E", "H", "H", "M", "M")
    one = proportion(schools, "stype", "H", by="awards")
    assert every.estimate[2:4].tolist() == one.estimate.tolist()
    assert every.ci_low[2:4].tolist() == one.ci_low.tolist()
    assert proportion(schools, ["stype", "awards"]).variable == ("stype",) * 3 + ("awards",) * 2


def test_a_category_of_nobody_is_zero_with_its_exact_interval(schools):
    found = proportion(schools, "awards", ["Yes", "Perhaps"])
    assert found.estimate[1] == 0
    assert found.ci_low[1] == 0
    assert 0.015 < found.ci_high[1] < 0.03
    assert found.notes[1] == f"{NOT_CHOSEN}; {EXACT_INTERVAL}"
    assert proportion(schools, "awards", "Perhaps", absent=True).notes == found.notes[1:]
    for alone in ("Perhaps", ["Perhaps", "Never"]):
        with pytest.raises(DesignError, match="column 'awards' has no value 'Perhaps'"):
            proportion(schools, "awards", alone)


def test_a_declared_category_of_nobody_is_no_misspelling():
    sample = make_sample(pd.DataFrame({"a": pd.Categorical([*"xxyy"], categories=[*"xyz"])}))
    assert proportion(sample, "a").estimate.tolist() == [0.5, 0.5, 0.0]
    # Nobody of four: the upper limit is 1 less the fourth root of 0.025 (Clopper and Pearson 1934).
    assert proportion(sample, "a", "z").ci_high[0] == pytest.approx(1 - 0.025**0.25)


@pytest.mark.parametrize(
    "column",
    [
        pd.to_datetime(["2026-01-01", None]),
        pd.to_timedelta([1, 2]),
        pd.period_range("2026-01", periods=2, freq="M"),
        [pd.Timestamp("2026-01-01").date(), None],
    ],
)
def test_dates_have_no_mean(column):
    with pytest.raises(DesignError, match="column 'day' holds dates"):
        mean(make_sample(pd.DataFrame({"day": column})), "day")


def test_two_columns_of_one_name_are_refused():
    frame = pd.DataFrame([[1.0, 2.0, 3.0]] * 3, columns=["y", "a", "a"])
    assert mean(make_sample(frame), "y").n.tolist() == [3]
    for use in ({"variable": "a"}, {"variable": "y", "by": "a"}, {"variable": "y", "where": {"a": 2}}):
        with pytest.raises(DesignError, match="column 'a' is in the data 2 times"):
            mean(make_sample(frame), **use)


def test_a_contrast_says_why_it_has_no_figure():
    frame = pd.DataFrame({"y": [1.0, 2.0, 4.0, 5.0, 9.0, 7.0, 8.0], "c": [1, 2, 3, 4, 5, 5, 6]})
    frame["g"] = [*"aabbcc", "d"]
    sample = make_sample(frame, clusters="c")
    means = mean(sample, "y", by="g", keep_influence=True)
    found = contrast(sample, means, {"b - a": [-1, 1, 0, 0], "c - a": [-1, 0, 1, 0], "a": [1, 0, 0, 0]})
    assert found.notes == ("", f"g=c: {ONE_CLUSTER}", "")
    assert np.isfinite(found.p).tolist() == [True, False, True]
    # Four clusters of two domains, and two of one: one stratum less.
    assert found.df.tolist() == [3.0, 2.0, 1.0]
    assert found.df[2] == means.df[0]


def test_a_contrast_of_several_columns_names_the_one_without_a_figure():
    sample = make_sample(pd.DataFrame({"y": [1.0, 2.0, 4.0], "z": [1.0, None, None]}))
    both = mean(sample, ["y", "z"], keep_influence=True)
    assert contrast(sample, both, {"gap": [1, -1]}).notes == ("z: not estimable: one respondent",)


def test_a_contrast_that_the_design_fixes_has_no_interval():
    frame = pd.DataFrame({"s": [*"aabb"], "y": [1.0, 2.0, 3.0, 5.0]})
    sample = make_sample(frame, strata="s")
    shares = proportion(sample, "s", keep_influence=True)
    found = contrast(sample, shares, {"difference": [1, -1]})
    assert (found.notes, found.se.tolist()) == ((FIXED,), [0.0])
    assert math.isnan(found.ci_low[0])
    assert math.isnan(found.p[0])


def test_a_contrast_without_degrees_of_freedom_says_so():
    frame = pd.DataFrame({"s": [*"aabb"], "c": [1, 2, 3, 4], "y": [1.0, 2.0, 3.0, 5.0], "g": [*"xyxy"]})
    sample = make_sample(frame, strata="s", clusters="c")
    means = mean(sample, "y", by="g", keep_influence=True)
    found = contrast(sample, means, {"x": [1, 0]})
    assert (found.df.tolist(), found.notes) == ([0.0], (NO_DEGREES,))


def test_results_are_shown_as_short_tables(schools):
    means = mean(schools, ["api00", "api99"], by="cname", keep_influence=True)
    assert str(means).startswith("mean of api00, api99 by cname\n")
    assert len(str(means).splitlines()) == 23
    assert str(means).endswith(f"… {len(means.n)} rows in all; to_frame() has them")
    assert "<table" in means._repr_html_()
    weights = [1, -1, *[0] * (len(means.n) - 2)]
    assert "not estimable" in str(contrast(schools, means, {"first": weights}))


def test_a_sample_says_what_it_is(schools):
    assert repr(schools) == (
        "<Sample of 200 rows and 39 columns: no clusters in 3 strata, weights 15.1 to 44.21, sum 6194>"
    )
    assert "<table" in schools._repr_html_()


def test_what_is_in_the_data_is_no_markup():
    sample = make_sample(pd.DataFrame({"y": [1.0, 2.0], "g": ["<script>", "<script>"]}))
    assert "<script>" not in mean(sample, "y", by="g")._repr_html_()
