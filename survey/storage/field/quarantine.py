"""What lies in quarantine: submissions that no codebook can express, sealed, for whoever mends the questionnaire."""

from __future__ import annotations

from dataclasses import dataclass, fields

from sqlalchemy import select

from survey.storage.engine.database import Database
from survey.storage.field import rounds
from survey.storage.field.responses import within
from survey.storage.scope import Scope
from survey.storage.tables import quarantine


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A submission that could not be decoded: where it belongs, why, and its sealed content."""

    id: bytes
    district: str
    day: str
    worker: str
    reason: str
    sealed: bytes


def every(database: Database, scope: Scope, round_name: str) -> tuple[Quarantined, ...]:
    """What lies in quarantine, for whoever mends the questionnaire and holds the key."""
    names = [field.name for field in fields(Quarantined)]
    query = select(*(quarantine.c[name] for name in names)).where(
        quarantine.c.round == rounds.find(database, round_name).key, within(scope, quarantine)
    )
    with database.read() as connection:
        return tuple(Quarantined(**row._mapping) for row in connection.execute(query))
