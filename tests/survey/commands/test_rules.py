"""The rules of release from a terminal: shown, made stricter after a question, refused when they would be looser."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result

from survey import terminal as at_terminal
from survey.commands import main
from survey.publication.protection import rules
from survey.storage.engine.database import Database
from survey.storage.people import audit

SHIPPED = {"k": 5, "sensitive_k": 10, "base": 10, "members": 20}


@pytest.fixture
def terminal(database: Database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(at_terminal, "open_survey", lambda: database)

    def do(*words: str, typed: str = "") -> Result:
        return CliRunner().invoke(main.main, ("rules", *words), input=typed)

    return do


def numbers(database: Database) -> dict[str, int]:
    return rules.numbers_of(rules.rules_of(database))


def test_the_rules_are_made_stricter_and_never_looser(terminal, database: Database):
    assert "a count under 5, of sensitive questions under 10" in terminal("show").stdout
    assert numbers(database) == SHIPPED
    asked = terminal("raise", "--k", "7", typed="n\n")
    assert asked.exit_code == 1
    assert numbers(database) == SHIPPED
    done = terminal("raise", "--k", "7", "--members", "30", typed="y\n")
    assert "hold from the next release on" in done.stdout
    assert numbers(database) == {**SHIPPED, "k": 7, "members": 30}
    # Back to the shipped rules is looser than what was promised since.
    for words in (("--k", "5"), ("--k", "6"), ("--base", "9"), ("--members", "20")):
        refused = terminal("raise", *words, "--yes")
        assert refused.exit_code == 2
        assert "stricter than those in force and never looser" in refused.stderr, words
    crossed = terminal("raise", "--k", "11", "--yes")
    assert (crossed.exit_code, "sensitive questions" in crossed.stderr) == (2, True)
    for slip in ("1001", "-1", "many"):
        assert terminal("raise", "--k", slip, "--yes").exit_code == 2
    assert numbers(database) == {**SHIPPED, "k": 7, "members": 30}
    raised = [one.detail for one in audit.entries(database) if one.event == "rules raised"]
    assert raised == ["k=7 sensitive_k=10 base=10 members=30"]


def test_the_same_rules_again_are_no_change(terminal, database: Database):
    assert terminal("raise", "--yes").exit_code == 0
    assert audit.entries(database) == ()
