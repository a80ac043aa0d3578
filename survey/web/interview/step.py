"""One step of an interview: the sent page is merged with the earlier answers, and the next page follows from them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from flask import g, request
from flask_babel import refresh
from werkzeug.datastructures import ImmutableMultiDict

from survey.languages import languages
from survey.questionnaire import path
from survey.questionnaire.expressions.values import Context
from survey.questionnaire.model import BLOCK_MODE, CONSENT, PRESET, Answers, Page, Questionnaire
from survey.questionnaire.path import ReachedPage
from survey.storage import questionnaires
from survey.web.frame import language
from survey.web.frame.current import database
from survey.web.interview import compiled
from survey.web.interview.compiled import PREFIX
from survey.web.interview.state import Interview

# Places that are no page of the questionnaire; no page's name begins so.
REVIEW: Final = "/review"
PAUSE: Final = "/pause"


class Step(NamedTuple):
    """An interview as the sent page left it: its answers pruned, the pages they reach, the mistakes by question."""

    questionnaire: Questionnaire
    interview: Interview
    pages: tuple[ReachedPage, ...]
    mistakes: Mapping[str, str]

    @property
    def place(self) -> int:
        """The place of the shown page among the pages; after the last one for the review."""
        shown = self.interview.place
        for place, reached in enumerate(self.pages):
            if reached.page.name == shown:
                return place
        return len(self.pages)

    def with_place(self, place: int) -> Step:
        """The same step at another page; after the last one the review."""
        return self.with_page(self.pages[place].name if place < len(self.pages) else REVIEW)

    def with_page(self, name: str) -> Step:
        """The same step at the page of that name."""
        return self._replace(interview=self.interview.with_place(name))

    @property
    def page(self) -> ReachedPage | None:
        """The shown page, unless it is the review."""
        place = self.place
        return self.pages[place] if place < len(self.pages) else None

    @property
    def language(self) -> str:
        """The language in which the questions are shown."""
        return self.questionnaire.language_for(language.current_language().code)

    @property
    def agreed(self) -> bool:
        """Whether the person agreed to take part."""
        return self.interview.answers.get(CONSENT) == "yes"

    def page_of(self, question: str) -> str:
        """The name of the page that asks a question."""
        return next(
            page.name for page in self.pages if any(asked.name == question for asked in page.questions)
        )


def merge_page(interview: Interview) -> Step:
    """Merge what was typed on the sent page into the interview."""
    edition = questionnaires.find(database(), interview.questionnaire, interview.version)
    questionnaire = edition.questionnaire
    current = language.current_language().code
    shown_in = questionnaire.language_for(current)
    if shown_in != current and shown_in in languages():
        # The page around the questions speaks their language, where it can.
        set_language(shown_in)
    answers: Answers = interview.answers
    mistakes: Mapping[str, str] = {}
    sent = request.form
    if interview.place not in ("", REVIEW) and sent.get("page") == interview.place:
        answers, mistakes = _judge_page(questionnaire, interview, sent)
    return follow_answers(questionnaire, interview, answers, mistakes)


def follow_answers(
    questionnaire: Questionnaire, interview: Interview, answers: Answers, mistakes: Mapping[str, str]
) -> Step:
    """Follow the answers and drop those that are no longer reached."""
    reached, live = path.follow(questionnaire, answers, Context(today=interview.day))
    if questionnaire.block and not any(found.page.self_entry_block for found in reached):
        # A block that is not asked any more has no answers either: if it is asked again, it begins from the start.
        live.pop(BLOCK_MODE, None)
        interview = interview._replace(handing="", closed=False)
    return Step(questionnaire, interview.with_answers(live), _asked_pages(questionnaire, reached), mistakes)


def _asked_pages(questionnaire: Questionnaire, reached: tuple[ReachedPage, ...]) -> tuple[ReachedPage, ...]:
    """The pages with only what is asked in the interview: what is preset was chosen on the start page."""
    preset = _preset(questionnaire)
    bare = (_without_preset(page, preset[page.name]) if page.name in preset else page for page in reached)
    return tuple([page for page in bare if page.questions or page.notes])


def _without_preset(page: ReachedPage, preset: frozenset[str]) -> ReachedPage:
    return page._replace(
        questions=tuple(question for question in page.questions if question.name not in preset)
    )


@lru_cache(maxsize=32)
def _preset(questionnaire: Questionnaire) -> Mapping[str, frozenset[str]]:
    """By page, the questions that the start page answers or that only name a filling."""
    found = {
        page.name: frozenset(
            question.name
            for question in page.questions
            if question.name in PRESET or question.list_name in questionnaire.fills
        )
        for page in questionnaire.pages
    }
    return {page: names for page, names in found.items() if names}


def _judge_page(
    questionnaire: Questionnaire, interview: Interview, sent: ImmutableMultiDict[str, str]
) -> tuple[Answers, dict[str, str]]:
    """The answers with those of the sent page, and what is wrong with the questions that it showed."""
    page = page_named(questionnaire, interview.place)
    section = compiled.section(questionnaire, page, interview.day)
    form = section.form(sent, prefix=PREFIX)
    form.earlier = interview.answers
    form.validate()
    wrong = {field.short_name.removeprefix(PREFIX): str(field.errors[0]) for field in form if field.errors}
    kept = _kept(page, interview.answers, sent)
    shown = sent.get("asked", "").split() if wrong else ()
    return {**form.answers, **kept}, {
        name: wrong[name] for name in shown if name in wrong and name not in kept
    }


def _kept(page: Page, given: Answers, sent: ImmutableMultiDict[str, str]) -> Answers:
    """The answers of a self-entry block, which is never drawn with its answers: what is not answered again stays as it was."""
    names = [question.name for question in page.questions] if page.self_entry_block else []
    return {name: given[name] for name in names if name in given and not any(sent.getlist(PREFIX + name))}


def page_named(questionnaire: Questionnaire, name: str) -> Page:
    """The page of that name."""
    return next(page for page in questionnaire.pages if page.name == name)


def set_language(code: str) -> None:
    """Answer this request in another language."""
    g.language = languages()[code]
    refresh()
