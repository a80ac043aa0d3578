"""The interval of an intraclass correlation, against the printed formula and at its ends."""

from __future__ import annotations

import math

import numpy as np
import pytest

from analysis.models.intraclass import intraclass_interval


@pytest.mark.parametrize("rho", [0.0, 0.05, 0.3, 0.9])
def test_the_interval_of_an_intraclass_correlation_is_fishers(rho):
    # Fisher's section 39: z of n classes of k normal values has the variance k / (2 (k - 1) (n - 2)) at any correlation;
    # the variance of the correlation itself is 2 (1 - r)^2 (1 + (k - 1) r)^2 / (k (k - 1) (n - 2)).
    k, n = 10, 42
    se = math.sqrt(2 / (k * (k - 1) * (n - 2))) * (1 - rho) * (1 + (k - 1) * rho)
    half = 1.959964 * math.sqrt(k / (2 * (k - 1) * (n - 2)))
    wanted = []
    for side in (-half, half):
        ratio = (1 + (k - 1) * rho) / (1 - rho) * math.exp(2 * side)
        wanted.append(max((ratio - 1) / (ratio + k - 1), 0))
    assert intraclass_interval(rho, se, k) == pytest.approx(wanted, abs=1e-6)


def test_an_intraclass_correlation_keeps_within_nothing_and_everything():
    low, high = intraclass_interval(np.array([0.0, 0.02, 0.5, 1.0]), np.array([0.01, 0.3, 4.0, 0.01]), 10)
    assert np.all((low >= 0) & (high <= 1) & (low < high))
    for rho, size in ((-0.1, 10), (1.1, 10), (0.1, 1)):
        with pytest.raises(ValueError, match="between 0 and 1"):
            intraclass_interval(rho, 0.01, size)
