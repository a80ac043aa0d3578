"""A start: with the keys of the database and no others, in one sentence where that cannot be, and one at a time."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from survey.commands import main
from survey.intake import gate
from survey.keys import digests, form_state, pem, record_keys, store
from survey.problems import Problem
from survey.server.opening import KEYS_KNOWN, open_database
from survey.settings import Settings
from survey.storage import key_fingerprints
from survey.storage.engine.database import Database, migrate
from survey.storage.field import rounds
from survey.storage.people import audit
from tests.support.factories import field, submission
from tests.support.running import Survey

SECRETS = ("digest.key", "withdrawal.key", "state.key", "session.key", "quarantine.pem")


@pytest.fixture(autouse=True)
def private_files() -> Iterator[None]:
    """What these tests make is closed to others, as all that the survey's processes make."""
    before = os.umask(0o077)
    yield
    os.umask(before)


def settings_of(home: Path, url: str = "") -> Settings:
    return Settings(home=home, database_url=url or f"sqlite:///{home / 'survey.sqlite'}")


def start(home: Path, url: str = "", **more: bool) -> str:
    """Begin and end; the code of what was refused."""
    try:
        open_database(settings_of(home, url), **more).close()
    except Problem as problem:
        return problem.kind.code
    return ""


def _forget(home: Path) -> None:
    # A process that begins has nothing in memory.
    for memory in (store.secret, store._keyed_hash, pem.load_private, form_state._state_cipher):
        memory.cache_clear()
    shutil.rmtree(home / "keys", ignore_errors=True)


