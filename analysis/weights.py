"""Weights made to agree with known totals: post-stratification, raking, calibration, trimming, and a report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from analysis.columns import DesignError, Floats
from analysis.estimation.estimates import AnySample
from analysis.margins import MISSING_KINDS, known_totals, raked, stratified
from analysis.replicate_weights import ReplicateSample
from analysis.sample import Sample
from analysis.weight_adjustments import Calibration, PostStratification, Raking

if TYPE_CHECKING:
    import pandas as pd

Margins = Mapping[str, Mapping[Any, float]]
AnyOne = TypeVar("AnyOne", Sample, ReplicateSample)


@dataclass(frozen=True, slots=True)
class MarginHit:
    """A known total and what the weights gave before and after.

    Attributes
    ----------
    variable, level : str
    target, before, after : float
        People: as known, and as the weights give them.

    Examples
    --------
    >>> MarginHit("sex", "f", 60.0, 50.0, 60.0).after
    60.0
    """

    variable: str
    level: str
    target: float
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class WeightingReport:
    """What weighting did to a sample.

    Attributes
    ----------
    rows : int
    smallest_factor, median_factor, largest_factor : float
        Of the weights after over those before, each scaled to the mean 1.
    largest_rows : tuple of int
        Rows with the five largest factors, counted from 1.
    effective_before, effective_after : float
        Kish's effective size: the interviews that as many equal weights would be worth.
    margins : tuple of MarginHit

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.sample import make_sample
    >>> before, known = make_sample(pd.DataFrame({"sex": ["f", "m", "m"]})), {"sex": {"f": 50, "m": 40}}
    >>> report = weighting_report(before, post_stratify(before, "sex", known["sex"]), known)
    >>> report.all_margins_hit, report.to_frame()[["level", "before", "after"]].to_numpy().tolist()
    (True, [['f', 1.0, 50.0], ['m', 2.0, 40.0]])
    """

    rows: int
    smallest_factor: float
    median_factor: float
    largest_factor: float
    largest_rows: tuple[int, ...]
    effective_before: float
    effective_after: float
    margins: tuple[MarginHit, ...]

    @property
    def all_margins_hit(self) -> bool:
        """Whether every known total is met to one part in a million."""
        return all(abs(hit.after - hit.target) <= 1e-6 * max(1.0, abs(hit.target)) for hit in self.margins)

    def to_frame(self) -> pd.DataFrame:
        """Return the margins as a table, one known total per row.

        Returns
        -------
        DataFrame
            Columns variable, level, target, before, after.
        """
        import pandas as pd

        columns = ["variable", "level", "target", "before", "after"]
        return pd.DataFrame(
            [[getattr(hit, name) for name in columns] for hit in self.margins], columns=columns
        )


def post_stratify(sample: AnyOne, column: str, totals: Mapping[Any, float]) -> AnyOne:
    """Scale the weights to the totals of one column, as R's ``postStratify``.

    Parameters
    ----------
    sample : Sample or ReplicateSample
    column : str
        Column without missing values, or several crossed, as "sex:age" with levels such as "f:18-24".
    totals : mapping of level to float
        Population of each level.

    Returns
    -------
    Sample or ReplicateSample
        With the variance of a post-stratified design; of replicate weights each set is adjusted.

    Raises
    ------
    DesignError
        If a level is in the sample and not in the totals, or the reverse.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.sample import make_sample
    >>> sample = make_sample(pd.DataFrame({"sex": ["f", "m", "m"]}))
    >>> post_stratify(sample, "sex", {"f": 50, "m": 40}).design.weight.tolist()
    [50.0, 20.0, 20.0]
    """
    group, known, _ = known_totals(sample, column, totals)
    if isinstance(sample, ReplicateSample):
        return _each_set(sample, lambda weight: stratified(weight, group, known))
    before = sample.design.weight
    weight = stratified(before, group, known)
    return replace(sample, design=sample.design.reweighted(weight, PostStratification(group, weight, before)))


def rake(
    sample: AnyOne,
    margins: Margins,
    tolerance: float = 1e-10,
    rounds: int = 1000,
    missing: str = MISSING_KINDS[0],
) -> AnyOne:
    """Scale the weights to the totals of several columns in turn until all agree, as R's ``rake``.

    Parameters
    ----------
    sample : Sample or ReplicateSample
    margins : mapping of column to mapping of level to float
        Known totals; the sums of the columns must agree.
    tolerance : float
        Largest relative miss of a margin at the end.
    rounds : int
        Rounds after which it is given up.
    missing : str
        What becomes of rows without a value in one of the columns: "refuse", or "own level". Their level then keeps
        the share of the weights that it has before, and the other totals of the column are scaled to make room.

    Returns
    -------
    Sample or ReplicateSample
        As was given; of replicate weights each set is adjusted.

    Raises
    ------
    DesignError
        If a value is missing and may not be, levels do not agree, the margins have different sums, or the rounds do not suffice.

    References
    ----------
    Deming, W. E. and Stephan, F. F. (1940), Annals of Mathematical Statistics 11, 427-444.

    Examples
    --------
    Of 100 people 60 are women and 30 young; with equal weights before, 60 · 30 / 100 are young women.

    >>> import pandas as pd
    >>> from analysis.sample import make_sample
    >>> sample = make_sample(pd.DataFrame({"sex": ["f", "f", "m", "m"], "age": ["y", "o", "y", "o"]}))
    >>> raked = rake(sample, {"sex": {"f": 60, "m": 40}, "age": {"y": 30, "o": 70}})
    >>> raked.design.weight.round(6).tolist()
    [18.0, 42.0, 12.0, 28.0]
    """
    known = [known_totals(sample, column, totals, missing)[:2] for column, totals in margins.items()]
    sums = [float(totals.sum()) for _, totals in known]
    if not known or max(sums) - min(sums) > 1e-6 * max(sums):
        listed = ", ".join(f"{name} {total:g}" for name, total in zip(margins, sums, strict=True))
        raise DesignError(f"the margins have different sums: {listed}" if known else "no margins are given")
    if isinstance(sample, ReplicateSample):
        return _each_set(sample, lambda weight: raked(weight, known, tolerance, rounds))
    weight = raked(sample.design.weight, known, tolerance, rounds)
    groups = tuple(group for group, _ in known)
    return replace(sample, design=sample.design.reweighted(weight, Raking(groups, weight)))


def _each_set(sample: ReplicateSample, adjusted: Callable[[Floats], Floats]) -> ReplicateSample:
    """Adjust the weights and every set of replicate weights: the error of the adjustment is then in them."""
    sets = np.column_stack([adjusted(column) for column in sample.replicates.T])
    return replace(sample, weight=adjusted(sample.weight), replicates=sets)


def calibrate(sample: Sample, auxiliaries: pd.DataFrame, totals: Mapping[str, float]) -> Sample:
    """Adjust the weights linearly to known totals of auxiliary variables, as R's ``calibrate`` (GREG).

    Parameters
    ----------
    sample : Sample
    auxiliaries : DataFrame, rows as in the sample
        One numeric column per total; a column of ones for the population size.
    totals : mapping of str to float
        Known total of each auxiliary over the population, in its own unit.

    Returns
    -------
    Sample

    Raises
    ------
    DesignError
        If a column is missing or the auxiliaries are not independent.

    References
    ----------
    Deville and Särndal (1992), JASA 87, 376-382.

    Examples
    --------
    Thirty households with 66 rooms: 7 + 10 + 13 = 30 and 7 + 2 · 10 + 3 · 13 = 66.

    >>> import pandas as pd
    >>> from analysis.sample import make_sample
    >>> rooms = pd.DataFrame({"all": [1, 1, 1], "rooms": [1, 2, 3]})
    >>> calibrate(make_sample(rooms), rooms, {"all": 30, "rooms": 66}).design.weight.round(6).tolist()
    [7.0, 10.0, 13.0]
    """
    lacking = [name for name in totals if name not in auxiliaries.columns]
    if lacking:
        raise DesignError(f"column {lacking[0]!r} is not among the auxiliaries")
    matrix = auxiliaries[list(totals)].to_numpy(dtype=np.float64)
    before = sample.design.weight
    root = np.sqrt(before)[:, None]
    basis, triangle = np.linalg.qr(matrix * root)
    if np.any(np.abs(np.diag(triangle)) < 1e-10 * np.abs(triangle).max()):
        raise DesignError("the auxiliaries are not independent of each other")
    gap = np.array(list(totals.values())) - matrix.T @ before
    factor = 1 + matrix @ np.linalg.solve(triangle.T @ triangle, gap)
    adjustment = Calibration(basis, factor * root[:, 0])
    return replace(sample, design=sample.design.reweighted(before * factor, adjustment))


def trim(sample: Sample, lower: float = -np.inf, upper: float = np.inf, strict: bool = False) -> Sample:
    """Cut weights at limits and share what was cut among the others, as R's ``trimWeights``.

    Parameters
    ----------
    sample : Sample
    lower, upper : float
        Limits of the weights.
    strict : bool
        Repeat until no weight is outside; otherwise the sharing may push some over the limit.

    Returns
    -------
    Sample

    Raises
    ------
    DesignError
        If no weight is left that could take up what was cut.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.sample import make_sample
    >>> sample = make_sample(pd.DataFrame({"w": [1.0, 1.0, 1.0, 9.0]}), weights="w")
    >>> trim(sample, upper=6).design.weight.tolist()
    [2.0, 2.0, 2.0, 6.0]
    """
    weight = sample.design.weight
    cut = np.zeros(len(weight), dtype=bool)
    outside = (weight < lower) | (weight > upper)
    while outside.any():
        free = ~outside & ~cut
        if not free.any():
            raise DesignError(f"no weights are left between {lower:g} and {upper:g}")
        clipped = np.clip(weight, lower, upper)
        weight = clipped + np.where(free, (weight - clipped).sum() / free.sum(), 0.0)
        cut |= outside
        outside = (weight < lower) | (weight > upper) if strict else np.zeros_like(outside)
    return replace(sample, design=sample.design.reweighted(weight))


def effective_size(weight: Floats) -> float:
    """Return Kish's effective sample size, ``(sum w)² / sum w²``; NaN where there are no weights.

    Parameters
    ----------
    weight : ndarray of float, shape (rows,)

    Returns
    -------
    float

    References
    ----------
    Kish, L. (1965), Survey Sampling.

    Examples
    --------
    >>> effective_size(np.ones(4)), effective_size(np.array([1.0, 1.0, 1.0, 3.0]))
    (4.0, 3.0)
    """
    squares = float(np.sum(weight**2))
    return float(np.sum(weight) ** 2 / squares) if squares > 0 else float("nan")


def weighting_report(
    before: AnySample, after: AnySample, margins: Margins, missing: str = MISSING_KINDS[0]
) -> WeightingReport:
    """Say what weighting did: the factors, the effective size, and every known total before and after.

    Parameters
    ----------
    before, after : Sample or ReplicateSample
        The same rows with the weights before and after.
    margins : mapping of column to mapping of level to float
        Known totals that were asked for.
    missing : str
        As for `rake`; under "own level" targets are the totals scaled.

    Returns
    -------
    WeightingReport

    Raises
    ------
    DesignError
        If a level is in the sample and has no known total, or the reverse.

    Examples
    --------
    Weights 50, 20 and 20 are worth 90² / (50² + 2 · 20²) interviews.

    >>> import pandas as pd
    >>> from analysis.sample import make_sample
    >>> before, known = make_sample(pd.DataFrame({"sex": ["f", "m", "m"]})), {"sex": {"f": 50, "m": 40}}
    >>> report = weighting_report(before, post_stratify(before, "sex", known["sex"]), known)
    >>> round(report.effective_after, 3), round(report.largest_factor, 3), report.largest_rows[0]
    (2.455, 1.667, 1)
    """
    old, new = before.weight, after.weight
    used = old > 0
    factor = np.zeros(len(old))
    factor[used] = new[used] / old[used] * old.sum() / new.sum()
    largest = np.argsort(-factor, kind="stable")[:5]
    return WeightingReport(
        len(old),
        float(factor[used].min()),
        float(np.median(factor[used])),
        float(factor[used].max()),
        tuple(int(row) + 1 for row in largest),
        effective_size(old),
        effective_size(new),
        tuple(
            hit for column, totals in margins.items() for hit in _hits(before, column, totals, new, missing)
        ),
    )


def _hits(
    sample: AnySample, column: str, totals: Mapping[Any, float], new: Floats, missing: str
) -> list[MarginHit]:
    group, known, levels = known_totals(sample, column, totals, missing)
    before, after = np.bincount(group, sample.weight), np.bincount(group, new)
    return [
        MarginHit(column, level, float(known[code]), float(before[code]), float(after[code]))
        for code, level in enumerate(levels)
    ]
