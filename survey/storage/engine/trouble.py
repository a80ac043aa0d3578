"""Trouble of the database itself, as opposed to our own mistakes: what passes, and what somebody has to repair."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolEmpty

from survey.problems import BUSY, DATABASE_DAMAGED, DATABASE_DOWN, STORAGE_FULL, TROUBLE, Kind, Problem

#: SQLite's codes, the extended ones first (https://www.sqlite.org/rescode.html).
_SQLITE: Final[Mapping[int, Kind]] = {
    # The index of the write-ahead log has no room to grow.
    sqlite3.SQLITE_IOERR_SHMSIZE: STORAGE_FULL,
    sqlite3.SQLITE_BUSY: BUSY,
    sqlite3.SQLITE_LOCKED: BUSY,
    sqlite3.SQLITE_PROTOCOL: BUSY,
    sqlite3.SQLITE_NOMEM: BUSY,
    sqlite3.SQLITE_FULL: STORAGE_FULL,
    sqlite3.SQLITE_CANTOPEN: DATABASE_DOWN,
    sqlite3.SQLITE_IOERR: DATABASE_DOWN,
    sqlite3.SQLITE_PERM: DATABASE_DOWN,
    sqlite3.SQLITE_READONLY: DATABASE_DOWN,
    sqlite3.SQLITE_CORRUPT: DATABASE_DAMAGED,
    sqlite3.SQLITE_NOTADB: DATABASE_DAMAGED,
}
#: PostgreSQL's codes, whole or by their class (https://www.postgresql.org/docs/current/errcodes-appendix.html).
_POSTGRESQL: Final[Mapping[str, Kind]] = {
    "53100": STORAGE_FULL,
    "25006": DATABASE_DOWN,
    "53": BUSY,
    "55P03": BUSY,
    "57014": BUSY,
    "40": BUSY,
    "08": DATABASE_DOWN,
    "57P": DATABASE_DOWN,
    "58": DATABASE_DOWN,
    "XX001": DATABASE_DAMAGED,
    "XX002": DATABASE_DAMAGED,
}
_NO_ROOM: Final = (errno.ENOSPC, errno.EDQUOT)


def trouble_of(error: BaseException) -> Problem | None:
    """The problem that a failure of the database or its disk is; None for any other failure."""
    kind = _kind(error)
    return Problem(kind) if kind else None


def passes(problem: Problem) -> bool:
    """Whether a refusal is trouble of the database, not a judgement on what was sent."""
    return problem.kind in TROUBLE


def sentence(failure: Exception) -> str:
    """A failure in one line for an administrator, with what the system or the database said of it."""
    if isinstance(failure, OSError):
        return f"{failure.strerror or failure}" + (f": {failure.filename}" if failure.filename else "")
    if not isinstance(failure, Problem) or failure.kind not in TROUBLE:
        return str(failure)
    said = str(getattr(failure.__cause__, "orig", None) or failure.__cause__ or "").partition("\n")[0]
    return TROUBLE[failure.kind] + (f" ({said})" if said else "")


def _kind(error: BaseException) -> Kind | None:
    if isinstance(error, PoolEmpty):
        return BUSY
    if isinstance(error, OSError):
        return STORAGE_FULL if error.errno in _NO_ROOM else DATABASE_DOWN
    cause: Any = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, sqlite3.Error):
        code = getattr(cause, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
        # The first byte is the code, the bits above it say more.
        return _SQLITE.get(code) or _SQLITE.get(code & 0xFF)
    return _postgresql(error, getattr(cause, "sqlstate", None))


def _postgresql(error: BaseException, state: str | None) -> Kind | None:
    if state is not None:
        return next((kind for code, kind in _POSTGRESQL.items() if state.startswith(code)), None)
    # Without a code the server was not reached, or the connection was cut.
    return DATABASE_DOWN if isinstance(error, OperationalError) else None


@contextmanager
def raise_as_problem() -> Iterator[None]:
    """Raise a failure of the database as the problem that it is."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as error:
        problem = trouble_of(error)
        if problem is None:
            raise
        raise problem from error
