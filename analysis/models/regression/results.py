"""What a regression says: coefficients with standard errors, intervals and p-values, and what it is made of."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from analysis.columns import Floats
from analysis.display import as_html, as_text
from analysis.models.regression.fit import Fit, Likelihood
from analysis.models.regression.model_matrix import ModelMatrix, Variable
from analysis.sample import Sample

if TYPE_CHECKING:
    import pandas as pd

#: Models whose coefficients are log odds.
ODDS = ("logistic", "ordinal")


@dataclass(frozen=True, slots=True)
class Fitted:
    """The rows, the columns and the fit of a regression, from which tests and margins are made.

    Attributes
    ----------
    sample : Sample
    rows : ndarray of bool, shape (rows of the sample,)
        Rows used.
    likelihood : Likelihood
    matrix : ModelMatrix
        Of the rows used.
    outcome : ndarray of float, shape (rows used,)
    fit : Fit
        With weights of mean 1.
    answers : tuple of str
        Of an ordinal outcome, in order.
    asked : ndarray of bool, shape (rows of the sample,)
        Rows of the domain that have the outcome.
    variables : dict of str to Variable
        Of all rows of the sample.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.models.regression.fitting import linear_regression
    >>> from analysis.sample import make_sample
    >>> frame = pd.DataFrame({"y": [1.0, 2.0, 3.0, 5.0], "x": [1.0, 2.0, 3.0, 4.0], "w": [1.0, 1.0, 3.0, 3.0]})
    >>> fitted = linear_regression(make_sample(frame, weights="w"), "y", "x").fitted
    >>> fitted.weight.tolist(), fitted.spread(np.zeros((4, 1)), fitted.rows).tolist()
    ([0.5, 0.5, 1.5, 1.5], [[0.0], [0.0], [0.0], [0.0]])
    >>> fitted.but_for("x")[0].tolist()
    [True, True, True, True]
    """

    sample: Sample
    rows: NDArray[np.bool_]
    likelihood: Likelihood
    matrix: ModelMatrix
    outcome: Floats
    fit: Fit
    answers: tuple[str, ...]
    asked: NDArray[np.bool_]
    variables: dict[str, Variable]

    @property
    def weight(self) -> Floats:
        """Weights of the rows used, with the mean 1."""
        weight = self.sample.design.weight[self.rows]
        return np.asarray(weight / weight.mean())

    def spread(self, influence: Floats, rows: NDArray[np.bool_]) -> Floats:
        """Return the influence of some rows as that of all rows, the others with none.

        Parameters
        ----------
        influence : ndarray of float, shape (some rows, figures)
        rows : ndarray of bool, shape (rows,)

        Returns
        -------
        ndarray of float, shape (rows, figures)
        """
        whole = np.zeros((self.sample.design.rows, influence.shape[1]))
        whole[rows] = influence
        return whole

    def but_for(self, variable: str) -> tuple[NDArray[np.bool_], ModelMatrix]:
        """Return the rows that have all that the model needs, or lack one variable alone.

        Parameters
        ----------
        variable : str

        Returns
        -------
        tuple of ndarray of bool, shape (rows,), and ModelMatrix
            Which rows, and the model's columns for them; where the variable is missing they are NaN or 0.
        """
        within = {
            name: one.within(self.matrix.variables[name].levels) for name, one in self.variables.items()
        }
        rows = self.asked.copy()
        for name, one in within.items():
            rows &= (name == variable) | ~np.isnan(one.values)
        chosen = {name: replace(one, values=one.values[rows]) for name, one in within.items()}
        return rows, replace(self.matrix, variables=chosen)


@dataclass(frozen=True, slots=True, repr=False)
class Regression:
    """Coefficients of a regression.

    Attributes
    ----------
    kind : str
        "linear", "logistic" or "ordinal".
    outcome : str
    terms : tuple of str
    names : tuple of str
        Of the coefficients: ``(intercept)``, ``x``, ``factor=level``, ``a:b``; thresholds of an ordinal model last,
        ``low|high``.
    coefficient_terms : tuple of str
        The term of each coefficient, nothing for the intercept and thresholds.
    n : int
        Rows used, unweighted.
    left_out : int
        Rows of the domain that lack the outcome or a term.
    df : float
        Degrees of freedom: those of the design less the slopes, as R's ``svyglm`` and ``svyolr``.
    estimate, se, t, p, ci_low, ci_high : ndarray of float, shape (k,)
        Log odds, where the model is logistic or ordinal. `p` is two-sided, by Student's t.
    covariance : ndarray of float, shape (k, k)
    level : float
        Of the intervals.
    notes : tuple of str
        One per coefficient, empty where nothing is to be said; the first also says what was left out.
    fitted : Fitted

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.models.regression.fitting import linear_regression
    >>> from analysis.sample import make_sample
    >>> frame = pd.DataFrame({"y": [1.0, 3.0, 5.0, 9.0, 8.0], "x": [1.0, 2.0, 3.0, 4.0, None]})
    >>> linear_regression(make_sample(frame), "y", "x")
    linear regression of y on x: n = 4, df = 2, 1 left out
    coefficient  estimate      se       t         p  ci_low  ci_high
    (intercept)        -2 0.57009 -3.5082  0.072522 -4.4529  0.45289
              x       2.6 0.25884  10.045 0.0097663  1.4863   3.7137
    >>> linear_regression(make_sample(frame), "y", "x").to_frame()["note"].tolist()
    ['1 row left out: the outcome or a term is missing', '']
    """

    kind: str
    outcome: str
    terms: tuple[str, ...]
    names: tuple[str, ...]
    coefficient_terms: tuple[str, ...]
    n: int
    left_out: int
    df: float
    estimate: Floats
    se: Floats
    t: Floats
    p: Floats
    ci_low: Floats
    ci_high: Floats
    covariance: Floats
    level: float
    notes: tuple[str, ...]
    fitted: Fitted = field(repr=False, compare=False)

    def to_frame(self) -> pd.DataFrame:
        """Return one row per coefficient; of log odds also the odds ratio with its limits, but for thresholds.

        Returns
        -------
        DataFrame
        """
        import pandas as pd

        figures: dict[str, Any] = {
            "coefficient": self.names,
            "n": self.n,
            "estimate": self.estimate,
            "se": self.se,
            "t": self.t,
            "df": self.df,
            "p": self.p,
            "ci_low": self.ci_low,
            "ci_high": self.ci_high,
        }
        if self.kind in ODDS:
            slope = np.array([bool(term) for term in self.coefficient_terms])
            for name, values in (
                ("odds_ratio", self.estimate),
                ("or_low", self.ci_low),
                ("or_high", self.ci_high),
            ):
                with np.errstate(over="ignore"):
                    figures[name] = np.where(slope, np.exp(values), np.nan)
        return pd.DataFrame(figures | {"note": self.notes}, index=range(len(self.names)))

    def __repr__(self) -> str:
        """Say what was fitted, and show the coefficients."""
        columns = ["coefficient", "estimate", "se", "t", "p", "ci_low", "ci_high"]
        return as_text(self._title(), self.to_frame()[columns])

    def _repr_html_(self) -> str:
        """Show the same in a notebook, with all columns."""
        return as_html(self._title(), self.to_frame())

    def _title(self) -> str:
        left = f", {self.left_out} left out" if self.left_out else ""
        of = f"{self.kind} regression of {self.outcome} on {' + '.join(self.terms)}"
        return f"{of}: n = {self.n}, df = {self.df:g}{left}"
