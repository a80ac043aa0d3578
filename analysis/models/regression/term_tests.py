"""Tests of terms: Wald's with the covariance of the design, and those of the working likelihood (Rao-Scott)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import special

from analysis.columns import DesignError
from analysis.estimation.chi_squared_sums import saddlepoint_tail
from analysis.hypothesis_tests import NO_VARIANCE, TestResult, untested
from analysis.models.regression.results import Regression

#: Tests of terms by name, as R's ``regTermTest(method=)``: "Wald", "WorkingWald", "LRT".
METHODS = ("wald", "working wald", "likelihood ratio")


def term_test(regression: Regression, terms: str | Sequence[str], method: str = "wald") -> TestResult:
    """Test whether terms can be left out, as R's ``regTermTest(model, ~terms, method=)``.

    Parameters
    ----------
    regression : Regression
    terms : str or sequence of str
        Terms of the regression, tested together.
    method : str
        "wald": ``b' V⁻¹ b`` over its coefficients, an F with V the covariance that the design gives. "likelihood ratio":
        the model without the terms is fitted to the same rows; twice the difference of the weighted log-likelihoods is
        compared with the sum of chi-squared variables that the design makes of it (Rao and Scott). "working wald": the
        same with ``b' V₀⁻¹ b``, V₀ the covariance if the weighted rows were independent. These two keep their level
        better where there are few degrees of freedom.

    Returns
    -------
    TestResult
        The statistic of the last two is divided by the mean of the scale factors, as R prints it; `p` is the
        saddlepoint value of the whole sum, over a denominator with the regression's degrees of freedom.

    Raises
    ------
    DesignError
        If a term is not in the regression, or a likelihood ratio is asked of a column while its interaction stays.

    References
    ----------
    Rao, J. N. K. and Scott, A. J. (1984), Annals of Statistics 12, 46-60; Lumley, T. and Scott, A. J. (2014), Australian
    and New Zealand Journal of Statistics 56, 1-14.

    Examples
    --------
    Of one coefficient Wald's F is the square of t.

    >>> import pandas as pd
    >>> from analysis.models.regression.fitting import linear_regression
    >>> from analysis.sample import make_sample
    >>> sample = make_sample(pd.DataFrame({"y": [1.0, 3.0, 5.0, 7.0], "g": [*"aabb"]}))
    >>> found = term_test(linear_regression(sample, "y", "g"), "g")
    >>> round(found.statistic, 4), found.df_numerator, found.df_denominator, round(found.p, 4)
    (12.0, 1.0, 2.0, 0.0742)
    """
    if method not in METHODS:
        raise DesignError(f"test {method!r} is not one of {', '.join(METHODS)}")
    tested = (terms,) if isinstance(terms, str) else tuple(terms)
    place = _places(regression, tested)
    variables = f"{regression.outcome}~{','.join(tested)}"
    estimate, spread = regression.estimate[place], regression.covariance[np.ix_(place, place)]
    if np.linalg.matrix_rank(spread, hermitian=True) < len(place):
        return untested(method, variables, regression.n, NO_VARIANCE)
    if method == "wald":
        statistic = float(estimate @ np.linalg.solve(spread, estimate)) / len(place)
        p = float(special.fdtrc(len(place), regression.df, statistic))
    else:
        working = regression.fitted.fit.inverse[np.ix_(place, place)]
        scale = np.real(np.linalg.eigvals(np.linalg.solve(working, spread)))
        whole = (
            float(estimate @ np.linalg.solve(working, estimate))
            if method == "working wald"
            else _deviance_without(regression, tested) - regression.fitted.fit.deviance
        )
        statistic, p = whole / float(scale.mean()), saddlepoint_tail(whole, scale, regression.df)
    return TestResult(method, variables, regression.n, statistic, float(len(place)), regression.df, p)


def _places(regression: Regression, tested: tuple[str, ...]) -> list[int]:
    strangers = [term for term in tested if term not in regression.terms]
    if strangers or not tested:
        raise DesignError(f"{', '.join(strangers) or 'nothing'} is no term of the regression")
    return [place for place, term in enumerate(regression.coefficient_terms) if term in tested]


def _deviance_without(regression: Regression, tested: tuple[str, ...]) -> float:
    """Fit the model without the terms to the same rows."""
    fitted = regression.fitted
    left = fitted.matrix.without(tested)
    for parts in left.terms:
        gone = [name for name in parts if name in tested]
        if gone and len(parts) > 1:
            raise DesignError(
                f"{gone[0]!r} cannot be left out while {':'.join(parts)} stays: test both together"
            )
    return fitted.likelihood.fit(left.values, fitted.outcome, fitted.weight).deviance
