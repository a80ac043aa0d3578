"""A round of the questionnaire that hides answers, filled and closed once: made for every test that reads it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pytest

from survey.intake import gate, submission
from survey.made_up.interviews import Population
from survey.problems import Problem
from survey.publication.release import release
from survey.publication.release.release import Release
from survey.storage import questionnaires
from survey.storage.engine.database import Database, migrate
from survey.storage.field import rounds
from survey.storage.people import accounts
from tests.support import once
from tests.survey.hidden.questions import questionnaire

CLOSED = "2026-1"
NUMBER = 2400
WORKERS = 40
DISTRICTS = ("peshawar", "swat", "mardan", "quetta")


@dataclass(frozen=True)
class Held:
    """The files of a round, its database, and the release of it."""

    home: Path
    database: Database
    release: Release


@lru_cache(maxsize=1)
def held_home() -> Path:
    """The files, made once for all tests."""
    return once.copied("hidden", _hold)


def _hold(home: Path) -> None:
    url = f"sqlite:///{home / 'survey.sqlite'}"
    migrate(url)
    database = Database(url, home)
    rounds.start(database, CLOSED, questionnaires.publish(database, questionnaire()))
    _fill(database)
    release.close(database, CLOSED)
    database.close()


def _fill(database: Database) -> None:
    """Many workers with few interviews each: how alike theirs are is measured, and intervals are narrow."""
    women, others = (
        [accounts.add(database, "worker", f"{code}{number}", woman=woman) for number in range(WORKERS)]
        for code, woman in (("W", True), ("M", False))
    )
    drawn = Population(questionnaire(), CLOSED, "2026-11-20", 5, DISTRICTS).interviews(NUMBER)
    for place, one in enumerate(drawn):
        team = women if one.woman else others
        # People under 18 are refused, and counted.
        with suppress(Problem):
            gate.accept(database, submission.from_json(one.bytes(), one.id, team[place % WORKERS], "api"))


@pytest.fixture(scope="session")
def held() -> Iterator[Held]:
    """The closed round, for tests that only read."""
    home = held_home()
    database = Database(f"sqlite:///{home / 'survey.sqlite'}", home)
    yield Held(home, database, release.read(database, CLOSED))
    database.close()
