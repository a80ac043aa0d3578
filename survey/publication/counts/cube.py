"""The declared cube: everything about answers that can ever be published, in one place.

Per round: reporting district in division in province in all × group in all × the answers of each question as a tree. A group that
a question does not address is absent from it. A new filter is a new dimension here, never a query parameter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from analysis.disclosure.cube import Cube, Table
from analysis.disclosure.nodes import TOTAL, Dimension
from survey import geography
from survey.publication.counts.shares import REPLACED, Share, shares_of
from survey.questionnaire.groups_asked import groups_by_question
from survey.questionnaire.model import (
    DO_NOT_KNOW,
    DOES_NOT_APPLY,
    GROUP,
    PREFER_NOT_TO_SAY,
    Question,
    Questionnaire,
)
from survey.storage.results.release_document import NO_ANSWER

# Each name of a sum holds a space, which the name of an option cannot: an author may name an option as he likes.
TOP_TWO: Final = "top two"
REST: Final = "all others"
BOTTOM_TWO: Final = "bottom two"
YES: Final = "said yes"
NO: Final = "everyone else"

#: Not asked, hidden, skipped, don't know and refused are one leaf, "no answer"; "does not apply" is an answer.
SILENT: Final = (DO_NOT_KNOW, PREFER_NOT_TO_SAY)

PROVINCE: Final = "province"
DISTRICT: Final = "district"
GROUP_COLUMN: Final = "group"
ANSWER: Final = "answer"

#: (reporting district, group)
Domain = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Topic:
    """One question of the cube.

    `leaves` names each leaf and the choices in it; None holds everybody else. `share`, where it is set, says whose
    "yes" is counted in place of `question`'s choices.
    """

    name: str
    question: str
    groups: tuple[str, ...]
    sensitive: bool
    leaves: tuple[tuple[str, tuple[str, ...] | None], ...]
    tree: tuple[tuple[str, tuple[str, ...]], ...] = ()
    share: Share | None = None


def topics_of(questionnaire: Questionnaire) -> tuple[Topic, ...]:
    """Every question of the cube in order of asking, then the shares: options of multiple choices, indicators."""
    groups = groups_by_question(questionnaire)
    single = [q for q in questionnaire.questions.values() if q.type.single and q.publication == "district"]
    shares = [(share, questionnaire.questions[share.parts[0].question]) for share in shares_of(questionnaire)]
    return (
        *(topic for question in single for topic in _single(question, groups[question.name])),
        *(_yes_no(share, question, groups[question.name]) for share, question in shares),
    )


def _single(question: Question, groups: tuple[str, ...]) -> Iterator[Topic]:
    """A question of one answer; none where its choices are shown only as parts of shares. Numbers never are."""
    names = tuple(choice.name for choice in question.choices if choice.name not in SILENT)
    if any((question.name, name) in REPLACED for name in names):
        return
    leaves = (*((name, (name,)) for name in names), (NO_ANSWER, None))
    tree = _scale_tree(question) if question.direction else ()
    yield Topic(question.name, question.name, groups, question.sensitivity == "H", leaves, tree)


def _yes_no(share: Share, question: Question, groups: tuple[str, ...]) -> Topic:
    leaves = ((YES, ()), (NO, None))
    return Topic(share.name, question.name, groups, question.sensitivity == "H", leaves, share=share)


def _scale_tree(question: Question) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """all = {top two, rest = {middle, bottom two, no answer}}; best points follow the declared direction."""
    ranked = ranked_points(question)
    top, bottom = ranked[:2], ranked[2:][-2:]
    beside = tuple(choice.name for choice in question.choices if choice.name == DOES_NOT_APPLY)
    middle = (*ranked[2 : len(ranked) - len(bottom)], *beside)
    nodes = [(TOP_TWO, top)]
    if len(bottom) == 2:
        nodes.append((BOTTOM_TWO, bottom))
        bottom = (BOTTOM_TWO,)
    nodes.append((REST, (*middle, *bottom, NO_ANSWER)))
    return tuple(nodes)


def ranked_points(question: Question) -> tuple[str, ...]:
    """The points of a scale from the best to the worst."""
    scored = [choice for choice in question.choices if choice.score is not None and not choice.missing]
    ranked = sorted(scored, key=lambda choice: choice.score or 0, reverse=question.direction == "up")
    return tuple(choice.name for choice in ranked)


def places_of(bases: Mapping[Domain, int]) -> tuple[tuple[str, str], ...]:
    """Province and district of every district with an interview; of the others there is nothing to tell."""
    visited = {district for (district, _), number in bases.items() if number}
    return tuple((d.adm1_pcode, d.id) for d in geography.reporting_districts() if d.id in visited)


def cube_of(topic: Topic | None, groups: Sequence[str], places: Sequence[tuple[str, str]]) -> Cube:
    """The cube of one question, or without a question that of the bases."""
    place = Dimension("place", (PROVINCE, DISTRICT), tuple(places), tuple(divisions_visited(places)))
    dimensions = [place, _group_dimension(topic, groups)]
    if topic is not None:
        leaves = tuple((name,) for name, _ in topic.leaves)
        dimensions.append(Dimension(ANSWER, (ANSWER,), leaves, topic.tree, answers=True))
    return Cube(tuple(dimensions))


def divisions_visited(places: Sequence[tuple[str, str]]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The divisions with several visited districts that are not all of their province.

    Any other one is a district's or the province's own cell, and has no name of its own.
    """
    inside: dict[tuple[str, str], list[str]] = {}
    for province, district in places:
        if division := division_of(district):
            inside.setdefault((province, division), []).append(district)
    visited = Counter(province for province, _ in places)
    for (province, division), districts in inside.items():
        if 1 < len(districts) < visited[province]:
            yield division, tuple(districts)


