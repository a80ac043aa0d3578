"""Replicate weights, made and given, against R survey 4.5, and against linearisation where the two agree."""

import functools
import math

import numpy as np
import pandas as pd
import pytest

from analysis import (
    as_replicate_sample,
    contrast,
    crosstab,
    make_replicate_sample,
    make_sample,
    mean,
    post_stratify,
    proportion,
    quantile,
    rake,
    ratio,
    total,
    weighting_report,
)
from analysis.columns import DesignError
from analysis.estimation.replicates import LOST_SETS, SAME_FIGURE
from analysis.estimation.results import EXACT_INTERVAL, NO_DEGREES, ONE_RESPONDENT
from analysis.hadamard import hadamard
from analysis.replicate_weights import GIVEN_KINDS, MADE_KINDS
from tests.analysis.r_reference import table
from tests.analysis.r_tables import design, figures

TIGHT = {"rel": 1e-6}


@functools.cache
def pairs():
    return make_sample(table("pairs"), weights="pw", strata="stratum", clusters="psu")


def drawn(name, scale, mse=False):
    rows = pd.concat([table("apiclus1"), table("replicate_factors")], axis=1)
    return make_replicate_sample(rows, "pw", f"{name}[0-9]*", scale=scale, combined=False, mse=mse)


MADE = {
    # as.svrepdesign(d, type = "JK1") and so on, as in make_tables_reference.R
    "JK1": lambda: as_replicate_sample(design("clus1"), "JK1"),
    "JK1 mse": lambda: as_replicate_sample(design("clus1"), "JK1", mse=True),
    "JK1 fpc": lambda: as_replicate_sample(design("clus1_fpc"), "JK1"),
    "JKn": lambda: as_replicate_sample(design("strat"), "JKn"),
    "JKn fpc": lambda: as_replicate_sample(design("strat_fpc"), "JKn"),
    "JKn pairs": lambda: as_replicate_sample(pairs(), "JKn", mse=True),
    "BRR": lambda: as_replicate_sample(pairs(), "BRR"),
    "Fay": lambda: as_replicate_sample(pairs(), "Fay", rho=0.3),
    "Fay mse": lambda: as_replicate_sample(pairs(), "Fay", rho=0.3, mse=True),
    # One stratum of 15 clusters, so its harmonic mean is 15: scale 15 / (14 · 11) and 1 / 11.
    "bootstrap": lambda: drawn("boot", 15 / (14 * 11)),
    "subbootstrap": lambda: drawn("sub", 1 / 11, mse=True),
}
everywhere = pytest.mark.parametrize("name", MADE)


@functools.cache
def sample(name):
    return MADE[name]()


def agree(found, case, name, levels):
    known = figures(case, name)
    assert found.estimate == pytest.approx([known["estimate", level] for level in levels], **TIGHT)
    assert found.se == pytest.approx([known["se", level] for level in levels], **TIGHT)
    return known


@everywhere
def test_degrees_of_freedom(name):
    # degf(d); degf(subset(d, stype == "E"))
    known = figures("degrees", name)
    assert mean(sample(name), "api00").df[0] == known["df", ""]
    found = mean(sample(name), "api00", by="stype")
    assert found.df.tolist() == [known["df", level] for level in "EHM"]


@everywhere
def test_means_totals_ratios_and_shares(name):
    known = agree(mean(sample(name), "api00"), "means", name, ["api00"])
    assert mean(sample(name), "api00").deff[0] == pytest.approx(known["deff", "api00"], **TIGHT)
    found = total(sample(name), "api00", deff="with replacement")
    known = agree(found, "total of all", name, ["api00"])
    assert found.deff[0] == pytest.approx(known["deff", "api00"], **TIGHT)
    agree(total(sample(name), "enroll"), "totals", name, ["enroll"])
    known = figures("ratios", name)
    found = ratio(sample(name), "api00", "enroll")
    assert found.estimate[0] == pytest.approx(known["estimate", "api00/enroll"], **TIGHT)
    assert found.se[0] == pytest.approx(known["se", "api00/enroll"], **TIGHT)
    agree(proportion(sample(name), "awards"), "shares", name, ["awardsNo", "awardsYes"])


