"""Every setting of the survey, read once from the environment into one frozen value."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from survey import installation

#: The top of a checkout; where the survey is installed, the folder of its packages.
PROJECT = installation.ROOT
#: The questionnaire that ships, by version, the newest first.
SHIPPED_VERSIONS: Mapping[str, Path] = {
    "2": installation.path("questionnaires", "community_security_2.md"),
    "1": installation.path("questionnaires", "community_security.md"),
}
#: The version of the released demonstration, of benchmarks and of rounds that are made up.
SHIPPED = SHIPPED_VERSIONS["1"]
#: What a new survey is offered first.
NEWEST_SHIPPED = SHIPPED_VERSIONS["2"]
#: The longest time that a round waits for phones.
MOST_ENDING_DAYS = 90


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the data are, where the server listens and what the pages are called."""

    home: Path
    database_url: str
    host: str = "127.0.0.1"
    port: int = 8000
    app_name: str = "Daily notes"
    app_address: str = "notes"
    office_name: str = "Survey office"
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
        """Read the environment's `VARIABLES`; what is absent takes its default. Raises ValueError naming a bad one."""
        text = {name: environment.get(name, variable.default) for name, variable in VARIABLES.items()}
        home = Path(text["SURVEY_HOME"] or _usual_home(environment)).resolve()
        return cls(
            home=home,
            database_url=_database_url(text["SURVEY_DATABASE_URL"], home),
            host=text["SURVEY_HOST"],
            port=_number("SURVEY_PORT", text, 65_535),
            app_name=text["SURVEY_APP_NAME"],
            app_address=text["SURVEY_APP_ADDRESS"].strip("/"),
            office_name=text["SURVEY_OFFICE_NAME"],
            demonstration=text["SURVEY_DEMONSTRATION"] == "1",
            threads=_number("SURVEY_THREADS", text, 1_000),
            one_processor=text["SURVEY_ONE_PROCESSOR"] == "1",
            behind_proxy=text["SURVEY_BEHIND_PROXY"] == "1",
            ending_days=_number("SURVEY_ENDING_DAYS", text, MOST_ENDING_DAYS),
        )


@dataclass(frozen=True, slots=True)
class Variable:
    """A setting of the environment: its default, what that means where it is not the text itself, and what it is for."""

    default: str
    meaning: str
    default_in_words: str = ""


#: Every setting, in the order of docs/reference.md, which is made from this table.
VARIABLES: Final[Mapping[str, Variable]] = {
    "SURVEY_HOME": Variable(
        "",
        "Folder of the database and of all keys; mode 0700. A folder or file in it that other users can open is "
        "closed, and every start says so; where that cannot be done, nothing starts",
        "`instance` in the project; installed from a wheel, `~/.local/share/community-resilience-survey`",
    ),
    "SURVEY_DATABASE_URL": Variable(
        "", "`postgresql://…` for more than one server process", "SQLite in `SURVEY_HOME`"
    ),
    "SURVEY_HOST": Variable("127.0.0.1", "Address to listen on"),
    "SURVEY_PORT": Variable("8000", "Port"),
    "SURVEY_APP_NAME": Variable(
        "Daily notes", "Neutral name on the pages of workers and guests, and on the phone's home screen"
    ),
    "SURVEY_OFFICE_NAME": Variable(
        "Survey office",
        "Name on the pages of coordinators, reviewers and administrators, on screen and on paper",
    ),
    "SURVEY_APP_ADDRESS": Variable(
        "notes", "Neutral part of the phone app's address. Changing it makes phones need a new link"
    ),
    "SURVEY_DEMONSTRATION": Variable("", "`1` marks every page and file as demonstration data", "off"),
    "SURVEY_THREADS": Variable("32", "Requests answered at once, besides up to 64 that wait to sign in"),
    "SURVEY_ONE_PROCESSOR": Variable(
        "",
        "`1` keeps the server to one processor: it takes in about a third more interviews a second, while people "
        "who sign in, read results or download wait for them. Releases are always worked on with all",
        "off",
    ),
    "SURVEY_ENDING_DAYS": Variable(
        "14",
        "Days from the beginning of a round's end to its close, 1 to 90, in which phones send what waits",
    ),
    "SURVEY_BEHIND_PROXY": Variable(
        "", "`1` trusts `X-Forwarded-Proto` and `X-Forwarded-Host` of one proxy", "off"
    ),
}


def _database_url(text: str, home: Path) -> str:
    if text and not re.match(r"sqlite:///|postgresql(\+psycopg)?://", text):
        raise ValueError("SURVEY_DATABASE_URL must begin with postgresql:// or sqlite:///")
    return text or f"sqlite:///{home / 'survey.sqlite'}"


def _number(name: str, text: Mapping[str, str], most: int) -> int:
    if not text[name].isdecimal() or not 1 <= int(text[name]) <= most:
        raise ValueError(f"{name} must be a whole number from 1 to {most}")
    return int(text[name])


def _usual_home(environment: Mapping[str, str]) -> Path:
    """In the project; where the survey is installed, where the user's programs keep their data."""
    if installation.CHECKOUT:
        return PROJECT / "instance"
    shared = environment.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(shared) / "community-resilience-survey"
