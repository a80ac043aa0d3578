"""Every difference between two versions is found: of every member of every part of a questionnaire."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

import pytest

from survey.questionnaire import difference, xlsform
from survey.questionnaire.difference import differences
from survey.questionnaire.model import Choice, Note, Page, Question, Questionnaire
from survey.settings import SHIPPED, SHIPPED_VERSIONS

#: A question of which people say how many items of a list are true.
LISTED = "saf_day"


def with_a_list(form: Questionnaire) -> Questionnaire:
    """The form with the options of a question as the items of a list."""
    pages = tuple(
        replace(
            page,
            questions=tuple(
                replace(one, items=tuple(map(replace, one.choices))) if one.name == LISTED else one
                for one in page.questions
            ),
        )
        for page in form.pages
    )
    return replace(form, pages=pages, fills={"local_body": {"en": "committee"}})


FORM = with_a_list(xlsform.read(SHIPPED))
#: Members that no version changes by itself: the number of the version, and what follows from the place of an option.
FOLLOW = {(Questionnaire, "version"), (Choice, "code")}


def other(value: Any) -> Any:
    """A value of the same kind that is not the same."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, tuple):
        return value[1:]
    if isinstance(value, dict) and not all(isinstance(text, str) for text in value.values()):
        return {name: other(texts) for name, texts in value.items()}
    if isinstance(value, dict):
        return {**value, "en": f"{value.get('en', '')} changed"}
    return ["=", 1, 1] if value is None else 42 if isinstance(value, int) else f"{value}x"


def in_form(part: Page | Question | Note | Choice, changed: Any) -> Questionnaire:
    """The form with one part in place of another."""

    def walked(value: Any) -> Any:
        if value is part:
            return changed
        if isinstance(value, tuple):
            return tuple(walked(item) for item in value)
        if isinstance(value, Page | Question):
            return replace(value, **{one.name: walked(getattr(value, one.name)) for one in fields(value)})
        return value

    return replace(FORM, pages=walked(FORM.pages))


def members() -> Iterator[tuple[Any, str]]:
    page = next(page for page in FORM.pages if page.notes)
    question = next(one for one in FORM.questions.values() if len(one.choices) > 2 and not one.items)
    listed = FORM.questions[LISTED]
    for part in (FORM, page, page.notes[0], question, question.choices[0]):
        for one in fields(part):
            if (type(part), one.name) not in FOLLOW | {(Question, "items")}:
                yield part, one.name
    yield listed, "items"
    yield listed.items[0], "label"


@pytest.mark.parametrize(
    ("part", "member"), list(members()), ids=lambda one: one if isinstance(one, str) else type(one).__name__
)
def test_no_member_of_a_questionnaire_changes_unseen(part: Any, member: str) -> None:
    changed = replace(part, **{member: other(getattr(part, member))})
    after = changed if part is FORM else in_form(part, changed)
    if member == "name" and part is FORM:
        assert differences(FORM, after) == (), "two questionnaires are not two versions"
    else:
        assert after != FORM
        assert differences(FORM, after)


def test_the_same_form_has_no_differences_and_the_shipped_versions_have_those_that_were_written() -> None:
    assert differences(FORM, replace(FORM, version="9")) == ()
    newer = xlsform.read(SHIPPED_VERSIONS["2"])
    found = differences(FORM, newer)
    assert not [one for one in found if one.what in (difference.QUESTION_ADDED, difference.QUESTION_REMOVED)]
    (required,) = [one for one in found if (one.name, one.member) == ("p_age", "required")]
    assert (required.before, required.after) == ("no", "yes")
    options = [one.name for one in found if one.what == difference.OPTION_ADDED]
    assert sorted(options) == [
        f"{kind}/{name}" for kind in ("oft4_month", "oft4_online") for name in ("almost_daily", "every_week")
    ]


def test_questions_that_came_went_and_moved_are_named_each_once() -> None:
    page = next(page for page in FORM.pages if len(page.questions) > 4)
    first, second, *rest = page.questions
    new = replace(first, name="new")
    after = in_form(page, replace(page, questions=(second, *rest[:-1], rest[-1], new)))
    assert {(one.what, one.name) for one in differences(FORM, after)} == {
        (difference.QUESTION_REMOVED, first.name),
        (difference.QUESTION_ADDED, "new"),
    }
    after = in_form(page, replace(page, questions=(*rest, second, first)))
    moved = [one.name for one in differences(FORM, after)]
    assert set(moved) == {first.name, second.name}


def test_a_new_language_is_one_difference_and_its_texts_are_none() -> None:
    fewer = replace(FORM, languages=("en", "ur"))
    (change,) = differences(fewer, FORM)
    assert (change.what, change.before, change.after) == (difference.LANGUAGES, "en, ur", "en, ur, ps")
