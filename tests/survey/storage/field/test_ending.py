"""The third state of a round: what it takes while it ends, which phones it waits for, and that nothing leaves before."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from sqlalchemy import select

from survey import days
from survey.accounts import enrolment
from survey.days import later, today
from survey.intake import gate
from survey.problems import ROUND_CLOSED, ROUND_ENDING, ROUND_OPEN, Problem
from survey.publication.release import release
from survey.settings import Settings
from survey.storage.engine.database import Database, engine_for, migrate
from survey.storage.field import late, responses, retention, rounds
from survey.storage.people import accounts, audit, devices
from survey.storage.people.devices import Assignment, Contact
from survey.storage.results import releases
from survey.storage.scope import Scope
from survey.storage.tables import awaited_phones
from survey.storage.tables import rounds as rounds_table
from tests.support.factories import ROUND, field, submission

DAYS = 14


@pytest.fixture
def calendar(monkeypatch: pytest.MonkeyPatch):
    """Moves the clock of the server by days."""
    start = days.time.time()

    def move(number: int) -> None:
        monkeypatch.setattr(days, "time", SimpleNamespace(time=lambda: start + number * 86_400))

    return move


def interviews(database: Database) -> int:
    return sum(chunk.count for chunk in responses.packed_records(database, Scope.everywhere(), ROUND))


def refusal(act) -> str:  # type: ignore[no-untyped-def]
    with pytest.raises(Problem) as raised:
        act()
    return raised.value.kind.code


def test_what_was_held_before_is_taken_while_a_round_ends(database: Database, calendar) -> None:
    worker = field(database)
    held, begun = today(), later(today(), 1)
    rounds.end(database, ROUND, DAYS, "boss")
    calendar(5)
    assert gate.accept(database, submission(worker, day=held)).kept == "stored"
    assert gate.accept(database, submission(worker, day=later(held, -20))).kept == "stored"
    # A clock may be a day ahead, as the gate believes of any interview.
    assert gate.accept(database, submission(worker, day=begun)).kept == "stored"
    assert gate.accept(database, submission(worker, day=later(held, 2))).kept == "late"
    assert (interviews(database), late.numbers(database)) == (3, {ROUND: 1})


def test_while_a_round_ends_people_withdraw_and_a_day_is_left_out(database: Database) -> None:
    worker = field(database)
    rounds.end(database, ROUND, DAYS)
    for code in ("1234567890", ""):
        gate.accept(database, submission(worker, withdrawal_code=code))
    gate.withdraw(database, "1234567890")
    assert interviews(database) == 1
    assert responses.void(database, ROUND, "W1", today()) == 1


def test_nothing_is_worked_out_or_released_while_a_round_ends(database: Database) -> None:
    field(database)

    def every_step() -> set[str]:
        return {
            refusal(lambda: release.draft(database, ROUND)),
            refusal(lambda: list(release.audit(database, ROUND))),
            refusal(lambda: release.publish(database, ROUND)),
            refusal(lambda: database.change(releases._store, ROUND, b"figures", "1")),
        }

    assert every_step() == {ROUND_OPEN.code}
    rounds.end(database, ROUND, DAYS)
    assert every_step() == {ROUND_ENDING.code}
    assert not release.folder_of(database, ROUND).exists()
    assert release.close(database, ROUND).round == ROUND


def test_a_round_closes_by_itself_when_its_days_are_over(database: Database, calendar) -> None:
    worker = field(database)
    held, closing = today(), later(today(), DAYS)
    assert rounds.end(database, ROUND, DAYS).closing_day == closing
    calendar(DAYS - 1)
    assert gate.accept(database, submission(worker, day=held, withdrawal_code="1234567890")).kept == "stored"
    assert rounds.find(database, ROUND).ending
    calendar(DAYS + 3)
    # Nothing is written down yet, and it is over for everybody.
    gate.withdraw(database, "1234567890")
    assert interviews(database) == 1
    assert _written(database) == ("ending", None)
    assert (rounds.find(database, ROUND).state, rounds.find(database, ROUND).closed_day) == (
        "closed",
        closing,
    )
    assert rounds.unfinished_rounds(database) == ()
    assert gate.accept(database, submission(worker, day=held)).kept == "late"
    assert refusal(lambda: rounds.end(database, ROUND, DAYS)) == ROUND_CLOSED.code
    assert _written(database) == ("closed", closing)
    assert [entry.event for entry in audit.entries(database)].count("round closed") == 1
    # The ninety days run from the close, not from the look.
    calendar(DAYS + 89)
    assert retention.purge_due(database) == ()
    calendar(DAYS + 90)
    assert retention.purge_due(database) == (ROUND,)


def test_the_daily_run_writes_down_that_a_round_is_closed(database: Database, calendar) -> None:
    field(database)
    rounds.end(database, ROUND, 1)
    assert retention.purge_due(database) == ()
    assert _written(database) == ("ending", None)
    calendar(1)
    retention.purge_due(database)
    assert _written(database) == ("closed", today())


def _written(database: Database) -> tuple[str, str | None]:
    with database.read() as connection:
        row = connection.execute(select(rounds_table.c.state, rounds_table.c.closed_day)).one()
    return (row[0], row[1])


def test_a_round_ends_once_and_closes_once(database: Database) -> None:
    field(database)
    rounds.end(database, ROUND, DAYS)
    assert refusal(lambda: rounds.end(database, ROUND, DAYS)) == ROUND_ENDING.code
    rounds.close(database, ROUND)
    assert refusal(lambda: rounds.close(database, ROUND)) == ROUND_CLOSED.code
    assert rounds.open_rounds(database) == ()


def test_a_round_waits_for_phones_until_they_are_in_touch(database: Database, calendar) -> None:
    worker = field(database)
    other = accounts.add(database, "worker", "W2", woman=False)
    for who, token in ((worker, "A" * 43), (worker, "B" * 43), (other, "C" * 43)):
        enrolment.enrol(database, enrolment.invite(database, who, Assignment(ROUND, "ur")).code, token)
    accounts.add_token(database, "W2")
    first = today()
    calendar(1)
    devices.note_contact(database, "B" * 43)
    devices.note_contact(database, "no token of anybody")
    assert devices.active_phones(database) == (
        Contact("W1", first),
        Contact("W1", today()),
        Contact("W2", first),
    )
    accounts.revoke_tokens(database, "W2")
    rounds.end(database, ROUND, DAYS)
    # Who was in touch today was so before the ending: whoever asks hears that it is not known what they hold.
    assert devices.phones_awaited(database, ROUND) == (Contact("W1", first), Contact("W1", today()))
    devices.note_contact(database, "B" * 43)
    assert devices.phones_awaited(database, ROUND) == (Contact("W1", first),)
    rounds.close(database, ROUND)
    with database.read() as connection:
        assert connection.execute(select(awaited_phones)).all() == []


def test_the_days_of_ending_are_a_setting() -> None:
    assert Settings.from_environment({}).ending_days == 14
    assert Settings.from_environment({"SURVEY_ENDING_DAYS": "3"}).ending_days == 3
    for wrong in ("0", "-1", "soon", "91"):
        with pytest.raises(ValueError, match="SURVEY_ENDING_DAYS"):
            Settings.from_environment({"SURVEY_ENDING_DAYS": wrong})


OLD_ROWS = (
    "INSERT INTO questionnaires VALUES (1, 'pilot', '1', '{}', 'x', '2026-01-01')",
    "INSERT INTO rounds VALUES (1, 'first', 1, 'closed', '2026-01-01', '2026-02-01', NULL)",
    "INSERT INTO rounds VALUES (2, 'second', 1, 'closed', '2026-02-01', '2026-03-01', '2026-06-01')",
    "INSERT INTO rounds VALUES (3, 'third', 1, 'open', '2026-03-01', NULL, NULL)",
    "INSERT INTO targets VALUES (1, 'bannu', 'woman', 30)",
)


def test_rounds_of_earlier_databases_stay_as_they_were(database_url: str, tmp_path) -> None:
    migrate(database_url, "0002")
    engine = engine_for(database_url)
    with engine.begin() as connection:
        for row in OLD_ROWS:
            connection.exec_driver_sql(row)
    before = [("first", "closed", "2026-02-01"), ("second", "closed", "2026-03-01"), ("third", "open", None)]
    migrate(database_url)
    database = Database(database_url, tmp_path)
    found = [(one.name, one.state, one.closed_day) for one in reversed(rounds.all_rounds(database))]
    assert found == before
    assert rounds.targets_of(database, "first") == {("bannu", "woman"): 30}
    assert refusal(lambda: rounds.end(database, "first", DAYS)) == ROUND_CLOSED.code
    rounds.end(database, "third", DAYS)
    database.close()
    migrate(database_url, "0002")
    with engine.begin() as connection:
        rows = connection.exec_driver_sql("SELECT name, state, closed_day FROM rounds ORDER BY key").all()
        connection.exec_driver_sql("INSERT INTO targets VALUES (3, 'swat', 'woman', 3)")
    assert [tuple(row) for row in rows] == before
    migrate(database_url)
    engine.dispose()


@pytest.mark.slow
def test_a_way_down_that_would_lose_an_interview_is_refused(database_url: str, tmp_path) -> None:
    migrate(database_url)
    database = Database(database_url, tmp_path)
    worker = field(database)
    rounds.close(database, ROUND)
    gate.accept(database, submission(worker))
    database.close()
    with pytest.raises(RuntimeError, match="late interviews"):
        migrate(database_url, "0002")
    # The versions above were undone before: they come back.
    migrate(database_url)
    database = Database(database_url, tmp_path)
    assert late.numbers(database) == {ROUND: 1}
    late.leave_out(database, ROUND)
    database.close()
    migrate(database_url, "0002")
