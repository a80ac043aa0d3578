"""Rows on the way of every submission: written by a statement that was put together once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Table, insert


def add_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add rows of plain values, each with the columns of the first; the driver takes them as they are.

    SQLAlchemy would look at every value of every row once more, for types that no column of these tables has.
    """
    names = tuple(rows[0])
    statement, order = _statement(table, names, connection.dialect)
    values: Any = [tuple([row[name] for name in order]) for row in rows] if order else list(rows)
    connection.exec_driver_sql(statement, values)


@lru_cache(maxsize=64)
def _statement(table: Table, names: tuple[str, ...], dialect: Dialect) -> tuple[str, tuple[str, ...]]:
    """The statement in the words of a driver, and the order of its values where they have no names."""
    made = insert(table).compile(dialect=dialect, column_keys=list(names))
    return made.string, tuple(made.positiontup or ())
