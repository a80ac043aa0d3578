"""Whether two answers have to do with each other: the tests of a two-way table that respect the design."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from analysis.columns import Codes, DesignError, Floats, level_column
from analysis.estimation.chi_squared_sums import saddlepoint_tail, weighted_f_tail
from analysis.estimation.contrasts import degrees_of
from analysis.estimation.domains import Where, domains_of
from analysis.estimation.estimates import AnySample
from analysis.estimation.replicates import replicate_covariance
from analysis.estimation.variance import covariance, covariance_of_columns
from analysis.hypothesis_tests import NO_DEGREES, TestResult, untested
from analysis.replicate_weights import ReplicateSample
from analysis.sample import Sample

NO_VARIANCE_OF_CELLS = "not testable: no standard error, or too many empty cells"
ONE_LEVEL = "not testable: fewer than two levels in one of the columns"

#: The statistics by the names that R's ``svychisq`` gives them.
STATISTICS = ("F", "Chisq", "Wald", "adjWald", "lincom", "saddlepoint")
#: Those of replicate weights.
OF_REPLICATES = STATISTICS[:2]


def rao_scott(
    sample: AnySample, row: str, column: str, *, where: Where = None, statistic: str = "F"
) -> TestResult:
    """Test whether two answers are independent, as R's ``svychisq``.

    Parameters
    ----------
    sample : Sample or ReplicateSample
    row, column : str
        The two answers; rows that lack one are left out.
    where : optional
        Domain, as for `analysis.estimation.estimates.mean`.
    statistic : str
        "F": Pearson's over the trace of the generalised design effects, an F with second-order degrees of freedom
        ``d0`` and ``d0`` times the degrees of freedom of the domain's design. "Chisq": first order, Pearson's over
        the mean design effect, chi-squared. "lincom" and "saddlepoint": Pearson's in its own distribution, a sum of
        chi-squares weighted by the design effects over one for the degrees of freedom of the design, by numerical
        integration or by its saddlepoint approximation. "Wald" and "adjWald": whether the cells differ from the
        products of their margins, an F, the second adjusted for few degrees of freedom.

    Returns
    -------
    TestResult
        For "Chisq", "lincom" and "saddlepoint" the statistic is Pearson's of a table of as many people as the domain
        has rows; for the last two the degrees of freedom are those of "F". R's "lincom" cuts those below to a whole number.

    Raises
    ------
    DesignError
        If a column is not in the data or there is no such statistic; of replicate weights there are the first two.

    References
    ----------
    Rao, J. N. K. and Scott, A. J. (1984), Annals of Statistics 12, 46-60. Koch, G. et al. (1975), International
    Statistical Review 43, 59-78 (Wald). Lumley, T. (2010), Complex Surveys. Kuonen, D. (1999), Biometrika 86, 929-935
    (saddlepoint). Imhof, J. P. (1961), Biometrika 48, 419-426 (integration).

    Examples
    --------
    Eight people, each drawn in the same way: Pearson's statistic of the table 3, 1 / 1, 3 is 2; times 7/8, as n - 1 to n.

    >>> import pandas as pd
    >>> from analysis.sample import make_sample
    >>> sample = make_sample(pd.DataFrame({"a": [*"xxxxyyyy"], "b": [*"pppqqqqp"]}))
    >>> found = rao_scott(sample, "a", "b")
    >>> round(found.statistic, 4), found.df_numerator, found.df_denominator
    (1.75, 1.0, 7.0)
    >>> round(rao_scott(sample, "a", "b", statistic="Chisq").statistic, 4)
    2.0
    """
    if statistic not in STATISTICS:
        raise DesignError(f"statistic {statistic!r} is not one of {', '.join(STATISTICS)}")
    if isinstance(sample, ReplicateSample) and statistic not in OF_REPLICATES:
        raise DesignError(f"of replicate weights there is {' and '.join(OF_REPLICATES)}, not {statistic!r}")
    table = _table(sample, row, column, where)
    test = "rao-scott" if statistic == "F" else f"rao-scott {statistic}"
    if min(table.rows, table.columns) < 2 or table.degrees <= 0:
        note = NO_DEGREES if min(table.rows, table.columns) >= 2 else ONE_LEVEL
        return untested(test, f"{row},{column}", table.n, note)
    if statistic in ("Wald", "adjWald") and isinstance(sample, Sample):
        figures = _wald(sample, table, statistic)
    else:
        figures = _pearson_figures(sample, table, statistic)
    if figures is None:
        return untested(test, f"{row},{column}", table.n, NO_VARIANCE_OF_CELLS)
    return TestResult(test, f"{row},{column}", table.n, *figures)


#: Statistic, degrees of freedom above and below, p-value.
Figures = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class _Table:
    """The cells of those who gave both answers."""

    inside: NDArray[np.bool_]
    cell: Codes
    rows: int
    columns: int
    people: int
    degrees: float

    @property
    def n(self) -> int:
        return int(self.inside.sum())

    @property
    def cells(self) -> int:
        return self.rows * self.columns


def _table(sample: AnySample, row: str, column: str, where: Where) -> _Table:
    inside = (domains_of(sample, (), where).code >= 0) & (sample.weight > 0)
    first = level_column(sample.frame, row, missing=True)[0]
    second = level_column(sample.frame, column, missing=True)[0]
    degrees, people = degrees_of(sample, inside), int(inside.sum())
    inside = inside & (first >= 0) & (second >= 0)
    levels = [np.unique(codes[inside], return_inverse=True) for codes in (first, second)]
    rows, columns = len(levels[0][0]), len(levels[1][0])
    return _Table(inside, levels[0][1] * columns + levels[1][1], rows, columns, people, degrees)


def _pearson_figures(sample: AnySample, table: _Table, statistic: str) -> Figures | None:
    share, variance = _cell_shares(sample, table)
    effects = _generalised_effects(share, variance, table.rows, table.columns)
    trace = 0.0 if effects is None else float(np.trace(effects))
    if effects is None or not trace > 0:
        return None
    pearson = _pearson(share.reshape(table.rows, table.columns))
    d0 = trace**2 / float(np.trace(effects @ effects))
    below = d0 * table.degrees
    if statistic == "F":
        return pearson / trace, d0, below, float(special.fdtrc(d0, below, pearson / trace))
    if statistic == "Chisq":
        degrees = len(effects)
        p = float(special.chdtrc(degrees, pearson / (trace / degrees)))
        return pearson * table.people, degrees, float("inf"), p
    parts = np.real(np.linalg.eigvals(effects))
    tail = weighted_f_tail if statistic == "lincom" else saddlepoint_tail
    return pearson * table.people, d0, below, tail(pearson, parts, below)


def _cell_shares(sample: AnySample, table: _Table) -> tuple[Floats, Floats]:
    """Return the weighted shares of the cells of a table and their covariance matrix."""
    weight = sample.weight[table.inside]
    share = np.bincount(table.cell, weights=weight, minlength=table.cells) / weight.sum()
    if isinstance(sample, ReplicateSample):
        sets = sample.replicates[table.inside].T
        with np.errstate(invalid="ignore"):
            thetas = np.array([np.bincount(table.cell, one, table.cells) / one.sum() for one in sets])
        return share, replicate_covariance(sample, thetas, share)
    part = weight / weight.sum()

    def influence(cell: int) -> Floats:
        column = np.zeros(sample.design.rows)
        column[table.inside] = part * ((table.cell == cell) - share[cell])
        return column

    return share, covariance_of_columns(sample.design, influence, table.cells, table.inside)


def _generalised_effects(share: Floats, variance: Floats, rows: int, columns: int) -> Floats | None:
    """Return the matrix whose eigenvalues are the generalised design effects, per respondent.

    So many cells may be empty, as where one answer decides the other, that it is not defined.
    """
    row, column = np.divmod(np.arange(rows * columns), columns)
    rows_part = (row[:, None] == np.arange(1, rows)).astype(np.float64)
    columns_part = (column[:, None] == np.arange(1, columns)).astype(np.float64)
    main = np.column_stack([np.ones(rows * columns), rows_part, columns_part])
    both = (rows_part[:, :, None] * columns_part[:, None, :]).reshape(rows * columns, -1)
    basis = np.linalg.qr(main)[0]
    contrast = both - basis @ (basis.T @ both)
    inverse = np.divide(1.0, share, out=np.zeros_like(share), where=share > 0)
    scaled = contrast * inverse[:, None]
    simple = contrast.T @ scaled
    if np.linalg.matrix_rank(simple) < len(simple):
        return None
    return np.asarray(np.linalg.solve(simple, scaled.T @ variance @ scaled))


def _pearson(share: Floats) -> float:
    """Return Pearson's statistic of a table of shares, per respondent."""
    expected = share.sum(axis=1, keepdims=True) * share.sum(axis=0, keepdims=True)
    return float(np.sum((share - expected) ** 2 / expected))


