"""All answers once more before they are sent: rendered once per version and language, and then only joined."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import get_template_attribute
from flask_babel import gettext
from markupsafe import escape

from survey.questionnaire.model import Answers, Page, Question, Questionnaire, Value, said
from survey.questionnaire.path import ReachedPage
from survey.web.frame import language
from survey.web.interview import compiled
from survey.web.interview.compiled import PARTS, Pieces
from survey.web.interview.step import Turn


@dataclass(frozen=True, slots=True)
class Line:
    """One rendered question: before and after its answer, whole without one, and the words of its options."""

    before: str
    after: str
    unanswered: str
    options: Mapping[str, str]

    def shown(self, value: Value | None, between: str) -> str:
        """The question with its answer, several options in the order of the list."""
        if isinstance(value, int):
            words = str(value)
        elif isinstance(value, str):
            words = self.options.get(value, "")
        else:
            words = between.join([self.options[name] for name in value or () if name in self.options])
        return f"{self.before}{words}{self.after}" if words else self.unanswered


@dataclass(frozen=True, slots=True)
class Review:
    """The compiled page."""

    frame: Pieces
    sections: Mapping[str, Pieces]
    lines: Mapping[str, Line]
    between: str

    def section(self, page: ReachedPage, answers: Answers) -> str:
        """A section with the answers to what was asked in it."""
        lines = [self.lines[one.name].shown(answers.get(one.name), self.between) for one in page.questions]
        return self.sections[page.name].joined({"lines": "".join(lines)})


def shown(turn: Turn, carried: Mapping[str, str]) -> str:
    """The page of all answers; `carried` is what every page of an interview carries."""
    asked = turn.questionnaire
    review: Review = compiled.remembered(("review", asked.digest), lambda: _review(asked))
    sections = [review.section(page, turn.interview.answers) for page in turn.pages]
    return review.frame.joined({**carried, "sections": "".join(sections)})


def _review(questionnaire: Questionnaire) -> Review:
    first = questionnaire.languages[0]
    return Review(
        frame=compiled.framed(
            "interview/review.html",
            title=gettext("Look at the answers"),
            enter="continue",
            spoken=questionnaire.languages,
        ),
        sections={page.name: _section(page, first) for page in questionnaire.pages},
        lines={name: _line(question, first) for name, question in questionnaire.questions.items()},
        between=str(escape(gettext("; "))),
    )


def _section(page: Page, first: str) -> Pieces:
    label = said(page.label, language.current().code, first)
    return compiled.cut(str(get_template_attribute(PARTS, "reviewed")(page.name, label, compiled.mark)))


def _line(question: Question, first: str) -> Line:
    code = language.current().code
    draw = get_template_attribute(PARTS, "line")
    label, answer = said(question.label, code, first), compiled.mark("answer")
    before, _, after = str(draw(label, answer, answered=True)).partition(answer)
    return Line(
        before,
        after,
        str(draw(label, gettext("Not answered"), answered=False)),
        {choice.name: str(escape(said(choice.label, code, first))) for choice in question.choices},
    )
