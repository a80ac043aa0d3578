"""Intervals of sensitive questions hold the truth in samples of clusters that differ."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis import make_sample
from analysis.sensitive.anchors import anchored_prevalence
from analysis.sensitive.list_checks import list_checks
from analysis.sensitive.lists import double_list_experiment, list_experiment
from analysis.sensitive.prevalence import prevalence
from analysis.sensitive.randomisers import crosswise, forced_response

SAMPLES, CLUSTERS, EACH, TRUTH = 120, 30, 15, 0.2


def interviews(rng):
    """A sample in which clusters differ and every fifth person answers the crosswise question at random."""
    n = CLUSTERS * EACH
    cluster = np.repeat(np.arange(CLUSTERS), EACH)
    trait = rng.random(n) < np.clip(rng.normal(TRUTH, 0.08, CLUSTERS), 0, 1)[cluster]
    die, follows, arm = rng.integers(1, 7, n), rng.random(n) < 0.8, np.arange(n) % 2
    columns = {
        "c": cluster,
        "arm": arm,
        "said": np.select([die == 1, die == 6], [0, 1], trait),
        "same": np.where(follows, trait == (rng.random(n) < 1 / 6), rng.random(n) < 0.5),
        "anchor": np.where(follows, rng.random(n) < 5 / 6, rng.random(n) < 0.5),
        "a": sum(rng.binomial(1, share, n) for share in (0.8, 0.3, 0.4)) + arm * trait,
        "b": sum(rng.binomial(1, share, n) for share in (0.7, 0.3, 0.5)) + (1 - arm) * trait,
    }
    return make_sample(
        pd.DataFrame({name: values.astype(int) for name, values in columns.items()}), clusters="c"
    )


@pytest.mark.slow
def test_intervals_hold_the_truth_and_sound_lists_seldom_fail():
    rng = np.random.default_rng(1)
    held, failed = np.zeros(4), 0
    for _ in range(SAMPLES):
        sample = interviews(rng)
        figures = (
            (prevalence(sample, "said", 1, forced_response(2 / 3, 1 / 6)), 0),
            (anchored_prevalence(sample, ("same", 1), crosswise(1 / 6), ("anchor", 1)), 1),
            (list_experiment(sample, "a", ("arm", 1), 3), 0),
            (double_list_experiment(sample, ("a", "b"), ("arm", 1), 3), 2),
        )
        held += [one.ci_low[place] <= TRUTH <= one.ci_high[place] for one, place in figures]
        failed += list_checks(sample, "a", ("arm", 1), 3).p < 0.05
    assert (held / SAMPLES >= 0.9).all(), held / SAMPLES
    assert failed / SAMPLES <= 0.05
