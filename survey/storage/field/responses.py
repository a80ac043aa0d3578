"""Responses: kept once, withdrawn, voided, purged, and read for counting. Every read names a Scope."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    LargeBinary,
    Table,
    and_,
    cast,
    delete,
    exists,
    func,
    literal,
    select,
    true,
    update,
)

from survey.problems import CONFLICT, NOTHING_TO_LEAVE_OUT, ROUND_CLOSED, UNKNOWN_ROUND, Problem
from survey.questionnaire import codec
from survey.questionnaire.expressions.values import Context
from survey.questionnaire.model import ROUND, Questionnaire
from survey.questionnaire.rules import MISSING, NOT_REACHED, valid_answers
from survey.storage import questionnaires
from survey.storage.engine import shredding
from survey.storage.engine.database import Database
from survey.storage.engine.statements import add_rows, rows_among
from survey.storage.field import rounds
from survey.storage.field.deleted import GONE, WITHDRAWN, forget
from survey.storage.field.rounds import Round
from survey.storage.people import audit
from survey.storage.questionnaires import Edition
from survey.storage.scope import Scope
from survey.storage.tables import late, quarantine, receipts, responses, tallies
from survey.storage.tables import questionnaires as questionnaires_table
from survey.storage.tables import rounds as rounds_table

#: What became of a submission → the table that its row goes to.
TABLE_OF: Final[Mapping[str, Table]] = {
    "stored": responses,
    "quarantined": quarantine,
    "refused": tallies,
    "under_age": tallies,
    "practice": tallies,
}
#: Interviews that a reader counts at once, about.
CHUNK: Final = 50_000

# Statements on the way of every submission are built once.
_RECEIPTS: Final = select(receipts.c.id, receipts.c.digest, receipts.c.outcome)
_ROUNDS: Final = (
    select(
        rounds_table.c.name,
        rounds_table.c.key,
        rounds_table.c.state,
        rounds_table.c.ending_day,
        rounds_table.c.closing_day,
        questionnaires_table.c.name,
    )
    .join(questionnaires_table, questionnaires_table.c.key == rounds_table.c.questionnaire)
    .with_for_update(read=True, of=rounds_table)
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A judged submission on its way to the table of its outcome; `row` holds that table's other columns."""

    id: bytes
    digest: bytes
    outcome: str
    edition: Edition
    round: str
    row: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of an arrival: its outcome, and whether it had been here before."""

    outcome: str
    repeated: bool


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some packed interviews of one version, one after the other, each `edition.questionnaire.codebook.width` long.

    Answers that a flag says to treat as missing are already "no answer".
    """

    edition: Edition
    count: int
    answers: bytes


def keep(database: Database, arrival: Arrival) -> Kept:
    """Keep an arrival once: the same again is harmless, a different one is a CONFLICT.

    Raises UNKNOWN_ROUND, or ROUND_CLOSED where the round is over or no longer begins interviews of that day, for an
    arrival that was not here before.
    """
    verdict = database.write(_keep, arrival)
    if isinstance(verdict, Problem):
        raise verdict
    return verdict


def _keep(connection: Connection, arrivals: Sequence[Arrival]) -> list[Kept | Problem]:
    known = _receipts(connection, [arrival.id for arrival in arrivals])
    present = _rounds_by_name(connection, {arrival.round for arrival in arrivals})
    verdicts: list[Kept | Problem] = []
    new: list[Arrival] = []
    for arrival in arrivals:
        verdict = _repetition(arrival, known.get(arrival.id)) or _refusal(arrival, present.get(arrival.round))
        if verdict is None:
            verdict = Kept(arrival.outcome, repeated=False)
            known[arrival.id] = (arrival.digest, arrival.outcome)
            new.append(arrival)
        verdicts.append(verdict)
    _insert(connection, new, present)
    return verdicts


def _receipts(connection: Connection, ids: list[bytes]) -> dict[bytes, tuple[bytes, str]]:
    rows = rows_among(connection, _RECEIPTS, receipts.c.id, ids)
    return {bytes(key): (bytes(digest), outcome) for key, digest, outcome in rows}


class _Present(NamedTuple):
    """What the gate must know of a round."""

    key: int
    state: str
    ending_day: str | None
    closing_day: str | None
    questionnaire: str


def _rounds_by_name(connection: Connection, names: set[str]) -> dict[str, _Present]:
    rows = rows_among(connection, _ROUNDS, rounds_table.c.name, list(names))
    return {name: _Present(*known) for name, *known in rows}


def _repetition(arrival: Arrival, receipt: tuple[bytes, str] | None) -> Kept | Problem | None:
    if receipt is None:
        return None
    digest, outcome = receipt
    if outcome in GONE or digest == arrival.digest:
        return Kept(outcome, repeated=True)
    return Problem(CONFLICT)


def _refusal(arrival: Arrival, present: _Present | None) -> Problem | None:
    if present is None or present.questionnaire != arrival.edition.questionnaire.name:
        return Problem(UNKNOWN_ROUND, round=arrival.round)
    taken = rounds.takes(present.state, present.ending_day, present.closing_day, arrival.row["day"])
    return None if taken else Problem(ROUND_CLOSED, round=arrival.round)


