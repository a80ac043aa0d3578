"""All answers again before they are sent, as the page shows them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from flask_babel import gettext

from survey.questionnaire.model import Question, Value, text_in
from survey.questionnaire.path import ReachedPage
from survey.web.frame import language
from survey.web.interview.step import Step


class Line(NamedTuple):
    """A question and its answer in words; "" where there is none."""

    question: str
    answer: str


class Section(NamedTuple):
    """A page of the questionnaire with the questions that were asked on it; one that is `closed` is not gone to."""

    name: str
    label: str
    lines: tuple[Line, ...]
    closed: bool = False


def sections(step: Step) -> Iterator[Section]:
    """The sections that the answers reach, in the reader's language."""
    code, first = language.current_language().code, step.questionnaire.languages[0]
    given = step.interview.answers
    for reached in step.pages:
        if reached.page.self_entry_block:
            yield _block(step, reached)
            continue
        lines = tuple(
            Line(
                text_in(question.label, code, first),
                _answer_in_words(question, given.get(question.name), first),
            )
            for question in reached.questions
        )
        yield Section(reached.name, text_in(reached.page.label, code, first), lines)


def _block(step: Step, reached: ReachedPage) -> Section:
    """The self-entry block in one line: how many of its questions were asked, or answered, may tell an answer."""
    given = any(question.name in step.interview.answers for question in reached.questions)
    label = text_in(reached.page.label, language.current_language().code, step.questionnaire.languages[0])
    words = gettext("answered") if given else gettext("left out")
    line = Line(gettext("Questions for the person alone"), words)
    return Section(reached.name, label, (line,), step.interview.closed)


def _answer_in_words(question: Question, value: Value | None, first: str) -> str:
    """An answer as it was read out, several options in the order of the list."""
    if isinstance(value, int):
        return str(value)
    chosen = (value,) if isinstance(value, str) else value or ()
    code = language.current_language().code
    words = [text_in(choice.label, code, first) for choice in question.choices if choice.name in chosen]
    return str(gettext("; ")).join(words)
