"""Post-stratification, raking, calibration, trimming and the weighting report against R survey 4.5."""

import numpy as np
import pandas as pd
import pytest

from analysis import weights
from analysis.columns import DesignError
from analysis.estimation import estimates
from analysis.sample import make_sample
from tests.analysis.r_reference import design, figures, table

TYPES = {"E": 4421, "H": 755, "M": 1018}
MARGINS = {"stype": TYPES, "sch.wide": {"No": 1072, "Yes": 5122}}
RAKED = {"rel": 1e-3}
TIGHT = {"rel": 1e-6}


def r(case, ending):
    """Return R's values of the one call of a case that ends so; the designs are in reference_survey.csv."""
    return next(
        values for (name, call), values in figures().items() if name == case and call.endswith(ending)
    )


def post_stratified(name="clus1"):
    return weights.post_stratify(design(name), "stype", TYPES)


def raked():
    return weights.rake(design("clus1"), MARGINS)


def test_post_stratified_figures():
    # postStratify(d, ~stype, data.frame(stype = c('E','H','M'), Freq = c(4421, 755, 1018)))
    made = post_stratified()
    mean, expected = estimates.mean(made, "api00"), r("E01-ps", "svymean(~api00, ps)")
    assert (mean.estimate[0], mean.se[0]) == pytest.approx(tuple(expected.values()), **TIGHT)
    total, expected = estimates.total(made, "enroll"), r("E01-ps", "svytotal(~enroll, ps)")
    assert (total.estimate[0], total.se[0]) == pytest.approx(tuple(expected.values()), **TIGHT)
    share, expected = estimates.proportion(made, "awards", "Yes"), r("E01-ps", "svymean(~awards, ps)")
    assert share.se[0] == pytest.approx(expected["se", "awardsYes"], **TIGHT)
    expected = r("E01-ps", "svyby(~api00, ~stype, ps, svymean)")
    by = estimates.mean(made, "api00", by="stype")
    assert by.estimate == pytest.approx([expected["estimate", level] for level in "EHM"], **TIGHT)
    assert by.se == pytest.approx([expected["se", level] for level in "EHM"], **TIGHT)
    expected = r("E01-ps", "tapply(weights(d), stype, unique)")
    for level in "EHM":
        inside = (made.frame["stype"] == level).to_numpy()
        assert made.design.weight[inside] == pytest.approx(expected["weight", level], **TIGHT)


def test_post_stratified_figures_of_a_finite_population():
    # postStratify(svydesign(id=~dnum, weights=~pw, fpc=~fpc, data=apiclus1), ~stype, ...)
    mean = estimates.mean(post_stratified("clus1_fpc"), "api00")
    assert mean.se[0] == pytest.approx(r("E02-psfpc", "svymean(~api00, psf)")["se", "api00"], **TIGHT)
    total = estimates.total(post_stratified("clus1_fpc"), "enroll")
    assert total.se[0] == pytest.approx(r("E02-psfpc", "svytotal(~enroll, psf)")["se", "enroll"], **TIGHT)


