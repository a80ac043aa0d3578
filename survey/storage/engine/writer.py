"""The one thread that writes: it commits what has gathered as a group and answers after the commit."""

from __future__ import annotations

import errno
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
from survey.storage.engine.file_lock import hold_lock, open_lock_file
from survey.storage.engine.trouble import trouble_of

#: Changes the database for several items at once and returns one result for each.
Operation = Callable[[Connection, Sequence[Any]], Sequence[Any]]

#: Most items that share one commit; more would make the first of them wait.
GROUP: Final = 200
#: Seconds that a caller waits for its commit before it is asked to come again.
PATIENCE: Final = 30.0
#: PostgreSQL: serialization failure, deadlock, and a key that another connection took first.
RETRIED: Final = frozenset({"40001", "40P01", "23505"})
TRIES: Final = 6
#: For the writing connection, in KiB: random keys touch pages all over the tables.
_LARGE_CACHE: Final = "PRAGMA cache_size=-32768"

#: Nobody can work out afterwards how a group was shuffled.
_CHANCE: Final = random.SystemRandom()

#: What an item's caller gets: an exception or a result.
_Answer = tuple[BaseException | None, Any]


class Request:
    """A change to make; its caller waits for `waiting`, a bare lock, ten times lighter than a future."""

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
        """Hand an item to an operation and return its result once it is committed.

        Raises what it raised, BUSY, or the trouble that the database has.
        """
        request = Request(operation, item)
        self._queue.put(request)
        self._start()
        if not request.waiting.acquire(timeout=PATIENCE):
            raise Problem(BUSY)
        error, result = request.answer
        if error is not None:
            problem = trouble_of(error)
            if problem:
                raise problem from error
            raise error
        return result

    def close(self) -> None:
        """Finish what is queued."""
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join()
            self._thread = None

    def _start(self) -> None:
        """Begin the thread, or another one in place of one that has died."""
        if not self._alive():
            with self._starting:
                if not self._alive():
                    self._thread = threading.Thread(target=self._work, name="writer", daemon=True)
                    self._thread.start()

    def _alive(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def _work(self) -> None:
        requests = self._next_group()
        while requests:
            requests = self._over_one_connection(requests)

    def _over_one_connection(self, requests: list[Request]) -> list[Request]:
        """Commit group after group until something fails as a whole; returns those who wait for another connection.

        A caller that waits for what failed gets the error at once: nothing that goes wrong here may end the thread.
        """
        try:
            with self._commits() as commit:
                while requests:
                    _reply(requests, commit(requests))
                    requests = self._next_group()
        except BaseException as error:
            _reply(requests, [(error, None)] * len(requests))
            return self._next_group() if requests else []
        return []

    def _next_group(self) -> list[Request]:
        """Wait for one request, then take along all that already wait; empty at the end."""
        first = self._queue.get()
        group = [] if first is None else [first]
        while group and len(group) < GROUP and not self._queue.empty():
            request = self._queue.get()
            if request is None:
                self._queue.put(None)
                break
            group.append(request)
        # Files show what was written before what: within a group nothing shows who came first.
        _CHANCE.shuffle(group)
        # Neighbours of one operation are handed to it together.
        group.sort(key=lambda request: id(request.operation))
        return group


def _reply(requests: list[Request], answers: list[_Answer]) -> None:
    """Let each caller go on with its answer, once."""
    for request, answer in zip(requests, answers, strict=True):
        if request.waiting.locked():
            request.answer = answer
            request.waiting.release()


@contextmanager
def sqlite_commits(engine: Engine, lock: Path) -> Iterator[Commit]:
    """Commits over one connection, while the lock of a file keeps other processes out."""
    with engine.connect() as connection, open_lock_file(lock) as file:
        driver: Any = connection.connection.driver_connection
        driver.execute(_LARGE_CACHE)
        database = Path(str(engine.url.database))
        place = _file_identity(database)

        def commit(requests: list[Request]) -> list[_Answer]:
            if _file_identity(database) != place:
                # What is written to a file that was taken away is lost with this process.
                raise FileNotFoundError(errno.ENOENT, "the database was moved", str(database))
            return _run_in_turn(connection, file, requests)

        try:
            yield commit
        except BaseException:
            # For any fault in it, nobody gets it again.
            connection.invalidate()
            raise


def _file_identity(file: Path) -> tuple[int, int]:
    """Which file is at a path."""
    found = file.stat()
    return found.st_dev, found.st_ino


def _run_in_turn(connection: Connection, lock: BinaryIO, requests: list[Request]) -> list[_Answer]:
    try:
        with hold_lock(lock), connection.begin():
            return _run_together(connection, requests)
    except Exception as error:
        if trouble_of(error):
            raise
    # Nothing of the group is committed. This time only the commit itself can fail.
    with hold_lock(lock), connection.begin():
        return _run_one_by_one(connection, requests)


def _run_together(connection: Connection, requests: list[Request]) -> list[_Answer]:
    """Hand neighbours of one operation to it together."""
    return [
        (None, result)
        for operation, batch in groupby(requests, key=lambda request: request.operation)
        for result in operation(connection, [request.item for request in batch])
    ]


def _run_one_by_one(connection: Connection, requests: list[Request]) -> list[_Answer]:
    """Run each item by itself, so that only the bad one fails."""
    return [_answer(connection, request) for request in requests]


def _answer(connection: Connection, request: Request) -> _Answer:
    try:
        with connection.begin_nested():
            return None, request.operation(connection, [request.item])[0]
    except Exception as error:
        if trouble_of(error):
            raise
        return error, None


@contextmanager
def postgresql_commits(engine: Engine) -> Iterator[Commit]:
    """Commits next to those of other processes, tried again when two collide."""
    yield lambda requests: _run_among_others(engine, requests)


def _run_among_others(engine: Engine, requests: list[Request]) -> list[_Answer]:
    try:
        return _persistently(engine, requests)
    except Exception as error:
        # Trouble of the database is nobody's fault, and trying two hundred times would take minutes.
        if len(requests) == 1 or (trouble_of(error) and not _is_collision(error)):
            return [(error, None)] * len(requests)
    # Each item by itself, so that only the bad one fails.
    return [answer for request in requests for answer in _run_among_others(engine, [request])]


def _persistently(engine: Engine, requests: list[Request]) -> list[_Answer]:
    for turn in range(TRIES - 1):
        try:
            return _run_at_once(engine, requests)
        except DBAPIError as error:
            if not _is_collision(error):
                raise
            time.sleep(random.uniform(0, 0.02) * 2**turn)  # noqa: S311 - spreads retries, no secret
    return _run_at_once(engine, requests)


def _is_collision(error: Exception) -> bool:
    """Whether another process was in the way, so that it may go well the next time."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in RETRIED


def _run_at_once(engine: Engine, requests: list[Request]) -> list[_Answer]:
    with engine.begin() as connection:
        return _run_together(connection, requests)
