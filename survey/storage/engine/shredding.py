"""Shredding: what was deleted leaves the files too; what could not be overwritten yet is remembered until it is."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Table, delete, insert, select, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from survey.days import today
from survey.storage.engine.database import Database, lock_path
from survey.storage.engine.file_lock import exclusive
from survey.storage.tables import unfinished_shredding

#: Tries in a row; a short read of the database is over by then.
TRIES: Final = 3
PAUSE: Final = 0.3
#: Milliseconds that a try waits for readers; interviews wait as long.
_PATIENCE: Final = 500
#: Bytes of a file that is put in order while it is used: about 100,000 interviews, less than a second.
LARGEST: Final = 32 * 1024 * 1024
#: PostgreSQL: somebody else holds the table.
_TABLE_HELD: Final = "55P03"


def remember(connection: Connection, *tables: Table) -> None:
    """Remember, inside the transaction that deletes rows, that these tables have to be overwritten."""
    kept = unfinished_shredding.c
    for table in tables:
        again = update(unfinished_shredding).where(kept.name == table.name)
        if not connection.execute(again.values(deletions=kept.deletions + 1)).rowcount:
            row = {"name": table.name, "deletions": 1, "since_day": today()}
            connection.execute(insert(unfinished_shredding), row)


def waiting_tables(database: Database) -> tuple[str, ...]:
    """The tables of which deleted rows are still in the files."""
    return tuple(sorted(_waiting_marks(database)))


def _waiting_marks(database: Database) -> dict[str, int]:
    kept = unfinished_shredding.c
    with database.read() as connection:
        rows = connection.execute(select(kept.name, kept.deletions))
        return {row.name: row.deletions for row in rows}


def finish(database: Database, tries: int = TRIES) -> bool:
    """Overwrite what is remembered, and look whether it is; False while somebody who reads is in the way."""
    known = _waiting_marks(database)
    for turn in range(tries):
        if not known:
            return True
        if turn:
            time.sleep(PAUSE)
        if done := {name: known[name] for name in _overwrite(database, sorted(known))}:
            database.change(_forget_finished, done)
        known = _waiting_marks(database)
    return not known


def _forget_finished(connection: Connection, done: dict[str, int]) -> None:
    """Rows that were deleted in the meantime are not forgotten: their number has grown."""
    kept = unfinished_shredding.c
    for name, deletions in done.items():
        connection.execute(delete(unfinished_shredding).where(kept.name == name, kept.deletions == deletions))


def _overwrite(database: Database, names: list[str]) -> list[str]:
    if database.engine.dialect.name == "postgresql":
        return [name for name in names if _rewrite(database, name)]
    # In the file itself rows are overwritten on deletion; the write-ahead log still holds them.
    return names if empty_log(database) else []


def empty_log(database: Database) -> bool:
    """SQLite: write the log back into the file and cut it to nothing; False while a reader still needs it."""
    with exclusive(lock_path(database.url)), database.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        (before,) = driver.execute("PRAGMA busy_timeout").fetchone()
        driver.execute(f"PRAGMA busy_timeout={_PATIENCE}")
        try:
            busy, _, _ = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            driver.execute(f"PRAGMA busy_timeout={before}")
    return not busy


def put_in_order(database: Database) -> None:
    """SQLite: write the file again in the order of its random keys, for the place of a row in its page shows when it came.

    Left out for a file so large that interviews would wait for it.
    """
    file = log_of(database)
    if file is None or file.with_name(file.name.removesuffix("-wal")).stat().st_size > LARGEST:
        return
    with exclusive(lock_path(database.url)), database.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        driver.execute("VACUUM")


def log_of(database: Database) -> Path | None:
    """The write-ahead log that we empty; None on PostgreSQL, which manages its own."""
    address = make_url(database.url)
    return Path(f"{address.database}-wal") if address.get_backend_name() == "sqlite" else None


def leave(database: Database) -> None:
    """Close a database and empty its log, unless another process still needs it."""
    database.close()
    if log_of(database) is not None:
        empty_log(database)
        database.close()


def _rewrite(database: Database, name: str) -> bool:
    """PostgreSQL: write a table and its indices again; False while somebody holds it or still sees deleted rows."""
    with database.engine.connect() as connection:
        freely = connection.execution_options(isolation_level="AUTOCOMMIT")
        with _notices(freely) as details:
            try:
                freely.exec_driver_sql(f"SET lock_timeout = {_PATIENCE}")
                freely.exec_driver_sql(f'VACUUM (FULL, VERBOSE) "{name}"')
            except OperationalError as error:
                if getattr(error.orig, "sqlstate", None) != _TABLE_HELD:
                    raise
                return False
            finally:
                freely.exec_driver_sql("RESET lock_timeout")
    # "N dead row versions cannot be removed yet", in any language of the server.
    kept = [int(found[0]) for detail in details if (found := re.match(r"\d+", detail))]
    return bool(kept) and not any(kept)


@contextmanager
def _notices(connection: Connection) -> Iterator[list[str]]:
    """The details of the server's notices meanwhile."""
    details: list[str] = []
    driver: Any = connection.connection.driver_connection

    def hear(notice: Any) -> None:
        details.append(notice.message_detail or "")

    driver.add_notice_handler(hear)
    try:
        yield details
    finally:
        driver.remove_notice_handler(hear)
