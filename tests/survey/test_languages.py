"""Languages: what is said when a catalogue was not compiled."""

from __future__ import annotations

from pathlib import Path

import pytest

from survey import languages
from survey.server import start
from survey.settings import Settings
from survey.storage.engine.database import Database


def _compile(folder: Path, *codes: str) -> Path:
    for code in codes:
        (folder / code / "LC_MESSAGES").mkdir(parents=True)
        (folder / code / "LC_MESSAGES" / "messages.mo").write_bytes(b"")
    return folder


def test_every_language_but_the_first_needs_a_compiled_catalogue(tmp_path: Path) -> None:
    assert [one.code for one in languages.uncompiled(tmp_path)] == ["ur", "ps"]
    assert [one.code for one in languages.uncompiled(_compile(tmp_path, "ur"))] == ["ps"]
    assert languages.uncompiled(_compile(tmp_path, "ps")) == ()


def test_a_start_without_catalogues_says_what_to_do(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(home=sqlite_database.home, database_url=sqlite_database.url)
    start.announce(settings, sqlite_database)
    assert start.COMPILE not in capsys.readouterr().out
    ur = languages.languages()["ur"]
    monkeypatch.setattr(start, "uncompiled", lambda: (ur,))
    start.announce(settings, sqlite_database)
    printed = capsys.readouterr().out
    assert ur.name in printed
    assert start.COMPILE in printed
