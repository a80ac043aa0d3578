"""Hadamard matrices, by which half-samples are balanced."""

from __future__ import annotations

import numpy as np

from analysis.columns import Floats


def hadamard(least: int) -> Floats:
    """Return a Hadamard matrix: ones and minus ones, rows at right angles to each other, the first of ones alone.

    Parameters
    ----------
    least : int
        Rows that are needed at least.

    Returns
    -------
    ndarray of float, shape (order, order)
        The smallest order that doubling and Paley's first construction give for primes.

    References
    ----------
    Paley, R. (1933), Journal of Mathematics and Physics 12, 311-320.

    Examples
    --------
    >>> matrix = hadamard(9)
    >>> matrix.shape, (matrix @ matrix.T == 12 * np.eye(12)).all().item()
    ((12, 12), True)
    """
    order = max(1, least)
    while True:
        core, doublings = order, 0
        while core % 2 == 0 and not _is_paley(core):
            core, doublings = core // 2, doublings + 1
        if core == 1 or _is_paley(core):
            break
        order += 1
    matrix = np.ones((1, 1)) if core == 1 else _paley(core)
    for _ in range(doublings):
        matrix = np.block([[matrix, matrix], [matrix, -matrix]])
    return matrix


def _is_paley(order: int) -> bool:
    prime = order - 1
    return order % 4 == 0 and all(prime % factor for factor in range(2, int(prime**0.5) + 1))


def _paley(order: int) -> Floats:
    """Return the matrix of Paley's first construction."""
    prime = order - 1
    squares = np.arange(prime) ** 2 % prime
    sums = np.add.outer(np.arange(prime), np.arange(prime)) % prime
    matrix = np.ones((order, order))
    matrix[1:, 1:] = np.where(np.isin(sums, squares), -1.0, 1.0)
    return matrix
