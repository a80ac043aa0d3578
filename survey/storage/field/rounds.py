"""Rounds: one field period each, opened with targets, ending while phones send what waits, closed once and for good."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, insert, or_, select, update

from survey.days import later, today
from survey.problems import (
    BAD_NAME,
    LONG_ROUND,
    RESERVED_NAME,
    ROUND_CLOSED,
    ROUND_ENDING,
    ROUND_OPEN,
    ROUND_TAKEN,
    UNKNOWN_ROUND,
    Problem,
)
from survey.questionnaire import header
from survey.storage.engine.database import Database
from survey.storage.people import audit, devices
from survey.storage.questionnaires import Edition
from survey.storage.scope import check_districts
from survey.storage.tables import questionnaires, rounds, targets

#: A round's name is part of web addresses.
NAME: Final = re.compile(r"\w[\w.-]{0,49}")
#: Names that some computers keep for devices, with any ending behind a dot; they also drop a dot at the end.
_RESERVED: Final = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?|.*\.", re.IGNORECASE)
OPEN: Final = "open"
ENDING: Final = "ending"
CLOSED: Final = "closed"
#: Days that a phone's clock may be ahead: so far a waiting interview may be dated after the day its round began to end.
AHEAD_DAYS: Final = 1


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
    ending_day: str | None = None
    closing_day: str | None = None

    @property
    def open(self) -> bool:
        """Whether new interviews are begun."""
        return self.state == OPEN

    @property
    def ending(self) -> bool:
        """Whether only interviews are taken that were held before."""
        return self.state == ENDING

    @property
    def closed(self) -> bool:
        """Whether it is over for good."""
        return self.state == CLOSED


#: (reporting district, group) → interviews wanted.
Targets = Mapping[tuple[str, str], int]


def start(
    database: Database,
    name: str,
    edition: Edition,
    wanted: Targets | None = None,
    by: str = "",
    opened_day: str | None = None,
) -> Round:
    """Open a round, today or as of an earlier day; raises what `check_name` raises, ROUND_TAKEN, and UNKNOWN_DISTRICT for a target's."""
    check_name(name, edition.questionnaire.name, edition.questionnaire.version)
    check_districts(district for district, _ in wanted or {})
    database.change(_start, name, edition, dict(wanted or {}), opened_day or today(), by)
    return find(database, name)


def check_name(name: str, questionnaire: str, version: str) -> None:
    """Refuse what cannot name a round of that questionnaire; raises BAD_NAME, RESERVED_NAME or LONG_ROUND.

    Files are called after a round, and its name is in the header of every sealed interview.
    """
    if not NAME.fullmatch(name):
        raise Problem(BAD_NAME, name=name)
    if _RESERVED.fullmatch(name):
        raise Problem(RESERVED_NAME, name=name, example=today()[:7])
    demand_room(name, questionnaire, version)


def demand_room(name: str, questionnaire: str, version: str) -> None:
    """Refuse a round of which no phone could seal an interview; raises LONG_ROUND."""
    if number := header.excess_letters(questionnaire, version, name):
        holes = {"round": name, "questionnaire": questionnaire, "version": version}
        raise Problem(LONG_ROUND, number=str(number), **holes)


def _start(
    connection: Connection, name: str, edition: Edition, wanted: Targets, opened_day: str, by: str
) -> None:
    if connection.execute(select(rounds.c.key).where(rounds.c.name == name)).first():
        raise Problem(ROUND_TAKEN, round=name)
    row = {"name": name, "questionnaire": edition.key, "state": OPEN, "opened_day": opened_day}
    key = connection.execute(insert(rounds).returning(rounds.c.key), row).scalar_one()
    rows = [
        {"round": key, "district": district, "group": group, "target": target}
        for (district, group), target in wanted.items()
    ]
    if rows:
        connection.execute(insert(targets), rows)
    audit.add_entry(connection, by, "round opened", name)


def end(database: Database, name: str, days: int, by: str = "") -> Round:
    """Begin to end a round: what waits on phones is taken for so many days, at least one, then it closes by itself.

    Raises UNKNOWN_ROUND, ROUND_ENDING or ROUND_CLOSED.
    """
    database.change(_end, name, max(days, 1), by)
    return find(database, name)


def _end(connection: Connection, name: str, days: int, by: str) -> None:
    present = lock_round(connection, name)
    if present.closed:
        raise Problem(ROUND_CLOSED, round=name)
    if present.ending:
        raise ending_problem(present)
    change = update(rounds).where(rounds.c.key == present.key)
    connection.execute(change.values(state=ENDING, ending_day=today(), closing_day=later(today(), days)))
    devices.await_all(connection, present.key)
    audit.add_entry(connection, by, "round ending", name)


