"""List experiments: how many agree with an item, from numbers of items that half of the people were given with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.columns import DesignError, number_column, place
from analysis.estimation.contrasts import combined_columns, contrast
from analysis.estimation.domains import Names, Where, domains_of, indicator
from analysis.estimation.estimates import AnySample, mean
from analysis.estimation.results import Estimates, stacked, with_note

STATISTIC = "list experiment"
#: The figures of a double list after those of its lists, as the `level` of the estimates.
BOTH, FIRST_LESS_SECOND = "both lists", "first list less second"
DISAGREE = "the two lists disagree"
IMPOSSIBLE = "the estimate is outside 0 to 1"


def list_experiment(
    sample: AnySample,
    count: str,
    arm: tuple[str, object],
    items: int,
    *,
    by: Names = (),
    where: Where = None,
    level: float = 0.95,
) -> Estimates:
    """Estimate how many agree with a sensitive item as the difference of two means.

    Parameters
    ----------
    sample : Sample or ReplicateSample
    count : str
        Column of the number of items that each person agrees with.
    arm : tuple of str and object
        Column of the arm, and its value for people whose list holds the sensitive item. All others are controls.
    items : int
        Items of the list without the sensitive one.
    by, where : as for `analysis.estimation.estimates.mean`
        What they are there.
    level : float
        Confidence level.

    Returns
    -------
    Estimates
        The difference with its linearised standard error: both arms of a cluster are summed together, so what they share
        cancels. `n` is that of both. Contrasts between domains are made as of any figures.

    Raises
    ------
    DesignError
        If a number is not whole or is more than its list has, or nobody is in one of the arms.

    Notes
    -----
    Where people were drawn and assigned without clusters, strata that are the arms give Neyman's standard error
    √(s₁²/n₁ + s₀²/n₀).

    References
    ----------
    Blair, G. and Imai, K. (2012), Political Analysis 20, 47-77.

    Examples
    --------
    With the item people agree with 2 on average, without it with 1½.

    >>> import pandas as pd
    >>> from analysis.sample import make_sample
    >>> frame = pd.DataFrame({"agrees": [1, 3, 2, 2, 1, 2, 1, 2], "list": [*"llllssss"]})
    >>> found = list_experiment(make_sample(frame, strata="list"), "agrees", ("list", "l"), 3)
    >>> found.estimate.tolist(), found.se.round(4).tolist(), found.n.tolist()
    ([0.5], [0.5], [8])
    """
    parts = [
        mean(sample, count, by=by, where=flags, level=level, keep_influence=True)
        for flags in counted_arms(sample, [count], arm, items, by, where)
    ]
    found = combined(sample, parts, (1, -1), level)
    return _with_outside(replace(found, variable=count, n=parts[0].n + parts[1].n))


def double_list_experiment(
    sample: AnySample,
    counts: tuple[str, str],
    arm: tuple[str, object],
    items: int,
    *,
    by: Names = (),
    where: Where = None,
    level: float = 0.95,
) -> Estimates:
    """Estimate how many agree with a sensitive item that everybody is given once, in one of two lists.

    Parameters
    ----------
    sample : Sample or ReplicateSample
    counts : tuple of str
        Columns of the numbers of the two lists.
    arm : tuple of str and object
        Column of the arm, and its value for people whose first list holds the sensitive item; of all others it is in the
        second.
    items : int
        Items of either list without the sensitive one.
    by, where : as for `analysis.estimation.estimates.mean`
        What they are there.
    level : float
        Confidence level.

    Returns
    -------
    Estimates
        Four figures for each domain, which `level` names: the column of either list, "both lists" (their mean) and
        "first list less second", which carries a note where its interval excludes 0.

    Raises
    ------
    DesignError
        As for `list_experiment`.

    References
    ----------
    Glynn, A. N. (2013), Public Opinion Quarterly 77, 159-172.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.sample import make_sample
    >>> frame = pd.DataFrame({
    ...     "a": [2, 3, 1, 2, 3, 1, 2, 1, 2, 2], "b": [1, 2, 1, 2, 1, 2, 2, 3, 1, 3], "arm": [*"1111100000"],
    ... })
    >>> found = double_list_experiment(make_sample(frame, strata="arm"), ("a", "b"), ("arm", "1"), 3)
    >>> found.level, found.estimate.round(4).tolist()
    (('a', 'b', 'both lists', 'first list less second'), [0.6, 0.8, 0.7, -0.2])
    >>> round(float(found.se[2]), 4)
    0.3162
    """
    arms = counted_arms(sample, counts, arm, items, by, where)
    parts = [
        mean(sample, count, by=by, where=flags, level=level, keep_influence=True)
        for count, both in zip(counts, (arms, arms[::-1]), strict=True)
        for flags in both
    ]
    weights = {
        counts[0]: (1, -1, 0, 0),
        counts[1]: (0, 0, 1, -1),
        BOTH: (0.5, -0.5, 0.5, -0.5),
        FIRST_LESS_SECOND: (1, -1, -1, 1),
    }
    people = np.array([parts[0].n + parts[1].n, parts[2].n + parts[3].n])
    size = {counts[0]: people[0], counts[1]: people[1]}
    made = [
        replace(
            combined(sample, parts, row, level),
            variable="/".join(counts),
            level=name,
            n=size.get(name, people.min(axis=0)),
        )
        for name, row in weights.items()
    ]
    return stacked([*(_with_outside(one) for one in made[:3]), _with_disagreement(made[3])])


def counted_arms(
    sample: AnySample, counts: Sequence[str], arm: tuple[str, object], items: int, by: Names, where: Where
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which rows are in the arm with the item and which in the other, after a look whether numbers fit lists.

    Parameters
    ----------
    sample : Sample or ReplicateSample
    counts : sequence of str
        The column of one list, or those of a double list.
    arm, items, by, where : as for `list_experiment`
        What they are there.

    Returns
    -------
    tuple of ndarray of bool, shape (rows,) each

    Raises
    ------
    DesignError
        As for `list_experiment`.

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.sample import make_sample
    >>> sample = make_sample(pd.DataFrame({"agrees": [2, 1], "arm": [1, 0]}))
    >>> [flags.tolist() for flags in counted_arms(sample, ["agrees"], ("arm", 1), 1, (), None)]
    [[True, False], [False, True]]
    """
    arms = _arms(sample, arm, by, where)
    for count, (with_item, without) in zip(counts, (arms, arms[::-1]), strict=False):
        _refuse_counts(sample, count, with_item, items + 1)
        _refuse_counts(sample, count, without, items)
    return arms


