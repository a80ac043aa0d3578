"""What all tests share: a database of each kind, new for every test."""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import psycopg
import pytest
from flask import Flask
from hypothesis import settings
from sqlalchemy import make_url

from survey.accounts import hashing
from survey.server import start
from survey.storage.engine.database import Database, migrate
from tests.support import once, running

# The same examples at every run and no time limit for one: a failure means that the code changed.
settings.register_profile("survey", derandomize=True, deadline=None)
settings.load_profile("survey")


def pytest_addoption(parser: pytest.Parser) -> None:
    text = "fail a test that takes more seconds of a processor, its own and its processes', than this"
    parser.addoption("--most-seconds", type=float, default=None, help=text)


pytest_configure, pytest_unconfigure = once.begin, once.end
#: Markers of what takes long.
LONG: Final = ("slow", "browser", "java", "postgresql")
#: Fixtures that make a release, which the first test that needs them pays for.
RELEASES: Final = {"finished", "keyholder", "closed", "collided"}
#: Fixtures that wait while one worker makes the round that most tests read.
WAITING: Final = {"finished", "address"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a released round, which takes up to a minute to make; put files that take long before the others.

    A worker takes one file after the other: with a long one at the end, the other worker would have nothing to do. One file
    that makes the round that most tests read comes first, and the others that need it last of those that take long.
    """
    for item in items:
        if RELEASES & set(getattr(item, "fixturenames", ())):
            item.add_marker("slow")
    long = {item.path for item in items if any(item.get_closest_marker(name) for name in LONG)}
    waiting = {item.path for item in items if WAITING & set(getattr(item, "fixturenames", ()))} & long
    first = min(waiting, default=None)
    items.sort(key=lambda item: (item.path != first, item.path not in long, item.path in waiting))


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Let the collector of garbage pass over what was collected, which stays, and look seldom: a tenth of a processor less."""
    gc.collect()
    start.collect_seldom()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Find what should be marked `slow`; seconds of a processor are alike on a busy machine."""
    most, before = item.config.getoption("--most-seconds"), sum(os.times()[:4])
    yield
    taken = sum(os.times()[:4]) - before
    if most is not None and taken > most:
        pytest.fail(f"took {taken:.1f} seconds of a processor: mark it slow, or make it quick", pytrace=False)


REAL: Final = hashing.METHOD
#: The same way of hashing, at a hundredth of the cost.
CHEAP: Final = "scrypt:256:8:1"


@pytest.fixture(autouse=True, scope="session")
def _cheap_passwords() -> Iterator[None]:
    """A tenth of a second for each of thousands of accounts tells nothing; servers in processes of their own pay it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hashing, "METHOD", CHEAP)
        yield


@pytest.fixture(autouse=True, scope="session")
def _releases_in_one_process() -> Iterator[None]:
    """The workers of a run have every processor already; commands and servers in processes of their own still share the work out."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "cpu_count", lambda: 1)
        yield


@pytest.fixture
def real_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords at the cost that the survey has."""
    monkeypatch.setattr(hashing, "METHOD", REAL)


@pytest.fixture(autouse=True)
def _headers_as_a_server_sends_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the client in the process fail where a real server would: headers are Latin-1 and hold no line end."""
    plain = Flask.__call__

    def checked(app: Flask, environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        def begin(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            for name, value in headers:
                assert b"\n" not in f"{name}{value}".encode("latin-1"), (name, value)
            return start(status, headers, *rest)

        return plain(app, environ, begin)

    monkeypatch.setattr(Flask, "__call__", checked)


NEEDED = "PostgreSQL is not installed: apt-get install postgresql"
NO_MOUNT = "a disk that can be filled needs the right to mount one: run as root"


def _server_programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


def _as_postgres(command: list[str]) -> list[str]:
    # The server refuses to run as root.
    return ["runuser", "-u", "postgres", "--", *command] if os.geteuid() == 0 else command


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """A PostgreSQL cluster of its own, reached by a socket; yields the URL without a database name."""
    programs = _server_programs()
    if programs is None:
        running.miss(NEEDED)
    folder = Path(tempfile.mkdtemp(prefix="survey-postgresql-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    data = folder / "data"
    options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c max_connections=200"
    try:
        _run([str(programs / "initdb"), "-D", str(data), "-U", "survey", "--auth=trust", "-E", "UTF8"])
        _run(
            [
                str(programs / "pg_ctl"),
                "-D",
                str(data),
                "-w",
                "-o",
                options,
                "-l",
                str(folder / "log"),
                "start",
            ]
        )
        try:
            yield f"postgresql://survey@/{{name}}?host={folder}"
        finally:
            _run([str(programs / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(command: list[str]) -> None:
    subprocess.run(
        _as_postgres(command), check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL, cwd="/"
    )


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of three megabytes, which a test can fill."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if mounted.returncode:
        running.miss(NO_MOUNT)
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database, one of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'survey.sqlite'}"
        return
    server = request.getfixturevalue("postgresql_server")
    name = f"survey_{uuid4().hex}"
    with psycopg.connect(server.format(name="postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield server.format(name=name)
    with psycopg.connect(server.format(name="postgres"), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite database without content, to be copied: migrating takes a hundred times as long."""
    file = tmp_path_factory.mktemp("empty") / "survey.sqlite"
    migrate(f"sqlite:///{file}")
    return file


@pytest.fixture
def database(database_url: str, tmp_path: Path, empty_database: Path) -> Iterator[Database]:
    """A migrated database of each kind."""
    yield from _opened(database_url, tmp_path, empty_database)


@pytest.fixture
def sqlite_database(tmp_path: Path, empty_database: Path) -> Iterator[Database]:
    """A migrated SQLite database, for tests that the kind of database cannot change."""
    yield from _opened(f"sqlite:///{tmp_path / 'survey.sqlite'}", tmp_path, empty_database)


def _opened(url: str, home: Path, empty_database: Path) -> Iterator[Database]:
    place = make_url(url)
    if place.get_backend_name() == "sqlite":
        shutil.copy(empty_database, str(place.database))
    else:
        migrate(url)
    opened = Database(url, home)
    yield opened
    opened.close()
