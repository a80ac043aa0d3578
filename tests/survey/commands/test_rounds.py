"""Rounds from a terminal: targets are read with their rows, days are left out, old interviews deleted."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner, Result

from survey import days
from survey import terminal as at_terminal
from survey.accounts import enrolment
from survey.commands import main
from survey.days import later, today
from survey.intake import gate
from survey.keys import release_signing
from survey.settings import Settings
from survey.storage import questionnaires
from survey.storage.engine.database import Database
from survey.storage.field import late, retention, rounds
from survey.storage.people import accounts, audit
from survey.storage.people.devices import Assignment
from tests.support.factories import questionnaire, submission

ROUND = "2026-autumn"


@pytest.fixture
def terminal(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SURVEY_HOME", str(sqlite_database.home))
    assert Settings.from_environment().database_url == sqlite_database.url
    questionnaires.publish(sqlite_database, questionnaire())
    # As a survey that is opened at a terminal.
    sqlite_database.knows_signature = release_signing.answers_for
    monkeypatch.setattr(at_terminal, "open_survey", lambda: sqlite_database)

    def do(*words: str, typed: str = "") -> Result:
        return CliRunner().invoke(main.main, words, input=typed)

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
    assert not rounds.all_rounds(sqlite_database)
    file.write_text("district,group,target\nbannu,woman,30\n")
    assert terminal(*words).exit_code == 0
    assert rounds.targets_of(sqlite_database, ROUND) == {("bannu", "woman"): 30}


def test_old_interviews_and_audit_entries_are_deleted_daily(
    terminal, sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
):
    terminal("round", "open", "--name", ROUND, "--questionnaire", "pilot:1")
    worker = accounts.add(sqlite_database, "worker", "W1", woman=True)
    gate.accept(sqlite_database, submission(worker))
    rounds.close(sqlite_database, ROUND)
    assert "no round is due" in terminal("round", "purge").stdout
    due = (date.fromisoformat(today()) + timedelta(days=90)).isoformat()
    for module in (retention, audit):
        monkeypatch.setattr(module, "today", lambda: due)
    assert ROUND in terminal("round", "purge").stdout
    assert rounds.find(sqlite_database, ROUND).purged_day == due
    assert {entry.event for entry in audit.entries(sqlite_database)} <= set(audit.LASTING)


@pytest.mark.slow
def test_a_round_ends_is_asked_about_and_closes_at_once_when_told_so(
    terminal, sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("SURVEY_ENDING_DAYS", "3")
    terminal("round", "open", "--name", ROUND, "--questionnaire", "pilot:1")
    worker = accounts.add(sqlite_database, "worker", "W1", woman=True)
    code = enrolment.invite(sqlite_database, worker, Assignment(ROUND, "ur")).code
    enrolment.enrol(sqlite_database, code, "A" * 43)
    told = terminal("round", "close", ROUND).stdout
    closing = later(today(), 3)
    assert f"closes by itself on {closing}" in told
    assert f"since it began to end: 1.\n  W1\tlast contact {today()}" in told
    assert f"is ending since {today()}" in terminal("round", "close", ROUND).stdout
    assert f"{ROUND}\tending\tpilot:1\t{today()}\t{closing}" in terminal("round", "list").stdout
    refused = terminal("round", "close", ROUND, "--now", typed="n\n")
    assert refused.exit_code == 1
    assert "since it began to end: 1." in refused.stdout
    assert terminal("release", "draft", ROUND).exit_code == 2
    assert "is ending" in terminal("release", "draft", ROUND).stderr
    assert rounds.find(sqlite_database, ROUND).ending
    assert "is closed and released" in terminal("round", "close", ROUND, "--now", typed="y\n").stdout
    assert "is closed for good" in terminal("round", "close", ROUND).stderr


@pytest.mark.slow
def test_a_round_that_closed_by_itself_is_released_by_the_same_command(
    terminal, sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
):
    terminal("round", "open", "--name", ROUND, "--questionnaire", "pilot:1")
    terminal("round", "close", ROUND)
    now = days.time.time()
    monkeypatch.setattr(days, "time", SimpleNamespace(time=lambda: now + 14 * 86_400))
    done = terminal("round", "close", ROUND)
    assert "is closed and released" in done.stdout, done.stderr


def test_late_interviews_are_told_taken_and_left_out(terminal, sqlite_database: Database):
    terminal("round", "open", "--name", ROUND, "--questionnaire", "pilot:1")
    worker = accounts.add(sqlite_database, "worker", "W1", woman=True)
    rounds.close(sqlite_database, ROUND)
    gate.accept(sqlite_database, submission(worker))
    assert terminal("round", "take", ROUND, "--into", "next").exit_code == 2
    terminal("round", "open", "--name", "next", "--questionnaire", "pilot:1")
    told = terminal("round", "late", ROUND).stdout
    assert f"W1\t{today()}\tversion 1\t1" in told
    assert told.endswith("may take them in: next.\n")
    told = terminal("round", "take", ROUND, "--into", "next").stdout
    assert told == "Taken into round next: 1. Still apart: 0.\n"
    gate.accept(sqlite_database, submission(worker))
    assert terminal("round", "leave-out", ROUND, typed="n\n").exit_code == 1
    assert late.numbers(sqlite_database) == {ROUND: 1}
    assert terminal("round", "leave-out", ROUND, "--yes").stdout == "Late interviews deleted: 1.\n"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("क" * 50, "Letters too many: 8."),
        ("CON", "cannot keep a file"),
        ("lpt1.autumn", "cannot keep a file"),
        ("nul", "cannot keep a file"),
        ("2027.", "cannot keep a file"),
    ],
)
def test_a_name_that_no_phone_or_file_can_have_is_refused(
    terminal, sqlite_database: Database, name: str, words: str
):
    refused = terminal("round", "open", "--name", name, "--questionnaire", "pilot")
    assert (refused.exit_code, words in refused.stderr) == (2, True), refused.stderr
    assert not rounds.all_rounds(sqlite_database)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["console", "2027-1", "com", "lpt10", "ک" * 50, "CON-2"])
def test_other_names_are_taken(terminal, name: str):
    assert terminal("round", "open", "--name", name, "--questionnaire", "pilot").exit_code == 0


def test_no_phone_is_invited_to_a_round_of_which_it_could_seal_nothing(
    terminal, sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
):
    """As an earlier version opened it."""
    accounts.add(sqlite_database, "worker", "W1")
    edition = questionnaires.find(sqlite_database, "pilot", "1")
    with monkeypatch.context() as earlier:
        earlier.setattr(rounds, "check_name", lambda *_: None)
        rounds.start(sqlite_database, "क" * 50, edition)
    refused = terminal("invite", "--worker", "W1")
    assert (refused.exit_code, "Letters too many: 8." in refused.stderr) == (2, True)


@pytest.mark.parametrize(
    ("role", "flag", "name"), [("worker", "--code", "Zarmina"), ("reviewer", "--name", "rashid ")]
)
def test_names_are_held_to_the_rules_of_the_page(
    terminal, sqlite_database: Database, role: str, flag: str, name: str
):
    """A field worker is never named; a space at the end would be lost wherever the name is typed."""
    refused = terminal("account", "add", "--role", role, flag, name, "--districts", "all", "--generate")
    assert (refused.exit_code, accounts.all_accounts(sqlite_database)) == (2, ())
