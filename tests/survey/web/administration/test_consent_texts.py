"""What the office says of itself before consent: set here, said to respondents, and seen by nobody who did not sign in."""

from __future__ import annotations

import pytest
from flask import Flask

from survey.accounts import enrolment
from survey.questionnaire import xlsform
from survey.settings import NEWEST_SHIPPED
from survey.storage import questionnaires, runtime_settings
from survey.storage.field import rounds
from survey.storage.people import accounts, audit
from survey.storage.people.devices import Assignment
from survey.web.administration.consent_texts import LONGEST, TITLES
from tests.support.readers import Reader, at_browser, somebody, stored
from tests.support.workers import begin
from tests.survey.web.conftest import Enter

HOME = "/administration"
SAID = {
    "asked_by": {"en": "the rural office", "ur": "دیہی دفتر", "ps": "کليوالو دفتر"},
    "asked_for": {"en": "the planning board", "ur": "منصوبہ بندی بورڈ", "ps": "پلان بورډ"},
    "complaints": {"en": "the house by the mill", "ur": "چکی والا گھر", "ps": "د ژرندې کور"},
}


@pytest.fixture
def boss(app: Flask) -> Reader:
    return at_browser(app, somebody(stored(app), "administrator", "boss"))


@pytest.fixture
def said(app: Flask) -> Flask:
    """A round of the newest shipped version, and the office's own words in its consent."""
    database = stored(app)
    rounds.start(database, "2027-1", questionnaires.publish(database, xlsform.read(NEWEST_SHIPPED)))
    for hole, texts in SAID.items():
        runtime_settings.say_in_consent(database, hole, texts)
    return app


def test_a_text_is_set_in_every_language_or_in_none(app: Flask, boss: Reader) -> None:
    address, texts = f"{HOME}/consent/complaints", SAID["complaints"]
    boss.get(address)
    assert texts["ps"] in boss.does(address, **texts).text
    assert runtime_settings.consent_texts(stored(app)) == {"complaints": texts}
    assert ("boss", "consent text set", "complaints") in [
        (one.account, one.event, one.detail) for one in audit.entries(stored(app))
    ]
    boss.get(address)
    assert list(boss.fails(address, en="here", ur="", ps="").errors) == ["ur", "ps"]
    assert list(boss.fails(address, **{**texts, "en": "x" * (LONGEST + 1)}).errors) == ["en"]
    # Signs that nobody sees, and that turn the words around them, are not words.
    assert list(boss.fails(address, **{**texts, "en": "\u200b", "ps": "\u202ex"}).errors) == ["en", "ps"]
    boss.does(address, en="", ur="", ps=" ")
    assert runtime_settings.consent_texts(stored(app)) == {}
    boss.get(f"{HOME}/consent/local_body", 404)


def test_every_hole_of_the_consent_has_a_page() -> None:
    asked = xlsform.read(NEWEST_SHIPPED)
    assert set(TITLES) == set(runtime_settings.CONSENT_TEXTS) == set(asked.fills) - {"local_body"}


@pytest.mark.slow
@pytest.mark.parametrize("code", ["en", "ur", "ps"])
def test_a_respondent_hears_who_asks_for_whom_and_where_to_complain(
    said: Flask, enter: Enter, code: str
) -> None:
    worker = accounts.add(stored(said), "worker", "W1", woman=True, districts=("bannu",))
    visitor = enter(worker)
    page = begin(visitor)
    if code != "en":
        page = visitor.press(f"language:{code}")
    for texts in SAID.values():
        assert texts[code] in page.text
    assert "${" not in page.text


def test_without_words_of_its_own_the_questionnaire_speaks(said: Flask, enter: Enter) -> None:
    for hole in SAID:
        runtime_settings.say_in_consent(stored(said), hole, {})
    worker = accounts.add(stored(said), "worker", "W1", woman=True, districts=("bannu",))
    assert "Who asks: the survey team." in begin(enter(worker)).text


def test_a_phone_gets_them_in_its_pack_once(said: Flask) -> None:
    database = stored(said)
    worker = accounts.add(database, "worker", "W1", woman=True)
    code = enrolment.invite(database, worker, Assignment("2027-1", "ur")).code
    client, token = said.test_client(), "t" * 43
    assert client.post("/api/devices", json={"code": code, "token": token}).status_code == 201
    reply = client.get("/api/devices/pack", headers={"Authorization": f"Bearer {token}"})
    fills = reply.json["questionnaire"]["fills"]
    assert {hole: fills[hole] for hole in SAID} == SAID
    assert reply.get_data(as_text=True).count(SAID["complaints"]["en"]) == 1


def test_nobody_who_did_not_sign_in_sees_them(said: Flask) -> None:
    """Not on a page, not in a file of the app on the phone: there they are behind the PIN."""
    client, tried = said.test_client(), 0
    for rule in said.url_map.iter_rules():
        if "GET" in (rule.methods or set()) and not rule.arguments:
            text = client.get(rule.rule, follow_redirects=True).get_data(as_text=True)
            assert not [one for texts in SAID.values() for one in texts.values() if one in text], rule.rule
            tried += 1
    assert tried > 15
