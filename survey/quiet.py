"""Quiet moments of a server: the write-ahead log is emptied, and what was deleted is overwritten.

The log holds the pages of the last commits one after the other, and so the order in which interviews came.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from survey import failures
from survey.publication import purges
from survey.storage import shredding
from survey.storage.database import Database

#: Seconds without a commit of any process after which the log is emptied.
QUIET: Final = 3.0
#: Seconds between two looks, and until the next try when a reader was in the way or something failed.
LOOK: Final = 1.0
LATER: Final = 30.0


@contextmanager
def used(database: Database) -> Iterator[None]:
    """While a server runs on a database, look after its quiet moments; leave its files empty of the order at the end."""
    over = threading.Event()
    keeper = threading.Thread(target=_keep, args=(database, over), name="quiet", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join()
        shredding.leave(database)


def _keep(database: Database, over: threading.Event) -> None:
    log = shredding.log_of(database)
    seen, since = -1, time.monotonic()
    while not over.wait(LOOK):
        now, state = time.monotonic(), _state(log)
        if state != seen:
            seen, since = state, max(since, now)
        elif state and now - since >= QUIET:
            since = now if _tidied(database, log) else now + LATER


def _state(log: Path | None) -> int:
    """Changes with every commit; 0 where there is nothing to empty. On PostgreSQL one look is like the other."""
    if log is None:
        return 1
    try:
        told = log.stat()
    except FileNotFoundError:
        return 0
    return told.st_mtime_ns if told.st_size else 0


def _tidied(database: Database, log: Path | None) -> bool:
    try:
        finished = purges.finish(database, tries=1)
        return (log is None or shredding.empty_log(database)) and finished and log is not None
    except Exception as error:
        # It goes on with the next quiet moment, whatever happened in this one.
        failures.note(error)
        return False
