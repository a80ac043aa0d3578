"""Twelve rules of quantiles and four kinds of interval against R survey 4.5, and ties that rounding would decide."""

import numpy as np
import pandas as pd
import pytest

from analysis import make_sample, quantile, ratio
from analysis.columns import DesignError
from analysis.estimation.quantile_rules import RULES, SHARE_LIMITS, distribution
from tests.analysis.r_tables import design, figures

SHARES = [0.1, 0.25, 0.5, 0.9]
NAMES = ["clus1", "clus1_fpc", "strat"]
everywhere = pytest.mark.parametrize("name", NAMES)


def expected(case, name, rule, kind, quantity):
    known = figures(case, name)
    return pytest.approx(
        [known[quantity, f"{rule}:{kind}:{share:g}"] for share in SHARES], rel=1e-6, nan_ok=True
    )


def agree(found, case, name, rule, kind):
    assert found.estimate == expected(case, name, rule, kind, "quantile")
    assert found.ci_low == expected(case, name, rule, kind, "ci.2.5")
    assert found.ci_high == expected(case, name, rule, kind, "ci.97.5")
    assert found.se == expected(case, name, rule, kind, "se")


@everywhere
@pytest.mark.parametrize("rule", RULES)
def test_rules(name, rule):
    # svyquantile(~api00, d, 0.5, qrule = 'hf7', interval.type = 'mean')
    agree(quantile(design(name), "api00", SHARES, rule=rule), "rules", name, rule, "mean")


@everywhere
@pytest.mark.parametrize("rule", ["math", "hf7"])
@pytest.mark.parametrize("kind", ["beta", "xlogit", "asin"])
def test_kinds_of_interval(name, rule, kind):
    # svyquantile(~api00, d, 0.5, qrule = 'math', interval.type = 'beta')
    agree(quantile(design(name), "api00", SHARES, rule=rule, interval=kind), "types", name, rule, kind)


@everywhere
@pytest.mark.parametrize("rule", RULES)
def test_equal_and_missing_values(name, rule):
    # svyquantile(~I(round(acs.46)), d, 0.5, na.rm = TRUE)
    given = design(name)
    frame = given.frame.assign(size=np.round(given.frame["acs.46"]))
    found = quantile(type(given)(frame, given.design), "size", SHARES, rule=rule)
    agree(found, "ties", name, rule, "mean")


@everywhere
@pytest.mark.parametrize(
    ("case", "kind"), [("ratio", "without replacement"), ("ratio replace", "with replacement")]
)
def test_design_effects_of_ratios(name, case, kind):
    # svyratio(~api00, ~enroll, d, deff = TRUE)
    known = figures(case, name)
    found = ratio(design(name), "api00", "enroll", deff=kind)
    for quantity, value in (("estimate", found.estimate), ("se", found.se), ("deff", found.deff)):
        assert value[0] == pytest.approx(known[quantity, "api00/enroll"], rel=1e-6)


@pytest.mark.parametrize("rule", RULES)
def test_the_order_of_rows_decides_no_tie(rule):
    """Sums of ten tenths in another order differ in the last digit; the quantile does not."""
    rng = np.random.default_rng(3)
    values = np.arange(10.0)
    weights = np.full(10, 0.1)
    first = distribution(values, weights).quantile(0.3, rule)
    for factor in (1 / 3, 0.7, 1e9):
        order = rng.permutation(10)
        assert distribution(values[order], weights * factor).quantile(0.3, rule) == pytest.approx(first)
    assert distribution(values, weights).quantile(0.1 + 0.2, rule) == pytest.approx(first)


def test_several_columns_and_shares_are_one_result():
    found = quantile(design("strat"), ["api00", "api99"], [0.25, 0.75], by="stype")
    assert len(found.estimate) == 12
    assert found.variable[::6] == ("api00", "api99")
    assert found.level[::3] == ("0.25", "0.75") * 2


def test_one_value_and_no_value():
    sample = make_sample(pd.DataFrame({"y": [4.0, None, None], "g": [*"aab"]}))
    for rule in RULES:
        assert quantile(sample, "y", 0.5, by="g", rule=rule).estimate.tolist() == pytest.approx(
            [4.0, np.nan], nan_ok=True
        )


def test_an_unknown_rule_or_interval_is_refused():
    with pytest.raises(DesignError, match="'hf10' is not one of math, school"):
        quantile(design("strat"), "api00", 0.5, rule="hf10")
    with pytest.raises(DesignError, match=f"'score' is not one of {', '.join(SHARE_LIMITS)}"):
        quantile(design("strat"), "api00", 0.5, interval="score")
