"""A round may go through anything, in any order: no interview is lost, none is there twice, none is kept readable."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from survey import days
from survey.days import later, today
from survey.intake import gate, late_interviews
from survey.intake.submission import Submission
from survey.problems import Problem
from survey.storage import questionnaires
from survey.storage.engine.database import Database
from survey.storage.field import late, retention, rounds
from survey.storage.field.deleted import GONE
from survey.storage.field.retention import RETENTION_DAYS
from survey.storage.people import accounts
from survey.storage.people.accounts import Account
from survey.storage.tables import late as late_table
from survey.storage.tables import quarantine, receipts, tallies
from survey.storage.tables import responses as responses_table
from tests.support.factories import answers, questionnaire, submission

NOW = days.time.time()
ENDING_DAYS = 14
#: What is said → the table where it belongs once it has joined a round.
SAID = {"plain": responses_table, "unreadable": quarantine, "refused": tallies}
CHANGES = {"plain": {}, "unreadable": {"q1": "?"}, "refused": {"c_agree": "no"}}
#: What can be done, and how often compared with the others. The number says to which interview, or how many days.
DOINGS = (
    "send",
    "send",
    "send",
    "repeat",
    "repeat",
    "wait",
    "end",
    "close",
    "take",
    "leave",
    "withdraw",
    "purge",
)
STEPS = st.lists(st.tuples(st.sampled_from(DOINGS), st.integers(0, 40)), min_size=5, max_size=30)
_numbers = count(1)


@dataclass
class Interview:
    """One interview as it should be: `place` is "first", "next", "late" or "gone"."""

    sent: Submission
    said: str
    place: str


@dataclass
class Field:
    """Two rounds of one version, the next one open, and everything that was sent for the first."""

    database: Database
    worker: Account
    clock: SimpleNamespace
    sent: list[Interview] = field(default_factory=list)
    state: str = "open"
    ended: str = ""
    closed: str = ""
    purged: bool = False

    def __post_init__(self) -> None:
        self.number = next(_numbers)
        self.clock.time = lambda: NOW
        self.first, self.next = f"first-{self.number}", f"next-{self.number}"
        edition = questionnaires.newest(self.database, "pilot")
        for name in (self.first, self.next):
            rounds.start(self.database, name, edition)

    def look(self) -> None:
        """The round closes by itself when its days are over."""
        if self.state == "ending" and later(self.ended, ENDING_DAYS) <= today():
            self.state, self.closed = "closed", later(self.ended, ENDING_DAYS)

    def send(self, number: int) -> None:
        said = list(SAID)[number % 3]
        code = f"{self.number:05}{len(self.sent):05}" if said != "refused" else ""
        changed = answers(round=self.first, **CHANGES[said])
        day = later(today(), (number % 7) - 5)
        one = submission(self.worker, answers=changed, day=day, withdrawal_code=code)
        taken = self.state == "open" or (self.state == "ending" and day <= later(self.ended, 1))
        place = "first" if taken else "gone" if self.purged else "late"
        self.sent.append(Interview(one, said, place))
        assert gate.accept(self.database, one).outcome == "stored"

    def repeat(self, number: int) -> None:
        if self.sent:
            assert gate.accept(self.database, self.one(number).sent).outcome == "repeated"

    def wait(self, number: int) -> None:
        passed = self.clock.time() + number * 86_400
        self.clock.time = lambda: passed
        self.look()

    def end(self, _: int) -> None:
        if self.state == "open":
            rounds.end(self.database, self.first, ENDING_DAYS)
            self.state, self.ended = "ending", today()
        else:
            with pytest.raises(Problem):
                rounds.end(self.database, self.first, ENDING_DAYS)

    def close(self, _: int) -> None:
        with suppress(Problem):
            rounds.close(self.database, self.first)
        if self.state != "closed":
            self.state, self.closed = "closed", today()

    def take(self, _: int) -> None:
        waiting = [one for one in self.sent if one.place == "late"]
        if not waiting:
            with pytest.raises(Problem):
                late_interviews.take(self.database, self.first, self.next)
            return
        assert late_interviews.take(self.database, self.first, self.next) == late_interviews.TakeResult(
            len(waiting), 0
        )
        for one in waiting:
            one.place = "next"

    def leave(self, _: int) -> None:
        waiting = [one for one in self.sent if one.place == "late"]
        assert late.leave_out(self.database, self.first) == len(waiting)
        for one in waiting:
            one.place = "gone"

    def withdraw(self, number: int) -> None:
        if not self.sent:
            return
        one = self.one(number)
        gate.withdraw(self.database, one.sent.withdrawal_code)
        # What was counted, or is a tally, can no longer be picked out.
        if one.sent.withdrawal_code and (one.place != "first" or self.state != "closed"):
            one.place = "gone"

    def purge(self, _: int) -> None:
        retention.purge_due(self.database)
        if self.state == "closed" and later(self.closed, RETENTION_DAYS) <= today():
            self.purged = True
            for one in self.sent:
                if one.place == "late" or (one.place == "first" and one.said != "refused"):
                    one.place = "gone"

    def one(self, number: int) -> Interview:
        return self.sent[number % len(self.sent)]

    def check(self) -> None:
        """Every interview is where it should be, there alone, with a receipt, and sealed while it is late."""
        ids = {one.sent.id.bytes: one for one in self.sent}
        places: Counter[tuple[bytes, str]] = Counter()
        keys = {rounds.find(self.database, name).key: name for name in (self.first, self.next)}
        with self.database.read() as connection:
            for table in SAID.values():
                for row in connection.execute(select(table.c.id, table.c.round).where(table.c.id.in_(ids))):
                    assert SAID[ids[bytes(row.id)].said] is table
                    places[bytes(row.id), keys[row.round].partition("-")[0]] += 1
            for row in connection.execute(select(late_table).where(late_table.c.id.in_(ids))):
                places[bytes(row.id), "late"] += 1
                assert not any(word in bytes(row.body) for word in (b'"q1"', b"bannu", b"outcome"))
            rows = connection.execute(select(receipts).where(receipts.c.id.in_(ids))).all()
        assert len(rows) == len(ids)
        assert places == Counter((key, one.place) for key, one in ids.items() if one.place != "gone")
        # Of what was purged with its round the receipt stays; of the others nothing but the number.
        empty = {bytes(row.id) for row in rows if not any(bytes(row.digest))}
        assert all(row.outcome in GONE for row in rows if bytes(row.id) in empty)
        assert all(ids[key].place == "gone" for key in empty)


def play(database: Database, worker: Account, clock: SimpleNamespace, steps: list[tuple[str, int]]) -> None:
    here = Field(database, worker, clock)
    for doing, number in steps:
        here.look()
        getattr(here, doing)(number)
        here.check()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The clock of the server, which can be moved."""
    moved = SimpleNamespace(time=lambda: NOW)
    monkeypatch.setattr(days, "time", moved)
    return moved


