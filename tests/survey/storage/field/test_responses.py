"""Responses: scope, voids, retention, and that nothing stored tells a time of day."""

from __future__ import annotations

import re
from collections import Counter
from random import Random

import pytest
from sqlalchemy import Date, DateTime, Interval, Table, Time, func, select, update

from survey import geography
from survey.days import later, today
from survey.intake import gate
from survey.problems import Problem
from survey.questionnaire.codec import unpack
from survey.storage import runtime_settings
from survey.storage.engine.database import Database
from survey.storage.field import coverage, responses, retention, rounds
from survey.storage.people import accounts, audit
from survey.storage.results import releases
from survey.storage.scope import Scope
from survey.storage.tables import metadata, quarantine, receipts, tallies
from survey.storage.tables import rounds as rounds_table
from tests.support.factories import ROUND, answers, field, questionnaire, random_answers, submission

EVERYWHERE = Scope.everywhere()


def _fill(database: Database, number: int) -> list[dict[str, object]]:
    worker = field(database)
    chance = Random(5)
    sent = [random_answers(chance) for _ in range(number)]
    for one in sent:
        gate.accept(database, submission(worker, answers=one))
    return sent


def _read(database: Database, scope: Scope, chunk: int = 50_000) -> list[dict[str, object]]:
    codebook = questionnaire().codebook
    return [
        unpack(codebook, one.answers[place : place + codebook.width])
        for one in responses.packed_records(database, scope, ROUND, chunk)
        for place in range(0, len(one.answers), codebook.width)
    ]


@pytest.mark.slow
def test_a_scope_shows_its_districts_whole_and_nothing_else(database: Database) -> None:
    sent = _fill(database, 150)
    counts = Counter(geography.reporting_of(str(one["district"])).id for one in sent)
    mine = [district for district, _ in counts.most_common(2)]
    read = _read(database, Scope.of(mine))
    assert Counter(geography.reporting_of(str(one["district"])).id for one in read) == {
        district: counts[district] for district in mine
    }
    assert _read(database, Scope.of([])) == []
    assert len(_read(database, EVERYWHERE, chunk=40)) == 150
    seen = coverage.interviews(database, Scope.of(mine), ROUND)
    assert {one.district for one in seen} == set(mine)
    assert sum(one.interviews for one in seen) == len(read)


@pytest.mark.slow
def test_coverage_counts_by_group_and_youth_alone_by_gender(database: Database) -> None:
    sent = _fill(database, 150)
    expected = Counter(
        (
            geography.reporting_of(str(one["district"])).id,
            one["p_group"],
            one["p_gender"] if one["p_group"] == "youth" else "",
        )
        for one in sent
    )
    seen = coverage.interviews(database, EVERYWHERE, ROUND)
    assert {(one.district, one.group, one.gender): one.interviews for one in seen} == expected


def test_workers_are_read_apart_and_without_their_codes(database: Database) -> None:
    worker = field(database)
    others = [accounts.add(database, "worker", f"W{number}", woman=True) for number in range(2, 5)]
    for place, who in enumerate([worker, *others, *others]):
        gate.accept(database, submission(who, answers=answers(rooms=place)))
    codebook = questionnaire().codebook
    rooms = codebook.by_name["rooms"].offset + 1
    seen = {
        frozenset(byte for chunk in chunks for byte in chunk.answers[rooms :: codebook.width])
        for chunks in responses.packed_records_by_worker(database, EVERYWHERE, ROUND)
    }
    assert seen == {frozenset({0}), frozenset({1, 4}), frozenset({2, 5}), frozenset({3, 6})}
    assert responses.packed_records_by_worker(database, Scope.of(["kohat"]), ROUND) == ()


def test_only_reporting_districts_make_a_scope() -> None:
    with pytest.raises(Problem):
        Scope.of(["atlantis"])
    assert Scope.of(["bannu"]).holds("bannu")
    assert not Scope.of(["bannu"]).holds("kohat")
    batagram = Scope.of(["batagram"]).current()
    assert batagram is not None
    assert {"batagram", "allai"} <= set(batagram)


def test_voided_interviews_do_not_count(database: Database) -> None:
    worker = field(database)
    other = accounts.add(database, "worker", "W2", woman=True)
    yesterday = later(today(), -1)
    for who, day in ((worker, today()), (worker, yesterday), (other, today())):
        gate.accept(database, submission(who, day=day))
    assert responses.void(database, ROUND, "W1", today(), seen=2) is None
    assert len(_read(database, EVERYWHERE)) == 3
    assert responses.void(database, ROUND, "W1", today(), by="C1", seen=1) == 1
    assert len(_read(database, EVERYWHERE)) == 2
    (beside,) = coverage.not_counted(database, EVERYWHERE, ROUND)
    assert beside.voided == 1
    quality = {one.worker: one for one in coverage.quality(database, EVERYWHERE, ROUND)}
    assert (quality["W1"].interviews, quality["W1"].voided, quality["W2"].voided) == (2, 1, 0)
    rounds.close(database, ROUND)
    with pytest.raises(Problem):
        responses.void(database, ROUND, "W2", today())


def _close_days_ago(database: Database, days: int) -> None:
    rounds.close(database, ROUND)
    day = later(today(), -days)
    database.change(
        lambda connection: connection.execute(update(rounds_table).values(closed_day=day)) and None
    )


