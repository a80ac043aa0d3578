"""Releases: the frozen figures of a closed round, stored once and never changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, insert, select

from analysis.disclosure.tied.ties import Ties
from survey.days import today
from survey.problems import CHANGED_RELEASE, NOT_FOUND, RELEASED, UNSAFE_RELEASE, Problem
from survey.storage.engine.database import Database
from survey.storage.field import rounds
from survey.storage.results import (
    derived_figures,
    release_document,
    safeguarding,
    signatures,
)
from survey.storage.results.safeguarding import Beside
from survey.storage.tables import questionnaires as questionnaires_table
from survey.storage.tables import releases
from survey.storage.tables import rounds as rounds_table


@dataclass(frozen=True, slots=True)
class Release:
    """What left a round: `content` is as frozen, `digest` its SHA-256 in hex."""

    round: str
    created_day: str
    content: bytes
    digest: str
    code_version: str


def store(
    database: Database,
    round_name: str,
    content: bytes,
    code_version: str,
    worlds: release_document.Worlds | None = None,
    ties: Ties | None = None,
    beside: Beside | None = None,
) -> Release:
    """Freeze the release of a closed round, attacked again as any reader could; `worlds` save work in that.

    `ties` are what this server's own questionnaire ties, for a release that comes from elsewhere, and the last one is the
    safeguarding document of the round: it is attacked together with the release and stored with it or not at all.

    Raises ROUND_OPEN, ROUND_ENDING, RELEASED where there is one, and UNSAFE_RELEASE where the attack finds a single hidden cell,
    or a gap or a weighted share that does not follow from published numbers.
    """
    document = release_document.unpack(content)
    secret = safeguarding.complaints(beside, document) if beside else ()
    public = (*release_document.complaints(document, worlds, ties), *derived_figures.complaints(document))
    if found := (*public, *secret):
        raise Problem(UNSAFE_RELEASE, round=round_name, cells="; ".join(found[:5]))
    database.change(_store, round_name, content, code_version, beside)
    return find(database, round_name)


def _store(
    connection: Connection, round_name: str, content: bytes, code_version: str, beside: Beside | None = None
) -> None:
    present = rounds.require_closed(rounds.lock_round(connection, round_name))
    if connection.execute(select(releases.c.round).where(releases.c.round == present.key)).first():
        raise Problem(RELEASED, round=round_name)
    signatures.forget(connection, _signature_of(round_name))
    row = {
        "round": present.key,
        "created_day": today(),
        "content": content,
        "digest": digest_of(content),
        "code_version": code_version,
    }
    connection.execute(insert(releases), row)
    if beside:
        safeguarding.insert_beside(connection, present.key, round_name, beside)


def keep_signature(database: Database, round_name: str, signature: bytes) -> None:
    """Keep the signature of a release: from now on it is read only while the signature fits its bytes."""
    signatures.keep(database, _signature_of(round_name), signature)
    find(database, round_name)


def _signature_of(round_name: str) -> str:
    return f"release_signature/{round_name}"


def find(database: Database, round_name: str) -> Release:
    """The release of a round, as it was frozen; raises NOT_FOUND, or CHANGED_RELEASE where it is not."""
    if not rounds.NAME.fullmatch(round_name):
        raise Problem(NOT_FOUND)
    with database.read() as connection:
        row = connection.execute(_releases().where(rounds_table.c.name == round_name)).one_or_none()
    if row is None:
        raise Problem(NOT_FOUND)
    found = Release(row.name, row.created_day, bytes(row.content), row.digest, row.code_version)
    if not _is_unchanged(database, found):
        raise Problem(CHANGED_RELEASE, round=round_name)
    return found


def digest_of(content: bytes) -> str:
    """What a release is known by: the SHA-256 of its bytes, in hex."""
    return hashlib.sha256(content).hexdigest()


def _is_unchanged(database: Database, found: Release) -> bool:
    """Whether the bytes have their digest, and the signature that is kept of them, if there is one."""
    if digest_of(found.content) != found.digest:
        return False
    return signatures.fits(database, _signature_of(found.round), found.content)


def released_rounds(database: Database, questionnaire: str | None = None) -> tuple[str, ...]:
    """The names of the rounds that have a release, the last one first; of one questionnaire, where it is named."""
    query = select(rounds_table.c.name).join(releases, releases.c.round == rounds_table.c.key)
    if questionnaire is not None:
        query = query.join(
            questionnaires_table, questionnaires_table.c.key == rounds_table.c.questionnaire
        ).where(questionnaires_table.c.name == questionnaire)
    with database.read() as connection:
        return tuple(connection.execute(query.order_by(rounds_table.c.key.desc())).scalars())


def release_digests(database: Database, names: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """What the releases of some rounds are known by: name and digest of each."""
    query = select(rounds_table.c.name, releases.c.digest).join(
        releases, releases.c.round == rounds_table.c.key
    )
    with database.read() as connection:
        rows = connection.execute(
            query.where(rounds_table.c.name.in_(tuple(names))).order_by(rounds_table.c.key)
        )
        return tuple((row.name, row.digest) for row in rows)


def _releases() -> Select[Any]:
    return select(
        rounds_table.c.name,
        releases.c.created_day,
        releases.c.content,
        releases.c.digest,
        releases.c.code_version,
    ).join(rounds_table, rounds_table.c.key == releases.c.round)
