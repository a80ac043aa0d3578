"""A worker's day is left out after it was shown what that takes, and a wrong code or day is refused."""

from __future__ import annotations

import pytest
from flask import Flask

from survey.days import today
from survey.intake import gate
from survey.problems import Problem
from survey.storage import questionnaires
from survey.storage.field import responses, rounds
from survey.storage.people import accounts, audit
from survey.storage.scope import Scope
from tests.support.factories import answers, questionnaire, submission
from tests.support.pages import Page
from tests.support.readers import Reader, at_browser, somebody, stored

ROUND = "2026-autumn"
HOME = "/administration"


@pytest.fixture
def boss(app: Flask) -> Reader:
    """An administrator at the browser."""
    return at_browser(app, somebody(stored(app), "administrator", "boss"))


@pytest.fixture
def open_round(app: Flask, boss: Reader) -> str:
    """A round of the small questionnaire with three interviews of today, two of them from Bannu."""
    database = stored(app)
    rounds.start(database, ROUND, questionnaires.publish(database, questionnaire()))
    worker = accounts.add(database, "worker", "W1", woman=True)
    for district in ("bannu", "bannu", "swat"):
        gate.accept(database, submission(worker, answers=answers(district=district)))
    return ROUND


def events(app: Flask) -> list[tuple[str, str, str]]:
    return [(entry.account, entry.event, entry.detail) for entry in audit.entries(stored(app))]


def counting(app: Flask) -> int:
    return sum(chunk.count for chunk in responses.packed_records(stored(app), Scope.everywhere(), ROUND))


def presses(reader: Reader) -> Page:
    """Press the button of the preview."""
    (form,) = [form for form in reader.page.root.all("form") if form.all("input", name="seen")]
    sent = {one.get("name"): one.get("value") for one in form.all("input") if one.get("name") != "csrf_token"}
    return reader.does(f"{HOME}/rounds/{ROUND}/leave-out", **sent)


@pytest.mark.slow
def test_what_arrived_after_the_preview_is_shown_before_it_is_left_out(app, boss, open_round):
    boss.get(f"{HOME}/rounds/{ROUND}/leave-out")
    boss.shown(f"{HOME}/rounds/{ROUND}/leave-out", worker="W1", day=today())
    seen = boss.page.root.all("input", name="seen")[0].get("value")
    gate.accept(stored(app), submission(accounts.find(stored(app), "W1")))
    page = boss.shown(f"{HOME}/rounds/{ROUND}/leave-out", worker="W1", day=today(), seen=seen)
    assert [row.text for row in page.root.all("tbody")[0].all("tr")] == ["Bannu 3", "Swat 1"]
    assert counting(app) == 4
    assert "Interviews left out: 4" in presses(boss).text


@pytest.mark.slow
@pytest.mark.parametrize(("worker", "day"), [("W99", today()), ("W1", "2019-01-01"), ("boss", today())])
def test_a_wrong_code_or_day_is_refused_and_nothing_is_written_down(app, boss, open_round, worker, day):
    boss.get(f"{HOME}/rounds/{ROUND}/leave-out")
    before = events(app)
    page = boss.fails(f"{HOME}/rounds/{ROUND}/leave-out", worker=worker, day=day)
    assert f"no interview of {worker} on {day}" in page.errors["worker"]
    with pytest.raises(Problem, match="no interview of"):
        responses.void(stored(app), ROUND, worker, day)
    assert events(app) == before
    assert counting(app) == 3


@pytest.mark.slow
def test_an_administrator_leaves_out_a_workers_day_everywhere(app, boss, open_round):
    boss.get(f"{HOME}/rounds/{ROUND}/leave-out")
    page = boss.shown(f"{HOME}/rounds/{ROUND}/leave-out", worker="W1", day=today())
    assert counting(app) == 3
    assert [row.text for row in page.root.all("tbody")[0].all("tr")] == ["Bannu 2", "Swat 1"]
    page = presses(boss)
    assert "Interviews left out: 3" in page.text
    assert counting(app) == 0


@pytest.mark.slow
def test_a_coordinator_leaves_out_a_workers_day_inside_the_own_districts(app, open_round):
    zarmina = at_browser(app, somebody(stored(app), "coordinator", "zarmina", ["bannu"]))
    page = zarmina.get(f"/coverage/{ROUND}")
    assert f"{HOME}/rounds/{ROUND}/leave-out" in [a.get("href") for a in page.root.all("a")]
    zarmina.get(f"{HOME}/rounds/{ROUND}/leave-out")
    zarmina.shown(f"{HOME}/rounds/{ROUND}/leave-out", worker="W1", day=today())
    page = presses(zarmina)
    assert "Interviews left out: 2" in page.text
    assert counting(app) == 1
    assert ("zarmina", "interviews voided", f"{ROUND} W1 {today()}") in events(app)


@pytest.mark.parametrize(
    ("data", "anchor"),
    [({"worker": "", "day": "2026-11-23"}, "worker"), ({"worker": "W1", "day": "yesterday"}, "day")],
)
def test_leaving_out_needs_a_code_and_a_day(app, boss, open_round, data, anchor):
    boss.get(f"{HOME}/rounds/{ROUND}/leave-out")
    assert list(boss.fails(f"{HOME}/rounds/{ROUND}/leave-out", **data).errors) == [anchor]
    assert counting(app) == 3


def test_after_the_close_no_day_is_left_out(app, boss, open_round):
    rounds.close(stored(app), ROUND)
    boss.get(f"{HOME}/rounds/{ROUND}/leave-out", 400)
