"""Rounds from a terminal: targets are read with their rows, days are left out, old interviews deleted."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from survey import cli
from survey.intake import gate
from survey.settings import Settings
from survey.storage import accounts, audit, questionnaires, responses, rounds
from survey.storage.database import Database
from survey.storage.days import today
from tests.factories import questionnaire, submission

ROUND = "2026-autumn"


@pytest.fixture
def terminal(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SURVEY_HOME", str(sqlite_database.home))
    assert Settings.from_environment().database_url == sqlite_database.url
    questionnaires.publish(sqlite_database, questionnaire())
    monkeypatch.setattr(cli, "opened", lambda: sqlite_database)

    def do(*words: str) -> Result:
        return CliRunner().invoke(cli.main, words)

    return do


def test_targets_are_read_and_every_mistake_is_told_with_its_row(
    terminal, sqlite_database: Database, tmp_path: Path
):
    file = tmp_path / "targets.csv"
    file.write_text("district,group,target\nbannu,woman,30\natlantis,woman,3\nswat,elders,x\n")
    words = ("round", "open", "--name", ROUND, "--questionnaire", "pilot", "--targets", str(file))
    refused = terminal(*words)
    assert refused.exit_code == 2
    assert "row 3: “atlantis”" in refused.stderr
    assert "row 4: “elders”" in refused.stderr
    assert "row 4: “x”" in refused.stderr
    assert not rounds.every(sqlite_database)
    file.write_text("district,group,target\nbannu,woman,30\n")
    assert terminal(*words).exit_code == 0
    assert rounds.wanted(sqlite_database, ROUND) == {("bannu", "woman"): 30}


def test_old_interviews_and_audit_entries_are_deleted_daily(
    terminal, sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
):
    terminal("round", "open", "--name", ROUND, "--questionnaire", "pilot:1")
    worker = accounts.add(sqlite_database, "worker", "W1", woman=True)
    gate.accept(sqlite_database, submission(worker))
    rounds.close(sqlite_database, ROUND)
    assert "no round is due" in terminal("round", "purge").stdout
    later = (date.fromisoformat(today()) + timedelta(days=90)).isoformat()
    for module in (responses, audit):
        monkeypatch.setattr(module, "today", lambda: later)
    assert ROUND in terminal("round", "purge").stdout
    assert rounds.find(sqlite_database, ROUND).purged_day == later
    assert {entry.event for entry in audit.entries(sqlite_database)} <= set(audit.LASTING)
