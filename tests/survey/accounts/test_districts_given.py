"""Districts at a terminal: a reader of all of them is made on purpose, never by leaving something out."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result

from survey import terminal
from survey.commands import main
from survey.storage.engine.database import Database
from survey.storage.people import accounts

PASSWORD = "a password of some length\n"


@pytest.fixture
def add(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(terminal, "open_survey", lambda: sqlite_database)

    def do(*words: str) -> Result:
        return CliRunner().invoke(main.main, ("account", "add", *words), input=PASSWORD)

    return do


@pytest.mark.slow
@pytest.mark.parametrize(
    "said", [(), ("--districts", ""), ("--districts", ","), ("--districts", "all,bannu")]
)
@pytest.mark.parametrize("role", ["reviewer", "coordinator"])
def test_a_reader_whose_districts_are_not_said_is_refused_with_words(add, sqlite_database, role, said):
    refused = add("--role", role, "--name", "rashid", *said)
    assert refused.exit_code == 2
    assert f"name the districts of this {role}: --districts" in refused.stderr
    assert accounts.all_accounts(sqlite_database) == ()


def test_a_coordinator_never_has_all_districts(add, sqlite_database):
    refused = add("--role", "coordinator", "--name", "zarmina", "--districts", "all")
    assert (refused.exit_code, accounts.all_accounts(sqlite_database)) == (2, ())
    assert "or --districts all" not in refused.stderr


def test_a_reviewer_of_all_districts_and_of_one(add, sqlite_database):
    assert add("--role", "reviewer", "--name", "everything", "--districts", "all").exit_code == 0
    assert add("--role", "reviewer", "--name", "rashid", "--districts", "bannu").exit_code == 0
    assert add("--role", "worker", "--code", "W07").exit_code == 0
    assert add("--role", "coordinator", "--name", "zarmina", "--districts", "atlantis").exit_code == 2
    accounts.add(sqlite_database, "coordinator", "idle")
    listed = CliRunner().invoke(main.main, ("account", "list")).stdout.splitlines()
    assert [line.split("\t")[:3] for line in listed] == [
        ["W07", "worker", "all districts"],
        ["everything", "reviewer", "all districts"],
        ["idle", "coordinator", "no districts"],
        ["rashid", "reviewer", "bannu"],
    ]
