"""The end of a round on the pages of its administrator: who is waited for, a warning, and what came late."""

from __future__ import annotations

import pytest
from flask import Flask

from survey.accounts import enrolment
from survey.days import today
from survey.intake import gate
from survey.storage import questionnaires
from survey.storage.field import late, responses, rounds
from survey.storage.people import accounts, audit, devices
from survey.storage.people.devices import Assignment
from survey.storage.results import releases
from survey.storage.scope import Scope
from tests.support.factories import ROUND, field, questionnaire, submission
from tests.support.readers import Reader, at_browser, hidden_fields, somebody, stored

HOME = "/administration"


@pytest.fixture
def boss(app: Flask) -> Reader:
    """An administrator at the browser."""
    reader = at_browser(app, somebody(stored(app), "administrator", "boss"))
    reader.get(HOME)
    return reader


@pytest.fixture
def open_round(app: Flask) -> str:
    """An open round of the small questionnaire and its worker W1."""
    field(stored(app))
    return ROUND


def events(app: Flask) -> list[tuple[str, str, str]]:
    return [(entry.account, entry.event, entry.detail) for entry in audit.entries(stored(app))]


@pytest.mark.slow
def test_the_closing_page_tells_what_would_be_missing(app, boss):
    worker = field(stored(app))
    for _ in range(3):
        gate.accept(stored(app), submission(worker))
    page = boss.get(f"{HOME}/rounds/{ROUND}/close")
    (table,) = [one for one in page.root.all("div") if one.get("aria-labelledby") == "missing"]
    assert [row.text.split() for row in table.all("tbody")[0].all("tr")] == [
        ["Bannu", "Women", "3", "30", "27"]
    ]
    boss.does(f"{HOME}/rounds/{ROUND}/close", sure="y")
    page = boss.get(f"{HOME}/rounds/{ROUND}/close-without-waiting")
    assert "What would be missing" in page.text
    for _ in range(27):
        gate.accept(stored(app), submission(worker))
    assert "What would be missing" not in boss.get(f"{HOME}/rounds/{ROUND}/close-without-waiting").text


@pytest.mark.slow
def test_an_ending_may_be_cut_short_after_a_warning(app, boss, open_round):
    worker = accounts.find(stored(app), "W1")
    code = enrolment.invite(stored(app), worker, Assignment(ROUND, "ur")).code
    enrolment.enrol(stored(app), code, "A" * 43)
    boss.get(f"{HOME}/rounds/{ROUND}/close")
    boss.does(f"{HOME}/rounds/{ROUND}/close", sure="y")
    page = boss.get(f"{HOME}/rounds/{ROUND}/close-without-waiting")
    assert "since the round began to end: 1." in page.root.all(id="silent")[0].text
    assert [cell.text for cell in page.root.all("tbody")[0].all("tr")] == [f"W1 {today()}"]
    assert list(boss.fails(f"{HOME}/rounds/{ROUND}/close-without-waiting").errors) == ["sure"]
    assert rounds.find(stored(app), ROUND).ending
    devices.note_contact(stored(app), "A" * 43)
    page = boss.get(f"{HOME}/rounds/{ROUND}/close-without-waiting")
    assert "since the round began to end: 0." in page.text
    page = boss.does(f"{HOME}/rounds/{ROUND}/close-without-waiting", sure="y")
    assert "Release of round" in page.title
    assert rounds.find(stored(app), ROUND).closed
    assert releases.released_rounds(stored(app)) == ()
    boss.fails(f"{HOME}/rounds/{ROUND}/close-without-waiting", 400, sure="y")
    assert ("boss", "round closed", ROUND) in events(app)


def test_nothing_is_released_while_a_round_ends(app, boss, open_round):
    rounds.end(stored(app), ROUND, 14)
    boss.get(f"{HOME}/releases/{ROUND}", 409)
    for step in ("draft", "audit", "publish"):
        boss.get(HOME)
        boss.fails(f"{HOME}/releases/{ROUND}/{step}", 409)
    assert ROUND not in boss.get(f"{HOME}/releases").text
    boss.get(f"{HOME}/rounds/{ROUND}/leave-out")


@pytest.mark.slow
def test_what_came_late_is_decided_about_on_the_page_of_its_round(app, boss, open_round):
    worker = accounts.find(stored(app), "W1")
    rounds.close(stored(app), ROUND)
    gate.accept(stored(app), submission(worker))
    page = boss.get(f"{HOME}/rounds/{ROUND}")
    assert page.root.all(id="late")[0].text == "1"
    assert "No later round is open" in page.text
    boss.fails(f"{HOME}/rounds/{ROUND}/late/take", 404, into="2027-1")
    rounds.start(stored(app), "2027-1", questionnaires.publish(stored(app), questionnaire()))
    assert "Take them into round 2027-1" in boss.get(f"{HOME}/rounds/{ROUND}").text
    page = boss.shown(f"{HOME}/rounds/{ROUND}/late/take", into="2027-1")
    assert "From then on they count in that round" in page.text
    assert page.root.all(id="late")[0].text == "1"
    page = boss.does(f"{HOME}/rounds/{ROUND}/late/take", **hidden_fields(boss))
    assert "Taken into round 2027-1: 1. Still apart: 0." in page.text
    assert sum(one.count for one in responses.packed_records(stored(app), Scope.everywhere(), "2027-1")) == 1
    gate.accept(stored(app), submission(worker))
    assert "Came late, undecided" in boss.get(HOME).text
    boss.get(f"{HOME}/rounds/{ROUND}")
    assert list(boss.fails(f"{HOME}/rounds/{ROUND}/late/leave-out").errors) == ["sure"]
    seen = hidden_fields(boss)["seen"]
    gate.accept(stored(app), submission(worker))
    assert list(boss.fails(f"{HOME}/rounds/{ROUND}/late/leave-out", sure="y", seen=seen).errors) == ["sure"]
    assert late.numbers(stored(app)) == {ROUND: 2}, "more was deleted than the page showed"
    page = boss.does(f"{HOME}/rounds/{ROUND}/late/leave-out", sure="y", **hidden_fields(boss))
    assert "Late interviews deleted: 2." in page.text
    assert ("boss", "late interviews left out", f"{ROUND} 2") in events(app)
    assert ("boss", "late interviews taken in", f"{ROUND} 2027-1 1") in events(app)
