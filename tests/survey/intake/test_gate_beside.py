"""The gate and the fields other than the answers: none of them ever costs an interview."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from survey.days import later, today
from survey.intake import gate
from survey.intake.submission import from_json
from survey.storage.engine.database import Database
from survey.storage.tables import responses
from tests.support.factories import answers, field, submission


def flags(database: Database) -> set[tuple[str, ...]]:
    with database.read() as connection:
        texts = connection.execute(select(responses.c.flags)).scalars().all()
    return {tuple(flag) for text in texts if text for flag in json.loads(text)}


#: An unusable value of a field other than the answers → what is kept in its place.
UNUSABLE: dict[str, tuple[Any, Any]] = {
    "language": ("de", "en"),
    "day": ("yesterday", today()),
    "minutes": ("many", None),
    "odd_hours": ("perhaps", False),
    "option_seed": (2**70, None),
    "withdrawal_code": ("12", None),
    "practice": ("perhaps", None),
    "other": ("34.0,71.5", None),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", UNUSABLE)
def test_no_field_beside_the_answers_costs_an_interview(sqlite_database: Database, name: str) -> None:
    worker = field(sqlite_database)
    sent, kept = UNUSABLE[name]
    content = {"questionnaire": "pilot", "version": "1", "answers": answers(), "day": today()}
    body = json.dumps({**content, "language": "ps", name: sent}).encode()
    identity = str(uuid4())
    first, again = (gate.accept(sqlite_database, from_json(body, identity, worker, "api")) for _ in range(2))
    assert (first.outcome, first.kept, again.outcome) == ("stored", "stored", "repeated")
    counts = "exclude" if name == "practice" else "note"
    assert flags(sqlite_database) == {("unread_field", name, counts)}
    with sqlite_database.read() as connection:
        row = connection.execute(select(responses)).one()._mapping
    assert row["withdrawal_tag"] is None
    assert name not in row or row[name] == kept
    assert b"34.0" not in (sqlite_database.home / "survey.sqlite").read_bytes()


def test_an_interview_without_day_and_language_is_kept_without_a_note(sqlite_database: Database) -> None:
    """And its digest is that of the same interview as it was taken before."""
    worker, identity = field(sqlite_database), str(uuid4())
    content = {"questionnaire": "pilot", "version": "1", "answers": answers()}
    sent = from_json(json.dumps(content).encode(), identity, worker, "api")
    first = gate.accept(sqlite_database, sent)
    assert (first.kept, flags(sqlite_database)) == ("stored", set())
    again = gate.accept(sqlite_database, replace(sent, unread=("day", "language")))
    assert (again.outcome, again.digest) == ("repeated", first.digest)
    with sqlite_database.read() as connection:
        row = connection.execute(select(responses)).one()
    assert (row.day, row.language) == (today(), "en")


def test_an_interview_without_a_day_is_the_same_when_it_comes_again_later(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = field(sqlite_database)
    sent = submission(worker, day="")
    gate.accept(sqlite_database, sent)
    monkeypatch.setattr(gate, "today", lambda: later(today(), 3))
    assert gate.accept(sqlite_database, sent).outcome == "repeated"
