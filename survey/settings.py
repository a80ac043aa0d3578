"""Every setting of the survey, read once from the environment into one frozen value."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from survey import installation

#: The top of a checkout; where the survey is installed, the folder of its packages.
PROJECT = installation.ROOT
#: The questionnaire that ships.
SHIPPED = installation.path("questionnaires", "community_security.md")
#: No phone is waited for longer.
MOST_ENDING_DAYS = 90


@dataclass(frozen=True, slots=True)
class Settings:
    """Where data lie, where the server listens and what the pages are called."""

    home: Path
    database_url: str
    host: str = "127.0.0.1"
    port: int = 8000
    app_name: str = "Daily notes"
    app_address: str = "notes"
    demonstration: bool = False
    # A thread waits for the disk most of its time, and those that wait together share one commit.
    threads: int = 32
    one_processor: bool = False
    behind_proxy: bool = False
    # Days in which phones may send what waits before a round closes.
    ending_days: int = 14

    @property
    def loopback(self) -> bool:
        """Whether the server listens on this machine alone, where plain HTTP is safe."""
        return self.host in ("127.0.0.1", "::1", "localhost")

    @property
    def database_file(self) -> Path | None:
        """The file of an SQLite database; None for another kind."""
        scheme, _, path = self.database_url.partition(":///")
        return Path(path) if scheme.startswith("sqlite") and path else None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Read `SURVEY_*`; what is absent takes its default (documented in docs/administrator.md)."""
        home = Path(environment.get("SURVEY_HOME") or _usual_home(environment)).resolve()
        return cls(
            home=home,
            database_url=environment.get("SURVEY_DATABASE_URL", f"sqlite:///{home / 'survey.sqlite'}"),
            host=environment.get("SURVEY_HOST", "127.0.0.1"),
            port=int(environment.get("SURVEY_PORT", "8000")),
            app_name=environment.get("SURVEY_APP_NAME", "Daily notes"),
            app_address=environment.get("SURVEY_APP_ADDRESS", "notes").strip("/"),
            demonstration=environment.get("SURVEY_DEMONSTRATION", "") == "1",
            threads=int(environment.get("SURVEY_THREADS", "32")),
            one_processor=environment.get("SURVEY_ONE_PROCESSOR", "0") == "1",
            behind_proxy=environment.get("SURVEY_BEHIND_PROXY", "") == "1",
            ending_days=_days(environment.get("SURVEY_ENDING_DAYS", "14")),
        )


def _usual_home(environment: Mapping[str, str]) -> Path:
    """In the project; where the survey is installed, where the user's programs keep their data."""
    if installation.CHECKOUT:
        return PROJECT / "instance"
    shared = environment.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(shared) / "community-resilience-survey"


def _days(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST_ENDING_DAYS:
        raise ValueError(f"SURVEY_ENDING_DAYS must be a number of days from 1 to {MOST_ENDING_DAYS}")
    return int(text)