def close(database: Database, name: str, by: str = "") -> Round:
    """Close a round for good and at once, open or ending; raises UNKNOWN_ROUND or ROUND_CLOSED."""
    database.change(_close, name, by)
    return find(database, name)


def _close(connection: Connection, name: str, by: str) -> None:
    present = lock_round(connection, name)
    if present.closed:
        raise Problem(ROUND_CLOSED, round=name)
    change = update(rounds).where(rounds.c.key == present.key)
    connection.execute(change.values(state=CLOSED, closed_day=today()))
    _finish_closing(connection, present.key, name, by)


def _finish_closing(connection: Connection, key: int, name: str, by: str) -> None:
    devices.await_none(connection, key)
    audit.add_entry(connection, by, "round closed", name)


def close_due_rounds(database: Database) -> None:
    """Close every round whose days of ending are over. They count as closed before: this writes it down."""
    query = select(rounds.c.name).where(rounds.c.state == ENDING, rounds.c.closing_day <= today())
    with database.read() as connection:
        names = connection.execute(query).scalars().all()
    for name in names:
        database.change(lock_round, name)


def closed_round(database: Database, name: str) -> Round:
    """A round that is over; raises UNKNOWN_ROUND, ROUND_OPEN or ROUND_ENDING."""
    # Under its lock: no interview that found it ending is then still on its way into the database.
    return require_closed(database.change(lock_round, name))


def require_closed(present: Round) -> Round:
    """The same round; raises ROUND_OPEN or ROUND_ENDING unless it is over."""
    if present.ending:
        raise ending_problem(present)
    if not present.closed:
        raise Problem(ROUND_OPEN, round=present.name)
    return present


def ending_problem(present: Round) -> Problem:
    """What is said of a round that is ending."""
    return Problem(ROUND_ENDING, round=present.name, day=str(present.closing_day))


def takes(state: str, ending_day: str | None, closing_day: str | None, day: str) -> bool:
    """Whether a round takes an interview of that day: any while it is open, what waited while it ends."""
    if state != ENDING or ending_day is None or closing_day is None:
        return state == OPEN
    return closing_day > today() and day <= later(ending_day, AHEAD_DAYS)


def not_closed() -> ColumnElement[bool]:
    """The condition that a round is not over."""
    return or_(rounds.c.state == OPEN, and_(rounds.c.state == ENDING, rounds.c.closing_day > today()))


def lock_round(connection: Connection, name: str) -> Round:
    """The round, which nobody else can change before this transaction ends; closed if its days of ending are over."""
    due = (rounds.c.name == name, rounds.c.state == ENDING, rounds.c.closing_day <= today())
    settled = update(rounds).where(*due).values(state=CLOSED, closed_day=rounds.c.closing_day)
    for key in connection.execute(settled.returning(rounds.c.key)).scalars().all():
        _finish_closing(connection, key, name, "")
    return _round_named(
        connection.execute(_rounds().where(rounds.c.name == name).with_for_update(of=rounds)).one_or_none(),
        name,
    )


def find(database: Database, name: str) -> Round:
    """The round of that name; raises UNKNOWN_ROUND."""
    if not NAME.fullmatch(name):
        raise Problem(UNKNOWN_ROUND, round="?")
    with database.read() as connection:
        return _round_named(connection.execute(_rounds().where(rounds.c.name == name)).one_or_none(), name)


def all_rounds(database: Database) -> tuple[Round, ...]:
    """All rounds, the last one first."""
    with database.read() as connection:
        return tuple(
            _round_from_row(row) for row in connection.execute(_rounds().order_by(rounds.c.key.desc()))
        )


def open_rounds(database: Database) -> tuple[Round, ...]:
    """The rounds in which interviews are begun, the last one first."""
    return tuple(round_ for round_ in all_rounds(database) if round_.open)


def unfinished_rounds(database: Database) -> tuple[Round, ...]:
    """The rounds that are open or ending, the last one first."""
    return tuple(round_ for round_ in all_rounds(database) if not round_.closed)


def targets_of(database: Database, name: str) -> Targets:
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
        rounds.c.ending_day,
        rounds.c.closing_day,
    ).join(questionnaires, questionnaires.c.key == rounds.c.questionnaire)


def _round_from_row(row: Row[Any]) -> Round:
    found = Round(**row._mapping)
    if found.ending and found.closing_day is not None and found.closing_day <= today():
        # Its days are over: it is closed for every reader, whether that is written down yet or not.
        return replace(found, state=CLOSED, closed_day=found.closing_day)
    return found


def _round_named(row: Row[Any] | None, name: str) -> Round:
    if row is None:
        raise Problem(UNKNOWN_ROUND, round=name)
    return _round_from_row(row)
