"""A sample and the design it was drawn by: weights, strata, clusters, finite populations; R's svydesign."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from analysis.columns import (
    Codes,
    DesignError,
    Floats,
    compress,
    level_column,
    number_column,
    place,
    weight_column,
)
from analysis.display import as_html

if TYPE_CHECKING:
    import pandas as pd

Columns = str | Sequence[str] | None

#: What to do with a stratum that has one cluster only, as R's ``options(survey.lonely.psu=)``.
LONELY_RULES = ("fail", "remove", "certainty", "adjust", "average")

#: A sampling fraction this near to 1 makes a stratum self-representing: it has no sampling variance.
CERTAIN = 1e-7


class Adjustment(Protocol):
    """What an adjustment of the weights to known totals does to variances.

    Examples
    --------
    Known to be so many, people explain what is common to all of them.

    >>> class SizeKnown:
    ...     def residuals(self, influence):
    ...         return influence - influence.mean(axis=0)
    >>> SizeKnown().residuals(np.array([[1.0], [3.0]])).ravel().tolist()
    [-1.0, 1.0]
    """

    def residuals(self, influence: Floats) -> Floats:
        """Return the influence values (rows x figures) less what the known totals explain.

        Parameters
        ----------
        influence : ndarray of float, shape (rows, figures)
            Influence of each row on each figure, weight included.

        Returns
        -------
        ndarray of float, shape (rows, figures)
        """
        ...


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of sampling. Units are coded 0..U-1 over the whole sample, strata 0..H-1.

    Attributes
    ----------
    unit : ndarray of int, shape (rows,)
        Sampling unit of each row.
    stratum_of_unit : ndarray of int, shape (U,)
    parent_of_stratum : ndarray of int, shape (H,)
        Unit of the stage before in which the stratum is; 0 at the first stage.
    sampled : ndarray of float, shape (H,)
        Number of units sampled in each stratum.
    fraction : ndarray of float, shape (U,)
        Sampling fraction, 0 where the stage is treated as drawn with replacement.
    share_above : ndarray of float, shape (H,)
        Product of the sampling fractions of the stages above; it multiplies the stage's variance.
    names : tuple of str
        Names of the strata, for messages.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"district": ["a", "a", "b"], "worker": [1, 2, 3]})
    >>> stage = make_sample(frame, strata="district", clusters="worker").design.stages[0]
    >>> stage.units, stage.strata, stage.lonely.tolist()
    (3, 2, [False, True])
    """

    unit: Codes
    stratum_of_unit: Codes
    parent_of_stratum: Codes
    sampled: Floats
    fraction: Floats
    share_above: Floats
    names: tuple[str, ...]

    @property
    def units(self) -> int:
        """Number of sampling units."""
        return len(self.stratum_of_unit)

    @property
    def strata(self) -> int:
        """Number of strata."""
        return len(self.sampled)

    @property
    def lonely(self) -> NDArray[np.bool_]:
        """Strata with one sampled unit that was not taken with certainty, shape (H,)."""
        fraction = np.zeros(self.strata)
        fraction[self.stratum_of_unit] = self.fraction
        return (self.sampled < 2) & (1 - fraction > CERTAIN) & (self.share_above > 0)


@dataclass(frozen=True, slots=True)
class SurveyDesign:
    """Weights and stages of a sample, row by row.

    Attributes
    ----------
    weight : ndarray of float, shape (rows,)
        Final weights. A row of weight 0 is in no domain.
    stages : tuple of Stage
        First stage first. Later stages count only where the stages above have finite populations.
    lonely : str
        One of `LONELY_RULES`.
    adjustments : tuple of Adjustment
        Post-stratification, raking or calibration, in the order in which they were made.

    Examples
    --------
    >>> import pandas as pd
    >>> design = make_sample(pd.DataFrame({"w": [1.0, 3.0]}), weights="w").design
    >>> design.rows, design.reweighted(design.weight * 2).weight.tolist()
    (2, [2.0, 6.0])
    """

    weight: Floats
    stages: tuple[Stage, ...]
    lonely: str = "fail"
    adjustments: tuple[Adjustment, ...] = ()

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self.weight)

    def reweighted(self, weight: Floats, *adjustments: Adjustment) -> SurveyDesign:
        """Return the design with other weights and further adjustments.

        Parameters
        ----------
        weight : ndarray of float, shape (rows,)
        *adjustments : Adjustment
            What the new weights were made to agree with.

        Returns
        -------
        SurveyDesign
        """
        return replace(self, weight=weight, adjustments=(*self.adjustments, *adjustments))


