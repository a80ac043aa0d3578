"""What a command says of a name that is not known: no page, and nothing that steers the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from survey.commands.main import main

STRANGE = "nosuch\x1b[31m\u202e"


def named(
    command: click.Command, words: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command that takes a name, with the words that lead to it."""
    if isinstance(command, click.Group):
        for below, part in command.commands.items():
            yield from named(part, (*words, below))
    elif any(isinstance(one, click.Argument) for one in command.params):
        yield words, command


def filled(command: click.Command) -> list[str]:
    """A strange name for every argument and every option that must be given."""
    given = []
    for one in command.params:
        if isinstance(one, click.Argument):
            given.append(STRANGE)
        elif one.required:
            given += [one.opts[0], "1"]
    return given


@pytest.mark.slow
@pytest.mark.parametrize("words", [" ".join(words) for words, _ in named(main)])
def test_a_name_that_is_not_known_is_refused_in_plain_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    monkeypatch.setenv("SURVEY_HOME", str(tmp_path))
    monkeypatch.delenv("SURVEY_DATABASE_URL", raising=False)
    (command,) = (found for known, found in named(main) if " ".join(known) == words)
    told = CliRunner().invoke(main, [*words.split(), *filled(command)], input="n\n")
    assert told.exit_code in (1, 2), told.output
    assert told.exception is None or isinstance(told.exception, SystemExit), told.exception
    assert not {"\x1b", "\u202e"} & set(told.output), ascii(told.output)
    assert "such page" not in told.output
