"""Interviews that came after their round was over: kept sealed and apart until an administrator decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Select, delete, func, insert, select, update

from survey.days import today
from survey.problems import CONFLICT, OTHER_VERSION, ROUND_CLOSED, UNKNOWN_ROUND, Problem
from survey.storage.engine import shredding
from survey.storage.engine.database import Database
from survey.storage.engine.statements import add_rows
from survey.storage.field import rounds
from survey.storage.field.deleted import EXPIRED, GONE, LEFT_OUT, NO_DIGEST, forget
from survey.storage.field.responses import TABLE_OF, Arrival, Kept, row_of
from survey.storage.field.rounds import Round
from survey.storage.people import audit
from survey.storage.questionnaires import Edition
from survey.storage.tables import envelopes, late, questionnaires, receipts
from survey.storage.tables import rounds as rounds_table

LATE: Final = "late"
#: What is kept of a sealed interview that this server cannot open, once it has joined a round.
SEALED: Final = "sealed"


@dataclass(frozen=True, slots=True)
class Latecomer:
    """One sealed interview. `key` opens the body and is elsewhere; empty for this server's quarantine key."""

    id: bytes
    digest: bytes
    round: str
    worker: str
    key: str
    withdrawal_tag: bytes | None
    body: bytes


@dataclass(frozen=True, slots=True)
class Pile:
    """How many came late from a worker on a day of arrival, with one version of the questionnaire."""

    worker: str
    day: str
    version: str
    interviews: int


def keep(database: Database, latecomer: Latecomer, edition: Edition) -> Kept:
    """Keep a latecomer once; the same again is harmless, a different one is a CONFLICT.

    After the interviews of its round were deleted nothing of it is kept but its number. Raises UNKNOWN_ROUND.
    """
    return database.change(_keep, latecomer, edition)


def _keep(connection: Connection, latecomer: Latecomer, edition: Edition) -> Kept:
    known = connection.execute(
        select(receipts.c.digest, receipts.c.outcome).where(receipts.c.id == latecomer.id)
    ).one_or_none()
    if known is not None:
        if known.outcome not in GONE and bytes(known.digest) != latecomer.digest:
            raise Problem(CONFLICT)
        return Kept(known.outcome, repeated=True)
    present = rounds.lock_round(connection, latecomer.round)
    if present.questionnaire != edition.questionnaire.name:
        raise Problem(UNKNOWN_ROUND, round=latecomer.round)
    kept = (EXPIRED, NO_DIGEST) if present.purged_day else (LATE, latecomer.digest)
    if not present.purged_day:
        add_rows(connection, late, [_row(latecomer, present.key, edition.key)])
    add_rows(connection, receipts, [{"id": latecomer.id, "outcome": kept[0], "digest": kept[1]}])
    return Kept(kept[0], repeated=False)


def _row(latecomer: Latecomer, round_key: int, edition_key: int) -> dict[str, Any]:
    return {
        "id": latecomer.id,
        "round": round_key,
        "questionnaire": edition_key,
        "worker": latecomer.worker,
        "day": today(),
        "key": latecomer.key,
        "withdrawal_tag": latecomer.withdrawal_tag,
        "body": latecomer.body,
    }


def piles(database: Database, round_name: str) -> tuple[Pile, ...]:
    """The interviews of a round that wait for a decision: numbers by worker, day of arrival and version."""
    parts = (late.c.worker, late.c.day, questionnaires.c.version)
    query = _select_of_round(select(*parts, func.count()), round_name).join(
        questionnaires, questionnaires.c.key == late.c.questionnaire
    )
    with database.read() as connection:
        return tuple(Pile(*row) for row in connection.execute(query.group_by(*parts).order_by(*parts)))


def numbers(database: Database) -> Mapping[str, int]:
    """How many wait for a decision, by the name of their round."""
    query = (
        select(rounds_table.c.name, func.count())
        .join(late, late.c.round == rounds_table.c.key)
        .group_by(rounds_table.c.name)
    )
    with database.read() as connection:
        return {row[0]: row[1] for row in connection.execute(query)}


def joinable(database: Database, round_name: str) -> tuple[Round, ...]:
    """The later open rounds which ask a version that some of the latecomers of a round answered."""
    present = rounds.find(database, round_name)
    versions = {pile.version for pile in piles(database, round_name)}
    return tuple(
        round_
        for round_ in rounds.open_rounds(database)
        if round_.key > present.key
        and round_.questionnaire == present.questionnaire
        and round_.version in versions
    )


