"""Opens a survey for a command or a server: private files, the newest tables, its own keys, an empty log at the end."""

from __future__ import annotations

from contextlib import closing

import click

from survey import file_modes
from survey.intake import key_check
from survey.keys import release_signing
from survey.settings import Settings
from survey.storage.engine import shredding, start_lock
from survey.storage.engine.database import Database, is_new, migrate

KEYS_KNOWN = "The database knows its keys from now on; it will not open with others."


def open_database(settings: Settings, adopt: bool = False, replace: bool = False) -> Database:
    """The database of these settings; the command that runs, if one does, closes it when it ends.

    Raises what `open_for_a_while` raises.
    """
    database = open_for_a_while(settings, adopt, replace)
    command = click.get_current_context(silent=True)
    if command is not None:
        command.call_on_close(lambda: shredding.leave(database))
    return database


def open_for_a_while(settings: Settings, adopt: bool = False, replace: bool = False) -> Database:
    """The database of these settings, which the caller closes.

    Raises KEYS_WITHOUT_DATABASE for a new database with old keys, unless it shall adopt them, KEYS_DIFFER for keys
    of another database, unless they shall replace its own, and what is wrong with the database itself.
    """
    if closed := file_modes.keep(settings):
        click.echo(closed, err=True)
    with start_lock.hold_start_lock(settings.database_url):
        if not adopt and is_new(settings.database_url):
            key_check.demand_no_keys(settings.home)
        migrate(settings.database_url)
        # Its own, closed again: a server chooses its processor while nothing of it runs yet.
        with closing(Database(settings.database_url, settings.home)) as database:
            if key_check.bind(database, replace):
                click.echo(KEYS_KNOWN, err=True)
    return Database(settings.database_url, settings.home, release_signing.answers_for)
