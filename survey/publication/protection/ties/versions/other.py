"""The tables of one version of a questionnaire as the people count in them who were asked another version."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from survey.publication.counts.cube import groups_of
from survey.publication.counts.safeguarding import safeguarding_of
from survey.publication.counts.shares import shares_of
from survey.publication.protection.ties.tables import VALID, Mark, Seen, has_score
from survey.questionnaire.groups_asked import groups_by_question
from survey.questionnaire.model import Page, Question, Questionnaire


def rules_of(questionnaire: Questionnaire) -> tuple[Any, ...]:
    """All of a questionnaire that decides which answers can be given together, page by page; no texts."""
    return tuple(
        tuple((question.name, *_rules(page, question)) for question in page.questions)
        for page in questionnaire.pages
    )


def changed_questions(first: Questionnaire, other: Questionnaire) -> set[str]:
    """The questions whose own options or rules are others in another version, or that it does not ask."""
    there = {question[0]: question for page in rules_of(other) for question in page}
    return {
        question[0] for page in rules_of(first) for question in page if there.get(question[0]) != question
    }


def _rules(page: Page, question: Question) -> tuple[Any, ...]:
    options = tuple((one.name, one.exclusive, one.missing, one.score) for one in question.choices)
    own = (question.kind, question.relevant, question.constraint, question.required, question.publication)
    return (page.relevant, *own, options)


def tables_as_asked(tables: Sequence[Seen], other: Questionnaire) -> list[Seen]:
    """The tables with the groups, answers and options that the other version has; those of which it has none left out.

    Counting goes by names: an option that the tables do not have is in the last leaf, and a share of which some
    question is not asked is not counted.
    """
    counted = {share.name for share in (*shares_of(other), *safeguarding_of(other))}
    found = (_table_as_asked(table, other, counted) for table in tables)
    return [table for table in found if table.groups and len(table.leaves) > 1]


def _table_as_asked(table: Seen, other: Questionnaire, counted: set[str]) -> Seen:
    asked = {name: groups for name, groups in groups_by_question(other).items() if name in table.marks}
    possible = [group for group in table.groups if group in groups_of(other)]
    if table.single:
        return _single(table, other, tuple(group for group in possible if group in _of_one(asked, table)))
    if table.leaves[0] == VALID:
        marks = {item: has_score(other.questions[item]) for item in asked}
        # As many marks as are seen in a group decide whether enough of them can be there.
        groups = [
            group for group in possible if _enough(table, [group in asked.get(n, ()) for n in table.marks])
        ]
        return replace(table, groups=tuple(groups), marks=marks)
    told = table.name in counted
    groups = [group for group in possible if told and any(group in several for several in asked.values())]
    return replace(table, groups=tuple(groups))


def _of_one(asked: dict[str, tuple[str, ...]], table: Seen) -> tuple[str, ...]:
    (name,) = table.marks
    return asked.get(name, ())


def _enough(table: Seen, answered: Sequence[bool]) -> bool:
    return table.leaf([int(one) for one in answered]) == table.leaves.index(VALID)


def _single(table: Seen, other: Questionnaire, groups: tuple[str, ...]) -> Seen:
    """One question's table with the leaves whose option is offered."""
    (name,) = table.marks
    if not groups or not other.questions[name].type.single:
        return replace(table, groups=())
    mark, last = table.marks[name], len(table.leaves) - 1
    places = [*_offered_options(other.questions[name], mark, last), last]
    numbers = {place: number for number, place in enumerate(places)}
    leaves = tuple(table.leaves[place] for place in places)
    return replace(
        table,
        groups=groups,
        leaves=leaves,
        marks={name: lambda value: numbers.get(mark(value), numbers[last])},
    )


def _offered_options(question: Question, mark: Mark, last: int) -> Iterator[int]:
    yield from sorted({mark(choice.name) for choice in question.choices} - {last})
