"""Wrong sign-ins, counted by name; no address and no time of day is kept."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select, update

from survey.days import today
from survey.storage.engine.database import Database
from survey.storage.tables import sign_in_attempts


def failures(database: Database, name_digest: bytes) -> int:
    """Wrong passwords today for a name, which is known only as a digest."""
    query = select(sign_in_attempts.c.failures).where(
        sign_in_attempts.c.name_digest == name_digest, sign_in_attempts.c.day == today()
    )
    with database.read() as connection:
        return connection.execute(query).scalar_one_or_none() or 0


def count(database: Database, name_digest: bytes) -> int:
    """Count one more wrong password and forget other days; returns today's number."""
    return database.change(_count, name_digest)


def _count(connection: Connection, name_digest: bytes) -> int:
    connection.execute(delete(sign_in_attempts).where(sign_in_attempts.c.day != today()))
    mine = sign_in_attempts.c.name_digest == name_digest
    more = update(sign_in_attempts).where(mine).values(failures=sign_in_attempts.c.failures + 1)
    number = connection.execute(more.returning(sign_in_attempts.c.failures)).scalar_one_or_none()
    if number is None:
        row = {"name_digest": name_digest, "failures": 1, "day": today()}
        connection.execute(insert(sign_in_attempts), row)
    return number or 1


def clear(database: Database, name_digest: bytes) -> None:
    """Forget a name's wrong passwords after a right one."""
    database.change(_clear, name_digest)


def _clear(connection: Connection, name_digest: bytes) -> None:
    connection.execute(delete(sign_in_attempts).where(sign_in_attempts.c.name_digest == name_digest))
