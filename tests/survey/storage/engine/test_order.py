"""Nobody learns from the files who was interviewed before whom: the log, its groups, and the pages of the file."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection

from survey.intake import gate
from survey.intake.submission import Submission
from survey.server import housekeeping
from survey.storage.engine import shredding
from survey.storage.engine.database import Database
from survey.storage.people.accounts import Account
from survey.storage.tables import OF_INTERVIEWS
from tests.support import examiner
from tests.support.factories import field, submission

#: Share of pairs that may be told rightly by chance; half is what guessing gets.
CHANCE = 0.54


def log_of(database: Database) -> Path:
    log = shredding.log_of(database)
    assert log is not None
    return log


def send_one_by_one(database: Database, worker: Account, number: int) -> list[bytes]:
    # The same numbers at every run.
    drawn = random.Random(number)
    sent = [submission(worker, UUID(int=drawn.getrandbits(128), version=4)) for _ in range(number)]
    for one in sent:
        gate.accept(database, one)
    return [one.id.bytes for one in sent]


def send_as_a_group(database: Database, function: Any, items: Sequence[Any]) -> list[Any]:
    """Hand in items one after the other while the writer is held up, so that they share one commit."""
    begun, go_on = Event(), Event()

    def hold(_: Connection) -> None:
        begun.set()
        assert go_on.wait(30)

    waiting = database._writer._queue
    with ThreadPoolExecutor(len(items) + 1) as pool:
        held = pool.submit(database.change, hold)
        assert begun.wait(30)
        handed_in: list[Future[Any]] = []
        for item in items:
            handed_in.append(pool.submit(function, item))
            while waiting.qsize() < len(handed_in):
                time.sleep(0.0005)
        go_on.set()
        held.result()
        return [one.result() for one in handed_in]


def test_an_examiner_reads_the_order_of_commits_until_a_quiet_moment(sqlite_database: Database) -> None:
    sent = send_one_by_one(sqlite_database, field(sqlite_database), 60)
    # That the log tells everything while it is there is what makes the rest worth something.
    assert examiner.order_of_commits(log_of(sqlite_database), sent) == sent
    assert housekeeping.Keeper(sqlite_database).tidy()
    assert log_of(sqlite_database).stat().st_size == 0
    assert examiner.order_of_commits(log_of(sqlite_database), sent) == []


def test_a_group_is_handed_on_in_an_order_of_its_own(database: Database) -> None:
    orders: list[list[int]] = []

    def note(_: Connection, items: Sequence[int]) -> list[int]:
        orders.append(list(items))
        return list(items)

    given = list(range(60))
    for _ in range(2):
        assert send_as_a_group(database, lambda item: database.write(note, item), given) == given
    assert [sorted(order) for order in orders] == [given, given]
    first, second = orders
    assert first != given != second
    assert first != second


@pytest.mark.slow
def test_an_examiner_learns_no_order_inside_a_group(sqlite_database: Database) -> None:
    worker = field(sqlite_database)
    send_one_by_one(sqlite_database, worker, 100)
    pairs = right = 0
    for _ in range(12):
        assert shredding.empty_log(sqlite_database)
        group: list[Submission] = [submission(worker) for _ in range(150)]
        send_as_a_group(sqlite_database, lambda one: gate.accept(sqlite_database, one), group)
        for images in examiner.commits(log_of(sqlite_database)):
            more, told = examiner.told_by_places(images, [one.id.bytes for one in group])
            pairs, right = pairs + more, right + told
    assert pairs > 3000
    assert 1 - CHANCE < right / pairs < CHANCE


@pytest.mark.slow
def test_pages_tell_no_order_once_they_were_put_in_order(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = send_one_by_one(sqlite_database, field(sqlite_database), 800)
    file = sqlite_database.home / "survey.sqlite"
    keeper = housekeeping.Keeper(sqlite_database)
    assert keeper.tidy()
    pairs, right = examiner.told_by_places(examiner.pages(file), sent)
    # As SQLite leaves it, the foremost rows of a page are the last that came.
    assert right / pairs > 0.6
    monkeypatch.setattr(housekeeping, "SELDOM", 0.0)
    assert keeper.tidy()
    assert log_of(sqlite_database).stat().st_size == 0
    pairs, right = examiner.told_by_places(examiner.pages(file), sent)
    assert pairs > 200
    assert right / pairs < 0.55


def test_a_quiet_moment_finishes_what_was_deleted(database: Database) -> None:
    database.change(lambda connection: shredding.remember(connection, *OF_INTERVIEWS))
    housekeeping.Keeper(database).tidy()
    assert shredding.waiting_tables(database) == ()
