"""Quiet moments of a server: the write-ahead log is emptied, and what was deleted is overwritten.

The log holds the pages of the last commits in their order, and so the order in which interviews came; a page of the
file holds the last rows that came to it foremost. Once in a while the file is put in the order of its random keys.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from survey import failure_log
from survey.publication.release import purges
from survey.storage.engine import shredding
from survey.storage.engine.database import Database

#: Seconds without a commit of any process after which the log is emptied.
QUIET: Final = 3.0
#: Seconds between two looks, and until the next try when a reader was in the way or something failed.
LOOK: Final = 1.0
LATER: Final = 30.0
#: Seconds at least between two times that the whole file is written again: disks wear out.
SELDOM: Final = 600.0


@contextmanager
def keep_house(database: Database) -> Iterator[None]:
    """Use the quiet moments of a database while a server runs on it; at the end its files show no order."""
    keeper = Keeper(database)
    keeper.start()
    try:
        yield
    finally:
        keeper.stop()
        try:
            shredding.put_in_order(database)
        finally:
            # A full disk still has room for this.
            shredding.leave(database)


class Keeper(threading.Thread):
    """Waits for quiet moments and uses them."""

    def __init__(self, database: Database) -> None:
        super().__init__(name="quiet", daemon=True)
        self._database = database
        self._log = shredding.log_of(database)
        self._over = threading.Event()
        self._ordered = time.monotonic()

    def run(self) -> None:
        """Look until stopped."""
        seen, since = -1, time.monotonic()
        while not self._over.wait(LOOK):
            now, state = time.monotonic(), _state(self._log)
            if state != seen:
                seen, since = state, max(since, now)
            elif state and now - since >= QUIET:
                since = now if self.tidy() else now + LATER

    def stop(self) -> None:
        """End, after what is being done."""
        self._over.set()
        self.join()

    def tidy(self) -> bool:
        """Use a quiet moment; False where a reader was in the way, something failed, or one look is like the other."""
        try:
            finished = purges.finish(self._database, tries=1)
            if self._log is None:
                return False
            emptied = shredding.empty_log(self._database)
            if emptied and time.monotonic() - self._ordered >= SELDOM:
                self._ordered = time.monotonic()
                shredding.put_in_order(self._database)
                emptied = shredding.empty_log(self._database)
            return emptied and finished
        except Exception as error:
            # It goes on with the next quiet moment, even if this one failed.
            failure_log.note(error)
            return False


def _state(log: Path | None) -> int:
    """Changes with every commit; 0 where there is nothing to empty. On PostgreSQL one look is like the other."""
    if log is None:
        return 1
    try:
        status = log.stat()
    except FileNotFoundError:
        return 0
    return status.st_mtime_ns if status.st_size else 0
