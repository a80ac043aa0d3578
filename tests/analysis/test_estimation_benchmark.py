"""The benchmark of the estimators measures what it says, tried on few rows."""

import numpy as np

from analysis.estimation.frames import domain_frame
from analysis.estimation.linearisation import ratio_sums
from benchmarks import estimation


def test_estimating_and_counting_give_the_same_shares():
    design, district, questions = estimation.synthetic(20_000)
    estimation.estimate(design, district, questions)
    estimation.count(design, district, questions)
    linear = ratio_sums(domain_frame(design, district, estimation.DISTRICTS), questions[0])
    valid = ~np.isnan(questions[0])
    weight = design.weight[valid]
    sums = np.bincount(district[valid], weight * questions[0][valid], estimation.DISTRICTS)
    np.testing.assert_allclose(linear.estimate, sums / np.bincount(district[valid], weight))


def test_every_indicator_is_made():
    answers, cell, worker = estimation.interviews(5_000)
    estimation.indicator_table(answers, cell, worker)
    estimation.bincount_of_interviews(answers, cell)
    assert set(answers) >= {"saf_night", "i_got"}