def _wald(sample: Sample, table: _Table, statistic: str) -> Figures | None:
    """Return Wald's F for the cells outside the first row and column, less the products of their margins."""
    weight = sample.weight[table.inside]
    whole = weight.sum()
    share = np.bincount(table.cell, weights=weight, minlength=table.cells).reshape(table.rows, -1) / whole
    above, left = share.sum(axis=0), share.sum(axis=1)
    row, column = np.divmod(table.cell, table.columns)
    of_row = (row[:, None] == np.arange(1, table.rows)).astype(np.float64)[:, :, None]
    of_column = (column[:, None] == np.arange(1, table.columns)).astype(np.float64)[:, None, :]
    # The linearised x - rc of totals, over the sum of the weights.
    expected = left[1:, None] * above[1:]
    inner = of_row * of_column - of_row * above[1:] - left[1:, None] * of_column + expected
    influence = np.zeros((sample.design.rows, (table.rows - 1) * (table.columns - 1)))
    influence[table.inside] = (weight / whole)[:, None] * inner.reshape(len(weight), -1)
    variance = covariance(sample.design, influence, table.inside)
    gap = (share[1:, 1:] - expected).ravel()
    above_df = len(gap)
    below = table.degrees if statistic == "Wald" else table.degrees - above_df + 1
    if below <= 0 or np.linalg.matrix_rank(variance) < above_df:
        return None
    found = float(gap @ np.linalg.solve(variance, gap)) / above_df * below / table.degrees
    return found, above_df, below, float(special.fdtrc(above_df, below, found))
