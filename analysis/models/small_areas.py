"""Small areas by Fay and Herriot: direct estimates drawn towards what auxiliary variables say, by how sure each is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.columns import DesignError, Floats, level_column, number_column, place
from analysis.display import as_html, as_text
from analysis.models.regression.fit import dependent_column
from analysis.models.regression.likelihoods import Linear
from analysis.models.regression.model_matrix import INTERCEPT, ModelMatrix, parsed_terms, read_variables

if TYPE_CHECKING:
    import pandas as pd

#: How the variance between areas is estimated.
METHODS = ("REML", "ML", "FH")
#: Steps of the search for the variance, the relative change that ends it, and the one from which on it ends where steps
#: grow again, for then they are rounding.
STEPS, SETTLED, ROUNDING = 1000, 1e-14, 1e-8

SYNTHETIC = "no direct estimate: the synthetic part alone"
NO_SPREAD = "the variance between areas is estimated as 0: the synthetic part alone"


@dataclass(frozen=True, slots=True, repr=False)
class SmallAreas:
    """Estimates of small areas and the model that they are drawn towards.

    Attributes
    ----------
    method : str
        One of `METHODS`.
    areas : tuple, length m
    direct, variance : ndarray of float, shape (m,)
        Direct estimates and their sampling variances; NaN where there is none.
    estimate, mse : ndarray of float, shape (m,)
        The empirical best linear unbiased predictor (EBLUP) and its mean squared error.
    direct_weight : ndarray of float, shape (m,)
        Shrinkage weight: the part of the estimate that is the direct one, A / (A + variance); the rest is synthetic.
    synthetic : ndarray of float, shape (m,)
        What the auxiliary variables alone say.
    area_variance : float
        A, the variance between areas that the auxiliaries leave.
    names : tuple of str
        Of the coefficients.
    coefficients, coefficient_se : ndarray of float, shape (k,)
    log_likelihood, aic, bic : float
    notes : tuple of str
        One per area, empty where nothing is to be said.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"y": [1.0, 2.0, 6.0, 7.0], "v": 1.0, "area": [*"abcd"]})
    >>> found = fay_herriot(frame, "y", "v", area="area")
    >>> found
    4 small areas by REML: variance between them 7.667
    area  estimate   rmse  direct  direct_se  direct_weight  synthetic
       a    1.3462 1.0143       1          1        0.88462          4
       b    2.2308 1.0143       2          1        0.88462          4
       c    5.7692 1.0143       6          1        0.88462          4
       d    6.6538 1.0143       7          1        0.88462          4
    >>> found.to_frame()[["area", "estimate", "direct_weight"]].round(4).to_numpy().tolist()
    [['a', 1.3462, 0.8846], ['b', 2.2308, 0.8846], ['c', 5.7692, 0.8846], ['d', 6.6538, 0.8846]]
    """

    method: str
    areas: tuple[Any, ...]
    direct: Floats
    variance: Floats
    estimate: Floats
    mse: Floats
    direct_weight: Floats
    synthetic: Floats
    area_variance: float
    names: tuple[str, ...]
    coefficients: Floats
    coefficient_se: Floats
    log_likelihood: float
    aic: float
    bic: float
    notes: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return one row per area.

        Returns
        -------
        DataFrame
        """
        import pandas as pd

        figures: dict[str, Any] = {
            "area": self.areas,
            "estimate": self.estimate,
            "rmse": np.sqrt(self.mse),
            "direct": self.direct,
            "direct_se": np.sqrt(self.variance),
            "direct_weight": self.direct_weight,
            "synthetic": self.synthetic,
            "note": self.notes,
        }
        return pd.DataFrame(figures, index=range(len(self.areas)))

    def __repr__(self) -> str:
        """Say by what the areas were estimated, and show them, of many the first."""
        columns = ["area", "estimate", "rmse", "direct", "direct_se", "direct_weight", "synthetic"]
        return as_text(self._title(), self.to_frame()[columns])

    def _repr_html_(self) -> str:
        """Show the same in a notebook, with all columns."""
        return as_html(self._title(), self.to_frame())

    def _title(self) -> str:
        between = f"variance between them {self.area_variance:.4g}"
        return f"{len(self.areas)} small areas by {self.method}: {between}"


