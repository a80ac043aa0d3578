"""The database: readers side by side, and one writer that commits groups and answers after the commit."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url

from survey import file_modes, installation
from survey.storage.engine import trouble
from survey.storage.engine.file_lock import exclusive
from survey.storage.engine.writer import Commit, Writer, postgresql_commits, sqlite_commits

Item = TypeVar("Item")
Result = TypeVar("Result")
#: Whether a key of a folder signed some bytes: the folder, the bytes, the signature.
Knows = Callable[[Path, bytes, bytes], bool]

MIGRATIONS: Final = installation.path("migrations")
#: The number under which PostgreSQL knows the lock of those that change tables.
_MIGRATING: Final = 7_361_902_002
#: Seconds that a database server may take to let somebody in; without a limit it is minutes.
_PATIENCE: Final = "5"
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


class Database:
    """One database at one URL; `home` is the folder of the keys that belong to it."""

    def __init__(self, url: str, home: Path, knows_signature: Knows | None = None) -> None:
        self.url = url
        self.home = home
        #: A cache of accounts that were read, each with the moment of the monotonic clock until which it is used.
        self.account_cache: dict[object, tuple[float, Any]] = {}
        #: Whether a key that belongs to `home` signed some bytes; set where the survey is opened.
        self.knows_signature = knows_signature
        self.engine = engine_for(url, existing=True)
        self._writer = Writer(self._commits)

    def _commits(self) -> AbstractContextManager[Commit]:
        if self.engine.dialect.name == "postgresql":
            return postgresql_commits(self.engine)
        return sqlite_commits(self.engine.execution_options(survey_writes=True), lock_path(self.url))

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one state of the database and changes nothing; raises the trouble it has."""
        with (
            trouble.raise_as_problem(),
            self.engine.connect() as connection,
            connection.begin() as transaction,
        ):
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
        return self.write(_call_each, (function, arguments))

    def close(self) -> None:
        """Finish what is queued and close every connection."""
        self._writer.close()
        self.engine.dispose()


def _call_each(connection: Connection, items: Sequence[tuple[Callable[..., Result], Any]]) -> list[Result]:
    return [function(connection, *arguments) for function, arguments in items]


def engine_for(url: str, existing: bool = False) -> Engine:
    """An engine with the survey's settings for its kind of database; an existing one is not made where it is missing."""
    target = make_url(url)
    if target.get_backend_name() == "postgresql":
        target = target.set(drivername="postgresql+psycopg")
        if "connect_timeout" not in target.query:
            target = target.update_query_dict({"connect_timeout": _PATIENCE})
        return create_engine(target, pool_size=20, max_overflow=20, hide_parameters=True)
    connect = partial(_connect_existing, str(target.database)) if existing and target.database else None
    more = {"creator": connect} if connect else {}
    engine = create_engine(url, pool_size=20, max_overflow=40, hide_parameters=True, **more)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _connect_existing(file: str) -> sqlite3.Connection:
    """A connection to a file that is there: SQLite would put an empty database in the place of one that went away."""
    return sqlite3.connect(f"file:{quote(file)}?mode=rw", uri=True, check_same_thread=False)


def _prepare_sqlite(driver_connection: Any, _record: object) -> None:
    # The driver must not open transactions by itself: it would open them too late and of the wrong kind.
    driver_connection.isolation_level = None
    for pragma in _PRAGMAS:
        driver_connection.execute(pragma)


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("survey_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def lock_path(url: str) -> Path:
    """The file whose lock lets one process write at a time."""
    return Path(f"{make_url(url).database}{file_modes.WRITING}")


def is_new(url: str) -> bool:
    """Whether a database has no tables of a survey yet; looking makes no file."""
    target = make_url(url)
    if target.get_backend_name() == "sqlite" and not _holds_anything(Path(str(target.database))):
        return True
    engine = engine_for(url)
    try:
        with trouble.raise_as_problem():
            return _present_revision(engine) is None
    finally:
        engine.dispose()


def _holds_anything(file: Path) -> bool:
    return file.exists() and file.stat().st_size > 0


def migrate(url: str, revision: str = "head") -> None:
    """Bring a database to a revision of its tables; the newest by default. Raises the trouble that the database has."""
    engine = engine_for(url)
    try:
        with trouble.raise_as_problem(), _hold_migration_lock(engine):
            _migrate(engine, revision)
    finally:
        engine.dispose()


@contextmanager
def _hold_migration_lock(engine: Engine) -> Iterator[None]:
    """Hold the lock of those that change tables."""
    if engine.dialect.name == "sqlite":
        with exclusive(lock_path(str(engine.url))):
            yield
        return
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:number)"), {"number": _MIGRATING})
        connection.commit()
        yield


def _migrate(engine: Engine, revision: str) -> None:
    wanted = _newest() if revision == "head" else revision
    if _present_revision(engine) == wanted:
        return
    # Loading Alembic takes longer than everything else of a start, and most starts migrate nothing.
    from survey.storage.engine import migrations

    with engine.connect() as connection:
        migrations.move(connection, MIGRATIONS, wanted)


def _newest() -> str:
    """The last revision: the files of the migrations begin with theirs."""
    return max(file.name.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))


def _present_revision(engine: Engine) -> str | None:
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
