"""What can be said of a question's table before any ties are sought: a reader knows more of it than its counts.

A reader knows the day of a round and the district of every table. What is asked in some districts only, or on some
days, is known not to be asked elsewhere: a count of nought that no table may rely on as unknown. Nor may a table rely on
what coverage shows while interviews arrive, such as the gender of youth: who sees how many young women there are
knows how many were asked a question for young women, and reads the smallest answer from the others.

A required question is kept without an answer by the gate (the interview is noted, see `survey.questionnaire.rules`),
because an interview held is an interview held. Its counts may therefore not be relied on as complete, and no tie is
made of it. A reader who trusts the form will still take "no answer" as nought where neither "don't know" nor "prefer
not to say" is offered, and then reads the smallest answer from the others. So such a table is shown by no count of
its own: offer one of the two, or do not require an answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from survey.publication.counts.cube import SILENT
from survey.publication.protection.ties.tables import Seen
from survey.questionnaire.expressions.values import mentions, references
from survey.questionnaire.model import DISTRICT, GROUP, ROUND, Question, Questionnaire, Tree
from survey.storage.field.coverage import COUNTED_BY

BY_PLACE: Final = (
    "the rule of {question} names the district, the round or the day, which a reader knows; "
    "ask it everywhere, or let it rest on answers only"
)
BY_COVERAGE: Final = (
    "coverage shows {known} of the group {groups} while interviews arrive, and with it a part of what {question} would "
    "hide; do not ask that group, or let no rule that {question} rests on name {known}"
)
REQUIRED: Final = (
    "{question} is required and offers neither “don't know” (98) nor “prefer not to say” (99), so a reader knows that "
    "nobody is without an answer; offer one of them, or do not require it"
)


def unprotectable_tables(questionnaire: Questionnaire, tables: Sequence[Seen]) -> dict[str, str]:
    """Why tables cannot be protected, by name."""
    found: dict[str, str] = {}
    for table in tables:
        for reason in _reasons(questionnaire, table):
            found.setdefault(table.name, reason)
    return found


def _reasons(questionnaire: Questionnaire, table: Seen) -> Iterator[str]:
    for name in sorted(upstream(questionnaire, table.marks)):
        if any(_knows(tree) for tree in _rules(questionnaire, name)):
            yield BY_PLACE.format(question=name)
    for known, groups in _shown_by_coverage(questionnaire, table):
        yield BY_COVERAGE.format(question=", ".join(table.marks), known=known, groups=", ".join(groups))
    for name in table.marks:
        if _all_must_answer(questionnaire.questions[name], table):
            yield REQUIRED.format(question=name)


def _shown_by_coverage(questionnaire: Questionnaire, table: Seen) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The questions that coverage counts by and that a table rests on, or is made of, with the groups concerned.

    Of district and group, by which every table is made anyway, the rules are looked at elsewhere.
    """
    rests_on = upstream(questionnaire, table.marks)
    for name, only in COUNTED_BY.items():
        groups = tuple(group for group in table.groups if only in ("", group))
        if name not in (DISTRICT, GROUP) and name in rests_on and groups:
            yield name, groups


def upstream(questionnaire: Questionnaire, names: Iterable[str]) -> set[str]:
    """These questions and all that their rules depend on."""
    found = set(names)
    while (
        more := {
            other
            for name in found
            for tree in _rules(questionnaire, name)
            for other in references(tree)
            if other in questionnaire.questions
        }
        - found
    ):
        found |= more
    return found


def _rules(questionnaire: Questionnaire, name: str) -> Iterator[Tree]:
    """The rules of a question and of its page."""
    page = next(page for page in questionnaire.pages if any(one.name == name for one in page.questions))
    question = questionnaire.questions[name]
    yield from (tree for tree in (page.relevant, question.relevant, question.constraint) if tree is not None)


def _knows(tree: Tree) -> bool:
    return mentions(tree, "today") or not references(tree).isdisjoint({DISTRICT, ROUND})


def _all_must_answer(question: Question, table: Seen) -> bool:
    """Whether a reader may think that everybody who was asked is in a leaf that says so."""
    if not question.required:
        return False
    if question.type.single:
        return table.single and all(choice.name not in SILENT for choice in question.choices)
    return question.type.several and not any(one.alone for one in question.choices)
