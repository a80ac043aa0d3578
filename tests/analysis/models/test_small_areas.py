"""Fay-Herriot estimates against R sae 1.3 (eblupFH, mseFH), and what they refuse and say."""

from __future__ import annotations

import csv
from collections import defaultdict

import numpy as np
import pandas as pd
import pytest

from analysis import benchmark, fay_herriot
from analysis.columns import DesignError
from analysis.models.benchmarking import AS_BEFORE
from analysis.models.small_areas import METHODS, NO_SPREAD, SYNTHETIC
from tests.analysis.r_reference import FOLDER

MILK = pd.read_csv(FOLDER / "fay_herriot_data.csv")
GRAPES = pd.read_csv(FOLDER / "fay_herriot_grapes.csv")
RNG = np.random.default_rng(7)
AREAS = pd.DataFrame(
    {"x": RNG.normal(size=30), "v": RNG.uniform(0.5, 2, 30), "name": [f"d{n}" for n in range(30)]}
)
AREAS["y"] = 2 + AREAS["x"] + RNG.normal(size=30) + RNG.normal(size=30) * np.sqrt(AREAS["v"])


def reference() -> dict[tuple[str, str, str], dict[str, list[float]]]:
    found = defaultdict(lambda: defaultdict(list))
    with (FOLDER / "reference_small_areas.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found[row["data"], row["terms"], row["method"]][row["what"]].append(float(row["value"]))
    return found


REFERENCE = reference()


def made(data: str, terms: str, method: str):
    if data == "grapes":
        return fay_herriot(GRAPES, "grapehect", "var", terms.split(","), method=method)
    return fay_herriot(
        MILK, "yi", "v", [terms] if terms else [], method=method, factors=[terms] if terms else ()
    )


@pytest.mark.parametrize("case", REFERENCE, ids="-".join)
def test_as_r(case):
    # mseFH(yi ~ factor(MajorArea), v, method, 1000, 1e-14, data = milk), the same with ~ 1, and the grapes
    found, expected = made(*case), REFERENCE[case]
    close = {"rel": 1e-8, "abs": 1e-12}
    assert found.area_variance == pytest.approx(expected["refvar"][0], **close)
    for place, name in enumerate(found.names):
        assert found.coefficients[place] == pytest.approx(expected[f"beta{place}"][0], **close), name
        assert found.coefficient_se[place] == pytest.approx(expected[f"se{place}"][0], **close), name
    assert found.estimate == pytest.approx(expected["eblup"], **close)
    assert found.mse == pytest.approx(expected["mse"], **close)
    fit = [expected[name][0] for name in ("loglike", "AIC", "BIC")]
    assert [found.log_likelihood, found.aic, found.bic] == pytest.approx(fit, **close)


def test_every_method_on_every_data():
    assert len(REFERENCE) == 9
    assert {method for _, _, method in REFERENCE} == set(METHODS)


def test_the_figures_that_came_with_the_milk_data():
    # fay_herriot_reml.csv: sae 1.3, yi ~ factor(MajorArea), REML, precision 1e-13
    found, rows = made("milk", "MajorArea", "REML"), pd.read_csv(FOLDER / "fay_herriot_reml.csv")
    for what, values in (("eblup", found.estimate), ("mse", found.mse)):
        assert values == pytest.approx(rows.loc[rows["what"] == what, "value"].to_numpy(), rel=1e-8)
    assert found.area_variance == pytest.approx(0.01855033476277, rel=1e-8)


@pytest.mark.parametrize("method", METHODS)
def test_an_estimate_is_between_the_direct_and_the_synthetic_one(method):
    found = fay_herriot(AREAS, "y", "v", "x", area="name", method=method)
    mixed = found.direct_weight * found.direct + (1 - found.direct_weight) * found.synthetic
    assert found.estimate == pytest.approx(mixed)
    order = np.argsort(AREAS["v"])
    assert (np.diff(found.direct_weight[order]) <= 0).all()
    assert found.areas == tuple(AREAS["name"])


@pytest.mark.parametrize("method", METHODS)
def test_an_area_without_an_estimate_gets_the_synthetic_part(method):
    holes = AREAS.assign(y=AREAS["y"].where(AREAS["name"] != "d4"))
    found = fay_herriot(holes, "y", "v", "x", method=method)
    fewer = fay_herriot(AREAS[AREAS["name"] != "d4"], "y", "v", "x", method=method)
    assert found.notes[4] == SYNTHETIC
    assert (found.direct_weight[4], found.estimate[4]) == (0.0, found.synthetic[4])
    assert found.estimate[5:] == pytest.approx(fewer.estimate[4:])
    assert found.mse[5:] == pytest.approx(fewer.mse[4:])
    assert (found.log_likelihood, found.bic) == pytest.approx((fewer.log_likelihood, fewer.bic))
    # Its error is that of a new area: the variance between areas and that of the coefficients, intercept and slope.
    x, weight = (
        np.column_stack([np.ones(29), AREAS["x"].drop(4)]),
        1 / (found.area_variance + AREAS["v"].drop(4)),
    )
    spread = np.linalg.inv(x.T @ (x * weight.to_numpy()[:, None]))
    row = np.array([1, AREAS["x"][4]])
    assert found.mse[4] == pytest.approx(found.area_variance + row @ spread @ row)


@pytest.mark.parametrize("method", METHODS)
def test_areas_that_do_not_differ_are_synthetic(method):
    level = AREAS.assign(y=5 + 0.01 * AREAS["x"])
    found = fay_herriot(level, "y", "v", method=method)
    assert found.area_variance == 0
    assert set(found.notes) == {NO_SPREAD}
    assert found.estimate == pytest.approx(found.synthetic)
    assert (found.mse > 0).all()


@pytest.mark.parametrize("how", ["ratio", "difference"])
def test_a_benchmark_is_met_and_said(how):
    sizes = RNG.integers(100, 900, 30)
    found = fay_herriot(AREAS, "y", "v", "x")
    agreed = benchmark(found, sizes, 40_000.0, how)
    assert sizes @ agreed.estimate == pytest.approx(40_000.0)
    moved = agreed.estimate / found.estimate if how == "ratio" else agreed.estimate - found.estimate
    assert moved == pytest.approx(np.full(30, moved[0]))
    assert set(agreed.notes) == {AS_BEFORE}
    assert agreed.mse is found.mse


REFUSED = {
    "no such method": (lambda: fay_herriot(AREAS, "y", "v", "x", method="MM"), "method 'MM' is not one of"),
    "no such column": (lambda: fay_herriot(AREAS, "y", "v", "z"), "column 'z' is not in the data"),
    "a variance of nothing": (
        lambda: fay_herriot(AREAS.assign(v=AREAS["v"].where(AREAS.index != 2, 0.0)), "y", "v", "x"),
        "row 3 (line 4), column 'v': a direct estimate needs a positive variance, not 0",
    ),
    "no variance": (
        lambda: fay_herriot(AREAS.assign(v=AREAS["v"].where(AREAS.index != 2)), "y", "v", "x"),
        "row 3 (line 4), column 'v': a direct estimate needs a positive variance, not nan",
    ),
    "an auxiliary is missing": (
        lambda: fay_herriot(AREAS.assign(x=AREAS["x"].where(AREAS.index != 1)), "y", "v", "x"),
        "row 2 (line 3), column 'x': an auxiliary variable is missing",
    ),
    "an area twice": (
        lambda: fay_herriot(AREAS.assign(name="d1"), "y", "v", "x", area="name"),
        "column 'name': the area 'd1' is there twice",
    ),
    "too few areas": (lambda: fay_herriot(AREAS[:2], "y", "v", "x"), "2 areas with an estimate are too few"),
    "rank": (
        lambda: fay_herriot(AREAS.assign(z=3 - AREAS["x"]), "y", "v", ["x", "z"]),
        "z follows from the terms before it",
    ),
    "no such benchmark": (
        lambda: benchmark(fay_herriot(AREAS, "y", "v"), np.ones(30), 1.0, "sum"),
        "benchmark 'sum' is not one of",
    ),
    "sizes of other areas": (
        lambda: benchmark(fay_herriot(AREAS, "y", "v"), np.ones(29), 1.0),
        "needs 30 positive sizes",
    ),
    "sizes of nothing": (
        lambda: benchmark(fay_herriot(AREAS, "y", "v"), np.zeros(30), 1.0),
        "positive sizes",
    ),
    "no total": (lambda: benchmark(fay_herriot(AREAS, "y", "v"), np.ones(30), np.nan), "has to be a number"),
    "a ratio of the other sign": (
        lambda: benchmark(fay_herriot(AREAS, "y", "v"), np.ones(30), -1.0),
        "take the difference",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_bad_input_is_refused_in_one_line(case):
    call, message = REFUSED[case]
    with pytest.raises(DesignError) as refused:
        call()
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)


def test_the_search_does_not_depend_on_the_unit():
    found = fay_herriot(AREAS, "y", "v", "x")
    other = fay_herriot(AREAS.assign(y=AREAS["y"] * 1e4, v=AREAS["v"] * 1e8), "y", "v", "x")
    assert other.area_variance == pytest.approx(found.area_variance * 1e8)
    assert other.estimate == pytest.approx(found.estimate * 1e4)
    people = fay_herriot(AREAS.assign(x=2e6 + 1e3 * AREAS["x"]), "y", "v", "x")
    assert people.estimate == pytest.approx(found.estimate, rel=1e-9)
    assert people.mse == pytest.approx(found.mse, rel=1e-8)


def test_many_areas_are_short_in_print_and_whole_in_a_notebook():
    found = made("milk", "MajorArea", "REML")
    assert repr(found).startswith("43 small areas by REML: variance between them 0.01855\n")
    assert repr(found).endswith("… 43 rows in all; to_frame() has them")
    assert found._repr_html_().count("<tr") == 44
