"""Purges: the interviews of closed rounds are deleted, and with them the drafts and notes that were made of them."""

from __future__ import annotations

from survey.publication.protection import drafts, worker_process
from survey.publication.release import release
from survey.storage.engine import shredding
from survey.storage.engine.database import Database
from survey.storage.field import retention, rounds


def purge(database: Database, name: str, by: str = "", seen_late: int | None = None) -> int | None:
    """Delete the interviews of a round, and what was made of them but its release; returns how many they were.

    Raises TOO_EARLY. `shredding.waiting_tables` tells whether they are still in the files. None, and nothing is deleted, where
    there are not as many late interviews any more as were `seen_late`.
    """
    number = retention.purge(database, name, by, seen_late=seen_late)
    _delete_work(database)
    return number


def purge_due(database: Database, after_days: int = retention.RETENTION_DAYS) -> tuple[str, ...]:
    """Purge every round whose time has come and finish what was begun earlier; returns the rounds. Run it daily."""
    purged = retention.purge_due(database, after_days)
    _delete_work(database)
    return purged


def finish(database: Database, tries: int = shredding.TRIES) -> bool:
    """Finish what an earlier purge or withdrawal began; False while deleted rows are still in the files."""
    _delete_work(database)
    return shredding.finish(database, tries)


def _delete_work(database: Database) -> None:
    """Remove the drafts of every purged round, and the notes of how far the work on its release was."""
    for one in rounds.all_rounds(database):
        if one.purged_day and not worker_process.is_running(database.home, one.name):
            drafts.delete_drafts(release.folder_of(database, one.name))
            worker_process.delete_note(database.home, one.name)