@everywhere
def test_domains_and_their_contrasts(name):
    means = mean(sample(name), "api00", by="stype", keep_influence=True)
    agree(means, "domains", name, "EHM")
    found = contrast(sample(name), means, {"HE": [-1, 1, 0], "MH": [0, -1, 1]})
    agree(found, "contrasts", name, ["HE", "MH"])
    assert (found.df >= means.df[1:]).all()


@pytest.mark.slow
@everywhere
@pytest.mark.parametrize("statistic", ["F", "Chisq"])
def test_two_way_tables(name, statistic):
    # svychisq(~awards + stype, d, statistic = 'F'); svyby(~awards, ~stype, d, svymean)
    known = figures("tests", name)
    found = crosstab(sample(name), "stype", "awards", statistic=statistic)
    assert found.test.statistic == pytest.approx(known["statistic", statistic], **TIGHT)
    assert found.test.p == pytest.approx(known["p", statistic], **TIGHT)
    levels = ["{}:awards{}".format(*pair) for pair in found.rows.domains]
    agree(found.rows, "rows of a table", name, levels)


@everywhere
@pytest.mark.parametrize(
    ("interval", "method"), [("logit", "xlogit"), ("beta", "beta"), ("wilson", "wilson"), ("wald", "mean")]
)
def test_intervals_of_shares(name, interval, method):
    # svyciprop(~I(awards == 'Yes'), d, method = 'xlogit')
    known = figures("limits", name)
    found = proportion(sample(name), "awards", "Yes", interval=interval)
    assert found.ci_low[0] == pytest.approx(known["ci_low", method], **TIGHT)
    assert found.ci_high[0] == pytest.approx(known["ci_high", method], **TIGHT)


@pytest.mark.slow
@everywhere
@pytest.mark.parametrize("rule", ["math", "hf7"])
@pytest.mark.parametrize("interval", ["mean", "quantile", "xlogit"])
@pytest.mark.parametrize(("case", "variable"), [("quantiles", "api00"), ("quantiles of some", "enroll")])
def test_quantiles(name, rule, interval, case, variable):
    # svyquantile(~api00, d, 0.5, qrule = 'math', interval.type = 'quantile')
    known = figures(case, name)
    shares = [0.13, 0.29, 0.53, 0.91]
    found = quantile(sample(name), variable, shares, rule=rule, interval=interval)
    same = [note == SAME_FIGURE for note in found.notes]
    assert not any(same) or interval == "quantile"
    columns = {
        "quantile": found.estimate, "se": found.se, "ci.2.5": found.ci_low, "ci.97.5": found.ci_high
    }  # fmt: skip
    for quantity, column in columns.items():
        expected = [known[quantity, f"{rule}:{interval}:{share:g}"] for share in shares]
        if quantity != "quantile":
            # Where all sets give one figure R has a standard error of zero, and we none.
            expected = np.where(same, np.nan, expected)
        assert column == pytest.approx(expected, rel=1e-6, nan_ok=True), quantity


def test_the_jackknife_of_a_total_is_its_linearised_error():
    for name, kind in (("strat", "JKn"), ("strat_fpc", "JKn"), ("clus1", "JK1"), ("clus1_fpc", "JK1")):
        made = as_replicate_sample(design(name), kind)
        assert total(made, "api00").se[0] == pytest.approx(total(design(name), "api00").se[0])


@pytest.mark.parametrize("rho", [0.0, 0.5])
def test_balanced_halves_of_a_total_are_its_linearised_error(rho):
    made = as_replicate_sample(pairs(), "Fay", rho=rho)
    assert total(made, "api00").se[0] == pytest.approx(total(pairs(), "api00").se[0])


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["bootstrap", "subbootstrap"])
def test_a_bootstrap_of_a_total_is_near_its_linearised_error(kind):
    for name in ("strat", "clus1"):
        made = as_replicate_sample(design(name), kind, sets=2000, seed=1)
        expected = total(design(name), "api00").se[0]
        # Canty and Davison's is (n - 1)/n of it before the scale is stretched; 2,000 sets leave 1.6 % of chance.
        assert total(made, "api00").se[0] == pytest.approx(expected, rel=0.06)
        assert total(made, "api00").estimate == pytest.approx(total(design(name), "api00").estimate)