def _arms(
    sample: AnySample, arm: tuple[str, object], by: Names, where: Where
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    given = indicator(sample.frame, *arm)
    counts = (domains_of(sample, by, where).code >= 0) & (sample.weight > 0)
    arms = counts & (given == 1), counts & (given == 0)
    for flags, what in zip(arms, ("with", "without"), strict=True):
        if not flags.any():
            raise DesignError(f"column {arm[0]!r}: nobody is in the arm {what} the sensitive item")
    return arms


def _refuse_counts(sample: AnySample, count: str, inside: NDArray[np.bool_], most: int) -> None:
    """Refuse numbers that no list of that length gives."""
    values = number_column(sample.frame, count, missing=True)
    wrong = inside & ~np.isnan(values) & ((values < 0) | (values > most) | (values != np.rint(values)))
    if wrong.any():
        row = int(np.argmax(wrong))
        raise DesignError(
            f"{place(row, count)}: {values[row]:g} is no number of items of a list of {most}"
            " (the column of the arm, its value and the number of items say how long it is)"
        )


def combined(
    sample: AnySample, parts: Sequence[Estimates], weights: Sequence[float], level: float
) -> Estimates:
    """Return one linear combination of several results in each domain, as estimates of their own.

    Parameters
    ----------
    sample : Sample or ReplicateSample
    parts : sequence of Estimates
        With the same domains and their influence kept.
    weights : sequence of float
        One per part.
    level : float
        Confidence level.

    Returns
    -------
    Estimates

    Examples
    --------
    >>> import pandas as pd
    >>> from analysis.sample import make_sample
    >>> sample = make_sample(pd.DataFrame({"a": [1.0, 3.0], "b": [0.0, 1.0]}))
    >>> parts = [mean(sample, name, keep_influence=True) for name in "ab"]
    >>> combined(sample, parts, (1, -1), 0.95).estimate.tolist()
    [1.5]
    """
    figures = len(parts[0].domains)
    matrix = np.hstack([weight * np.eye(figures) for weight in weights])
    both = stacked(parts)
    found = contrast(sample, both, {str(number): row for number, row in enumerate(matrix.tolist())}, level)
    columns = {name: getattr(both, name) for name in ("influence", "replicates")}
    kept: dict[str, Any] = {
        **{name: None if one is None else combined_columns(one, matrix) for name, one in columns.items()},
        "inside": None if both.inside is None else (both.inside @ (matrix.T != 0)),
    }
    return replace(
        parts[0],
        statistic=STATISTIC,
        estimate=found.estimate,
        se=found.se,
        ci_low=found.ci_low,
        ci_high=found.ci_high,
        df=found.df,
        deff=np.full(figures, np.nan),
        notes=found.notes,
        **kept,
    )


def _with_outside(found: Estimates) -> Estimates:
    outside = (found.estimate < -1e-12) | (found.estimate > 1 + 1e-12)
    return replace(found, notes=with_note(found.notes, outside, IMPOSSIBLE))


def _with_disagreement(found: Estimates) -> Estimates:
    apart = (found.ci_low > 0) | (found.ci_high < 0)
    return replace(found, notes=with_note(found.notes, apart, DISAGREE))
