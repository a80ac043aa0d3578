"""Published questionnaires: immutable, found by name and version, with the file that each was taken in as."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from survey.days import today
from survey.problems import CHANGED_QUESTIONNAIRE, NOT_FOUND, UNKNOWN_VERSION, VERSION_TAKEN, Problem
from survey.questionnaire import model
from survey.questionnaire.model import Questionnaire
from survey.storage.engine.database import Database
from survey.storage.people import audit
from survey.storage.tables import questionnaire_files, questionnaires


@dataclass(frozen=True, eq=False)
class Edition:
    """One published version; `key` represents it in the rows that name it."""

    key: int
    questionnaire: Questionnaire
    published_day: str


@dataclass(frozen=True, slots=True)
class SourceFile:
    """The file that a questionnaire was read from, as it was taken in; `ending` such as .xlsx says what it is."""

    ending: str
    content: bytes

    @classmethod
    def of(cls, file: Path) -> SourceFile:
        """The file at that place."""
        return cls(file.suffix.lower(), file.read_bytes())


@dataclass(frozen=True, slots=True)
class Published:
    """What is published of a questionnaire already: its own version, and the last one of the same name before it."""

    same: Edition | None
    other: Edition | None


def publish(
    database: Database, questionnaire: Questionnaire, by: str = "", file: SourceFile | None = None
) -> Edition:
    """Keep a version for good with its file; the same content again changes nothing, other content is refused."""
    database.change(_publish, questionnaire, by, file)
    return find(database, questionnaire.name, questionnaire.version)


def _publish(connection: Connection, questionnaire: Questionnaire, by: str, file: SourceFile | None) -> None:
    present = connection.execute(
        select(questionnaires.c.digest)
        .where(questionnaires.c.name == questionnaire.name)
        .where(questionnaires.c.version == questionnaire.version)
    ).scalar_one_or_none()
    if present is None:
        _insert(connection, questionnaire, by, file)
    elif present != questionnaire.digest:
        raise Problem(VERSION_TAKEN, questionnaire=questionnaire.name, version=questionnaire.version)


def _insert(connection: Connection, questionnaire: Questionnaire, by: str, file: SourceFile | None) -> None:
    row = {
        "name": questionnaire.name,
        "version": questionnaire.version,
        "content": model.to_json(questionnaire),
        "digest": questionnaire.digest,
        "published_day": today(),
    }
    (key,) = connection.execute(insert(questionnaires), row).inserted_primary_key or (None,)
    if file is not None:
        kept = {"questionnaire": key, "ending": file.ending, "content": file.content}
        connection.execute(insert(questionnaire_files), kept)
    audit.add_entry(
        connection, by, "questionnaire published", f"{questionnaire.name} {questionnaire.version}"
    )


def published_before(database: Database, questionnaire: Questionnaire) -> Published:
    """What a questionnaire has to be compared with before it is published."""
    same, other = None, None
    for edition in all_editions(database):
        if edition.questionnaire.name == questionnaire.name:
            if edition.questionnaire.version == questionnaire.version:
                same = edition
            elif same is None:
                other = edition
    return Published(same, other)


def source_file(database: Database, key: int) -> SourceFile | None:
    """The file of a published version; None for one that came without, as with a release from elsewhere."""
    with database.read() as connection:
        kept = questionnaire_files.c
        row = connection.execute(
            select(kept.ending, kept.content).where(kept.questionnaire == key)
        ).one_or_none()
    return None if row is None else SourceFile(row.ending, row.content)


def find(database: Database, name: str, version: str) -> Edition:
    """The version of that name; raises UNKNOWN_VERSION. Remembered, since it can never change."""
    return _find(database, name, version)


@lru_cache(maxsize=64)
def _find(database: Database, name: str, version: str) -> Edition:
    with database.read() as connection:
        row = connection.execute(
            select(questionnaires)
            .where(questionnaires.c.name == name)
            .where(questionnaires.c.version == version)
        ).one_or_none()
    if row is None:
        raise Problem(UNKNOWN_VERSION, questionnaire=name, version=version)
    return _edition(row)


def newest(database: Database, name: str) -> Edition:
    """The version of that questionnaire that was published last."""
    with database.read() as connection:
        row = connection.execute(
            select(questionnaires)
            .where(questionnaires.c.name == name)
            .order_by(questionnaires.c.key.desc())
            .limit(1)
        ).one_or_none()
    if row is None:
        raise Problem(UNKNOWN_VERSION, questionnaire=name, version="")
    return _edition(row)


def edition(database: Database, key: int) -> Edition:
    """The version of a row's key; raises NOT_FOUND."""
    with database.read() as connection:
        row = connection.execute(select(questionnaires).where(questionnaires.c.key == key)).one_or_none()
    if row is None:
        raise Problem(NOT_FOUND)
    return _edition(row)


def edition_of_key(connection: Connection, key: int) -> Edition:
    """The version of a row's key."""
    return _edition(connection.execute(select(questionnaires).where(questionnaires.c.key == key)).one())


def all_editions(database: Database) -> tuple[Edition, ...]:
    """All published versions, oldest first."""
    with database.read() as connection:
        rows = connection.execute(select(questionnaires).order_by(questionnaires.c.key))
        return tuple(_edition(row) for row in rows)


def _edition(row: Row[Any]) -> Edition:
    if hashlib.sha256(row.content.encode()).hexdigest() != row.digest:
        raise Problem(CHANGED_QUESTIONNAIRE, questionnaire=row.name, version=row.version)
    return Edition(row.key, model.from_json(row.content), row.published_day)
