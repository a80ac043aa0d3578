"""Sums of any split of the rows give the estimates of the whole, and those are the ones made from rows."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.estimation.counting import UnitTable, pair_up, sum_codes, sum_values
from analysis.estimation.frames import domain_frame
from analysis.estimation.linearisation import ratio_sums
from analysis.estimation.sums import gather, mean_of_sums, merge, pooled_design_effect
from tests.analysis.r_reference import design, r, table

NEAR = {"rtol": 1e-10, "atol": 1e-12}


def coded(column):
    return np.unique(column, return_inverse=True)[1].astype(np.int64)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 5))
def test_any_split_of_the_rows_merges_to_the_figures_of_the_whole(seed, parts):
    rng = np.random.default_rng(seed)
    rows = 200
    value = np.where(rng.random(rows) < 0.1, np.nan, rng.integers(0, 2, rows) * 100.0)
    cell, unit, weight = rng.integers(-1, 6, rows), rng.integers(0, 12, rows), rng.uniform(0, 3, rows)
    strata = UnitTable(np.arange(12) // 3, np.full(4, 0.2))
    whole = sum_values(value, pair_up(cell, 6, unit, 12), weight)
    part = rng.integers(0, parts, rows)
    split = [
        sum_values(value[part == p], pair_up(cell[part == p], 6, unit[part == p], 12), weight[part == p])
        for p in range(parts)
    ]
    merged = merge(split)
    np.testing.assert_array_equal(merged.key, whole.key)
    np.testing.assert_allclose(merged.moments, whole.moments, **NEAR)
    one, other = mean_of_sums(whole, strata), mean_of_sums(merged, strata)
    np.testing.assert_allclose(other.estimate, one.estimate, **NEAR)
    np.testing.assert_allclose(other.variance, one.variance, **NEAR)


@pytest.mark.parametrize("name", ["strat", "strat_fpc", "clus1", "clus1_fpc"])
def test_means_from_sums_are_the_means_from_rows(name):
    # svyby(~api00, ~stype, d, svymean): the same design, once row by row, once from sums
    made, frame = design(name), design(name).frame
    cell = coded(frame["stype"])
    value = frame["api00"].to_numpy(float)
    stage = made.design.stages[0]
    if name.startswith("strat"):
        fraction = np.zeros(3)
        fraction[stage.stratum_of_unit] = stage.fraction
        units = UnitTable(np.arange(3), fraction, rows_are_units=True)
        unit = stage.stratum_of_unit[stage.unit]
    else:
        units = UnitTable(np.zeros(stage.units, dtype=np.int64), stage.fraction[:1])
        unit = stage.unit
    count = len(units.stratum)
    sums = sum_values(value, pair_up(cell, 3, unit, count), made.design.weight)
    linear = mean_of_sums(sums, units)
    expected = r(f"B01-{name}", "svyby(~api00, ~stype, d, svymean, deff = TRUE)")
    assert linear.estimate == pytest.approx([expected["estimate", level] for level in "EHM"], rel=1e-6)
    assert np.sqrt(linear.variance) == pytest.approx([expected["se", level] for level in "EHM"], rel=1e-6)
    rows = ratio_sums(domain_frame(made.design, cell, 3), value)
    assert linear.srs_variance == pytest.approx(rows.srs_variance)
    assert list(linear.n) == list(rows.n)
    # svymean(~api00, d): cells add up to the whole
    total = mean_of_sums(gather(sums, np.zeros(3, dtype=np.int64), 1), units)
    expected = r(f"A02-{name}", "svymean(~api00, d, deff = TRUE)")
    assert np.sqrt(total.variance[0]) == pytest.approx(expected["se", "api00"], rel=1e-6)


def test_codes_count_as_their_scores():
    rng = np.random.default_rng(3)
    codes = rng.integers(0, 7, 500).astype(np.int8)
    score = np.full(128, np.nan)
    score[1:5] = [100, 67, 33, 0]
    cell, unit = rng.integers(0, 4, 500), rng.integers(0, 9, 500)
    one = sum_codes(codes, score, pair_up(cell, 4, unit, 9))
    other = sum_values(score[codes], pair_up(cell, 4, unit, 9))
    np.testing.assert_array_equal(one.moments, other.moments)


def test_the_pooled_design_effect_is_that_of_districts_as_strata():
    # svymean(~y, svydesign(id = ~worker, strata = ~district)) without weights, its variance over the one that
    # simple random sampling within the districts would have
    frame = table("apiclus1")
    keep = frame["cname"].isin(["Los Angeles", "San Diego", "Alameda"]).to_numpy()
    rng = np.random.default_rng(5)
    cell = coded(frame["cname"][keep])
    worker = cell * 4 + rng.integers(0, 4, keep.sum())
    value = frame["api00"].to_numpy(float)[keep] + 40 * (worker % 4)
    districts = int(cell.max()) + 1
    units = UnitTable(np.arange(districts * 4) // 4, np.zeros(districts))
    sums = sum_values(value, pair_up(cell, districts, worker, districts * 4))
    effect = pooled_design_effect(sums, units, np.ones(districts, dtype=bool))
    between = within = 0.0
    for d in range(districts):
        y, w = value[cell == d], worker[cell == d]
        totals = np.array([(y[w == one] - y.mean()).sum() for one in np.unique(w)])
        between += len(totals) / (len(totals) - 1) * (totals**2).sum()
        within += len(y) * y.var(ddof=1)
    assert effect == pytest.approx(between / within)
    assert effect > 1


def test_a_design_effect_below_one_is_not_believed():
    value = np.array([0.0, 100.0] * 50)
    unit = np.repeat(np.arange(10), 10)
    sums = sum_values(value, pair_up(np.zeros(100, dtype=np.int64), 1, unit, 10))
    effect = pooled_design_effect(sums, UnitTable(np.zeros(10, dtype=np.int64), np.zeros(1)), [True])
    assert effect == 1.0


def test_sums_over_other_cells_do_not_merge():
    nought = np.zeros(3, dtype=np.int64)
    one, two = (sum_values(np.ones(3), pair_up(nought, cells, nought, 1)) for cells in (1, 2))
    with pytest.raises(ValueError, match="the same cells"):
        merge([one, two])
