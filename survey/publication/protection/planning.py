"""Planning: what could be published of the interviews that are planned, tried on made-up answers before fieldwork."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure.nodes import TOTAL
from analysis.disclosure.primary import Rules
from analysis.disclosure.protect import protect, protect_bases
from analysis.disclosure.protected_table import ProtectedTable
from analysis.models.interviewers import (
    PLANNING_VALUE,
    design_effect,
    detectable_difference,
    interviews_seen,
)
from survey import geography
from survey.problems import NOTHING_TO_PLAN, UNKNOWN_DISTRICT, Problem
from survey.publication.counts.cube import (
    TOP_TWO,
    Domain,
    Topic,
    bases_table,
    divisions_visited,
    groups_of,
    places_of,
    table_of,
    topics_of,
)
from survey.publication.counts.workloads import Workloads
from survey.questionnaire.model import Questionnaire
from survey.storage.results.release_document import NO_ANSWER

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


@dataclass(frozen=True, slots=True)
class Detectable:
    """Points between two such rounds that are found in 80 of 100 cases, by level; None where no change is called.

    `group` is "Total" for all interviewed. Many districts looked at together find less.
    """

    group: str
    district: float | None
    province: float
    everywhere: float


def workloads_of(planned: Planned, workers: int) -> Workloads:
    """The planned interviews as brought by so many workers for each group of each district, who meet no other."""
    domains = [domain for domain, number in planned.items() if number]
    rows = [
        np.bincount([place], [number // workers + (one < number % workers)], len(domains))
        for place, number in enumerate(planned[domain] for domain in domains)
        for one in range(workers)
    ]
    return Workloads(tuple(domains), np.array(rows).astype(np.int64).reshape(-1, len(domains)))


def measurable(planned: Planned, workers: int) -> bool:
    """Whether a round like that measures how alike the interviews of one worker are; else it is assumed."""
    groups = {group for _, group in planned}
    return workers > 1 and workloads_of(planned, workers).enough(sorted(groups))


def detectable(planned: Planned, workers: int) -> tuple[Detectable, ...]:
    """The change that can be found for each group and for all interviewed, in the middle district and province."""
    if not any(planned.values()):
        raise Problem(NOTHING_TO_PLAN)
    loads = workloads_of(planned, workers)
    provinces = {district.id: district.adm1_pcode for district in geography.reporting_districts()}
    sure = measurable(planned, workers)
    groups = dict.fromkeys(group for _, group in loads.domains)
    found = []
    for group in (*groups, TOTAL):
        inside = [place for place, (_, one) in enumerate(loads.domains) if group in (one, TOTAL)]
        district, province, everywhere = (
            _middle(loads.loads[:, inside], [level[place] for place in inside], sure)
            for level in (
                [one for one, _ in loads.domains],
                [provinces[one] for one, _ in loads.domains],
                [TOTAL for _ in loads.domains],
            )
        )
        found.append(Detectable(group, district if sure else None, province, everywhere))
    return tuple(found)


def divisions_of_two(planned: Planned) -> tuple[str, ...]:
    """The divisions of which two districts are planned, and others of their province.

    Their sum has a row of its own, so that what is hidden in one of the two has to be hidden in the other one too.
    """
    found = divisions_visited(places_of(planned))
    return tuple(division for division, districts in found if len(districts) == 2)


def _middle(loads: NDArray[np.int64], place: Sequence[str], sure: bool) -> float:
    """The median over the places of a level, in points."""
    parts = [loads[:, [one == name for one in place]] for name in dict.fromkeys(place)]
    numbers = np.array([part.sum() for part in parts])
    seen = np.array([float(interviews_seen(part)) for part in parts])
    effect, df = design_effect(seen, PLANNING_VALUE)
    return 100 * float(np.median(detectable_difference(numbers, effect, np.inf if sure else df)))


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
