"""Bands: how often a worker's interviews are flagged for their answers, so coarse that no single one can be seen.

A live number rises when one person answers, and so reveals how that person answered. A band is therefore made of at
least ten interviews of finished days, and made again only when ten more have come. Interviews are added to its sums and
never taken out, so that neither a withdrawal nor a day left out changes what is shown, now or later. It is of the whole
round, the same for everybody who may see the worker: two readers have nothing to subtract from each other.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, Connection, Table, func, insert, select, update

from survey.days import today
from survey.problems import BUSY, Problem
from survey.questionnaire.rules import MANNER
from survey.storage.engine.database import Database
from survey.storage.field import rounds
from survey.storage.tables import flag_bands, quarantine, responses

#: The least number of interviews between two bands of a worker.
LEAST: Final = 10
#: From this share on it is many.
MANY: Final = 0.25
_MARKED: Final = (responses, quarantine)
_SUMS: Final = ("interviews", "flagged", "excluded", "quarantined")


@dataclass(frozen=True, slots=True)
class Bands:
    """Of a worker's `interviews` that were looked at: none, some or many.

    `flagged` have an answer that breaks a rule, many refusals or one answer throughout; `excluded` are left out by a
    rule; `quarantined` could not be decoded.
    """

    interviews: int
    flagged: str
    excluded: str
    quarantined: str


def band(number: int, of: int) -> str:
    """The name of the band that a number out of so many falls into."""
    if not number:
        return "none"
    return "many" if number >= MANY * of else "some"


def bands(database: Database, round_name: str) -> dict[str, Bands]:
    """The bands of a round by worker; those of workers who have enough new interviews are made again first."""
    key = rounds.find(database, round_name).key
    with database.read() as connection:
        due = bool(_workers_due(connection, key))
    if due:
        _renew_bands(database, round_name)
    query = select(flag_bands).where(flag_bands.c.round == key)
    with database.read() as connection:
        return {row.worker: _bands(dict(row._mapping)) for row in connection.execute(query)}


def _renew_bands(database: Database, round_name: str) -> None:
    """Bands can wait for the next look; a reader must not wait for a busy writer."""
    try:
        database.change(_renew, round_name)
    except Problem as problem:
        if problem.kind is not BUSY:
            raise


def _bands(sums: Mapping[str, int]) -> Bands:
    of = sums["interviews"]
    return Bands(of, *(band(sums[name], of) for name in _SUMS[1:]))


def _waiting_conditions(table: Table, round_key: int) -> tuple[ColumnElement[bool], ...]:
    """Interviews of finished days that are in no band yet."""
    return (table.c.round == round_key, table.c.banded.is_(False), table.c.day < today())


def _workers_due(connection: Connection, round_key: int) -> tuple[str, ...]:
    """The workers with enough interviews for a new band."""
    waiting: Counter[str] = Counter()
    for table in _MARKED:
        query = select(table.c.worker, func.count()).where(*_waiting_conditions(table, round_key))
        for worker, number in connection.execute(query.group_by(table.c.worker)):
            waiting[worker] += number
    return tuple(worker for worker, number in sorted(waiting.items()) if number >= LEAST)


def _renew(connection: Connection, round_name: str) -> None:
    # Interviews arrive and are withdrawn with a share of this lock: what was counted is what will be marked.
    key = rounds.lock_round(connection, round_name).key
    for worker in _workers_due(connection, key):
        _add(connection, key, worker, _mark(connection, key, worker))


def _mark(connection: Connection, round_key: int, worker: str) -> Counter[str]:
    """Mark what waits of a worker, and its sums."""
    sums: Counter[str] = Counter()
    for table, columns in ((responses, (responses.c.flags, responses.c.excluded)), (quarantine, ())):
        marked = update(table).where(*_waiting_conditions(table, round_key), table.c.worker == worker)
        rows = connection.execute(marked.values(banded=True).returning(table.c.id, *columns)).all()
        sums["interviews"] += len(rows)
        if columns:
            sums["flagged"] += sum(concern_answers(row.flags) for row in rows)
            sums["excluded"] += sum(row.excluded for row in rows)
        else:
            sums["quarantined"] += len(rows)
    return sums


def concern_answers(flags: str | None) -> bool:
    """Whether stored flags say anything about answers, and not only about the manner of the interview."""
    written: Iterable[tuple[str, str, str]] = json.loads(flags) if flags else ()
    return any(code not in MANNER for code, _, _ in written)


def _add(connection: Connection, round_key: int, worker: str, sums: Counter[str]) -> None:
    more = {name: flag_bands.c[name] + sums[name] for name in _SUMS}
    theirs = (flag_bands.c.round == round_key, flag_bands.c.worker == worker)
    if not connection.execute(update(flag_bands).where(*theirs).values(**more)).rowcount:
        row = {"round": round_key, "worker": worker, **{name: sums[name] for name in _SUMS}}
        connection.execute(insert(flag_bands), row)
