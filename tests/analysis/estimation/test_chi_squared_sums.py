"""Tails of weighted sums of chi-squares: against F, against another program, and next to the mean."""

import numpy as np
import pytest
from scipy import special

from analysis.estimation.chi_squared_sums import saddlepoint_tail, weighted_f_tail


@pytest.mark.parametrize(("x", "below"), [(0.5, 7.3), (4.0, 12.0), (30.0, 197.0)])
@pytest.mark.parametrize("count", [1, 2, 6])
def test_equal_weights_make_an_f(x, below, count):
    exact = special.fdtrc(count, below, x / count)
    assert weighted_f_tail(x, np.ones(count), below) == pytest.approx(exact, abs=1e-11)
    assert saddlepoint_tail(x, np.ones(count), below) == pytest.approx(exact, rel=0.25)


@pytest.mark.parametrize(("x", "expected"), [(2, 0.62106475303), (8, 0.176168252508), (20, 0.0283881012327)])
def test_unequal_weights_agree_with_davies(x, expected):
    # CompQuadForm::davies(0, lambda = c(3, 1, 0.2, -x / 15), h = c(1, 1, 1, 15), acc = 1e-11), version 1.4.4
    assert weighted_f_tail(x, np.array([3.0, 1.0, 0.2]), 15.0) == pytest.approx(expected, rel=1e-8)


def test_the_tail_of_equal_scales_is_that_of_f():
    # qf(0.95, 3, 20) = 3.0984, qf(0.99, 1, 12) = 9.3302: tables of F, e.g. Pearson and Hartley (1976), table 18.
    assert saddlepoint_tail(3 * 3.0984, np.ones(3), 20) == pytest.approx(0.05, rel=0.02)
    assert saddlepoint_tail(2 * 9.3302, np.full(1, 2.0), 12) == pytest.approx(0.01, rel=0.07)
    assert saddlepoint_tail(0.0, np.ones(2), 20) == 1.0
    # At the mean the saddlepoint has no digits and Satterthwaite's F stands in; next to it the two agree.
    near = [saddlepoint_tail(statistic, np.array([0.5, 1.5]), 30) for statistic in (1.9999, 2.0, 2.0001)]
    assert near[0] > near[2]
    assert near[1] == pytest.approx(near[0], abs=0.02)
