"""Known totals of a column, matched with its levels in the sample; rows without a value may be a level of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from analysis.columns import Codes, DesignError, Floats, compress, level_column, place
from analysis.estimation.estimates import AnySample

#: What becomes of rows without a value in a raking column, and the name of their level.
MISSING_KINDS = ("refuse", "own level")
NO_VALUE = "no value"


def known_totals(
    sample: AnySample, column: str, totals: Mapping[Any, float], missing: str = MISSING_KINDS[0]
) -> tuple[Codes, Floats, tuple[str, ...]]:
    """Return the codes of a column, and the known total and the name of each code.

    Parameters
    ----------
    sample : Sample or ReplicateSample
    column : str
        Column, or several crossed, as "sex:age" with levels such as "f:18-24".
    totals : mapping of level to float
        People of each level.
    missing : str
        One of `MISSING_KINDS`. Rows without a value are refused, or are the last level: it keeps the share of the
        weights that it has, and the other totals are scaled to make room.

    Returns
    -------
    tuple
        Codes, shape (rows,); totals, shape (levels,); names.

    Raises
    ------
    DesignError
        If a level is in the sample and has no total, or the reverse; if a value is missing and may not be.

    Examples
    --------
    One of four people did not say, so a quarter of 100 is kept for those who did not.

    >>> import pandas as pd
    >>> from analysis.sample import make_sample
    >>> sample = make_sample(pd.DataFrame({"sex": ["f", "m", "m", None]}))
    >>> codes, known, names = known_totals(sample, "sex", {"f": 60, "m": 40}, "own level")
    >>> codes.tolist(), known.tolist(), names
    ([0, 1, 1, 2], [45.0, 30.0, 25.0], ('f', 'm', 'no value'))
    """
    if missing not in MISSING_KINDS:
        raise DesignError(f"missing {missing!r} is not one of {', '.join(MISSING_KINDS)}")
    codes, levels = _joint_levels(sample, column, missing != MISSING_KINDS[0])
    names = tuple(str(level) for level in levels)
    known = _matched(column, codes, names, totals)
    lost = codes < 0
    if not lost.any():
        return codes, known, names
    weight = sample.weight
    kept = float(weight[lost].sum() / weight.sum())
    known = np.append(known * (1 - kept), known.sum() * kept)
    return np.where(lost, len(names), codes), known, (*names, NO_VALUE)


def stratified(weight: Floats, group: Codes, known: Floats) -> Floats:
    """Scale weights to the totals of one classification.

    Parameters
    ----------
    weight : ndarray of float, shape (rows,)
    group : ndarray of int, shape (rows,)
    known : ndarray of float, shape (groups,)

    Returns
    -------
    ndarray of float, shape (rows,)

    Raises
    ------
    DesignError
        If a group that has a total has no weight.

    Examples
    --------
    >>> stratified(np.ones(3), np.array([0, 1, 1]), np.array([50.0, 40.0])).tolist()
    [50.0, 20.0, 20.0]
    """
    sums = _sums(weight, group, known)
    if np.any((sums <= 0) & (known > 0)):
        raise DesignError(
            "a level with a known total has no weight, in the sample or in a set of replicate weights"
        )
    return weight * _factors(known, sums)[group]


def raked(weight: Floats, known: Sequence[tuple[Codes, Floats]], tolerance: float, rounds: int) -> Floats:
    """Scale weights to the totals of several classifications in turn until all agree.

    Parameters
    ----------
    weight : ndarray of float, shape (rows,)
    known : sequence of tuple
        Group of each row, and total of each group.
    tolerance : float
        Largest relative miss of a total at the end.
    rounds : int

    Returns
    -------
    ndarray of float, shape (rows,)

    Raises
    ------
    DesignError
        If the rounds do not suffice.

    Examples
    --------
    >>> sex, age = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    >>> raked(np.ones(4), [(sex, np.array([60.0, 40.0])), (age, np.array([30.0, 70.0]))], 1e-9, 10).round(6).tolist()
    [18.0, 42.0, 12.0, 28.0]
    """
    for _ in range(rounds):
        for group, totals in known:
            weight = weight * _factors(totals, _sums(weight, group, totals))[group]
        if all(_miss(group, totals, weight) <= tolerance for group, totals in known):
            return weight
    raise DesignError(f"raking did not reach the margins in {rounds} rounds")


def _sums(weight: Floats, group: Codes, totals: Floats) -> Floats:
    return np.asarray(np.bincount(group, weight, len(totals)), dtype=np.float64)


def _factors(totals: Floats, sums: Floats) -> Floats:
    return np.asarray(np.divide(totals, sums, out=np.zeros_like(totals), where=sums > 0))


def _miss(group: Codes, totals: Floats, weight: Floats) -> float:
    return float(np.max(np.abs(_sums(weight, group, totals) - totals)) / np.max(totals))


def _matched(column: str, codes: Codes, names: tuple[str, ...], totals: Mapping[Any, float]) -> Floats:
    """Return the totals in the order of the levels, each of which has one."""
    named = {str(level): float(total) for level, total in totals.items()}
    for code, name in enumerate(names):
        if name not in named:
            raise DesignError(
                f"{place(int(np.argmax(codes == code)), column)}: no total is given for {name!r}"
            )
    spare = sorted(set(named) - set(names))
    if any(named[level] > 0 for level in spare):
        raise DesignError(f"column {column!r} has nobody at {spare[0]!r}, for which a total is given")
    known = np.array([named[name] for name in names])
    if np.any(known < 0) or not np.all(np.isfinite(known)):
        raise DesignError(f"the totals of column {column!r} must be positive numbers")
    return known


def _joint_levels(sample: AnySample, column: str, missing: bool) -> tuple[Codes, tuple[Any, ...]]:
    """Return the codes of a column, or of columns crossed with ":" whose levels are joined likewise."""
    names = [column] if column in sample.frame.columns else column.split(":")
    codes, levels = level_column(sample.frame, names[0], missing)
    for name in names[1:]:
        inner, more = level_column(sample.frame, name, missing)
        both = (codes >= 0) & (inner >= 0)
        met, joint = compress(codes[both] * len(more) + inner[both], len(levels) * len(more))
        codes = np.full(len(codes), -1, dtype=np.int64)
        codes[both] = joint
        levels = tuple(f"{levels[key // len(more)]}:{more[key % len(more)]}" for key in met)
    return codes, levels
