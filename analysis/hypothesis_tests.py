"""Tests that respect the design: two groups, families of p-values, reliability."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from analysis.columns import DesignError, Floats, level_column, number_column
from analysis.estimation.contrasts import degrees_of, summarise
from analysis.estimation.domains import Where, domains_of
from analysis.estimation.estimates import mean
from analysis.estimation.variance import covariance
from analysis.sample import Sample

if TYPE_CHECKING:
    import pandas as pd

NO_DEGREES = "not testable: no degrees of freedom"
NO_VARIANCE = "not testable: no standard error"


@dataclass(frozen=True, slots=True, repr=False)
class TestResult:
    """One test.

    Attributes
    ----------
    test, variables : str
    n : int
        Respondents with all answers, unweighted.
    statistic, df_numerator, df_denominator, p : float
        NaN where the test cannot be made; `note` says why.
    difference, se, ci_low, ci_high : float
        Of a comparison of two groups; NaN otherwise.
    note : str

    Examples
    --------
    >>> found = TestResult("t", "y~g", 40, 2.5, 1, 38, 0.017).to_frame()
    >>> found[["test", "statistic", "p"]].to_dict("records")
    [{'test': 't', 'statistic': 2.5, 'p': 0.017}]
    >>> TestResult("t", "y~g", 40, 2.5, 1, 38, 0.017)
    <t of y~g, n = 40: 2.5 with 1 and 38 degrees of freedom, p = 0.017>
    """

    __test__ = False

    test: str
    variables: str
    n: int
    statistic: float
    df_numerator: float
    df_denominator: float
    p: float
    difference: float = float("nan")
    se: float = float("nan")
    ci_low: float = float("nan")
    ci_high: float = float("nan")
    note: str = ""

    def __repr__(self) -> str:
        """Say the test in a line, or why it cannot be made."""
        degrees = f"{self.df_numerator:.4g} and {self.df_denominator:.4g} degrees of freedom"
        gap = f", difference {self.difference:.5g}" if self.difference == self.difference else ""
        said = self.note or f"{self.statistic:.5g} with {degrees}, p = {self.p:.4g}{gap}"
        return f"<{self.test} of {self.variables}, n = {self.n}: {said}>"

    def to_frame(self) -> pd.DataFrame:
        """Return the test as a table of one row.

        Returns
        -------
        DataFrame
        """
        import pandas as pd

        return pd.DataFrame([{name: getattr(self, name) for name in self.__slots__}])


def domain_t(
    sample: Sample, variable: str, group: str, *, where: Where = None, level: float = 0.95
) -> TestResult:
    """Compare the means of two groups, as R's ``svyttest(variable ~ group)``.

    Parameters
    ----------
    sample : Sample
    variable : str
        Numeric column; rows without a value are left out.
    group : str
        Column with two levels among the respondents; the second in order less the first is the difference.
    where : mapping or ndarray of bool, optional
        Domain.
    level : float
        Confidence level.

    Returns
    -------
    TestResult
        Student's t with the degrees of freedom of the respondents' design less 1; the covariance of groups
        that share clusters is in the standard error.

    Raises
    ------
    DesignError
        If the group has not two levels.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.sample import make_sample
    >>> sample = make_sample(pd.DataFrame({"y": [1.0, 3.0, 5.0, 7.0], "g": ["a", "a", "b", "b"]}))
    >>> found = domain_t(sample, "y", "g")
    >>> found.difference, round(found.se, 4), found.df_denominator
    (4.0, 1.1547, 2.0)
    """
    values = number_column(sample.frame, variable, missing=True)
    codes, levels = level_column(sample.frame, group, missing=True)
    inside = (domains_of(sample, (), where).code >= 0) & ~np.isnan(values) & (codes >= 0)
    inside &= sample.design.weight > 0
    met = np.unique(codes[inside])
    if len(met) != 2:
        raise DesignError(f"column {group!r} has {len(met)} levels among the respondents, not 2")
    means = mean(sample, variable, by=group, where=inside, keep_influence=True)
    two = [means.domains.index((levels[code],)) for code in met]
    names, n = f"{variable}~{group}", int(inside.sum())
    assert means.influence is not None  # asked for above
    influence = means.influence[:, two[1]] - means.influence[:, two[0]]
    spread = float(covariance(sample.design, influence[:, None], inside)[0, 0])
    degrees = degrees_of(sample, inside) - 1
    if degrees <= 0 or not np.isfinite(means.se[two]).any() or not spread > 0:
        return untested("t", names, n, NO_DEGREES if degrees <= 0 else NO_VARIANCE)
    gap = means.estimate[two[1]] - means.estimate[two[0]]
    one = summarise(("",), np.array([gap]), np.array([np.sqrt(spread)]), degrees, level)
    t, limits = float(gap / one.se[0]), (float(one.ci_low[0]), float(one.ci_high[0]))
    return TestResult("t", names, n, t, 1, degrees, float(one.p[0]), float(gap), float(one.se[0]), *limits)


def benjamini_hochberg(p_values: ArrayLike) -> Floats:
    """Adjust a family of p-values for the false discovery rate, as R's ``p.adjust(method="BH")``.

    Parameters
    ----------
    p_values : array_like, shape (m,)
        One declared family, such as one question at one level between two rounds. NaN is not counted.

    Returns
    -------
    ndarray of float, shape (m,)

    References
    ----------
    Benjamini, Y. and Hochberg, Y. (1995), JRSS B 57, 289-300.

    Examples
    --------
    The smallest times three, the second times three halves, none less than the one before it.

    >>> benjamini_hochberg([0.01, 0.02, 0.5]).round(3).tolist()
    [0.03, 0.03, 0.5]
    """
    p = np.asarray(p_values, dtype=np.float64)
    known = np.flatnonzero(~np.isnan(p))
    order = known[np.argsort(-p[known], kind="stable")]
    count = len(order)
    adjusted = np.full(p.shape, np.nan)
    adjusted[order] = np.minimum(1.0, np.minimum.accumulate(p[order] * count / np.arange(count, 0, -1)))
    return adjusted


def holm(p_values: ArrayLike) -> Floats:
    """Adjust a family of p-values for the chance of any false finding, as R's ``p.adjust(method="holm")``.

    Parameters
    ----------
    p_values : array_like, shape (m,)
        One declared family. NaN is not counted.

    Returns
    -------
    ndarray of float, shape (m,)

    References
    ----------
    Holm, S. (1979), Scandinavian Journal of Statistics 6, 65-70.

    Examples
    --------
    >>> holm([0.01, 0.02, 0.5]).round(3).tolist()
    [0.03, 0.04, 0.5]
    """
    p = np.asarray(p_values, dtype=np.float64)
    known = np.flatnonzero(~np.isnan(p))
    order = known[np.argsort(p[known], kind="stable")]
    count = len(order)
    adjusted = np.full(p.shape, np.nan)
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(p[order] * np.arange(count, 0, -1)))
    return adjusted


#: Adjustments of a family of p-values by name.
ADJUSTMENTS = {"benjamini-hochberg": benjamini_hochberg, "holm": holm}


def adjust_families(
    p_values: ArrayLike, family: Sequence[object], method: str = "benjamini-hochberg"
) -> Floats:
    """Adjust p-values within each declared family.

    Parameters
    ----------
    p_values : array_like, shape (m,)
    family : sequence, length m
        Which family each belongs to. What was not declared together is not adjusted together.
    method : str
        One of `ADJUSTMENTS`.

    Returns
    -------
    ndarray of float, shape (m,)

    Raises
    ------
    KeyError
        If there is no such method.

    Examples
    --------
    >>> adjust_families([0.01, 0.04, 0.01], ["safety", "safety", "trust"]).round(3).tolist()
    [0.02, 0.04, 0.01]
    """
    p = np.asarray(p_values, dtype=np.float64)
    names = np.array([str(one) for one in family], dtype=object)
    adjusted = np.full(p.shape, np.nan)
    for name in dict.fromkeys(names):
        adjusted[names == name] = ADJUSTMENTS[method](p[names == name])
    return adjusted


def cronbach_alpha(items: ArrayLike, weight: ArrayLike | None = None) -> float:
    """Return Cronbach's alpha of an index, as R's ``svycralpha(na.rm=TRUE)``, unweighted without weights.

    Parameters
    ----------
    items : array_like, shape (rows, k)
        Scores turned the same way; rows that lack one are left out.
    weight : array_like, shape (rows,), optional

    Returns
    -------
    float
        ``k / (k - 1) (1 - sum of item variances / variance of the sum)``; NaN for fewer than two items, two
        complete rows, or a sum that never varies. Valid where the items measure one thing.

    References
    ----------
    Cronbach, L. J. (1951), Psychometrika 16, 297-334.

    Examples
    --------
    The items have the variances 1 and 3 and their sum 7: 2 (1 - 4/7).

    >>> round(cronbach_alpha([[1, 2], [2, 2], [3, 5]]), 4)
    0.8571
    """
    scores = np.asarray(items, dtype=np.float64)
    weights = np.ones(len(scores)) if weight is None else np.asarray(weight, dtype=np.float64)
    # A product with ones is missing where any item is, and is much faster than looking at each.
    complete = ~np.isnan(scores @ np.ones(scores.shape[1])) & (weights > 0)
    scores, weights = scores[complete], weights[complete]
    if len(scores) < 2:
        return float("nan")
    centred = scores - weights @ scores / weights.sum()
    return _alpha((centred * weights[:, None]).T @ centred)


def alpha_of_products(products: Floats) -> float:
    """Return Cronbach's alpha from summed products, which merge over parts of the rows.

    Parameters
    ----------
    products : ndarray of float, shape (1 + k, 1 + k)
        Sums over complete rows of the products of a one and the k item scores.

    Returns
    -------
    float
        As `cronbach_alpha` without weights.

    Examples
    --------
    >>> scores = np.array([[1.0, 1.0, 2.0], [1.0, 2.0, 2.0], [1.0, 3.0, 5.0]])
    >>> round(alpha_of_products(scores.T @ scores), 4)
    0.8571
    """
    rows, sums = products[0, 0], products[0, 1:]
    return _alpha(products[1:, 1:] - np.outer(sums, sums) / rows) if rows >= 2 else float("nan")


def _alpha(spread: Floats) -> float:
    """Return alpha from the covariances of the items, up to a factor; NaN if their sum never varies."""
    count, items, whole = len(spread), float(np.trace(spread)), float(spread.sum())
    if count < 2 or not whole > 1e-12 * items:
        return float("nan")
    return count / (count - 1) * (1 - items / whole)


def untested(test: str, variables: str, n: int, note: str) -> TestResult:
    """Return the result of a test that cannot be made.

    Parameters
    ----------
    test, variables : str
    n : int
    note : str
        Why not.

    Returns
    -------
    TestResult

    Examples
    --------
    >>> untested("t", "y~g", 1, NO_DEGREES).note
    'not testable: no degrees of freedom'
    """
    nothing = float("nan")
    return TestResult(test, variables, n, nothing, nothing, nothing, nothing, note=note)
