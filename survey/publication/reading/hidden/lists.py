"""Of how many the sensitive item of a list is true: from published counts of recorded numbers, and from nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, prod, sqrt
from typing import Final

import numpy as np

from analysis.columns import Floats
from analysis.intervals import critical_value
from analysis.sensitive.list_checks import SIGNIFICANT
from analysis.sensitive.list_counts import BothLists, ListPrevalence, both_lists, list_from_counts
from survey.publication.reading.hidden.told import (
    ESTIMATED,
    FROM_BOTH,
    LEAST,
    LIST_FAILED,
    LISTS_DISAGREE,
    TOO_FEW,
    WIDEST,
    Estimate,
    Rows,
    is_too_wide,
    whole,
)
from survey.publication.release.figures import Figure
from survey.publication.release.release import Release
from survey.questionnaire.model import Question, Questionnaire
from survey.questionnaire.types.hidden import Hiding
from survey.questionnaire.types.list_count import WITH, WITHOUT, numbers_of
from survey.storage.results.answered_shares import scaled

#: The share of people of whom each other item is true, in plans: with a half numbers differ most.
PLANNED_ITEM: Final = 0.5


@dataclass(frozen=True, slots=True)
class _Arms:
    """The published counts of the list with the sensitive item and of that without, with their design effects."""

    with_item: Floats
    without: Floats
    effects: tuple[float, float]
    df: float

    @property
    def people(self) -> tuple[float, float]:
        """Those of either arm, over its design effect."""
        return self.with_item.sum() / self.effects[0], self.without.sum() / self.effects[1]


def list_estimate(
    release: Release, asked: Questionnaire, question: Question, hiding: Hiding, row: Rows
) -> Estimate:
    """The estimate of one place and group; that of a second list is of both, where the first is published too."""
    figure = next(iter(row[question.name].values()))
    place = (figure.province, figure.district, figure.group, question.name)
    arms = _arms(release, row[question.name], hiding)
    if arms is None:
        return Estimate(*place)
    n, recorded = int(arms.with_item.sum() + arms.without.sum()), int(arms.with_item.sum())
    if min(recorded, n - recorded) < LEAST:
        return Estimate(*place, TOO_FEW, n, recorded)
    own = _found(arms, hiding)
    found: ListPrevalence | BothLists = own
    says = ESTIMATED if own.p >= SIGNIFICANT else LIST_FAILED
    if says == ESTIMATED and hiding.first in row:
        says, found = _with_first(release, asked, hiding, row, arms, own)
    if says in (ESTIMATED, FROM_BOTH) and is_too_wide(found.ci_low, found.ci_high):
        says = TOO_FEW
    if says not in (ESTIMATED, FROM_BOTH):
        return Estimate(*place, says, n, recorded)
    return Estimate(*place, says, n, recorded, *whole(found.estimate, found.ci_low, found.ci_high))


def _arms(release: Release, answers: Mapping[str, Figure], hiding: Hiding) -> _Arms | None:
    """The counts of a row; None where one of them, or what widens its interval, is not published."""
    figure = next(iter(answers.values()))
    known = release.known.get(figure.question)
    seen = release.seen.get((figure.province, figure.district, figure.group))
    told = [[answers[name].count for name in numbers_of(hiding.items, letter)] for letter in (WITH, WITHOUT)]
    base = max((one.base or 0 for one in answers.values()), default=0)
    if known is None or seen is None or not base or any(count is None for one in told for count in one):
        return None
    with_item, without = (np.array(one, np.float64) for one in told)
    if min(with_item.sum(), without.sum()) == 0:
        return None
    effects = [known.effect(scaled(seen, int(one.sum()), base)) for one in (with_item, without)]
    first, other = (float(effect) for effect, _ in effects)
    return _Arms(with_item, without, (first, other), min(float(df) for _, df in effects))


def _found(arms: _Arms, hiding: Hiding) -> ListPrevalence:
    return list_from_counts(
        arms.with_item, arms.without, replaced=float(hiding.replaced), effects=arms.effects, df=arms.df
    )


def _with_first(
    release: Release,
    asked: Questionnaire,
    hiding: Hiding,
    row: Rows,
    arms: _Arms,
    second: ListPrevalence,
) -> tuple[str, ListPrevalence | BothLists]:
    """What both lists say, or that one of them failed or they disagree; the second alone where the first is hidden."""
    there = asked.questions[hiding.first].hiding
    others = None if there is None else _arms(release, row[hiding.first], there)
    if there is None or others is None:
        return ESTIMATED, second
    first = _found(others, there)
    if first.p < SIGNIFICANT:
        return LIST_FAILED, second
    # Those with the item in the first list are those without it in the second; the fewer of both counts.
    people = (min(others.people[0], arms.people[1]), min(others.people[1], arms.people[0]))
    found = both_lists(first, second, people, df=min(arms.df, others.df))
    return (FROM_BOTH if found.p >= SIGNIFICANT else LISTS_DISAGREE), found


def least_of_list(hiding: Hiding, share: float) -> int:
    """From how many answers on the interval of a list is narrow enough, of workers who change nothing and of lists that fit."""
    values = np.arange(hiding.items + 2, dtype=np.float64)
    others = np.array(_binomial(hiding.items), np.float64)
    arms = (share * np.append(0.0, others) + (1 - share) * np.append(others, 0.0), np.append(others, 0.0))
    replaced = float(hiding.replaced)
    kept = [(1 - replaced) * one + replaced / len(values) for one in arms]
    spread = sum(_variance(values, one) for one in kept) / (1 - replaced) ** 2
    if hiding.first:
        # Of two such lists, with the covariance of a person's two numbers at its bound.
        spread = spread / 2 + sqrt(prod(_variance(values, one) for one in arms))
    return max(ceil(2 * (float(critical_value(0.95)) / (WIDEST / 100)) ** 2 * spread), 2 * LEAST)


def _variance(values: Floats, shares: Floats) -> float:
    return float(values**2 @ shares - (values @ shares) ** 2)


def _binomial(items: int) -> list[float]:
    shares = [1.0]
    for _ in range(items):
        left, right = [*shares, 0.0], [0.0, *shares]
        shares = [
            (1 - PLANNED_ITEM) * one + PLANNED_ITEM * other for one, other in zip(left, right, strict=True)
        ]
    return shares
