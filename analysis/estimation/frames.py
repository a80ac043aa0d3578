"""How domains lie in a design: the pairs of domain and sampling unit at each stage, and what multiplies their squares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.columns import Codes, DesignError, Floats, compress, taken
from analysis.sample import CERTAIN, Stage, SurveyDesign


@dataclass(frozen=True, slots=True)
class StageFrame:
    """The pairs of domain and sampling unit that occur at one stage, and what multiplies their squares.

    A *cell* is a stratum that a domain meets; a *family* holds the cells of a domain below one unit of the
    stage above. Units of a met stratum in which the domain has nobody count with a total of zero.

    Attributes
    ----------
    row_pair : ndarray of int or None
        Pair of each row; None where each row is a pair.
    pair_domain, pair_unit, pair_cell : ndarray of int, shape (pairs,)
    pair_scale : ndarray of float, shape (pairs,)
        Factor of the squared deviation of each pair, ``(1 - f) n / (n - 1)`` times the fractions above.
    cell_domain : ndarray of int, shape (cells,)
    cell_size : ndarray of float, shape (cells,)
        Units sampled in the stratum.
    cell_absent : ndarray of float, shape (cells,)
        Factor of the squared mean, for the units in which the domain has nobody.
    recentred : ndarray of bool, shape (cells,)
        Lonely strata that are compared with the mean of their family.
    cell_family : ndarray of int, shape (cells,)
    family_size : ndarray of float, shape (families,)
        Units sampled.

    Examples
    --------
    Clusters 1 and 2 of three are met, each once; the third, where the domain has nobody, is not forgotten.

    >>> import pandas as pd
    >>> from analysis.sample import make_sample
    >>> design = make_sample(pd.DataFrame({"c": [1, 1, 2, 3]}), clusters="c").design
    >>> stage = domain_frame(design, np.array([0, 0, 0, -1]), 1).stages[0]
    >>> stage.row_pair.tolist(), stage.cell_size.tolist(), stage.cell_absent.tolist()
    ([0, 0, 1], [3.0], [1.5])
    """

    row_pair: Codes | None
    pair_domain: Codes
    pair_unit: Codes
    pair_cell: Codes
    pair_scale: Floats
    cell_domain: Codes
    cell_size: Floats
    cell_absent: Floats
    recentred: NDArray[np.bool_]
    cell_family: Codes
    family_size: Floats


@dataclass(frozen=True, slots=True)
class DomainFrame:
    """How the rows of each domain lie in the design.

    Attributes
    ----------
    design : SurveyDesign
    domains : int
        Number of domains.
    rows : ndarray of int or None
        Rows that are in a domain; None where all are.
    domain : ndarray of int
        Domain of each of those rows.
    weight : ndarray of float
        Weight of each of those rows.
    stages : tuple of StageFrame
        Stages that add to the variance.
    n, units, degrees : ndarray, shape (domains,)
        Rows, first-stage units met, and degrees of freedom: units less strata met, as R's ``degf(subset())``.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.sample import make_sample
    >>> design = make_sample(pd.DataFrame({"c": [1, 1, 2, 3]}), clusters="c").design
    >>> frame = domain_frame(design, np.array([0, 0, 0, 1]), 2)
    >>> totals = frame.unit_totals(frame.stages[0], np.array([1.0, 2.0, 3.0, 4.0]))
    >>> totals.tolist(), frame.by_domain(frame.stages[0], totals).tolist()
    ([3.0, 3.0, 4.0], [6.0, 4.0])
    """

    design: SurveyDesign
    domains: int
    rows: Codes | None
    domain: Codes
    weight: Floats
    stages: tuple[StageFrame, ...]
    n: Codes
    units: Codes
    degrees: Floats

    def unit_totals(self, stage: StageFrame, values: Floats) -> Floats:
        """Sum row values to the pairs of domain and unit.

        Parameters
        ----------
        stage : StageFrame
        values : ndarray of float, shape (rows in a domain,)

        Returns
        -------
        ndarray of float, shape (pairs,)
        """
        if stage.row_pair is None:
            return values
        return np.asarray(np.bincount(stage.row_pair, values, len(stage.pair_domain)), dtype=np.float64)

    def by_domain(self, stage: StageFrame, totals: Floats) -> Floats:
        """Sum unit totals to domains.

        Parameters
        ----------
        stage : StageFrame
        totals : ndarray of float, shape (pairs,)

        Returns
        -------
        ndarray of float, shape (domains,)
        """
        return np.asarray(np.bincount(stage.pair_domain, totals, self.domains), dtype=np.float64)


def domain_frame(design: SurveyDesign, domain: Codes, domains: int) -> DomainFrame:
    """Lay the rows of each domain out over the design.

    Parameters
    ----------
    design : SurveyDesign
    domain : ndarray of int, shape (rows,)
        Domain of each row, -1 for none. The rest of the design still counts: a domain is not a filter.
    domains : int
        Number of domains.

    Returns
    -------
    DomainFrame

    Raises
    ------
    DesignError
        If a stratum that a domain meets has one cluster and the rule is to fail.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.sample import make_sample
    >>> design = make_sample(pd.DataFrame({"c": [1, 1, 2, 3]}), clusters="c").design
    >>> frame = domain_frame(design, np.array([0, 0, 0, 1]), 2)
    >>> frame.n.tolist(), frame.units.tolist(), frame.degrees.tolist()
    ([3, 1], [2, 1], [1.0, 0.0])
    """
    inside = (domain >= 0) & (design.weight > 0)
    rows = None if inside.all() else np.flatnonzero(inside)
    codes, weight = taken(domain, rows), taken(design.weight, rows)
    counted = [stage for n, stage in enumerate(design.stages) if n == 0 or (stage.share_above > 0).any()]
    stages = tuple(_stage_frame(stage, design.lonely, rows, codes, domains) for stage in counted)
    units = np.bincount(stages[0].pair_domain, minlength=domains)
    strata = np.bincount(stages[0].cell_domain, minlength=domains)
    if design.lonely == "fail":
        _refuse_lonely(counted, stages, units)
    degrees = (units - strata).astype(np.float64)
    n = np.bincount(codes, minlength=domains)
    return DomainFrame(design, domains, rows, codes, weight, stages, n, units, degrees)


def whole_frame(design: SurveyDesign, inside: NDArray[np.bool_] | None = None) -> DomainFrame:
    """Lay out the whole sample, or the rows inside, as one domain, rows of weight 0 included.

    Parameters
    ----------
    design : SurveyDesign
    inside : ndarray of bool, shape (rows,), optional

    Returns
    -------
    DomainFrame

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.sample import make_sample
    >>> whole_frame(make_sample(pd.DataFrame({"c": [1, 1, 2, 3]}), clusters="c").design).degrees.tolist()
    [2.0]
    """
    rows = np.zeros(design.rows, dtype=np.int64) if inside is None else np.where(inside, 0, -1)
    kept = SurveyDesign(np.ones(design.rows), design.stages, design.lonely)
    return domain_frame(kept, rows, 1)


def _stage_frame(stage: Stage, rule: str, rows: Codes | None, domain: Codes, domains: int) -> StageFrame:
    unit = taken(stage.unit, rows)
    if stage.units == len(stage.unit):
        return pairs_frame(stage, rule, None, domain, unit, domains)
    keys, row_pair = compress(domain * stage.units + unit, domains * stage.units)
    return pairs_frame(stage, rule, row_pair, keys // stage.units, keys % stage.units, domains)


def pairs_frame(
    stage: Stage, rule: str, row_pair: Codes | None, pair_domain: Codes, pair_unit: Codes, domains: int
) -> StageFrame:
    """Lay out pairs of domain and unit over a stage.

    Parameters
    ----------
    stage : Stage
    rule : str
        Lonely rule.
    row_pair : ndarray of int or None
        Pair of each row; None where each row is a pair.
    pair_domain, pair_unit : ndarray of int, shape (pairs,)
        Distinct pairs.
    domains : int

    Returns
    -------
    StageFrame

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.sample import make_sample
    >>> stage = make_sample(pd.DataFrame({"c": [1, 2, 3]}), clusters="c").design.stages[0]
    >>> met = pairs_frame(stage, "fail", None, np.array([0, 0]), np.array([0, 1]), 1)
    >>> met.pair_scale.tolist(), met.cell_absent.tolist()
    ([1.5, 1.5], [1.5])
    """
    stratum = stage.stratum_of_unit[pair_unit]
    cells, pair_cell = compress(pair_domain * stage.strata + stratum, domains * stage.strata)
    cell_domain, cell_stratum = cells // stage.strata, cells % stage.strata
    parents = int(stage.parent_of_stratum.max()) + 1
    families, cell_family = compress(
        cell_domain * parents + stage.parent_of_stratum[cell_stratum], domains * parents
    )
    lonely = stage.lonely[cell_stratum]
    scale = _unit_scale(stage, rule)
    stretch = _average_stretch(rule, lonely, cell_family, len(families))
    pair_scale = scale[pair_unit] * stretch[pair_cell]
    whole = np.bincount(stage.stratum_of_unit, weights=scale, minlength=stage.strata)[cell_stratum] * stretch
    absent = whole - np.bincount(pair_cell, weights=pair_scale, minlength=len(cells))
    full = np.bincount(pair_cell, minlength=len(cells)) >= stage.sampled[cell_stratum]
    size = stage.sampled[cell_stratum]
    return StageFrame(
        row_pair,
        pair_domain,
        pair_unit,
        pair_cell,
        pair_scale,
        cell_domain,
        size,
        np.where(full, 0.0, absent),
        lonely & (rule == "adjust"),
        cell_family,
        np.asarray(np.bincount(cell_family, weights=size, minlength=len(families)), dtype=np.float64),
    )


def _unit_scale(stage: Stage, rule: str) -> Floats:
    """Return ``share_above · (1 - f) · n / (n - 1)`` per unit; a lonely unit counts under "adjust" alone."""
    size = stage.sampled[stage.stratum_of_unit]
    spread = np.where(size > 1, size / np.maximum(size - 1, 1), 1.0 if rule == "adjust" else 0.0)
    open_part = np.where(1 - stage.fraction > CERTAIN, 1 - stage.fraction, 0.0)
    return np.asarray(stage.share_above[stage.stratum_of_unit] * open_part * spread)


def _average_stretch(rule: str, lonely: NDArray[np.bool_], family: Codes, families: int) -> Floats:
    """Let a lonely stratum count, under "average", as the mean of the strata that are not."""
    if rule != "average" or not lonely.any():
        return np.ones(len(lonely))
    strata = np.bincount(family, minlength=families)
    sound = np.bincount(family, weights=~lonely, minlength=families)
    with np.errstate(divide="ignore"):
        return np.asarray(np.where(sound > 0, strata / sound, np.nan)[family])


def _refuse_lonely(stages: Sequence[Stage], frames: Sequence[StageFrame], units: NDArray[np.int64]) -> None:
    """Refuse a lonely stratum, unless its domain is in one cluster: that has no variance."""
    for number, (stage, frame) in enumerate(zip(stages, frames, strict=True)):
        stratum = stage.stratum_of_unit[frame.pair_unit]
        bad = stage.lonely[stratum] & (units[frame.pair_domain] > 1)
        if bad.any():
            name = stage.names[stratum[int(np.argmax(bad))]]
            raise DesignError(
                f"stratum {name!r} has only one cluster at stage {number + 1}: choose a lonely rule, "
                "one of remove, certainty, adjust, average"
            )
