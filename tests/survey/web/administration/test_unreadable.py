"""Unreadable interviews on the pages of an administrator: how many wait, read again with a mended version, no answer told."""

from __future__ import annotations

import pytest
from flask import Flask

from survey.storage import questionnaires
from survey.storage.field import responses, rounds
from survey.storage.people import accounts, audit
from survey.storage.scope import Scope
from tests.support.factories import ROUND, answers, field, mended
from tests.support.readers import Reader, at_browser, somebody, stored

HOME = "/administration"
PAGE = f"{HOME}/rounds/{ROUND}"
PLANTED = "planted-answer"


@pytest.fixture
def boss(app: Flask) -> Reader:
    """An administrator at the browser, of a round that programs sent three unreadable interviews to."""
    field(stored(app))
    token = accounts.add_token(stored(app), "W1")
    for number, change in enumerate(({"q1": "blue"}, {"q1": PLANTED}, {PLANTED: PLANTED})):
        body = {"questionnaire": "pilot", "version": "1", "answers": answers(**change), "language": "ur"}
        reply = app.test_client().put(
            f"/api/submissions/0a1b2c3d-0000-4000-8000-00000000000{number}",
            json=body,
            headers={"Authorization": f"Bearer {token}"},
        )
        assert reply.get_json()["kept"] == "quarantined"
    reader = at_browser(app, somebody(stored(app), "administrator", "boss"))
    reader.get(HOME)
    return reader


@pytest.mark.slow
def test_they_are_counted_and_read_again_with_a_mended_version(app: Flask, boss: Reader) -> None:
    seen = [boss.get(HOME)]
    assert "Unreadable, sealed 3" in seen[0].text
    page = boss.get(PAGE)
    seen.append(page)
    assert [row.text for row in page.root.all("tbody")[-1].all("tr")] == ["1 3"]
    assert "Because of an unknown question (1), q1 (2)" in page.text
    boss.fails(f"{PAGE}/unreadable/read-again", 400, version="7")
    questionnaires.publish(stored(app), mended())
    page = boss.get(PAGE)
    assert [one.get("value") for one in page.root.all("option")] == ["2", "1"]
    page = boss.does(f"{PAGE}/unreadable/read-again", version="2")
    seen.append(page)
    assert "Read with version 2: 1. Still unreadable: 2." in page.text
    assert sum(chunk.count for chunk in responses.packed_records(stored(app), Scope.everywhere(), ROUND)) == 1
    seen.append(boss.get(f"{HOME}/audit"))
    assert "unreadable interviews read again" in seen[-1].text
    assert not [one for one in seen if PLANTED in one.text or "blue" in one.text]
    assert not [one for one in audit.entries(stored(app)) if PLANTED in one.detail]


def test_after_the_close_they_stay_left_out(app: Flask, boss: Reader) -> None:
    questionnaires.publish(stored(app), mended())
    rounds.close(stored(app), ROUND)
    page = boss.get(PAGE)
    assert "they stay left out" in page.text
    assert page.root.all("select", name="version") == []
    boss.get(HOME)
    boss.fails(f"{PAGE}/unreadable/read-again", 400, version="2")
    assert sum(chunk.count for chunk in responses.packed_records(stored(app), Scope.everywhere(), ROUND)) == 0


@pytest.mark.parametrize(("language", "told"), [("ur", "نامعلوم سوال"), ("ps", "نامعلومه پوښتنه")])
def test_the_page_speaks_its_readers_language(app: Flask, boss: Reader, language: str, told: str) -> None:
    reader = at_browser(app, accounts.find(stored(app), "boss"), language)
    assert told in reader.get(PAGE).text


def test_only_administrators_read_them_again(app: Flask, boss: Reader) -> None:
    reader = at_browser(app, somebody(stored(app), "coordinator", "coordinator", districts=("bannu",)))
    reader.get(PAGE, 403)
