"""Releases at the administrator's desk: drafted, attacked and published beside the server, told and resumed."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from flask import Flask

from survey.made_up import send, shipped_round
from survey.parsing import whole_number
from survey.publication.protection import planning, worker_process
from survey.publication.release import release
from survey.settings import Settings
from survey.storage import questionnaires
from survey.storage.field import rounds
from survey.storage.results import releases
from tests.support.pages import Page
from tests.support.readers import Reader, at_browser, somebody, stored
from tests.survey.conftest import CLOSED, OPEN

HOME = "/administration/releases"
ROUND = "small"


@pytest.fixture
def boss(app: Flask) -> Reader:
    return at_browser(app, somebody(stored(app), "administrator", "boss"))


@pytest.fixture
def small(app: Flask) -> str:
    """A closed round of one district that has no release yet."""
    shipped_round.open_shipped_round(stored(app), ROUND)
    send.simulate(stored(app), 40, 3, round_name=ROUND, districts=("karak",))
    rounds.close(stored(app), ROUND)
    return f"{HOME}/{ROUND}"


def buttons(page: Page) -> list[str]:
    return [button.text for button in page.root.all("main")[0].all("button")]


def rows_of(page: Page, table: int) -> dict[str, list[str]]:
    """A table of a plan, by group."""
    rows = [row for row in page.root.all("table")[table].all("tr") if row.all("td")]
    return {row.all("th")[0].text: [cell.text for cell in row.all("td")] for row in rows}


def after(boss: Reader, address: str) -> Page:
    """The page once the work has ended, as somebody reads it who follows its link."""
    for _ in range(600):
        page = boss.get(address)
        if "See how far it is" not in page.text:
            return page
        time.sleep(0.2)
    raise AssertionError("the work does not end")


@pytest.mark.slow
def test_a_release_is_drafted_attacked_and_published_beside_the_server(app: Flask, boss: Reader, small: str):
    assert small in {link.get("href") for link in boss.get(HOME).root.all("a")}
    assert buttons(boss.get(small)) == ["Begin the draft"]
    boss.does(f"{small}/draft")
    assert buttons(after(boss, small)) == ["Publish the release", "Check that nobody can be identified"]
    boss.does(f"{small}/audit")
    assert "no hidden figure could be worked out" in after(boss, small).text
    boss.does(f"{small}/publish", sure="yes")
    page = after(boss, small)
    assert buttons(page) == ["Check it again"]
    kept = release.read(stored(app), ROUND)
    assert kept.digest in page.text
    assert f"Figures shown {kept.shown} Figures hidden {kept.hidden}" in page.text
    boss.client.get(HOME)
    assert boss.send(f"{small}/draft").status_code == 409


@pytest.mark.slow
def test_while_it_is_worked_on_the_page_tells_how_far_it_is_and_begins_nothing(
    app: Flask, boss: Reader, small: str
):
    boss.get(small)
    with worker_process.hold_round(stored(app).home, ROUND, "draft") as note:
        note(done=7, total=58, left=130.0)
        assert boss.send(f"{small}/draft").status_code == 409
        page = boss.get(small)
        assert "Tables done: 7 of 58" in page.text
        assert "about 2" in page.text
        assert buttons(page) == []
    assert buttons(boss.get(small))[0] == "Publish the release"


@pytest.mark.slow
def test_what_was_interrupted_goes_on(app: Flask, boss: Reader, small: str):
    file = stored(app).home / "releasing" / f"{ROUND}.json"
    file.parent.mkdir()
    file.write_text(json.dumps({"step": "draft", "done": 7, "total": 58}))
    page = boss.get(small)
    assert "interrupted" in page.text
    assert buttons(page) == ["Go on"]


@pytest.mark.slow
def test_what_went_wrong_is_told(app: Flask, boss: Reader, small: str):
    boss.get(small)
    boss.does(f"{small}/publish", sure="yes")
    page = after(boss, small)
    assert "There is no finished draft" in page.text
    assert buttons(page) == ["Go on"]
    assert releases.released_rounds(stored(app)) == ()


@pytest.mark.slow
def test_nobody_else_works_on_a_round_meanwhile(app: Flask, small: str):
    with worker_process.hold_round(stored(app).home, ROUND, "draft"):
        assert worker_process.is_running(stored(app).home, ROUND)
        with (
            pytest.raises(worker_process.Problem),
            worker_process.hold_round(stored(app).home, ROUND, "publish"),
        ):
            pass
    assert not worker_process.is_running(stored(app).home, ROUND)


@pytest.mark.slow
def test_releases_are_listed_with_rules_and_fingerprint(finished_app: Flask):
    boss = at_browser(finished_app, somebody(stored(finished_app), "administrator", "boss"))
    kept = release.read(stored(finished_app), CLOSED)
    page = boss.get(HOME)
    assert kept.digest in page.text
    assert "5; sensitive questions: 10" in page.text
    assert f"Figures hidden {kept.hidden}" in page.text
    boss.get(f"{HOME}/{CLOSED}")


def test_an_open_round_has_no_release(finished_app: Flask):
    boss = at_browser(finished_app, somebody(stored(finished_app), "administrator", "boss"))
    boss.get(f"{HOME}/{OPEN}", 409)
    boss.get(f"{HOME}/never", 404)


@pytest.mark.parametrize("language", ["en", "ur", "ps"])
def test_it_reads_in_every_language(finished_app: Flask, language: str):
    boss = at_browser(finished_app, somebody(stored(finished_app), "administrator", "boss"), language)
    assert boss.get(f"{HOME}/{CLOSED}").language.startswith(language)


@pytest.mark.slow
def test_what_will_be_publishable_is_told_before_the_round_opens(app: Flask, boss: Reader, small: str):
    links = {link.get("href") for link in boss.get("/administration/open-round").root.all("a")}
    assert "/administration/plan" in links
    boss.get("/administration/plan")
    page = boss.shown("/administration/plan", interviews="۴۵۰", districts=["swat", "bannu", "karak"])
    rows = rows_of(page, 0)
    assert rows["Women"][:2] == ["50", "100%"]
    assert rows["All interviewed"][0] == "150"


@pytest.mark.slow
def test_a_plan_shows_the_change_that_the_command_prints(app: Flask, boss: Reader, small: str):
    asked = questionnaires.all_editions(stored(app))[-1].questionnaire
    boss.get("/administration/plan")
    for number, team, words in (
        (450, "۱", "Plan two workers"),
        (
            450,
            "2",
            "20 groups of districts with two workers, 10 workers with 10 interviews each, and 500 interviews",
        ),
        (4500, "2", ""),
    ):
        page = boss.shown("/administration/plan", interviews=str(number), workers=team)
        planned = planning.spread(asked, number)
        found = planning.detectable(planned, whole_number(team, 2) or 0)
        assert list(rows_of(page, 1).values()) == [
            [
                "not called" if one is None else f"{one:.0f}"
                for one in (line.district, line.province, line.everywhere)
            ]
            for line in found
        ]
        assert words in page.text
        assert ("Plan two workers" in page.text) == (team == "۱")
        assert ("too small to measure" in page.text) == ("500" in words)


@pytest.mark.slow
@pytest.mark.parametrize("number", ["", "none", "0", "12.5", "9999999"])
def test_a_plan_needs_numbers(app: Flask, boss: Reader, small: str, number: str):
    boss.get("/administration/plan")
    for given in ({"interviews": number}, {"interviews": "450", "workers": number}):
        page = boss.fails("/administration/plan", **given)
        assert len(page.root.all("p", class_="error-message")) == 1


@pytest.mark.slow
def test_a_step_that_fails_before_its_first_word_is_told(tmp_path: Path) -> None:
    """A process beside the server that ends at once, for want of its database here, leaves no page that waits."""
    (tmp_path / "survey.sqlite").mkdir()
    settings = Settings(home=tmp_path, database_url=f"sqlite:///{tmp_path / 'survey.sqlite'}")
    worker_process.begin(settings, ROUND, "draft")
    until = time.monotonic() + 120
    while not worker_process.state_of(tmp_path, ROUND).ended and time.monotonic() < until:
        time.sleep(0.02)
    state = worker_process.state_of(tmp_path, ROUND)
    assert (state.step, state.ended, state.running, state.problem) == ("draft", True, False, "failed")
