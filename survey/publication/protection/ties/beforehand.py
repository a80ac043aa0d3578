"""What can be said of a question's table before any ties are sought: a reader knows more of it than its counts.

A reader knows the day of a round and the district of every table. What is asked in some districts only, or on some
days, is known not to be asked elsewhere: a count of nought that no table may rely on as unknown.

A required question is kept without an answer by the gate (the interview is noted, see `survey.questionnaire.rules`),
because an interview held is an interview held. Its counts may therefore not be relied on as complete, and no tie is
made of it. A reader who trusts the form will still take "no answer" as nought where neither "don't know" nor "prefer
not to say" is offered, and then reads the smallest answer from the others. So such a table is told by no count of
its own: offer one of the two, or do not require an answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from survey.publication.counts.cube import SILENT
from survey.publication.protection.ties.tables import Seen
from survey.questionnaire.expressions.values import mentions, references
from survey.questionnaire.model import DISTRICT, ROUND, Question, Questionnaire, Tree

BY_PLACE: Final = (
    "the rule of {question} names the district, the round or the day, which a reader knows; "
    "ask it everywhere, or let it rest on answers only"
)
REQUIRED: Final = (
    "{question} is required and offers neither “don't know” (98) nor “prefer not to say” (99), so a reader knows that "
    "nobody is without an answer; offer one of them, or do not require it"
)


def known_beforehand(questionnaire: Questionnaire, tables: Sequence[Seen]) -> dict[str, str]:
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
    for name in table.marks:
        if _nobody_silent(questionnaire.questions[name], table):
            yield REQUIRED.format(question=name)


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


def _nobody_silent(question: Question, table: Seen) -> bool:
    """Whether a reader may think that everybody who was asked is in a leaf that says so."""
    if not question.required:
        return False
    if question.kind == "choice":
        return table.single and all(choice.name not in SILENT for choice in question.choices)
    return question.kind == "multiple" and not any(one.exclusive or one.missing for one in question.choices)
