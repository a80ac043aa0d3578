"""Mistakes in the path: what is asked of people who refused, who are children, or who are not alone."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Final

from survey.questionnaire.model import AGE, CONSENT, GROUP, PRIVACY, Questionnaire, Value
from survey.questionnaire.path import reached_questions
from survey.questionnaire.sheets import Mistake, Row, Workbook

_REFUSED: Final = "This is asked although consent was refused; the rule of its page must name ${c_agree}."
_CHILD: Final = "This is asked of people under 18; the rule must name ${p_age}."
_OVERHEARD: Final = "This private question is asked although others are near."


def mistakes(book: Workbook, questionnaire: Questionnaire) -> Iterator[Mistake]:
    """The mistakes in the path through a questionnaire that has no other mistakes."""
    rows = {row.name: row for row in book.questions()}
    for group in _option_names(questionnaire, GROUP):
        yield from _asked_after(questionnaire, rows, CONSENT, {GROUP: group, CONSENT: "no"}, _REFUSED)
        child: dict[str, Value] = {GROUP: group, CONSENT: "yes", AGE: "under_18"}
        yield from _asked_after(questionnaire, rows, AGE, child, _CHILD)
    yield from _overheard(questionnaire, rows)


def _option_names(questionnaire: Questionnaire, question: str) -> tuple[str, ...]:
    return tuple(choice.name for choice in questionnaire.questions[question].choices)


def _asked_after(
    questionnaire: Questionnaire, rows: dict[str, Row], last: str, answers: dict[str, Value], message: str
) -> Iterator[Mistake]:
    names = list(questionnaire.questions)
    later = frozenset(names[names.index(last) + 1 :])
    for name in sorted(later & reached_questions(questionnaire, answers)):
        yield rows[name].mistake("relevant", message)


def _overheard(questionnaire: Questionnaire, rows: dict[str, Row]) -> Iterator[Mistake]:
    private = {name for name, question in questionnaire.questions.items() if question.self_entry}
    near = [name for name in (*_option_names(questionnaire, PRIVACY), "") if name != "alone"]
    adult = [name for name in _option_names(questionnaire, AGE) if name != "under_18"]
    for group, age, privacy in product(_option_names(questionnaire, GROUP), adult, near):
        answers: dict[str, Value] = {GROUP: group, CONSENT: "yes", AGE: age, PRIVACY: privacy}
        for name in sorted(private & reached_questions(questionnaire, answers)):
            yield rows[name].mistake("relevant", _OVERHEARD)
