"""Interviews that came after their round was over: sealed, found by their code, taken into a later round or left out."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import func, select, update

from survey import days
from survey.days import later, today
from survey.intake import envelope, gate, late_interviews
from survey.intake.submission import Submission
from survey.keys import quarantine as keys_quarantine
from survey.keys import record_keys
from survey.problems import DATABASE_DAMAGED, OTHER_VERSION, UNDER_AGE, Problem
from survey.storage import questionnaires
from survey.storage.engine import shredding
from survey.storage.engine.database import Database, migrate
from survey.storage.field import coverage, envelopes, late, retention, rounds
from survey.storage.people import accounts
from survey.storage.people.accounts import Account
from survey.storage.scope import Scope
from survey.storage.tables import late as late_table
from survey.storage.tables import quarantine, receipts
from survey.storage.tables import responses as responses_table
from tests.support import envelopes as phone
from tests.support.factories import ROUND, answers, field, questionnaire, submission

NEXT = "2027-spring"
CODE = "0682003391"


def refusal(act) -> str:  # type: ignore[no-untyped-def]
    with pytest.raises(Problem) as raised:
        act()
    return raised.value.kind.code


def count(database: Database, table: Any) -> int:
    with database.read() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def over(database: Database) -> Account:
    """A closed round and its worker, with the next one open."""
    worker = field(database)
    rounds.close(database, ROUND)
    rounds.start(database, NEXT, questionnaires.publish(database, questionnaire()))
    return worker


def outcome(database: Database) -> str:
    with database.read() as connection:
        return str(connection.execute(select(receipts.c.outcome)).scalar_one())


def test_a_latecomer_joins_the_next_round_with_its_number_day_and_a_note(database: Database) -> None:
    worker = over(database)
    sent = submission(worker, day=later(today(), -9), withdrawal_code=CODE)
    assert gate.accept(database, sent).kept == "late"
    assert count(database, responses_table) == 0
    assert [one.name for one in late.joinable(database, ROUND)] == [NEXT]
    assert late_interviews.take(database, ROUND, NEXT) == late_interviews.TakeResult(joined=1, left=0)
    with database.read() as connection:
        (row,) = connection.execute(select(responses_table)).all()
    host = rounds.find(database, NEXT)
    assert (bytes(row.id), row.day, row.round, row.channel) == (sent.id.bytes, sent.day, host.key, "api")
    assert '["late","","note"]' in row.flags
    assert not row.excluded
    # Sent again it is the same interview, not a second one and no conflict.
    again = gate.accept(database, sent)
    assert (again.outcome, again.kept) == ("repeated", "stored")
    assert late.joinable(database, ROUND) == ()
    assert count(database, responses_table) == 1
    gate.withdraw(database, CODE)
    assert (count(database, responses_table), outcome(database)) == (0, "withdrawn")


def test_a_sealed_interview_joins_like_any_other(sqlite_database: Database) -> None:
    worker, identity = over(sqlite_database), phone.new_id()
    body = phone.sealed(sqlite_database.home, identity, phone.record(answers()), round=ROUND)
    receipts_ = [envelope.accept(sqlite_database, body, identity, worker) for _ in range(2)]
    assert [(one.outcome, one.kept, one.digest) for one in receipts_] == [
        ("stored", "late", envelope.digest(body)),
        ("repeated", "late", envelope.digest(body)),
    ]
    late_interviews.take(sqlite_database, ROUND, NEXT)
    again = envelope.accept(sqlite_database, body, identity, worker)
    assert (again.outcome, again.kept) == ("repeated", "stored")
    assert count(sqlite_database, responses_table) == 1


def test_what_comes_late_becomes_what_it_would_have_been(sqlite_database: Database) -> None:
    worker = over(sqlite_database)
    gate.accept(sqlite_database, submission(worker, answers=answers(q1="?"), withdrawal_code=CODE))
    gate.accept(sqlite_database, submission(worker, answers=answers(c_agree="no")))
    gate.accept(sqlite_database, submission(worker, practice=True))
    young = submission(worker, answers=answers(p_age="under_18", q1="very"))
    for _ in range(2):
        assert refusal(lambda: gate.accept(sqlite_database, young)) == UNDER_AGE.code
    assert late.numbers(sqlite_database) == {ROUND: 4}
    assert late_interviews.take(sqlite_database, ROUND, NEXT) == late_interviews.TakeResult(4, 0)
    (beside,) = coverage.not_counted(sqlite_database, Scope.everywhere(), NEXT)
    assert (beside.refused, beside.under_age, beside.practice) == (1, 1, 1)
    assert count(sqlite_database, quarantine) == 1
    gate.withdraw(sqlite_database, CODE)
    assert count(sqlite_database, quarantine) == 0


def test_what_could_not_be_read_of_it_costs_the_same_when_it_comes_late(sqlite_database: Database) -> None:
    """An interview whose mark of practice cannot be read is left out, whenever it comes."""
    worker = over(sqlite_database)
    gate.accept(sqlite_database, replace(submission(worker), unread=("practice",)))
    assert late_interviews.take(sqlite_database, ROUND, NEXT) == late_interviews.TakeResult(1, 0)
    with sqlite_database.read() as connection:
        (row,) = connection.execute(select(responses_table.c.excluded, responses_table.c.flags)).all()
    assert row.excluded
    assert "unread_field" in row.flags


def test_of_people_under_age_no_answer_lies_apart_either(sqlite_database: Database) -> None:
    worker = over(sqlite_database)
    with pytest.raises(Problem):
        gate.accept(sqlite_database, submission(worker, answers=answers(p_age="under_18", q1="very")))
    with sqlite_database.read() as connection:
        (row,) = connection.execute(select(late_table)).all()
    opened = keys_quarantine.open_quarantine(sqlite_database.home, bytes(row.body), bytes(row.id)).decode()
    assert "q1" not in opened
    assert "p_age" not in opened


def test_nothing_of_a_latecomer_is_readable_where_it_lies(sqlite_database: Database) -> None:
    worker = over(sqlite_database)
    said = answers(district="zhob", q1="?a rare answer")
    gate.accept(sqlite_database, submission(worker, answers=said, withdrawal_code=CODE))
    files = [path.read_bytes() for path in sqlite_database.home.glob("survey.sqlite*")]
    for planted in (b"rare answer", CODE.encode()):
        assert not any(planted in content for content in files), planted
    with sqlite_database.read() as connection:
        (row,) = connection.execute(select(late_table)).all()
    assert not any(word in bytes(row.body) for word in (b"p_group", b"zhob", b"outcome"))


def test_latecomers_join_only_a_round_that_asks_their_version(database: Database) -> None:
    worker = field(database)
    newer = questionnaires.publish(database, questionnaire("2"))
    rounds.start(database, "beside", questionnaires.publish(database, questionnaire()))
    rounds.close(database, "beside")
    rounds.close(database, ROUND)
    gate.accept(database, submission(worker))
    rounds.start(database, NEXT, newer)
    assert late.joinable(database, ROUND) == ()
    for host in (NEXT, "beside", ROUND):
        assert refusal(lambda host=host: late_interviews.take(database, ROUND, host)) == OTHER_VERSION.code
    (edition,) = [one for one in questionnaires.all_editions(database) if one.questionnaire.version == "1"]
    (one,) = late.latecomers_of_version(database, ROUND, edition)
    arrival = late_interviews._arrival(database, one, "", edition)
    codes = {"other_version": NEXT, "round_closed": "beside"}
    for code, host in codes.items():
        assert refusal(lambda host=host: late.join(database, replace(arrival, round=host))) == code
    rounds.end(database, NEXT, 14)
    assert refusal(lambda: late.join(database, replace(arrival, round=NEXT))) == "round_ending"
    assert late.numbers(database) == {ROUND: 1}


def test_latecomers_join_no_earlier_round(sqlite_database: Database) -> None:
    worker = field(sqlite_database)
    edition = questionnaires.publish(sqlite_database, questionnaire())
    for name in (NEXT, "2028-spring"):
        rounds.start(sqlite_database, name, edition)
    rounds.close(sqlite_database, NEXT)
    gate.accept(sqlite_database, submission(worker, answers=answers(round=NEXT)))
    assert [one.name for one in late.joinable(sqlite_database, NEXT)] == ["2028-spring"]


def test_nothing_is_lost_or_twice_while_a_round_closes_under_the_hands_of_many(database: Database) -> None:
    worker = field(database)
    sent = [submission(worker, day=today()) for _ in range(60)]

    def send(one: Submission) -> str:
        return gate.accept(database, one).kept

    with ThreadPoolExecutor(8) as hands:
        first = [hands.submit(send, one) for one in sent[:30]]
        hands.submit(rounds.end, database, ROUND, 14)
        second = [hands.submit(send, one) for one in sent[20:]]
        hands.submit(rounds.close, database, ROUND)
        third = [hands.submit(send, one) for one in sent]
        results = {one.result() for one in (*first, *second, *third)}
    assert results <= {"stored", "late"}
    assert rounds.find(database, ROUND).closed
    kept = count(database, responses_table)
    assert kept + late.numbers(database).get(ROUND, 0) == count(database, receipts) == 60
    with database.read() as connection:
        both = select(late_table.c.id).join(responses_table, responses_table.c.id == late_table.c.id)
        assert connection.execute(both).all() == []


def test_a_code_finds_its_interview_while_it_lies_apart(database: Database) -> None:
    worker = over(database)
    sent = submission(worker, withdrawal_code=CODE)
    gate.accept(database, sent)
    gate.withdraw(database, "1111111111")
    assert late.numbers(database) == {ROUND: 1}
    gate.withdraw(database, CODE)
    assert (late.numbers(database), outcome(database)) == ({}, "withdrawn")
    assert gate.accept(database, sent).outcome == "repeated"
    assert late.numbers(database) == {}


def test_what_is_left_out_is_gone_and_stays_out(database: Database) -> None:
    worker = over(database)
    sent = submission(worker)
    gate.accept(database, sent)
    assert late.leave_out(database, ROUND, "boss") == 1
    with database.read() as connection:
        assert bytes(connection.execute(select(receipts.c.digest)).scalar_one()) == bytes(32)
    again = gate.accept(database, sent)
    assert (again.outcome, again.kept) == ("repeated", "left_out")
    assert (late.numbers(database), count(database, responses_table)) == ({}, 0)


def test_the_ninety_days_of_latecomers_run_from_the_close(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = over(database)
    sent, after = submission(worker), submission(worker)
    gate.accept(database, sent)
    start = days.time.time()
    for passed, left in ((89, {ROUND: 1}), (90, {})):
        clock = SimpleNamespace(time=lambda passed=passed: start + passed * 86_400)
        monkeypatch.setattr(days, "time", clock)
        retention.purge_due(database)
        assert late.numbers(database) == left
    assert gate.accept(database, sent).kept == "left_out"
    results = [gate.accept(database, after) for _ in range(2)]
    assert [(one.outcome, one.kept) for one in results] == [("stored", "expired"), ("repeated", "expired")]
    assert (late.numbers(database), count(database, responses_table)) == ({}, 0)


@pytest.fixture
def key_holder(tmp_path: Path):
    """The database on the machine of the key-holder."""
    home = tmp_path / "holder"
    home.mkdir()
    migrate(f"sqlite:///{home / 'survey.sqlite'}")
    opened = Database(f"sqlite:///{home / 'survey.sqlite'}", home)
    yield opened
    opened.close()


@pytest.mark.slow
def test_a_server_in_custody_keeps_takes_and_leaves_out_what_it_cannot_open(
    sqlite_database: Database, key_holder: Database
) -> None:
    worker = over(sqlite_database)
    over(key_holder)
    key = record_keys.new_key(key_holder.home)
    record_keys.take_key(sqlite_database.home, record_keys.public_key(key_holder.home, key.id))
    ids = [phone.new_id() for _ in range(2)]
    bodies = [phone.sealed(sqlite_database.home, one, phone.record(answers()), round=ROUND) for one in ids]

    def kept(place: int) -> tuple[str, str]:
        receipt = envelope.accept(sqlite_database, bodies[place], ids[place], worker)
        return receipt.outcome, receipt.kept

    assert [kept(0), kept(0)] == [("stored", "late"), ("repeated", "late")]
    assert late_interviews.take(sqlite_database, ROUND, NEXT) == late_interviews.TakeResult(1, 0)
    assert kept(0) == ("repeated", "sealed")
    assert list(envelopes.arrivals_by_day(sqlite_database, NEXT)) == [("W1", today())]
    assert kept(1) == ("stored", "late")
    late.leave_out(sqlite_database, ROUND)
    assert kept(1) == ("repeated", "left_out")
    # The key-holder's round of the same name takes in what the server's administrator moved there.
    for expected in ("stored", "repeated"):
        (result,) = envelope.unseal(sqlite_database, key_holder)
        assert isinstance(result, gate.Receipt)
        assert (result.outcome, result.kept) == (expected, "stored")
    with key_holder.read() as connection:
        (row,) = connection.execute(select(responses_table.c.round, responses_table.c.flags)).all()
    assert row.round == rounds.find(key_holder, NEXT).key
    assert '"late"' in row.flags


@pytest.mark.slow
def test_while_a_round_ends_a_server_in_custody_takes_envelopes(
    sqlite_database: Database, key_holder: Database
) -> None:
    worker, identity = field(sqlite_database), phone.new_id()
    key = record_keys.new_key(key_holder.home)
    record_keys.take_key(sqlite_database.home, record_keys.public_key(key_holder.home, key.id))
    rounds.end(sqlite_database, ROUND, 14)
    body = phone.sealed(sqlite_database.home, identity, phone.record(answers()), round=ROUND)
    assert envelope.accept(sqlite_database, body, identity, worker).kept == "sealed"
    assert list(envelopes.arrivals_by_day(sqlite_database, ROUND).values()) == [1]


def test_a_worker_who_lost_a_district_loses_no_interview(sqlite_database: Database) -> None:
    worker = over(sqlite_database)
    gate.accept(sqlite_database, submission(worker))
    accounts.set_districts(sqlite_database, worker.name, ("zhob",))
    accounts.set_active(sqlite_database, worker.name, active=False)
    assert late_interviews.take(sqlite_database, ROUND, NEXT) == late_interviews.TakeResult(1, 0)


def test_what_a_lost_key_sealed_stays_apart_and_stops_nobody_else(sqlite_database: Database) -> None:
    worker = over(sqlite_database)
    lost = submission(worker)
    for sent in (lost, submission(worker)):
        gate.accept(sqlite_database, sent)
    other = update(late_table).where(late_table.c.id == lost.id.bytes).values(body=b"x" * 200)
    sqlite_database.change(lambda connection: connection.execute(other))
    assert late_interviews.take(sqlite_database, ROUND, NEXT) == late_interviews.TakeResult(1, 1)


def test_a_damaged_database_is_no_interview_that_stays_apart(sqlite_database: Database) -> None:
    """What is wrong with the database itself is said, and not counted as an interview that the gate refuses."""
    gate.accept(sqlite_database, submission(over(sqlite_database)))
    with sqlite_database.read() as connection:
        page = connection.exec_driver_sql(
            "SELECT rootpage FROM sqlite_master WHERE name = 'accounts'"
        ).scalar_one()
        size = connection.exec_driver_sql("PRAGMA page_size").scalar_one()
    assert shredding.empty_log(sqlite_database)
    sqlite_database.engine.dispose()
    with Path(str(sqlite_database.engine.url.database)).open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"x" * size)
    assert refusal(lambda: late_interviews.take(sqlite_database, ROUND, NEXT)) == DATABASE_DAMAGED.code
