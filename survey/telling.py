"""Tells on a terminal how far long work is."""

from __future__ import annotations

from collections.abc import Callable

import click


def telling(label: str) -> Callable[[int, int, float | None], None]:
    """A progress line on standard error: tables done, and about how long it still takes."""

    def tell(done: int, total: int, left: float | None) -> None:
        remaining = "" if left is None or done == total else f", about {_minutes(left)} left"
        click.echo(f"\r{label}: {done} of {total} tables{remaining}".ljust(72), nl=done == total, err=True)

    return tell


def _minutes(seconds: float) -> str:
    return f"{int(seconds) + 1} s" if seconds < 90 else f"{round(seconds / 60)} min"