def test_raked_figures():
    # rake(d, list(~stype, ~sch.wide), ..., control = list(maxit = 1000, epsilon = 1e-10))
    made = raked()
    expected = r("E03-rake", "unique weights by stype x sch.wide")
    for (_, cell), value in expected.items():
        level, wide = cell.split(".")
        inside = ((made.frame["stype"] == level) & (made.frame["sch.wide"] == wide)).to_numpy()
        assert made.design.weight[inside] == pytest.approx(value, **TIGHT)
    mean, expected = estimates.mean(made, "api00"), r("E03-rake", "svymean(~api00, rk)")
    assert mean.estimate[0] == pytest.approx(expected["estimate", "api00"], **TIGHT)
    assert mean.se[0] == pytest.approx(expected["se", "api00"], **RAKED)
    total, expected = estimates.total(made, "enroll"), r("E03-rake", "svytotal(~enroll, rk)")
    assert total.estimate[0] == pytest.approx(expected["estimate", "enroll"], **TIGHT)
    assert total.se[0] == pytest.approx(expected["se", "enroll"], **RAKED)
    share, expected = estimates.proportion(made, "awards", "Yes"), r("E03-rake", "svymean(~awards, rk)")
    assert share.estimate[0] == pytest.approx(expected["estimate", "awardsYes"], **TIGHT)
    assert share.se[0] == pytest.approx(expected["se", "awardsYes"], **RAKED)
    by, expected = (
        estimates.mean(made, "api00", by="stype"),
        r("E03-rake", "svyby(~api00, ~stype, rk, svymean)"),
    )
    assert by.estimate == pytest.approx([expected["estimate", level] for level in "EHM"], **TIGHT)
    assert by.se == pytest.approx([expected["se", level] for level in "EHM"], **RAKED)


def test_raked_figures_of_a_finite_population():
    # rake(dclus1, list(~stype, ~sch.wide), ...) of the package's rakecheck: 641.23 (23.704), 3647280 (400603)
    made = weights.rake(design("clus1_fpc"), MARGINS)
    mean, total = estimates.mean(made, "api00"), estimates.total(made, "enroll")
    assert (mean.estimate[0], mean.se[0]) == pytest.approx((641.23, 23.704), abs=5e-3)
    assert (total.estimate[0], total.se[0]) == pytest.approx((3647280, 400603), abs=1)


def kalton():
    """Return the sample and the population of Kalton and Flores-Cervantes (2003), as in the package's tests."""
    cells = [(str(a), str(b)) for b in (1, 2, 3) for a in (1, 2, 3, 4)]
    interviews = [20, 50, 100, 30, 40, 140, 50, 100, 40, 310, 50, 70]
    people = [80, 60, 170, 55, 40, 150, 60, 165, 55, 340, 200, 125]
    rows = [cell for cell, count in zip(cells, interviews, strict=True) for _ in range(count)]
    population = pd.DataFrame(
        [(*cell, count) for cell, count in zip(cells, people, strict=True)], columns=[*"abn"]
    )
    return make_sample(pd.DataFrame(rows, columns=["a", "b"])), population


def factors(made):
    """Return the mean weight by cell, b outer."""
    frame = made.frame.assign(w=made.design.weight)
    return list(frame.groupby(["b", "a"])["w"].mean())


def test_published_weights_of_three_methods():
    # svytable(~a + b, d) / xtabs(~a + b, kaltonsample), tables A to C
    made, people = kalton()
    joint = {f"{a}:{b}": n for a, b, n in people.itertuples(index=False)}
    table_a = [4.00, 1.20, 1.70, 1.83, 1.00, 1.07, 1.20, 1.65, 1.38, 1.10, 4.00, 1.79]
    assert factors(weights.post_stratify(made, "a:b", joint)) == pytest.approx(table_a, abs=0.006)
    margins = {name: people.groupby(name)["n"].sum().to_dict() for name in "ab"}
    table_b = [1.81, 1.08, 2.20, 1.83, 1.45, 0.87, 1.76, 1.47, 2.02, 1.21, 2.45, 2.04]
    assert factors(weights.rake(made, margins)) == pytest.approx(table_b, abs=0.006)
    frame = made.frame
    columns = {"all": np.ones(len(frame))}
    columns |= {
        f"{name}{level}": frame[name] == level
        for name, levels in (("a", "234"), ("b", "23"))
        for level in levels
    }
    totals = {"all": 1500.0} | {name: margins[name[0]][name[1]] for name in columns if name != "all"}
    table_c = [1.82, 1.09, 2.19, 1.83, 1.50, 0.78, 1.88, 1.52, 1.97, 1.24, 2.34, 1.98]
    assert factors(weights.calibrate(made, pd.DataFrame(columns), totals)) == pytest.approx(
        table_c, abs=0.006
    )


