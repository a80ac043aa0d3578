"""Phones of field workers: invited once, known by the hash of a token that they made themselves, revocable."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, exists, func, insert, select, update

from survey import geography
from survey.days import today
from survey.problems import INVITATION_UNKNOWN, INVITATION_USED, UNKNOWN_ROUND, Problem
from survey.storage.engine.database import Database
from survey.storage.people import audit, marks
from survey.storage.people.accounts import Account
from survey.storage.people.marks import FREE, Mark
from survey.storage.tables import accounts, awaited_phones, invitations, responses, rounds, tokens

KIND = "device"


@dataclass(frozen=True, slots=True)
class Assignment:
    """What a phone was invited for: a round by name, and the language it begins in."""

    round: str
    language: str


@dataclass(frozen=True, slots=True)
class Contact:
    """A phone that may hold interviews: whose it is, and the day when it was last in touch; None for never noted."""

    worker: str
    day: str | None


def digest(secret: str) -> bytes:
    """The hash under which an invitation or a token is kept."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()


def invite(
    database: Database, code: str, worker: Account, assignment: Assignment, by: str = "", mark: Mark = FREE
) -> Mark:
    """Keep the hash of an invitation's code; returns how the phone is distinguished. Raises UNKNOWN_ROUND or MARK_TAKEN."""
    return database.change(_invite, digest(code), worker, assignment, by, mark)


def _invite(
    connection: Connection, code_digest: bytes, worker: Account, assignment: Assignment, by: str, mark: Mark
) -> Mark:
    chosen = select(rounds.c.key).where(rounds.c.name == assignment.round)
    round_key = connection.execute(chosen).scalar_one_or_none()
    if round_key is None:
        raise Problem(UNKNOWN_ROUND, round=assignment.round)
    chosen_mark = marks.free_mark(connection, worker, mark)
    row = {
        "digest": code_digest,
        "account": worker.id,
        "round": round_key,
        "language": assignment.language,
        "created_day": today(),
        "colour": chosen_mark.colour,
        "number": chosen_mark.number,
    }
    connection.execute(insert(invitations), row)
    audit.add_entry(connection, by, "phone invited", f"{worker.name} {chosen_mark}")
    return chosen_mark


def enrol(database: Database, code: str, token: str, former: str = "") -> bool:
    """Let a phone send with its token; the same phone may ask again. Returns whether it was the first time.

    The `former` token of the same phone is taken back: it would stay in the list as a second phone that fell silent.

    Raises INVITATION_UNKNOWN, or INVITATION_USED for a second phone.
    """
    first = database.change(_enrol, digest(code), digest(token), digest(former))
    if former:
        database.account_cache.clear()
    return first


def _enrol(connection: Connection, code_digest: bytes, token_digest: bytes, former_digest: bytes) -> bool:
    found = connection.execute(_invitations(code_digest).with_for_update(of=invitations)).one_or_none()
    if found is None or not found.active:
        raise Problem(INVITATION_UNKNOWN)
    if found.token is not None:
        if bytes(found.token) != token_digest:
            raise Problem(INVITATION_USED)
        return False
    used = update(invitations).where(invitations.c.digest == code_digest)
    connection.execute(used.values(token=token_digest))
    connection.execute(insert(tokens), _token(found, token_digest))
    audit.add_entry(connection, found.name, "phone enrolled", found.name)
    if former_digest != token_digest:
        _replace(connection, former_digest, found.name)
    return True


def _replace(connection: Connection, former_digest: bytes, name: str) -> None:
    """Take the former token of a phone back: what waits on the phone is sent with the new one, and no round waits for both."""
    former = (tokens.c.digest == former_digest) & (tokens.c.kind == KIND) & tokens.c.revoked.is_(False)
    if connection.execute(update(tokens).where(former).values(revoked=True)).rowcount:
        connection.execute(delete(awaited_phones).where(awaited_phones.c.token == former_digest))
        audit.add_entry(connection, name, "phone set up again", name)


def _invitations(code_digest: bytes) -> Any:
    return (
        select(invitations.c.account, invitations.c.token, accounts.c.name, accounts.c.active)
        .join(accounts, accounts.c.id == invitations.c.account)
        .where(invitations.c.digest == code_digest)
    )


