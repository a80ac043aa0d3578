"""Releases: the frozen figures of a closed round, stored once and never changed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, insert, select

from survey.problems import NOT_FOUND, RELEASED, ROUND_OPEN, UNSAFE_RELEASE, Problem
from survey.storage import frozen, rounds
from survey.storage.database import Database
from survey.storage.days import today
from survey.storage.tables import releases
from survey.storage.tables import rounds as rounds_table


@dataclass(frozen=True, slots=True)
class Release:
    """What left a round: `content` is as frozen, `digest` its SHA-256 in hex."""

    round: str
    created_day: str
    content: bytes
    digest: str
    code_version: str


def store(
    database: Database,
    round_name: str,
    content: bytes,
    code_version: str,
    worlds: frozen.Worlds | None = None,
) -> Release:
    """Freeze the release of a closed round, attacked once more as any reader could; `worlds` spare work in that.

    Raises ROUND_OPEN, RELEASED where there is one, and UNSAFE_RELEASE where the attack finds a single hidden cell.
    """
    if found := tuple(frozen.complaints(frozen.unpack(content), worlds)):
        raise Problem(UNSAFE_RELEASE, round=round_name, cells="; ".join(found[:5]))
    database.change(_store, round_name, content, code_version)
    return find(database, round_name)


def _store(connection: Connection, round_name: str, content: bytes, code_version: str) -> None:
    present = rounds.locked(connection, round_name)
    if present.open:
        raise Problem(ROUND_OPEN, round=round_name)
    if connection.execute(select(releases.c.round).where(releases.c.round == present.key)).first():
        raise Problem(RELEASED, round=round_name)
    row = {
        "round": present.key,
        "created_day": today(),
        "content": content,
        "digest": hashlib.sha256(content).hexdigest(),
        "code_version": code_version,
    }
    connection.execute(insert(releases), row)


def find(database: Database, round_name: str) -> Release:
    """The release of a round; raises NOT_FOUND."""
    if not rounds.NAME.fullmatch(round_name):
        raise Problem(NOT_FOUND)
    with database.read() as connection:
        row = connection.execute(_releases().where(rounds_table.c.name == round_name)).one_or_none()
    if row is None:
        raise Problem(NOT_FOUND)
    return Release(row.name, row.created_day, bytes(row.content), row.digest, row.code_version)


def released(database: Database) -> tuple[str, ...]:
    """The names of the rounds that have a release, the last one first."""
    query = select(rounds_table.c.name).join(releases, releases.c.round == rounds_table.c.key)
    with database.read() as connection:
        return tuple(connection.execute(query.order_by(rounds_table.c.key.desc())).scalars())


def _releases() -> Select[Any]:
    return select(
        rounds_table.c.name,
        releases.c.created_day,
        releases.c.content,
        releases.c.digest,
        releases.c.code_version,
    ).join(rounds_table, rounds_table.c.key == releases.c.round)