def test_a_domain_mean_is_a_ratio_in_every_kind_of_design():
    # svymean(~api00, subset(gclus1, comp.imp == "Yes")) equals svyratio(~I(api00 * d), ~d, gclus1); likewise the
    # two stages of mu284, raked and post-stratified samples
    schools = table("apiclus1").assign(d=(table("apiclus1")["comp.imp"] == "Yes").astype(float))
    schools = schools.assign(yd=schools["api00"] * schools["d"], y=schools["api00"])
    plain = make_sample(schools, weights="pw", clusters="dnum", fpc="fpc")
    auxiliary = schools.assign(all=1.0, H=schools["stype"] == "H", M=schools["stype"] == "M")
    towns = table("mu284").assign(d=(table("mu284")["y1"] > 40).astype(float))
    towns = towns.assign(yd=towns["y1"] * towns["d"], y=towns["y1"])
    for made in (
        plain,
        weights.rake(plain, MARGINS),
        weights.post_stratify(plain, "stype", TYPES),
        weights.calibrate(plain, auxiliary, {"all": 6194, "H": 755, "M": 1018, "api99": 3914069}),
        make_sample(towns, clusters=["id1", "id2"], fpc=["n1", "n2"]),
    ):
        domain, ratio = estimates.mean(made, "y", where={"d": 1}), estimates.ratio(made, "yd", "d")
        assert domain.estimate[0] == pytest.approx(ratio.estimate[0])
        assert domain.se[0] == pytest.approx(ratio.se[0])


def test_calibrated_figures():
    # calibrate(d, ~stype, c('(Intercept)'=6194, stypeH=755, stypeM=1018)) and ~stype + api99
    made = design("clus1")
    frame = made.frame.assign(all=1.0, H=made.frame["stype"] == "H", M=made.frame["stype"] == "M")
    one = weights.calibrate(made, frame, {"all": 6194, "H": 755, "M": 1018})
    mean, expected = estimates.mean(one, "api00"), r("E05-greg", "svymean(~api00, gr)")
    assert (mean.estimate[0], mean.se[0]) == pytest.approx(tuple(expected.values()), **TIGHT)
    two = weights.calibrate(made, frame, {"all": 6194, "H": 755, "M": 1018, "api99": 3914069})
    mean, expected = estimates.mean(two, "api00"), r("E06-greg", "svymean(~api00, gr2)")
    assert (mean.estimate[0], mean.se[0]) == pytest.approx(tuple(expected.values()), **TIGHT)
    total, expected = estimates.total(two, "enroll"), r("E06-greg", "svytotal(~enroll, gr2)")
    assert (total.estimate[0], total.se[0]) == pytest.approx(tuple(expected.values()), **TIGHT)
    factor = two.design.weight / made.design.weight
    expected = r("E06-greg", "range(weights(d)/base)")
    assert (factor.min(), factor.max()) == pytest.approx(tuple(expected.values()), **TIGHT)


def test_trimmed_figures():
    # trimWeights(rake(...), upper = 60, lower = 10, strict = FALSE)
    made = weights.trim(raked(), 10, 60)
    weight, expected = made.design.weight, r("E07-trim", "weights")
    assert (weight.sum(), weight.min(), weight.max()) == pytest.approx(tuple(expected.values()), **TIGHT)
    mean, expected = estimates.mean(made, "api00"), r("E07-trim", "svymean(~api00, tw)")
    assert mean.estimate[0] == pytest.approx(expected["estimate", "api00"], **TIGHT)
    assert mean.se[0] == pytest.approx(expected["se", "api00"], **RAKED)


def test_strict_trimming_leaves_nothing_outside():
    weight = weights.trim(raked(), 30, 50, strict=True).design.weight
    assert weight.min() >= 30
    assert weight.max() <= 50
    assert weight.sum() == pytest.approx(6194)
    with pytest.raises(DesignError, match="no weights are left"):
        weights.trim(raked(), 30, 30.5, strict=True)


