"""Means, proportions, totals, ratios and domains against R survey 4.5; each test names the R call."""

import math

import numpy as np
import pytest

from analysis.estimation import estimates, results
from analysis.estimation.contrasts import contrast
from analysis.estimation.frames import whole_frame
from analysis.intervals import PROPORTION_INTERVALS
from analysis.sample import make_sample
from tests.analysis.r_reference import DESIGNS, design, r, table

TIGHT = {"rel": 1e-6, "abs": 1e-12}
everywhere = pytest.mark.parametrize("name", sorted(DESIGNS))


def near(value):
    return pytest.approx(value, **TIGHT)


def degf(name):
    return r(f"A01-{name}", "degf(d)")["df", ""]


@everywhere
def test_degrees_of_freedom(name):
    # degf(d)
    assert whole_frame(design(name).design).degrees[0] == degf(name)


@everywhere
def test_mean_with_interval_and_design_effect(name):
    # svymean(~api00, d, deff = TRUE); confint(..., df = degf(d))
    expected = r(f"A02-{name}", "svymean(~api00, d, deff = TRUE)")
    limits = r(f"A02-{name}", f"confint(svymean(~api00, d, deff = TRUE), df={degf(name):g})")
    result = estimates.mean(design(name), "api00")
    assert result.estimate[0] == near(expected["estimate", "api00"])
    assert result.se[0] == near(expected["se", "api00"])
    assert result.deff[0] == near(expected["deff", "api00"])
    assert result.ci_low[0] == near(limits["ci_low", "api00"])
    assert result.ci_high[0] == near(limits["ci_high", "api00"])
    assert result.df[0] == degf(name)


@everywhere
def test_design_effect_with_replacement(name):
    # svymean(~api00, d, deff = "replace")
    expected = r(f"A08-{name}", 'svymean(~api00, d, deff = "replace")')
    assert estimates.mean(design(name), "api00", deff="with replacement").deff[0] == near(
        expected["deff", "api00"]
    )


@everywhere
@pytest.mark.parametrize("category", ["Yes", "No"])
def test_shares_with_wald_interval_and_design_effect(name, category):
    # svymean(~awards, d, deff = TRUE); confint(..., df = degf(d))
    expected = r(f"A03-{name}", "svymean(~awards, d, deff = TRUE)")
    limits = r(f"A03-{name}", f"confint(svymean(~awards, d, deff = TRUE), df={degf(name):g})")
    result = estimates.proportion(design(name), "awards", category, interval="wald")
    for quantity, value in (("estimate", result.estimate), ("se", result.se), ("deff", result.deff)):
        assert value[0] == near(expected[quantity, f"awards{category}"])
    assert result.ci_low[0] == near(limits["ci_low", f"awards{category}"])
    assert result.ci_high[0] == near(limits["ci_high", f"awards{category}"])


@everywhere
@pytest.mark.parametrize("level", ["E", "H", "M"])
def test_shares_and_counts_of_school_types(name, level):
    # svymean(~stype, d) and svytotal(~stype, d); the strata themselves have no sampling error
    share = r(f"A04-{name}", "svymean(~stype, d)")
    count = r(f"A06-{name}", "svytotal(~stype, d)")
    result = estimates.proportion(design(name), "stype", level)
    assert result.estimate[0] == near(share["estimate", f"stype{level}"])
    assert result.se[0] == near(share["se", f"stype{level}"])
    frame = design(name).frame.assign(one=(design(name).frame["stype"] == level).astype(float))
    total = estimates.total(make_sample(frame, **DESIGNS[name][1]), "one")
    assert total.estimate[0] == near(count["estimate", f"stype{level}"])
    assert total.se[0] == near(count["se", f"stype{level}"])
    if name.startswith("strat"):
        assert math.isnan(result.ci_low[0])
        assert result.notes == (results.FIXED,)


@everywhere
def test_total(name):
    # svytotal(~enroll, d, na.rm = TRUE); confint(..., df = degf(d))
    expected = r(f"A05-{name}", "svytotal(~enroll, d, na.rm = TRUE)")
    limits = r(f"A05-{name}", f"confint(svytotal(~enroll, d, na.rm = TRUE), df={degf(name):g})")
    result = estimates.total(design(name), "enroll")
    assert result.estimate[0] == near(expected["estimate", "enroll"])
    assert result.se[0] == near(expected["se", "enroll"])
    assert result.ci_low[0] == near(limits["ci_low", "enroll"])
    assert result.ci_high[0] == near(limits["ci_high", "enroll"])


@everywhere
def test_ratio(name):
    # svyratio(~api00, ~api99, d)
    expected = r(f"A07-{name}", "svyratio(~api00, ~api99, d)")
    result = estimates.ratio(design(name), "api00", "api99")
    assert result.estimate[0] == near(expected["estimate", "api00/api99"])
    assert result.se[0] == near(expected["se", "api00/api99"])


