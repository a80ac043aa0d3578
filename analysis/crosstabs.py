"""Two-way tables: shares of all, of rows and of columns, with standard errors, intervals and a test of association."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.association import rao_scott
from analysis.columns import Codes, DesignError, level_column
from analysis.display import as_html, as_text
from analysis.estimation.domains import Where, domains_of
from analysis.estimation.estimates import AnySample, proportion
from analysis.estimation.results import COLUMNS, KEPT, Estimates
from analysis.hypothesis_tests import TestResult

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, repr=False)
class Crosstab:
    """A two-way table of those who gave both answers.

    Attributes
    ----------
    row, column : str
    cells, rows, columns : Estimates
        Shares of each cell in all, in its row and in its column; domains are pairs of levels, row by row.
    test : TestResult
        Whether the two answers have to do with each other.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.sample import make_sample
    >>> sample = make_sample(pd.DataFrame({"sex": [*"ffmmm"], "safe": [*"yynny"]}))
    >>> found = crosstab(sample, "sex", "safe")
    >>> found.to_frame()[["sex", "safe", "share of", "n", "estimate"]].round(3).head(3).to_numpy().tolist()
    [['f', 'n', 'all', 5, 0.0], ['f', 'y', 'all', 5, 0.4], ['m', 'n', 'all', 5, 0.4]]
    """

    row: str
    column: str
    cells: Estimates
    rows: Estimates
    columns: Estimates
    test: TestResult

    def __repr__(self) -> str:
        """Show the test in a line, then the shares in a short table."""
        return as_text(self._title(), self.to_frame())

    def _repr_html_(self) -> str:
        """Show the same in a notebook."""
        return as_html(self._title(), self.to_frame())

    def to_frame(self) -> pd.DataFrame:
        """Return the shares, one per row: those of all, then of rows, then of columns.

        Returns
        -------
        DataFrame
            Columns of the two answers, "share of" (all, row or column), then as `Estimates.to_frame`; n is the base.
        """
        import pandas as pd

        parts = (("all", self.cells), ("row", self.rows), ("column", self.columns))
        frames = [part.to_frame().drop(columns=["statistic", "variable", "level"]) for _, part in parts]
        for (kind, _), frame in zip(parts, frames, strict=True):
            frame.insert(2, "share of", kind)
        return pd.concat(frames, ignore_index=True)

    def _title(self) -> str:
        test = self.test
        said = test.note or f"{test.test}: {test.statistic:.5g}, p = {test.p:.4g}"
        return f"{self.row} by {self.column}, n = {test.n}; {said}"


def crosstab(
    sample: AnySample,
    row: str,
    column: str,
    *,
    where: Where = None,
    interval: str = "logit",
    level: float = 0.95,
    statistic: str = "F",
    keep_influence: bool = False,
) -> Crosstab:
    """Cross two answers, as R's ``svymean(~interaction(row, column))``, ``svyby(~column, ~row, svymean)`` and ``svychisq``.

    Parameters
    ----------
    sample : Sample or ReplicateSample
    row, column : str
        The two answers; rows of the data that lack one are left out.
    where : optional
        Domain, as for `analysis.estimation.estimates.mean`.
    interval, level : as for `analysis.estimation.estimates.proportion`
        What they are there.
    statistic : str
        Of the test, as for `analysis.association.rao_scott`.
    keep_influence : bool
        Keep what contrasts need, in each of the three kinds of share.

    Returns
    -------
    Crosstab
        A cell that nobody is in is 0 % with an exact interval and a note.

    Raises
    ------
    DesignError
        If a column is not in the data, both are one, or nobody gave both answers.

    References
    ----------
    As for `analysis.estimation.estimates.proportion` and `analysis.association.rao_scott`.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.sample import make_sample
    >>> sample = make_sample(pd.DataFrame({"sex": [*"ffmmm"], "safe": [*"yynny"]}))
    >>> found = crosstab(sample, "sex", "safe")
    >>> found.rows.domains[2], found.rows.estimate.round(3).tolist(), found.columns.estimate.round(3).tolist()
    (('m', 'n'), [0.0, 1.0, 0.667, 0.333], [0.0, 0.667, 1.0, 0.333])
    """
    if row == column:
        raise DesignError(f"column {row!r} cannot be crossed with itself")
    table, levels = _answered(sample, row, column, where)
    options: dict[str, Any] = {"interval": interval, "level": level, "keep_influence": keep_influence}
    pairs = [(first, second) for first in levels[0] for second in levels[1]]
    place = np.arange(len(pairs)).reshape(len(levels[0]), len(levels[1]))
    cells = proportion(table, _cell(row, column), place.ravel(), **options, absent=True)
    within = proportion(table, column, levels[1], by=row, **options, absent=True)
    across = proportion(table, row, levels[0], by=column, **options, absent=True)
    test = rao_scott(sample, row, column, where=where, statistic=statistic)
    by = row, column
    return Crosstab(
        row,
        column,
        _named(cells, place.ravel(), by, pairs),
        # One level of the column after the other, each by row: the table turned over.
        _named(within, place.ravel().reshape(place.shape[::-1]).T.ravel(), by, pairs),
        _named(across, place.ravel(), by, pairs),
        test,
    )


def _answered(
    sample: AnySample, row: str, column: str, where: Where
) -> tuple[AnySample, tuple[tuple[Any, ...], tuple[Any, ...]]]:
    """Return the sample with the two answers of those who gave both, their cell, and the levels that occur."""
    import pandas as pd

    inside = domains_of(sample, (), where).code >= 0
    codes = [level_column(sample.frame, name, missing=True)[0] for name in (row, column)]
    inside &= (codes[0] >= 0) & (codes[1] >= 0) & (sample.weight > 0)
    if not inside.any():
        raise DesignError(f"nobody has both {row!r} and {column!r}")
    table = pd.DataFrame({name: sample.frame[name].where(inside) for name in (row, column)})
    found = [level_column(table, name, missing=True) for name in (row, column)]
    cell = found[0][0] * len(found[1][1]) + found[1][0]
    table[_cell(row, column)] = np.where(inside, cell, np.nan)
    return replace(sample, frame=table), (found[0][1], found[1][1])


def _cell(row: str, column: str) -> str:
    """Name the column of cells as neither of the two answers can be named."""
    return f"{row}\n{column}"


def _named(shares: Estimates, order: Codes, by: tuple[str, str], pairs: list[tuple[Any, Any]]) -> Estimates:
    """Put shares in the order of the cells, and name them by the levels of both answers."""
    columns: dict[str, Any] = {name: getattr(shares, name)[order] for name in COLUMNS}
    kept = {name: getattr(shares, name) for name in KEPT}
    columns |= {name: None if one is None else one[:, order] for name, one in kept.items()}
    notes = tuple(shares.notes[place] for place in order)
    named: dict[str, Any] = {
        "variable": f"{by[0]} and {by[1]}",
        "level": "",
        "by": by,
        "domains": tuple(pairs),
    }
    return replace(shares, **columns, **named, notes=notes)
