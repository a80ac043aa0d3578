"""The form of a questionnaire as respondents see it, for those who publish it: every question, nothing to send."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import get_template_attribute, render_template
from flask_babel import force_locale, gettext
from markupsafe import Markup

from survey.forms.builder import form_for
from survey.languages import Language, languages
from survey.problems import NOT_FOUND, Problem
from survey.questionnaire.expressions.values import references
from survey.questionnaire.groups_asked import groups_by_question
from survey.questionnaire.model import GROUP, PRESET, Choice, Note, Page, Question, Questionnaire, filled_text
from survey.questionnaire.types.hidden import HiddenChoice
from survey.storage.questionnaires import Edition
from survey.web.frame.language import current_language

#: What ids and names of the form begin with, as on the page of an interview.
_PREFIX: Final = "q-"


@dataclass(frozen=True, slots=True)
class Shown:
    """A question or a note as it is drawn, with the questions whose answers decide whether it is asked."""

    drawn: Markup
    name: str
    depends_on: tuple[str, ...]
    #: Whether the worker sets it before consent: respondents never see it.
    preset: bool = False
    #: What is offered where a form asks nothing, because only a phone does: its words are read here all the same.
    on_phones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShownPage:
    """One page of the form."""

    title: str
    depends_on: tuple[str, ...]
    parts: tuple[Shown, ...]


def languages_of(questionnaire: Questionnaire) -> Sequence[Language]:
    """The languages in which a questionnaire can be asked here."""
    return [languages()[code] for code in questionnaire.languages if code in languages()]


def groups_of(questionnaire: Questionnaire) -> Sequence[Choice]:
    """The forms that a questionnaire has: the options of the question for the group."""
    return questionnaire.questions[GROUP].choices


def render_preview(
    questionnaire: Questionnaire,
    group: str,
    code: str,
    edition: Edition | None = None,
    carried: Mapping[str, str] | None = None,
) -> str:
    """Every question of the form of a group in a language; raises NOT_FOUND for one that the questionnaire lacks.

    Where no language is named it is the reader's, or the first that the questionnaire has.
    """
    offered, groups = languages_of(questionnaire), groups_of(questionnaire)
    chosen = [one for one in offered if one.code == (code or current_language().code)]
    if not code:
        chosen = [*chosen, *offered][:1]
    form = [one for one in groups if one.name == group] if group else groups[:1]
    if not chosen or not form:
        raise Problem(NOT_FOUND)
    with force_locale(chosen[0].locale):
        pages = tuple(_pages(questionnaire, form[0].name, chosen[0].code))
    return render_template(
        "administration/preview.html",
        asked=questionnaire,
        pages=pages,
        spoken=chosen[0],
        group=form[0],
        languages_shown=offered,
        groups_shown=groups,
        edition=edition,
        carried=carried,
    )


def _pages(questionnaire: Questionnaire, group: str, code: str) -> Iterator[ShownPage]:
    asked = groups_by_question(questionnaire)
    first = questionnaire.languages[0]
    for page in questionnaire.pages:
        form = form_for(page, {}, code, fills=questionnaire.fills, translate=gettext, first=first)(
            prefix=_PREFIX
        )
        parts = tuple(
            _note(part, questionnaire, code)
            if isinstance(part, Note)
            else _question(part, form[part.name], questionnaire, code)
            for part in _in_order(page)
            if isinstance(part, Note) or group in asked[part.name]
        )
        if any(isinstance(part, Shown) for part in parts):
            title = filled_text(page.label, code, questionnaire.fills, first)
            yield ShownPage(title, _depends_on(page), parts)


def _in_order(page: Page) -> Iterator[Question | Note]:
    """Questions in the order of the sheet, each note before its question."""
    for question in page.questions:
        yield from (note for note in page.notes if note.before == question.name)
        yield question
    names = {question.name for question in page.questions}
    yield from (note for note in page.notes if note.before not in names)


def _note(note: Note, questionnaire: Questionnaire, code: str) -> Shown:
    text = filled_text(note.text, code, questionnaire.fills, questionnaire.languages[0])
    draw = get_template_attribute("interview/fragments.html", "note")
    return Shown(Markup(draw(text)), note.name, _depends_on(note))  # noqa: S704 - a template's own text


def _question(question: Question, field: Any, questionnaire: Questionnaire, code: str) -> Shown:
    draw = get_template_attribute("components/field.html", question.kind)

    def mark(name: str) -> Markup:
        described = name == "described" and field.description
        return Markup(' aria-describedby="{}-hint"').format(field.id) if described else Markup("")

    drawn = Markup(draw(field, question, mark))  # noqa: S704 - as above
    first = questionnaire.languages[0]
    on_phones = tuple(
        filled_text(one.label, code, questionnaire.fills, first) for one in _on_phones(question)
    )
    return Shown(drawn, question.name, _depends_on(question), question.name in PRESET, on_phones)


def _on_phones(question: Question) -> tuple[Choice, ...]:
    """What a phone offers of a question that no form asks; nothing of others, whose options are drawn."""
    kind = question.type
    if not isinstance(kind, HiddenChoice) or kind.instructed:
        return ()
    return question.items or question.choices


def _depends_on(thing: Page | Question | Note) -> tuple[str, ...]:
    """The questions, but for the group, whose answers decide whether a page, question or note is shown."""
    if thing.relevant is None:
        return ()
    return tuple(sorted({*references(thing.relevant)} - {GROUP}))
