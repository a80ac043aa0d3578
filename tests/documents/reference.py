"""The reference of commands, settings, permissions and states of a round, made from the code and by trying.

`python -m tests.documents.reference` writes docs/reference.md; a test finds any difference.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import click

from survey.accounts.permissions import PERMISSIONS, allows
from survey.commands.main import main
from survey.settings import VARIABLES
from survey.storage.people.accounts import ROLES, Account
from tests.documents import round_states

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference.md"
HEAD = """# Reference

This page is made from the code by `make docs`; a test compares them. How to use it all is in the
[administrator's guide](administrator.md).
"""


def reference() -> str:
    """The whole page."""
    parts = (HEAD, _settings(), _commands(), _permissions(), _states())
    return "\n".join(parts)


def _table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def _settings() -> str:
    rows = (
        (f"`{name}`", one.default_in_words or f"`{one.default}`", one.meaning)
        for name, one in VARIABLES.items()
    )
    text = "## Settings\n\nAll come from the environment, and are read at the start.\n\n"
    return text + _table(("Variable", "Default", "Meaning"), rows)


def _commands() -> str:
    text = "## Commands\n\nEach refusal is one line, with exit code 2. With SQLite, commands that write take turns with a\n"
    text += "running server.\n"
    return text + "".join(_command(name, command) for name, command in commands(main))


def commands(group: click.Group, before: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command with its full name, in alphabetical order."""
    for name, command in sorted(group.commands.items()):
        full = f"{before} {name}".strip()
        if isinstance(command, click.Group):
            yield from commands(command, full)
        else:
            yield full, command


def _command(name: str, command: click.Command) -> str:
    arguments = "".join(f" {_argument(one)}" for one in command.params if isinstance(one, click.Argument))
    options = [one for one in command.params if isinstance(one, click.Option)]
    text = f"\n### `python -m survey {name}{arguments}`\n\n{_paragraphs(command.help or '')}\n"
    if options:
        text += "\n" + "".join(f"- {_option(one)}\n" for one in options)
    return text


def _argument(argument: click.Argument) -> str:
    return str(argument.metavar or (argument.name or "").upper())


def _paragraphs(text: str) -> str:
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))


def _option(option: click.Option) -> str:
    needed = " (required)" if option.required else ""
    shown = f" Default: {option.default}." if option.show_default else ""
    value = "" if option.is_flag else f" {option.make_metavar(click.Context(main))}"
    return f"`{option.opts[0]}{value}`{needed}: {option.help or ''}{shown}"


def _permissions() -> str:
    text = "## Permissions\n\nA scope comes on top: readers see the figures of the districts given to them, and no others.\n\n"
    rows = ((f"`{name}`", *(_mark(role, name) for role in ROLES)) for name in PERMISSIONS)
    return text + _table(("Permission", *ROLES), rows)


def _mark(role: str, permission: str) -> str:
    account = Account(1, "x", role, False, True, frozenset(), 1)
    return "yes" if allows(account, permission) else "–"


def _states() -> str:
    text = "## States of a round\n\nEach was tried on a round in that state.\n\n"
    with tempfile.TemporaryDirectory() as folder:
        rows = [(what, *outcomes) for what, outcomes in round_states.outcomes(Path(folder))]
    return text + _table(("What is tried", *round_states.STATES), iter(rows))


if __name__ == "__main__":
    PAGE.write_text(reference(), encoding="utf-8")
