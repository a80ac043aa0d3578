"""How long interviews are kept: deleted with all that depends on them when their time has come, and overwritten."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, delete, select, update

from survey.days import later, today
from survey.problems import TOO_EARLY, Problem
from survey.storage.engine import shredding
from survey.storage.engine.database import Database
from survey.storage.field import rounds
from survey.storage.field.deleted import LEFT_OUT, forget
from survey.storage.field.rounds import Round
from survey.storage.people import audit
from survey.storage.tables import OF_INTERVIEWS, flag_bands, late
from survey.storage.tables import rounds as rounds_table

#: Days after the close of a round when its interviews are deleted, at the latest.
RETENTION_DAYS: Final = 90


def purge(
    database: Database,
    round_name: str,
    by: str = "",
    after_days: int = RETENTION_DAYS,
    seen_late: int | None = None,
) -> int | None:
    """Delete the interviews of a round that closed `after_days` ago (at most 90); receipts and tallies stay.

    Raises TOO_EARLY before that day. Returns how many interviews were deleted; `shredding.waiting_tables` says whether they
    are still in the files, and the next purge or start finishes that. None, and nothing is deleted, where there are not as
    many late interviews any more as were `seen_late` by who decides.
    """
    count = database.change(_purge, round_name, by, min(after_days, RETENTION_DAYS), seen_late)
    shredding.finish(database)
    return count


def _purge(
    connection: Connection, round_name: str, by: str, after_days: int, seen_late: int | None
) -> int | None:
    present = rounds.lock_round(connection, round_name)
    if present.closed_day is None or later(present.closed_day, after_days) > today():
        raise Problem(TOO_EARLY, round=round_name, days=str(after_days))
    undecided = connection.execute(select(late.c.id).where(late.c.round == present.key)).scalars().all()
    if seen_late not in (None, len(undecided)):
        return None
    forget(connection, undecided, LEFT_OUT)
    count = 0
    shredding.remember(connection, *OF_INTERVIEWS)
    for table in OF_INTERVIEWS:
        count += connection.execute(delete(table).where(table.c.round == present.key)).rowcount
    shredding.remember(connection, flag_bands)
    connection.execute(delete(flag_bands).where(flag_bands.c.round == present.key))
    closed = update(rounds_table).where(rounds_table.c.key == present.key)
    connection.execute(closed.values(purged_day=today()))
    audit.add_entry(connection, by, "round purged", f"{round_name} {count}")
    return count


def purge_due(database: Database, after_days: int = RETENTION_DAYS) -> tuple[str, ...]:
    """Purge every round whose time has come, and finish what an earlier purge began; returns their names. Run it daily."""
    rounds.close_due_rounds(database)
    due = [
        round_.name
        for round_ in rounds.all_rounds(database)
        if _is_due(round_, min(after_days, RETENTION_DAYS))
    ]
    for name in due:
        purge(database, name, after_days=after_days)
    shredding.finish(database)
    return tuple(due)


def _is_due(present: Round, after_days: int) -> bool:
    closed = present.closed_day
    return closed is not None and present.purged_day is None and later(closed, after_days) <= today()
