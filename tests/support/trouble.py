"""Trouble as it comes: a statement that the driver refuses, a disk that takes nothing more, a server that ends."""

from __future__ import annotations

import resource
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from sqlalchemy import Connection, event

from survey.storage.engine.database import Database

HARD = resource.getrlimit(resource.RLIMIT_FSIZE)[1]


def no_room() -> None:
    """From now on the system takes not one byte more into any file."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, HARD))


def room() -> None:
    """As it was."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (HARD, HARD))


class Statements:
    """Makes one statement after the other fail, commits included; `stubborn` trouble stays until it is over."""

    def __init__(self, database: Database, kind: str, stubborn: bool) -> None:
        self.begin: Callable[[Connection], None] = getattr(self, f"_{kind}")
        self.stubborn = stubborn
        self.at = self.seen = -1
        self._ending: Callable[[], None] = lambda: None
        self._address = database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._others: psycopg.Connection[Any] | None = None
        engine = database.engine
        event.listen(engine, "before_cursor_execute", lambda connection, *_: self._meet(connection))
        event.listen(engine, "commit", self._meet)
        event.listen(engine, "handle_error", lambda _: self._ending())
        event.listen(engine, "after_cursor_execute", lambda *_: self._ending())

    @contextmanager
    def strikes(self, at: int) -> Iterator[None]:
        """The statement of that number fails."""
        self.at, self.seen = at, 0
        try:
            yield
        finally:
            self.at = -1
            self._ending()

    def _meet(self, connection: Connection) -> None:
        if self.at < 0:
            return
        place, self.seen = self.seen, self.seen + 1
        if place == self.at or (self.stubborn and place > self.at):
            self.begin(connection)

    def _denied(self, connection: Connection) -> None:
        driver: Any = connection.connection.driver_connection
        driver.set_authorizer(lambda *_: 1)
        self._ending = lambda: _let(driver)

    def _full(self, _connection: Connection) -> None:
        no_room()
        self._ending = room

    def _ended(self, connection: Connection) -> None:
        if self._others is None:
            self._others = psycopg.connect(self._address, autocommit=True)
        driver: Any = connection.connection.driver_connection
        self._others.execute("SELECT pg_terminate_backend(%s, 5000)", [driver.info.backend_pid])

    def close(self) -> None:
        """Let go of what was needed."""
        room()
        if self._others is not None:
            self._others.close()


def _let(driver: Any) -> None:
    """Let a connection do everything again; whoever met the failure may have closed it."""
    with suppress(sqlite3.ProgrammingError):
        driver.set_authorizer(None)


class FileWrites:
    """Makes one file after the other, of those that Python opens for writing, take nothing."""

    def __init__(self) -> None:
        self.at = self.seen = -1
        sys.addaudithook(self._look)

    @contextmanager
    def strikes(self, at: int) -> Iterator[None]:
        """The file of that number takes nothing, nor does any after it."""
        self.at, self.seen = at, 0
        try:
            yield
        finally:
            self.at = -1
            room()

    def _look(self, name: str, arguments: tuple[Any, ...]) -> None:
        if self.at < 0 or name != "open" or not isinstance(arguments[2], int):
            return
        if arguments[2] & 3 and not str(arguments[0]).startswith("/dev/"):
            if self.seen == self.at:
                no_room()
            self.seen += 1
