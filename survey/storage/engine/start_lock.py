"""One start at a time: no other process migrates, makes keys or opens the first round at the same time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import text
from sqlalchemy.engine import make_url

from survey import file_modes
from survey.storage.engine import trouble
from survey.storage.engine.database import engine_for
from survey.storage.engine.file_lock import exclusive

#: The number of this lock in PostgreSQL; migrations have another one, for they happen while this one is held.
_NUMBER: Final = 7_361_902_001


@contextmanager
def hold_start_lock(url: str) -> Iterator[None]:
    """Hold the lock of a process that starts on a database; a process that dies lets go of it."""
    target = make_url(url)
    if target.get_backend_name() != "postgresql":
        with exclusive(Path(f"{target.database}{file_modes.STARTING}")):
            yield
        return
    engine = engine_for(url)
    try:
        with trouble.raise_as_problem(), engine.connect() as connection:
            connection.execute(text("SELECT pg_advisory_lock(:number)"), {"number": _NUMBER})
            # The lock belongs to the session, so no transaction has to stay open for it.
            connection.commit()
            yield
    finally:
        engine.dispose()