def test_interviews_are_deleted_ninety_days_after_the_close_and_not_before(database: Database) -> None:
    worker = field(database)
    sent = submission(worker)
    gate.accept(database, sent)
    gate.accept(database, submission(worker, answers=answers(q1="?")))
    gate.accept(database, submission(worker, answers=answers(c_agree="no")))
    with pytest.raises(Problem):
        retention.purge(database, ROUND)
    _close_days_ago(database, 89)
    with pytest.raises(Problem):
        retention.purge(database, ROUND, after_days=365)
    assert retention.purge_due(database) == ()
    _set(database, rounds_table, closed_day=later(today(), -90))
    # Who decided saw a late interview that is not there any more.
    assert retention.purge(database, ROUND, seen_late=1) is None
    assert len(_read(database, EVERYWHERE)) == 1
    assert retention.purge_due(database) == (ROUND,)
    assert _read(database, EVERYWHERE) == []
    with database.read() as connection:
        assert connection.execute(select(quarantine)).all() == []
        assert len(connection.execute(select(receipts)).all()) == 3
        assert len(connection.execute(select(tallies)).all()) == 1
    assert gate.accept(database, sent).outcome == "repeated"
    assert rounds.find(database, ROUND).purged_day == today()
    assert retention.purge_due(database) == ()
    assert audit.entries(database)[-1].event == "round purged"


def test_deleted_answers_are_not_left_in_the_files(database: Database) -> None:
    worker = field(database)
    planted = b"\x7a\x5b" * 300
    gate.accept(database, submission(worker))
    gate.accept(database, submission(worker, answers=answers(q1="?")))
    _set(database, metadata.tables["responses"], answers=planted)
    _set(database, metadata.tables["quarantine"], sealed=planted)
    assert any(planted in content for content in _files(database))
    _close_days_ago(database, 90)
    retention.purge(database, ROUND)
    assert not any(planted in content for content in _files(database))


def _set(database: Database, table: Table, **values: object) -> None:
    database.change(lambda connection: connection.execute(update(table).values(**values)).rowcount)


def _files(database: Database) -> list[bytes]:
    """What the files of the tables hold; the write-ahead log of PostgreSQL is for its own upkeep to recycle."""
    if database.engine.dialect.name == "sqlite":
        return [path.read_bytes() for path in database.home.glob("survey.sqlite*")]
    with database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("CHECKPOINT")
        names = ("responses", "quarantine")
        return [
            connection.execute(select(func.pg_read_binary_file(func.pg_relation_filepath(name)))).scalar_one()
            for name in names
        ]


TIME_OF_DAY = re.compile(r"\d[T ]?\d{1,2}:\d{2}|\d{1,2}:\d{2}")
FILLED = {
    *("accounts", "account_districts", "audit", "preferences", "quarantine", "questionnaires", "receipts"),
    *("releases", "responses", "rounds", "tallies", "targets", "tokens"),
}
NOW = range(1_500_000_000, 4_000_000_000)


def test_no_time_of_day_is_stored_anywhere(database: Database) -> None:
    worker = field(database)
    accounts.add(database, "coordinator", "C1", districts=["bannu"], password_hash="x")
    accounts.add_token(database, "W1")
    for changes in ({}, {"c_agree": "no"}, {"q1": "?"}):
        gate.accept(database, submission(worker, answers=answers(**changes), withdrawal_code="1234567890"))
    with pytest.raises(Problem):
        gate.accept(database, submission(worker, answers=answers(p_age="under_18")))
    runtime_settings.name_local_body(database, "bannu", {"en": "the jirga"})
    rounds.close(database, ROUND)
    database.change(releases._store, ROUND, b"{}", "0")
    for table in metadata.tables.values():
        assert not any(isinstance(column.type, Date | DateTime | Time | Interval) for column in table.columns)
        with database.read() as connection:
            rows = connection.execute(select(table)).all()
        assert rows or table.name not in FILLED
        for row in rows:
            for name, value in row._mapping.items():
                assert not (isinstance(value, str) and TIME_OF_DAY.search(value)), (table.name, name)
                assert not (isinstance(value, int) and value in NOW), (table.name, name)
                assert not (name.endswith("day") and value and len(value) != 10)


def test_days_are_days() -> None:
    from survey.days import days_between, is_day

    assert is_day("2026-11-23")
    assert not any(
        is_day(text) for text in ("20261123", "2026-11-31", "2026-11-23T10:00", "2026-W01-1", "", 7, None)
    )
    assert days_between("2026-02-27", "2026-03-01") == 2
    assert later("2026-12-31", 1) == "2027-01-01"


def test_a_release_is_stored_once_and_of_a_closed_round(database: Database) -> None:
    def store(content: bytes) -> None:
        database.change(releases._store, ROUND, content, "1")

    field(database)
    with pytest.raises(Problem):
        store(b"figures")
    rounds.close(database, ROUND)
    store(b"figures")
    kept = releases.find(database, ROUND)
    assert (kept.content, len(kept.digest), releases.released_rounds(database)) == (b"figures", 64, (ROUND,))
    with pytest.raises(Problem):
        store(b"others")
    assert releases.find(database, ROUND) == kept
    with pytest.raises(Problem):
        releases.find(database, "another")
