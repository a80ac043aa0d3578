"""Whole numbers of commands: each says from where on it is one, so that none becomes a traceback or does nothing."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from survey.commands.main import main


def commands(command: click.Command, name: str = "") -> Iterator[tuple[str, click.Command]]:
    if isinstance(command, click.Group):
        for below, part in command.commands.items():
            yield from commands(part, f"{name} {below}".strip())
    else:
        yield name, command


def unbounded(group: click.Group) -> list[str]:
    return [
        f"{name} {parameter.opts[0]}"
        for name, command in commands(group)
        for parameter in command.params
        if parameter.type is click.INT
        or (isinstance(parameter.type, click.IntRange) and parameter.type.min is None)
    ]


def test_every_whole_number_has_a_least_one():
    assert unbounded(main) == []


def test_a_number_without_a_least_one_is_found():
    planted = click.Command("planted", params=[click.Option(["--number"], default=1)])
    assert unbounded(click.Group("all", {"planted": planted})) == ["planted --number"]


@pytest.mark.parametrize(
    "words",
    [
        ("simulate", "--responses", "-4"),
        ("demo", "--responses", "0"),
        ("round", "purge", "--days", "-99999999999"),
    ],
    ids=" ".join,
)
def test_a_smaller_number_is_refused_before_anything_is_opened(words: tuple[str, ...]):
    refused = CliRunner().invoke(main, words)
    assert refused.exit_code == 2
    assert "is not in the range" in refused.stderr
