"""Pages of the form: each is rendered once per version and language, without an account, and then only its places are filled."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import current_app, get_template_attribute, render_template
from flask_babel import gettext
from markupsafe import Markup, escape

from survey.forms.builder import PageForm, form_for
from survey.questionnaire.expressions.values import Context
from survey.questionnaire.model import (
    PRIVACY,
    Answers,
    Choice,
    Page,
    Question,
    Questionnaire,
    Texts,
    Value,
    text_in,
)
from survey.web.frame import guard, language

#: Names of questions begin so in the form, apart from the form's own fields.
PREFIX: Final = "q-"
#: Small parts of pages, as macros.
PARTS: Final = "interview/fragments.html"
#: What every page of an interview carries.
CARRIED: Final = ("csrf", "record", "edition", "state", "practice")
_KEY: Final = "survey.form_pages"
#: More pages than this are never in use at once; then all are rendered again.
_MOST: Final = 4000
# Control characters no text may contain: a place in a rendered page that every reply fills.
_MARK: Final = re.compile("\x02(.*?)\x03")


def mark(name: str) -> Markup:
    """A place in a template that every reply fills."""
    return Markup(f"\x02{name}\x03")  # noqa: S704 - the names are this module's own


@dataclass(frozen=True, slots=True)
class Pieces:
    """A rendered text with places to fill."""

    texts: tuple[str, ...]
    places: tuple[tuple[int, str], ...]

    def fill(self, values: Mapping[str, str]) -> str:
        """The text with its places filled; those without a value stay empty."""
        parts = list(self.texts)
        for place, name in self.places:
            parts[place] = values.get(name, "")
        return "".join(parts)


def cut(text: str) -> Pieces:
    """The pieces of a rendered text."""
    parts = _MARK.split(text)
    return Pieces(tuple(parts), tuple((place, parts[place]) for place in range(1, len(parts), 2)))


@dataclass(frozen=True, slots=True)
class Block:
    """One rendered question: what comes before its options, the two halves of each, and what comes after.

    Where a type draws its own inputs in place of options, they belong to what comes before.
    """

    id: str
    anchor: str
    hint: bool
    head: Pieces
    plain: str
    options: Mapping[str, tuple[str, str]]
    tail: str

    def render(self, choices: Iterable[Choice], value: Value | None, mistake: str, typed: str = "") -> str:
        """The question with its answer, or with what was typed and is not an answer, and its mistake if there is one."""
        chosen = (value,) if isinstance(value, str) else value if isinstance(value, tuple) else ()
        changes = mistake or typed or isinstance(value, int)
        parts = [self.head.fill(_values_to_fill(self, value, mistake, typed)) if changes else self.plain]
        # A question of which a page offers no option has none to draw.
        for choice in choices if self.options else ():
            before, after = self.options[choice.name]
            parts += (before, " checked" if choice.name in chosen else "", after)
        parts.append(self.tail)
        return "".join(parts)


def _values_to_fill(block: Block, value: Value | None, mistake: str, typed: str) -> dict[str, str]:
    values = _description_ids(block.id, block.hint, bool(mistake))
    values["value"] = str(value) if isinstance(value, int) else str(escape(typed))
    values[f"checked:{value}"] = " checked"
    if mistake:
        values["invalid"] = " invalid"
        values["error"] = str(get_template_attribute(PARTS, "mistake")(block.id, mistake))
    return values


def _description_ids(field: str, hint: bool, mistake: bool) -> dict[str, str]:
    ids = [f"{field}-{part}" for part, present in (("hint", hint), ("error", mistake)) if present]
    return {"described": f' aria-describedby="{" ".join(ids)}"' if ids else ""}


@dataclass(frozen=True, slots=True)
class Section:
    """One compiled page of a questionnaire."""

    frame: Pieces
    blocks: Mapping[str, Block]
    notes: Mapping[str, str]
    form: type[PageForm]


@dataclass(frozen=True, slots=True)
class Extras:
    """What a section has only sometimes."""

    back: str
    practice: Markup
    more: str
    woman: str
    place: Pieces
    near: Pieces
    private: tuple[str, ...]

    def progress(self, place: int, total: int) -> str:
        """How far the interview is; places count from 0."""
        return self.place.fill({"place": str(place + 1), "total": str(total)})

    def privacy(self, answers: Answers) -> str:
        """The buttons that say whether somebody is near; empty before that was first asked."""
        present = answers.get(PRIVACY)
        if present not in self.private:
            return ""
        return self.near.fill(
            {f"pressed:{choice}": "true" if choice == present else "false" for choice in self.private}
        )


def cached_piece(key: tuple[object, ...], make: Callable[[], Any]) -> Any:
    """The cached piece of that key, for this language and this application.

    Everybody shares it, so it is made as if nobody had signed in and holds nothing of an account.
    """
    compiled = current_app.extensions.setdefault(_KEY, {})
    whole = (key, language.current_language().code)
    found = compiled.get(whole)
    if found is None:
        if len(compiled) >= _MOST:
            compiled.clear()
        with guard.as_nobody():
            found = compiled[whole] = make()
    return found


def _section_frame(**values: Any) -> Pieces:
    """The template of a section, cut at its places. Menu and sign-out stay away: they would lose the answers."""
    return cut(
        render_template(
            "interview/section.html",
            menu=(),
            account=None,
            mark=mark,
            carried={name: mark(name) for name in CARRIED},
            get_flashed_messages=lambda **_: (),
            **values,
        )
    )


def section(questionnaire: Questionnaire, asked: Page, day: str) -> Section:
    """The compiled page of a questionnaire in the reader's language."""
    key = ("section", questionnaire.digest, asked.name, day)
    compiled: Section = cached_piece(key, lambda: _section(questionnaire, asked, day))
    return compiled


