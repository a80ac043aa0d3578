"""The database: readers side by side, and one writer that commits groups and answers after the commit."""

from __future__ import annotations

import fcntl
import queue
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from survey.problems import BUSY, Problem
from survey.settings import PROJECT

Item = TypeVar("Item")
Result = TypeVar("Result")
#: Changes the database for several items at once and returns one result for each.
Operation = Callable[[Connection, Sequence[Any]], Sequence[Any]]

MIGRATIONS: Final = PROJECT / "migrations"
#: Most items that share one commit; more would make the first of them wait.
GROUP: Final = 200
#: Seconds that a caller waits for its commit before it is told to come again.
PATIENCE: Final = 30.0
#: PostgreSQL: serialization failure, deadlock, and a key that another connection took first.
RETRIED: Final = frozenset({"40001", "40P01", "23505"})
TRIES: Final = 6

_PRAGMAS: Final = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=5000",
    # Deleted interviews are overwritten in the file, not only unlinked.
    "PRAGMA secure_delete=ON",
    "PRAGMA temp_store=MEMORY",
    # Random keys touch many pages; a longer log writes each of them back less often.
    "PRAGMA wal_autocheckpoint=4000",
)

#: For the writing connection, in KiB: random keys touch pages all over the tables.
_LARGE_CACHE: Final = "PRAGMA cache_size=-32768"

#: What an item's caller gets: an exception or a result.
_Answer = tuple[Exception | None, Any]


class _Request:
    """Something to do, and where its caller waits: a bare lock, ten times lighter than a future."""

    __slots__ = ("answer", "item", "operation", "waiting")

    def __init__(self, operation: Operation, item: Any) -> None:
        self.operation = operation
        self.item = item
        self.answer: _Answer = (None, None)
        self.waiting = threading.Lock()
        self.waiting.acquire()


class Database:
    """One database at one URL; `home` is the folder of the keys that belong to it."""

    def __init__(self, url: str, home: Path) -> None:
        self.url = url
        self.home = home
        #: What was read and is believed until a moment of the monotonic clock.
        self.believed: dict[object, tuple[float, Any]] = {}
        self.engine = engine_for(url)
        sqlite = self.engine.dialect.name == "sqlite"
        self._writer: _SingleWriter | _ManyWriters = (
            _SingleWriter(self.engine, lock_path(url)) if sqlite else _ManyWriters(self.engine)
        )

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one state of the database and changes nothing."""
        with self.engine.connect() as connection, connection.begin() as transaction:
            try:
                yield connection
            finally:
                transaction.rollback()

    def write(
        self, operation: Callable[[Connection, Sequence[Item]], Sequence[Result]], item: Item
    ) -> Result:
        """Run an operation for an item and return its result once it is committed.

        Items of the same operation may be handed to it together, and a second time one by one if that fails: an
        operation does nothing but change the database. An exception of one item reaches that item's caller alone.
        """
        result: Result = self._writer.write(operation, item)
        return result

    def change(self, function: Callable[..., Result], *arguments: Any) -> Result:
        """Run `function(connection, *arguments)` in a transaction and return its result after the commit."""
        return self.write(_each, (function, arguments))

    def shred(self, *tables: str) -> None:
        """Leave nothing of the deleted rows of some tables in the files of the database."""
        if self.engine.dialect.name == "postgresql":
            with self.engine.connect() as connection:
                freely = connection.execution_options(isolation_level="AUTOCOMMIT")
                freely.exec_driver_sql(f"VACUUM FULL {', '.join(tables)}")
            return
        # In the file itself they are overwritten on deletion; the write-ahead log still holds them.
        with exclusive(lock_path(self.url)), self.engine.connect() as connection:
            _driver(connection).execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Finish what is queued and close every connection."""
        self._writer.close()
        self.engine.dispose()


def _each(connection: Connection, items: Sequence[tuple[Callable[..., Result], Any]]) -> list[Result]:
    return [function(connection, *arguments) for function, arguments in items]


