"""Predictive margins: what the outcome would be if everybody had one value of a variable and kept the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis import intervals
from analysis.columns import DesignError, Floats
from analysis.display import as_html, as_text
from analysis.estimation.variance import covariance
from analysis.models.regression.model_matrix import ModelMatrix
from analysis.models.regression.results import Fitted, Regression

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, repr=False)
class Margins:
    """Predictive margins of one variable.

    Attributes
    ----------
    variable : str
    values : tuple, length m
        Of the variable.
    answers : tuple of str, length m
        Of an ordinal outcome; empty texts for others.
    n : int
        Rows that are averaged over.
    estimate, se, ci_low, ci_high : ndarray of float, shape (m,)
        Means, or shares of an answer.
    df : float
    covariance : ndarray of float, shape (m, m)

    Examples
    --------
    >>> nothing = np.zeros(1)
    >>> found = Margins("g", ("a",), ("",), 4, np.ones(1), nothing, nothing, nothing, 3.0, np.zeros((1, 1)))
    >>> found
    predictive margins of g: n = 4, df = 3
    value  estimate  se  ci_low  ci_high
        a         1   0       0        0
    >>> found.to_frame()[["variable", "value", "estimate"]].to_numpy().tolist()
    [['g', 'a', 1.0]]
    """

    variable: str
    values: tuple[Any, ...]
    answers: tuple[str, ...]
    n: int
    estimate: Floats
    se: Floats
    ci_low: Floats
    ci_high: Floats
    df: float
    covariance: Floats

    def to_frame(self) -> pd.DataFrame:
        """Return one row per value and answer.

        Returns
        -------
        DataFrame
        """
        import pandas as pd

        figures: dict[str, Any] = {
            "variable": self.variable,
            "value": self.values,
            "answer": self.answers,
            "n": self.n,
            "estimate": self.estimate,
            "se": self.se,
            "ci_low": self.ci_low,
            "ci_high": self.ci_high,
            "df": self.df,
        }
        return pd.DataFrame(figures, index=range(len(self.values)))

    def __repr__(self) -> str:
        """Say of what the margins are, and show them."""
        columns = ["value", *(["answer"] if any(self.answers) else []), "estimate", "se", "ci_low", "ci_high"]
        return as_text(self._title(), self.to_frame()[columns])

    def _repr_html_(self) -> str:
        """Show the same in a notebook, with all columns."""
        return as_html(self._title(), self.to_frame())

    def _title(self) -> str:
        return f"predictive margins of {self.variable}: n = {self.n}, df = {self.df:g}"


def predictive_margins(regression: Regression, variable: str, at: Sequence[object] = ()) -> Margins:
    """Return the mean prediction if everybody had one value of a variable, as R's ``svypredmeans``.

    Parameters
    ----------
    regression : Regression
    variable : str
        A column among its terms.
    at : sequence, optional
        Values; all levels of a factor where left out. A column of numbers needs them.

    Returns
    -------
    Margins
        Weighted means over the rows, with the confidence level and the degrees of freedom of the
        regression; limits of shares are symmetric on the log-odds scale.

    Raises
    ------
    DesignError
        If the variable is not in the regression, or no value of a column of numbers is given.

    Notes
    -----
    The variance is that of the mean of the predictions plus ``D V D'``, D the derivative of the mean prediction by the
    coefficients and V their covariance. Rows that lack the variable alone are averaged over too, as R does.

    References
    ----------
    Graubard, B. I. and Korn, E. L. (1999), Biometrics 55, 652-659.

    Examples
    --------
    Both groups have half of x: their means stay as they are.

    >>> import pandas as pd
    >>> from analysis.models.regression.fitting import linear_regression
    >>> from analysis.sample import make_sample
    >>> frame = pd.DataFrame({"y": [1.0, 3.0, 4.0, 7.0], "g": [*"aabb"], "x": [0.0, 1.0, 0.0, 1.0]})
    >>> found = predictive_margins(linear_regression(make_sample(frame), "y", ["g", "x"]), "g")
    >>> found.values, found.estimate.round(4).tolist(), found.n
    (('a', 'b'), [2.0, 5.5], 4)
    """
    fitted = regression.fitted
    if variable not in fitted.matrix.variables:
        raise DesignError(f"column {variable!r} is no term of the regression")
    values = tuple(at) or fitted.matrix.variables[variable].levels
    if not values:
        raise DesignError(f"column {variable!r} holds numbers: say at which of them")
    rows, matrix = fitted.but_for(variable)
    weight = fitted.sample.design.weight[rows]
    mean, influence, slopes = _predictions(fitted, matrix, variable, values, weight / weight.sum())
    own = covariance(fitted.sample.design, fitted.spread(influence, rows), rows)
    spread = own + slopes @ regression.covariance @ slopes.T
    se = np.sqrt(np.maximum(np.diagonal(spread), 0.0))
    low, high = _limits(regression, mean, se)
    each = len(mean) // len(values)
    answers = fitted.answers if each > 1 else ("",)
    repeated = tuple(value for value in values for _ in range(each))
    n = int(rows.sum())
    return Margins(variable, repeated, answers * len(values), n, mean, se, low, high, regression.df, spread)


def _predictions(
    fitted: Fitted, matrix: ModelMatrix, variable: str, values: tuple[object, ...], share: Floats
) -> tuple[Floats, Floats, Floats]:
    """Return mean predictions, the influence of each row on them, and their derivatives by the coefficients."""
    means, influences, slopes = [], [], []
    for value in values:
        columns = matrix.held(variable, value).values
        expected = fitted.likelihood.prediction(columns, fitted.fit.estimate)
        mean = share @ expected
        means.append(mean)
        influences.append(share[:, None] * (expected - mean))
        slopes.append(fitted.likelihood.slopes(columns, fitted.fit.estimate, share))
    return np.concatenate(means), np.column_stack(influences), np.vstack(slopes)


def _limits(regression: Regression, mean: Floats, se: Floats) -> tuple[Floats, Floats]:
    if regression.kind == "linear":
        low, high = intervals.wald(mean, se, regression.df, regression.level)
    else:
        low, high = intervals.logit(mean, se, regression.df, regression.level)
    return np.asarray(low), np.asarray(high)