def _insert(connection: Connection, new: list[Arrival], present: Mapping[str, _Present]) -> None:
    rows: dict[Table, list[dict[str, Any]]] = {}
    for arrival in new:
        row = row_of(arrival, present[arrival.round].key)
        rows.setdefault(TABLE_OF[arrival.outcome], []).append(row)
        receipt = {"id": arrival.id, "digest": arrival.digest, "outcome": arrival.outcome}
        rows.setdefault(receipts, []).append(receipt)
    for table, several in rows.items():
        add_rows(connection, table, several)


def row_of(arrival: Arrival, round_key: int) -> dict[str, Any]:
    """The row of an arrival in the table of its outcome."""
    row = {**arrival.row, "id": arrival.id, "round": round_key}
    if arrival.outcome == "stored":
        row["questionnaire"] = arrival.edition.key
    return row


def withdraw(database: Database, tag: bytes) -> bool:
    """Delete the interview of that withdrawal tag until its round is closed, or while it is kept apart as a late one.

    Its receipt stays, emptied.
    """
    return database.change(_withdraw, tag)


def _withdraw(connection: Connection, tag: bytes) -> bool:
    not_closed = select(rounds_table.c.key).where(rounds.not_closed()).with_for_update(read=True)
    keys = connection.execute(not_closed).scalars().all()
    removed = [
        *_take_out(connection, late, late.c.withdrawal_tag == tag),
        *_take_out(connection, responses, responses.c.withdrawal_tag == tag, responses.c.round.in_(keys)),
        *_take_out(connection, quarantine, quarantine.c.withdrawal_tag == tag, quarantine.c.round.in_(keys)),
    ]
    forget(connection, removed, WITHDRAWN)
    return bool(removed)


def _take_out(connection: Connection, table: Table, *which: ColumnElement[bool]) -> list[bytes]:
    gone = delete(table).where(*which).returning(table.c.id)
    removed = list(connection.execute(gone).scalars())
    if removed:
        shredding.remember(connection, table)
    return removed


def void(
    database: Database,
    round_name: str,
    worker: str,
    day: str,
    by: str = "",
    scope: Scope = Scope.everywhere(),  # noqa: B008 - frozen, and a terminal may void anywhere
    *,
    seen: int | None = None,
) -> int | None:
    """Leave out what one worker brought on one day from the scope, before the round closes; returns how many.

    Raises NOTHING_TO_LEAVE_OUT where that is none: a wrong code or day must not look like work that was done. None, and
    nothing is left out, where there are not as many any more as were `seen` by who decides.
    """
    return database.change(_void, round_name, worker, day, by, scope, seen)


def _void(
    connection: Connection, round_name: str, worker: str, day: str, by: str, scope: Scope, seen: int | None
) -> int | None:
    present = rounds.lock_round(connection, round_name)
    if present.closed:
        raise Problem(ROUND_CLOSED, round=round_name)
    theirs = day_conditions(present.key, worker, day, scope)
    count = connection.execute(select(func.count()).select_from(responses).where(*theirs)).scalar_one()
    if not count:
        raise Problem(NOTHING_TO_LEAVE_OUT, worker=worker, day=day)
    if seen not in (None, count):
        return None
    connection.execute(update(responses).where(*theirs).values(voided=True))
    audit.add_entry(connection, by, "interviews voided", f"{round_name} {worker} {day}")
    return count


def day_conditions(round_key: int, worker: str, day: str, scope: Scope) -> tuple[ColumnElement[bool], ...]:
    """The conditions of what one worker brought on one day and nobody has left out yet."""
    theirs = (responses.c.round == round_key, responses.c.worker == worker, responses.c.day == day)
    return (*theirs, responses.c.voided.is_(False), scope_condition(scope, responses))


def packed_records(
    database: Database, scope: Scope, round_name: str, chunk: int = CHUNK, *, excluded_too: bool = False
) -> Iterator[Chunk]:
    """The interviews of a round that count, packed, about `chunk` at a time; in no order.

    `excluded_too` adds those that a rule leaves out, for numbers that must not reveal which ones they are.
    """
    present = rounds.find(database, round_name)
    those = counted_conditions(scope)[1:] if excluded_too else counted_conditions(scope)
    with database.read() as connection:
        for edition in _editions(connection, present):
            parts = _select_ranges(connection, those, present, edition)
            yield from _chunks(edition, round_name, parts, chunk)


def packed_records_by_worker(
    database: Database, scope: Scope, round_name: str
) -> tuple[tuple[Chunk, ...], ...]:
    """The same, apart for each field worker: in no order and without the workers' codes."""
    present = rounds.find(database, round_name)
    kept: dict[str, dict[Edition, list[Any]]] = {}
    with database.read() as connection:
        for edition in _editions(connection, present):
            for worker, *part in _select_ranges(
                connection, counted_conditions(scope), present, edition, responses.c.worker
            ):
                kept.setdefault(worker, {}).setdefault(edition, []).append(part)
    return tuple(
        tuple(
            chunk
            for edition, parts in several.items()
            for chunk in _chunks(edition, round_name, parts, CHUNK)
        )
        for several in kept.values()
    )


