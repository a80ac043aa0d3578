"""Rounds: one field period each, opened with targets, closed once and never again opened."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, insert, select, update

from survey.problems import BAD_NAME, ROUND_CLOSED, ROUND_TAKEN, UNKNOWN_ROUND, Problem
from survey.storage import audit
from survey.storage.database import Database
from survey.storage.days import today
from survey.storage.questionnaires import Edition
from survey.storage.scope import check_districts
from survey.storage.tables import questionnaires, rounds, targets

#: A round's name is part of web addresses.
NAME: Final = re.compile(r"\w[\w.-]{0,49}")


@dataclass(frozen=True, slots=True)
class Round:
    """One field period and the questionnaire it was opened with."""

    key: int
    name: str
    questionnaire: str
    version: str
    state: str
    opened_day: str
    closed_day: str | None
    purged_day: str | None

    @property
    def open(self) -> bool:
        """Whether interviews are still taken."""
        return self.state == "open"


#: (reporting district, group) → interviews wanted.
Targets = Mapping[tuple[str, str], int]


def start(
    database: Database, name: str, edition: Edition, wanted: Targets | None = None, by: str = ""
) -> Round:
    """Open a round; raises BAD_NAME, ROUND_TAKEN for a name used before, UNKNOWN_DISTRICT for a target's."""
    if not NAME.fullmatch(name):
        raise Problem(BAD_NAME, name=name)
    check_districts(district for district, _ in wanted or {})
    database.change(_start, name, edition, dict(wanted or {}), by)
    return find(database, name)


def _start(connection: Connection, name: str, edition: Edition, wanted: Targets, by: str) -> None:
    if connection.execute(select(rounds.c.key).where(rounds.c.name == name)).first():
        raise Problem(ROUND_TAKEN, round=name)
    row = {"name": name, "questionnaire": edition.key, "state": "open", "opened_day": today()}
    key = connection.execute(insert(rounds).returning(rounds.c.key), row).scalar_one()
    rows = [
        {"round": key, "district": district, "group": group, "target": target}
        for (district, group), target in wanted.items()
    ]
    if rows:
        connection.execute(insert(targets), rows)
    audit.enter(connection, by, "round opened", name)


def close(database: Database, name: str, by: str = "") -> Round:
    """Close a round for good; raises UNKNOWN_ROUND or ROUND_CLOSED."""
    database.change(_close, name, by)
    return find(database, name)


def _close(connection: Connection, name: str, by: str) -> None:
    present = locked(connection, name)
    if not present.open:
        raise Problem(ROUND_CLOSED, round=name)
    change = update(rounds).where(rounds.c.key == present.key)
    connection.execute(change.values(state="closed", closed_day=today()))
    audit.enter(connection, by, "round closed", name)


def locked(connection: Connection, name: str) -> Round:
    """The round, which nobody else can change before this transaction ends."""
    return _one(
        connection.execute(_rounds().where(rounds.c.name == name).with_for_update(of=rounds)).one_or_none(),
        name,
    )


def find(database: Database, name: str) -> Round:
    """The round of that name; raises UNKNOWN_ROUND."""
    if not NAME.fullmatch(name):
        raise Problem(UNKNOWN_ROUND, round="?")
    with database.read() as connection:
        return _one(connection.execute(_rounds().where(rounds.c.name == name)).one_or_none(), name)


def every(database: Database) -> tuple[Round, ...]:
    """All rounds, the last one first."""
    with database.read() as connection:
        return tuple(_round(row) for row in connection.execute(_rounds().order_by(rounds.c.key.desc())))


def current(database: Database) -> tuple[Round, ...]:
    """The rounds that take interviews, the last one first."""
    return tuple(one for one in every(database) if one.open)


def wanted(database: Database, name: str) -> Targets:
    """Interviews wanted by reporting district and group."""
    with database.read() as connection:
        rows = connection.execute(
            select(targets.c.district, targets.c.group, targets.c.target)
            .join(rounds, rounds.c.key == targets.c.round)
            .where(rounds.c.name == name)
        )
        return {(row.district, row.group): row.target for row in rows}


def _rounds() -> Select[Any]:
    return select(
        rounds.c.key,
        rounds.c.name,
        questionnaires.c.name.label("questionnaire"),
        questionnaires.c.version,
        rounds.c.state,
        rounds.c.opened_day,
        rounds.c.closed_day,
        rounds.c.purged_day,
    ).join(questionnaires, questionnaires.c.key == rounds.c.questionnaire)


def _round(row: Row[Any]) -> Round:
    return Round(**row._mapping)


def _one(row: Row[Any] | None, name: str) -> Round:
    if row is None:
        raise Problem(UNKNOWN_ROUND, round=name)
    return _round(row)
