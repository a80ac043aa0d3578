"""Statements that every submission runs: compiled once, and run by the driver with plain values.

SQLAlchemy would build a list of values again each time and look at every value of every row, for types that
no column of these tables has.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Column, Connection, Dialect, Select, Table, insert

#: A statement compiled for a driver, with the names of its parameters: in their order where parameters have positions.
_Words = tuple[str, tuple[str, ...], bool]


def add_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add rows of plain values, each with the columns of the first."""
    words, names, counted = _insertion(table, tuple(rows[0]), connection.dialect)
    values: Any = [tuple([row[name] for name in names]) for row in rows] if counted else list(rows)
    connection.exec_driver_sql(words, values)


def rows_among(
    connection: Connection, query: Select[Any], column: Column[Any], values: Sequence[Any]
) -> Iterable[Any]:
    """The rows in which a column has one of some plain values; the query is made once and has no values of its own."""
    words, names, counted = _selection(query, column, len(values), connection.dialect)
    given: Any = tuple(values) if counted else dict(zip(names, values, strict=True))
    return connection.exec_driver_sql(words, given)


@lru_cache(maxsize=64)
def _insertion(table: Table, names: tuple[str, ...], dialect: Dialect) -> _Words:
    made = insert(table).compile(dialect=dialect, column_keys=list(names))
    return made.string, tuple(made.positiontup or ()), bool(made.positional)


@lru_cache(maxsize=1024)
def _selection(query: Select[Any], column: Column[Any], length: int, dialect: Dialect) -> _Words:
    listed = query.where(column.in_([None] * length))
    made: Any = listed.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    return made.string, tuple(made.positiontup or made.params), bool(made.positional)
