"""What the application holds for its routes: settings, database and keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import current_app

from survey.settings import Settings
from survey.storage.engine.database import Database

KEY = "survey"


@dataclass(frozen=True, slots=True)
class Wiring:
    """The long-lived objects of one running application."""

    settings: Settings
    database: Database


def wiring() -> Wiring:
    """The objects of the application that answers this request."""
    return cast(Wiring, current_app.extensions[KEY])


def database() -> Database:
    """The database of the application that answers this request."""
    return wiring().database


def settings() -> Settings:
    """The settings of the application that answers this request."""
    return wiring().settings
