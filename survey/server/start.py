"""Starts the server and prints its address, the administrator's link, and what is not as it should be."""

from __future__ import annotations

import gc
from typing import Final

import click

from survey import processors
from survey.accounts import sign_in
from survey.languages import uncompiled
from survey.settings import Settings
from survey.storage.engine.database import Database
from survey.storage.field import rounds

#: Thresholds of the garbage collector for generations 0, 1 and 2.
GC_THRESHOLDS: Final = (20_000, 20, 20)
COMPILE: Final = "python -m babel.messages.frontend compile -d translations"
NO_ROUND: Final = "No round is open yet: the pages under Administration lead through the first steps, questionnaire to phones."
NOT_YET: Final = (
    "What was deleted is not yet overwritten: somebody still reads the database. It is tried again."
)


def serve(settings: Settings, database: Database) -> None:
    """Serve until stopped; what an earlier purge could not overwrite is overwritten first."""
    if settings.one_processor:
        # Before there is a second thread: those that run already would stay where they are.
        processors.keep_to_one()
    print_unfinished(database)
    listen(settings, database)


def print_unfinished(database: Database) -> None:
    """Overwrite what an earlier purge or withdrawal could not, and say so where it still cannot be."""
    from survey.publication.release import (
        purges,  # brings threads of its own, which would not keep to one processor
    )

    if not purges.finish(database):
        click.echo(NOT_YET, err=True)


def announce(settings: Settings, database: Database) -> None:
    """Print the address, the one-time link while there is no administrator, and what is not as it should be."""
    address = f"http://{settings.host}:{settings.port}"
    click.echo(f"The survey runs at {address}/ (stop it with Ctrl+C).")
    if secret := sign_in.administrator_link(database):
        click.echo("Create the first administrator with this link; it works once:")
        click.echo(f"  {address}/welcome/{secret}")
    if not rounds.all_rounds(database):
        click.echo(NO_ROUND)
    if missing := ", ".join(language.name for language in uncompiled()):
        click.echo(f"Buttons and messages are in English instead of: {missing}. Stop, compile, start again:")
        click.echo(f"  {COMPILE}")


def listen(settings: Settings, database: Database) -> None:
    """Answer requests until stopped; the address is printed once it is taken."""
    from survey.app import create_app
    from survey.server import housekeeping, http

    app = create_app(settings, database)
    collect_seldom()
    with housekeeping.keep_house(database):
        http.listen(app, settings, lambda: announce(settings, database))


def collect_seldom() -> None:
    """Let the garbage collector run less often, and never over the objects that the start has made.

    An interview leaves eight small reference cycles; while all objects are searched, all requests wait.
    """
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)
