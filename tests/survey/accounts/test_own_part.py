"""A worker's own part of a round: even parts of a district's targets, and nothing of what others have done."""

from __future__ import annotations

from uuid import uuid4

import pytest

from survey.accounts import own_part
from survey.accounts.own_part import Part
from survey.days import today
from survey.intake import gate
from survey.intake.submission import Submission
from survey.problems import Problem
from survey.questionnaire import xlsform
from survey.settings import PROJECT
from survey.storage import questionnaires
from survey.storage.engine.database import Database
from survey.storage.field import rounds
from survey.storage.people import accounts
from survey.storage.people.accounts import Account

ROUND = "2026-1"
WANTED = {("zhob", "woman"): 31, ("zhob", "member"): 10, ("bannu", "youth"): 5}


@pytest.fixture
def field(sqlite_database: Database) -> Database:
    shipped = xlsform.read(PROJECT / "questionnaires" / "community_security.md")
    rounds.start(sqlite_database, ROUND, questionnaires.publish(sqlite_database, shipped), WANTED)
    return sqlite_database


def worker(field: Database, name: str, *districts: str, woman: bool = True) -> Account:
    return accounts.add(field, "worker", name, woman=woman, districts=districts)


def sent(field: Database, by: Account, group: str, age: str = "30_44") -> None:
    given = {"round": ROUND, "district": "zhob", "mode": "interviewer", "p_group": group, "c_agree": "yes"}
    answers = {**given, "p_gender": "woman", "p_age": age}
    gate.accept(field, Submission(uuid4(), "community_security", "1", answers, today(), "ur", by))


def told(field: Database, by: Account) -> set[Part]:
    return set(own_part.parts(field, by, ROUND))


def test_a_target_is_shared_among_those_who_may_hold_such_interviews(field: Database) -> None:
    her, other = worker(field, "W1", "zhob"), worker(field, "W2", "zhob", "bannu")
    everywhere = worker(field, "W3", woman=False)
    accounts.set_active(field, worker(field, "W4", "zhob").name, False)
    assert told(field, her) == {Part("zhob", "woman", 0, 16), Part("zhob", "member", 0, 4)}
    assert told(field, other) == told(field, her) | {Part("bannu", "youth", 0, 3)}
    # Only women interview women.
    assert told(field, everywhere) == {Part("zhob", "member", 0, 4), Part("bannu", "youth", 0, 3)}


def test_own_interviews_are_counted_and_nobody_elses(field: Database) -> None:
    her, other = worker(field, "W1", "zhob"), worker(field, "W2", "zhob")
    for _ in range(3):
        sent(field, her, "woman")
    sent(field, her, "youth")
    sent(field, other, "woman")
    # Under age: a tally, and no interview.
    with pytest.raises(Problem):
        sent(field, her, "woman", "under_18")
    assert told(field, her) == {
        Part("zhob", "woman", 3, 16),
        Part("zhob", "member", 0, 5),
        Part("zhob", "youth", 1, 0),
    }
    assert Part("zhob", "woman", 1, 16) in told(field, other)
