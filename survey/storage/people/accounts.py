"""Accounts and their tokens: codes of field workers, names of the others, hashes only of what is secret."""

from __future__ import annotations

import hashlib
import re
import secrets
import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select, update

from survey.days import today
from survey.problems import BAD_NAME, NAME_TAKEN, UNKNOWN_ACCOUNT, Problem
from survey.storage.engine.database import Database
from survey.storage.people import audit
from survey.storage.scope import check_districts
from survey.storage.seen import is_as_seen
from survey.storage.tables import account_districts, accounts, invitations, tokens

NAME: Final = re.compile(r"\w[\w .@-]{0,49}")
ROLES: Final = ("worker", "coordinator", "reviewer", "administrator")
#: How the audit log and a terminal write that an account is bound to no districts.
ALL: Final = "all"
#: Seconds that the account of a token or session is cached.
CACHE_SECONDS: Final = 5.0
_MOST_CACHED: Final = 10_000


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may do something. `name` is a code for a field worker, who is never named.

    `districts` are the reporting districts given to the account, `woman` says whether a field worker is one.
    """

    id: int
    name: str
    role: str
    woman: bool
    active: bool
    districts: frozenset[str]
    session_version: int


def is_code(name: str) -> bool:
    """Whether a name can be the code of a field worker, who is never named."""
    return any(sign.isdigit() for sign in name) and " " not in name


def add(
    database: Database,
    role: str,
    name: str,
    *,
    woman: bool = False,
    districts: Collection[str] = (),
    password_hash: str | None = None,
    by: str = "",
) -> Account:
    """Make an account; raises BAD_NAME, NAME_TAKEN, UNKNOWN_DISTRICT, and ValueError for an unknown role."""
    if role not in ROLES:
        raise ValueError(f"no such role: {role}")
    check_districts(districts)
    row = {
        "name": name,
        "role": role,
        "woman": woman,
        "password_hash": password_hash,
        "active": True,
        "session_version": 1,
    }
    database.change(insert_account, row, tuple(districts), by)
    return find(database, name)


def insert_account(connection: Connection, row: dict[str, Any], districts: Iterable[str], by: str) -> None:
    """Add an account inside a transaction; raises BAD_NAME or NAME_TAKEN."""
    # A space at its end would be lost wherever the name is typed.
    if not NAME.fullmatch(row["name"]) or row["name"] != row["name"].strip():
        raise Problem(BAD_NAME, name=row["name"])
    # "reviewer" and "Reviewer" would be taken for one by everybody who reads them, and by nobody who signs in.
    for taken in connection.scalars(select(accounts.c.name)):
        if taken.casefold() == row["name"].casefold():
            raise Problem(NAME_TAKEN, name=taken)
    account_id = connection.execute(insert(accounts).returning(accounts.c.id), row).scalar_one()
    _put_districts(connection, account_id, districts)
    audit.add_entry(connection, by, "account added", f"{row['name']} {row['role']}")


def _put_districts(connection: Connection, account_id: int, districts: Iterable[str]) -> None:
    connection.execute(delete(account_districts).where(account_districts.c.account == account_id))
    if rows := [{"account": account_id, "district": district} for district in sorted(set(districts))]:
        connection.execute(insert(account_districts), rows)


def find(database: Database, name: str) -> Account:
    """The account of that name or code; raises UNKNOWN_ACCOUNT."""
    found = []
    if NAME.fullmatch(name):
        with database.read() as connection:
            found = _accounts(connection, accounts.c.name == name)
    if not found:
        raise Problem(UNKNOWN_ACCOUNT, name=name)
    return found[0]


def all_accounts(database: Database) -> tuple[Account, ...]:
    """All accounts by name."""
    with database.read() as connection:
        return tuple(_accounts(connection))


def password_hash(database: Database, name: str) -> str | None:
    """The hash of an active account's password, if there is one."""
    if not NAME.fullmatch(name):
        return None
    query = select(accounts.c.password_hash).where(accounts.c.name == name, accounts.c.active)
    with database.read() as connection:
        return connection.execute(query).scalar_one_or_none()


def set_password(database: Database, name: str, new_hash: str, by: str = "") -> None:
    """Replace a password and end the account's sessions."""
    _change(database, name, {"password_hash": new_hash}, by, "password set")


def set_active(database: Database, name: str, active: bool, by: str = "") -> None:
    """Suspend or restore an account; either ends its sessions."""
    _change(database, name, {"active": active}, by, "account restored" if active else "account suspended")


def end_sessions(database: Database, name: str, by: str = "") -> None:
    """Sign an account out everywhere."""
    _change(database, name, {}, by, "sessions ended")


