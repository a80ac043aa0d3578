"""The numbers of the disclosure rules that were made stricter, and the audit's entry of it, changed together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from sqlalchemy import Connection, text

from survey.storage import runtime_settings
from survey.storage.engine.database import Database
from survey.storage.people import audit

KEY: Final = "release_rules"
#: What PostgreSQL calls the lock that two changes of the rules take one after the other; SQLite has one writer anyway.
_LOCK: Final = 7_263_001

Numbers = Mapping[str, int]


def numbers(database: Database) -> Numbers:
    """The numbers that were set; empty where the shipped rules hold."""
    found: dict[str, int] = runtime_settings.get(database, KEY, {})
    return found


def change(database: Database, decide: Callable[[Numbers], Numbers], by: str) -> None:
    """Set what `decide` makes of the numbers in force; what it raises leaves them as they are."""
    database.change(_change, decide, by)


def _change(connection: Connection, decide: Callable[[Numbers], Numbers], by: str) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK})
    before = runtime_settings.value(connection, KEY, {})
    after = decide(before)
    if dict(after) != before:
        runtime_settings.replace(connection, KEY, dict(after))
        audit.add_entry(connection, by, "rules raised", " ".join(f"{name}={after[name]}" for name in after))