def versions(database: Database, present: Round) -> tuple[Questionnaire, ...]:
    """The questionnaires of all versions that were answered in a round."""
    with database.read() as connection:
        return tuple(edition.questionnaire for edition in _editions(connection, present))


def _editions(connection: Connection, present: Round) -> list[Edition]:
    """The versions that were answered in a round."""
    query = select(questionnaires_table.c.key).where(questionnaires_table.c.name == present.questionnaire)
    answered = exists().where(
        responses.c.round == present.key, responses.c.questionnaire == questionnaires_table.c.key
    )
    keys = connection.execute(query.where(answered)).scalars().all()
    return [questionnaires.edition_of_key(connection, key) for key in keys]


def _chunks(edition: Edition, round_name: str, parts: Iterable[Sequence[Any]], size: int) -> Iterator[Chunk]:
    """Put stretches together until they are worth counting; answers to be treated as missing are left out."""
    width = edition.questionnaire.codebook.width
    kept, length = list[bytes](), 0
    for plain, lines in parts:
        records = b"".join((plain or b"", *_without_flagged_answers(edition, round_name, lines or "")))
        kept.append(records)
        length += len(records)
        if length >= size * width:
            yield Chunk(edition, length // width, b"".join(kept))
            kept, length = [], 0
    if length:
        yield Chunk(edition, length // width, b"".join(kept))


def counted_conditions(scope: Scope) -> tuple[ColumnElement[bool], ...]:
    """The conditions under which an interview counts for a reader of that scope."""
    return (responses.c.excluded.is_(False), responses.c.voided.is_(False), scope_condition(scope, responses))


def scope_condition(scope: Scope, table: Table) -> ColumnElement[bool]:
    """The condition that a row is in the scope."""
    districts = scope.current()
    return true() if districts is None else table.c.district.in_(districts)


#: Whether a flag says to treat an answer as missing, seen from SQL.
_HAS_MISSING: Final = and_(responses.c.flags.is_not(None), responses.c.flags.contains('"missing"]'))


def _by_kind_of_database(name: str) -> tuple[ColumnElement[Any], ...]:
    """Records end to end, and those with answers to be left out as lines "hexadecimal record, day, flags"."""
    record, beside = responses.c.answers, " " + responses.c.day + " " + responses.c.flags
    if name == "postgresql":
        return (
            func.string_agg(record, literal(b"")).filter(~_HAS_MISSING),
            func.string_agg(func.encode(record, "hex") + beside, "\n").filter(_HAS_MISSING),
        )
    return (
        # SQLite joins the bytes of blobs as they are, zeros included, and calls the result a text.
        cast(func.group_concat(record, "").filter(~_HAS_MISSING), LargeBinary),
        func.group_concat(func.hex(record) + beside, "\n").filter(_HAS_MISSING),
    )


#: Random ids fill these stretches evenly, so that none of them holds too much.
_FIRST_BYTES: Final = tuple(bytes((first,)) for first in range(0, 256, 16))


def _select_ranges(
    connection: Connection,
    those: tuple[ColumnElement[bool], ...],
    present: Round,
    edition: Edition,
    *apart: ColumnElement[Any],
) -> Iterator[Sequence[Any]]:
    """One stretch of ids after the other: what it is kept apart by, records, and lines to be corrected.

    The database puts the records together by itself: a million rows are never objects here.
    """
    parts = select(*apart, *_by_kind_of_database(connection.dialect.name)).where(
        responses.c.round == present.key, responses.c.questionnaire == edition.key, *those
    )
    for first, last in zip_longest(_FIRST_BYTES, _FIRST_BYTES[1:]):
        stretch = [responses.c.id >= first, *([responses.c.id < last] if last else [])]
        yield from connection.execute(parts.where(*stretch).group_by(*apart))


def _without_flagged_answers(edition: Edition, round_name: str, lines: str) -> Iterator[bytes]:
    """The records of such lines, the answers left out that their flags call missing."""
    codebook = edition.questionnaire.codebook
    for line in lines.splitlines():
        record, day, flags = line.split(" ", 2)
        missing = {question: code for code, question, effect in json.loads(flags) if effect == MISSING}
        kept = codec.blank_answers(codebook, bytes.fromhex(record), missing)
        # An answer that was never reached opened nothing; one that broke a constraint did.
        opened = any(code != NOT_REACHED for code in missing.values())
        yield _valid_record(edition, round_name, kept, day) if opened else kept


def _valid_record(edition: Edition, round_name: str, record: bytes, day: str) -> bytes:
    """The record without answers to questions that only an answer left out had opened."""
    answers = {**codec.unpack(edition.questionnaire.codebook, record), ROUND: round_name}
    left = valid_answers(edition.questionnaire, answers, Context(today=day))
    return codec.blank_answers(edition.questionnaire.codebook, record, answers.keys() - left.keys())
