"""The one thread that writes: it commits what has gathered as a group and answers after the commit."""

from __future__ import annotations

import queue
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from itertools import groupby
from pathlib import Path
from typing import Any, BinaryIO, Final

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from survey.problems import BUSY, Problem
from survey.storage.turns import held, opened

#: Changes the database for several items at once and returns one result for each.
Operation = Callable[[Connection, Sequence[Any]], Sequence[Any]]

#: Most items that share one commit; more would make the first of them wait.
GROUP: Final = 200
#: Seconds that a caller waits for its commit before it is told to come again.
PATIENCE: Final = 30.0
#: PostgreSQL: serialization failure, deadlock, and a key that another connection took first.
RETRIED: Final = frozenset({"40001", "40P01", "23505"})
TRIES: Final = 6
#: For the writing connection, in KiB: random keys touch pages all over the tables.
_LARGE_CACHE: Final = "PRAGMA cache_size=-32768"

#: Nobody can work out afterwards how a group was shuffled.
_CHANCE: Final = random.SystemRandom()

#: What an item's caller gets: an exception or a result.
_Answer = tuple[Exception | None, Any]


class Request:
    """Something to do, and where its caller waits: a bare lock, ten times lighter than a future."""

    __slots__ = ("answer", "item", "operation", "waiting")

    def __init__(self, operation: Operation, item: Any) -> None:
        self.operation = operation
        self.item = item
        self.answer: _Answer = (None, None)
        self.waiting = threading.Lock()
        self.waiting.acquire()


#: Commits a group of requests and returns an answer for each.
Commit = Callable[[list[Request]], list[_Answer]]


class Writer:
    """The one thread of this process that writes, with a way of committing."""

    def __init__(self, commits: Callable[[], AbstractContextManager[Commit]]) -> None:
        self._commits = commits
        self._queue: queue.SimpleQueue[Request | None] = queue.SimpleQueue()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def write(self, operation: Operation, item: Any) -> Any:
        """Hand an item to an operation and return its result once it is committed; raises what it raised, or BUSY."""
        self._start()
        request = Request(operation, item)
        self._queue.put(request)
        if not request.waiting.acquire(timeout=PATIENCE):
            raise Problem(BUSY)
        error, result = request.answer
        if error is not None:
            raise error
        return result

    def close(self) -> None:
        """Finish what is queued."""
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join()
            self._thread = None

    def _start(self) -> None:
        if self._thread is None:
            with self._starting:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._work, name="writer", daemon=True)
                    self._thread.start()

    def _work(self) -> None:
        with self._commits() as commit:
            while requests := self._next_group():
                for request, answer in zip(requests, commit(requests), strict=True):
                    request.answer = answer
                    request.waiting.release()

    def _next_group(self) -> list[Request]:
        """Wait for one request, then take along whatever else already waits; empty at the end."""
        first = self._queue.get()
        group = [] if first is None else [first]
        while group and len(group) < GROUP and not self._queue.empty():
            request = self._queue.get()
            if request is None:
                self._queue.put(None)
                break
            group.append(request)
        # Files show what was written before what: of a group nothing tells who came first.
        _CHANCE.shuffle(group)
        # Neighbours of one operation are handed to it together.
        group.sort(key=lambda request: id(request.operation))
        return group


@contextmanager
def sqlite_commits(engine: Engine, lock: Path) -> Iterator[Commit]:
    """Commits over one connection, while the lock of a file keeps other processes out."""
    with engine.connect() as connection, opened(lock) as file:
        driver: Any = connection.connection.driver_connection
        driver.execute(_LARGE_CACHE)
        yield lambda requests: _in_turn(connection, file, requests)


def _in_turn(connection: Connection, lock: BinaryIO, requests: list[Request]) -> list[_Answer]:
    for run in (_together, _one_by_one):
        try:
            with held(lock), connection.begin():
                return run(connection, requests)
        except Exception as error:
            # Nothing of the group is committed. The second time only the commit itself can fail.
            failure = error
    return [(failure, None)] * len(requests)


def _together(connection: Connection, requests: list[Request]) -> list[_Answer]:
    """Hand neighbours of one operation to it together."""
    return [
        (None, result)
        for operation, batch in groupby(requests, key=lambda request: request.operation)
        for result in operation(connection, [request.item for request in batch])
    ]


def _one_by_one(connection: Connection, requests: list[Request]) -> list[_Answer]:
    """Run each item by itself, so that only the bad one fails."""
    return [_answer(connection, request) for request in requests]


def _answer(connection: Connection, request: Request) -> _Answer:
    try:
        with connection.begin_nested():
            return None, request.operation(connection, [request.item])[0]
    except Exception as error:
        return error, None


@contextmanager
def postgresql_commits(engine: Engine) -> Iterator[Commit]:
    """Commits beside those of other processes, tried again when two collide."""
    yield lambda requests: _beside_others(engine, requests)


def _beside_others(engine: Engine, requests: list[Request]) -> list[_Answer]:
    try:
        return _persistently(engine, requests)
    except Exception as error:
        if len(requests) == 1:
            return [(error, None)]
    # Each item by itself, so that only the bad one fails.
    return [answer for request in requests for answer in _beside_others(engine, [request])]


def _persistently(engine: Engine, requests: list[Request]) -> list[_Answer]:
    for turn in range(TRIES - 1):
        try:
            return _at_once(engine, requests)
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) not in RETRIED:
                raise
            time.sleep(random.uniform(0, 0.02) * 2**turn)  # noqa: S311 - spreads retries, no secret
    return _at_once(engine, requests)


def _at_once(engine: Engine, requests: list[Request]) -> list[_Answer]:
    with engine.begin() as connection:
        return _together(connection, requests)
