"""The private questions on the form: handed over once, back once, closed at their end, and kept with who entered them."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from survey.questionnaire import codec, xlsform
from survey.questionnaire.model import BLOCK_MODE
from survey.settings import NEWEST_SHIPPED
from survey.storage import questionnaires
from survey.storage.engine.database import Database
from survey.storage.field import rounds
from survey.storage.tables import responses
from tests.support.pages import Page, Visitor
from tests.support.workers import ALONE, REVIEW, agree, go_to
from tests.survey.web.conftest import ROUND

HAND_OVER, HAND_BACK = "Give the phone to the person", "Give the phone back"
BLOCK = "For the person alone"
SAID = {"tr_body": "little", "rep_safe": "98", "w_tell": "no"}


@pytest.fixture
def field(store: Database) -> Database:
    """An open round that asks version 2."""
    rounds.start(store, ROUND, questionnaires.publish(store, xlsform.read(NEWEST_SHIPPED)))
    return store


def kept(database: Database) -> dict[str, object]:
    with database.read() as connection:
        (row,) = connection.execute(select(responses)).all()
    return codec.unpack(xlsform.read(NEWEST_SHIPPED).codebook, row.answers)


def to_block(visitor: Visitor, how: str) -> Page:
    """To the hand-over, and through it."""
    agree(visitor)
    page = go_to(visitor, HAND_OVER, **ALONE)
    assert "nobody can look back at the answers" in page.text
    page = visitor.press(f"hand:{how}")
    assert page.title == BLOCK
    return page


def test_it_is_handed_over_and_back_and_closed(visitor: Visitor, field: Database) -> None:
    page = to_block(visitor, "alone")
    # The person alone is not led out of it by a slip of the finger.
    assert "back" not in page.buttons()
    page = visitor.press("continue", **SAID)
    assert page.title == HAND_BACK
    assert visitor.press("language:ur").title == "فون واپس دیں"
    assert visitor.press("language:en").title == HAND_BACK
    page = visitor.press("resume")
    assert page.title == REVIEW
    assert "Questions for the person alone answered" in page.text
    assert "Very little" not in page.text
    assert {"back", "edit:private_questions"}.isdisjoint(page.buttons())
    visitor.press("submit")
    answers = kept(field)
    assert SAID.items() <= answers.items()
    assert (answers["mode"], answers[BLOCK_MODE]) == ("interviewer", "handed_over")


def test_no_way_leads_back_into_it(visitor: Visitor, field: Database) -> None:
    to_block(visitor, "alone")
    visitor.press("continue", **SAID)
    visitor.press("resume")
    page = visitor.press("edit:privacy")
    assert page.title == "Privacy"
    page = visitor.press("continue")
    assert page.title == REVIEW
    # Who asks for it all the same is led past it.
    for asked in ("edit:private_questions", "back", "hand:aloud"):
        page = visitor.send(visitor.page, asked)
        assert page.title == REVIEW
        assert "Very little" not in page.text


@pytest.mark.parametrize("how", ["alone", "aloud"])
@pytest.mark.parametrize("press", ["pause", "language:ur", "continue"])
def test_no_page_of_before_shows_an_answer_of_it(
    visitor: Visitor, field: Database, how: str, press: str
) -> None:
    """Whoever has the browser can send each earlier page again: the block is never drawn with what was answered there."""
    page = to_block(visitor, how)
    wrong = {"i_effect": ["jealousy", "none"]} if press == "continue" else {}
    pages = [page, visitor.send(page, press, **SAID, **wrong)]
    if press == "pause":
        pages.append(visitor.press("resume"))
        # Who came to help has the phone.
        assert (pages[-1].title == HAND_OVER) is (how == "alone")
        pages.append(visitor.press(f"hand:{how}") if how == "alone" else pages[-1])
    for again in pages:
        for action in ("continue", "resume", "language:en", "hand:alone", "hand:aloud"):
            shown = visitor.send(again, action)
            assert [shown.answer(name) for name in (*SAID, "i_effect")] == [[]] * 4, (shown.title, action)
    assert pages[-1].root.all("p", id="covered") or (how == "alone" and press == "continue")


def test_what_is_not_answered_again_stays_as_it_was(visitor: Visitor, field: Database) -> None:
    to_block(visitor, "alone")
    page = visitor.press("continue", **SAID, i_effect=["jealousy", "none"])
    assert (page.title, page.answer("tr_body")) == (BLOCK, [])
    assert "are kept and not shown" in page.text
    page = visitor.press("continue", i_effect=["jealousy"], tr_body="some")
    assert page.title == HAND_BACK
    visitor.press("resume")
    visitor.press("submit")
    answers = kept(field)
    assert {**SAID, "tr_body": "some"}.items() <= answers.items()
    assert answers["i_effect"] == ("jealousy",)


def test_read_aloud_it_is_closed_as_well(visitor: Visitor, field: Database) -> None:
    page = to_block(visitor, "aloud")
    assert "back" in page.buttons()
    assert visitor.press("back", tr_body="little").title == HAND_OVER
    # What was heard was heard, though the person enters the rest alone.
    page = visitor.press("hand:alone")
    assert (page.title, page.answer("tr_body")) == (BLOCK, [])
    assert visitor.press("continue").title == HAND_BACK
    visitor.press("resume")
    visitor.press("submit")
    assert kept(field)[BLOCK_MODE] == "interviewer"


def test_read_aloud_there_is_nothing_to_give_back(visitor: Visitor, field: Database) -> None:
    to_block(visitor, "aloud")
    page = visitor.press("continue", **SAID)
    assert page.title == REVIEW
    assert {"back", "edit:private_questions"}.isdisjoint(page.buttons())
    visitor.press("submit")
    assert kept(field)[BLOCK_MODE] == "interviewer"


def test_ending_in_the_block_closes_it(visitor: Visitor, field: Database) -> None:
    to_block(visitor, "alone")
    visitor.press("pause", **SAID)
    page = visitor.press("finish")
    assert page.title == REVIEW
    assert "Very little" not in page.text
    assert "edit:private_questions" not in page.buttons()


def test_who_is_near_takes_it_away_and_it_is_asked_again_from_the_start(
    visitor: Visitor, field: Database
) -> None:
    to_block(visitor, "alone")
    visitor.press("continue", **SAID)
    visitor.press("resume")
    visitor.press("edit:privacy")
    page = visitor.press("continue", s_private="others_near")
    assert page.title == REVIEW
    assert "Questions for the person alone" not in page.text
    visitor.press("edit:privacy")
    assert visitor.press("continue", s_private="alone").title == HAND_OVER
    page = visitor.press("hand:alone")
    assert [page.answer(name) for name in SAID] == [[], [], []]


def test_a_person_who_answers_everything_alone_gets_no_hand_over(visitor: Visitor, field: Database) -> None:
    visitor.get("/form")
    visitor.press("begin", field_district="bannu", field_p_group="woman", field_mode="handed_over")
    visitor.press("continue", c_agree="yes")
    page = go_to(visitor, BLOCK, **ALONE)
    assert "back" not in page.buttons()
    assert visitor.press("continue", **SAID).title == REVIEW
    visitor.press("submit")
    answers = kept(field)
    assert (answers["mode"], answers[BLOCK_MODE]) == ("handed_over", "handed_over")
