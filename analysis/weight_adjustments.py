"""What an adjustment of weights to known totals does to variances: the residuals of each kind of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.columns import Codes, Floats

#: Rounds of residuals that R's survey takes over the margins of a raked design.
RAKING_ROUNDS = 10


@dataclass(frozen=True, slots=True)
class PostStratification:
    """Weights adjusted to the totals of one classification.

    Attributes
    ----------
    group : ndarray of int, shape (rows,)
    weight, before : ndarray of float, shape (rows,)
        Weights after and before the adjustment.

    Examples
    --------
    >>> group, weight, before = np.array([0, 0, 1]), np.array([2.0, 2.0, 1.0]), np.ones(3)
    >>> known = PostStratification(group, weight, before)
    >>> known.residuals(np.array([[2.0], [6.0], [5.0]])).ravel().tolist()
    [-2.0, 2.0, 0.0]
    """

    group: Codes
    weight: Floats
    before: Floats

    def residuals(self, influence: Floats) -> Floats:
        """Take the mean of each post-stratum away, as R's ``svyrecvar`` does.

        Parameters
        ----------
        influence : as for `analysis.sample.Adjustment`

        Returns
        -------
        As there.
        """
        return _less_group_means(influence, self.group, self.weight, self.before)


@dataclass(frozen=True, slots=True)
class Raking:
    """Weights adjusted to several margins in turn.

    Attributes
    ----------
    groups : tuple of ndarray of int, shape (rows,) each
    weight : ndarray of float, shape (rows,)
        Weights after the adjustment.

    Examples
    --------
    What rows and columns add up to is explained; what is left belongs to one cell alone.

    >>> raked = Raking((np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])), np.ones(4))
    >>> raked.residuals(np.array([[5.0], [6.0], [10.0], [12.0]])).round(9).ravel().tolist()
    [0.25, -0.25, -0.25, 0.25]
    """

    groups: tuple[Codes, ...]
    weight: Floats

    def residuals(self, influence: Floats) -> Floats:
        """Take unweighted means of the linearised variable away, margin by margin, as R's survey does.

        Parameters
        ----------
        influence : as for `analysis.sample.Adjustment`

        Returns
        -------
        As there.
        """
        equal = np.where(self.weight > 0, 1.0, 0.0)
        for _ in range(RAKING_ROUNDS):
            for group in self.groups:
                influence = _less_group_means(influence, group, self.weight, equal)
        return influence


@dataclass(frozen=True, slots=True)
class Calibration:
    """Weights adjusted linearly to totals of auxiliary variables.

    Attributes
    ----------
    basis : ndarray of float, shape (rows, k)
        Orthonormal basis of the auxiliaries times the root of the weights before.
    scale : ndarray of float, shape (rows,)
        Calibration factor times that root.

    Examples
    --------
    The basis of one auxiliary that is the same for four rows: only its mean is explained.

    >>> known = Calibration(np.full((4, 1), 0.5), np.ones(4))
    >>> known.residuals(np.array([[1.0], [2.0], [3.0], [6.0]])).ravel().tolist()
    [-2.0, -1.0, 0.0, 3.0]
    """

    basis: Floats
    scale: Floats

    def residuals(self, influence: Floats) -> Floats:
        """Return the weighted regression residuals on the auxiliaries.

        Parameters
        ----------
        influence : as for `analysis.sample.Adjustment`

        Returns
        -------
        As there.

        References
        ----------
        Deville, J.-C. and Särndal, C.-E. (1992), JASA 87, 376-382.
        """
        scale = self.scale[:, None]
        scaled = np.divide(influence, scale, out=np.zeros_like(influence), where=scale != 0)
        return np.asarray((scaled - self.basis @ (self.basis.T @ scaled)) * scale)


def _less_group_means(influence: Floats, group: Codes, weight: Floats, share: Floats) -> Floats:
    """Take from ``influence / weight`` its mean in each group, taken with weights `share`."""
    scale = weight[:, None]
    plain = np.divide(influence, scale, out=np.zeros_like(influence), where=scale != 0)
    groups = int(group.max()) + 1
    size = np.bincount(group, share, groups)
    sums = np.column_stack([np.bincount(group, share * column, groups) for column in plain.T])
    means = np.divide(sums, size[:, None], out=np.zeros_like(sums), where=size[:, None] > 0)
    return np.asarray(influence - means[group] * scale)
