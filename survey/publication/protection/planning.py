"""Planning: what could be published of the interviews that are planned, tried on made-up answers before fieldwork."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from analysis.disclosure.cube import TOTAL
from analysis.disclosure.primary import Rules
from analysis.disclosure.protect import ProtectedTable, protect, protect_bases
from survey import geography
from survey.problems import NOTHING_TO_PLAN, UNKNOWN_DISTRICT, Problem
from survey.publication.counts.cube import (
    NO_ANSWER,
    TOP_TWO,
    Domain,
    Topic,
    bases_table,
    groups_of,
    places_of,
    table_of,
    topics_of,
)
from survey.questionnaire.model import Questionnaire

#: Districts that stand for all: those between two of nearly the same size tell nothing new and cost seconds.
MOST_DISTRICTS: Final = 10
#: Made-up rounds whose outlooks are averaged.
DRAWS: Final = 3
#: How alike the districts answer (concentration of a Dirichlet distribution), and the share that gives no answer.
ALIKE: Final = 8.0
SILENCE: Final = 0.05

Planned = Mapping[Domain, int]
#: Share of the base, the top two and the single answers of a domain that can be shown.
Seen = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Outlook:
    """For districts with so many planned interviews of a group: the share of them in which each kind can be shown.

    `group` is "Total" for all interviewed, `top_two` the pair of best answers, `points` the mean over single answers.
    """

    group: str
    planned: int
    base: float
    top_two: float
    points: float


def spread(questionnaire: Questionnaire, interviews: int, districts: Collection[str] = ()) -> Planned:
    """About so many interviews, as many in each group of each district; in all districts where none is named.

    Raises UNKNOWN_DISTRICT.
    """
    known = [d.id for d in geography.reporting_districts()]
    for district in districts:
        if district not in known:
            raise Problem(UNKNOWN_DISTRICT, district=district)
    chosen = [district for district in known if not districts or district in districts]
    domains = [(district, group) for district in chosen for group in groups_of(questionnaire)]
    return dict.fromkeys(domains, round(interviews / len(domains)))


def outlook(
    questionnaire: Questionnaire, planned: Planned, rules: Rules, seed: int = 1
) -> tuple[Outlook, ...]:
    """What could be published of a typical question, by group and planned number, the largest first.

    Interviews achieved vary around the plan as Poisson numbers; the answers are made up, a little different in each
    district. The declared cube and the rules are the real ones. Rare answers fare worse.
    """
    topic, groups = _typical(questionnaire), groups_of(questionnaire)
    chosen = _sampled_plan(planned)
    random = np.random.default_rng(seed)
    found: dict[tuple[str, int], list[Seen]] = {}
    for _ in range(DRAWS):
        for group, number, shown in _draw(topic, groups, chosen, rules, random):
            found.setdefault((group, number), []).append(shown)
    return tuple(
        Outlook(group, number, *(float(share) for share in np.mean(shown, axis=0)))
        for (group, number), shown in sorted(found.items(), key=lambda item: -item[0][1])
    )


def _typical(questionnaire: Questionnaire) -> Topic:
    """The scale with most points of those that every group is asked and that is not marked sensitive."""
    whole = len(groups_of(questionnaire))
    scales = [
        topic
        for topic in topics_of(questionnaire)
        if topic.tree and not topic.sensitive and len(topic.groups) == whole
    ]
    if not scales:
        raise Problem(NOTHING_TO_PLAN)
    return max(scales, key=lambda topic: len(topic.leaves))


def _sampled_plan(planned: Planned) -> Planned:
    """The plan of a few districts, picked evenly by size."""
    sizes: dict[str, int] = {}
    for (district, _), number in planned.items():
        sizes[district] = sizes.get(district, 0) + number
    ordered = sorted((district for district, size in sizes.items() if size), key=lambda one: sizes[one])
    if not ordered:
        raise Problem(NOTHING_TO_PLAN)
    places = np.linspace(0, len(ordered) - 1, min(MOST_DISTRICTS, len(ordered))).round().astype(int)
    picked = {ordered[place] for place in places}
    return {domain: number for domain, number in planned.items() if domain[0] in picked}


def _draw(
    topic: Topic, groups: Sequence[str], planned: Planned, rules: Rules, random: np.random.Generator
) -> Iterator[tuple[str, int, Seen]]:
    """One made-up round: group, planned number and what can be shown, for every domain of every district."""
    achieved = {domain: int(random.poisson(number)) for domain, number in planned.items()}
    given = {domain: _answers(topic, number, random) for domain, number in achieved.items()}
    bases = protect_bases(bases_table(groups, achieved), rules)
    shown = protect(table_of(topic, groups, achieved, given), rules, bases)
    reached = {district: province for province, district in places_of(achieved)}
    for district in dict.fromkeys(district for district, _ in planned):
        numbers = {group: planned.get((district, group), 0) for group in groups}
        for group, number in (*numbers.items(), (TOTAL, sum(numbers.values()))):
            place = (reached[district], district, group) if district in reached else None
            yield group, number, _seen(shown, topic, place)


def _answers(topic: Topic, number: int, random: np.random.Generator) -> dict[str, int]:
    leaves = [name for name, _ in topic.leaves]
    usual = np.array([SILENCE if name == NO_ANSWER else 1.0 for name in leaves])
    shares = random.dirichlet(ALIKE * usual / usual.sum())
    return {name: int(n) for name, n in zip(leaves, random.multinomial(number, shares), strict=True)}


def _seen(shown: ProtectedTable, topic: Topic, place: tuple[str, str, str] | None) -> Seen:
    """What can be shown of a domain; nothing can where nobody was reached."""
    if place is None:
        return 0.0, 0.0, 0.0
    points = [shown.count((*place, name)) is not None for name, _ in topic.leaves if name != NO_ANSWER]
    base, top = (shown.count((*place, name)) is not None for name in (TOTAL, TOP_TWO))
    return float(base), float(top), float(np.mean(points))
