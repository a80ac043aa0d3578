"""Regression against R survey 4.5: svyglm, svyolr, regTermTest and svypredmeans on thirteen designs."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest

from analysis.models.regression.fitting import linear_regression, logistic_regression, ordinal_regression
from analysis.models.regression.margins import predictive_margins
from analysis.models.regression.results import Regression
from analysis.models.regression.term_tests import term_test
from analysis.sample import Sample, make_sample
from analysis.weights import calibrate, post_stratify, rake
from tests.analysis.r_reference import FOLDER, figures

TYPES = {"E": 4421, "H": 755, "M": 1018}
WIDE = {"No": 1072, "Yes": 5122}
CLUSTERED = {"weights": "pw", "clusters": "dnum"}


@cache
def schools(name: str) -> pd.DataFrame:
    frame = pd.read_csv(FOLDER / f"{name}.csv")
    meals = frame["meals"]
    return frame.assign(
        wide=(frame["sch.wide"] == "Yes").astype(float),
        mealcat=1 + (meals > 25).astype(int) + (meals > 50) + (meals > 75),
        hole=frame["stype"].mask(meals < 10),
        even=frame["pw"] / frame["pw"].mean(),
    )


@cache
def sample(name: str) -> Sample:
    apistrat, apiclus1 = schools("apistrat"), schools("apiclus1")
    stratified = {"weights": "pw", "strata": "stype"}
    made = {
        "strat": lambda: make_sample(apistrat, **stratified),
        "strat_fpc": lambda: make_sample(apistrat, **stratified, fpc="fpc"),
        "clus1": lambda: make_sample(apiclus1, **CLUSTERED),
        "clus1_fpc": lambda: make_sample(apiclus1, **CLUSTERED, fpc="fpc"),
        "clus2": lambda: make_sample(schools("apiclus2"), clusters=["dnum", "snum"], fpc=["fpc1", "fpc2"]),
        "lonely": lambda: make_sample(apiclus1, weights="pw", strata="dnum", lonely="adjust"),
        "stratified": lambda: post_stratify(sample("clus1"), "stype", TYPES),
        "raked": lambda: rake(sample("clus1_fpc"), {"stype": TYPES, "sch.wide": WIDE}),
        "calibrated": calibrated,
        "domain": lambda: sample("strat"),
        "raked_domain": lambda: rake(sample("clus1"), {"stype": TYPES, "sch.wide": WIDE}),
        "strat_even": lambda: make_sample(apistrat, weights="even", strata="stype"),
        "clus1_even": lambda: make_sample(apiclus1, weights="even", clusters="dnum"),
    }
    return made[name]()


def calibrated() -> Sample:
    # calibrate(clus1, ~stype + api99, c("(Intercept)" = 6194, stypeH = 755, stypeM = 1018, api99 = 3914069))
    frame = schools("apiclus1")
    types = {name: (frame["stype"] == name).astype(float) for name in ("H", "M")}
    known = pd.DataFrame({"one": 1.0, **types, "api99": frame["api99"]}, index=frame.index)
    return calibrate(sample("clus1"), known, {"one": 6194, "H": 755, "M": 1018, "api99": 3914069})


def domain(name: str):
    frame = sample(name).frame
    if name == "domain":
        return (frame["ell"] < 40).to_numpy()
    return (frame["meals"] < 70).to_numpy() if name == "raked_domain" else None


MODELS = {
    "linear": (linear_regression, "api00", ["ell", "meals", "stype"], {}),
    "crossed": (linear_regression, "api00", ["ell*stype"], {}),
    "reference": (linear_regression, "api00", ["meals", "stype"], {"reference": {"stype": "M"}}),
    "missing": (linear_regression, "api00", ["target", "avg.ed"], {}),
    "hole": (linear_regression, "api00", ["ell", "hole"], {}),
    "logistic": (logistic_regression, "wide", ["ell", "meals", "stype"], {}),
    "logistic_crossed": (logistic_regression, "wide", ["meals*mobility"], {}),
    "logistic_missing": (logistic_regression, "wide", ["avg.ed", "mobility"], {}),
    "ordinal": (ordinal_regression, "mealcat", ["avg.ed", "mobility", "stype"], {}),
    "ordinal_crossed": (ordinal_regression, "mealcat", ["mobility*awards"], {}),
}


@cache
def fitted(design: str, model: str) -> Regression:
    make, outcome, terms, options = MODELS[model]
    return make(sample(design), outcome, terms, where=domain(design), **options)


def reference() -> dict[tuple[str, str], dict[tuple[str, str], float]]:
    return figures("regression", ("design", "model"), ("quantity", "name"))


def near(value):
    return pytest.approx(value, rel=1e-6, abs=1e-9)


def in_r(name: str) -> str:
    """How R names a coefficient."""
    return name.replace("=", "").replace("(intercept)", "(Intercept)")


PAIRS = sorted(pair for pair in reference() if pair[1] in MODELS)
MARGINS = {
    "linear_margin": ("linear", "stype", ()),
    "crossed_margin": ("linear", "meals", (0, 50, 100)),
    "hole_margin": ("hole", "hole", ()),
    "logistic_margin": ("logistic", "stype", ()),
}
WITH_MARGINS = sorted(pair for pair in reference() if pair[1] in MARGINS)


def test_there_are_figures_of_every_model_on_eleven_designs_and_more():
    for model in set(MODELS) - {"hole"}:
        assert len([design for design, one in PAIRS if one == model]) >= 11
    assert {model for _, model in reference()} == (set(MODELS) - {"hole"}) | {*MARGINS, "ordinal_margin"}


@pytest.mark.slow
@pytest.mark.parametrize(("design", "model"), PAIRS)
def test_coefficients(design, model):
    # svyglm(...), svyolr(...): coef, sqrt(diag(vcov)), df.residual, coef ± qt(.975, df) se, p
    found, expected = fitted(design, model), reference()[design, model]
    names = [in_r(name) for name in found.names]
    if model == "reference":
        names = [name.replace("stype", "stypem") for name in names]
    assert {name for quantity, name in expected if quantity == "estimate"} == set(names)
    assert found.df == expected["df", ""]
    for quantity, values in (
        ("estimate", found.estimate),
        ("se", found.se),
        ("ci_low", found.ci_low),
        ("ci_high", found.ci_high),
        ("p", found.p),
    ):
        for name, value in zip(names, values, strict=True):
            if (quantity, name) in expected:
                assert value == near(expected[quantity, name]), (quantity, name)


METHODS = {"wald": "Wald", "working wald": "WorkingWald", "likelihood ratio": "LRT"}


@pytest.mark.parametrize(("design", "model"), PAIRS)
@pytest.mark.parametrize("method", METHODS)
def test_tests_of_terms(design, model, method):
    # regTermTest(model, ~stype, method = "Wald"), "WorkingWald", "LRT"
    expected = reference()[design, model]
    asked = sorted({name for quantity, name in expected if quantity == f"{METHODS[method]} p"})
    for terms in asked:
        found = term_test(fitted(design, model), terms.split(" + "), method)
        for quantity, value in (
            ("statistic", found.statistic),
            ("df", found.df_numerator),
            ("ddf", found.df_denominator),
            ("p", found.p),
        ):
            assert value == near(expected[f"{METHODS[method]} {quantity}", terms]), (terms, quantity)


@pytest.mark.parametrize(("design", "model"), WITH_MARGINS)
def test_predictive_margins(design, model):
    # svypredmeans(svyglm(api00 ~ ell + meals, d), ~stype), and at three numbers
    name, variable, at = MARGINS[model]
    found, expected = predictive_margins(fitted(design, name), variable, at), reference()[design, model]
    assert len(expected) == 2 * len(found.values)
    for value, estimate, se in zip(found.values, found.estimate, found.se, strict=True):
        assert estimate == near(expected["estimate", f"{variable}{value}"])
        assert se == near(expected["se", f"{variable}{value}"])


@pytest.mark.parametrize(
    "design", sorted({design for design, model in reference() if model == "ordinal_margin"})
)
def test_predictive_margins_of_ordered_answers(design):
    # The parts of svypredmeans put together from svyolr, svymean and numDeriv::jacobian
    found, expected = (
        predictive_margins(fitted(design, "ordinal"), "stype"),
        reference()[design, "ordinal_margin"],
    )
    for value, answer, estimate, se in zip(
        found.values, found.answers, found.estimate, found.se, strict=True
    ):
        assert estimate == near(expected["estimate", f"stype{value}:{answer}"])
        assert se == near(expected["se", f"stype{value}:{answer}"])
    assert found.estimate.reshape(-1, 4).sum(axis=1) == pytest.approx(np.ones(3))
