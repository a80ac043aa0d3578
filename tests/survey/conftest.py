"""A round that was filled with made-up interviews and closed, made once and copied for every test that needs it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from survey.made_up import shipped_releases, shipped_round
from survey.publication.release import release
from survey.storage.engine.database import Database, migrate
from tests.support import once
from tests.survey.application import application

#: The round that is closed, and the one that is open after it.
CLOSED = "demo-1"
OPEN = "2026-2"
DISTRICTS = shipped_releases.DISTRICTS


@dataclass(frozen=True)
class Finished:
    """A database with a closed and an open round, and every interview that was sent for the closed one."""

    home: Path
    database: Database
    sent: tuple[dict[str, Any], ...]


def _url(home: Path) -> str:
    return f"sqlite:///{home / 'survey.sqlite'}"


@lru_cache(maxsize=1)
def finished_home() -> Path:
    """The files of the closed round: made once for all tests, those of the browser too, for a release takes its time."""
    return once.copied("finished", _finish)


def _finish(home: Path) -> None:
    migrate(_url(home))
    database = Database(_url(home), home)
    shipped_releases.hold_interviews(database, CLOSED, home / "sent.jsonl")
    release.close(database, CLOSED)
    shipped_round.open_shipped_round(database, OPEN)
    database.close()


@pytest.fixture(scope="session")
def finished() -> Iterator[Finished]:
    """The closed round, for tests that only read."""
    home = finished_home()
    database = Database(_url(home), home)
    sent = (home / "sent.jsonl").read_text(encoding="utf-8").splitlines()
    yield Finished(home, database, tuple(map(json.loads, sent)))
    database.close()


@pytest.fixture
def finished_app(finished: Finished, tmp_path: Path) -> Iterator[Flask]:
    """An application over a copy of it."""
    home = tmp_path / "copy"
    shutil.copytree(finished.home, home)
    with application(home) as app:
        yield app


@pytest.fixture
def demonstration_app(finished: Finished, tmp_path: Path) -> Iterator[Flask]:
    """The same as a demonstration."""
    home = tmp_path / "demonstration"
    shutil.copytree(finished.home, home)
    with application(home, demonstration=True) as app:
        yield app