def fay_herriot(
    frame: pd.DataFrame,
    estimate: str,
    variance: str,
    terms: str | Sequence[str] = (),
    *,
    area: str | None = None,
    method: str = "REML",
    reference: Mapping[str, object] | None = None,
    factors: Iterable[str] = (),
) -> SmallAreas:
    """Return the estimates of the Fay-Herriot model, as R's ``sae::mseFH``.

    Parameters
    ----------
    frame : DataFrame
        One row per area.
    estimate, variance : str
        Columns of the direct estimates and their sampling variances, taken as known. An area without an estimate gets
        the synthetic part alone.
    terms : str or sequence of str
        Columns of auxiliary variables, as for `analysis.linear_regression`; none leaves the mean of all areas.
    area : str, optional
        Column of names; without it areas are counted from 1.
    method : str
        "REML", "ML" or "FH" (the moments of Fay and Herriot).
    reference : mapping of column to level, optional
    factors : iterable of str

    Returns
    -------
    SmallAreas

    Raises
    ------
    DesignError
        If a column cannot be used, an area is there twice, a variance is not positive, an auxiliary variable is
        missing, there are no more areas than coefficients, or the search for the variance does not end.

    Notes
    -----
    The mean squared error is Prasad and Rao's ``g1 + g2 + 2 g3`` for REML; for ML and FH it is less the bias of the
    estimated variance times the square of the synthetic weight (Datta and Lahiri; Datta, Rao and Smith). Of an area without a direct
    estimate it is A plus the variance of the synthetic part.

    References
    ----------
    Fay, R. E. and Herriot, R. A. (1979), JASA 74, 269-277; Prasad, N. G. N. and Rao, J. N. K. (1990), JASA 85, 163-171;
    Datta, G. S. and Lahiri, P. (2000), Statistica Sinica 10, 613-627; Datta, G. S., Rao, J. N. K. and Smith, D. D.
    (2005), Biometrika 92, 183-196; Rao, J. N. K. and Molina, I. (2015), Small Area Estimation, 2nd edition, ch. 6.

    Examples
    --------
    The direct estimates have the variance 8.6667, of which 1 is chance: 7.6667 of 8.6667 is kept of each.

    >>> import pandas as pd
    >>> frame = pd.DataFrame({"y": [1.0, 2.0, 6.0, 7.0], "v": 1.0})
    >>> found = fay_herriot(frame, "y", "v")
    >>> round(found.area_variance, 4), found.direct_weight.round(4).tolist()
    (7.6667, [0.8846, 0.8846, 0.8846, 0.8846])
    """
    if method not in METHODS:
        raise DesignError(f"method {method!r} is not one of {', '.join(METHODS)}")
    direct, spread = _direct(frame, estimate, variance)
    names, matrix = _auxiliaries(frame, terms, reference or {}, tuple(factors))
    known = ~np.isnan(direct)
    if known.sum() <= len(names):
        raise DesignError(f"{known.sum()} areas with an estimate are too few for {len(names)} coefficients")
    column = dependent_column(matrix[known], np.ones(int(known.sum())))
    if column is not None:
        raise DesignError(
            f"{names[column]} follows from the terms before it among the areas with an estimate"
        )
    model = _Model(matrix[known], direct[known], spread[known])
    a = model.area_variance(method)
    found = _areas(model, a, method, matrix, direct, spread)
    areas = _names_of_areas(frame, area)
    return replace(found, areas=areas, names=names)


def _direct(frame: pd.DataFrame, estimate: str, variance: str) -> tuple[Floats, Floats]:
    direct = number_column(frame, estimate, missing=True)
    spread = number_column(frame, variance, missing=True)
    bad = ~np.isnan(direct) & ~(spread > 0)
    if bad.any():
        row = int(np.argmax(bad))
        raise DesignError(
            f"{place(row, variance)}: a direct estimate needs a positive variance, not {spread[row]:g}"
        )
    return direct, np.where(np.isnan(direct), np.nan, spread)


def _auxiliaries(
    frame: pd.DataFrame, terms: str | Sequence[str], reference: Mapping[str, object], factors: tuple[str, ...]
) -> tuple[tuple[str, ...], Floats]:
    """Return the names and the matrix of the auxiliary variables, which every area has to have."""
    if not terms:
        return (INTERCEPT,), np.ones((len(frame), 1))
    parts = parsed_terms(frame, terms)
    variables = read_variables(frame, [name for part in parts for name in part], reference, factors)
    for name, variable in variables.items():
        if np.isnan(variable.values).any():
            row = int(np.argmax(np.isnan(variable.values)))
            raise DesignError(f"{place(row, name)}: an auxiliary variable is missing")
    everywhere = np.ones(len(frame), dtype=bool)
    made = ModelMatrix({name: one.taken(everywhere) for name, one in variables.items()}, parts)
    return made.names, made.values


def _names_of_areas(frame: pd.DataFrame, area: str | None) -> tuple[Any, ...]:
    if area is None:
        return tuple(range(1, len(frame) + 1))
    codes, levels = level_column(frame, area)
    met = np.bincount(codes, minlength=len(levels))
    if (met > 1).any():
        raise DesignError(f"column {area!r}: the area {levels[int(np.argmax(met > 1))]!r} is there twice")
    return tuple(levels[code] for code in codes)


