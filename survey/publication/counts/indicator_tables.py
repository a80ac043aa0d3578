"""The values of indicators by cell, with intervals, made from sums that merge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from analysis import intervals
from analysis.changes import Figures
from analysis.columns import Floats, taken
from analysis.estimation.counting import Pairs, UnitTable, ValueSums, sum_codes, sum_values
from analysis.estimation.linearisation import Linear
from analysis.estimation.sums import gather, mean_of_sums, merge, pooled_design_effect
from analysis.hypothesis_tests import alpha_of_products
from survey.publication.counts.indicators import (
    Answers,
    Indicator,
    answer_counts,
    code_values,
    item_scores,
    row_values,
)

if TYPE_CHECKING:
    import pandas as pd

#: Kinds whose row values are 0 or 100, so that their mean is a share.
SHARES = ("share", "named", "either")


@dataclass(frozen=True, slots=True)
class IndicatorTable:
    """One indicator in all cells of a round.

    Attributes
    ----------
    indicator : Indicator
    figures : Figures, shape (cells,)
    deff : float or ndarray of float, shape (cells,)
        Design effect, at least 1.
    alpha, alpha_rows : float, int
        Cronbach's alpha of an index and the rows that answered all its items; NaN and 0 for other kinds.
    dont_know, refused : ndarray of float, shape (cells,)
        Shares of all answers given to the indicator's questions.
    """

    indicator: Indicator
    figures: Figures
    deff: float | Floats
    alpha: float
    alpha_rows: int
    dont_know: Floats
    refused: Floats

    def to_frame(self, names: Mapping[str, Sequence[Any]]) -> pd.DataFrame:
        """Return one row per cell; `names` gives the columns that name the cells."""
        import pandas as pd

        return pd.DataFrame(
            {
                **names,
                "indicator": self.indicator.name,
                "n": self.figures.n,
                "value": self.figures.value,
                "ci_low": self.figures.low,
                "ci_high": self.figures.high,
                "deff": self.deff,
                "alpha": self.alpha,
                "dont_know": self.dont_know,
                "refused": self.refused,
                "base": self.indicator.base,
            }
        )


@dataclass(frozen=True, slots=True)
class IndicatorSums:
    """What counting keeps of one indicator; the sums of any split of the rows merge to those of the whole.

    Attributes
    ----------
    indicator : Indicator
    values : ValueSums
        Of the row values, without weights.
    answers : ndarray of int, shape (3, cells)
        All answers to the indicator's questions, the "don't know" and the "prefer not to say".
    items : ndarray of float, shape (1 + items, 1 + items)
        Products of a one and the item scores, summed over the rows that answered every item of an index.
    """

    indicator: Indicator
    values: ValueSums
    answers: NDArray[np.int64]
    items: Floats


def count_indicators(
    indicators: Sequence[Indicator], answers: Mapping[str, Answers], pairs: Pairs, cell: NDArray[np.int64]
) -> tuple[IndicatorSums, ...]:
    """Reduce answers to the sums of each indicator that has a question among them.

    Parameters
    ----------
    indicators : sequence of Indicator
    answers : mapping of question to Answers
    pairs : Pairs
        Of the declared cells with the clusters (field workers).
    cell : ndarray of int, shape (rows,)
        The cells that `pairs` was made of.

    Returns
    -------
    tuple of IndicatorSums
    """
    asked = {name for indicator in indicators for name in indicator.items} & set(answers)
    given = {name: answer_counts(answers[name], cell, pairs.cells) for name in asked}
    return tuple(
        IndicatorSums(
            indicator,
            _count_values(indicator, answers, pairs),
            np.sum([given[name] for name in indicator.items if name in given], axis=0),
            _item_products(indicator, answers, pairs),
        )
        for indicator in indicators
        if asked & set(indicator.items)
    )


def merge_indicators(parts: Sequence[IndicatorSums]) -> IndicatorSums:
    """Add the sums of one indicator over disjoint sets of rows.

    Parameters
    ----------
    parts : sequence of IndicatorSums, at least one

    Returns
    -------
    IndicatorSums
    """
    return IndicatorSums(
        parts[0].indicator,
        merge([part.values for part in parts]),
        np.sum([part.answers for part in parts], axis=0),
        np.sum([part.items for part in parts], axis=0),
    )


def gather_indicator(sums: IndicatorSums, target: NDArray[np.int64], cells: int) -> IndicatorSums:
    """Add cells up to coarser ones, as `analysis.estimation.sums.gather`.

    Parameters
    ----------
    sums : IndicatorSums
    target : ndarray of int, shape (cells of sums,)
        Coarser cell of each cell, -1 for none.
    cells : int
        Number of coarser cells.

    Returns
    -------
    IndicatorSums
    """
    kept = target >= 0
    answers = np.array([np.bincount(target[kept], row[kept], cells) for row in sums.answers], dtype=np.int64)
    return replace(sums, values=gather(sums.values, target, cells), answers=answers)


def tabulate(
    sums: IndicatorSums,
    units: UnitTable,
    *,
    effect: float | Floats | None = None,
    df: float | Floats = np.inf,
    level: float = 0.95,
) -> IndicatorTable:
    """Make the figures of an indicator from its sums.

    Parameters
    ----------
    sums : IndicatorSums
    units : UnitTable
        Of the clusters that the sums were paired with.
    effect : float or ndarray of float, shape (cells,), optional
        Design effect; pooled over the cells of `sums` when left out.
    df : float or ndarray of float, shape (cells,)
        Its degrees of freedom.
    level : float

    Returns
    -------
    IndicatorTable
        Shares have Wilson intervals on n over the design effect, other means the normal interval with the
        variance of simple random sampling times it.
    """
    if effect is None:
        effect = pooled_design_effect(sums.values, units, np.ones(sums.values.cells, dtype=bool))
    given, unknown, refused = sums.answers
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = (unknown / given, refused / given)
    figures = figures_of(sums.indicator, mean_of_sums(sums.values, units), effect, level, df)
    return IndicatorTable(
        sums.indicator, figures, effect, alpha_of_products(sums.items), int(sums.items[0, 0]), *shares
    )


def _count_values(indicator: Indicator, answers: Mapping[str, Answers], pairs: Pairs) -> ValueSums:
    """Count codes where an indicator has one single choice, else derive the value of each row."""
    table = code_values(indicator, answers)
    if table is not None:
        return sum_codes(answers[indicator.items[0]].codes, table, pairs)
    return sum_values(row_values(indicator, answers), pairs)


def _item_products(indicator: Indicator, answers: Mapping[str, Answers], pairs: Pairs) -> Floats:
    if indicator.kind != "index":
        return np.zeros((1, 1))
    scores = taken(item_scores(indicator, answers), pairs.rows)
    # A product with ones is missing where any item is, and is much faster than looking at each.
    complete = scores[~np.isnan(scores @ np.ones(scores.shape[1]))]
    with_one = np.column_stack([np.ones(len(complete)), complete])
    return np.asarray(with_one.T @ with_one)


def figures_of(
    indicator: Indicator,
    linear: Linear,
    effect: float | Floats,
    level: float = 0.95,
    df: float | Floats = np.inf,
) -> Figures:
    """Give means their intervals, with a design effect for the question or for each of its figures.

    Parameters
    ----------
    indicator : Indicator
    linear : Linear
        Without weights.
    effect : float or ndarray of float
        Design effect, at least 1.
    level : float
    df : float or ndarray of float
        Degrees of freedom of the effect.

    Returns
    -------
    Figures
    """
    if indicator.kind in SHARES:
        low, high = intervals.wilson(np.clip(linear.estimate / 100, 0, 1), linear.n / effect, level, df)
        return Figures(linear.n, linear.estimate, 100 * low, 100 * high)
    # Alike interviews hide a part of the spread: of n with a design effect they show (n − effect) / (n − 1) of it.
    left = linear.n - np.asarray(effect)
    shown = np.where(left > 0, left, np.nan) / (linear.n - 1.0)
    variance = np.where(linear.srs_variance > 0, linear.srs_variance * effect / shown, np.nan)
    low, high = intervals.wald(linear.estimate, np.sqrt(variance), df, level)
    return Figures(linear.n, linear.estimate, low, high)