@pytest.fixture
def filled(database_url: str, tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A survey with an interview, and its keys."""
    home = tmp_path / "home"
    database = open_database(settings_of(home, database_url))
    gate.accept(database, submission(field(database)))
    database.close()
    yield home, database_url
    _forget(home)


def test_a_start_with_the_same_keys(filled: tuple[Path, str]) -> None:
    assert start(*filled) == ""
    database = Database(filled[1], filled[0])
    assert set(key_fingerprints.known_fingerprints(database)) == set(SECRETS)
    assert [entry.event for entry in audit.entries(database)].count("keys taken") == 1
    database.close()


def test_a_start_with_other_keys(filled: tuple[Path, str], tmp_path: Path) -> None:
    home, url = filled
    # A second server with a key folder of its own, and a restore without keys.
    assert start(tmp_path / "second", url) == "keys_differ"
    _forget(home)
    assert start(home, url) == "keys_differ"
    assert not (home / "keys").exists()
    assert start(home, url, adopt=True) == "keys_differ"
    assert start(home, url, adopt=True, replace=True) == ""
    assert start(home, url) == ""


def test_a_single_key_that_is_lost_or_another_one(filled: tuple[Path, str]) -> None:
    home, url = filled
    for name in SECRETS:
        key = home / "keys" / name
        kept = key.read_bytes()
        key.unlink()
        assert start(home, url) == "keys_differ"
        assert not key.exists()
        _forget_memory()
        key.write_bytes(_another(home, name))
        assert start(home, url) == "keys_differ"
        key.write_bytes(kept)
        _forget_memory()
        assert start(home, url) == ""


def _another(home: Path, name: str) -> bytes:
    elsewhere = home.parent / "elsewhere"
    digests.make_secrets(elsewhere)
    return (elsewhere / "keys" / name).read_bytes()


def _forget_memory() -> None:
    store.secret.cache_clear()
    pem.load_private.cache_clear()


def test_keys_beside_a_database_that_is_new(filled: tuple[Path, str], tmp_path: Path) -> None:
    home, _ = filled
    fresh = home / "survey.sqlite"
    for _ in range(2):
        assert start(home, f"sqlite:///{fresh}") == "keys_without_database"
        # Nothing was made that the next start would take for a survey.
        assert not fresh.exists()
    fresh.touch()
    assert start(home, f"sqlite:///{fresh}") == "keys_without_database"
    assert start(home, f"sqlite:///{fresh}", adopt=True) == ""
    assert start(home, f"sqlite:///{fresh}") == ""


@pytest.mark.slow
def test_a_database_from_before_it_knew_its_keys(
    filled: tuple[Path, str], capsys: pytest.CaptureFixture[str]
) -> None:
    home, url = filled
    migrate(url, "0002")
    capsys.readouterr()
    assert start(home, url) == ""
    assert capsys.readouterr().err == KEYS_KNOWN + "\n"
    assert start(home, url) == ""
    assert capsys.readouterr().err == ""
    migrate(url, "0002")
    _forget(home)
    assert start(home, url) == "keys_differ"


def test_keys_of_phones(filled: tuple[Path, str]) -> None:
    """Of a key in custody only the public half is here; a lost one is told, a retired one is not missed."""
    home, url = filled
    first, second = record_keys.new_key(home), record_keys.new_key(home)
    assert start(home, url) == ""
    (home / "keys" / "records" / f"{second.id}.pem").unlink()
    assert start(home, url) == ""
    public = home / "keys" / "records" / f"{first.id}.pub"
    kept = public.read_bytes()
    public.unlink()
    assert start(home, url) == "keys_differ"
    public.write_bytes(kept)
    at_terminal = CliRunner().invoke(
        main.main,
        ["key", "retire", first.id],
        env={"SURVEY_HOME": str(home), "SURVEY_DATABASE_URL": url},
    )
    assert at_terminal.exit_code == 0, at_terminal.output
    assert start(home, url) == ""


def test_fingerprints_tell_nothing_of_the_keys(filled: tuple[Path, str]) -> None:
    home, _ = filled
    told = "".join(digests.fingerprints(home).values())
    for name in SECRETS[:-1]:
        assert (home / "keys" / name).read_bytes().hex() not in told


def _damaged(file: Path) -> None:
    file.write_bytes(b"no database at all" * 1000)


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def _scribbled(file: Path) -> None:
    with file.open("r+b") as opened_file:
        opened_file.seek(100)
        opened_file.write(b"\xff" * 60_000)


def _newer(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")


def _a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def _locked(file: Path) -> None:
    # Another program without the write-ahead log, which keeps readers out as well.
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA journal_mode=DELETE")
    connection.execute("BEGIN EXCLUSIVE")
    LOCKS.append(connection)


LOCKS: list[sqlite3.Connection] = []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("harm", "word"),
    [
        (_damaged, "damaged"),
        (_cut, "damaged"),
        (_scribbled, "damaged"),
        (_newer, "newer version"),
        (_a_folder, "cannot be reached"),
        (_locked, "held by another program"),
    ],
)
def test_a_database_that_cannot_be_used_is_told_in_one_sentence(
    tmp_path: Path, harm: Callable[[Path], None], word: str
) -> None:
    home = tmp_path / "home"
    assert start(home) == ""
    harm(home / "survey.sqlite")
    done = CliRunner().invoke(main.main, ["run"], env={"SURVEY_HOME": str(home), "SURVEY_DATABASE_URL": None})
    while LOCKS:
        LOCKS.pop().close()
    assert done.exit_code == 2, done.output
    assert done.output.startswith("error: ")
    assert word in done.output
    assert done.output.count("\n") == 1


@pytest.mark.slow
def test_a_disk_that_cannot_be_written_is_told_in_one_sentence(small_disk: Path) -> None:
    survey = Survey(small_disk / "home")
    survey.do("account", "list")
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    told = survey.do("run", code=2)
    assert told.startswith("error: Read-only file system")
    assert told.count("\n") == 1
    subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    with (small_disk / "filler").open("wb", buffering=0) as filler:
        while (room := shutil.disk_usage(small_disk).free) > 0:
            filler.write(bytes(room))
    told = survey.do("questionnaire", "publish", "questionnaires/community_security.md", code=2)
    assert told.startswith("error: the disk of the database is full; make room")
    assert told.count("\n") == 1


def test_a_database_server_that_is_away_is_told_in_one_sentence(tmp_path: Path) -> None:
    url = f"postgresql://survey@/survey?host={tmp_path}"
    done = CliRunner().invoke(
        main.main, ["run"], env={"SURVEY_HOME": str(tmp_path), "SURVEY_DATABASE_URL": url}
    )
    assert (done.exit_code, done.output.count("\n")) == (2, 1)
    assert "cannot be reached" in done.output


@pytest.mark.slow
def test_two_servers_that_begin_together_both_live(database_url: str, tmp_path: Path) -> None:
    servers = [Survey(tmp_path / "home") for _ in range(2)]
    processes = []
    for server in servers:
        server.environment["SURVEY_DATABASE_URL"] = database_url
        processes.append(
            subprocess.Popen(
                [sys.executable, "-u", "-m", "survey", "run"],
                env=server.environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
        )
    try:
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline().startswith("The survey runs at")
            assert process.poll() is None
    finally:
        for process in processes:
            process.terminate()
            process.communicate(timeout=10)
    database = Database(database_url, tmp_path / "home")
    assert rounds.all_rounds(database) == ()
    database.close()