@dataclass(frozen=True, slots=True)
class _Model:
    """The areas with a direct estimate, and the search for the variance between them."""

    matrix: Floats
    direct: Floats
    variance: Floats

    def solved(self, a: float) -> tuple[Floats, Floats, Floats]:
        """Return the inverse variances, the covariance of the coefficients and the coefficients."""
        weight = 1 / (a + self.variance)
        fit = Linear().fit(self.matrix, self.direct, weight)
        return weight, fit.inverse, fit.estimate

    def residuals(self, coefficients: Floats) -> Floats:
        return np.asarray(self.direct - self.matrix @ coefficients)

    def _reml(self, a: float) -> tuple[float, float]:
        """Return the score of the restricted likelihood and its information."""
        weight, spread, coefficients = self.solved(a)
        scaled = self.matrix * weight[:, None]
        projection = np.diag(weight) - scaled @ spread @ scaled.T
        left = weight * self.residuals(coefficients)
        score = (float(left @ left) - float(np.trace(projection))) / 2
        return score, float((projection**2).sum()) / 2

    def _ml(self, a: float) -> tuple[float, float]:
        weight, _, coefficients = self.solved(a)
        left = weight * self.residuals(coefficients)
        return (float(left @ left) - float(weight.sum())) / 2, float((weight**2).sum()) / 2

    def _fh(self, a: float) -> tuple[float, float]:
        """Return by how much the weighted sum of squares is more than its degrees of freedom, and its slope."""
        weight, _, coefficients = self.solved(a)
        excess = float(weight @ self.residuals(coefficients) ** 2)
        return excess - (len(self.direct) - self.matrix.shape[1]), float(weight.sum())

    def area_variance(self, method: str) -> float:
        """Search from the median of the sampling variances, by Fisher's scoring; never below 0."""
        equations: dict[str, Callable[[float], tuple[float, float]]] = {
            "REML": self._reml,
            "ML": self._ml,
            "FH": self._fh,
        }
        a, small = float(np.median(self.variance)), float(self.variance.min())
        before = np.inf
        for _ in range(STEPS):
            score, information = equations[method](a)
            moved = max(a + score / information, 0.0)
            change = abs(moved - a) / (a + small)
            if change <= SETTLED or before <= change <= ROUNDING:
                return moved
            a, before = moved, change
        raise DesignError(
            f"the search for the variance between areas by {method} does not end: take another method"
        )


def _areas(
    model: _Model, a: float, method: str, matrix: Floats, direct: Floats, spread: Floats
) -> SmallAreas:
    """Put the estimates of all areas together; those without a direct one have the direct weight 0."""
    weight, beta_spread, beta = model.solved(a)
    known = ~np.isnan(direct)
    kept = np.where(known, a / (a + np.where(known, spread, 1.0)), 0.0)
    synthetic = matrix @ beta
    estimate = synthetic + kept * np.where(known, direct - synthetic, 0.0)
    leverage = np.einsum("ij,jk,ik->i", matrix, beta_spread, matrix)
    mse = np.where(known, _mse(model, a, method, kept, np.where(known, spread, 1.0), leverage), a + leverage)
    left = model.residuals(beta)
    value = -float(np.sum(np.log(2 * np.pi / weight) + left**2 * weight)) / 2
    count = len(beta) + 1
    note = NO_SPREAD if a == 0 else ""
    return SmallAreas(
        method,
        (),
        direct,
        spread,
        estimate,
        mse,
        kept,
        synthetic,
        a,
        (),
        beta,
        np.sqrt(np.diagonal(beta_spread)),
        value,
        2 * count - 2 * value,
        count * float(np.log(known.sum())) - 2 * value,
        tuple(note if one else SYNTHETIC for one in known),
    )


def _mse(model: _Model, a: float, method: str, kept: Floats, spread: Floats, leverage: Floats) -> Floats:
    """Return g1 + g2 + 2 g3 less what the bias of the estimated variance brings."""
    weight, beta_spread, _ = model.solved(a)
    areas, once, twice = len(weight), float(weight.sum()), float((weight**2).sum())
    lost = 1 - kept
    of_a = 2 * areas / once**2 if method == "FH" else 2 / twice
    bias = 0.0
    if method == "ML":
        squared = (model.matrix * (weight**2)[:, None]).T @ model.matrix
        bias = -float(np.trace(beta_spread @ squared)) / twice
    elif method == "FH":
        bias = 2 * (areas * twice - once**2) / once**3
    g1, g2, g3 = spread * kept, lost**2 * leverage, lost**2 * of_a / (a + spread)
    return np.asarray(g1 + g2 + 2 * g3 - bias * lost**2)
