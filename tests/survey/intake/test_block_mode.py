"""Who entered the self-entry block arrives, or follows from who entered the interview; what cannot be is no answer."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from survey.intake import gate
from survey.intake.gate import Receipt
from survey.questionnaire import codec, xlsform
from survey.questionnaire.model import BLOCK_MODE, Value
from survey.settings import SHIPPED_VERSIONS
from survey.storage import questionnaires
from survey.storage.engine.database import Database
from survey.storage.field import responses, rounds
from survey.storage.people import accounts
from survey.storage.people.accounts import Account
from survey.storage.scope import Scope
from tests.support.factories import submission

ROUND = "2026-2"
ANSWERS = {
    "round": ROUND,
    "district": "bannu",
    "p_group": "woman",
    "mode": "interviewer",
    "c_agree": "yes",
    "p_age": "30_44",
    "p_gender": "woman",
    "s_private": "alone",
    "tr_body": "little",
}
BOOKS = {number: xlsform.read(path) for number, path in SHIPPED_VERSIONS.items()}


def worker_of(database: Database, version: str) -> Account:
    rounds.start(database, ROUND, questionnaires.publish(database, BOOKS[version]))
    return accounts.add(database, "worker", "W01", woman=True)


def send(
    database: Database, worker: Account, version: str = "2", identity: UUID | None = None, **changes: Any
) -> Receipt:
    given = {name: value for name, value in {**ANSWERS, **changes}.items() if value is not None}
    asked = BOOKS[version]
    sent = submission(worker, identity, questionnaire=asked.name, version=version, answers=given)
    return gate.accept(database, sent)


def stored(database: Database, version: str = "2") -> list[Value | None]:
    chunks = responses.packed_records(database, Scope.everywhere(), ROUND)
    book = BOOKS[version].codebook
    records = [
        chunk.answers[at : at + book.width]
        for chunk in chunks
        for at in range(0, len(chunk.answers), book.width)
    ]
    return [codec.unpack(book, record).get(BLOCK_MODE) for record in records]


def test_a_phone_says_who_entered_the_block(database: Database) -> None:
    worker = worker_of(database, "2")
    assert send(database, worker, block_mode="handed_over").kept == "stored"
    assert stored(database) == ["handed_over"]


@pytest.mark.parametrize("mode", ["interviewer", "handed_over"])
def test_an_older_phone_or_another_client_says_one_mode_for_both(database: Database, mode: str) -> None:
    worker = worker_of(database, "2")
    assert send(database, worker, mode=mode).kept == "stored"
    assert stored(database) == [mode]


def test_it_is_the_same_interview_when_it_comes_again(database: Database) -> None:
    worker, identity = worker_of(database, "2"), uuid4()
    outcomes = [send(database, worker, identity=identity).outcome for _ in range(2)]
    assert outcomes == ["stored", "repeated"]


def test_nobody_entered_a_block_that_was_not_asked(database: Database) -> None:
    worker = worker_of(database, "2")
    near = send(database, worker, s_private="others_near", tr_body=None, block_mode="handed_over")
    assert near.judged is not None
    assert [(flag.code, flag.question) for flag in near.judged.flags] == [("not_reached", BLOCK_MODE)]
    assert stored(database) == [None]


@pytest.mark.parametrize(("version", "said"), [("2", "somebody"), ("1", "handed_over")])
def test_a_way_that_the_questionnaire_does_not_know_is_kept_apart(
    database: Database, version: str, said: str
) -> None:
    worker = worker_of(database, version)
    assert send(database, worker, version, block_mode=said).kept == "quarantined"
