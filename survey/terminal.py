"""What every command does at a terminal: show a refusal in one line, open the database, show the progress of long work."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from typing import Final, ParamSpec, TypeVar

import click

from survey.parsing import legible
from survey.problems import NOT_FOUND, Problem
from survey.settings import Settings
from survey.storage.engine import trouble
from survey.storage.engine.database import Database

P = ParamSpec("P")
R = TypeVar("R")

NOTHING: Final = "There is nothing of that name here, or it has no release yet."
#: A seed that the generator of random numbers takes.
SEED: Final = click.IntRange(min=0)


def refusals_in_one_line(command: Callable[P, R]) -> Callable[P, R]:
    """Show a refusal in one line, with exit code 2, instead of a traceback."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except (Problem, ValueError, OSError) as problem:
            # What it quotes of a file or of an argument must not steer the terminal.
            lines = [legible(line) for line in _sentence(problem).splitlines()]
            click.echo("error: " + "\n".join(lines), err=True)
            sys.exit(2)

    return run


def _sentence(problem: Problem | ValueError | OSError) -> str:
    """What went wrong; nobody opened a page here that there is not."""
    missing = isinstance(problem, Problem) and problem.kind is NOT_FOUND
    return NOTHING if missing else trouble.sentence(problem)


def open_survey() -> Database:
    """The database of the settings, at the newest schema and with its own keys."""
    from survey.server import opening

    return opening.open_database(Settings.from_environment())


def district_keys(districts: str) -> tuple[str, ...]:
    """Keys of districts that are separated by commas."""
    return tuple(part.strip() for part in districts.split(",") if part.strip())


def only_open_round(names: list[str]) -> str:
    """The one round that is open, where no other is named; raises ValueError."""
    if len(names) != 1:
        raise ValueError("name the round with --round: " + (", ".join(names) or "none is open"))
    return names[0]


def progress_line(label: str, what: str = "tables") -> Callable[[float, int, float | None], None]:
    """A progress line on standard error: how many tables, or what else it is, are done, and about how long it still takes."""

    def report(done: float, total: int, left: float | None) -> None:
        remaining = "" if left is None or done == total else f", about {_minutes(left)} left"
        click.echo(f"\r{label}: {done:g} of {total} {what}{remaining}".ljust(72), nl=done == total, err=True)

    return report


def _minutes(seconds: float) -> str:
    return f"{int(seconds) + 1} s" if seconds < 90 else f"{round(seconds / 60)} min"