@everywhere
def test_mean_of_a_variable_with_missing_values(name):
    # svymean(~target, d, na.rm = TRUE)
    expected = r(f"A09-{name}", "svymean(~target, d, na.rm = TRUE)")
    result = estimates.mean(design(name), "target")
    assert result.estimate[0] == near(expected["estimate", "target"])
    assert result.se[0] == near(expected["se", "target"])
    assert result.n[0] == table(DESIGNS[name][0])["target"].notna().sum()


@everywhere
@pytest.mark.parametrize("variable", ["api00", "api99"])
def test_two_means(name, variable):
    # svymean(~api00 + api99, d)
    expected = r(f"A10-{name}", "svymean(~api00 + api99, d)")
    result = estimates.mean(design(name), variable)
    assert result.estimate[0] == near(expected["estimate", variable])
    assert result.se[0] == near(expected["se", variable])


@everywhere
def test_means_by_school_type_with_design_effect(name):
    # svyby(~api00, ~stype, d, svymean, deff = TRUE)
    expected = r(f"B01-{name}", "svyby(~api00, ~stype, d, svymean, deff = TRUE)")
    result = estimates.mean(design(name), "api00", by="stype")
    for place, (level,) in enumerate(result.domains):
        assert result.estimate[place] == near(expected["estimate", level])
        assert result.se[place] == near(expected["se", level])


@everywhere
def test_shares_by_school_type(name):
    # svyby(~I(as.numeric(awards == "Yes")), ~stype, d, svymean)
    expected = r(f"B02-{name}", 'svyby(~I(as.numeric(awards == "Yes")), ~stype, d, svymean)')
    result = estimates.proportion(design(name), "awards", "Yes", by="stype")
    for place, (level,) in enumerate(result.domains):
        assert result.estimate[place] == near(expected["estimate", level])
        assert result.se[place] == near(expected["se", level])


@everywhere
def test_totals_by_school_type(name):
    # svyby(~enroll, ~stype, d, svytotal, na.rm = TRUE)
    expected = r(f"B03-{name}", "svyby(~enroll, ~stype, d, svytotal, na.rm = TRUE)")
    result = estimates.total(design(name), "enroll", by="stype")
    for place, (level,) in enumerate(result.domains):
        assert result.estimate[place] == near(expected["estimate", level])
        assert result.se[place] == near(expected["se", level])


@everywhere
def test_crossed_domains_and_unanimous_ones(name):
    # svyby(~awards, ~stype + comp.imp, d, svymean, drop.empty.groups = TRUE): where R says 0, nothing is said
    expected = r(f"B04-{name}", "svyby(~awards, ~stype + comp.imp, d, svymean, drop.empty.groups = TRUE)")
    result = estimates.proportion(design(name), "awards", "Yes", by=["stype", "comp.imp"])
    assert len(result.domains) == 6
    for place, (level, improved) in enumerate(result.domains):
        key = f"{level}.{improved}:awardsYes"
        assert result.estimate[place] == near(expected["estimate", key])
        if expected["se", key] == 0:
            assert math.isnan(result.se[place])
            assert result.ci_low[place] < result.ci_high[place]
            assert result.notes[place] == results.EXACT_INTERVAL
        else:
            assert result.se[place] == near(expected["se", key])


@everywhere
def test_one_domain_with_its_own_degrees_of_freedom(name):
    # svymean(~api00, subset(d, comp.imp == "Yes")); confint(..., df = degf(subset))
    expected = r(f"B05-{name}", 'svymean(~api00, subset(d, comp.imp == "Yes"))')
    result = estimates.mean(design(name), "api00", where={"comp.imp": "Yes"})
    call = f'confint(svymean(~api00, subset(d, comp.imp == "Yes")), df={result.df[0]:g})'
    limits = r(f"B05-{name}", call)
    assert result.estimate[0] == near(expected["estimate", "api00"])
    assert result.se[0] == near(expected["se", "api00"])
    assert result.ci_low[0] == near(limits["ci_low", "api00"])
    assert result.ci_high[0] == near(limits["ci_high", "api00"])


@everywhere
def test_degrees_of_freedom_of_domains(name):
    # degf(subset(d, stype == 'E'))
    result = estimates.mean(design(name), "api00", by="stype")
    for place, (level,) in enumerate(result.domains):
        assert result.df[place] == r(f"B06-{name}", f"degf(subset(d, stype=='{level}'))")["df", level]


@pytest.mark.parametrize("name", ["strat", "clus1", "clus1_fpc"])
def test_means_by_county_never_claim_certainty(name):
    # svyby(~api00, ~cname, d, svymean): zero standard errors of one cluster or one school are not repeated
    expected = r(f"B07-{name}", f"svyby(~api00, ~cname, DS${name}, svymean)")
    result = estimates.mean(design(name), "api00", by="cname")
    assert len(result.domains) == len(expected) / 2
    for place, (county,) in enumerate(result.domains):
        assert result.estimate[place] == near(expected["estimate", county])
        if expected["se", county] < 1e-9:
            assert math.isnan(result.se[place])
            assert result.notes[place] in {results.ONE_RESPONDENT, results.ONE_CLUSTER}
        else:
            assert result.se[place] == near(expected["se", county])