def test_a_bootstrap_knows_the_finite_population():
    frame = pd.DataFrame({"y": np.arange(40.0), "size": 50})
    made = as_replicate_sample(make_sample(frame, fpc="size"), "bootstrap", sets=4000, seed=2)
    open_ended = as_replicate_sample(make_sample(frame), "bootstrap", sets=4000, seed=2)
    factor = (mean(made, "y").se[0] / mean(open_ended, "y").se[0]) ** 2
    # One fifth of the variance is left, by draws without replacement of 40 of 50: (50 - 40)/(50 - 1).
    assert factor == pytest.approx(10 / 49, rel=0.1)


def test_the_same_seed_draws_the_same_weights():
    first, second = (as_replicate_sample(design("clus1"), "subbootstrap", seed=9) for _ in range(2))
    assert (first.replicates == second.replicates).all()


@pytest.mark.parametrize("least", range(1, 120))
def test_hadamard_matrices_are_orthogonal_and_short(least):
    matrix = hadamard(least)
    order = len(matrix)
    assert order >= least
    assert (matrix @ matrix.T == order * np.eye(order)).all()
    assert (matrix[0] == 1).all()
    # Orders 52, 56, 92, 100 and 116 are made by other constructions, and longer here.
    assert order <= max(4, least + 15)


def test_given_weights_have_the_scale_of_their_kind():
    rows = pd.concat([table("apiclus1")[["api00", "pw"]], table("replicate_factors")], axis=1)
    give = functools.partial(make_replicate_sample, rows, "pw", "boot*", combined=False)
    scales = {kind: give(kind=kind, rscales=np.ones(12)).scale for kind in GIVEN_KINDS}
    # svrepdesign(type = ) of twelve sets
    assert scales == pytest.approx(
        {"BRR": 1 / 12, "Fay": 1 / 12, "JK1": 11 / 12, "JKn": 1, "JK2": 1, "bootstrap": 1 / 11}
        | {"ACS": 1 / 3, "successive-difference": 1 / 3, "other": 1}
    )
    assert give(kind="Fay", rho=0.5).scale == pytest.approx(1 / 3)
    assert give(kind="ACS").mse
    assert mean(give(degrees=40.0), "api00", by="api00").df[0] == 40


def test_a_domain_inside_one_cluster_has_no_error():
    made = as_replicate_sample(make_sample(table("apiclus1"), weights="pw", clusters="dnum"), "JK1")
    found = mean(made, "api00", where={"dnum": 637})
    assert math.isnan(found.se[0])
    assert found.notes == (SAME_FIGURE,)


def test_sets_without_anybody_are_left_out_and_said():
    made = as_replicate_sample(make_sample(pd.DataFrame({"y": [1.0, 3.0, 5.0], "g": [*"aab"]})), "JK1")
    frame = pd.DataFrame({"y": [1.0, 2.0, 4.0, 9.0], "g": [*"aaab"], "w": 1.0})
    frame[["r1", "r2", "r3", "r4"]] = [[0, 0, 2, 0], [2, 0, 0, 0], [1, 0, 2, 3], [1, 4, 0, 1]]
    given = make_replicate_sample(frame, "w", "r?")
    found = mean(given, "y", by="g")
    assert found.notes == (LOST_SETS.format(1, 4), ONE_RESPONDENT)
    assert mean(made, "y", by="g").notes[1] == ONE_RESPONDENT


def test_a_unanimous_share_has_an_exact_interval():
    made = as_replicate_sample(make_sample(pd.DataFrame({"y": [*"aaab"], "g": [*"xxxy"]})), "JK1")
    found = proportion(made, "y", "a", where={"g": "x"})
    assert found.notes == (EXACT_INTERVAL,)
    # Three of three: the cube root of 0.025 (Clopper and Pearson 1934), over the design effect of the question, 1.
    assert found.ci_low[0] == pytest.approx(0.025 ** (1 / 3))


