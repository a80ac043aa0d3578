"""Interviews that no codebook could express: counted, read again with a corrected version, once, and never shown."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select, update

from survey.days import later, today
from survey.intake import gate, quarantined
from survey.intake.late_interviews import TakeResult
from survey.keys import quarantine as keys_quarantine
from survey.problems import Problem
from survey.questionnaire import codec
from survey.storage import questionnaires
from survey.storage.engine.database import Database
from survey.storage.field import rounds
from survey.storage.people import accounts, audit
from survey.storage.people.accounts import Account
from survey.storage.tables import quarantine, receipts
from survey.storage.tables import responses as responses_table
from tests.support.factories import ROUND, answers, field, mended, submission

CODE = "0682003391"


def count(database: Database, table: Any) -> int:
    with database.read() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def rows(database: Database) -> list[Any]:
    with database.read() as connection:
        return list(connection.execute(select(responses_table)).all())


def refusal(act: Any) -> str:
    with pytest.raises(Problem) as raised:
        act()
    return raised.value.kind.code


def blue(worker: Account, **changes: Any) -> Any:
    return submission(worker, answers=answers(q1="blue"), **changes)


def test_what_a_mended_version_knows_counts_with_its_number_and_its_day(database: Database) -> None:
    worker = field(database)
    sent = blue(worker, day=later(today(), -9), withdrawal_code=CODE)
    gate.accept(database, sent)
    gate.accept(database, submission(worker, answers=answers(q2="red", q1="blue")))
    waiting = quarantined.waiting(database, ROUND)
    assert (waiting.interviews, waiting.versions, sum(waiting.questions.values())) == (2, {"1": 2}, 2)
    edition = questionnaires.publish(database, mended())
    assert quarantined.take(database, ROUND, "2", "boss") == TakeResult(joined=1, left=1)
    (row,) = rows(database)
    present = rounds.find(database, ROUND)
    assert (bytes(row.id), row.day, row.round, row.questionnaire) == (
        sent.id.bytes,
        sent.day,
        present.key,
        edition.key,
    )
    assert codec.unpack(edition.questionnaire.codebook, row.answers)["q1"] == "blue"
    assert (row.channel, row.worker, row.minutes, row.language) == (
        "api",
        worker.name,
        3,
        sent.language or "ur",
    )
    # Sent again it is the same interview, not a second one and no conflict.
    again = gate.accept(database, sent)
    assert (again.outcome, again.kept) == ("repeated", "stored")
    assert quarantined.take(database, ROUND, "2") == TakeResult(joined=0, left=1)
    assert len(rows(database)) == 1
    gate.withdraw(database, CODE)
    assert rows(database) == []
    with database.read() as connection:
        kept = connection.execute(
            select(receipts.c.outcome).where(receipts.c.id == sent.id.bytes)
        ).scalar_one()
    assert kept == "withdrawn"
    events = [(one.account, one.event, one.detail) for one in audit.entries(database)]
    assert ("boss", "unreadable interviews taken in", f"{ROUND} 2 1") in events


@pytest.mark.slow
def test_two_administrators_at_once_take_each_interview_once(sqlite_database: Database) -> None:
    worker = field(sqlite_database)
    for _ in range(12):
        gate.accept(sqlite_database, blue(worker))
    questionnaires.publish(sqlite_database, mended())
    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(lambda _: quarantined.take(sqlite_database, ROUND, "2"), range(4)))
    assert sum(one.joined for one in taken) == 12
    assert (len(rows(sqlite_database)), count(sqlite_database, quarantine)) == (12, 0)


def test_a_closed_round_takes_none_and_an_ending_one_does(sqlite_database: Database) -> None:
    worker = field(sqlite_database)
    gate.accept(sqlite_database, blue(worker))
    gate.accept(sqlite_database, submission(worker, answers=answers(q1="red")))
    questionnaires.publish(sqlite_database, mended())
    rounds.end(sqlite_database, ROUND, 14)
    assert quarantined.take(sqlite_database, ROUND, "2") == TakeResult(1, 1)
    rounds.close(sqlite_database, ROUND)
    questionnaires.publish(sqlite_database, mended("3", option="red"))
    assert refusal(lambda: quarantined.take(sqlite_database, ROUND, "3")) == "round_closed"
    assert (len(rows(sqlite_database)), count(sqlite_database, quarantine)) == (1, 1)


def test_a_version_or_round_that_does_not_exist_is_refused(sqlite_database: Database) -> None:
    gate.accept(sqlite_database, blue(field(sqlite_database)))
    assert refusal(lambda: quarantined.take(sqlite_database, ROUND, "7")) == "unknown_version"
    assert refusal(lambda: quarantined.take(sqlite_database, "1999", "1")) == "unknown_round"
    # The version that could not express it cannot now.
    assert quarantined.take(sqlite_database, ROUND, "1") == TakeResult(0, 1)


def test_the_gate_judges_it_as_it_judges_everybody(sqlite_database: Database) -> None:
    """A mark of practice that could not be read leaves it out, whenever it can be read; so does a man's interview of a woman."""
    worker = field(sqlite_database)
    man = accounts.add(sqlite_database, "worker", "M1", districts=("bannu",))
    gate.accept(sqlite_database, replace(blue(worker), unread=("practice",)))
    gate.accept(sqlite_database, blue(man))
    # He has moved since; that he may send from there was asked when it came.
    accounts.set_districts(sqlite_database, "M1", ("swat",))
    questionnaires.publish(sqlite_database, mended())
    assert quarantined.take(sqlite_database, ROUND, "2") == TakeResult(2, 0)
    flags = {row.worker: row.flags for row in rows(sqlite_database)}
    assert all(row.excluded for row in rows(sqlite_database))
    assert '["unread_field","practice","exclude"]' in flags[worker.name]
    assert '["woman_worker","p_gender","exclude"]' in flags["M1"]


def test_what_the_bands_of_a_worker_counted_once_they_do_not_count_again(sqlite_database: Database) -> None:
    worker = field(sqlite_database)
    counted, new = blue(worker), blue(worker)
    for sent in (counted, new):
        gate.accept(sqlite_database, sent)
    mark = update(quarantine).where(quarantine.c.id == counted.id.bytes).values(banded=True)
    sqlite_database.change(lambda connection: connection.execute(mark))
    questionnaires.publish(sqlite_database, mended())
    quarantined.take(sqlite_database, ROUND, "2")
    assert {bytes(row.id): row.banded for row in rows(sqlite_database)} == {
        counted.id.bytes: True,
        new.id.bytes: False,
    }


def test_what_earlier_versions_sealed_is_read_too(sqlite_database: Database) -> None:
    worker = field(sqlite_database)
    sent = blue(worker, channel="sealed")
    gate.accept(sqlite_database, sent)
    plain = keys_quarantine.seal_quarantine(sqlite_database.home, sent.canonical(), sent.id.bytes)
    sqlite_database.change(lambda connection: connection.execute(update(quarantine).values(sealed=plain)))
    questionnaires.publish(sqlite_database, mended())
    assert quarantined.take(sqlite_database, ROUND, "2") == TakeResult(1, 0)


def test_what_a_lost_key_sealed_is_counted_and_stays(sqlite_database: Database) -> None:
    gate.accept(sqlite_database, blue(field(sqlite_database)))
    sqlite_database.change(
        lambda connection: connection.execute(update(quarantine).values(sealed=b"x" * 200))
    )
    questionnaires.publish(sqlite_database, mended())
    assert quarantined.waiting(sqlite_database, ROUND).versions == {"?": 1}
    assert quarantined.take(sqlite_database, ROUND, "2") == TakeResult(0, 1)
