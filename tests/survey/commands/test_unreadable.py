"""Unreadable interviews from a terminal: told in numbers, read again with a mended version, and no answer in a message."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result

from survey import terminal as at_terminal
from survey.commands import main
from survey.intake import gate
from survey.storage import questionnaires
from survey.storage.engine.database import Database
from survey.storage.field import rounds
from survey.storage.people import audit
from tests.support.factories import ROUND, answers, field, mended, submission

#: An answer, and a name of a question, that must never be read anywhere.
PLANTED = "planted-answer"


@pytest.fixture
def terminal(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch):
    worker = field(sqlite_database)
    monkeypatch.setattr(at_terminal, "open_survey", lambda: sqlite_database)
    for change in ({"q1": "blue"}, {"q1": PLANTED}, {PLANTED: PLANTED}):
        gate.accept(sqlite_database, submission(worker, answers=answers(**change)))

    def do(*words: str) -> Result:
        return CliRunner().invoke(main.main, words)

    return do


def test_they_are_told_and_read_again(terminal, sqlite_database: Database):
    told = terminal("round", "unreadable", ROUND)
    lines = [
        "version 1\t3",
        "because of an unknown question\t1",
        "because of q1\t2",
        f"Unreadable interviews of round {ROUND}: 3.",
    ]
    assert told.stdout.splitlines() == lines
    refused = terminal("round", "read-again", ROUND, "--version", "2")
    assert refused.exit_code == 2
    assert "version 2" in refused.stderr
    questionnaires.publish(sqlite_database, mended())
    done = terminal("round", "read-again", ROUND, "--version", "2")
    assert done.stdout == "Read with version 2: 1. Still unreadable: 2.\n"
    again = terminal("round", "read-again", ROUND, "--version", "2")
    assert again.stdout == "Read with version 2: 0. Still unreadable: 2.\n"
    rounds.close(sqlite_database, ROUND)
    closed = terminal("round", "read-again", ROUND, "--version", "2")
    assert closed.exit_code == 2
    everything = [one.output + one.stderr for one in (told, refused, done, again, closed)]
    everything += [f"{one.event} {one.detail}" for one in audit.entries(sqlite_database)]
    assert not [text for text in everything if PLANTED in text or "blue" in text]