def prepared(database: Database) -> Account:
    questionnaires.publish(database, questionnaire())
    return accounts.add(database, "worker", "W1", woman=True)


@pytest.mark.slow
def test_no_interview_is_lost_or_twice_in_any_order(
    sqlite_database: Database, clock: SimpleNamespace
) -> None:
    worker = prepared(sqlite_database)

    @settings(max_examples=40, suppress_health_check=list(HealthCheck))
    @given(STEPS)
    def every_order(steps: list[tuple[str, int]]) -> None:
        play(sqlite_database, worker, clock, steps)

    every_order()


@pytest.mark.slow
@pytest.mark.parametrize(
    "steps",
    [
        "send close send repeat:1 take repeat:1 withdraw:1 repeat:1 leave take",
        "send:5 end send:5 wait:20 send:5 withdraw:2 repeat:2 withdraw:0 wait:100 purge repeat:0 send:5 repeat:3",
        "close send:1 send:2 send:3 take leave repeat:0 repeat:1 wait:91 purge repeat:2 send take",
    ],
)
def test_the_same_holds_on_both_kinds_of_database(
    database: Database, clock: SimpleNamespace, steps: str
) -> None:
    parted = (step.partition(":") for step in steps.split())
    play(database, prepared(database), clock, [(doing, int(number or 0)) for doing, _, number in parted])