def division_of(district: str) -> str:
    """The division of a reporting district; "" where it is not known."""
    return geography.districts()[district].division


def is_above_districts(district: str) -> bool:
    """Whether what stands in the place of a district is the sum over some: those of a division, a province, or all."""
    return district == TOTAL or geography.is_division(district)


def _group_dimension(topic: Topic | None, groups: Sequence[str]) -> Dimension:
    """Where a group is not asked, the sum over the others is no domain of its own."""
    present = tuple(groups) if topic is None else topic.groups
    whole = len(present) == len(groups)
    return Dimension(GROUP_COLUMN, (GROUP_COLUMN,), tuple((group,) for group in present), total=whole)


def groups_of(questionnaire: Questionnaire) -> tuple[str, ...]:
    """The groups, in the order of the form types."""
    return tuple(choice.name for choice in questionnaire.questions[GROUP].choices)


def table_of(
    topic: Topic,
    groups: Sequence[str],
    bases: Mapping[Domain, int],
    given: Mapping[Domain, Mapping[str, int]],
    not_asked: Mapping[Domain, int] | None = None,
) -> Table:
    """The inner counts of one question: the last leaf, which names no choice, holds everybody else.

    Of those who were `not_asked` every reader is taken to know that they are among them.
    """
    places = places_of(bases)
    cube = cube_of(topic, groups, places)
    counts, known = np.zeros(cube.inner_shape, np.int64), np.zeros(cube.inner_shape, np.int64)
    for row, (_, district) in enumerate(places):
        for column, group in enumerate(topic.groups):
            domain = (district, group)
            counts[row, column] = leaf_counts(topic, bases.get(domain, 0), given.get(domain, {}))
            known[row, column, -1] = (not_asked or {}).get(domain, 0)
    return Table(cube, counts, sensitive=topic.sensitive, name=topic.name, known=known)


def leaf_counts(topic: Topic, base: int, given: Mapping[str, int]) -> list[int]:
    """The counts of a domain by leaf: the last one holds everybody else."""
    if topic.share is not None:
        named = given.get(YES, 0)
        return [named, base - named]
    counts = [sum(given.get(name, 0) for name in part or ()) for _, part in topic.leaves]
    counts[-1] = base - sum(counts[:-1])
    return counts


def bases_table(groups: Sequence[str], bases: Mapping[Domain, int]) -> Table:
    """The numbers interviewed, which all questions share."""
    places = places_of(bases)
    counts = [[bases.get((district, group), 0) for group in groups] for _, district in places]
    return Table(cube_of(None, groups, places), np.array(counts, np.int64), name="bases")