def _token(found: Row[Any], token_digest: bytes) -> dict[str, Any]:
    return {
        "digest": token_digest,
        "account": found.account,
        "kind": KIND,
        "created_day": today(),
        "revoked": False,
        "contact_day": today(),
    }


def assignment(database: Database, token: str) -> Assignment | None:
    """What the phone of a token was invited for; None for a token that is no phone's."""
    query = (
        select(rounds.c.name, invitations.c.language)
        .join(rounds, rounds.c.key == invitations.c.round)
        .where(invitations.c.token == digest(token))
    )
    with database.read() as connection:
        row = connection.execute(query).one_or_none()
    return Assignment(*row) if row else None


def is_revoked(database: Database, token: str) -> bool:
    """Whether a token was a phone's and was taken back, or its worker suspended."""
    query = (
        select(tokens.c.revoked, accounts.c.active)
        .join(accounts, accounts.c.id == tokens.c.account)
        .where(tokens.c.digest == digest(token), tokens.c.kind == KIND)
    )
    with database.read() as connection:
        row = connection.execute(query).one_or_none()
    return row is not None and (row.revoked or not row.active)


def count_sent(database: Database, worker: Account, round_name: str) -> Mapping[tuple[str, str], int]:
    """How many interviews of a worker are stored in a round, by reporting district and group.

    Those that a rule or a person left out are among them: a number that did not rise would reveal one person's answers.
    """
    columns = (responses.c.district, responses.c.group)
    query = (
        select(*columns, func.count())
        .join(rounds, rounds.c.key == responses.c.round)
        .where(rounds.c.name == round_name, responses.c.worker == worker.name)
        .group_by(*columns)
    )
    counts: Counter[tuple[str, str]] = Counter()
    with database.read() as connection:
        for district, group, number in connection.execute(query):
            counts[geography.reporting_of(district).id, group] += number
    return counts


def note_contact(database: Database, token: str) -> None:
    """Note that a phone was in touch: the day, once a day, and that no ending round waits for it any more."""
    name = digest(token)
    awaited = exists().where(awaited_phones.c.token == name)
    query = select(tokens.c.contact_day, awaited).where(tokens.c.digest == name, tokens.c.kind == KIND)
    with database.read() as connection:
        row = connection.execute(query).one_or_none()
    if row is not None and (row[0] != today() or row[1]):
        database.change(_note_contact, name)


def _note_contact(connection: Connection, token_digest: bytes) -> None:
    noted = update(tokens).where(tokens.c.digest == token_digest)
    connection.execute(noted.values(contact_day=today()))
    connection.execute(delete(awaited_phones).where(awaited_phones.c.token == token_digest))


def await_all(connection: Connection, round_key: int) -> None:
    """Wait for every phone: invited for any round, it may hold interviews of this one."""
    digests = connection.execute(_phones(tokens.c.digest)).scalars().all()
    rows = [{"round": round_key, "token": digest} for digest in digests]
    if rows:
        connection.execute(insert(awaited_phones), rows)


def await_none(connection: Connection, round_key: int) -> None:
    """Forget for which phones a round waited."""
    connection.execute(delete(awaited_phones).where(awaited_phones.c.round == round_key))


def phones_awaited(database: Database, round_name: str) -> tuple[Contact, ...]:
    """The phones that have not been in touch since a round began to end, by worker code."""
    query = (
        _phones(accounts.c.name, tokens.c.contact_day)
        .join(awaited_phones, awaited_phones.c.token == tokens.c.digest)
        .join(rounds, rounds.c.key == awaited_phones.c.round)
        .where(rounds.c.name == round_name)
    )
    return _contacts(database, query)


def active_phones(database: Database) -> tuple[Contact, ...]:
    """The phones that may send, by worker code."""
    return _contacts(database, _phones(accounts.c.name, tokens.c.contact_day))


def _contacts(database: Database, query: Select[Any]) -> tuple[Contact, ...]:
    with database.read() as connection:
        found = [Contact(*row) for row in connection.execute(query)]
    return tuple(sorted(found, key=lambda phone: (phone.worker, phone.day or "")))


def _phones(*columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(tokens)
        .join(accounts, accounts.c.id == tokens.c.account)
        .where(tokens.c.kind == KIND, tokens.c.revoked.is_(False), accounts.c.active)
    )