def test_unweighted_counts_by_county():
    # svyby(~api00, ~cname, d, unwtd.count)
    expected = r("B08-strat", "svyby(~api00, ~cname, d, unwtd.count)")
    result = estimates.mean(design("strat"), "api00", by="cname")
    assert [(int(n), county) for n, (county,) in zip(result.n, result.domains, strict=True)] == [
        (int(n), county) for (_, county), n in expected.items()
    ]


SHARES = {
    "C01": ('svyciprop(~I(awards == "Yes"), d', "awards", "Yes", None),
    "C02": ("svyciprop(~I(awards == \"Yes\"), subset(d, stype=='H')", "awards", "Yes", {"stype": "H"}),
    "C03": ("svyciprop(~I(api00 > 850), d", "high", 1, None),
}
METHODS = {"logit": "logit", "wilson": "wilson", "beta": "beta", "wald": "mean"}


@everywhere
@pytest.mark.parametrize("case", sorted(SHARES))
@pytest.mark.parametrize("method", sorted(PROPORTION_INTERVALS))
def test_intervals_of_shares(name, case, method):
    # svyciprop(~I(awards == "Yes"), d, method = "logit"), "wilson", "beta", "mean"
    call, variable, category, where = SHARES[case]
    frame = design(name).frame.assign(high=(design(name).frame["api00"] > 850).astype(int))
    made = make_sample(frame, **DESIGNS[name][1])
    result = estimates.proportion(made, variable, category, where=where, interval=method)
    limits = r(f"{case}-{name}", f"{call}, method='{METHODS[method]}')")
    expected = r(f"{case}-{name}", f"{call})")
    assert result.estimate[0] == near(expected["estimate", "logit"])
    assert result.se[0] == near(expected["se", "logit"])
    assert result.ci_low[0] == near(limits["ci_low", METHODS[method]])
    assert result.ci_high[0] == near(limits["ci_high", METHODS[method]])


@pytest.mark.parametrize(("limit", "share"), [(2000, 0.0), (0, 1.0)])
def test_nobody_and_everybody_have_an_interval_where_r_has_none(limit, share):
    # svyciprop(~I(api00 > 2000), d) gives NaN or a width of zero
    frame = table("apistrat").assign(high=(table("apistrat")["api00"] > limit).astype(int))
    result = estimates.proportion(make_sample(frame, weights="pw", strata="stype"), "high", 1)
    assert result.estimate[0] == share
    assert math.isnan(result.se[0])
    # No design effect can be estimated: Kish's 1.18637098474 stands in (reference case E08).
    width = 1 - 0.025 ** (1.18637098474 / 200)
    low, high = (0.0, width) if share == 0 else (1 - width, 1.0)
    assert (result.ci_low[0], result.ci_high[0]) == near((low, high))


@everywhere
def test_contrasts_with_covariance(name):
    # svycontrast(svyby(~api00, ~stype, d, svymean, covmat = TRUE), list(H_minus_E = c(-1, 1, 0), ...))
    call = "svycontrast(b, list(H_minus_E = c(-1, 1, 0), M_minus_E = c(-1, 0, 1)))"
    expected = r(f"D04-{name}", call)
    means = estimates.mean(design(name), "api00", by="stype", keep_influence=True)
    result = contrast(design(name), means, {"H_minus_E": [-1, 1, 0], "M_minus_E": [-1, 0, 1]})
    for place, combination in enumerate(result.names):
        assert result.estimate[place] == near(expected["estimate", combination])
        assert result.se[place] == near(expected["se", combination])


def test_two_rounds_that_share_clusters_keep_their_covariance():
    # The api99 and api00 means of the same schools; svycontrast(svymean(~api00 + api99, d), c(1, -1)) equals
    # svymean(~I(api00 - api99), d), because a difference of means is the mean of differences.
    schools = table("apiclus1")
    rounds = np.concatenate([np.zeros(len(schools)), np.ones(len(schools))])
    both = schools[["dnum", "pw"]].loc[list(schools.index) * 2].reset_index(drop=True)
    both = both.assign(round=rounds, score=np.concatenate([schools["api99"], schools["api00"]]))
    made = make_sample(both, weights="pw", clusters="dnum")
    change = contrast(
        made, estimates.mean(made, "score", by="round", keep_influence=True), {"change": [-1, 1]}
    )
    paired = make_sample(
        schools.assign(gain=schools["api00"] - schools["api99"]), weights="pw", clusters="dnum"
    )
    gain = estimates.mean(paired, "gain")
    assert change.estimate[0] == near(gain.estimate[0])
    assert change.se[0] == near(gain.se[0])
