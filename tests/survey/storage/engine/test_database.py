"""The database: groups, failures that stay alone, processes that take turns, and migrations."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, inspect, select, text

from survey.intake import gate
from survey.problems import Problem
from survey.settings import PROJECT
from survey.storage import runtime_settings
from survey.storage.engine.database import MIGRATIONS, Database, _newest, engine_for, migrate
from survey.storage.field import responses, rounds
from survey.storage.scope import Scope
from survey.storage.tables import metadata, receipts
from tests.support.factories import ROUND, field, submission


def _put(connection: Connection, items: Sequence[str]) -> list[int]:
    for item in items:
        runtime_settings.replace(connection, item, "set")
        if item.startswith("bad"):
            raise ValueError(item)
    return [len(items)] * len(items)


def test_one_bad_item_fails_alone(database: Database) -> None:
    names = [f"{'bad' if number % 7 == 3 else 'good'}{number}" for number in range(60)]

    def write(name: str) -> str:
        try:
            database.write(_put, name)
        except ValueError as error:
            return str(error)
        return ""

    with ThreadPoolExecutor(30) as pool:
        failed = [name for name in pool.map(write, names) if name]
    assert sorted(failed) == sorted(name for name in names if name.startswith("bad"))
    assert all((runtime_settings.get(database, name) == "set") == name.startswith("good") for name in names)


def test_waiting_items_share_a_commit(database: Database) -> None:
    begun, go_on = Event(), Event()

    def hold(connection: Connection) -> None:
        begun.set()
        assert go_on.wait(10)

    waiting = database._writer._queue
    with ThreadPoolExecutor(20) as pool:
        first = pool.submit(database.change, hold)
        assert begun.wait(10)
        sizes = [pool.submit(database.write, _put, f"name{number}") for number in range(15)]
        while waiting.qsize() < 15:
            time.sleep(0.01)
        go_on.set()
        first.result()
    assert [size.result() for size in sizes] == [15] * 15


def test_a_failed_change_leaves_nothing(database: Database) -> None:
    def half(connection: Connection) -> None:
        runtime_settings.replace(connection, "half", 1)
        raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError, match="in the middle"):
        database.change(half)
    assert runtime_settings.get(database, "half") is None
    database.change(runtime_settings.replace, "whole", 1)
    assert runtime_settings.get(database, "whole") == 1


def test_reading_changes_nothing(database: Database) -> None:
    with database.read() as connection:
        runtime_settings.replace(connection, "sly", 1)
    assert runtime_settings.get(database, "sly") is None


def test_a_reader_sees_one_state_while_others_write(sqlite_database: Database) -> None:
    with sqlite_database.read() as connection:
        before = runtime_settings.value(connection, "state")
        runtime_settings.put(sqlite_database, "state", "new")
        assert runtime_settings.value(connection, "state") == before
    assert runtime_settings.get(sqlite_database, "state") == "new"


SENDER = """
import sys
from pathlib import Path
from survey.intake import gate
from survey.storage.people import accounts
from survey.storage.engine.database import Database
from concurrent.futures import ThreadPoolExecutor
from tests.support.factories import submission

database = Database(sys.argv[1], Path(sys.argv[2]))
worker = accounts.find(database, "W1")

def send(_):
    one = submission(worker)
    gate.accept(database, one)
    sys.stdout.write(one.id.hex + "\\n")
    sys.stdout.flush()

with ThreadPoolExecutor(8) as pool:
    list(pool.map(send, range(int(sys.argv[3]))))