def latecomers_of_version(database: Database, round_name: str, edition: Edition) -> tuple[Latecomer, ...]:
    """The latecomers of a round that answered one version, in no order."""
    columns = (late.c.id, receipts.c.digest, rounds_table.c.name, late.c.worker, late.c.key)
    query = _select_of_round(select(*columns, late.c.withdrawal_tag, late.c.body), round_name).join(
        receipts, receipts.c.id == late.c.id
    )
    with database.read() as connection:
        rows = connection.execute(query.where(late.c.questionnaire == edition.key))
        return tuple(Latecomer(*row) for row in rows)


def _select_of_round(query: Select[Any], round_name: str) -> Select[Any]:
    return query.join(rounds_table, rounds_table.c.key == late.c.round).where(
        rounds_table.c.name == round_name
    )


def join(database: Database, arrival: Arrival) -> bool:
    """Move an opened latecomer into an open round; returns whether it was still there.

    Raises ROUND_CLOSED, ROUND_ENDING or OTHER_VERSION where that round cannot have it. Its receipt keeps the digest, so
    that the same interview stays harmless when it is sent again.
    """
    return database.change(_join, arrival)


def _join(connection: Connection, arrival: Arrival) -> bool:
    key = _host(connection, arrival.round, arrival.edition)
    if _lift(connection, arrival.id, arrival.outcome) is None:
        return False
    add_rows(connection, TABLE_OF[arrival.outcome], [row_of(arrival, key)])
    return True


def join_sealed(database: Database, latecomer: Latecomer, round_name: str, edition: Edition) -> bool:
    """Move a latecomer that cannot be opened here among the envelopes of an open round; raises what `join` raises."""
    return database.change(_join_sealed, latecomer, round_name, edition)


def _join_sealed(connection: Connection, latecomer: Latecomer, round_name: str, edition: Edition) -> bool:
    key = _host(connection, round_name, edition)
    day = _lift(connection, latecomer.id, SEALED)
    if day is None:
        return False
    row = {
        name: value for name, value in _row(latecomer, key, edition.key).items() if name != "withdrawal_tag"
    }
    connection.execute(insert(envelopes), {**row, "digest": latecomer.digest, "day": day})
    return True


def _host(connection: Connection, round_name: str, edition: Edition) -> int:
    """The key of the round that latecomers join: open, and asking the very version that they answered."""
    present = rounds.lock_round(connection, round_name)
    if present.ending:
        raise rounds.ending_problem(present)
    if present.closed:
        raise Problem(ROUND_CLOSED, round=round_name)
    asked = edition.questionnaire
    if (present.questionnaire, present.version) != (asked.name, asked.version):
        raise Problem(OTHER_VERSION, round=round_name)
    return present.key


def _lift(connection: Connection, identity: bytes, outcome: str) -> str | None:
    """Take a latecomer out of its table: its day of arrival, None when it was withdrawn or decided about meanwhile."""
    gone = connection.execute(delete(late).where(late.c.id == identity).returning(late.c.day))
    day: str | None = gone.scalar_one_or_none()
    if day is not None:
        shredding.remember(connection, late)
        connection.execute(update(receipts).where(receipts.c.id == identity).values(outcome=outcome))
    return day


def leave_out(database: Database, round_name: str, by: str = "", seen: int | None = None) -> int | None:
    """Delete the latecomers of a round for good; returns how many.

    None, and nothing is deleted, where there are not as many any more as were `seen` by who decides.
    """
    number = database.change(_leave_out, round_name, by, seen)
    shredding.finish(database)
    return number


def _leave_out(connection: Connection, round_name: str, by: str, seen: int | None) -> int | None:
    present = rounds.lock_round(connection, round_name)
    here = select(func.count()).select_from(late).where(late.c.round == present.key)
    if seen not in (None, connection.execute(here).scalar_one()):
        return None
    gone = connection.execute(delete(late).where(late.c.round == present.key).returning(late.c.id))
    ids = [bytes(identity) for identity in gone.scalars()]
    shredding.remember(connection, late)
    forget(connection, ids, LEFT_OUT)
    audit.add_entry(connection, by, "late interviews left out", f"{round_name} {len(ids)}")
    return len(ids)
