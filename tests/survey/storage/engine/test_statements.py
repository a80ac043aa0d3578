"""Statements made once: the same rows as SQLAlchemy would write and find, with values of any look."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from survey.storage.engine.database import Database
from survey.storage.engine.statements import add_rows, rows_among
from survey.storage.tables import receipts

KEYS = [bytes([number]) * 16 for number in range(40)]


def _rows(keys: Sequence[bytes]) -> list[dict[str, object]]:
    return [{"outcome": "stored", "id": key, "digest": key[::-1] * 2} for key in keys]


def _found(connection: Connection, keys: Sequence[bytes]) -> dict[bytes, str]:
    query = select(receipts.c.id, receipts.c.outcome)
    return {bytes(key): outcome for key, outcome in rows_among(connection, query, receipts.c.id, keys)}


def test_rows_added_are_the_rows_asked_for(database: Database) -> None:
    def work(connection: Connection, groups: Sequence[list[bytes]]) -> list[int]:
        for keys in groups:
            add_rows(connection, receipts, _rows(keys))
        return [len(keys) for keys in groups]

    assert database.write(work, KEYS[:30]) == 30
    with database.read() as connection:
        for keys in (KEYS[:1], KEYS[10:20], KEYS[:40:2], KEYS[30:]):
            assert _found(connection, keys) == dict.fromkeys(set(keys) & set(KEYS[:30]), "stored")
        written = connection.execute(select(receipts.c.digest).where(receipts.c.id == KEYS[7])).scalar_one()
    assert bytes(written) == KEYS[7] * 2


def test_a_value_is_never_read_as_part_of_the_statement(database: Database) -> None:
    trap = b"') OR 1=1 -- %s:"
    with database.read() as connection:
        assert _found(connection, [trap]) == {}
