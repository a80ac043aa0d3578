"""Trouble of the database as programs, people and the administrator meet it: come again, in one plain line."""

from __future__ import annotations

import io
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest
from flask import Flask

from survey import failure_log
from survey.problems import BUSY, DATABASE_DOWN, TROUBLE, Kind
from survey.storage.engine.database import Database
from survey.storage.people import accounts
from tests.support.factories import ROUND, answers, field
from tests.support.readers import at_browser, somebody, stored


@contextmanager
def _away(database: Database) -> Iterator[None]:
    file = database.home / "survey.sqlite"
    database.engine.dispose()
    file.rename(database.home / "elsewhere")
    yield
    (database.home / "elsewhere").rename(file)


@contextmanager
def _locked(database: Database) -> Iterator[None]:
    other = sqlite3.connect(database.home / "survey.sqlite")
    other.execute("BEGIN EXCLUSIVE")
    yield
    other.close()


@pytest.fixture(autouse=True)
def written(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What the log writer writes, from nothing on."""
    log, text = failure_log.FailureLog(), io.StringIO()
    log.stream = text
    monkeypatch.setattr(failure_log, "LOG", log)
    return text


def _send(app: Flask, token: str, number: str) -> tuple[int, str]:
    body = {"questionnaire": "pilot", "version": "1", "answers": answers(round=ROUND), "language": "ur"}
    reply = app.test_client().put(
        f"/api/submissions/{number}",
        data=json.dumps({**body, "day": "2026-11-20"}),
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )
    return reply.status_code, (reply.get_json() or {}).get("code", "")


@pytest.mark.slow
@pytest.mark.parametrize(("trouble", "kind"), [(_away, DATABASE_DOWN), (_locked, BUSY)])
def test_a_program_is_told_to_come_again_and_the_administrator_reads_one_line(
    app: Flask,
    written: io.StringIO,
    trouble: Callable[[Database], contextmanager[None]],
    kind: Kind,
) -> None:
    code = kind.code
    field(stored(app))
    token, number = accounts.add_token(stored(app), "W1"), str(uuid4())
    with trouble(stored(app)):
        assert _send(app, token, number) == (503, code)
        if code == "database_down":
            # An outage meets thousands of requests, and each of them would wait for a lock.
            assert [_send(app, token, number) for _ in range(20)] == [(503, code)] * 20
    line, *again = written.getvalue().splitlines()
    # One line of an outage, and how often it came in place of every other one.
    assert again == ([f"{line}, 10 times today"] if code == "database_down" else [])
    assert f" Problem [{code}] at survey." in line
    assert line.endswith(f": {TROUBLE[kind]}")
    assert number not in line
    assert _send(app, token, number) == (201, "")
    assert _send(app, token, number) == (200, "")


@pytest.mark.parametrize("language", ["en", "ur", "ps"])
def test_a_reader_is_told_to_come_again(app: Flask, language: str) -> None:
    reader = at_browser(app, somebody(stored(app), "reviewer", "rashid"), language)
    with _away(stored(app)):
        page = reader.get("/coverage", 503)
    assert page.root.all("code")[0].text == "database_down"
    assert page.language.startswith(language)
    reader.get("/coverage")


def test_a_sign_in_keeps_the_name(app: Flask) -> None:
    guest = at_browser(app, None)
    guest.get("/sign-in")
    with _away(stored(app)):
        page = guest.fails("/sign-in", 503, name="rashid", password="whatever it is")
    assert page.root.all("input", id="name")[0].get("value") == "rashid"
    assert "cannot be reached" in page.text
