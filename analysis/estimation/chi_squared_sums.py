"""The tail of a weighted sum of chi-squares over another one: tests that respect the design compare with it."""

from __future__ import annotations

import numpy as np
from scipy import special

from analysis.columns import Floats

#: Nearer to the mean the saddlepoint formula loses its digits and Satterthwaite's F takes over, as in R.
AT_THE_MEAN = 1e-4
#: Halvings of an interval until no digit is left.
HALVINGS = 200


def weighted_f_tail(x: float, weights: Floats, below: float) -> float:
    """Return the chance that chi-squares, weighted and summed, exceed `x` times an independent one over its degrees.

    Parameters
    ----------
    x : float
    weights : ndarray of float, shape (k,)
        Of chi-squares with one degree of freedom each.
    below : float
        Degrees of freedom of the chi-square below.

    Returns
    -------
    float

    References
    ----------
    Imhof, J. P. (1961), Biometrika 48, 419-426: the characteristic function, integrated.

    Examples
    --------
    Two equal weights make an F with two degrees of freedom above.

    >>> round(weighted_f_tail(6.0, np.array([1.0, 1.0]), 20.0), 9), round(float(special.fdtrc(2, 20, 3.0)), 9)
    (0.07253815, 0.07253815)
    """
    # It loads half of SciPy, which a server has no other use for.
    from scipy import integrate

    parts = np.append(weights, -x / below)
    parts, degrees = parts / np.abs(parts).max(), np.append(np.ones(len(weights)), below)

    def integrand(u: float) -> float:
        angle = 0.5 * float(degrees @ np.arctan(parts * u))
        return float(np.sin(angle) / u * np.exp(-0.25 * (degrees @ np.log1p((parts * u) ** 2))))

    parted = ((0.0, 1.0), (1.0, float("inf")))
    area = sum(integrate.quad(integrand, a, b, limit=500, epsabs=1e-13)[0] for a, b in parted)
    return float(min(1.0, max(0.0, 0.5 + area / np.pi)))


def saddlepoint_tail(x: float, weights: Floats, below: float) -> float:
    """Return the same chance by the saddlepoint approximation, as R's ``pFsum(method="saddlepoint")``.

    Parameters
    ----------
    x, weights, below : as for `weighted_f_tail`
        What they are there; like R's, the approximation takes whole degrees of freedom below.

    Returns
    -------
    float
        1 where `x` is not positive; where the saddle is at zero, Satterthwaite's approximation by an F.

    References
    ----------
    Kuonen, D. (1999), Biometrika 86, 929-935; Lumley, T. and Scott, A. J. (2014), Australian and New Zealand Journal of
    Statistics 56, 1-14.

    Examples
    --------
    >>> round(saddlepoint_tail(6.0, np.array([1.0, 1.0]), 20.0), 4), round(float(special.fdtrc(2, 20, 3.0)), 4)
    (0.0737, 0.0725)
    """
    if not x > 0:
        return 1.0
    parts = np.append(weights, -x / below)
    times = np.append(np.ones(len(weights)), max(1, int(below)))
    found = _saddlepoint(parts / parts.max(), times)
    return _satterthwaite(x, weights, below) if found is None else found


def _satterthwaite(x: float, weights: Floats, below: float) -> float:
    middle = float(np.mean(weights))
    spread = float(np.mean(weights**2)) / middle**2
    above = len(weights) / spread
    return float(special.fdtrc(above, below, x / above / (middle * spread)))


def _saddlepoint(parts: Floats, times: Floats) -> float | None:
    """Return the chance that a sum of chi-squares times `parts` is above 0; None too near to its mean."""

    def slope(at: float) -> float:
        return float(np.sum(times * parts / (1 - 2 * at * parts)))

    low, high = float(np.max(1 / (2 * parts[parts < 0]))), float(np.min(1 / (2 * parts[parts > 0])))
    # The slope has no value at either end, so a search that begins there would not do.
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if slope(middle) < 0 else (low, middle)
    at = (low + high) / 2
    if abs(at) < AT_THE_MEAN:
        return None
    w = np.sign(at) * np.sqrt(np.sum(times * np.log(1 - 2 * at * parts)))
    v = at * np.sqrt(2 * np.sum(times * parts**2 / (1 - 2 * at * parts) ** 2))
    return float(special.ndtr(-(w + np.log(v / w) / w)))
