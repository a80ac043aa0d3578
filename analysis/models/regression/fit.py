"""What a weighted fit of a model is, and what every model can do: be fitted, and predict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from analysis.columns import Floats

#: A column is a combination of those before it if less than this part of it is left.
DEPENDENT = 1e-7


@dataclass(frozen=True, slots=True)
class Fit:
    """A weighted maximum-likelihood fit.

    Attributes
    ----------
    estimate : ndarray of float, shape (k,)
    inverse : ndarray of float, shape (k, k)
        Inverse of the observed information.
    scores : ndarray of float, shape (rows, k)
        Derivative of each row's weighted log-likelihood.
    deviance : float
        Weighted sum of squares of a linear model, else twice the negative log-likelihood.

    Examples
    --------
    >>> Fit(np.ones(1), np.eye(1), np.array([[0.5], [-0.5]]), 2.0).influence.ravel().tolist()
    [0.5, -0.5]
    """

    estimate: Floats
    inverse: Floats
    scores: Floats
    deviance: float

    @property
    def influence(self) -> Floats:
        """Influence of each row on each coefficient, shape (rows, k)."""
        return np.asarray(self.scores @ self.inverse)


class Likelihood(Protocol):
    """A model of one outcome: how it is fitted and what it predicts.

    Examples
    --------
    >>> from analysis.models.regression.likelihoods import Linear
    >>> model: Likelihood = Linear()
    >>> model.answers
    1
    """

    @property
    def answers(self) -> int:
        """Number of figures predicted for a row."""
        ...

    def fit(self, matrix: Floats, outcome: Floats, weight: Floats) -> Fit:
        """Fit the model.

        Parameters
        ----------
        matrix : ndarray of float, shape (rows, columns)
            The first column is the intercept; the rank is full.
        outcome : ndarray of float, shape (rows,)
        weight : ndarray of float, shape (rows,)

        Returns
        -------
        Fit

        Examples
        --------
        >>> from analysis.models.regression.likelihoods import Linear
        >>> Linear().fit(np.ones((2, 1)), np.array([1.0, 3.0]), np.ones(2)).estimate.round(9).tolist()
        [2.0]
        """
        ...

    def prediction(self, matrix: Floats, estimate: Floats) -> Floats:
        """Return what the model expects of each row: a mean, or the shares of the answers.

        Parameters
        ----------
        matrix : ndarray of float, shape (rows, columns)
        estimate : ndarray of float, shape (k,)

        Returns
        -------
        ndarray of float, shape (rows, answers)

        Examples
        --------
        >>> from analysis.models.regression.likelihoods import Linear
        >>> Linear().prediction(np.ones((1, 1)), np.array([2.0])).tolist()
        [[2.0]]
        """
        ...

    def slopes(self, matrix: Floats, estimate: Floats, share: Floats) -> Floats:
        """Return the derivative of the mean prediction by each coefficient.

        Parameters
        ----------
        matrix : ndarray of float, shape (rows, columns)
        estimate : ndarray of float, shape (k,)
        share : ndarray of float, shape (rows,)
            Weights that add up to 1.

        Returns
        -------
        ndarray of float, shape (answers, k)

        Examples
        --------
        >>> from analysis.models.regression.likelihoods import Linear
        >>> Linear().slopes(np.ones((2, 1)), np.array([2.0]), np.full(2, 0.5)).tolist()
        [[1.0]]
        """
        ...


def dependent_column(matrix: Floats, weight: Floats) -> int | None:
    """Return the first column that is a combination of those before it.

    Parameters
    ----------
    matrix : ndarray of float, shape (rows, columns)
    weight : ndarray of float, shape (rows,)

    Returns
    -------
    int or None
        None where there is no such column.

    Examples
    --------
    >>> dependent_column(np.array([[1.0, 1.0, 2.0], [1.0, 2.0, 3.0], [1.0, 5.0, 6.0]]), np.ones(3))
    2
    """
    scale = column_norms(matrix, weight)
    scaled = matrix / np.where(scale > 0, scale, 1.0) * np.sqrt(weight)[:, None]
    left = np.abs(np.diagonal(np.linalg.qr(scaled, mode="r")))
    bad = np.flatnonzero(left < DEPENDENT)
    if len(bad):
        return int(bad[0])
    return len(matrix) if matrix.shape[1] > len(matrix) else None


def column_norms(matrix: Floats, weight: Floats) -> Floats:
    """Return the length of each column, by which it is scaled before anything is solved.

    Parameters
    ----------
    matrix : ndarray of float, shape (rows, columns)
    weight : ndarray of float, shape (rows,)

    Returns
    -------
    ndarray of float, shape (columns,)

    Examples
    --------
    >>> column_norms(np.array([[3.0], [4.0]]), np.ones(2)).tolist()
    [5.0]
    """
    return np.asarray(np.sqrt(weight @ matrix**2))