database.close()
"""


def _sender(database: Database, number: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", SENDER, database.url, str(database.home), str(number)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=PROJECT,
    )


def _stored(database: Database) -> set[str]:
    with database.read() as connection:
        return {row.hex() for row in connection.execute(select(receipts.c.id)).scalars()}


@pytest.mark.slow
def test_a_killed_server_loses_nothing_that_it_acknowledged(database: Database) -> None:
    field(database)
    process = _sender(database, 100_000)
    assert process.stdout is not None
    acknowledged = {process.stdout.readline().strip() for _ in range(200)}
    process.send_signal(signal.SIGKILL)
    acknowledged |= {line.strip() for line in process.stdout if len(line) == 33}
    process.wait()
    process.stdout.close()
    assert len(acknowledged) >= 200
    assert acknowledged <= _stored(database)
    # A receipt and its interview are one: neither is there without the other.
    kept = sum(chunk.count for chunk in responses.packed_records(database, Scope.everywhere(), ROUND))
    assert kept == len(_stored(database))


@pytest.mark.slow
def test_a_command_writes_while_a_server_is_busy(sqlite_database: Database) -> None:
    worker = field(sqlite_database)
    process = _sender(sqlite_database, 3000)
    assert process.stdout is not None
    process.stdout.readline()
    written = 0
    while process.poll() is None and written < 40:
        gate.accept(sqlite_database, submission(worker))
        written += 1
    process.stdout.read()
    process.stdout.close()
    assert process.wait() == 0
    assert written >= 5
    assert len(_stored(sqlite_database)) == 3000 + written


def test_the_key_is_random_and_rows_have_no_other_order(sqlite_database: Database) -> None:
    for table in ("responses", "receipts", "tallies", "quarantine"):
        with sqlite_database.read() as connection, pytest.raises(Exception, match="no such column"):
            connection.execute(text(f"SELECT rowid FROM {table}"))


def test_a_commit_reaches_the_disk_before_it_is_acknowledged(sqlite_database: Database) -> None:
    with sqlite_database.read() as connection:
        pragmas = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("synchronous", "journal_mode")
        ]
    assert pragmas == [2, "wal"]


def test_the_migrated_tables_are_the_described_ones(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        migrated = _shape(connection)
    metadata.drop_all(database.engine)
    metadata.create_all(database.engine)
    with database.engine.connect() as connection:
        assert _shape(connection) == migrated


def _shape(connection: Connection) -> dict[str, object]:
    seen = inspect(connection)
    return {
        table: (
            sorted(
                check["sqltext"].replace("(", "").replace(")", "")
                for check in seen.get_check_constraints(table)
            ),
            sorted(str(index["column_names"]) for index in seen.get_indexes(table)),
            sorted(
                str((key["constrained_columns"], key["referred_table"]))
                for key in seen.get_foreign_keys(table)
            ),
            seen.get_pk_constraint(table)["constrained_columns"],
            [(column["name"], str(column["type"]), column["nullable"]) for column in seen.get_columns(table)],
        )
        for table in sorted(metadata.tables)
    }


@pytest.mark.slow
def test_migrations_go_down_and_up_again(database_url: str, tmp_path: Path) -> None:
    migrate(database_url)
    migrate(database_url)
    migrate(database_url, "base")
    engine = engine_for(database_url)
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    engine.dispose()
    migrate(database_url)
    database = Database(database_url, tmp_path)
    gate.accept(database, submission(field(database)))
    database.close()
    # A start on a filled database changes nothing in it.
    migrate(database_url)
    database = Database(database_url, tmp_path)
    with database.read() as connection:
        assert connection.execute(select(func.count()).select_from(receipts)).scalar_one() == 1
    assert rounds.find(database, ROUND).open
    database.close()


@pytest.mark.slow
def test_a_busy_server_says_so(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("survey.storage.engine.writer.PATIENCE", 0.05)
    with pytest.raises(Problem) as caught:
        sqlite_database.change(lambda _: time.sleep(0.3))
    assert caught.value.kind.code == "busy"


def test_the_lock_is_free_between_commits(sqlite_database: Database) -> None:
    runtime_settings.put(sqlite_database, "a", 1)
    lock = Path(f"{sqlite_database.engine.url.database}.lock")
    code = "import fcntl, sys; fcntl.flock(open(sys.argv[1]), fcntl.LOCK_EX | fcntl.LOCK_NB)"
    assert subprocess.run([sys.executable, "-c", code, str(lock)], check=False).returncode == 0
    assert lock.stat().st_size == 0


def test_the_newest_revision_is_told_by_the_names_of_the_files() -> None:
    configuration = Config()
    configuration.set_main_option("script_location", str(MIGRATIONS))
    assert _newest() == ScriptDirectory.from_config(configuration).get_current_head()


@pytest.mark.slow
def test_a_start_that_migrates_nothing_spares_loading_alembic(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'survey.sqlite'}"
    program = f"import sys; from survey.storage.engine.database import migrate; migrate({url!r}); print('alembic' in sys.modules)"
    told = [
        subprocess.run(
            [sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=True
        ).stdout
        for _ in range(2)
    ]
    assert told == ["True\n", "False\n"]
