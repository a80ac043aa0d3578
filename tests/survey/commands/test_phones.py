"""Phones from a terminal: keys, invitations, a saved queue, and opening envelopes on the key-holder's machine."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from survey import terminal as at_terminal
from survey.accounts import enrolment
from survey.commands import main
from survey.intake import envelope
from survey.keys import record_keys
from survey.storage.engine.database import Database, migrate
from survey.storage.tables import responses
from tests.support import envelopes as phone
from tests.support.factories import ROUND, answers, field

Terminal = Callable[..., Result]


def terminal_of(database: Database, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    def do(*words: str) -> Result:
        monkeypatch.setattr(at_terminal, "open_survey", lambda: database)
        return CliRunner().invoke(main.main, words)

    return do


@pytest.fixture
def terminal(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    field(sqlite_database)
    return terminal_of(sqlite_database, monkeypatch)


def stored(database: Database) -> int:
    with database.read() as connection:
        return int(connection.execute(select(func.count()).select_from(responses)).scalar_one())


def saved(database: Database, *identities: str) -> str:
    record = phone.record(answers())
    bodies = [phone.sealed(database.home, identity, record, round=ROUND) for identity in identities]
    lines = [base64.urlsafe_b64encode(body).decode().rstrip("=") for body in bodies]
    return "\n".join([envelope.FIRST_LINE, *lines, ""])


def test_keys_are_made_listed_and_retired(terminal: Terminal, sqlite_database: Database) -> None:
    first, second = (terminal("key", "new").output.split()[1] for _ in range(2))
    assert f"{second}\tcurrent\tprivate half here" in terminal("key", "list").output
    assert terminal("key", "retire", second).exit_code == 2
    assert terminal("key", "retire", first).exit_code == 0
    assert terminal("key", "retire", first).exit_code == 2
    assert [key.id for key in record_keys.list_keys(sqlite_database.home)] == [second]


def test_a_worker_is_invited_by_link(terminal: Terminal, sqlite_database: Database) -> None:
    said = terminal(
        "invite", "--worker", "W1", "--language", "ur", "--url", "https://notes.example.org/"
    ).output
    found = re.fullmatch(r"phone: \w+ \d+\nlink: https://notes\.example\.org/notes/#i=(\S+)&l=ur\n", said)
    assert found is not None
    assert enrolment.enrol(sqlite_database, found.group(1), "A" * 43)
    assert terminal("sign-out", "--worker", "W1").output == "Tokens taken back: 1.\n"


def test_a_saved_queue_is_taken_in_once(
    terminal: Terminal, sqlite_database: Database, tmp_path: Path
) -> None:
    file = tmp_path / "notes.txt"
    file.write_text(saved(sqlite_database, phone.new_id(), phone.new_id()))
    assert terminal("intake", str(file), "--worker", "W1").output == "stored: 2\n"
    assert terminal("intake", str(file), "--worker", "W1").output == "repeated: 2\n"
    assert stored(sqlite_database) == 2
    file.write_text(f"{envelope.FIRST_LINE}\nAAAA\n")
    refused = terminal("intake", str(file), "--worker", "W1")
    assert (refused.exit_code, refused.output) == (3, "refused (broken_envelope): 1\n")


def test_a_key_holder_opens_what_a_server_only_kept(
    terminal: Terminal, sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "holder"
    home.mkdir()
    migrate(f"sqlite:///{home / 'survey.sqlite'}")
    holder = Database(f"sqlite:///{home / 'survey.sqlite'}", home)
    worker = field(holder)
    at_the_holder = terminal_of(holder, monkeypatch)
    key_id = at_the_holder("key", "new").output.split()[1]
    public = str(tmp_path / "key.pub")
    assert at_the_holder("key", "export", key_id, public).exit_code == 0
    at_the_server = terminal_of(sqlite_database, monkeypatch)
    assert at_the_server("key", "take", public).output == f"Phones seal to {key_id}; in custody.\n"

    identity = phone.new_id()
    body = phone.sealed(sqlite_database.home, identity, phone.record(answers()), round=ROUND)
    envelope.accept(sqlite_database, body, identity, worker)
    assert stored(sqlite_database) == 0
    origin = sqlite_database.home / "survey.sqlite"
    assert at_the_holder("unseal", str(origin)).output == "stored: 1\n"
    assert stored(holder) == 1
    holder.close()
