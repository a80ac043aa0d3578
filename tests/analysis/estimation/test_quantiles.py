"""Quantiles against R survey 4.5."""

import math

import pandas as pd
import pytest

from analysis.columns import DesignError
from analysis.estimation.quantiles import OUT_OF_REACH, quantile
from analysis.sample import make_sample
from tests.analysis.r_reference import design, r


@pytest.mark.parametrize("name", ["strat", "strat_fpc", "clus1_fpc"])
@pytest.mark.parametrize("share", [0.25, 0.5, 0.9])
def test_quantiles_with_woodruff_intervals(name, share):
    # svyquantile(~api00, d, 0.5, qrule = 'math')
    expected = r(f"F01-{name}", f"svyquantile(~api00, d, {share:g}, qrule='math')")
    result = quantile(design(name), "api00", share)
    assert result.estimate[0] == expected["quantile", f"math:{share:g}"]
    assert result.ci_low[0] == expected["ci.2.5", f"math:{share:g}"]
    assert result.ci_high[0] == expected["ci.97.5", f"math:{share:g}"]
    assert result.se[0] == pytest.approx(expected["se", f"math:{share:g}"], rel=1e-6)


def test_medians_by_school_type():
    # svyby(~api00, ~stype, d, svyquantile, quantiles = 0.5, ci = TRUE)
    expected = r("F02-strat", "svyby(~api00, ~stype, d, svyquantile, quantiles=0.5, ci=TRUE)")
    result = quantile(design("strat"), "api00", 0.5, by="stype")
    assert list(result.estimate) == [expected["estimate", level] for level in "EHM"]
    assert result.se == pytest.approx([expected["se", level] for level in "EHM"], rel=1e-6)


def test_a_quantile_near_the_end_has_no_limit_beyond_the_sample():
    # svyquantile gives NaN where the limit of the share lies beyond 0 or 1
    made = make_sample(pd.DataFrame({"y": [1.0, 2.0, 3.0, 4.0, 5.0]}))
    result = quantile(made, "y", 0.9)
    assert result.estimate[0] == 5.0
    assert math.isnan(result.ci_high[0])


def test_one_sided_reach_is_noted():
    made = make_sample(pd.DataFrame({"y": [float(i) for i in range(10)]}))
    result = quantile(made, "y", 0.85)
    assert result.estimate[0] == 8.0
    assert result.ci_low[0] == 6.0
    assert math.isnan(result.ci_high[0])
    assert result.notes == (OUT_OF_REACH,)


def test_quantiles_lie_between_zero_and_one():
    with pytest.raises(DesignError, match="between 0 and 1"):
        quantile(design("strat"), "api00", 50)