def _section(questionnaire: Questionnaire, asked: Page, day: str) -> Section:
    code, first = language.current_language().code, questionnaire.languages[0]
    # Holes such as ${local_body} stay: they are filled in the joined page, per district.
    form = form_for(asked, {}, code, translate=gettext, context=Context(today=day), first=first)
    filled = form(prefix=PREFIX)
    note = get_template_attribute(PARTS, "note")
    return Section(
        frame=_section_frame(
            title=text_in(asked.label, code, first),
            page=asked,
            enter="continue",
            spoken=questionnaire.languages,
        ),
        blocks={question.name: _block(question, filled[question.name]) for question in asked.questions},
        notes={note_.name: str(note(text_in(note_.text, code, first))) for note_ in asked.notes},
        form=form,
    )


def _block(question: Question, field: Any) -> Block:
    hint = bool(field.description)
    draw = get_template_attribute("components/field.html", question.kind)
    before, _, after = str(draw(field, question, mark)).partition(mark("options"))
    head = cut(before)
    parts = _MARK.split(after)
    options = {
        name.removeprefix("option:"): (parts[place + 1], parts[place + 3])
        for place, name in enumerate(parts)
        if place % 2 and name.startswith("option:")
    }
    return Block(
        field.id,
        field.anchor,
        hint,
        head,
        head.fill(_description_ids(field.id, hint, False)),
        options,
        parts[-1],
    )


def section_extras(questionnaire: Questionnaire) -> Extras:
    """The parts that a section of this questionnaire has only sometimes, in the reader's language."""
    compiled: Extras = cached_piece(("extras", questionnaire.digest), lambda: _section_extras(questionnaire))
    return compiled


def _section_extras(questionnaire: Questionnaire) -> Extras:
    names = ("back", "practice", "more", "woman")
    parts = {name: get_template_attribute(PARTS, name)() for name in names}
    place = cut(str(get_template_attribute(PARTS, "progress")(mark)))
    question = questionnaire.questions.get(PRIVACY)
    private = tuple(choice.name for choice in question.choices) if question else ()
    return Extras(**parts, place=place, near=_privacy(question, questionnaire.languages[0]), private=private)


def _privacy(question: Question | None, first: str) -> Pieces:
    if question is None:
        return cut("")
    code = language.current_language().code
    labels = {"": text_in(question.label, code, first)}
    labels |= {choice.name: text_in(choice.label, code, first) for choice in question.choices}
    return cut(str(get_template_attribute(PARTS, "privacy")(question, labels, mark)))


def without_holes(html: str, questionnaire: Questionnaire, own: Mapping[str, Texts]) -> str:
    """The page with `${local_body}` and its like filled: by the district's words where it has some in that language."""
    code, first = language.current_language().code, questionnaire.languages[0]
    for name, texts in questionnaire.fills.items():
        text = text_in({**texts, **own.get(name, {})}, code, first)
        html = html.replace(f"${{{name}}}", escape(text))
    return html
