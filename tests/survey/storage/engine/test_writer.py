"""The writing thread: whatever fails, who waits is told at once, and the next write finds a new connection."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from survey.problems import Problem
from survey.storage import runtime_settings
from survey.storage.engine.database import Database, migrate


def code(function: Callable[..., object], *arguments: object) -> str:
    try:
        function(*arguments)
    except Problem as problem:
        return problem.kind.code
    return ""


def put(database: Database, name: str) -> str:
    return code(runtime_settings.put, database, name, "set")


@pytest.fixture
def away(tmp_path: Path) -> Iterator[tuple[Database, Path]]:
    """A database whose folder is elsewhere at the first write, and where it has to come back to."""
    home = tmp_path / "home"
    home.mkdir()
    url = f"sqlite:///{home / 'survey.sqlite'}"
    migrate(url)
    home.rename(tmp_path / "elsewhere")
    database = Database(url, home)
    yield database, home
    database.close()


def _back(home: Path) -> None:
    if home.is_file():
        home.unlink()
    (home.parent / "elsewhere").rename(home)


@pytest.mark.parametrize("in_its_place", [None, "a file"])
def test_a_first_connection_that_fails_is_told_at_once_and_opened_again(
    away: tuple[Database, Path], in_its_place: str | None
) -> None:
    database, home = away
    if in_its_place:
        home.write_text(in_its_place)
    began = time.monotonic()
    with ThreadPoolExecutor(12) as pool:
        told = list(pool.map(lambda number: put(database, f"early{number}"), range(12)))
    assert told == ["database_down"] * 12
    # Twelve waits one after the other would take a minute.
    assert time.monotonic() - began < 30
    _back(home)
    assert put(database, "late") == ""
    assert runtime_settings.get(database, "late") == "set"
    assert runtime_settings.get(database, "early1") is None


@pytest.mark.slow
def test_a_later_connection_that_fails_is_told_and_opened_again(sqlite_database: Database) -> None:
    assert put(sqlite_database, "before") == ""
    with sqlite3.connect(sqlite_database.engine.url.database or "") as other:
        other.execute("BEGIN EXCLUSIVE")
        began = time.monotonic()
        assert put(sqlite_database, "during") == "busy"
        # One wait for the lock: nobody tries a group again that only waits.
        assert time.monotonic() - began < 9
        other.rollback()
    other.close()
    assert put(sqlite_database, "after") == ""


def test_a_database_that_was_taken_away_takes_nothing_more(sqlite_database: Database, tmp_path: Path) -> None:
    """Its open file would still take interviews, and they would be gone with the process."""
    assert put(sqlite_database, "before") == ""
    file = Path(sqlite_database.engine.url.database or "")
    sqlite_database.engine.dispose()
    file.rename(tmp_path / "elsewhere")
    assert put(sqlite_database, "during") == "database_down"
    assert code(runtime_settings.get, sqlite_database, "before") == "database_down"
    assert not file.exists()
    (tmp_path / "elsewhere").rename(file)
    assert put(sqlite_database, "after") == ""
    assert runtime_settings.get(sqlite_database, "before") == "set"


@pytest.mark.slow
@pytest.mark.parametrize("failure", [SystemExit, MemoryError, KeyboardInterrupt])
def test_nothing_that_an_operation_raises_ends_the_thread(
    sqlite_database: Database, failure: type[BaseException]
) -> None:
    def fails(_connection: object) -> None:
        raise failure

    with pytest.raises(failure):
        sqlite_database.change(fails)
    thread = sqlite_database._writer._thread
    assert put(sqlite_database, "after") == ""
    assert sqlite_database._writer._thread is thread


def test_a_caller_without_an_answer_of_its_own_is_told(database: Database) -> None:
    """An operation that answers for too few of its items has broken its word; its callers do not wait for ever."""
    with pytest.raises((ValueError, IndexError)):
        database.write(lambda _connection, _items: [], "item")
    assert put(database, "after") == ""


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_thread_that_died_is_begun_again(sqlite_database: Database) -> None:
    """As after a fork, where the child has the object and not the thread."""
    assert put(sqlite_database, "parent") == ""
    child = os.fork()
    if child == 0:  # pragma: no cover - another process
        sqlite_database.engine.dispose(close=False)
        os._exit(0 if put(sqlite_database, "child") == "" else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert runtime_settings.get(sqlite_database, "child") == "set"


def test_a_full_disk_is_told_and_forgotten_when_there_is_room(small_disk: Path) -> None:
    url = f"sqlite:///{small_disk / 'survey.sqlite'}"
    migrate(url)
    database = Database(url, small_disk)
    assert put(database, "before") == ""
    filler = small_disk / "filler"
    with filler.open("wb", buffering=0) as file:
        while (room := shutil.disk_usage(small_disk).free) > 0:
            file.write(bytes(room))
    told = [put(database, f"{number}" * 5000) for number in range(20)]
    assert told[-1] == "full"
    assert set(told) <= {"", "full"}
    assert runtime_settings.get(database, "before") == "set"
    filler.unlink()
    assert put(database, "after") == ""
    kept = [runtime_settings.get(database, f"{number}" * 5000) == "set" for number in range(20)]
    assert kept == [one == "" for one in told]
    database.close()


@pytest.mark.postgresql
def test_a_database_server_that_was_cut_off_and_came_back(postgresql_server: str, tmp_path: Path) -> None:
    name = f"survey_cut_{os.getpid()}"
    with psycopg.connect(postgresql_server.format(name="postgres"), autocommit=True) as everything:
        everything.execute(f"CREATE DATABASE {name}")
        database = Database(postgresql_server.format(name=name), tmp_path)
        migrate(database.url)
        assert put(database, "before") == ""
        assert code(runtime_settings.get, database, "before") == ""
        # Nobody is let in, and who is in is thrown out: what a restart looks like from here.
        everything.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        everything.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        assert put(database, "during") == "database_down"
        assert code(runtime_settings.get, database, "before") == "database_down"
        everything.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        assert put(database, "after") == ""
        assert runtime_settings.get(database, "after") == "set"
        database.close()
        everything.execute(f"DROP DATABASE {name} WITH (FORCE)")
