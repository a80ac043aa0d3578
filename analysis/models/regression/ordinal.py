"""Ordinal models: cumulative log odds with one slope for all thresholds, fitted by Newton's method."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from analysis.columns import Codes, DesignError, Floats
from analysis.models.regression.fit import Fit, column_norms

#: Newton steps, and halvings of one.
STEPS, HALVINGS = 100, 40
#: A step that would change the log-likelihood by less than this part of the weights is the last one.
SETTLED = 1e-24
#: So near to the top a step is taken as it is: rounding hides whether it leads upward.
NEAR = 1e-8

NO_TOP = "no coefficients fit best: the terms say too little about some answers, or decide them"


@dataclass(frozen=True, slots=True)
class Ordinal:
    """Cumulative log odds with one slope for all thresholds (proportional odds), slopes first, then thresholds.

    Attributes
    ----------
    levels : int
        Answers in order, coded 0 to `levels` - 1; each occurs.

    Examples
    --------
    Without a term the thresholds are the log odds of the shares 1/4 and 1/2.

    >>> fit = Ordinal(3).fit(np.ones((4, 1)), np.array([0.0, 1, 2, 2]), np.ones(4))
    >>> Ordinal(3).answers, fit.estimate.round(4).tolist(), round(fit.deviance, 4)
    (3, [-1.0986, 0.0], 8.3178)
    >>> Ordinal(3).prediction(np.ones((1, 1)), fit.estimate).round(9).tolist()
    [[0.25, 0.25, 0.5]]
    >>> Ordinal(3).slopes(np.ones((1, 1)), fit.estimate, np.ones(1)).round(9).tolist()
    [[0.1875, 0.0], [-0.1875, 0.25], [0.0, -0.25]]

    References
    ----------
    McCullagh, P. (1980), JRSS B 42, 109-142.
    """

    levels: int

    @property
    def answers(self) -> int:
        """One share per answer."""
        return self.levels

    def fit(self, matrix: Floats, outcome: Floats, weight: Floats) -> Fit:
        """Fit the model by Newton's method; the log-likelihood has one top.

        Parameters
        ----------
        matrix, outcome, weight : as for `Likelihood`

        Returns
        -------
        Fit

        Raises
        ------
        DesignError
            If no top is reached.
        """
        scale = column_norms(matrix, weight)[1:]
        rows = _Rows(matrix[:, 1:] / scale, outcome.astype(np.int64), weight, self.levels)
        at = rows.top(np.r_[np.zeros(len(scale)), self._start(rows)])
        stretch = np.r_[scale, np.ones(self.levels - 1)]
        spread = inverse(rows.information(at)) / np.outer(stretch, stretch)
        return Fit(at / stretch, spread, rows.scores(at) * stretch, -2 * rows.log_likelihood(at))

    def _start(self, rows: _Rows) -> Floats:
        below = np.cumsum(np.bincount(rows.code, rows.weight, self.levels))
        return np.asarray(special.logit(below[:-1] / below[-1]))

    def prediction(self, matrix: Floats, estimate: Floats) -> Floats:
        """Return the share of each answer.

        Parameters
        ----------
        matrix, estimate : as for `Likelihood`

        Returns
        -------
        As there.
        """
        return np.diff(self._below(matrix, estimate), axis=1)

    def slopes(self, matrix: Floats, estimate: Floats, share: Floats) -> Floats:
        """Return the derivative of the mean shares.

        Parameters
        ----------
        matrix, estimate, share : as for `Likelihood`

        Returns
        -------
        As there.
        """
        below = self._below(matrix, estimate)
        density = share[:, None] * below * (1 - below)
        by_slope = -density.T @ matrix[:, 1:]
        by_threshold = np.eye(self.levels + 1)[:, 1:-1] * density.sum(axis=0)[:, None]
        return np.diff(np.column_stack([by_slope, by_threshold]), axis=0)

    def _below(self, matrix: Floats, estimate: Floats) -> Floats:
        """Return the chance of an answer below each threshold, none and all included."""
        slopes = matrix.shape[1] - 1
        chance = special.expit(estimate[slopes:] - (matrix[:, 1:] @ estimate[:slopes])[:, None])
        ends = np.zeros((len(matrix), 1)), np.ones((len(matrix), 1))
        return np.column_stack([ends[0], chance, ends[1]])


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of an ordinal model and the derivatives of their log-likelihood."""

    columns: Floats
    code: Codes
    weight: Floats
    levels: int

    def _edges(self, at: Floats) -> tuple[Floats, Floats]:
        """Return the thresholds above and below each row's answer, less its linear predictor."""
        slopes = self.columns.shape[1]
        threshold = np.r_[-np.inf, at[slopes:], np.inf]
        eta = self.columns @ at[:slopes]
        return threshold[self.code + 1] - eta, threshold[self.code] - eta

    def _chances(self, above: Floats, below: Floats) -> Floats:
        """Return the chance of each row's answer, by the smaller tail, which loses no digits."""
        upper = below > 0
        high, low = np.where(upper, -below, above), np.where(upper, -above, below)
        return np.asarray(special.expit(high) - special.expit(low))

    def log_likelihood(self, at: Floats) -> float:
        chance = self._chances(*self._edges(at))
        if (chance <= 0).any() or np.isnan(chance).any():
            return -np.inf
        return float(self.weight @ np.log(chance))

    def _sides(self) -> tuple[Floats, Floats]:
        """Return the derivatives of the two edges of each row by all coefficients."""
        steps = np.eye(self.levels + 1)[:, 1:-1]
        return (
            np.column_stack([-self.columns, steps[self.code + 1]]),
            np.column_stack([-self.columns, steps[self.code]]),
        )

    def _ratios(self, at: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        """Return density over chance at both edges, and the slope of the density over it."""
        edges = self._edges(at)
        chance = self._chances(*edges)
        density = [special.expit(edge) * special.expit(-edge) / chance for edge in edges]
        bend = [d * (special.expit(-e) - special.expit(e)) for d, e in zip(density, edges, strict=True)]
        return density[0], density[1], bend[0], bend[1]

    def scores(self, at: Floats) -> Floats:
        a, b, _, _ = self._ratios(at)
        above, below = self._sides()
        return np.asarray((self.weight * a)[:, None] * above - (self.weight * b)[:, None] * below)

    def information(self, at: Floats) -> Floats:
        a, b, bend_a, bend_b = self._ratios(at)
        above, below = self._sides()
        both = above.T @ ((self.weight * a * b)[:, None] * below)
        first = above.T @ ((self.weight * (a**2 - bend_a))[:, None] * above)
        second = below.T @ ((self.weight * (b**2 + bend_b))[:, None] * below)
        return np.asarray(first + second - both - both.T)

    def top(self, at: Floats) -> Floats:
        """Climb to the top of the log-likelihood."""
        value, whole = self.log_likelihood(at), float(self.weight.sum())
        for _ in range(STEPS):
            slope = self.scores(at).sum(axis=0)
            step = inverse(self.information(at)) @ slope
            gain = float(slope @ step)
            if gain < SETTLED * whole:
                return np.asarray(at + step)
            if gain < NEAR * whole:
                at = at + step
                value = self.log_likelihood(at)
            else:
                at, value = self._climbed(at, step, value)
        raise DesignError(NO_TOP)

    def _climbed(self, at: Floats, step: Floats, value: float) -> tuple[Floats, float]:
        """Take the step, or the largest of its halves that leads upward."""
        for halved in range(HALVINGS):
            tried = at + step / 2**halved
            there = self.log_likelihood(tried)
            if there > value:
                return tried, there
        raise DesignError(NO_TOP)


def inverse(information: Floats) -> Floats:
    """Return the inverse of the information of coefficients.

    Parameters
    ----------
    information : ndarray of float, shape (k, k)

    Returns
    -------
    ndarray of float, shape (k, k)

    Raises
    ------
    DesignError
        If the rows do not inform about every coefficient.

    Examples
    --------
    >>> inverse(np.array([[4.0]])).tolist()
    [[0.25]]
    """
    try:
        return np.asarray(np.linalg.inv(information))
    except np.linalg.LinAlgError as problem:
        raise DesignError(NO_TOP) from problem
