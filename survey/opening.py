"""Opens the database of a survey: at the newest tables, with the keys that belong to it, and one start at a time."""

from __future__ import annotations

from contextlib import closing

import click

from survey.intake import bond
from survey.settings import Settings
from survey.storage import starting
from survey.storage.database import Database, is_new, migrate

KEYS_KNOWN = "The database knows its keys from now on; it will not open with others."


def opened(settings: Settings, adopt: bool = False, replace: bool = False) -> Database:
    """The database of these settings; the caller closes it.

    Raises KEYS_WITHOUT_DATABASE for a new database beside old keys, unless it shall adopt them, KEYS_DIFFER for keys
    of another database, unless they shall replace its own, and what is wrong with the database itself.
    """
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with starting.alone(settings.database_url):
        if not adopt and is_new(settings.database_url):
            bond.demand_no_keys(settings.home)
        migrate(settings.database_url)
        # Its own, closed again: a server chooses its processor while nothing of it runs yet.
        with closing(Database(settings.database_url, settings.home)) as database:
            if bond.bind(database, replace):
                click.echo(KEYS_KNOWN, err=True)
    return Database(settings.database_url, settings.home)
