"""Preferences: what people set while the survey runs, such as the name of the local body in a district."""

from __future__ import annotations

import json
from typing import Any, Final

from sqlalchemy import Connection, delete, insert, select

from survey.storage.engine.database import Database
from survey.storage.seen import is_as_seen
from survey.storage.tables import preferences

_LOCAL_BODY: Final = "local_body/"
_CONSENT: Final = "consent/"
#: Holes of a consent script that the office fills: who asks, for whom, and where to complain.
CONSENT_TEXTS: Final = ("asked_by", "asked_for", "complaints")


def get(database: Database, key: str, default: Any = None) -> Any:
    """The JSON value of a preference."""
    with database.read() as connection:
        return value(connection, key, default)


def value(connection: Connection, key: str, default: Any = None) -> Any:
    """The JSON value of a preference, inside a transaction."""
    text = connection.execute(
        select(preferences.c.value).where(preferences.c.key == key)
    ).scalar_one_or_none()
    return default if text is None else json.loads(text)


def put(database: Database, key: str, new: Any) -> None:
    """Set a preference; None removes it."""
    database.change(replace, key, new)


def replace(connection: Connection, key: str, new: Any) -> None:
    """Set a preference inside a transaction; None removes it."""
    connection.execute(delete(preferences).where(preferences.c.key == key))
    if new is not None:
        text = json.dumps(new, ensure_ascii=False, sort_keys=True)
        connection.execute(insert(preferences), {"key": key, "value": text})


def under(database: Database, prefix: str) -> dict[str, dict[str, str]]:
    """The texts by language of every preference whose key begins so, by the rest of the key."""
    own = preferences.c.key.startswith(prefix, autoescape=True)
    query = select(preferences.c.key, preferences.c.value).where(own).order_by(preferences.c.key)
    with database.read() as connection:
        rows = connection.execute(query).all()
    return {key.removeprefix(prefix): json.loads(text) for key, text in rows}


def keys_under(connection: Connection, prefix: str) -> tuple[str, ...]:
    """The keys of the preferences that begin so, inside a transaction."""
    own = preferences.c.key.startswith(prefix, autoescape=True)
    return tuple(connection.execute(select(preferences.c.key).where(own)).scalars())


def local_body(database: Database, district: str) -> dict[str, str]:
    """The texts by language that name the local body in a reporting district; empty for the usual ones."""
    texts: dict[str, str] = get(database, f"{_LOCAL_BODY}{district}", {})
    return texts


def local_bodies(database: Database) -> dict[str, dict[str, str]]:
    """The same by reporting district, for those that have a name of their own."""
    return under(database, _LOCAL_BODY)


def name_local_body(database: Database, district: str, texts: dict[str, str], seen: str = "") -> bool:
    """Set what the local body is called in a reporting district; an empty mapping returns to the usual name.

    False, and nothing is changed, where it is not any more as it was `seen`: somebody else named it meanwhile.
    """
    return database.change(_set_texts, f"{_LOCAL_BODY}{district}", texts, seen)


def consent_texts(database: Database) -> dict[str, dict[str, str]]:
    """What the office says of itself before consent, by hole and language; empty for the questionnaire's own words."""
    return under(database, _CONSENT)


def say_in_consent(database: Database, hole: str, texts: dict[str, str], seen: str = "") -> bool:
    """Set what fills a hole of the consent script; an empty mapping returns to the questionnaire's own words.

    False, and nothing is changed, where it is not any more as it was `seen`: somebody else set it meanwhile.
    """
    return database.change(_set_texts, f"{_CONSENT}{hole}", texts, seen)


def _set_texts(connection: Connection, key: str, texts: dict[str, str], seen: str) -> bool:
    stored = value(connection, key, {})
    if stored != texts and not is_as_seen(stored, seen):
        return False
    replace(connection, key, texts or None)
    return True