@dataclass(frozen=True, slots=True, repr=False)
class Sample:
    """A table of answers with the design it was drawn by.

    Attributes
    ----------
    frame : DataFrame
        As it was when the sample was made; not to be written to.
    design : SurveyDesign
    layouts : dict
        The last domains laid out over the design, kept because many questions share them.

    Examples
    --------
    >>> import pandas as pd
    >>> sample = make_sample(pd.DataFrame({"y": [1.0, 2.0]}))
    >>> list(sample.frame.columns), sample.design.weight.tolist()
    (['y'], [1.0, 1.0])
    """

    frame: pd.DataFrame
    design: SurveyDesign
    layouts: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def weight(self) -> Floats:
        """Final weights, shape (rows,)."""
        return self.design.weight

    def __repr__(self) -> str:
        """Say what was drawn and how, in a line."""
        weight, first = self.design.weight, self.design.stages[0]
        stages = len(self.design.stages)
        drawn = f"{first.units} clusters" if first.units < len(weight) else "no clusters"
        return (
            f"<Sample of {len(weight)} rows and {len(self.frame.columns)} columns: {drawn} in {first.strata} strata"
            f"{f', {stages} stages' if stages > 1 else ''}, weights {weight.min():.6g} to {weight.max():.6g}, "
            f"sum {weight.sum():.6g}{', adjusted to known totals' if self.design.adjustments else ''}>"
        )

    def _repr_html_(self) -> str:
        """Show the same in a notebook, with the first rows."""
        return as_html(repr(self), self.frame.head(5))


def make_sample(
    frame: pd.DataFrame,
    *,
    weights: str | None = None,
    strata: Columns = None,
    clusters: Columns = None,
    fpc: Columns = None,
    lonely: str = "fail",
    nest: bool = False,
    pps: bool = False,
) -> Sample:
    """Return the sample with its design, as R's ``svydesign(id, strata, weights, fpc, nest)``.

    Parameters
    ----------
    frame : DataFrame
        One row per respondent.
    weights : str, optional
        Column of sampling weights. Without it weights follow from `fpc`, or are 1.
    strata, clusters, fpc : str or sequence of str, optional
        Columns of the first stage, or one per stage. `fpc` holds population sizes (numbers of units in
        the stratum) or sampling fractions, never both. Stages without it are drawn with replacement.
    lonely : str
        Rule for a stratum with one cluster.
    nest : bool
        Whether cluster names begin again in each stratum. Otherwise a name in two strata is an error.
    pps : bool
        Whether units have unequal sampling fractions, given by `fpc`: R's ``pps="brewer"``.

    Returns
    -------
    Sample

    Raises
    ------
    DesignError
        If a column is missing or holds what the design cannot use; the message names row and column.

    References
    ----------
    Lumley, T. (2010), Complex Surveys; Brewer's approximation for `pps`.

    Examples
    --------
    Two of ten villages in one district and two of twenty in the other: each stands for 5 or 10.

    >>> import pandas as pd
    >>> frame = pd.DataFrame({"district": ["a", "a", "b", "b"], "villages": [10, 10, 20, 20]})
    >>> make_sample(frame, strata="district", fpc="villages").design.weight.tolist()
    [5.0, 5.0, 10.0, 10.0]
    """
    if lonely not in LONELY_RULES:
        raise DesignError(f"lonely rule {lonely!r} is not one of {', '.join(LONELY_RULES)}")
    fractions = [number_column(frame, name) for name in _names(fpc)]
    if pps and any(np.any(values > 1) for values in fractions):
        raise DesignError(f"column {_names(fpc)[0]!r}: unequal probabilities must be sampling fractions")
    stages = _stages(frame, _names(strata), _names(clusters), nest)
    if len(fractions) > len(stages):
        raise DesignError(f"{len(fractions)} fpc columns but {len(stages)} stages of clusters")
    stages = _with_fractions(stages, fractions, _names(fpc), pps)
    weight = _weights(frame, weights, stages, len(fractions))
    return Sample(frame.copy(deep=False), SurveyDesign(weight, stages, lonely))


def _names(columns: Columns) -> tuple[str, ...]:
    if columns is None:
        return ()
    return (columns,) if isinstance(columns, str) else tuple(columns)


def _stages(
    frame: pd.DataFrame, strata: tuple[str, ...], clusters: tuple[str, ...], nest: bool
) -> tuple[Stage, ...]:
    """Build the stages without finite populations; each unit is nested in the one above it."""
    rows = len(frame)
    if rows == 0:
        raise DesignError("the data has no rows")
    if len(strata) > max(1, len(clusters)):
        raise DesignError(f"{len(strata)} strata columns but {max(1, len(clusters))} stages")
    above, stages = np.zeros(rows, dtype=np.int64), []
    for number in range(max(1, len(clusters))):
        stratum, names = _stratum(frame, strata, number, above)
        if clusters:
            unit = _unit(frame, clusters[number], above if number else stratum if nest else None)
            _check_nesting(unit, stratum, strata[number : number + 1], clusters[number])
        else:
            unit = np.arange(rows, dtype=np.int64)
        stages.append(_stage(unit, stratum, above, names))
        above = unit
    return tuple(stages)


