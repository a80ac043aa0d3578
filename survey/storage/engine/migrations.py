"""Moves a database from one revision of its tables to another with Alembic."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from survey.problems import NEWER_DATABASE, Problem


def move(connection: Connection, migrations: Path, wanted: str) -> None:
    """Upgrade or downgrade to a revision, or to "base", which is no tables at all; raises NEWER_DATABASE."""
    configuration = Config()
    configuration.set_main_option("script_location", str(migrations))
    configuration.attributes["connection"] = connection
    present = MigrationContext.configure(connection).get_current_revision()
    connection.rollback()
    if present == wanted:
        return
    scripts = ScriptDirectory.from_config(configuration)
    if present is not None and present not in {script.revision for script in scripts.walk_revisions()}:
        raise Problem(NEWER_DATABASE)
    down = wanted == "base" or (present is not None and _is_older(scripts, wanted, present))
    (command.downgrade if down else command.upgrade)(configuration, wanted)


def _is_older(scripts: ScriptDirectory, wanted: str, present: str) -> bool:
    return any(script.revision == wanted for script in scripts.iterate_revisions(present, "base"))
