"""The safeguarding document of a round: stored with its release in one act, in a table of its own, and never changed.

A release knows nothing of it, so that nothing which shows, files or carries a release can show, file or carry it.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, insert, select

from survey.days import today
from survey.problems import CHANGED_RELEASE, NOT_FOUND, Problem
from survey.storage.engine.database import Database
from survey.storage.field import rounds
from survey.storage.results import pooled_means, release_document, signatures
from survey.storage.results.release_document import Document, Worlds
from survey.storage.tables import rounds as rounds_table
from survey.storage.tables import safeguarding

#: Raised when the format changes.
FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class Beside:
    """A safeguarding document as it is stored, and possible worlds of its tables, which spare the store programs."""

    content: bytes
    worlds: Worlds


def pack(document: Document) -> bytes:
    """The document as canonical JSON, compressed."""
    return release_document.pack({**document, "safeguarding": FORMAT})


def complaints(beside: Beside, release: Document) -> Iterator[str]:
    """What somebody finds who reads a safeguarding document together with the release of its round."""
    document = _unpack(beside.content)
    tied = {term[0] for tie in document["ties"]["inequalities"] for term in tie["terms"]}
    public = [one for one in (*release["topics"], *release.get("valid", ())) if one["name"] in tied]
    both = {
        "rules": release["rules"],
        "bases": release["bases"],
        "topics": [*public, *document["topics"]],
        "ties": document["ties"],
        pooled_means.POOLED: release.get(pooled_means.POOLED, ()),
    }
    yield from release_document.complaints(both, beside.worlds)


def insert_beside(connection: Connection, key: int, round_name: str, beside: Beside) -> None:
    """Store the document of a round with its release, in the same transaction."""
    signatures.forget(connection, _signature_of(round_name))
    row = {
        "round": key,
        "created_day": today(),
        "content": beside.content,
        "digest": hashlib.sha256(beside.content).hexdigest(),
    }
    connection.execute(insert(safeguarding), row)


def keep_signature(database: Database, round_name: str, signature: bytes) -> None:
    """Keep the signature of a round's document: from now on it is read only while the signature fits its bytes."""
    signatures.keep(database, _signature_of(round_name), signature)
    find(database, round_name)


def _signature_of(round_name: str) -> str:
    return f"safeguarding_signature/{round_name}"


def find(database: Database, round_name: str) -> dict[str, Any]:
    """The safeguarding document of a round; raises as `content_of`."""
    try:
        document = _unpack(content_of(database, round_name))
    except ValueError as error:
        raise Problem(CHANGED_RELEASE, round=round_name) from error
    if document.get("round") != round_name:
        raise Problem(CHANGED_RELEASE, round=round_name)
    return document


def content_of(database: Database, round_name: str) -> bytes:
    """Its bytes; raises NOT_FOUND where there is none, CHANGED_RELEASE where it is not as stored and signed."""
    if not rounds.NAME.fullmatch(round_name):
        raise Problem(NOT_FOUND)
    query = select(safeguarding.c.content, safeguarding.c.digest).join(rounds_table)
    with database.read() as connection:
        row = connection.execute(query.where(rounds_table.c.name == round_name)).one_or_none()
    if row is None:
        raise Problem(NOT_FOUND)
    content = bytes(row.content)
    same = hashlib.sha256(content).hexdigest() == row.digest
    if not same or not signatures.fits(database, _signature_of(round_name), content):
        raise Problem(CHANGED_RELEASE, round=round_name)
    return content


def documented_rounds(database: Database) -> frozenset[str]:
    """The names of the rounds that have a safeguarding document."""
    query = select(rounds_table.c.name).join(safeguarding, safeguarding.c.round == rounds_table.c.key)
    with database.read() as connection:
        return frozenset(connection.execute(query).scalars())


def _unpack(content: bytes) -> dict[str, Any]:
    try:
        document = json.loads(zlib.decompress(content))
    except (zlib.error, UnicodeDecodeError) as error:
        raise ValueError("this is no safeguarding document") from error
    if not isinstance(document, Mapping) or document.get("safeguarding") != FORMAT:
        raise ValueError("this is no safeguarding document, or one of another format")
    return dict(document)
