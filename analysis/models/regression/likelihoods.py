"""Linear and logistic models: weighted least squares, and the chance of one of two answers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from analysis.columns import Floats
from analysis.models.regression.fit import Fit, column_norms
from analysis.models.regression.ordinal import Ordinal


@dataclass(frozen=True, slots=True)
class Linear:
    """Weighted least squares.

    Examples
    --------
    >>> matrix = np.array([[1.0, 0.0], [1.0, 1.0], [1.0, 2.0]])
    >>> fit = Linear().fit(matrix, np.array([1.0, 3.0, 5.0]), np.ones(3))
    >>> fit.estimate.round(9).tolist(), Linear().prediction(matrix, fit.estimate).round(9).ravel().tolist()
    ([1.0, 2.0], [1.0, 3.0, 5.0])
    >>> Linear().slopes(matrix, fit.estimate, np.full(3, 1 / 3)).round(9).tolist()
    [[1.0, 1.0]]
    """

    @property
    def answers(self) -> int:
        """One mean."""
        return 1

    def fit(self, matrix: Floats, outcome: Floats, weight: Floats) -> Fit:
        """Fit the model.

        Parameters
        ----------
        matrix, outcome, weight : as for `Likelihood`

        Returns
        -------
        Fit
        """
        root, scale = np.sqrt(weight), column_norms(matrix, weight)
        q, r = np.linalg.qr(matrix / scale * root[:, None])
        back = np.linalg.inv(r) / scale[:, None]
        estimate = back @ (q.T @ (root * outcome))
        left = outcome - matrix @ estimate
        scores = matrix * (weight * left)[:, None]
        return Fit(estimate, back @ back.T, scores, float(weight @ left**2))

    def prediction(self, matrix: Floats, estimate: Floats) -> Floats:
        """Return the expected value of each row.

        Parameters
        ----------
        matrix, estimate : as for `Likelihood`

        Returns
        -------
        As there.
        """
        return np.asarray(matrix @ estimate)[:, None]

    def slopes(self, matrix: Floats, estimate: Floats, share: Floats) -> Floats:
        """Return the weighted means of the columns.

        Parameters
        ----------
        matrix, estimate, share : as for `Likelihood`

        Returns
        -------
        As there.
        """
        return np.asarray(share @ matrix).reshape(1, len(estimate))


@dataclass(frozen=True, slots=True)
class Logistic:
    """The chance of one of two answers; the first coefficient is the intercept.

    Examples
    --------
    One of four in the first group, three of four in the second: log odds of -log 3 and a difference of 2 log 3.

    >>> matrix = np.column_stack([np.ones(8), np.repeat([0.0, 1.0], 4)])
    >>> fit = Logistic().fit(matrix, np.array([1.0, 0, 0, 0, 1, 1, 1, 0]), np.ones(8))
    >>> fit.estimate.round(4).tolist()
    [-1.0986, 2.1972]
    >>> Logistic().prediction(matrix[3:5], fit.estimate).round(9).ravel().tolist()
    [0.25, 0.75]
    >>> Logistic().slopes(matrix[3:4], fit.estimate, np.ones(1)).round(9).tolist()
    [[0.1875, 0.0]]
    """

    @property
    def answers(self) -> int:
        """One share."""
        return 1

    def fit(self, matrix: Floats, outcome: Floats, weight: Floats) -> Fit:
        """Fit the model: an ordinal one with one threshold, which is the intercept with the other sign.

        Parameters
        ----------
        matrix, outcome, weight : as for `Likelihood`

        Returns
        -------
        Fit
        """
        fit = Ordinal(2).fit(matrix, outcome, weight)
        order = np.r_[len(fit.estimate) - 1, : len(fit.estimate) - 1]
        sign = np.where(np.arange(len(order)) == 0, -1.0, 1.0)
        inverse = fit.inverse[np.ix_(order, order)] * np.outer(sign, sign)
        return Fit(fit.estimate[order] * sign, inverse, fit.scores[:, order] * sign, fit.deviance)

    def prediction(self, matrix: Floats, estimate: Floats) -> Floats:
        """Return the chance of each row.

        Parameters
        ----------
        matrix, estimate : as for `Likelihood`

        Returns
        -------
        As there.
        """
        return np.asarray(special.expit(matrix @ estimate))[:, None]

    def slopes(self, matrix: Floats, estimate: Floats, share: Floats) -> Floats:
        """Return the derivative of the mean chance.

        Parameters
        ----------
        matrix, estimate, share : as for `Likelihood`

        Returns
        -------
        As there.
        """
        chance = self.prediction(matrix, estimate)[:, 0]
        return np.asarray((share * chance * (1 - chance)) @ matrix).reshape(1, len(estimate))
