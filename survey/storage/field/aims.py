"""Aims of a round: for an indicator the target and the baseline that an administrator set; numbers alone, of nobody interviewed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from survey.storage.engine.database import Database
from survey.storage.field import rounds
from survey.storage.people import audit
from survey.storage.tables import aims


@dataclass(frozen=True, slots=True)
class Aim:
    """What an indicator should be, and what it was before the programme, in per cent; None where that is not said."""

    target: int | None = None
    baseline: int | None = None

    def __str__(self) -> str:
        target, baseline = ("–" if one is None else f"{one}%" for one in (self.target, self.baseline))
        return f"target {target}, baseline {baseline}"


def aims_of(database: Database, round_name: str) -> dict[str, Aim]:
    """The aims that were set for a round, by the name of the indicator; of the others the usual ones hold."""
    key = rounds.find(database, round_name).key
    with database.read() as connection:
        return _aims_of(connection, key)


def _aims_of(connection: Connection, round_key: int) -> dict[str, Aim]:
    query = select(aims.c.indicator, aims.c.target, aims.c.baseline).where(aims.c.round == round_key)
    return {row.indicator: Aim(row.target, row.baseline) for row in connection.execute(query)}


def set_aims(
    database: Database,
    round_name: str,
    wanted: Mapping[str, Aim],
    usual: Mapping[str, Aim],
    by: str,
    seen: Mapping[str, Aim] | None = None,
) -> bool:
    """Set aims of a round; the audit holds each one that changed, as it was and as it is. `usual` holds where nothing was set.

    False, and nothing is set, where one of them is not any more as it was `seen`.
    """
    return database.change(_set_aims, round_name, dict(wanted), dict(usual), by, seen)


def _set_aims(
    connection: Connection,
    round_name: str,
    wanted: dict[str, Aim],
    usual: dict[str, Aim],
    by: str,
    seen: Mapping[str, Aim] | None,
) -> bool:
    key = rounds.lock_round(connection, round_name).key
    before = {**usual, **_aims_of(connection, key)}
    if seen is not None and any(before.get(name, Aim()) != seen.get(name, Aim()) for name in wanted):
        return False
    for name, aim in wanted.items():
        was = before.get(name, Aim())
        if aim == was:
            continue
        connection.execute(delete(aims).where(aims.c.round == key, aims.c.indicator == name))
        row = {"round": key, "indicator": name, "target": aim.target, "baseline": aim.baseline}
        connection.execute(insert(aims), row)
        audit.add_entry(connection, by, "aim changed", f"{round_name} {name}: {was} → {aim}")
    return True
