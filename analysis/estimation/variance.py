"""Taylor linearisation: from influence values to variances, by domain and over all stages of the design."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from analysis.columns import Floats, taken
from analysis.estimation.frames import StageFrame, whole_frame
from analysis.sample import SurveyDesign


def stage_variance(stage: StageFrame, totals: Floats, domains: int) -> Floats:
    """Return the variance that one stage adds to each domain.

    Parameters
    ----------
    stage : StageFrame
    totals : ndarray, shape (pairs,)
        Sums of the influence values of each unit in each domain.
    domains : int

    Returns
    -------
    ndarray, shape (domains,)
        ``sum_h (1 - f_h) n_h / (n_h - 1) sum_i (t_hi - mean_h)²``, times the fractions of the stages above.

    References
    ----------
    Särndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, ch. 4 and 5; Binder (1983).

    Examples
    --------
    Cluster totals 3, 3 and 0 have the mean 2: 3/2 (1 + 1 + 4).

    >>> import pandas as pd
    >>> from analysis.estimation.frames import domain_frame
    >>> from analysis.sample import make_sample
    >>> design = make_sample(pd.DataFrame({"c": [1, 1, 2, 3]}), clusters="c").design
    >>> stage = domain_frame(design, np.array([0, 0, 0, -1]), 1).stages[0]
    >>> stage_variance(stage, np.array([3.0, 3.0]), 1).tolist()
    [9.0]
    """
    centre = _centre(stage, totals)
    spread = centre[stage.pair_cell]
    np.subtract(totals, spread, out=spread)
    spread *= spread
    spread *= stage.pair_scale
    present = np.bincount(stage.pair_domain, weights=spread, minlength=domains)
    absent = np.bincount(stage.cell_domain, weights=stage.cell_absent * centre**2, minlength=domains)
    return np.asarray(present + absent)


def covariance(design: SurveyDesign, influence: Floats, inside: NDArray[np.bool_] | None = None) -> Floats:
    """Return the covariance matrix of estimates from their influence values.

    Parameters
    ----------
    design : SurveyDesign
    influence : ndarray, shape (rows, figures)
        Influence of each row on each figure, weight included, zero outside the figure's domain.
    inside : ndarray of bool, shape (rows,), optional
        Rows whose strata count, for lonely strata; all where weights were adjusted.

    Returns
    -------
    ndarray, shape (figures, figures)
        As R's ``svyrecvar``; adjustments of the weights are taken into account.

    Raises
    ------
    DesignError
        As for `domain_frame`.

    References
    ----------
    Binder, D. (1983), International Statistical Review 51, 279-292.

    Examples
    --------
    Two domains in three clusters, with totals 3, 3, 0 and 0, 0, 4: they cannot both be met more often.

    >>> import pandas as pd
    >>> from analysis.sample import make_sample
    >>> design = make_sample(pd.DataFrame({"c": [1, 1, 2, 3]}), clusters="c").design
    >>> influence = np.array([[1.0, 0.0], [2.0, 0.0], [3.0, 0.0], [0.0, 4.0]])
    >>> covariance(design, influence).round(6).tolist()
    [[9.0, -12.0], [-12.0, 16.0]]
    """
    for adjustment in design.adjustments:
        influence = adjustment.residuals(influence)
    kept = None if design.adjustments else inside
    return _of_columns(design, lambda place: influence[:, place], influence.shape[1], kept)


def covariance_of_columns(
    design: SurveyDesign,
    column: Callable[[int], Floats],
    figures: int,
    inside: NDArray[np.bool_] | None = None,
) -> Floats:
    """Return the same matrix from influence values that are made one figure at a time, so that many need no memory.

    Parameters
    ----------
    design : SurveyDesign
    column : function of int
        Gives the influence of each row on a figure, shape (rows,).
    figures : int
    inside : ndarray of bool, shape (rows,), optional
        As for `covariance`.

    Returns
    -------
    ndarray, shape (figures, figures)

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.sample import make_sample
    >>> design = make_sample(pd.DataFrame({"c": [1, 2, 3]}), clusters="c").design
    >>> columns = [np.array([3.0, 3.0, 0.0]), np.array([0.0, 0.0, 4.0])]
    >>> covariance_of_columns(design, columns.__getitem__, 2).round(6).tolist()
    [[9.0, -12.0], [-12.0, 16.0]]
    """
    if design.adjustments:
        return covariance(design, np.column_stack([column(place) for place in range(figures)]), inside)
    return _of_columns(design, column, figures, inside)


def _of_columns(
    design: SurveyDesign, column: Callable[[int], Floats], figures: int, inside: NDArray[np.bool_] | None
) -> Floats:
    frame = whole_frame(design, inside)
    result = np.zeros((figures, figures))
    for stage in frame.stages:
        parts = (taken(column(place), frame.rows) for place in range(figures))
        totals = np.column_stack([frame.unit_totals(stage, part) for part in parts])
        centre = np.column_stack([_centre(stage, totals[:, place]) for place in range(figures)])
        spread = totals - centre[stage.pair_cell]
        result += spread.T @ (stage.pair_scale[:, None] * spread)
        result += centre.T @ (stage.cell_absent[:, None] * centre)
    return result


def _centre(stage: StageFrame, totals: Floats) -> Floats:
    """Return what unit totals are compared with: the stratum's mean, for lonely units that of all strata."""
    sums = np.bincount(stage.pair_cell, weights=totals, minlength=len(stage.cell_size))
    centre = sums / stage.cell_size
    if stage.recentred.any():
        whole = np.bincount(stage.cell_family, weights=sums, minlength=len(stage.family_size))
        centre = np.where(stage.recentred, (whole / stage.family_size)[stage.cell_family], centre)
    return np.asarray(centre)
