"""Tests of two-way tables against R survey 4.5, and their distributions against each other."""

import math

import pandas as pd
import pytest

from analysis.association import (
    NO_VARIANCE_OF_CELLS,
    ONE_LEVEL,
    STATISTICS,
    rao_scott,
)
from analysis.columns import DesignError
from analysis.sample import make_sample
from tests.analysis.r_reference import DESIGNS, design, r

TIGHT = {"rel": 1e-6}


@pytest.mark.parametrize("name", sorted(DESIGNS))
def test_second_order_rao_scott(name):
    # svychisq(~awards + stype, d, statistic = 'F')
    expected = r(f"D01-{name}", "svychisq(~awards+stype, d, statistic='F')")
    result = rao_scott(design(name), "awards", "stype")
    assert result.statistic == pytest.approx(expected["statistic", "F"], **TIGHT)
    assert result.df_numerator == pytest.approx(expected["parameter", "F:ndf"], **TIGHT)
    assert result.df_denominator == pytest.approx(expected["parameter", "F:ddf"], **TIGHT)
    assert result.p == pytest.approx(expected["p", "F"], **TIGHT)


def test_association_does_not_depend_on_the_order():
    one, other = (rao_scott(design("clus1"), *pair) for pair in [("awards", "stype"), ("stype", "awards")])
    assert one.statistic == pytest.approx(other.statistic)
    assert one.p == pytest.approx(other.p)


def test_one_level_cannot_be_tested():
    result = rao_scott(design("strat"), "awards", "stype", where={"stype": "H"})
    assert math.isnan(result.p)
    assert result.note == ONE_LEVEL


def test_rao_scott_leaves_out_rows_without_an_answer():
    frame = pd.DataFrame({"a": [*"xyxyxyxyxy", None], "b": [*"ppqqppqqpp", "p"]})
    result = rao_scott(make_sample(frame), "a", "b")
    assert result.n == 10
    assert result.note == ""


@pytest.mark.parametrize("name", sorted(DESIGNS))
@pytest.mark.parametrize("statistic", ["Chisq", "Wald", "adjWald", "saddlepoint"])
def test_the_other_statistics(name, statistic):
    # svychisq(~awards + stype, d, statistic = 'Wald')
    expected = r(f"D01-{name}", f"svychisq(~awards+stype, d, statistic='{statistic}')")
    result = rao_scott(design(name), "awards", "stype", statistic=statistic)
    assert result.statistic == pytest.approx(expected["statistic", statistic], **TIGHT)
    assert result.p == pytest.approx(expected["p", statistic], **TIGHT)
    if statistic == "Chisq":
        assert result.df_numerator == expected["parameter", "Chisq:df"]
    elif statistic != "saddlepoint":
        assert result.df_numerator == expected["parameter", f"{statistic}:ndf"]
        assert result.df_denominator == expected["parameter", f"{statistic}:ddf"]


def test_statistics_agree_where_the_table_has_four_cells():
    """With one generalised design effect the sum of chi-squares is an F, and so the same as the second order."""
    sample = design("clus1")
    exact = rao_scott(sample, "awards", "comp.imp", statistic="lincom")
    assert exact.p == pytest.approx(rao_scott(sample, "awards", "comp.imp").p, rel=1e-6)


def test_the_degrees_of_freedom_below_are_not_cut():
    """R takes 23 of 23.97 for "lincom", which the statistics tell: .0220."""
    exact = rao_scott(design("clus1_fpc"), "awards", "stype", statistic="lincom")
    assert (round(exact.df_denominator, 2), round(exact.p, 4)) == (23.97, 0.019)


def test_a_table_that_the_clusters_decide_is_not_tested():
    frame = pd.DataFrame({"a": [*"xyz"] * 2, "b": [*"pqr"] * 2, "c": [1, 2, 3] * 2})
    assert (
        rao_scott(make_sample(frame, clusters="c"), "a", "b", statistic="adjWald").note
        == NO_VARIANCE_OF_CELLS
    )


def test_an_unknown_statistic_is_refused():
    with pytest.raises(DesignError, match=f"is not one of {', '.join(STATISTICS)}"):
        rao_scott(design("strat"), "awards", "stype", statistic="chi")


def test_a_test_is_said_in_a_line():
    made = repr(rao_scott(design("clus1"), "awards", "stype"))
    assert made.startswith("<rao-scott of awards,stype, n = 183: 4.9")
    undone = rao_scott(design("strat"), "awards", "stype", where={"stype": "H"})
    assert repr(undone) == f"<rao-scott of awards,stype, n = 50: {ONE_LEVEL}>"


@pytest.mark.parametrize("statistic", STATISTICS)
def test_where_one_answer_decides_the_other_nothing_is_tested(statistic):
    frame = pd.DataFrame({"district": [*"abcabcabc"], "province": [*"xyzxyzxyz"]})
    found = rao_scott(make_sample(frame), "district", "province", statistic=statistic)
    assert (found.note, math.isnan(found.p)) == (NO_VARIANCE_OF_CELLS, True)


def test_a_table_without_any_association_is_as_likely_as_can_be():
    frame = pd.DataFrame({"a": [*"xxyy"] * 3, "b": [*"pqpq"] * 3})
    for statistic in STATISTICS:
        found = rao_scott(make_sample(frame), "a", "b", statistic=statistic)
        assert (found.statistic, found.p) == (pytest.approx(0, abs=1e-12), pytest.approx(1))
