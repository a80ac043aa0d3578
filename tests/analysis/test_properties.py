"""What must hold for any sample: scaling, complements, order, and the design of independent rows."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.estimation import estimates
from analysis.sample import make_sample
from analysis.weights import rake

NEAR = {"rtol": 1e-8, "atol": 1e-9}


@st.composite
def frames(draw):
    """Draw rows in three strata with at least two clusters each, and unequal weights."""
    rows = draw(st.integers(12, 60))
    seed = draw(st.integers(0, 2**32 - 1))
    rng = np.random.default_rng(seed)
    cluster = np.concatenate([np.arange(6), rng.integers(0, 6, rows - 6)])
    return pd.DataFrame(
        {
            "y": rng.normal(50, 20, rows).round(2),
            "answer": rng.choice(["a", "b", "c"], rows),
            "group": rng.choice(["m", "w"], rows),
            "stratum": cluster // 2,
            "cluster": cluster,
            "weight": rng.uniform(0.5, 4.0, rows),
        }
    )


def designed(frame):
    return make_sample(frame, weights="weight", strata="stratum", clusters="cluster")


def figures(result):
    return np.array([result.estimate, result.se, result.ci_low, result.ci_high, result.df])


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(frames(), st.floats(0.01, 1000))
def test_weights_times_a_constant_change_nothing_but_totals(frame, factor):
    scaled = designed(frame.assign(weight=frame["weight"] * factor))
    for estimate in (estimates.mean, estimates.total):
        before = figures(estimate(designed(frame), "y", by="group"))
        after = figures(estimate(scaled, "y", by="group"))
        if estimate is estimates.total:
            before[:4] *= factor
        np.testing.assert_allclose(after, before, **NEAR)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(frames())
def test_a_domain_and_its_complement_add_up(frame):
    made = designed(frame)
    parts = estimates.total(made, "y", by="group")
    np.testing.assert_allclose(parts.estimate.sum(), estimates.total(made, "y").estimate[0], **NEAR)
    assert parts.n.sum() == len(frame)
    one = (
        estimates.proportion(made, "answer", "a", interval="wald") if (frame["answer"] == "a").any() else None
    )
    if one is not None and one.estimate[0] < 1:
        rest = designed(frame.assign(other=(frame["answer"] != "a").astype(int)))
        other = estimates.proportion(rest, "other", 1, interval="wald")
        np.testing.assert_allclose([other.estimate[0], other.se[0]], [1 - one.estimate[0], one.se[0]], **NEAR)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(frames(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(frame, random):
    order = list(range(len(frame)))
    random.shuffle(order)
    shuffled = frame.iloc[order].reset_index(drop=True)
    for estimate in (estimates.mean, estimates.total):
        before, after = (figures(estimate(designed(f), "y", by="group")) for f in (frame, shuffled))
        np.testing.assert_allclose(after, before, **NEAR)


@settings(max_examples=40, deadline=None)
@given(frames())
def test_one_cluster_per_row_is_no_clusters(frame):
    frame = frame.assign(row=np.arange(len(frame)))
    alone = make_sample(frame, weights="weight", strata="stratum", lonely="adjust")
    clustered = make_sample(frame, weights="weight", strata="stratum", clusters="row", lonely="adjust")
    for estimate in (estimates.mean, estimates.total):
        one, other = (figures(estimate(made, "y", by="group")) for made in (alone, clustered))
        np.testing.assert_allclose(one, other, **NEAR)


@settings(max_examples=20, deadline=None)
@given(frames())
def test_raking_to_the_totals_at_hand_changes_no_weight(frame):
    made = designed(frame)
    margins = {name: frame.groupby(name)["weight"].sum().to_dict() for name in ("group", "answer")}
    np.testing.assert_allclose(rake(made, margins).design.weight, frame["weight"], rtol=1e-6)