def set_districts(
    database: Database, name: str, districts: Collection[str] | None, by: str = "", seen: str = ""
) -> bool:
    """Give an account other reporting districts, None for all of them, and end its sessions.

    The same districts again change nothing. False, and nothing is changed, where they are not any more as they were
    `seen`: somebody else changed them meanwhile. Raises ValueError for an empty collection: nobody can want that.
    """
    if districts is not None and not districts:
        raise ValueError("no districts: None means all of them")
    after = check_districts(districts or ())
    done = database.change(_set_districts, find(database, name).name, after, by, seen)
    _clear_cache(database)
    return done


def _set_districts(connection: Connection, name: str, after: frozenset[str], by: str, seen: str) -> bool:
    (before,) = _accounts(connection, accounts.c.name == name)
    if after == before.districts:
        return True
    if not is_as_seen(sorted(before.districts), seen):
        return False
    _put_districts(connection, before.id, after)
    detail = f"{before.name}: {_district_list(before.districts)} → {_district_list(after)}"
    _update(connection, before.name, {}, by, "districts changed", detail)
    return True


def _district_list(districts: frozenset[str]) -> str:
    return ", ".join(sorted(districts)) or ALL


def _change(database: Database, name: str, values: dict[str, Any], by: str, event: str) -> None:
    database.change(_update, name, values, by, event)
    _clear_cache(database)


def _update(
    connection: Connection, name: str, values: dict[str, Any], by: str, event: str, detail: str = ""
) -> None:
    ended = {**values, "session_version": accounts.c.session_version + 1}
    if not connection.execute(update(accounts).where(accounts.c.name == name).values(**ended)).rowcount:
        raise Problem(UNKNOWN_ACCOUNT, name=name)
    audit.add_entry(connection, by, event, detail or name)


def add_token(database: Database, name: str, kind: str = "api", by: str = "") -> str:
    """A new token of an account, shown once; the database keeps its SHA-256."""
    token = secrets.token_urlsafe(32)
    database.change(_add_token, find(database, name), _digest(token), kind, by)
    return token


def _add_token(connection: Connection, account: Account, digest: bytes, kind: str, by: str) -> None:
    row = {"digest": digest, "account": account.id, "kind": kind, "created_day": today(), "revoked": False}
    connection.execute(insert(tokens), row)
    audit.add_entry(connection, by, "token added", f"{account.name} {kind}")


def revoke_tokens(database: Database, name: str, by: str = "") -> int:
    """Revoke all tokens of an account, and its links that were not used; returns how many tokens."""
    count = database.change(_revoke, find(database, name), by)
    _clear_cache(database)
    return count


def _revoke(connection: Connection, account: Account, by: str) -> int:
    theirs = update(tokens).where(tokens.c.account == account.id, tokens.c.revoked.is_(False))
    count = connection.execute(theirs.values(revoked=True)).rowcount
    unused = delete(invitations).where(invitations.c.account == account.id, invitations.c.token.is_(None))
    connection.execute(unused)
    audit.add_entry(connection, by, "tokens revoked", account.name)
    return count


def account_of_token(database: Database, token: str) -> Account | None:
    """The active account that a token belongs to; cached for some seconds."""
    digest = _digest(token)
    return _cached_account(database, digest, lambda: _holds(digest))


def _holds(digest: bytes) -> ColumnElement[bool]:
    known = select(tokens.c.account).where(tokens.c.digest == digest, tokens.c.revoked.is_(False))
    return accounts.c.id == known.scalar_subquery()


def account_of_session(database: Database, account_id: int, session_version: int) -> Account | None:
    """The active account of a session that has not been ended; cached for some seconds."""
    return _cached_account(
        database,
        (account_id, session_version),
        lambda: (accounts.c.id == account_id) & (accounts.c.session_version == session_version),
    )


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def _cached_account(
    database: Database, name: object, condition: Callable[[], ColumnElement[bool]]
) -> Account | None:
    # The condition is built only when the database is asked: building it takes longer than remembering.
    memory: dict[object, tuple[float, Account]] = database.account_cache
    until, account = memory.get(name, (0.0, None))
    if account is not None and time.monotonic() < until:
        return account
    with database.read() as connection:
        found = _accounts(connection, condition(), accounts.c.active)
    if not found:
        memory.pop(name, None)
        return None
    if len(memory) >= _MOST_CACHED:
        memory.clear()
    memory[name] = (time.monotonic() + CACHE_SECONDS, found[0])
    return found[0]


def _clear_cache(database: Database) -> None:
    database.account_cache.clear()


def _accounts(connection: Connection, *conditions: ColumnElement[bool]) -> list[Account]:
    rows = connection.execute(select(accounts).where(*conditions).order_by(accounts.c.name)).all()
    ids = [row.id for row in rows]
    given = connection.execute(select(account_districts).where(account_districts.c.account.in_(ids))).all()
    return [_account(row, (place.district for place in given if place.account == row.id)) for row in rows]


def _account(row: Row[Any], districts: Iterable[str]) -> Account:
    return Account(
        id=row.id,
        name=row.name,
        role=row.role,
        woman=row.woman,
        active=row.active,
        districts=frozenset(districts),
        session_version=row.session_version,
    )
