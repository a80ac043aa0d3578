"""The audit: which account did what on which day, never at what time and never about an answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, delete, insert, select

from survey.days import later, today
from survey.storage.engine import shredding
from survey.storage.engine.database import Database
from survey.storage.tables import audit

#: Days that an entry is kept.
KEPT_DAYS: Final = 30
#: Events that the record of the survey itself needs: they stay.
LASTING: Final = (
    *("round opened", "round ending", "round closed", "round purged", "questionnaire published"),
    *("late interviews taken in", "late interviews left out", "unreadable interviews taken in"),
    *("rules raised", "action agreed", "action changed", "aim changed"),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that an account did."""

    day: str
    account: str
    event: str
    detail: str


def add_entry(connection: Connection, account: str, event: str, detail: str = "") -> None:
    """Add an entry inside the transaction of the event."""
    row = {"day": today(), "account": account, "event": event, "detail": detail}
    connection.execute(insert(audit), row)


def record(database: Database, account: str, event: str, detail: str = "") -> None:
    """Add an entry of its own, such as a refused look at another district."""
    database.change(add_entry, account, event, detail)


def entries(database: Database) -> tuple[Entry, ...]:
    """All entries, oldest first."""
    with database.read() as connection:
        rows = connection.execute(
            select(audit.c.day, audit.c.account, audit.c.event, audit.c.detail).order_by(audit.c.key)
        )
        return tuple(Entry(*row) for row in rows)


def expire(database: Database) -> None:
    """Forget what is older than the time an entry is kept."""
    database.change(_expire, later(today(), -KEPT_DAYS))
    shredding.finish(database)


def _expire(connection: Connection, before: str) -> None:
    old = audit.c.day < before
    if connection.execute(delete(audit).where(old, audit.c.event.not_in(LASTING))).rowcount:
        shredding.remember(connection, audit)
