"""The best fit of a model, and in words why there is none."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.columns import DesignError, Floats
from analysis.models.regression.fit import Fit, Likelihood, dependent_column
from analysis.models.regression.model_matrix import ModelMatrix
from analysis.models.regression.separation import NEARLY_SURE, separating_columns

#: A linear model that leaves less than this part of the outcome's spread explains it whole.
WHOLE = 1e-20


def refuse_dependent(matrix: ModelMatrix, values: Floats, weight: Floats) -> None:
    """Raise DesignError where a column of the model follows from those before it."""
    place = dependent_column(values, weight)
    if place is None:
        return
    name = matrix.names[min(place, len(matrix.names) - 1)]
    if not values[:, min(place, len(matrix.names) - 1)].any():
        raise DesignError(f"no row used has {name}: join levels or leave the interaction out")
    raise DesignError(f"{name} follows from the terms before it: leave one of them out or join levels")


def best_fit(
    likelihood: Likelihood, matrix: ModelMatrix, values: Floats, outcome: Floats, weight: Floats, levels: int
) -> Fit:
    """Fit the model; where answers seem to be decided by the terms, find out whether they are."""
    if not levels:
        fit = likelihood.fit(values, outcome, weight)
        spread = float(weight @ (outcome - weight @ outcome / weight.sum()) ** 2)
        if fit.deviance <= WHOLE * spread or spread <= WHOLE * float(weight @ outcome**2):
            raise DesignError(
                "the terms explain the outcome whole: nothing is left to make standard errors of"
            )
        return fit
    code = outcome.astype(np.int64)
    try:
        fit = likelihood.fit(values, outcome, weight)
    except DesignError:
        _refuse_separated(matrix, values, code, levels)
        raise
    chance = likelihood.prediction(values, fit.estimate)
    given = (
        np.where(code == 1, chance[:, 0], 1 - chance[:, 0])
        if levels == 2
        else chance[np.arange(len(code)), code]
    )
    if (1 - given < NEARLY_SURE).any():
        _refuse_separated(matrix, values, code, levels)
    return fit


def _refuse_separated(matrix: ModelMatrix, values: Floats, code: NDArray[np.int64], levels: int) -> None:
    columns = separating_columns(values, code, levels)
    if len(columns):
        names = ", ".join(matrix.names[place] for place in columns)
        raise DesignError(f"perfect separation: {names} decides some answers; leave it out or join levels")