def test_no_degrees_of_freedom_no_interval():
    frame = pd.DataFrame({"y": [1.0, 2.0], "w": 1.0, "r1": [2.0, 2.0], "r2": [1.0, 1.0]})
    found = total(make_replicate_sample(frame, "w", ["r1", "r2"]), "y")
    assert found.df.tolist() == [0]
    assert found.notes == (NO_DEGREES,)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: as_replicate_sample(design("strat"), "JK1"), "without strata"),
        (lambda: as_replicate_sample(design("clus1"), "BRR"), "stratum 'all' has 15 clusters"),
        (lambda: as_replicate_sample(pairs(), "Fay", rho=1), "rho must lie between 0 and 1"),
        (lambda: crosstab(sample("BRR"), "stype", "awards", statistic="Wald"), "F and Chisq, not 'Wald'"),
        (lambda: as_replicate_sample(pairs(), "half"), f"is not one of {', '.join(MADE_KINDS)}"),
        (lambda: as_replicate_sample(pairs(), "bootstrap", sets=1), "at least 2 sets"),
        (lambda: make_replicate_sample(table("pairs"), "pw", "none*"), "are 0 columns"),
        (lambda: make_replicate_sample(table("pairs"), "pw", "api*", kind="JKn"), "needs rscales"),
        (lambda: make_replicate_sample(table("pairs"), "pw", "api*", rscales=[1]), "1 rscales for 2 sets"),
        (lambda: make_replicate_sample(table("pairs"), "pw", "api*", kind="half"), "is not one of BRR"),
        (lambda: make_replicate_sample(table("pairs"), "pw", "enroll*"), "are 1 columns"),
        (lambda: make_replicate_sample(table("apistrat"), "pw", ["growth", "pw"]), "'growth': the weight -"),
    ],
)
def test_what_does_not_suit_is_refused(make, message):
    with pytest.raises(DesignError, match=message):
        make()


def test_a_lonely_stratum_needs_a_rule():
    frame = pd.DataFrame({"y": [1.0, 2.0, 4.0, 5.0, 7.0], "s": [*"aabbc"], "w": 2.0})
    refused = make_sample(frame, strata="s")
    with pytest.raises(DesignError, match="stratum 'c' has only one cluster"):
        as_replicate_sample(refused, "JKn")
    # as.svrepdesign(svydesign(id = ~1, strata = ~s, weights = ~w, data = frame), type = "JKn") by each lonely rule
    known = {"remove": 2.828427, "certainty": 2.828427, "average": 3.162278, "adjust": 3.166491}
    for rule, expected in known.items():
        made = as_replicate_sample(make_sample(frame, strata="s", weights="w", lonely=rule), "JKn")
        assert total(made, "y").se[0] == pytest.approx(expected, rel=1e-6), rule


@pytest.mark.parametrize("rule", ["remove", "adjust"])
def test_nothing_is_left_out_of_one_cluster(rule):
    one = make_sample(pd.DataFrame({"y": [1.0, 2.0], "c": 1}), clusters="c", lonely=rule)
    with pytest.raises(DesignError, match="nothing can be left out"):
        as_replicate_sample(one, "JKn")
    two = make_sample(pd.DataFrame({"y": [1.0, 2.0]}), lonely=rule)
    assert as_replicate_sample(two, "JKn").replicates.tolist() == [[0, 2], [2, 0]]


TYPES, WIDE = {"E": 4421, "H": 755, "M": 1018}, {"No": 1072, "Yes": 5122}


@pytest.mark.parametrize(
    ("name", "case", "adjusted"),
    [
        ("JK1", "raked", lambda made: rake(made, {"stype": TYPES, "sch.wide": WIDE})),
        ("JK1", "post-stratified", lambda made: post_stratify(made, "sch.wide", WIDE)),
        ("bootstrap", "post-stratified", lambda made: post_stratify(made, "sch.wide", WIDE)),
    ],
)
def test_every_set_is_adjusted_to_known_totals(name, case, adjusted):
    # rake(d, ...), postStratify(d, ...) of replicate designs
    made = adjusted(sample(name))
    found = mean(made, "api00")
    known = agree(found, case, name, ["api00"])
    assert found.df[0] == known["df", ""]
    agree(total(made, "enroll"), f"total {case}", name, ["enroll"])
    assert weighting_report(sample(name), made, {"sch.wide": WIDE}).all_margins_hit


def test_a_level_without_weight_in_a_set_is_not_post_stratified():
    frame = pd.DataFrame({"y": [1.0, 2.0, 3.0], "g": [*"aab"]})
    with pytest.raises(DesignError, match="has no weight"):
        post_stratify(as_replicate_sample(make_sample(frame), "JK1"), "g", {"a": 5, "b": 4})


def test_as_many_sets_as_rows_are_refused_where_rows_are_many():
    many = make_sample(pd.DataFrame({"y": np.arange(20_000.0)}))
    with pytest.raises(DesignError, match="JK1 makes 20,000 sets of weights for 20,000 rows"):
        as_replicate_sample(many, "JK1")
    assert as_replicate_sample(many, "bootstrap", sets=3).replicates.shape == (20_000, 3)
