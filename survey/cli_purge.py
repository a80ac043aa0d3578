"""python -m survey round purge: deletes what is due, and says whether it has left the files too."""

from __future__ import annotations

import sys
from typing import Final

import click

from survey.publication import purges
from survey.storage import audit, shredding
from survey.storage.database import Database

#: What a terminal is told, and the code with which the command ends.
NOT_YET: Final = (
    "Not yet overwritten: somebody still reads the database (a backup, or a long page), so what was deleted may\n"
    "still be in its files. It is tried again by the next purge, at every start, and while the server is quiet."
)
UNFINISHED: Final = 3


def purge(database: Database, days: int) -> None:
    """Delete interviews of rounds closed long ago, and old audit entries."""
    purged = purges.purge_due(database, days)
    audit.expire(database)
    click.echo("Interviews deleted: " + (", ".join(purged) or "no round is due") + ".")
    if shredding.waiting(database):
        click.echo(NOT_YET, err=True)
        sys.exit(UNFINISHED)
