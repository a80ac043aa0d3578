"""Applications for the tests of a process: what compiles addresses and templates is made once and used again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from flask import Flask

from survey.app import connect, create_app
from survey.settings import Settings
from survey.storage.engine.database import Database

#: Made by an earlier test, and used by none now.
_IDLE: Final[list[Flask]] = []


@contextmanager
def application(home: Path, *, demonstration: bool = False) -> Iterator[Flask]:
    """An application over the database in a folder; nobody else uses it meanwhile."""
    url = f"sqlite:///{home / 'survey.sqlite'}"
    settings = Settings(home=home, database_url=url, demonstration=demonstration)
    with closing(Database(url, home)) as database:
        app = _IDLE.pop() if _IDLE else create_app(settings, database)
        connect(app, settings, database)
        before = [(kept, dict(kept)) for kept in (app.config, app.extensions)]
        yield app
        for kept, content in before:
            kept.clear()
            kept.update(content)
        _IDLE.append(app)
