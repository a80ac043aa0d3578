"""Buttons that keep the answers, and the ends of an interview, in a browser without JavaScript."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from sqlalchemy import select

from survey.languages import languages
from survey.questionnaire.model import Question, Questionnaire
from survey.storage import questionnaires, runtime_settings
from survey.storage.engine.database import Database
from survey.storage.field import rounds
from survey.storage.tables import responses
from tests.support.pages import Page, Visitor
from tests.support.workers import ALONE, REVIEW, WOMAN, agree, begin, counted, empty, go_to, kept
from tests.survey.web.conftest import ROUND, shipped

# Buttons that keep the answers


def test_back_keeps_what_was_typed(visitor: Visitor) -> None:
    agree(visitor)
    go_to(visitor, "Safety", **WOMAN)
    page = visitor.press("back", saf_day="bit_unsafe")
    assert page.title == "About you"
    assert page.answer("p_age") == ["30_44"]
    assert visitor.press("continue").answer("saf_day") == ["bit_unsafe"]


@pytest.mark.parametrize("code", [code for code in languages() if code != "en"])
def test_a_language_button_keeps_what_was_typed(visitor: Visitor, code: str) -> None:
    agree(visitor)
    go_to(visitor, "Safety", **WOMAN)
    page = visitor.press(f"language:{code}", saf_day="bit_unsafe", saf_night="97")
    assert page.language == languages()[code].tag
    assert page.title == next(p for p in shipped().pages if p.name == "safety").label[code]
    assert (page.answer("saf_day"), page.answer("saf_night")) == (["bit_unsafe"], ["97"])
    back = visitor.press("language:en")
    assert (back.title, back.answer("saf_day")) == ("Safety", ["bit_unsafe"])


@pytest.mark.slow
def test_the_language_of_the_review_is_the_language_of_the_interview(
    visitor: Visitor, field: Database
) -> None:
    agree(visitor)
    go_to(visitor, REVIEW)
    visitor.press("language:ur")
    visitor.press("submit")
    with field.read() as connection:
        assert connection.execute(select(responses.c.language)).scalar_one() == "ur"


@pytest.mark.slow
def test_pause_is_one_tap_away_and_comes_back_to_the_same_place(visitor: Visitor) -> None:
    agree(visitor)
    while "submit" not in visitor.page.buttons():
        assert "pause" in visitor.page.buttons()
        visitor.press("continue")
    visitor.press("edit:safety")
    page = visitor.press("pause", saf_day="very_unsafe")
    assert page.title == "Pause"
    assert "0800-22227" in page.text
    assert "1089" not in page.text
    dialled = [link.get("href") for link in page.root.all("a") if link.get("href").startswith("tel:")]
    assert dialled == ["tel:080022227", "tel:1097", "tel:1121", "tel:15"]
    assert "If a number does not answer, tell your coordinator" in page.text
    assert "Nothing is saved yet" in page.text
    page = visitor.press("language:ur")
    assert page.form.all("input", name="page")[0].get("value") == "/pause"
    visitor.press("language:en")
    page = visitor.press("resume")
    assert (page.title, page.answer("saf_day")) == ("Safety", ["very_unsafe"])


def test_ending_early_keeps_the_answers_given(visitor: Visitor, field: Database) -> None:
    agree(visitor)
    go_to(visitor, "Safety", **WOMAN)
    visitor.press("pause", saf_day="very_unsafe")
    assert visitor.press("finish").title == REVIEW
    visitor.press("submit")
    (answers,) = kept(field)
    assert answers["saf_day"] == "very_unsafe"


def test_throwing_the_answers_away_keeps_nothing(visitor: Visitor, field: Database) -> None:
    agree(visitor)
    visitor.press("pause", p_age="30_44")
    assert visitor.press("drop").title == "Throw all answers away?"
    assert visitor.press("resume").title == "About you"
    visitor.press("pause")
    visitor.press("drop")
    page = visitor.press("drop:sure")
    assert "nothing of them is kept" in page.text
    assert empty(field)


# Ends


def test_a_refusal_keeps_a_tally_and_no_more(visitor: Visitor, field: Database) -> None:
    begin(visitor)
    page = visitor.press("continue", c_agree="no")
    assert page.title == "Thank you, we stop here"
    assert counted(field) == [("refused", "bannu", "woman")]
    assert kept(field) == []


@pytest.mark.slow
def test_under_eighteen_keeps_a_tally_and_no_more(visitor: Visitor, field: Database) -> None:
    agree(visitor)
    page = visitor.press("continue", p_gender="woman", p_age="under_18", p_settle="camp")
    assert page.title == "Thank you, we stop here"
    assert counted(field) == [("under_age", "bannu", "woman")]
    assert kept(field) == []


@pytest.mark.slow
def test_a_stop_is_counted_once_and_a_mistaken_tap_can_be_mended(visitor: Visitor, field: Database) -> None:
    consent = begin(visitor)
    for _ in range(2):
        visitor.send(consent, "continue", c_agree="no")
    assert counted(field) == [("refused", "bannu", "woman")]
    visitor.send(consent, "continue", c_agree="yes")
    visitor.press("continue", p_age="under_18")
    go = visitor.send(consent, "continue", c_agree="yes")
    assert go.title == "About you"
    go_to(visitor, REVIEW, **ALONE)
    visitor.press("submit")
    assert len(kept(field)) == 1


def test_consent_cannot_be_skipped_by_ending_early(visitor: Visitor, field: Database) -> None:
    begin(visitor)
    visitor.press("pause")
    assert visitor.press("finish").title == "Consent"
    page = Page(visitor.client.post("/form", data={**visitor.page.fields, "do": "submit"}))
    assert page.title == "Consent"
    assert empty(field)


@pytest.mark.slow
def test_a_double_tap_is_one_interview_and_shows_the_same_code(visitor: Visitor, field: Database) -> None:
    agree(visitor)
    review = go_to(visitor, REVIEW, **ALONE)
    codes = {visitor.send(review, "submit").root.all("bdi", id="code")[0].text for _ in range(3)}
    assert len(codes) == 1
    assert len(kept(field)) == 1


@pytest.mark.slow
def test_an_interview_changed_after_it_was_sent_overwrites_nothing(visitor: Visitor, field: Database) -> None:
    agree(visitor)
    review = go_to(visitor, REVIEW, **ALONE, saf_day="very_safe")
    visitor.send(review, "submit")
    visitor.send(review, "edit:safety")
    visitor.press("continue", saf_day="very_unsafe")
    go_to(visitor, REVIEW)
    assert "It stays as it is" in visitor.press("submit").text
    (answers,) = kept(field)
    assert answers["saf_day"] == "very_safe"
    visitor.press("drop")
    assert "not sent" in visitor.press("drop:sure").text
    assert [one["saf_day"] for one in kept(field)] == ["very_safe"]


@pytest.mark.slow
def test_a_second_person_from_the_same_consent_page_becomes_an_interview_of_its_own(
    visitor: Visitor, field: Database
) -> None:
    consent = begin(visitor)
    codes = []
    for answer in ("very_safe", "very_unsafe"):
        visitor.send(consent, "continue", c_agree="yes")
        review = go_to(visitor, REVIEW, **ALONE, saf_day=answer)
        page = visitor.send(review, "submit")
        if answer == "very_unsafe":
            assert "another person" in page.text
            assert "Very unsafe" in page.text
            offered = page
            page = visitor.press("submit")
        codes.append(page.root.all("bdi", id="code")[0].text)
    assert sorted(str(one["saf_day"]) for one in kept(field)) == ["very_safe", "very_unsafe"]
    assert len(set(codes)) == 2
    # However often, and from whichever of the two pages, the second one is sent again: it is stored once.
    for again in (offered, offered, review):
        visitor.send(again, "submit")
    assert visitor.press("submit").root.all("bdi", id="code")[0].text == codes[1]
    assert len(kept(field)) == 2
    for code in codes:
        visitor.get("/form/withdraw")
        visitor.post("/form/withdraw", {"code": code})
    assert kept(field) == []


@pytest.mark.slow
def test_practice_is_marked_and_never_counts(visitor: Visitor, field: Database) -> None:
    page = agree(visitor, practice="yes")
    assert "This interview does not count" in page.text
    go_to(visitor, REVIEW, **ALONE)
    page = visitor.press("submit")
    assert "It does not count" in page.text
    assert not page.root.all("bdi", id="code")
    assert kept(field) == []
    assert counted(field) == [("practice", "bannu", "woman")]


# Withdrawal


@pytest.mark.slow
def test_a_code_deletes_the_interview_and_every_code_gets_the_same_reply(
    visitor: Visitor, field: Database
) -> None:
    agree(visitor)
    go_to(visitor, REVIEW, **ALONE)
    code = visitor.press("submit").root.all("bdi", id="code")[0].text
    pages = []
    for typed in ("0000000000", "", "no code", code.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))):
        visitor.get("/form/withdraw")
        assert len(kept(field)) == 1
        pages.append(visitor.post("/form/withdraw", {"code": typed}).text)
    assert len(set(pages)) == 1
    assert kept(field) == []


# The local body


def test_the_local_body_has_the_districts_own_name(visitor: Visitor, field: Database) -> None:
    runtime_settings.name_local_body(field, "bannu", {"en": "elders' <council>", "ur": "مشران کی کونسل"})
    agree(visitor)
    page = go_to(visitor, "Trust", **ALONE)
    assert "elders' <council>" in page.text
    assert "peace committee" not in page.text
    assert "مشران کی کونسل" in visitor.press("language:ur").text
    # Pashto has no name of this district's own: the usual one stands.
    assert shipped().fills["local_body"]["ps"] in visitor.press("language:ps").text


@pytest.mark.slow
def test_nobody_reads_the_programmes_own_term(visitor: Visitor) -> None:
    agree(visitor, group="member")
    seen = [visitor.page.html]
    while "submit" not in visitor.page.buttons():
        seen.append(
            visitor.press(
                "continue", **({"s_private": "alone"} if "s_private" in visitor.page.questions else {})
            ).html
        )
    # As a word: sealed states are random letters.
    assert not [html for html in seen if re.search(r"(?i:resistance)|\bLRS\b|مزاحمت", html)]


def test_a_language_button_keeps_what_was_chosen_before_the_interview(visitor: Visitor) -> None:
    visitor.get("/form")
    page = visitor.press(
        "language:ps",
        field_district="bannu",
        field_p_group="youth",
        field_mode="handed_over",
        field_practice="yes",
    )
    assert page.language == "ps-PK"
    assert not page.errors
    chosen = {name: page.fields[name] for name in ("district", "p_group", "mode", "practice")}
    assert chosen == {
        "district": ["bannu"],
        "p_group": ["youth"],
        "mode": ["handed_over"],
        "practice": ["yes"],
    }
    assert visitor.get("/form").language == "ps-PK"


def with_a_number(asked: Questionnaire) -> Questionnaire:
    """The questionnaire with a number to type on the page about the person, as version 2."""
    number = Question("p_rooms", "integer", dict.fromkeys(asked.languages, "How many rooms?"))
    pages = tuple(
        replace(page, questions=(*page.questions, number))
        if any(one.name == "p_settle" for one in page.questions)
        else page
        for page in asked.pages
    )
    return replace(asked, pages=pages, version="2")


@pytest.mark.slow
def test_a_number_that_cannot_be_read_stays_in_its_box(visitor: Visitor, field: Database) -> None:
    rounds.close(field, ROUND)
    rounds.start(field, "2027", questionnaires.publish(field, with_a_number(shipped())))
    agree(visitor)
    typed = '3 or "4"'
    assert visitor.press("continue", p_rooms=typed).errors
    assert visitor.page.answer("p_rooms") == [typed]
    for button in ("language:ur", "language:en", "continue"):
        assert visitor.press(button).answer("p_rooms") == [typed]
    go_to(visitor, REVIEW, p_rooms="۴")
    visitor.press("submit")
    with field.read() as connection:
        assert len(connection.execute(select(responses.c.id)).all()) == 1
