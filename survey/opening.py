"""Opens a survey for a command or a server: private files, the newest tables, its own keys, an empty log at the end."""

from __future__ import annotations

from contextlib import closing

import click

from survey import private
from survey.intake import bond, sealing
from survey.settings import Settings
from survey.storage import shredding, starting
from survey.storage.database import Database, is_new, migrate

KEYS_KNOWN = "The database knows its keys from now on; it will not open with others."


def opened(settings: Settings, adopt: bool = False, replace: bool = False) -> Database:
    """The database of these settings; the command that runs closes it when it ends.

    Raises KEYS_WITHOUT_DATABASE for a new database beside old keys, unless it shall adopt them, KEYS_DIFFER for keys
    of another database, unless they shall replace its own, and what is wrong with the database itself.
    """
    if mended := private.keep(settings):
        click.echo(mended, err=True)
    with starting.alone(settings.database_url):
        if not adopt and is_new(settings.database_url):
            bond.demand_no_keys(settings.home)
        migrate(settings.database_url)
        # Its own, closed again: a server chooses its processor while nothing of it runs yet.
        with closing(Database(settings.database_url, settings.home)) as database:
            if bond.bind(database, replace):
                click.echo(KEYS_KNOWN, err=True)
    database = Database(settings.database_url, settings.home, sealing.answers_for)
    click.get_current_context().call_on_close(lambda: shredding.leave(database))
    return database
