"""What is in quarantine: submissions that no codebook can express, sealed until the questionnaire is corrected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from sqlalchemy import Connection, delete, func, select, update

from survey.problems import ROUND_CLOSED, UNKNOWN_VERSION, Problem
from survey.storage.engine import shredding
from survey.storage.engine.database import Database
from survey.storage.engine.statements import add_rows
from survey.storage.field import rounds
from survey.storage.field.responses import Arrival, row_of, scope_condition
from survey.storage.scope import Scope
from survey.storage.tables import quarantine, receipts, responses
from survey.storage.tables import rounds as rounds_table


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A submission that could not be decoded: where it belongs, why, and its sealed content."""

    id: bytes
    district: str
    day: str
    worker: str
    reason: str
    sealed: bytes


def quarantined_records(database: Database, scope: Scope, round_name: str) -> tuple[Quarantined, ...]:
    """What is in quarantine, for the person who corrects the questionnaire and holds the key."""
    names = [field.name for field in fields(Quarantined)]
    query = select(*(quarantine.c[name] for name in names)).where(
        quarantine.c.round == rounds.find(database, round_name).key, scope_condition(scope, quarantine)
    )
    with database.read() as connection:
        return tuple(Quarantined(**row._mapping) for row in connection.execute(query))


def numbers(database: Database) -> Mapping[str, int]:
    """How many are in quarantine, by the name of their round."""
    query = (
        select(rounds_table.c.name, func.count())
        .join(quarantine, quarantine.c.round == rounds_table.c.key)
        .group_by(rounds_table.c.name)
    )
    with database.read() as connection:
        return {row[0]: row[1] for row in connection.execute(query)}


def release(database: Database, arrival: Arrival) -> bool:
    """Move a submission that can be decoded now among the interviews of its round; returns whether it was still there.

    Its receipt keeps the digest, so that the same submission stays harmless when it is sent again. Raises
    UNKNOWN_ROUND, ROUND_CLOSED, and UNKNOWN_VERSION where the version is of another questionnaire.
    """
    return database.change(_release, arrival)


def _release(connection: Connection, arrival: Arrival) -> bool:
    present = rounds.lock_round(connection, arrival.round)
    if present.closed:
        raise Problem(ROUND_CLOSED, round=arrival.round)
    asked = arrival.edition.questionnaire
    if present.questionnaire != asked.name:
        raise Problem(UNKNOWN_VERSION, questionnaire=present.questionnaire, version=asked.version)
    here = (quarantine.c.id == arrival.id, quarantine.c.round == present.key)
    gone = connection.execute(delete(quarantine).where(*here).returning(quarantine.c.banded))
    banded = gone.scalar_one_or_none()
    if banded is None:
        return False
    shredding.remember(connection, quarantine)
    # What its worker's bands have counted once they do not count again.
    add_rows(connection, responses, [{**row_of(arrival, present.key), "banded": banded}])
    connection.execute(update(receipts).where(receipts.c.id == arrival.id).values(outcome=arrival.outcome))
    return True
