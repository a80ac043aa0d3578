"""Deleted means deleted: the files are read as an examiner would, also while somebody else reads the database."""

from __future__ import annotations

import ast
import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import LargeBinary, func, insert, select, update

from survey.days import later, today
from survey.intake import gate
from survey.keys import digests
from survey.settings import PROJECT
from survey.storage import questionnaires
from survey.storage.engine import shredding
from survey.storage.engine.database import Database
from survey.storage.field import retention, rounds
from survey.storage.people import audit
from survey.storage.tables import OF_INTERVIEWS, envelopes, late, metadata, receipts
from survey.storage.tables import rounds as rounds_table
from tests.support.factories import ROUND, answers, field, submission

#: Incompressible, so that no database stores it in another form; long enough to be in a place of its own, and short.
LONG = random.Random(1).randbytes(3000)
LATE = LONG[::-1]
SHORT = b"\x7a\x5b\x01planted"


def files(database: Database) -> bytes:
    """All that lies in the files of the tables, their indices and their long values, and in SQLite's log."""
    if database.engine.dialect.name == "sqlite":
        return b"".join(path.read_bytes() for path in database.home.glob("survey.sqlite*"))
    with database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("CHECKPOINT")
        paths = connection.exec_driver_sql(
            "SELECT pg_relation_filepath(oid) FROM pg_class WHERE relfilenode <> 0 AND oid >= 16384"
        ).scalars()
        return b"".join(
            connection.execute(select(func.pg_read_binary_file(path))).scalar_one() for path in list(paths)
        )


@contextmanager
def reading(database: Database, what: str = "responses") -> Iterator[None]:
    """Somebody reads for a long time: a backup, or a long page."""
    one_state = {"isolation_level": "REPEATABLE READ"} if database.url.startswith("postgresql") else {}
    with database.engine.connect().execution_options(**one_state) as connection, connection.begin():
        connection.exec_driver_sql(f"SELECT count(*) FROM {what}").scalar_one()
        yield


def fill(database: Database) -> None:
    """A round with a planted row in every table that holds interviews, closed long ago."""
    worker = field(database)
    gate.accept(database, submission(worker))
    gate.accept(database, submission(worker, answers=answers(q1="?")))
    edition = questionnaires.newest(database, "pilot")
    row = {
        **{"id": uuid4().bytes, "digest": bytes(32), "key": "0" * 16, "round": 1, "worker": "W1"},
        **{"questionnaire": edition.key, "day": today(), "body": LONG},
    }
    database.change(lambda connection: connection.execute(insert(envelopes), row) and None)
    apart = {**row, "id": uuid4().bytes, "body": LATE}
    del apart["digest"]
    database.change(lambda connection: connection.execute(insert(late), apart) and None)
    for table, column in (("responses", "answers"), ("quarantine", "sealed")):
        change(database, table, **{column: SHORT + table.encode()})
    rounds.close(database, ROUND)
    change(database, rounds_table.name, closed_day=later(today(), -90))


def change(database: Database, table: str, **values: Any) -> None:
    database.change(
        lambda connection: connection.execute(update(metadata.tables[table]).values(**values)).rowcount
    )


def left(database: Database) -> list[str]:
    """The tables whose planted bytes are in the files."""
    content = files(database)
    marks = {
        "responses": SHORT + b"responses",
        "quarantine": SHORT + b"quarantine",
        "envelopes": LONG[100:130],
        "late": LATE[100:130],
    }
    return [name for name, mark in marks.items() if mark in content]


def test_a_purge_leaves_nothing_of_any_table_in_the_files(database: Database) -> None:
    fill(database)
    assert left(database) == [table.name for table in OF_INTERVIEWS]
    assert retention.purge(database, ROUND) == 4
    assert shredding.waiting_tables(database) == ()
    assert left(database) == []


