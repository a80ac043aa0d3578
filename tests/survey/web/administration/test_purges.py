"""Purges: what was made of the interviews goes with them, and nobody is told more than is so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from survey import failure_log, terminal
from survey.commands import main
from survey.days import later, today
from survey.made_up import send, shipped_round
from survey.publication.protection import worker_process
from survey.publication.release import purges, release
from survey.server import housekeeping, start
from survey.storage.engine import shredding
from survey.storage.engine.database import Database
from survey.storage.field import retention, rounds
from survey.web.administration import rounds as administration_rounds
from tests.support.readers import Reader, at_browser, somebody, stored

ROUND = "small"


@pytest.fixture
def boss(app: Flask) -> Reader:
    return at_browser(app, somebody(stored(app), "administrator", "boss"))


@pytest.fixture
def small(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Database:
    """A closed round that was drafted and never released, whose time has come."""
    database = stored(app)
    shipped_round.open_shipped_round(database, ROUND)
    send.simulate(database, 5, 3, round_name=ROUND, districts=("karak",))
    rounds.close(database, ROUND)
    folder = release.folder_of(database, ROUND)
    folder.mkdir(parents=True)
    (folder / "0123.json").write_text(json.dumps({"fingerprint": "of counts"}))
    with worker_process.hold_round(database.home, ROUND, "audit") as note:
        note(cells=17, programs=4)
    day = later(today(), 90)
    for module in (retention, administration_rounds):
        monkeypatch.setattr(module, "today", lambda: day)
    monkeypatch.setattr(shredding, "_PATIENCE", 50)
    return database


def work_on(database: Database) -> list[Path]:
    """The files that were made of the interviews of a round."""
    return [path for name in ("drafts", "releasing") for path in (database.home / name).rglob(f"*{ROUND}*")]


@pytest.mark.slow
def test_a_purge_takes_drafts_and_notes_along(app: Flask, boss: Reader, small: Database) -> None:
    assert len(work_on(small)) == 3
    page = boss.get(f"/administration/rounds/{ROUND}/purge")
    assert "No results have been made of this round yet" in page.text
    assert "The results stay." not in page.text
    # The page said that three late ones are deleted too, and there are none any more.
    for other in ("3", "three", ""):
        page = boss.shown(f"/administration/rounds/{ROUND}/purge", sure="yes", seen=other)
        assert "nothing was deleted" in page.text
    page = boss.does(f"/administration/rounds/{ROUND}/purge", sure="yes", seen="0")
    assert "Interviews deleted: " in page.text
    assert "none were made" in page.text
    page = boss.get(f"/administration/rounds/{ROUND}/purge")
    assert "No results had been made of them." in page.text
    assert "The results stay." not in page.text
    assert "Not yet overwritten" not in page.text
    assert work_on(small) == []


@pytest.mark.slow
def test_the_page_says_what_is_not_yet_overwritten_until_it_is(boss: Reader, small: Database) -> None:
    boss.get(f"/administration/rounds/{ROUND}/purge")
    with small.read() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM responses").scalar_one()
        page = boss.does(f"/administration/rounds/{ROUND}/purge", sure="yes")
        assert "Not yet overwritten: deleted interviews may still be" in page.text
    for language in ("ur", "ps"):
        boss.client.set_cookie("language", language)
        assert "Not yet overwritten" not in boss.get("/administration").text
        assert boss.page.root.all("p", class_="notice")
    boss.client.set_cookie("language", "en")
    assert housekeeping.Keeper(small).tidy()
    assert "Not yet overwritten" not in boss.get("/administration").text


@pytest.mark.slow
def test_the_command_ends_otherwise_while_something_is_left(
    small: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal, "open_survey", lambda: small)
    with small.read() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM responses").scalar_one()
        told = CliRunner().invoke(main.main, ("round", "purge"))
        assert (told.exit_code, told.stdout) == (3, f"Interviews deleted: {ROUND}.\n")
        assert told.stderr.startswith("Not yet overwritten: somebody still reads the database")
    again = CliRunner().invoke(main.main, ("round", "purge"))
    assert (again.exit_code, again.output) == (0, "Interviews deleted: no round is due.\n")
    assert shredding.waiting_tables(small) == ()


@pytest.mark.slow
def test_a_start_says_what_it_could_not_finish(small: Database, capsys: pytest.CaptureFixture[str]) -> None:
    with small.read() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM responses").scalar_one()
        purges.purge(small, ROUND)
        start.print_unfinished(small)
    assert "not yet overwritten" in capsys.readouterr().err
    start.print_unfinished(small)
    assert capsys.readouterr().err == ""


@pytest.mark.slow
def test_a_quiet_moment_that_fails_is_noted_and_not_the_last(
    small: Database, capfd: pytest.CaptureFixture[str]
) -> None:
    purges.purge(small, ROUND)
    (small.home / "drafts").mkdir(exist_ok=True)
    (small.home / "drafts" / ROUND).write_text("a file where a folder was")
    assert not housekeeping.Keeper(small).tidy()
    failure_log.LOG.total()
    assert (
        "NotADirectoryError ENOTDIR at survey.publication.protection.drafts:delete_drafts:"
        in capfd.readouterr().err
    )
