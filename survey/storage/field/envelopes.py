"""Sealed interviews that this server cannot open: kept once, counted by worker and day of arrival, handed over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, insert, select

from survey.days import today
from survey.problems import CONFLICT, ROUND_CLOSED, UNKNOWN_ROUND, Problem
from survey.storage.engine.database import Database
from survey.storage.field import rounds
from survey.storage.questionnaires import Edition
from survey.storage.tables import envelopes
from survey.storage.tables import rounds as rounds_table


@dataclass(frozen=True, slots=True)
class Sealed:
    """One envelope, and what is known of it without opening it."""

    id: bytes
    digest: bytes
    key: str
    round: str
    worker: str
    body: bytes


def keep(database: Database, sealed: Sealed, edition: Edition) -> bool:
    """Keep an envelope; returns whether it is new. Raises CONFLICT, UNKNOWN_ROUND or ROUND_CLOSED.

    While a round ends every envelope is taken: the day of the interview is inside.
    """
    return database.change(_keep, sealed, edition)


def _keep(connection: Connection, sealed: Sealed, edition: Edition) -> bool:
    present = select(envelopes.c.digest).where(envelopes.c.id == sealed.id)
    known = connection.execute(present).scalar_one_or_none()
    if known is not None:
        if bytes(known) != sealed.digest:
            raise Problem(CONFLICT)
        return False
    chosen = rounds.lock_round(connection, sealed.round)
    if chosen.questionnaire != edition.questionnaire.name:
        raise Problem(UNKNOWN_ROUND, round=sealed.round)
    if chosen.closed:
        raise Problem(ROUND_CLOSED, round=sealed.round)
    connection.execute(insert(envelopes), _row(sealed, chosen.key, edition.key))
    return True


def _row(sealed: Sealed, round_key: int, edition_key: int) -> dict[str, Any]:
    return {
        "id": sealed.id,
        "digest": sealed.digest,
        "key": sealed.key,
        "round": round_key,
        "questionnaire": edition_key,
        "worker": sealed.worker,
        "day": today(),
        "body": sealed.body,
    }


def all_envelopes(database: Database) -> Iterator[Sealed]:
    """All envelopes, in no order."""
    query = select(
        envelopes.c.id,
        envelopes.c.digest,
        envelopes.c.key,
        rounds_table.c.name,
        envelopes.c.worker,
        envelopes.c.body,
    ).join(rounds_table, rounds_table.c.key == envelopes.c.round)
    with database.read() as connection:
        for row in connection.execute(query):
            yield Sealed(*row)


def arrivals_by_day(database: Database, round_name: str) -> Mapping[tuple[str, str], int]:
    """How many envelopes came from each worker on each day."""
    query = (
        select(envelopes.c.worker, envelopes.c.day, func.count())
        .join(rounds_table, rounds_table.c.key == envelopes.c.round)
        .where(rounds_table.c.name == round_name)
        .group_by(envelopes.c.worker, envelopes.c.day)
    )
    with database.read() as connection:
        return {(worker, day): count for worker, day, count in connection.execute(query)}
