"""Linear, logistic and ordinal regression of survey data, with linearised standard errors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from analysis.columns import DesignError, Floats, level_column, number_column
from analysis.estimation.contrasts import degrees_of, summarise
from analysis.estimation.domains import Where, domains_of, indicator
from analysis.estimation.estimates import AnySample
from analysis.estimation.variance import covariance
from analysis.models.regression.fit import Fit, Likelihood, dependent_column
from analysis.models.regression.likelihoods import Linear, Logistic
from analysis.models.regression.model_matrix import ModelMatrix, label, parsed_terms, read_variables
from analysis.models.regression.ordinal import Ordinal
from analysis.models.regression.results import Fitted, Regression
from analysis.models.regression.separation import NEARLY_SURE, separating_columns
from analysis.sample import Sample

#: A linear model that leaves less than this part of the outcome's spread explains it whole.
WHOLE = 1e-20

ONE_CLUSTER = "all its rows are in one cluster, so that its standard error is too small"


def linear_regression(
    sample: AnySample,
    outcome: str,
    terms: str | Sequence[str],
    *,
    reference: Mapping[str, object] | None = None,
    factors: Iterable[str] = (),
    where: Where = None,
    level: float = 0.95,
) -> Regression:
    """Regress a number on terms, as R's ``svyglm(outcome ~ terms, design)``.

    Parameters
    ----------
    sample : Sample
    outcome : str
        Numeric column.
    terms : str or sequence of str
        Columns; ``a:b`` is an interaction and ``a*b`` both columns and their interaction. Columns of numbers are
        numbers, others are factors. Rows without a value in the outcome or a term are left out and counted.
    reference : mapping of column to level, optional
        Levels that others are compared with; without one, the first in order.
    factors : iterable of str
        Columns of numbers that are factors.
    where : mapping of column to value, or ndarray of bool, optional
        A domain, not a filter: the rest of the sample still counts for the variance.
    level : float
        Confidence level of the intervals, which are ``t`` with the degrees of freedom of the domain's design less the
        slopes.

    Returns
    -------
    Regression

    Raises
    ------
    DesignError
        If a column cannot be used, a column of the model is a combination of others, the terms explain the outcome
        whole, or the design leaves no degrees of freedom.

    Notes
    -----
    Weighted least squares; variance of the linearised values ``(X'WX)⁻¹ x w (y − xb)`` summed to clusters, for all
    stages of the design and its adjusted weights.

    References
    ----------
    Binder, D. (1983), International Statistical Review 51, 279-292; Fuller, W. A. (1975), Sankhya C 37, 117-132;
    Lumley, T. and Scott, A. J. (2017), Statistical Science 32, 265-278.

    Examples
    --------
    Two of a group said 1 and 3, two of another 5 and 7: the difference of the means is 4.

    >>> import pandas as pd
    >>> from analysis.sample import make_sample
    >>> sample = make_sample(pd.DataFrame({"y": [1.0, 3.0, 5.0, 7.0], "g": [*"aabb"]}))
    >>> found = linear_regression(sample, "y", "g")
    >>> found.names, found.estimate.round(4).tolist(), found.se.round(4).tolist(), found.df
    (('(intercept)', 'g=b'), [2.0, 4.0], [0.8165, 1.1547], 2.0)
    >>> linear_regression(sample, "y", "g", reference={"g": "b"}).estimate.round(4).tolist()
    [6.0, -4.0]
    """
    values = number_column(sample.frame, outcome, missing=True)
    made = _Asked(sample, outcome, terms, reference or {}, tuple(factors), where, level)
    matrix, rows = made.matrix(values)
    return made.fitted("linear", Linear(), matrix, rows, values[rows])


def logistic_regression(
    sample: AnySample,
    outcome: str,
    terms: str | Sequence[str],
    *,
    success: object = None,
    reference: Mapping[str, object] | None = None,
    factors: Iterable[str] = (),
    where: Where = None,
    level: float = 0.95,
) -> Regression:
    """Regress one of two answers on terms, as R's ``svyglm(..., family = quasibinomial)``.

    Parameters
    ----------
    sample : Sample
    outcome : str
    terms, reference, factors, where, level : as for `linear_regression`
    success : object, optional
        The answer whose chance is modelled, against all others; without it the column holds 0 and 1.

    Returns
    -------
    Regression
        Coefficients are differences of log odds.

    Raises
    ------
    DesignError
        As for `linear_regression`; if the column holds anything but 0 and 1 and no answer is named; if terms decide
        some answers (perfect separation), so that no finite coefficient fits.

    Notes
    -----
    Weighted maximum likelihood; variance of the linearised values ``I⁻¹ x w (y − p)``.

    References
    ----------
    Binder, D. (1983), International Statistical Review 51, 279-292; Lumley, T. and Scott, A. J. (2017), Statistical
    Science 32, 265-278.

    Examples
    --------
    One of four in a group said yes, three of four in another: the odds are 9 times as high.

    >>> import pandas as pd
    >>> from analysis.sample import make_sample
    >>> sample = make_sample(pd.DataFrame({"a": [*"nnnyyyyn"], "g": [*"xxxxzzzz"]}))
    >>> found = logistic_regression(sample, "a", "g", success="y").to_frame()
    >>> found["odds_ratio"].round(4).tolist()
    [nan, 9.0]
    """
    values = (
        number_column(sample.frame, outcome, missing=True)
        if success is None
        else indicator(sample.frame, outcome, success)
    )
    if not np.isin(values[~np.isnan(values)], (0.0, 1.0)).all():
        raise DesignError(
            f"column {outcome!r} holds other numbers than 0 and 1: say which answer is the success"
        )
    made = _Asked(sample, outcome, terms, reference or {}, tuple(factors), where, level)
    matrix, rows = made.matrix(values)
    if len(np.unique(values[rows])) < 2:
        raise DesignError(f"column {outcome!r}: all rows used give the same answer")
    return made.fitted("logistic", Logistic(), matrix, rows, values[rows], ("0", "1"))


def ordinal_regression(
    sample: AnySample,
    outcome: str,
    terms: str | Sequence[str],
    *,
    order: Sequence[object] = (),
    reference: Mapping[str, object] | None = None,
    factors: Iterable[str] = (),
    where: Where = None,
    level: float = 0.95,
) -> Regression:
    """Regress ordered answers on terms by proportional odds, as R's ``svyolr(outcome ~ terms, design)``.

    Parameters
    ----------
    sample : Sample
    outcome : str
    terms, reference, factors, where, level : as for `linear_regression`
    order : sequence, optional
        All answers from the lowest to the highest; a column of numbers or of an ordered categorical needs none.
        Answers that nobody among the rows used gave are passed over.

    Returns
    -------
    Regression
        A coefficient above 0 says that higher answers are more likely. Thresholds come last.

    Raises
    ------
    DesignError
        As for `logistic_regression`; if the order of the answers is not known, lacks one, or fewer than three occur.

    Notes
    -----
    ``log odds of an answer up to k = threshold k − x b``, fitted by weighted maximum likelihood with the observed
    information. R's ``svyolr`` stops its search early by default: its figures agree to 1e-6 with
    ``control = list(reltol = 1e-16, ndeps = rep(1e-5, k))``.

    References
    ----------
    McCullagh, P. (1980), JRSS B 42, 109-142; Binder, D. (1983), International Statistical Review 51, 279-292.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.sample import make_sample
    >>> frame = pd.DataFrame({"a": [1, 1, 2, 3, 1, 2, 3, 3], "g": [*"xxxxzzzz"]})
    >>> found = ordinal_regression(make_sample(frame), "a", "g")
    >>> found.names, found.df
    (('g=z', '1|2', '2|3'), 6.0)
    >>> bool(found.estimate[0] > 0)
    True
    """
    values, levels = _ordered(sample, outcome, order)
    made = _Asked(sample, outcome, terms, reference or {}, tuple(factors), where, level)
    matrix, rows = made.matrix(values)
    met, code = np.unique(values[rows], return_inverse=True)
    if len(met) < 3:
        raise DesignError(f"column {outcome!r} has {len(met)} answers among the rows used: three are needed")
    answers = tuple(label(levels[int(place)]) for place in met)
    return made.fitted("ordinal", Ordinal(len(met)), matrix, rows, code.astype(np.float64), answers)


def _ordered(sample: AnySample, outcome: str, order: Sequence[object]) -> tuple[Floats, tuple[object, ...]]:
    """Return the place of each answer in the order, NaN where missing."""
    import pandas as pd

    codes, levels = level_column(sample.frame, outcome, missing=True)
    if not order:
        column = sample.frame[outcome]
        ordered = isinstance(column.dtype, pd.CategoricalDtype) and column.cat.ordered
        if not ordered and not bool(pd.to_numeric(column.dropna(), errors="coerce").notna().all()):
            raise DesignError(f"column {outcome!r} holds texts: say the order of its answers")
        return np.where(codes >= 0, codes, np.nan).astype(np.float64), levels
    rank = {label(answer): place for place, answer in enumerate(order)}
    lacking = [answer for answer in levels if label(answer) not in rank]
    if lacking:
        raise DesignError(f"column {outcome!r}: the answer {lacking[0]!r} is not in the order")
    places = np.array([*(rank[label(answer)] for answer in levels), np.nan], dtype=np.float64)
    return places[codes], tuple(order)


class _Asked:
    """What is asked of any regression, and the way from it to the result."""

    def __init__(
        self,
        sample: AnySample,
        outcome: str,
        terms: str | Sequence[str],
        reference: Mapping[str, object],
        factors: tuple[str, ...],
        where: Where,
        level: float,
    ) -> None:
        if not isinstance(sample, Sample):
            raise DesignError(
                "a regression takes its errors from the design: give it the sample without replicate weights"
            )
        self.sample, self.outcome, self.level = sample, outcome, level
        self.terms = parsed_terms(sample.frame, terms)
        names = [name for parts in self.terms for name in parts]
        if outcome in names:
            raise DesignError(f"column {outcome!r} is the outcome and a term")
        self.variables = read_variables(sample.frame, names, reference, factors)
        self.inside = (domains_of(sample, (), where).code >= 0) & (sample.design.weight > 0)
        self.asked, self.left_out = self.inside, 0

    def matrix(self, outcome: Floats) -> tuple[ModelMatrix, NDArray[np.bool_]]:
        """Return the model's columns for the rows that have all values, and which rows these are."""
        complete = ~np.isnan(outcome)
        self.asked = self.inside & complete
        for variable in self.variables.values():
            complete &= ~np.isnan(variable.values)
        rows = self.inside & complete
        self.left_out = int((self.inside & ~complete).sum())
        if not rows.any():
            raise DesignError("no row has the outcome and all terms")
        return ModelMatrix({name: one.taken(rows) for name, one in self.variables.items()}, self.terms), rows

    def fitted(
        self,
        kind: str,
        likelihood: Likelihood,
        matrix: ModelMatrix,
        rows: NDArray[np.bool_],
        outcome: Floats,
        answers: tuple[str, ...] = (),
    ) -> Regression:
        """Fit the model and put its figures together."""
        weight = self.sample.design.weight[rows] / self.sample.design.weight[rows].mean()
        values = matrix.values
        _refuse_dependent(matrix, values, weight)
        df = degrees_of(self.sample, rows) - (values.shape[1] - 1)
        if df <= 0:
            raise DesignError(
                f"{values.shape[1] - 1} slopes need more degrees of freedom than the {df + values.shape[1] - 1:g} "
                "of the design: take fewer terms"
            )
        fit = _best_fit(likelihood, matrix, values, outcome, weight, len(answers))
        thresholds = tuple(f"{low}|{high}" for low, high in pairwise(answers)) if kind == "ordinal" else ()
        kept = slice(1, None) if thresholds else slice(None)
        names = (*matrix.names[kept], *thresholds)
        column_terms = (*matrix.column_terms[kept], *("" for _ in thresholds))
        parts = self.sample, rows, likelihood, matrix, outcome, fit, answers
        made = Fitted(*parts, self.asked, self.variables)
        spread = covariance(self.sample.design, made.spread(fit.influence, rows), rows)
        se = np.sqrt(np.maximum(np.diagonal(spread), 0.0))
        found = summarise(names, fit.estimate, se, df, self.level)
        with np.errstate(divide="ignore", invalid="ignore"):
            t = fit.estimate / se
        limits = found.p, found.ci_low, found.ci_high
        notes = self._notes(names, matrix, rows)
        texts = matrix.term_names
        base = (kind, self.outcome, texts, names, column_terms, int(rows.sum()), self.left_out, df)
        return Regression(*base, fit.estimate, se, t, *limits, spread, self.level, notes, made)

    def _notes(self, names: tuple[str, ...], matrix: ModelMatrix, rows: NDArray[np.bool_]) -> tuple[str, ...]:
        """Say what was left out, and which levels one cluster alone has."""
        notes = dict.fromkeys(names, "")
        unit = self.sample.design.stages[0].unit[rows]
        for variable in matrix.variables.values():
            for place, name in enumerate(variable.names if variable.levels else (), start=1):
                met = unit[variable.values == place]
                if len(met) and (met == met[0]).all():
                    notes[name] = ONE_CLUSTER
        if self.left_out:
            many = f"{self.left_out} row{'s' if self.left_out > 1 else ''}"
            said = f"{many} left out: the outcome or a term is missing"
            notes[names[0]] = "; ".join(filter(None, (said, notes[names[0]])))
        return tuple(notes.values())


def _refuse_dependent(matrix: ModelMatrix, values: Floats, weight: Floats) -> None:
    place = dependent_column(values, weight)
    if place is None:
        return
    name = matrix.names[min(place, len(matrix.names) - 1)]
    if not values[:, min(place, len(matrix.names) - 1)].any():
        raise DesignError(f"no row used has {name}: join levels or leave the interaction out")
    raise DesignError(f"{name} follows from the terms before it: leave one of them out or join levels")


def _best_fit(
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
