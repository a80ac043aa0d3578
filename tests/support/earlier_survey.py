"""An earlier survey, as tests/testdata/earlier keeps it: unpacked into a folder, loaded into a database."""

from __future__ import annotations

import json
import lzma
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from survey.settings import Settings
from survey.storage.engine.database import Database

FOLDER = Path(__file__).parent.parent / "testdata" / "earlier"
SEALED = FOLDER / "sealed-records.txt"
RELEASED = ("2026-early", "2026-spring", "بہار-2026")
CLOSED = "2026-summer"
OPEN = "2026-autumn"
#: The worker whose phone it was.
WORKER = "W01"


@dataclass(frozen=True)
class Earlier:
    """A survey of earlier code in a database of one kind, and what was known of it when it was made."""

    database: Database
    known: dict[str, Any]

    @property
    def settings(self) -> Settings:
        """The settings of a server for it."""
        return Settings(home=self.database.home, database_url=self.database.url)


def unpack(name: str, folder: Path) -> Path:
    """The files of one of the archives, in a folder."""
    with tarfile.open(FOLDER / name) as archive:
        archive.extractall(folder, filter="data")
    return folder


def load(url: str) -> None:
    """The dump, into an empty database of PostgreSQL."""
    script = lzma.decompress((FOLDER / "postgresql.sql.xz").read_bytes())
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(script)


def known(kind: str) -> dict[str, Any]:
    """Password, tokens and numbers of the database of a kind."""
    content: dict[str, Any] = json.loads((FOLDER / "known.json").read_text("utf-8"))[kind]
    return content


def interviews() -> list[dict[str, Any]]:
    """The interviews as they were sent, each with its number as "id" and its round as "round"."""
    lines = lzma.decompress((FOLDER / "interviews.jsonl.xz").read_bytes()).decode()
    return [json.loads(line) for line in lines.splitlines()]


def body_of(interview: dict[str, Any]) -> dict[str, Any]:
    """What is sent of one of them under its number."""
    return {name: value for name, value in interview.items() if name not in ("id", "round")}