def test_effective_sizes():
    # sum(w)^2 / sum(w^2)
    kish = {
        level: value
        for (case, _), values in figures().items()
        if case == "E08-kish"
        for (quantity, level), value in values.items()
        if quantity == "n_eff"
    }
    assert weights.effective_size(design("strat").design.weight) == pytest.approx(kish["apistrat"], **TIGHT)
    assert weights.effective_size(raked().design.weight) == pytest.approx(kish["raked apiclus1"], **TIGHT)


def test_the_report_says_what_weighting_did():
    before, after = design("clus1"), raked()
    report = weights.weighting_report(before, after, MARGINS)
    assert report.all_margins_hit
    assert report.effective_before == pytest.approx(183)
    assert report.effective_after == pytest.approx(174.011158551, **TIGHT)
    assert report.largest_factor == pytest.approx(after.design.weight.max() / (6194 / 183), **TIGHT)
    largest = after.design.weight[np.array(report.largest_rows) - 1]
    assert largest == pytest.approx(np.sort(after.design.weight)[:-6:-1])
    frame = report.to_frame()
    assert list(frame["level"]) == ["E", "H", "M", "No", "Yes"]
    assert frame["after"].to_numpy() == pytest.approx([4421, 755, 1018, 1072, 5122])
    assert not weights.weighting_report(before, before, MARGINS).all_margins_hit


@pytest.mark.parametrize(
    ("margins", "message"),
    [
        ({"stype": {"E": 1, "H": 1}}, r"row 10 \(line 11\), column 'stype': no total is given for 'M'"),
        ({"stype": {**TYPES, "X": 3}}, "column 'stype' has nobody at 'X'"),
        (
            {"stype": TYPES, "sch.wide": {"No": 1, "Yes": 2}},
            "the margins have different sums: stype 6194, sch.wide 3",
        ),
        ({"kind": TYPES}, "column 'kind' is not in the data"),
    ],
)
def test_margins_that_do_not_fit_are_refused(margins, message):
    with pytest.raises(DesignError, match=message):
        weights.rake(design("clus1"), margins)


def test_auxiliaries_that_depend_on_each_other_are_refused():
    made = make_sample(table("apiclus1"), weights="pw")
    with pytest.raises(DesignError, match="not independent"):
        weights.calibrate(made, made.frame.assign(a=1.0, b=2.0), {"a": 6194, "b": 12388})


def test_rows_without_a_value_may_be_a_level_of_their_own():
    rows = table("apiclus1").copy()
    rows.loc[::7, "sch.wide"] = None
    kept = rows.loc[::7, "pw"].sum() / rows["pw"].sum()
    named = rows.assign(**{"sch.wide": rows["sch.wide"].fillna("none")})
    scaled = {level: total * (1 - kept) for level, total in MARGINS["sch.wide"].items()} | {
        "none": 6194 * kept
    }
    expected = weights.rake(
        make_sample(named, weights="pw", clusters="dnum"), {"stype": TYPES, "sch.wide": scaled}
    )
    sample = make_sample(rows, weights="pw", clusters="dnum")
    found = weights.rake(sample, MARGINS, missing="own level")
    assert found.design.weight == pytest.approx(expected.design.weight)
    assert estimates.mean(found, "api00").se[0] == pytest.approx(estimates.mean(expected, "api00").se[0])
    report = weights.weighting_report(sample, found, MARGINS, missing="own level")
    assert report.all_margins_hit
    assert [hit.level for hit in report.margins] == ["E", "H", "M", "No", "Yes", "no value"]
    with pytest.raises(DesignError, match=r"'sch\.wide': the value is missing"):
        weights.rake(sample, MARGINS)
    with pytest.raises(DesignError, match="is not one of refuse, own level"):
        weights.rake(sample, MARGINS, missing="drop")
