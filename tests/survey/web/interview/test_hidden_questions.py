"""Answers that chance hides, on the form: what is said is kept, and a question that only a phone can hide takes nothing."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from survey.questionnaire import codec
from survey.storage import questionnaires
from survey.storage.engine.database import Database
from survey.storage.field import rounds
from survey.storage.tables import responses
from tests.support.pages import Visitor
from tests.support.workers import ALONE, REVIEW, agree, go_to
from tests.survey.hidden.questions import questionnaire
from tests.survey.web.conftest import ROUND

PAGE = "More"
PROTECTED = "Only the answer below is kept."


@pytest.fixture
def field(store: Database) -> Database:
    """An open round of the questionnaire that hides answers."""
    rounds.start(store, ROUND, questionnaires.publish(store, questionnaire()))
    return store


def kept(database: Database) -> list[dict[str, object]]:
    with database.read() as connection:
        rows = connection.execute(select(responses)).all()
    return [codec.unpack(questionnaire().codebook, row.answers) for row in rows]


def test_what_is_said_after_private_chance_is_kept(visitor: Visitor, field: Database) -> None:
    agree(visitor)
    page = go_to(visitor, PAGE, **ALONE)
    assert page.text.count(PROTECTED) == 4
    assert "Roll the die in private: 1 say no, 6 say yes. Only the answer below is kept." in page.text
    said = {"h_forced": "yes", "h_mirror": "no", "h_cross": "same", "h_anchor": "other"}
    visitor.press("continue", **said)
    visitor.press("submit")
    (answers,) = kept(field)
    assert said.items() <= answers.items()


def test_every_such_question_can_be_skipped(visitor: Visitor, field: Database) -> None:
    agree(visitor)
    go_to(visitor, PAGE, **ALONE)
    visitor.press("continue")
    visitor.press("submit")
    (answers,) = kept(field)
    assert not [name for name in answers if name.startswith("h_")]


def test_the_hint_with_the_protection_describes_the_group(visitor: Visitor) -> None:
    agree(visitor)
    page = go_to(visitor, PAGE, **ALONE)
    (group,) = (one for one in page.form.all("fieldset") if one.get("id") == "q-h_forced")
    described = group.get("aria-describedby")
    (hint,) = page.root.all("p", id=described)
    assert PROTECTED in hint.text


def test_a_page_neither_asks_nor_takes_what_only_a_phone_can_hide(visitor: Visitor, field: Database) -> None:
    agree(visitor)
    page = go_to(visitor, PAGE, **ALONE)
    assert "This question is asked on a phone only" in page.text
    assert not [one for one in page.form.all("input") if one.get("name") == "q-h_garbled"]
    # Somebody sends what is true all the same.
    page = visitor.press("continue", h_garbled="yes")
    assert page.title == REVIEW
    assert "Were you asked for a gift? Yes" not in page.text
    visitor.press("submit")
    (answers,) = kept(field)
    assert "h_garbled" not in answers


@pytest.mark.parametrize(
    ("language", "words"),
    [("ur", "صرف نیچے دیا گیا جواب رکھا جاتا ہے"), ("ps", "يواځې لاندې ځواب ساتل کېږي")],
)
def test_the_form_says_so_in_every_language(visitor: Visitor, language: str, words: str) -> None:
    visitor.client.set_cookie("language", language)
    agree(visitor)
    for _ in range(8):
        if words in visitor.page.text:
            return
        visitor.press(
            "continue", **{name: value for name, value in ALONE.items() if name in visitor.page.questions}
        )
    raise AssertionError(visitor.page.text)