def engine_for(url: str) -> Engine:
    """An engine with the survey's settings for its kind of database."""
    target = make_url(url)
    if target.get_backend_name() == "postgresql":
        return create_engine(target.set(drivername="postgresql+psycopg"), pool_size=20, max_overflow=20)
    engine = create_engine(url, pool_size=20, max_overflow=40)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(driver_connection: Any, _record: object) -> None:
    # The driver must not open transactions by itself: it would do so too late and of the wrong kind.
    driver_connection.isolation_level = None
    for pragma in _PRAGMAS:
        driver_connection.execute(pragma)


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("survey_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _driver(connection: Connection) -> Any:
    """SQLite's own connection, for what begins no transaction."""
    return connection.connection.driver_connection


def lock_path(url: str) -> Path:
    """The file whose lock makes writing processes take turns."""
    return Path(f"{make_url(url).database}.lock")


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold the lock of a file; the kernel wakes who waits, so nobody polls and nobody starves."""
    with _opened(path) as file, _held(file):
        yield


def _opened(path: Path) -> BinaryIO:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path.open("ab")


@contextmanager
def _held(file: BinaryIO) -> Iterator[None]:
    fcntl.flock(file, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)


class _SingleWriter:
    """The one thread that writes to a SQLite file."""

    def __init__(self, engine: Engine, lock: Path) -> None:
        self._engine = engine.execution_options(survey_writes=True)
        self._lock = lock
        self._queue: queue.SimpleQueue[_Request | None] = queue.SimpleQueue()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def write(self, operation: Operation, item: Any) -> Any:
        self._start()
        request = _Request(operation, item)
        self._queue.put(request)
        if not request.waiting.acquire(timeout=PATIENCE):
            raise Problem(BUSY)
        error, result = request.answer
        if error is not None:
            raise error
        return result

    def close(self) -> None:
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
        with self._engine.connect() as connection, _opened(self._lock) as lock:
            _driver(connection).execute(_LARGE_CACHE)
            while requests := self._next_group():
                answers = self._commit(connection, lock, requests)
                for request, answer in zip(requests, answers, strict=True):
                    request.answer = answer
                    request.waiting.release()

    def _next_group(self) -> list[_Request]:
        """Wait for one request, then take along whatever else already waits; empty at the end."""
        first = self._queue.get()
        group = [] if first is None else [first]
        while group and len(group) < GROUP and not self._queue.empty():
            request = self._queue.get()
            if request is None:
                self._queue.put(None)
                break
            group.append(request)
        return group

    def _commit(self, connection: Connection, lock: BinaryIO, requests: list[_Request]) -> list[_Answer]:
        for run in (_together, _alone):
            try:
                with _held(lock), connection.begin():
                    return run(connection, requests)
            except Exception as error:
                # Nothing of the group is committed. The second time only the commit itself can fail.
                failure = error
        return [(failure, None)] * len(requests)


def _together(connection: Connection, requests: list[_Request]) -> list[_Answer]:
    """Hand neighbours of one operation to it together."""
    return [
        (None, result)
        for operation, batch in groupby(requests, key=lambda request: request.operation)
        for result in operation(connection, [request.item for request in batch])
    ]


def _alone(connection: Connection, requests: list[_Request]) -> list[_Answer]:
    """Run each item by itself, so that only the bad one fails."""
    return [_answer(connection, request) for request in requests]


def _answer(connection: Connection, request: _Request) -> _Answer:
    try:
        with connection.begin_nested():
            return None, request.operation(connection, [request.item])[0]
    except Exception as error:
        return error, None


class _ManyWriters:
    """PostgreSQL arranges its writers itself: a transaction for each call, tried again when two collide."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def write(self, operation: Operation, item: Any) -> Any:
        for turn in range(TRIES):
            try:
                with self._engine.begin() as connection:
                    return operation(connection, [item])[0]
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) not in RETRIED or turn == TRIES - 1:
                    raise
                time.sleep(random.uniform(0, 0.02) * 2**turn)  # noqa: S311 - spreads retries, no secret
        raise Problem(BUSY)

    def close(self) -> None:
        """Nothing waits."""


def migrate(url: str, revision: str = "head") -> None:
    """Bring a database to a revision of its tables; the newest by default."""
    engine = engine_for(url)
    try:
        if engine.dialect.name == "sqlite":
            with exclusive(lock_path(url)):
                _migrate(engine, revision)
        else:
            _migrate(engine, revision)
    finally:
        engine.dispose()


def _migrate(engine: Engine, revision: str) -> None:
    wanted = _newest() if revision == "head" else revision
    if _present(engine) == wanted:
        return
    # Loading Alembic takes longer than everything else of a start, and most starts migrate nothing.
    from survey.storage import migrating

    with engine.connect() as connection:
        migrating.move(connection, MIGRATIONS, wanted)


def _newest() -> str:
    """The last revision: the files of the migrations begin with theirs."""
    return max(file.name.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))


def _present(engine: Engine) -> str | None:
    with engine.connect() as connection:
        try:
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
        except DBAPIError:
            # An empty database has no such table.
            return None
