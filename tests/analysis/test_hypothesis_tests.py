"""Tests of difference, families of p-values and reliability against R."""

import math

import numpy as np
import pytest

from analysis.columns import DesignError
from analysis.hypothesis_tests import (
    adjust_families,
    benjamini_hochberg,
    cronbach_alpha,
    domain_t,
    holm,
)
from tests.analysis.r_reference import design, r

TIGHT = {"rel": 1e-6}


@pytest.mark.parametrize("name", ["clus1"])
def test_two_domains(name):
    # svyttest(api00 ~ comp.imp, d)
    expected = r(f"D03-{name}", "svyttest(api00~comp.imp, d)")
    result = domain_t(design(name), "api00", "comp.imp")
    assert result.statistic == pytest.approx(expected["t", ""], **TIGHT)
    assert result.df_denominator == expected["df", ""]
    assert result.p == pytest.approx(expected["p", ""], **TIGHT)
    assert result.difference == pytest.approx(expected["difference", ""], **TIGHT)
    assert result.ci_low == pytest.approx(expected["ci_low", ""], **TIGHT)
    assert result.ci_high == pytest.approx(expected["ci_high", ""], **TIGHT)


def test_three_groups_are_not_two():
    with pytest.raises(DesignError, match="3 levels"):
        domain_t(design("strat"), "api00", "stype")


def test_benjamini_hochberg_and_holm():
    # p.adjust(c(0.01, 0.02, 0.03, 0.04, 0.05), "BH") is five times 0.05; "holm" is 0.05 0.08 0.09 0.09 0.09
    p = [0.01, 0.02, 0.03, 0.04, 0.05]
    assert benjamini_hochberg(p) == pytest.approx([0.05] * 5)
    assert holm(p) == pytest.approx([0.05, 0.08, 0.09, 0.09, 0.09])
    # The example of Benjamini and Hochberg (1995): at 0.05 their procedure rejects the four smallest of fifteen, Holm's three
    paper = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719]
    paper += [0.6528, 0.7590, 1.0]
    assert (benjamini_hochberg(paper) < 0.05).sum() == 4
    assert (holm(paper) < 0.05).sum() == 3


def test_a_family_is_adjusted_alone_and_unknown_p_values_do_not_count():
    p = [0.01, math.nan, 0.04, 0.01, 0.04]
    adjusted = adjust_families(p, ["a", "a", "a", "b", "b"])
    assert adjusted[[0, 2, 3, 4]] == pytest.approx([0.02, 0.04, 0.02, 0.04])
    assert math.isnan(adjusted[1])


def test_alpha_by_its_definition():
    # svycralpha(~a + b + c, d) divides the same variances: var() with n - 1 in both places
    rng = np.random.default_rng(7)
    trait = rng.normal(size=400)
    items = trait[:, None] + rng.normal(size=(400, 3))
    expected = 3 / 2 * (1 - items.var(axis=0, ddof=1).sum() / items.sum(axis=1).var(ddof=1))
    assert cronbach_alpha(items) == pytest.approx(expected)
    assert 0.7 < expected < 0.8


def test_weighted_alpha_equals_alpha_of_repeated_rows():
    rng = np.random.default_rng(8)
    items = rng.integers(0, 4, size=(50, 4)) + rng.integers(0, 3, size=(50, 1))
    weight = rng.integers(1, 5, size=50)
    assert cronbach_alpha(items, weight) == pytest.approx(cronbach_alpha(np.repeat(items, weight, axis=0)))


def test_alpha_of_nothing_is_unknown():
    assert math.isnan(cronbach_alpha(np.ones((10, 3))))
    assert math.isnan(cronbach_alpha(np.ones((10, 1))))
    assert math.isnan(cronbach_alpha([[1.0, 2.0], [np.nan, 1.0]]))
