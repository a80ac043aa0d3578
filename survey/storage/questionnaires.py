"""Published questionnaires: immutable, found by name and version."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from survey.days import today
from survey.problems import CHANGED_QUESTIONNAIRE, UNKNOWN_VERSION, VERSION_TAKEN, Problem
from survey.questionnaire import model
from survey.questionnaire.model import Questionnaire
from survey.storage.engine.database import Database
from survey.storage.people import audit
from survey.storage.tables import questionnaires


@dataclass(frozen=True, eq=False)
class Edition:
    """One published version; `key` represents it in the rows that name it."""

    key: int
    questionnaire: Questionnaire
    published_day: str


def publish(database: Database, questionnaire: Questionnaire, by: str = "") -> Edition:
    """Keep a version for good; the same content again changes nothing, other content is refused."""
    database.change(_publish, questionnaire, by)
    return find(database, questionnaire.name, questionnaire.version)


def _publish(connection: Connection, questionnaire: Questionnaire, by: str) -> None:
    present = connection.execute(
        select(questionnaires.c.digest)
        .where(questionnaires.c.name == questionnaire.name)
        .where(questionnaires.c.version == questionnaire.version)
    ).scalar_one_or_none()
    if present is None:
        row = {
            "name": questionnaire.name,
            "version": questionnaire.version,
            "content": model.to_json(questionnaire),
            "digest": questionnaire.digest,
            "published_day": today(),
        }
        connection.execute(insert(questionnaires), row)
        audit.add_entry(
            connection, by, "questionnaire published", f"{questionnaire.name} {questionnaire.version}"
        )
    elif present != questionnaire.digest:
        raise Problem(VERSION_TAKEN, questionnaire=questionnaire.name, version=questionnaire.version)


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
