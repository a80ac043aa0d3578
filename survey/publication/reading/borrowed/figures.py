"""Shares that are hidden of a group in a district, estimated from what is published of others: never a figure of its own.

What all people of the district say, plus what the group differs by in its province, on the scale of log odds. It is a
function of published counts alone, so that nobody learns from it what they could not work out without it. Its error holds
both parts and how much published districts by group differ from what everybody else says of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from analysis.disclosure.nodes import TOTAL
from analysis.intervals import critical_value
from survey.publication.counts.cube import is_above_districts
from survey.publication.counts.workloads import Name
from survey.publication.release.figures import Figure
from survey.publication.release.fixed_mix import compared_answer
from survey.publication.release.release import Release
from survey.questionnaire.model import Questionnaire
from survey.storage.scope import Scope

Floats = NDArray[np.float64]
#: Count of an answer and people, NaN where either is hidden.
Share = tuple[Floats, Floats]

#: Published cells from which it is learned how much districts differ from the sum of both parts.
LEAST_CELLS: Final = 15
#: Of that, the upper limit of a one-sided interval of 80 %, in standard errors.
UPPER: Final = 0.8416
#: It is published in steps of so many points, its limits outward.
STEP: Final = 5


@dataclass(frozen=True, slots=True)
class Borrowed:
    """An estimate with its limits, in per cent and steps of five; it has no count and no base."""

    province: str
    district: str
    group: str
    question: str
    answer: str
    percent: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Shown:
    """What is published: of places by group, of places, of areas by group and of areas; and the area of each place.

    `effect` are the design effects of places, shape (places,), and of areas by group, and `df` the degrees of freedom of both.
    """

    area: NDArray[np.int64]
    cell: Share
    place: Share
    area_group: Share
    areas: Share
    effect: tuple[Any, Any] = (1.0, 1.0)
    df: tuple[Any, Any] = (np.inf, np.inf)


@dataclass(frozen=True, slots=True)
class Estimates:
    """Shares of places by group and their limits, NaN where a part is hidden or too little is known."""

    share: Floats
    low: Floats
    high: Floats
    logit: Floats
    error: Floats


def estimates(shown: Shown) -> Estimates:
    """Of every place and group, whether its own figure is shown or not."""
    place, of_place = log_odds(*shown.place)
    own, of_own = log_odds(*shown.area_group)
    whole, of_whole = log_odds(*shown.areas)
    # The group is a part of all people of its area.
    apart = np.maximum(of_own - of_whole[:, None], 0.0) * shown.effect[1]
    logit = place[:, None] + (own - whole[:, None])[shown.area]
    error = np.sqrt((of_place * shown.effect[0])[:, None] + apart[shown.area] + spread(shown))
    df = np.minimum(
        np.broadcast_to(shown.df[0], place.shape)[:, None],
        np.broadcast_to(shown.df[1], own.shape)[shown.area],
    )
    half = critical_value(0.95, df) * error
    share, low, high = (np.asarray(expit(one)) for one in (logit, logit - half, logit + half))
    return Estimates(share, low, high, logit, error)


def log_odds(count: Floats, base: Floats) -> tuple[Floats, Floats]:
    """The log odds of a share, drawn a little to the middle, and their variance."""
    yes, no = count + 0.5, base - count + 0.5
    return np.log(yes / no), 1 / yes + 1 / no


def spread(shown: Shown) -> float:
    """How much published places by group differ from what everybody else says of them, as a variance; NaN for too few.

    Each is left out of its place and of its area. What plain sampling explains is taken off, and no design effect: how alike a
    worker's interviews are stays in, on the safe side.
    """
    left, own_group = (
        _less(_wide(shown.place), shown.cell),
        _less(_of(shown.area_group, shown.area), shown.cell),
    )
    area = _of(_wide(shown.areas), shown.area)
    rest = _less(_less(area, _of(shown.area_group, shown.area)), left)
    parts = [(count, base) for count, base in (shown.cell, left, own_group, rest)]
    usable = np.all([np.isfinite(count) & (base > 0) for count, base in parts], axis=0)
    if usable.sum() < LEAST_CELLS:
        return float("nan")
    odds, variance = zip(*(log_odds(count[usable], base[usable]) for count, base in parts), strict=True)
    excess = (odds[0] - odds[1] - odds[2] + odds[3]) ** 2 - sum(variance)
    return max(float(excess.mean() + UPPER * excess.std(ddof=1) / np.sqrt(len(excess))), 0.0)


def _wide(share: Share) -> Share:
    return share[0][:, None], share[1][:, None]


def _of(share: Share, area: NDArray[np.int64]) -> Share:
    return share[0][area], share[1][area]


def _less(one: Share, other: Share) -> Share:
    return one[0] - other[0], one[1] - other[1]


def in_steps(found: Estimates) -> tuple[Floats, Floats, Floats]:
    """The estimates as they are published, in per cent: to the nearest step, limits outward."""
    each = 100 / STEP
    share, low, high = found.share * each, found.low * each, found.high * each
    return STEP * np.floor(share + 0.5), STEP * np.floor(low), STEP * np.ceil(high)


def borrowed_figures(release: Release, asked: Questionnaire, question: str) -> tuple[Borrowed, ...]:
    """What can be estimated of the hidden districts by group of a question: the two best answers, or yes.

    Nothing of a question under the stricter rules for sensitive ones, of a group that is asked fewer than its own rule wants,
    where it is not known how alike a worker's interviews are, or where chance hid the answers: shares are then not of people.
    """
    return _of_figures(release, asked, question, [one for one in release.figures if one.question == question])


def all_borrowed(release: Release, asked: Questionnaire, scope: Scope) -> Iterator[Borrowed]:
    """The same of every question in the order of asking, for the districts of a scope."""
    figures: dict[str, list[Figure]] = {}
    for one in release.figures:
        figures.setdefault(one.question, []).append(one)
    for question, several in figures.items():
        found = _of_figures(release, asked, question, several)
        yield from (one for one in found if scope.holds(one.district))


def _of_figures(
    release: Release, asked: Questionnaire, question: str, figures: Sequence[Figure]
) -> tuple[Borrowed, ...]:
    there = asked.questions.get(question)
    if there is not None and there.hiding:
        return ()
    answers = dict.fromkeys(one.answer for one in figures)
    answer = compared_answer(list(answers), dict.fromkeys(answers, ()))
    if answer is None or question in release.sensitive or question not in release.known:
        return ()
    shares = {(one.province, one.district, one.group): one for one in figures if one.answer == answer}
    return tuple(_told(release, question, answer, shares))


def _told(release: Release, question: str, answer: str, shares: Mapping[Name, Figure]) -> Iterator[Borrowed]:
    places = list(dict.fromkeys(name[:2] for name in shares if not is_above_districts(name[1])))
    groups = list(dict.fromkeys(name[2] for name in shares if name[2] != TOTAL))
    if not places or len(groups) < 2:
        return
    shown = _shown(release, question, shares, places, groups)
    steps = in_steps(estimates(shown))
    for at, place in enumerate(places):
        for number, group in enumerate(groups):
            told = [float(one[at, number]) for one in steps]
            name = (*place, group)
            hidden = name in shares and np.isnan(shown.cell[0][at, number])
            if hidden and np.isfinite(told).all() and _is_large(release, name):
                yield Borrowed(*name, question, answer, *map(int, told))


def _shown(
    release: Release,
    question: str,
    shares: Mapping[Name, Figure],
    places: list[tuple[str, str]],
    groups: list[str],
) -> Shown:
    provinces = list(dict.fromkeys(province for province, _ in places))
    above = [(province, TOTAL) for province in provinces]
    area = np.array([provinces.index(province) for province, _ in places], np.int64)

    def told(several: Iterable[tuple[str, str]], of: Iterable[str]) -> Share:
        names = [[(*place, group) for group in of] for place in several]
        found = [[shares.get(name) for name in row] for row in names]
        count, base = (
            np.array(
                [
                    [np.nan if one is None or one.count is None else getattr(one, field) for one in row]
                    for row in found
                ],
                np.float64,
            )
            for field in ("count", "base")
        )
        return count, base

    def seen(several: Iterable[tuple[str, str]], of: Iterable[str]) -> tuple[Floats, Floats]:
        numbers = [[release.seen.get((*place, group), np.nan) for group in of] for place in several]
        return release.known[question].effect(np.array(numbers, np.float64))

    district, groups_above = seen(places, [TOTAL]), seen(above, groups)
    whole, whole_above = told(places, [TOTAL]), told(above, [TOTAL])
    return Shown(
        area,
        told(places, groups),
        (whole[0][:, 0], whole[1][:, 0]),
        told(above, groups),
        (whole_above[0][:, 0], whole_above[1][:, 0]),
        (district[0][:, 0], groups_above[0]),
        (district[1][:, 0], groups_above[1]),
    )


def _is_large(release: Release, name: Name) -> bool:
    """Whether the number interviewed is published and no smaller than a rule of the group's own wants."""
    base = release.bases.get(name)
    raised = (one["base"] for one in release.rules.get("raised", ()) if one["node"] == name[2])
    return base is not None and base >= max(raised, default=0)
