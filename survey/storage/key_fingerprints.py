"""What the database knows of its keys: one-way values that distinguish the right ones from others and reveal nothing else."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, delete, insert, select

from survey.storage.engine.database import Database
from survey.storage.people import audit
from survey.storage.tables import key_fingerprints, receipts


def known_fingerprints(database: Database) -> dict[str, str]:
    """The fingerprint of each key that belongs to this database, by the key's name."""
    with database.read() as connection:
        rows = connection.execute(select(key_fingerprints.c.name, key_fingerprints.c.fingerprint))
        return {row.name: row.fingerprint for row in rows}


def keep(database: Database, fingerprints: Mapping[str, str]) -> None:
    """Let these be the keys of this database, and no others."""
    database.change(_keep, dict(fingerprints))


def _keep(connection: Connection, fingerprints: dict[str, str]) -> None:
    connection.execute(delete(key_fingerprints))
    rows = [{"name": name, "fingerprint": value} for name, value in sorted(fingerprints.items())]
    connection.execute(insert(key_fingerprints), rows)
    audit.add_entry(connection, "", "keys taken", str(len(rows)))


def forget(database: Database, name: str) -> None:
    """Forget a key that is about to be deleted for good."""
    database.change(_forget, name)


def _forget(connection: Connection, name: str) -> None:
    connection.execute(delete(key_fingerprints).where(key_fingerprints.c.name == name))


def hang_on_keys(database: Database) -> bool:
    """Whether anything is stored that only the keys of its day can recognise."""
    with database.read() as connection:
        return connection.execute(select(receipts.c.id).limit(1)).first() is not None
