"""Agreed actions: chosen from lists by who meets about a district, read by its readers, and seen again in the next round."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from survey.publication.reading.change import changes
from survey.publication.release import release
from survey.storage.people import audit
from survey.storage.results import actions, release_document, releases
from survey.storage.results.actions import Agreed
from survey.storage.tables import actions as table
from tests.support.factories import release_again
from tests.support.pages import Page
from tests.support.readers import Reader, at_browser, somebody, stored
from tests.survey.conftest import CLOSED, OPEN

ADDRESS = f"/results/{CLOSED}/district/bannu/actions"
CHOSEN = {"kind": "help_time", "owner": "partner", "due": "1", "indicator": "share:tr_police"}


@pytest.fixture
def zarmina(finished_app: Flask) -> Reader:
    """A coordinator of Bannu."""
    return at_browser(finished_app, somebody(stored(finished_app), "coordinator", "zarmina", ["bannu"]))


def words(page: Page) -> str:
    return " ".join(page.root.all("main")[0].text.split())


def noted(page: Page) -> list[str]:
    """What a page of a district says of each action."""
    return [" ".join(one.text.split()) for one in page.root.all("main")[0].all(class_="action")]


def said(app: Flask, event: str) -> list[tuple[str, str]]:
    return [(one.account, one.detail) for one in audit.entries(stored(app)) if one.event == event]


def test_an_action_is_agreed_on_followed_and_written_down(finished_app: Flask, zarmina: Reader) -> None:
    assert "No action is agreed on over this round." in words(zarmina.get(ADDRESS))
    page = zarmina.does(ADDRESS, **CHOSEN)
    assert "Give help on time" in words(page)
    (one,) = actions.of_district(stored(finished_app), "bannu")
    assert (one.round, one.state, one.agreed) == (
        CLOSED,
        "agreed",
        Agreed("help_time", "partner", 1, "share:tr_police"),
    )
    page = zarmina.does(f"{ADDRESS}/{one.key}", state="begun")
    assert [state.text for state in page.root.all("dd", class_="state")] == ["begun"]
    zarmina.does(f"{ADDRESS}/{one.key}", state="begun")
    # A second tab that still shows "agreed" changes nothing, and says so.
    page = zarmina.does(f"{ADDRESS}/{one.key}", state="dropped", shown="agreed")
    assert "Somebody else has written down something else meanwhile." in words(page)
    assert [state.text for state in page.root.all("dd", class_="state")] == ["begun"]
    assert said(finished_app, "action agreed") == [
        ("zarmina", f"{CLOSED} bannu: help_time, partner, +1, share:tr_police")
    ]
    # Who, before and after; the same state again is no change.
    assert said(finished_app, "action changed") == [
        ("zarmina", f"{CLOSED} bannu: help_time ({one.key}), agreed → begun")
    ]
    (district,) = noted(zarmina.get(f"/results/{CLOSED}/district/bannu"))
    for part in ("Give help on time", "begun", "Partner organisation", "the next round"):
        assert part in district


@pytest.mark.parametrize("field", CHOSEN)
@pytest.mark.parametrize("value", ["", "a text of somebody's own", "<b>", "99"])
def test_nothing_but_a_choice_is_taken(finished_app: Flask, zarmina: Reader, field: str, value: str) -> None:
    zarmina.get(ADDRESS)
    page = zarmina.fails(ADDRESS, **{**CHOSEN, field: value})
    assert list(page.errors) == [field]
    assert actions.of_district(stored(finished_app), "bannu") == ()
    assert value not in ("<b>", "a text of somebody's own") or value not in words(page)


def test_readers_read_and_only_who_meets_writes(finished_app: Flask, zarmina: Reader) -> None:
    zarmina.get(ADDRESS)
    zarmina.does(ADDRESS, **CHOSEN)
    (one,) = actions.of_district(stored(finished_app), "bannu")
    boss = at_browser(finished_app, somebody(stored(finished_app), "administrator", "boss"))
    assert "Give help on time" in words(boss.get(ADDRESS))
    assert len(boss.page.root.all("main")[0].all("form")) == 0
    boss.get("/account")
    assert boss.send(ADDRESS, **CHOSEN).status_code == 403
    assert boss.send(f"{ADDRESS}/{one.key}", state="done").status_code == 403
    rashid = at_browser(finished_app, somebody(stored(finished_app), "reviewer", "rashid"))
    rashid.get(ADDRESS)
    rashid.does(f"{ADDRESS}/{one.key}", state="done")
    assert (
        at_browser(finished_app, somebody(stored(finished_app), "worker", "W1"))
        .client.get(ADDRESS)
        .status_code
        == 403
    )


def test_another_district_is_refused_and_written_down(finished_app: Flask, zarmina: Reader) -> None:
    swat = ADDRESS.replace("bannu", "swat")
    zarmina.get(ADDRESS)
    zarmina.does(ADDRESS, **CHOSEN)
    (one,) = actions.of_district(stored(finished_app), "bannu")
    for address, data in ((swat, CHOSEN), (f"{swat}/{one.key}", {"state": "done"})):
        assert zarmina.client.get(swat).status_code == 403
        assert zarmina.send(address, **data).status_code == 403
    assert ("zarmina", "actions of swat") in said(finished_app, "refused")
    # A number of another district, of another round, or none at all is not found.
    rashid = at_browser(finished_app, somebody(stored(finished_app), "reviewer", "rashid"))
    rashid.get(ADDRESS)
    for address in (f"{swat}/{one.key}", f"{ADDRESS}/77", f"{ADDRESS}/nothing"):
        assert rashid.send(address, state="done").status_code == 404
    assert rashid.send(f"{ADDRESS}/{one.key}", state="mine").status_code == 404
    assert actions.of_district(stored(finished_app), "bannu") == (one,)


def test_the_next_round_shows_whether_it_happened_and_how_its_indicator_moved(
    finished_app: Flask, zarmina: Reader
) -> None:
    database = stored(finished_app)
    zarmina.get(ADDRESS)
    for due, indicator in ((1, "share:tr_police"), (2, "index:safety")):
        zarmina.does(ADDRESS, **{**CHOSEN, "due": str(due), "indicator": indicator})
    document = release_document.unpack(releases.find(database, CLOSED).content)
    for entry in document["fixed_mix"]:
        for cell in entry["cells"] if entry["question"] == "tr_police" else ():
            for base in ("figure", "answered"):
                if cell.get(base):
                    n, *shares, df = cell[base]
                    cell[base] = [n, *(share + 30.0 for share in shares), df]
    release_again(database, document, OPEN)
    first, second = release.read(database, CLOSED), release.read(database, OPEN)
    (moved,) = [
        one
        for one in changes(first, second)
        if (one.district, one.group, one.name) == ("bannu", "Total", "tr_police")
    ]
    shown, other = noted(zarmina.get(f"/results/{OPEN}/district/bannu"))
    # The share of all interviewed, as in all other pictures and tables of the district.
    (plain,) = [
        one.percent
        for one in first.figures
        if (one.district, one.group, one.question, one.answer) == ("bannu", "Total", "tr_police", "top two")
    ]
    assert f"{plain} before, {plain} now – {moved.verdict}" in shown
    assert "due in this round" in shown
    assert CLOSED in shown
    assert "due in a later round" in other
    assert "not compared in a district" in other
    (one, _) = actions.of_district(database, "bannu")
    zarmina.get(ADDRESS)
    zarmina.does(f"{ADDRESS}/{one.key}", state="done")
    (shown, _) = noted(zarmina.get(f"/results/{OPEN}/district/bannu"))
    assert "done, due in this round" in shown
    # What is agreed on when its outcome is known would look foreseen.
    page = zarmina.get(ADDRESS)
    assert "A later round is released" in words(page)
    assert not page.root.all("select", id="kind")
    zarmina.fails(ADDRESS, 409, **CHOSEN)
    assert len(actions.of_district(database, "bannu")) == 2


@pytest.mark.parametrize("language", ["ur", "ps"])
def test_an_administrator_adds_a_kind_in_every_language(finished_app: Flask, language: str) -> None:
    boss = at_browser(finished_app, somebody(stored(finished_app), "administrator", "boss"))
    address = "/administration/action-kinds"
    boss.get(address)
    assert list(boss.fails(address, en="Mend a bridge", ur="پل", ps="").errors) == ["ps"]
    assert list(boss.fails(address, en="x" * 81, ur="پل", ps="پله").errors) == ["en"]
    for person in ("Call Ahmad 0333-1234567", "Ring ۰۳۳۳", "=1+1", "a@b.org"):
        assert list(boss.fails(address, en=person, ur="پل", ps="پله").errors) == ["en"], person
    assert list(boss.fails(address, en="GIVE help on time", ur="پل", ps="پله").errors) == ["en"]
    boss.does(address, en="Mend a bridge", ur="پل کی مرمت", ps="د پله ترميم")
    assert said(finished_app, "action kind added") == [("boss", "own_1")]
    reader = at_browser(finished_app, somebody(stored(finished_app), "reviewer", "rashid"), language)
    name = {"ur": "پل کی مرمت", "ps": "د پله ترميم"}[language]
    options = {option.text: option.get("value") for option in reader.get(ADDRESS).root.all("option")}
    assert options[name] == "own_1"
    assert name in words(reader.does(ADDRESS, **{**CHOSEN, "kind": "own_1"}))


def test_no_column_holds_a_text_of_somebodys_own(finished_app: Flask, zarmina: Reader) -> None:
    zarmina.get(ADDRESS)
    zarmina.does(ADDRESS, **CHOSEN)
    with stored(finished_app).read() as connection:
        (row,) = connection.execute(select(table)).mappings()
    chosen = {row["kind"], row["owner"], row["indicator"], row["state"]}
    assert chosen == {"help_time", "partner", "share:tr_police", "agreed"}
