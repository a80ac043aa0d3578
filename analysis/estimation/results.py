"""What an estimate says and what it leaves unsaid: the figures, and the reasons why there are none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.columns import DesignError, Floats
from analysis.display import as_html, as_text
from analysis.estimation.domains import Domains
from analysis.estimation.linearisation import Linear

if TYPE_CHECKING:
    import pandas as pd

#: With which simple random sample a design effect compares.
DEFF_KINDS = ("without replacement", "with replacement")

NOBODY = "not estimable: no answers in this domain"
ONE_RESPONDENT = "not estimable: one respondent"
ONE_CLUSTER = "not estimable: one cluster"
UNANIMOUS = "standard error not estimable: all answers are equal"
EXACT_INTERVAL = "standard error not estimable: all answers are equal; Clopper-Pearson interval on n/deff"
FIXED = "no interval: the design fixes this figure"
NO_DEGREES = "no interval: no degrees of freedom"
ALL_LONELY = "not estimable: every stratum has one cluster"
NOT_CHOSEN = "nobody in the data has this value"
#: What an estimate has of every figure, as numbers, and what it keeps for contrasts, on demand.
COLUMNS = ("n", "estimate", "se", "ci_low", "ci_high", "df", "deff")
KEPT = ("influence", "inside", "replicates")
NO_POPULATION = "no design effect: the weights add up to no more than the respondents"


@dataclass(frozen=True, slots=True, repr=False)
class Estimates:
    """Estimates of one statistic, of one variable or several, in one or more domains.

    Attributes
    ----------
    statistic : str
        What was estimated.
    variable, level : str, or tuple of str of length m
        Of what; `level` is the category of a proportion or the share of a quantile. One text for each figure where
        several were asked at once.
    by : tuple of str
        Columns that make the domains.
    domains : tuple of tuple
        Values of those columns, one tuple per figure.
    n : ndarray of int, shape (m,)
        Respondents with an answer (and a positive weight), unweighted.
    estimate, se, ci_low, ci_high, df, deff : ndarray of float, shape (m,)
        In the units of the variable. NaN where there is no honest answer; `notes` says why.
    notes : tuple of str
        Empty where nothing is to be said.
    influence : ndarray of float, shape (rows, m), or None
        Kept on demand, for contrasts.
    inside : ndarray of bool, shape (rows, m), or None
        Rows of the domain of each figure, kept with them.
    replicates : ndarray of float, shape (replicates, m), or None
        The figures by each set of replicate weights, kept on demand where there are such.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.estimation.estimates import mean
    >>> from analysis.sample import make_sample
    >>> sample = make_sample(pd.DataFrame({"y": [1.0, 3.0, 5.0], "g": [*"aab"], "w": 10.0}), weights="w")
    >>> found = mean(sample, "y", by="g").to_frame()
    >>> found[["g", "n", "estimate", "note"]].to_numpy().tolist()
    [['a', 2, 2.0, ''], ['b', 1, 5.0, 'not estimable: one respondent']]
    """

    statistic: str
    variable: str | tuple[str, ...]
    level: str | tuple[str, ...]
    by: tuple[str, ...]
    domains: tuple[tuple[Any, ...], ...]
    n: NDArray[np.int64]
    estimate: Floats
    se: Floats
    ci_low: Floats
    ci_high: Floats
    df: Floats
    deff: Floats
    notes: tuple[str, ...]
    influence: Floats | None = None
    inside: NDArray[np.bool_] | None = None
    replicates: Floats | None = None

    @property
    def title(self) -> str:
        """What was estimated, in a line."""
        names = (self.variable,) if isinstance(self.variable, str) else dict.fromkeys(self.variable)
        return f"{self.statistic} of {', '.join(names)}" + (f" by {', '.join(self.by)}" if self.by else "")

    def __repr__(self) -> str:
        """Show the title and a short table."""
        return as_text(self.title, self._shown())

    def _repr_html_(self) -> str:
        """Show the same in a notebook."""
        return as_html(self.title, self._shown())

    def _shown(self) -> pd.DataFrame:
        table = self.to_frame().drop(columns=["statistic"])
        return table.drop(columns=["variable"]) if isinstance(self.variable, str) else table

    def to_frame(self) -> pd.DataFrame:
        """Return a table with the by-columns, then the figures, then the note.

        Returns
        -------
        DataFrame
            One row per domain.
        """
        import pandas as pd

        keys = {name: [domain[place] for domain in self.domains] for place, name in enumerate(self.by)}
        figures = {
            "statistic": self.statistic,
            "variable": self.variable,
            "level": self.level,
            "n": self.n,
            "estimate": self.estimate,
            "se": self.se,
            "ci_low": self.ci_low,
            "ci_high": self.ci_high,
            "df": self.df,
            "deff": self.deff,
            "note": self.notes,
        }
        return pd.DataFrame(keys | figures, index=range(len(self.domains)))


@dataclass(frozen=True, slots=True)
class Asked:
    """One statistic of one variable, as columns of numbers.

    Attributes
    ----------
    statistic, variable, level : str
        As for `Estimates`.
    above : ndarray of float, shape (rows,)
        What is summed; NaN where missing.
    below : ndarray of float, shape (rows,), or None
        The denominator of a ratio; None means one per row.
    interval : str or None
        Interval of a share; None for the symmetric one.

    Examples
    --------
    >>> Asked("mean", "y", "", np.array([1.0, 2.0])).below is None
    True
    """

    statistic: str
    variable: str
    level: str
    above: Floats
    below: Floats | None = None
    interval: str | None = None


def figures(
    statistic: str,
    variable: str,
    level: str,
    domains: Domains,
    degrees: Floats,
    linear: Linear,
    deff: str = DEFF_KINDS[0],
) -> Estimates:
    """Put the figures of a statistic together, without intervals; what cannot be said is withheld.

    Parameters
    ----------
    statistic, variable, level : str
    domains : Domains
    degrees : ndarray of float, shape (domains,)
        Degrees of freedom.
    linear : Linear
        Of those domains.
    deff : str
        One of `DEFF_KINDS`.

    Returns
    -------
    Estimates

    Raises
    ------
    DesignError
        If `deff` is not one of `DEFF_KINDS`.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.estimation.domains import layout
    >>> from analysis.estimation.linearisation import ratio_sums
    >>> from analysis.sample import make_sample
    >>> sample = make_sample(pd.DataFrame({"y": [1.0, 2.0, 3.0]}))
    >>> domains, frame = layout(sample)
    >>> found = figures("mean", "y", "", domains, frame.degrees, ratio_sums(frame, np.array([1.0, 2.0, 3.0])))
    >>> found.estimate.tolist(), found.se.round(4).tolist(), found.df.tolist()
    ([2.0], [0.5774], [2.0])
    """
    if deff not in DEFF_KINDS:
        raise DesignError(f"design effect {deff!r} is not one of {', '.join(DEFF_KINDS)}")
    empty = np.full(len(degrees), np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        left = 1 - linear.n / linear.weight if deff == DEFF_KINDS[0] else np.ones(len(degrees))
        effect = linear.variance / (linear.srs_variance * np.where(left > 1e-12, left, np.nan))
    base = Estimates(
        statistic,
        variable,
        level,
        domains.by,
        domains.names,
        linear.n,
        np.where(linear.n > 0, linear.estimate, np.nan),
        np.sqrt(np.maximum(linear.variance, 0.0)),
        empty,
        empty,
        degrees,
        effect,
        ("",) * len(degrees),
    )
    return _withheld(base, linear)


def _withheld(base: Estimates, linear: Linear) -> Estimates:
    """Take away standard errors that the data cannot give, and say why; the first reason that holds is said."""
    of_answers = base.statistic != "total"
    reasons: tuple[tuple[str, Any], ...] = (
        (NOBODY, linear.n < 1),
        (ONE_RESPONDENT, (linear.n == 1) & of_answers),
        (ONE_CLUSTER, (linear.units == 1) & (of_answers | ~(linear.variance > 0))),
        (UNANIMOUS, linear.constant & of_answers),
        (ALL_LONELY, np.isnan(linear.variance) | (linear.fixed & (base.df <= 0))),
    )
    notes = _first_reason(reasons, len(base.notes))
    gone = np.array([bool(note) for note in notes])
    fixed = linear.fixed & ~gone
    notes = tuple(FIXED if still else note for note, still in zip(notes, fixed, strict=True))
    bare = np.isnan(base.deff) & ~gone & (linear.n > 1)
    notes = tuple(note or (NO_POPULATION if none else "") for note, none in zip(notes, bare, strict=True))
    se = np.where(gone, np.nan, np.where(fixed, 0.0, base.se))
    return replace(base, se=se, deff=np.where(gone, np.nan, np.where(fixed, 0.0, base.deff)), notes=notes)


def _first_reason(reasons: tuple[tuple[str, Any], ...], length: int) -> tuple[str, ...]:
    notes = np.full(length, "", dtype=object)
    for note, holds in reasons:
        notes[np.asarray(holds) & (notes == "")] = note
    return tuple(notes)


def stacked(results: Sequence[Estimates]) -> Estimates:
    """Put several results of one statistic together, one below the other.

    Parameters
    ----------
    results : sequence of Estimates
        With the same by-columns; at least one.

    Returns
    -------
    Estimates
        One alone is returned as it is. Contrasts may combine figures of several variables.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.estimation.estimates import mean
    >>> from analysis.sample import make_sample
    >>> sample = make_sample(pd.DataFrame({"a": [1.0, 3.0], "b": [4.0, 6.0]}))
    >>> found = stacked([mean(sample, "a"), mean(sample, "b")])
    >>> found.variable, found.estimate.tolist()
    (('a', 'b'), [2.0, 5.0])
    """
    first = results[0]
    if len(results) == 1:
        return first
    columns: dict[str, Any] = {
        name: np.concatenate([getattr(one, name) for one in results]) for name in COLUMNS
    }
    kept: dict[str, Any] = {name: _side_by_side([getattr(one, name) for one in results]) for name in KEPT}
    return replace(
        first,
        variable=tuple(name for one in results for name in _each(one.variable, one)),
        level=tuple(name for one in results for name in _each(one.level, one)),
        domains=tuple(domain for one in results for domain in one.domains),
        notes=tuple(note for one in results for note in one.notes),
        **columns,
        **kept,
    )


def with_note(notes: Sequence[str], holds: ArrayLike, text: str) -> tuple[str, ...]:
    """Return the notes, with a text at the end of those of which it holds.

    Parameters
    ----------
    notes : sequence of str
        One per figure, empty where nothing is to be said.
    holds : array_like of bool, shape (m,)
    text : str

    Returns
    -------
    tuple of str

    Examples
    --------
    >>> with_note(("", "few", "few"), [True, True, False], "old")
    ('old', 'few; old', 'few')
    """
    flags = np.broadcast_to(holds, len(notes))
    return tuple(
        "; ".join(filter(None, (note, text if one else ""))) for note, one in zip(notes, flags, strict=True)
    )


def _each(text: str | tuple[str, ...], result: Estimates) -> tuple[str, ...]:
    return (text,) * len(result.domains) if isinstance(text, str) else text


def _side_by_side(arrays: Sequence[Any]) -> Any:
    return None if any(one is None for one in arrays) else np.hstack(arrays)