def _stratum(
    frame: pd.DataFrame, strata: tuple[str, ...], number: int, above: Codes
) -> tuple[Codes, tuple[str, ...]]:
    """Return stratum codes of a stage: its own column within the unit above, or the unit above alone."""
    if number >= len(strata):
        return above, tuple(str(code) for code in range(int(above.max()) + 1)) if number else ("all",)
    codes, levels = level_column(frame, strata[number])
    if number == 0:
        return codes, tuple(str(level) for level in levels)
    distinct, nested = compress(above * len(levels) + codes, (int(above.max()) + 1) * len(levels))
    return nested, tuple(str(levels[key % len(levels)]) for key in distinct)


def _unit(frame: pd.DataFrame, name: str, within: Codes | None) -> Codes:
    codes, levels = level_column(frame, name)
    if within is None:
        return codes
    return compress(within * len(levels) + codes, (int(within.max()) + 1) * len(levels))[1]


def _check_nesting(unit: Codes, stratum: Codes, strata: tuple[str, ...], cluster: str) -> None:
    first = np.zeros(int(unit.max()) + 1, dtype=np.int64)
    first[unit[::-1]] = np.arange(len(unit), dtype=np.int64)[::-1]
    moved = stratum != stratum[first[unit]]
    if moved.any():
        row = int(np.argmax(moved))
        raise DesignError(
            f"{place(row, strata[0])}: the stratum changes inside a cluster of column {cluster!r} "
            f"(row {int(first[unit[row]]) + 1} has another); if names begin again in each stratum, say nest"
        )


def _stage(unit: Codes, stratum: Codes, above: Codes, names: tuple[str, ...]) -> Stage:
    units, strata = int(unit.max()) + 1, len(names)
    stratum_of_unit = np.zeros(units, dtype=np.int64)
    stratum_of_unit[unit] = stratum
    parent = np.zeros(strata, dtype=np.int64)
    parent[stratum] = above
    sampled = np.bincount(stratum_of_unit, minlength=strata).astype(np.float64)
    return Stage(unit, stratum_of_unit, parent, sampled, np.zeros(units), np.zeros(strata), names)


def _with_fractions(
    stages: tuple[Stage, ...], given: list[Floats], names: tuple[str, ...], pps: bool
) -> tuple[Stage, ...]:
    sizes = any(bool(np.any(values > 1)) for values in given)
    share, built = np.ones(1), []
    for number, stage in enumerate(stages):
        fraction = np.zeros(stage.units)
        if number < len(given):
            fraction = _fractions(stage, given[number], names[number], sizes, pps)
        share = share[stage.parent_of_stratum]
        built.append(replace(stage, fraction=fraction, share_above=share))
        share = share[stage.stratum_of_unit] * fraction
    return tuple(built)


def _fractions(stage: Stage, values: Floats, name: str, sizes: bool, pps: bool) -> Floats:
    """Check the finite populations of a stage and return the sampling fraction of each unit."""
    bad = (values < 1) if sizes else (values < 0)
    if bad.any():
        row = int(np.argmax(bad))
        wrong = "population sizes and sampling fractions are mixed" if values[row] > 0 else "not positive"
        raise DesignError(f"{place(row, name)}: {values[row]:g}: {wrong}")
    stratum = stage.stratum_of_unit[stage.unit]
    group = stage.unit if pps else stratum
    known = np.zeros(int(group.max()) + 1)
    known[group[::-1]] = values[::-1]
    if (values != known[group]).any():
        row = int(np.argmax(values != known[group]))
        within = "cluster" if pps else f"stratum {stage.names[stratum[row]]!r}"
        raise DesignError(f"{place(row, name)}: {values[row]:g} differs from other rows of its {within}")
    fraction = stage.sampled[stratum] / values if sizes else values
    if (fraction > 1 + 1e-12).any():
        row = int(np.argmax(fraction > 1 + 1e-12))
        raise DesignError(
            f"{place(row, name)}: population {values[row]:g} is less than the "
            f"{stage.sampled[stratum[row]]:g} units sampled in stratum {stage.names[stratum[row]]!r}"
        )
    of_unit = np.zeros(stage.units)
    of_unit[stage.unit] = fraction
    return of_unit


def _weights(frame: pd.DataFrame, name: str | None, stages: tuple[Stage, ...], known: int) -> Floats:
    """Return the weights of the column, or those that follow from the sampling fractions, or ones."""
    if name is not None:
        return weight_column(frame, name)
    weight = np.ones(len(frame))
    for stage in stages if known else ():
        if (stage.fraction <= 0).any():
            raise DesignError("weights cannot follow from the fpc: give one for each stage, or weights")
        weight = weight / stage.fraction[stage.unit]
    return weight
