"""The interval of an intraclass correlation, such as a worker's share of the variance of an answer."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from analysis.columns import float_if_scalar
from analysis.intervals import critical_value


def intraclass_interval(rho: ArrayLike, se: ArrayLike, size: float, level: float = 0.95) -> tuple[Any, Any]:
    """Return an interval of an intraclass correlation by Fisher's transformation; it stays within 0 and 1.

    Parameters
    ----------
    rho : array_like of float
        Correlation between 0 and 1, such as a worker's share of the variance.
    se : array_like of float
        Its standard error, of the shape of `rho`.
    size : float
        Values per class, such as interviews per worker, more than 1: with more of them the upper side is longer.
    level : float
        Confidence level.

    Returns
    -------
    tuple of float or ndarray
        Lower and upper limit of the shape of `rho`, the lower at least 0: a correlation within classes may be
        negative, a share of a variance is not. At 0 the interval still has a width.

    Raises
    ------
    ValueError
        If `rho` is outside 0 to 1, or `size` is not more than 1.

    Notes
    -----
    The scale is z = log((1 + (size − 1) rho) / (1 − rho)) / 2, on which classes of `size` normal values have an error
    that is nearly the same at any `rho`; `se` is carried there by the slope of z.

    References
    ----------
    Fisher, R. A. (1925), Statistical Methods for Research Workers, section 39. Donner, A. (1986), International
    Statistical Review 54, 67-82.

    Examples
    --------
    >>> [round(limit, 2) for limit in intraclass_interval(0.05, 0.02, size=10)]
    [0.01, 0.09]
    """
    given = np.asarray(rho, dtype=np.float64)
    if np.any(given < 0) or np.any(given > 1) or not size > 1:
        raise ValueError("a correlation must be between 0 and 1, and a class must have more than one value")
    # At 1 the scale has no end; a hair below, the interval is as wide as `se` allows.
    r = np.minimum(given, 1 - 1e-9)
    z = np.log((1 + (size - 1) * r) / (1 - r)) / 2
    slope = size / (2 * (1 + (size - 1) * r) * (1 - r))
    half = critical_value(level) * np.asarray(se, dtype=np.float64) * slope
    # tanh keeps its ends where exp would overflow: exp(2z) = (1 + tanh z) / (1 − tanh z).
    low, high = (2 * t / (size - (size - 2) * t) for t in (np.tanh(z - half), np.tanh(z + half)))
    return float_if_scalar(np.maximum(low, 0.0)), float_if_scalar(high)
