"""Opens a survey for a command or a server: private files, the newest tables, and an empty log at the end."""

from __future__ import annotations

import click

from survey import private
from survey.intake import sealing
from survey.settings import Settings
from survey.storage import shredding
from survey.storage.database import Database, migrate


def opened(settings: Settings) -> Database:
    """The database of the settings, at the newest schema; the command that runs closes it when it ends."""
    if mended := private.keep(settings):
        click.echo(mended, err=True)
    migrate(settings.database_url)
    database = Database(settings.database_url, settings.home, sealing.answers_for)
    click.get_current_context().call_on_close(lambda: shredding.leave(database))
    return database
