"""Whether several figures could all be at least 0 in truth: a likelihood ratio test with its mixture of chi-squares."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy import special

from analysis.columns import DesignError, Floats

#: The weights of the mixture are sums over all subsets of the figures.
MOST = 8
#: A figure whose variance given the others is so small a part of its own is a sum of them.
REPEATED = 1e-9
#: Nodes of the integrals; those of orthants of four and more dimensions are smooth.
NODES, NODE_WEIGHTS = np.polynomial.legendre.leggauss(48)


def orthant(covariance: Floats) -> float:
    """Return the probability that normal variables of mean 0 are all positive.

    Parameters
    ----------
    covariance : ndarray of float, shape (m, m)
        Of full rank.

    Returns
    -------
    float

    Notes
    -----
    Closed up to three variables. Of more, Plackett's identity is integrated from independence to the correlations R:
    dP/dt = Σ ρ_ij / (2π √(1 − t²ρ_ij²)) · P(the others | both 0), with correlations I + t (R − I).

    References
    ----------
    Plackett, R. L. (1954), Biometrika 41, 351-360.

    Examples
    --------
    With equal correlations of a half it is 1 / (m + 1).

    >>> [round(1 / orthant(np.eye(m) / 2 + 0.5), 6) for m in (1, 2, 3, 4, 5)]
    [2.0, 3.0, 4.0, 5.0, 6.0]
    """
    size = len(covariance)
    spread = np.sqrt(np.diagonal(covariance))
    rho = covariance / np.outer(spread, spread)
    pairs = list(combinations(range(size), 2))
    if size <= 3:
        angles = sum(math.asin(float(np.clip(rho[i, j], -1, 1))) for i, j in pairs)
        return float((1.0, 0.5, 0.25 + angles / (2 * math.pi), 0.125 + angles / (4 * math.pi))[size])
    total = 0.0
    for node, weight in zip((NODES + 1) / 2, NODE_WEIGHTS / 2, strict=True):
        at = np.eye(size) + node * (rho - np.eye(size))
        for i, j in pairs:
            rest = [k for k in range(size) if k not in (i, j)]
            density = rho[i, j] / (2 * math.pi * math.sqrt(1 - at[i, j] ** 2))
            total += weight * density * orthant(_given(at, rest, [i, j]))
    return float(0.5**size + total)


def _given(covariance: Floats, rest: list[int], known: list[int]) -> Floats:
    """Return the covariance of some variables where others are known."""
    cross = covariance[np.ix_(rest, known)]
    return np.asarray(
        covariance[np.ix_(rest, rest)] - cross @ np.linalg.solve(covariance[np.ix_(known, known)], cross.T)
    )


def binding_weights(covariance: Floats) -> Floats:
    """Return how likely k of m figures are moved to 0, by k, if the truth of all is 0.

    Parameters
    ----------
    covariance : ndarray of float, shape (m, m)
        Of full rank, m at most 8.

    Returns
    -------
    ndarray of float, shape (m + 1,)

    Raises
    ------
    DesignError
        If there are more figures than the subsets can be summed of.

    References
    ----------
    Kudo, A. (1963), Biometrika 50, 403-418.

    Examples
    --------
    >>> binding_weights(np.eye(2)).tolist()
    [0.25, 0.5, 0.25]
    """
    size = len(covariance)
    if size > MOST:
        raise DesignError(f"the test takes at most {MOST} figures at once, not {size}")
    weights = np.zeros(size + 1)
    for bound in _subsets(size):
        free = [k for k in range(size) if k not in bound]
        inverse = np.asarray(np.linalg.inv(covariance[np.ix_(bound, bound)]), np.float64)
        moved = orthant(inverse) if bound else 1.0
        left = orthant(_given(covariance, free, bound) if bound else covariance) if free else 1.0
        weights[len(bound)] += moved * left
    return weights


def _subsets(size: int) -> Iterator[list[int]]:
    for number in range(size + 1):
        yield from map(list, combinations(range(size), number))


def all_positive_p(figures: Floats, covariance: Floats) -> float:
    """Return the p-value of the hypothesis that no figure is negative in truth.

    Parameters
    ----------
    figures : ndarray of float, shape (m,)
    covariance : ndarray of float, shape (m, m)
        Figures that are sums of others, or have no variance, are left out.

    Returns
    -------
    float
        1 where no figure is negative.

    Raises
    ------
    DesignError
        As for `binding_weights`.

    Notes
    -----
    The statistic is min (f − μ)' V⁻¹ (f − μ) over μ ≥ 0, and p = Σ w_k P(χ²_k ≥ statistic) with the weights of
    `binding_weights`, which is its distribution where all are 0 in truth: elsewhere p is too large.

    References
    ----------
    Kudo, A. (1963), Biometrika 50, 403-418; Blair, G. and Imai, K. (2012), Political Analysis 20, 47-77.

    Examples
    --------
    One figure, two standard errors below 0, is the one-sided test of it.

    >>> round(all_positive_p(np.array([-2.0]), np.array([[1.0]])), 4)
    0.0228
    """
    kept = _independent(covariance)
    figures, covariance = figures[kept], covariance[np.ix_(kept, kept)]
    if not (figures < 0).any():
        return 1.0
    root = np.linalg.inv(np.linalg.cholesky(covariance))
    # It takes long to load, and few questions are asked in this way.
    from scipy import optimize

    statistic = optimize.nnls(root, root @ figures)[1] ** 2
    tails = special.chdtrc(np.arange(1, len(figures) + 1), statistic)
    return float(binding_weights(covariance)[1:] @ tails)


def _independent(covariance: Floats) -> NDArray[np.int64]:
    """Return the figures that are not sums of those before them."""
    kept: list[int] = []
    for place in range(len(covariance)):
        own = covariance[place, place]
        left = float(_given(covariance, [place], kept)[0, 0]) if kept else float(own)
        if own > 0 and left > REPEATED * own:
            kept.append(place)
    return np.array(kept, dtype=np.int64)