@pytest.mark.slow
@pytest.mark.parametrize("what", ["responses", "rounds"])
def test_what_a_reader_keeps_is_told_and_finished_by_the_next_purge(database: Database, what: str) -> None:
    fill(database)
    with reading(database, what):
        assert retention.purge(database, ROUND) == 4
        # It does not say what is not so: the examiner finds it, and the database knows.
        assert left(database)
        assert shredding.waiting_tables(database)
        assert retention.purge_due(database) == ()
        assert shredding.waiting_tables(database)
    assert retention.purge_due(database) == ()
    assert shredding.waiting_tables(database) == ()
    assert left(database) == []


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Readers of these tests stay as long as they like: nobody has to wait for them."""
    monkeypatch.setattr(shredding, "_PATIENCE", 50)
    monkeypatch.setattr(shredding, "PAUSE", 0.01)


def test_a_withdrawn_interview_is_overwritten_with_its_digest(database: Database) -> None:
    worker = field(database)
    for _ in range(20):
        gate.accept(database, submission(worker))
    code = "1234567890"
    one = submission(worker, withdrawal_code=code)
    receipt = gate.accept(database, one)
    tag, digest = digests.withdrawal_tag(database.home, code), bytes.fromhex(receipt.digest)
    content = files(database)
    assert tag in content
    assert digest in content
    gate.withdraw(database, code)
    assert shredding.waiting_tables(database) == ("receipts", "responses")
    assert shredding.finish(database)
    content = files(database)
    assert tag not in content
    assert digest not in content
    with database.read() as connection:
        assert connection.execute(select(receipts.c.outcome).where(receipts.c.id == one.id.bytes)).scalar()


def test_old_entries_of_the_audit_are_overwritten(database: Database) -> None:
    audit.record(database, "boss", "refused", "plantedentry")
    change(database, "audit", day=later(today(), -31))
    assert b"plantedentry" in files(database)
    audit.expire(database)
    assert b"plantedentry" not in files(database)


def test_what_is_deleted_meanwhile_is_not_forgotten(sqlite_database: Database) -> None:
    def delete_again(name: str) -> None:
        sqlite_database.change(lambda connection: shredding.remember(connection, metadata.tables[name]))

    delete_again("responses")
    delete_again("quarantine")
    known = shredding._waiting_marks(sqlite_database)
    delete_again("responses")
    sqlite_database.change(shredding._forget_finished, known)
    assert shredding.waiting_tables(sqlite_database) == ("responses",)


#: Tables with a row for each interview that no purge deletes, and why.
STAYING = {"receipts": "keep copies away", "tallies": "round, district, group and day only"}


def test_every_table_of_interviews_is_in_the_one_list() -> None:
    numbered = {
        table.name
        for table in metadata.tables.values()
        if isinstance(kind := getattr(table.c.get("id"), "type", None), LargeBinary) and kind.length == 16
    }
    assert numbered - set(STAYING) == {table.name for table in OF_INTERVIEWS}


#: What may be deleted and left to the database, by function: it tells nothing of an interview or of who did what.
HARMLESS = {
    ("sign_in_failures", "_count"),
    ("sign_in_failures", "_clear"),
    ("accounts", "_put_districts"),
    ("runtime_settings", "replace"),
    ("shredding", "_forget_finished"),
    # Days of contact, the hash of a token, one-way values of keys: nothing of an interview.
    ("devices", "_note_contact"),
    ("devices", "_replace"),
    ("devices", "await_none"),
    # Links to set a phone up that nobody used: one-way values of codes.
    ("phones", "_end"),
    ("accounts", "_revoke"),
    ("key_fingerprints", "_keep"),
    ("key_fingerprints", "_forget"),
    # What figures should be, set by an administrator.
    ("aims", "_set_aims"),
}


def test_whatever_deletes_remembers_to_overwrite() -> None:
    deleting, remembering = set(), set()
    for path in (PROJECT / "survey" / "storage").rglob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            called = {ast.unparse(one.func) for one in ast.walk(node) if isinstance(one, ast.Call)}
            name = (path.stem, getattr(node, "name", ""))
            if "delete" in called or ("update" in called and "NO_DIGEST" in ast.unparse(node)):
                deleting.add(name)
            if "shredding.remember" in called:
                remembering.add(name)
    assert deleting - HARMLESS == remembering
    assert deleting >= HARMLESS
