"""The interview in a browser without JavaScript, told in what workers do."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from survey import geography
from survey.forms.administration import district_choices
from survey.intake import gate
from survey.languages import languages
from survey.storage import questionnaires
from survey.storage.engine.database import Database
from survey.storage.field import late, rounds
from survey.storage.people import accounts
from survey.storage.people.accounts import Account
from survey.storage.tables import responses, tallies
from survey.web.interview import state
from tests.support.pages import Visitor
from tests.support.workers import ALONE, REVIEW, WOMAN, agree, begin, empty, go_to, kept
from tests.survey.web.conftest import ROUND, Enter, shipped

# The way through


@pytest.mark.slow
def test_a_womans_interview_is_stored_once_with_what_was_answered(visitor: Visitor, field: Database) -> None:
    agree(visitor)
    go_to(
        visitor, REVIEW, **ALONE, saf_day="very_safe", tr_body="little", i_got=("money", "job"), i_time="yes"
    )
    assert empty(field)
    page = visitor.press("submit")
    assert page.title == "Thank you"
    (answers,) = kept(field)
    assert answers == {
        "district": "bannu",
        "mode": "interviewer",
        "p_group": "woman",
        "c_agree": "yes",
        **ALONE,
        "saf_day": "very_safe",
        "tr_body": "little",
        "i_got": ("money", "job"),
        "i_time": "yes",
    }


@pytest.mark.slow
def test_what_travels_beside_the_answers(visitor: Visitor, field: Database, worker: Account) -> None:
    agree(visitor)
    go_to(visitor, REVIEW, **ALONE)
    visitor.press("submit")
    with field.read() as connection:
        (row,) = connection.execute(select(responses)).all()
    assert (row.worker, row.channel, row.language, row.minutes) == (worker.name, "form", "en", 0)
    assert row.excluded is False
    assert 0 <= row.option_seed < state.SEEDS
    assert len(row.withdrawal_tag) == 32


@pytest.mark.slow
def test_nothing_but_consent_must_be_answered(visitor: Visitor, field: Database) -> None:
    agree(visitor)
    go_to(visitor, REVIEW)
    assert "Not answered" in visitor.page.text
    visitor.press("submit")
    (answers,) = kept(field)
    assert set(answers) == {"district", "mode", "p_group", "c_agree"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("group", "own", "others"),
    [
        ("member", "Your role", {"Women", "Young people"}),
        ("woman", "Women", {"Your role"}),
        ("youth", "Young people", {"Women"}),
    ],
)
def test_each_form_has_its_own_section(visitor: Visitor, group: str, own: str, others: set[str]) -> None:
    agree(visitor, group)
    titles = set()
    while "submit" not in visitor.page.buttons():
        titles.add(visitor.page.title)
        visitor.press("continue", **({"p_age": "18_24"} if visitor.page.title == "About you" else {}))
    assert own in titles
    assert not others & titles


@pytest.mark.slow
def test_no_answer_ever_stands_in_an_address(visitor: Visitor) -> None:
    agree(visitor)
    go_to(visitor, REVIEW, **ALONE)
    for link in visitor.page.root.all("a"):
        assert "=" not in link.get("href")
    assert {form.get("action") for form in visitor.page.root.all("form")} == {"/form"}


# Starting


def test_the_start_page_offers_only_the_workers_own_districts(visitor: Visitor) -> None:
    page = visitor.get("/form")
    (districts,) = page.form.all("select")
    assert [option.get("value") for option in districts.all("option")] == ["", "bannu", "lakki-marwat"]


@pytest.mark.parametrize("code", ["en", "ur", "ps"])
def test_districts_are_in_the_order_of_the_readers_alphabet(enter: Enter, field: Database, code: str) -> None:
    given = ("bannu", "pishin", "dera-ismail-khan", "chagai", "gwadar", "zhob", "kohat", "harnai", "ziarat")
    reader = enter(accounts.add(field, "worker", "M1", districts=given))
    page = reader.get("/form")
    if code != "en":
        page = reader.press(f"language:{code}")
    (districts,) = page.form.all("select")
    names = [option.text for option in districts.all("option") if option.get("value")]
    assert geography.districts()["bannu"].names[code] in names
    assert names == sorted(names, key=languages()[code].place_in_alphabet)
    for province in ("PK2", "PK5"):
        ticked = [
            name for key, name in district_choices(code) if geography.districts()[key].adm1_pcode == province
        ]
        assert len(ticked) > 30
        assert ticked == sorted(ticked, key=languages()[code].place_in_alphabet)


def test_a_man_is_not_offered_the_womens_form(enter: Enter, field: Database) -> None:
    page = enter(accounts.add(field, "worker", "M1", districts=("bannu",))).get("/form")
    offered = [element.get("value") for element in page.form.all("input", name="p_group")]
    assert offered == ["member", "youth"]


def test_a_crafted_start_is_sent_back(visitor: Visitor, enter: Enter, field: Database) -> None:
    visitor.get("/form")
    page = visitor.press("begin", field_district="quetta-east", field_p_group="nobody")
    assert page.errors == {"district-0": "Choose a district.", "p_group-0": "Choose a form."}
    assert page.fields["mode"] == ["interviewer"]


def test_without_an_open_round_a_kind_page_says_so(visitor: Visitor, field: Database) -> None:
    rounds.close(field, ROUND)
    assert visitor.get("/form").title == "No round is open"


@pytest.mark.slow
def test_an_interview_whose_round_closed_meanwhile_is_kept_apart_and_told_so(
    visitor: Visitor, field: Database
) -> None:
    agree(visitor)
    go_to(visitor, REVIEW)
    rounds.close(field, ROUND)
    page = visitor.press("submit")
    assert "kept sealed and apart" in page.text
    assert kept(field) == []
    assert late.numbers(field) == {ROUND: 1}
    gate.withdraw(field, page.root.all(id="code")[0].text)
    assert late.numbers(field) == {}


@pytest.mark.parametrize("role", ["coordinator", "reviewer", "administrator"])
def test_only_field_workers_hold_interviews(enter: Enter, field: Database, role: str) -> None:
    other = enter(accounts.add(field, role, "Somebody"))
    assert other.client.get("/form").status_code == 403
    assert other.client.get("/form/withdraw").status_code == 403


def test_nobody_signed_in_is_led_to_the_sign_in_page(app: Flask, field: Database) -> None:
    reply = app.test_client().get("/form")
    assert (reply.status_code, reply.headers["Location"]) == (302, "/sign-in?next=/form")


def test_with_two_open_rounds_the_worker_chooses_one(visitor: Visitor, field: Database) -> None:
    rounds.start(field, "2027-spring", questionnaires.publish(field, shipped()))
    page = visitor.get("/form")
    offered = [element.get("value") for element in page.form.all("input", name="round")]
    assert sorted(offered) == [ROUND, "2027-spring"]
    page = visitor.press("begin", field_district="bannu", field_p_group="woman")
    assert page.errors == {"round-0": "Choose a round."}
    visitor.press("begin", field_round="2027-spring")
    visitor.press("continue", c_agree="no")
    with field.read() as connection:
        assert (
            connection.execute(select(tallies.c.round)).scalar_one() == rounds.find(field, "2027-spring").key
        )


def test_the_start_says_which_form_is_for_whom_and_which_a_man_does_not_have(
    enter: Enter, worker: Account, field: Database
) -> None:
    missing = "Form W is for women and is asked by women only"
    for one in (worker, accounts.add(field, "worker", "M1", districts=("bannu",))):
        page = enter(one).get("/form")
        assert "Form M: people who have a role in the local committee or jirga" in page.text
        assert "Form Y: women and men of 18 to 29 years" in page.text
        assert (missing in page.text) is not one.woman


def test_a_man_is_told_at_once_that_a_womans_interview_would_not_count(enter: Enter, field: Database) -> None:
    man = enter(accounts.add(field, "worker", "M1", districts=("bannu",)))
    agree(man, "youth")
    told = "women are interviewed by women"
    assert told not in man.page.text
    assert told in man.press("continue", p_gender="woman", p_age="18_24").text


# Mistakes


def test_consent_must_be_answered_and_the_message_stands_beside_the_question(visitor: Visitor) -> None:
    begin(visitor)
    page = visitor.press("continue")
    assert page.title == "Consent"
    assert page.errors == {"q-c_agree-0": "Please choose yes or no before going on."}
    (group,) = page.form.all("fieldset")
    assert "invalid" in group.get("class").split()
    assert group.get("aria-describedby") == "q-c_agree-error"
    assert group.all("p", id="q-c_agree-error")[0].text == page.errors["q-c_agree-0"]


def test_a_mistake_keeps_the_other_answers_of_the_page(visitor: Visitor) -> None:
    agree(visitor)
    page = visitor.press("continue", p_gender="man", p_age="30_44")
    assert list(page.errors) == ["q-p_gender-0"]
    assert (page.answer("p_gender"), page.answer("p_age")) == (["man"], ["30_44"])


@pytest.mark.slow
def test_none_of_these_stands_alone(visitor: Visitor) -> None:
    agree(visitor)
    go_to(visitor, "Help and support", **ALONE)
    page = visitor.press("continue", i_got=("money", "none"))
    assert list(page.errors) == ["q-i_got-0"]
    assert page.answer("i_got") == ["money", "none"]


@pytest.mark.slow
def test_a_crafted_option_is_not_taken(visitor: Visitor) -> None:
    agree(visitor)
    go_to(visitor, "Safety", **WOMAN)
    page = visitor.press("continue", saf_day="<script>")
    assert page.errors == {"q-saf_day-0": "Choose one of the answers in the list."}
    assert "<script" not in page.html


@pytest.mark.slow
def test_an_answer_to_a_question_that_was_not_shown_is_not_taken(visitor: Visitor, field: Database) -> None:
    agree(visitor)
    go_to(visitor, "Trust", **WOMAN, s_private="others_near")
    assert "tr_body" not in visitor.page.questions
    visitor.press("continue", tr_body="little", tr_police="some")
    go_to(visitor, REVIEW)
    visitor.press("submit")
    (answers,) = kept(field)
    assert answers["tr_police"] == "some"
    assert "tr_body" not in answers


# The path


@pytest.mark.slow
def test_help_received_opens_questions_on_the_same_page(visitor: Visitor) -> None:
    agree(visitor)
    page = go_to(visitor, "Help and support", **WOMAN, s_private="alone")
    assert "i_time" not in page.questions
    page = visitor.press("continue", i_got=("money",))
    assert page.title == "Help and support"
    assert {"i_time", "i_enough"} <= set(page.questions)
    assert "there is more to ask on this page" in page.text
    assert page.answer("i_got") == ["money"]
    assert visitor.press("continue").title == REVIEW


@pytest.mark.slow
def test_an_answer_that_is_no_longer_reached_is_dropped(visitor: Visitor, field: Database) -> None:
    agree(visitor)
    go_to(visitor, REVIEW, **ALONE, i_got=("money",), i_time="very_late")
    visitor.press("edit:support")
    page = visitor.press("continue", i_got=("none",))
    assert page.title == REVIEW
    visitor.press("submit")
    (answers,) = kept(field)
    assert answers["i_got"] == ("none",)
    assert "i_time" not in answers


@pytest.mark.slow
def test_when_others_come_near_private_answers_are_dropped_and_not_asked(
    visitor: Visitor, field: Database
) -> None:
    agree(visitor)
    go_to(visitor, "Community", **ALONE, tr_body="little")
    assert "rep_safe" in visitor.page.questions
    page = visitor.press("privacy:others_near", mob_avoid="never", rep_safe="very_unsafe")
    assert page.title == "Community"
    assert "rep_safe" not in page.questions
    assert page.answer("mob_avoid") == ["never"]
    go_to(visitor, REVIEW)
    visitor.press("submit")
    (answers,) = kept(field)
    assert answers["s_private"] == "others_near"
    assert not {"tr_body", "rep_safe"} & set(answers)


@pytest.mark.slow
def test_privacy_can_be_asked_again(visitor: Visitor) -> None:
    agree(visitor)
    go_to(visitor, "Trust", **WOMAN, s_private="others_near")
    assert "tr_body" not in visitor.page.questions
    page = visitor.press("privacy:alone")
    assert "tr_body" in page.questions
    pressed = {
        b.get("value"): b.get("aria-pressed") for b in page.form.all("button") if "privacy" in b.get("value")
    }
    assert pressed == {"privacy:alone": "true", "privacy:others_near": "false"}


@pytest.mark.slow
def test_rotated_questions_keep_one_order_through_an_interview(visitor: Visitor) -> None:
    orders = set()
    for _ in range(8):
        agree(visitor)
        page = go_to(visitor, "Trust", **ALONE)
        order = tuple(page.questions)
        assert visitor.press("language:ur").questions == list(order)
        visitor.press("language:en")
        orders.add(order)
    assert len(orders) > 1
    assert {frozenset(order) for order in orders} == {
        frozenset(["tr_police", "tr_admin", "tr_body", "tr_elders"])
    }


@pytest.mark.slow
def test_rotated_options_keep_the_last_ones_last(visitor: Visitor) -> None:
    agree(visitor)
    page = go_to(visitor, "Help and support", **ALONE)
    assert page.options("i_got")[-3:] == ["none", "98", "99"]
