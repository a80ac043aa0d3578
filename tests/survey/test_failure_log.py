"""The log: a kind, a place and a day for each failure, its number of times, and never what it was about."""

from __future__ import annotations

import ast
import io
import logging
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from survey import days, failure_log, problems
from survey.made_up import send, shipped_round
from survey.problems import TROUBLE, UNKNOWN_ROUND, Kind, Problem
from survey.publication.protection import worker_process
from survey.settings import PROJECT, Settings
from survey.storage.engine.database import Database, migrate
from survey.storage.field import rounds
from survey.storage.tables import quarantine
from tests.support.running import Survey

CODE = sorted(
    path for name in ("survey", "analysis", "migrations") for path in (PROJECT / name).rglob("*.py")
)
SECRET = "plantedanswer"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    failure_log.LOG.stream = stream = io.StringIO()
    yield stream
    failure_log.LOG.stream = None


def calls(name: str) -> list[tuple[Path, ast.Call]]:
    """Every call of a function of that name in the code."""
    return [
        (path, node)
        for path in CODE
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == name
    ]


@pytest.mark.slow
def test_every_engine_hides_what_it_is_given() -> None:
    made = [call for name in ("create_engine", "engine_from_config") for call in calls(name)]
    assert len(made) >= 2
    for path, call in made:
        hidden = [word.value for word in call.keywords if word.arg == "hide_parameters"]
        assert [ast.unparse(value) for value in hidden] == ["True"], path


@pytest.mark.slow
def test_nothing_but_the_log_writer_knows_how_to_tell_an_error() -> None:
    tellers = {"traceback", "logging", "warnings", "faulthandler", "cgitb"}
    found = {
        str(path.relative_to(PROJECT)): sorted(names)
        for path in CODE
        if (
            names := tellers
            & {
                alias.name
                for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
                if isinstance(node, ast.Import)
                for alias in node.names
            }
        )
    }
    allowed = {
        "survey/failure_log.py": ["logging", "traceback", "warnings"],
        # The one quiets Waitress; the other enters the end of a process, without a word of its own.
        "survey/server/http.py": ["logging"],
        "survey/publication/protection/worker_process.py": ["logging"],
    }
    assert {name: kinds for name, kinds in found.items() if name.startswith("survey")} == allowed


def fail(database: Database) -> None:
    """A statement that fails with an interview in its hands."""
    row = {"id": uuid4().bytes, "sealed": SECRET.encode(), "reason": SECRET, "round": 99, "district": SECRET}
    database.change(lambda connection: connection.execute(quarantine.insert(), row))


def test_a_failed_statement_tells_its_kind_and_place(database: Database, log: io.StringIO) -> None:
    for _ in range(38):
        with pytest.raises(Exception, match="quarantine") as caught:
            fail(database)
        assert SECRET not in str(caught.value.statement)
        assert SECRET not in str(caught.value).partition("DETAIL")[0]
        failure_log.note(caught.value)
    failure_log.LOG.total()
    lines = log.getvalue().splitlines()
    number = {"sqlite": "SQLITE_CONSTRAINT_NOTNULL", "postgresql": "23502"}[database.engine.dialect.name]
    form = rf"{days.today()} IntegrityError(/\w+)? {number} at survey\.storage\.[\w.]+:\S+:\d+"
    assert re.fullmatch(form, lines[0])
    assert [line.removeprefix(lines[0]) for line in lines] == ["", ", 10 times today", ", 38 times today"]


SETTINGS = ("log_error_verbosity = terse", "log_min_error_statement = panic")


@pytest.mark.postgresql
@pytest.mark.parametrize("settings", [(), SETTINGS])
def test_with_the_settings_of_the_guide_the_server_of_postgresql_tells_no_more(
    postgresql_server: str, tmp_path: Path, settings: tuple[str, ...]
) -> None:
    assert all(one in (PROJECT / "SECURITY.md").read_text(encoding="utf-8") for one in settings)
    name = f"survey_{uuid4().hex}"
    with psycopg.connect(postgresql_server.format(name="postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        for one in settings:
            connection.execute(f"ALTER DATABASE {name} SET {one}")
    log = Path(postgresql_server.rpartition("host=")[2]) / "log"
    before = log.stat().st_size
    url = postgresql_server.format(name=name)
    migrate(url)
    database = Database(url, tmp_path)
    with pytest.raises(Exception, match="quarantine"):
        fail(database)
    database.close()
    # As shipped, PostgreSQL writes the refused row with the time into its own log.
    assert (SECRET in log.read_text()[before:]) == (not settings)


def test_a_new_day_begins_with_the_sum_of_the_old(log: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    for day in ("2026-11-26", "2026-11-26", "2026-11-26", "2026-11-27"):
        monkeypatch.setattr(failure_log, "today", lambda day=day: day)
        failure_log.LOG.handle(logging.LogRecord("library", logging.ERROR, "x", 7, SECRET, (SECRET,), None))
    assert log.getvalue().splitlines() == [
        "2026-11-26 ERROR of library at library:7",
        "2026-11-26 ERROR of library at library:7, 3 times today",
        "2026-11-27 ERROR of library at library:7",
    ]


def test_a_refusal_tells_its_code_and_its_text_with_empty_holes(log: io.StringIO) -> None:
    failure_log.note(Problem(UNKNOWN_ROUND, round=SECRET))
    assert log.getvalue() == f"{days.today()} Problem [unknown_round] at ?: {UNKNOWN_ROUND.text}\n"


@pytest.mark.parametrize("kind", TROUBLE, ids=lambda kind: kind.code)
def test_of_trouble_the_log_tells_what_the_administrator_can_do(log: io.StringIO, kind: Kind) -> None:
    """The words of the refusal are for whoever holds an interview on a phone."""
    assert "Keep the interview" in kind.text
    failure_log.note(Problem(kind))
    assert log.getvalue() == f"{days.today()} Problem [{kind.code}] at ?: {TROUBLE[kind]}\n"


def test_whatever_bids_a_sender_keep_an_interview_and_is_logged_has_words_for_the_administrator() -> None:
    kinds = {kind for kind in vars(problems).values() if isinstance(kind, Kind)}
    assert {kind for kind in kinds if kind.status >= 500 and "Keep the interview" in kind.text} == set(
        TROUBLE
    )


def test_a_log_that_takes_nothing_is_no_reason_to_tell_more(capfd: pytest.CaptureFixture[str]) -> None:
    with Path("/dev/full").open("wb", buffering=0) as full:
        stream = io.TextIOWrapper(full, write_through=True)
        failure_log.LOG.stream = stream
        failure_log.note(ValueError(SECRET))
        failure_log.LOG.stream = None
        with pytest.raises(OSError, match="No space"):
            stream.write("x")
        stream.detach()
    assert capfd.readouterr() == ("", "")


EVERYTHING = """
import os, sys, threading, warnings, logging
from survey import failure_log
os.environ["FLASK_DEBUG"] = "1"
failure_log.install()
from pathlib import Path
from survey.app import create_app
from survey.settings import Settings
from survey.storage.engine.database import Database, migrate
home = Path(sys.argv[1])
url = f"sqlite:///{home / 'survey.sqlite'}"
migrate(url)
secret = "planted" + "answer"
app = create_app(Settings(home=home, database_url=url))

def view(number):
    raise RuntimeError(secret)

view.permission = "public"
app.add_url_rule("/fails/<number>", "fails", view)
print(app.test_client().get("/fails/" + secret).status_code)
app.logger.error("%s failed", secret)
logging.getLogger("waitress").error("while serving %s", secret)
logging.getLogger("werkzeug").warning(secret)
logging.getLogger("sqlalchemy.pool").error(secret, exc_info=ValueError(secret))
warnings.warn(secret)

class Dying:
    def __del__(self):
        raise KeyError(secret)

def thread():
    raise OSError(28, secret)

Dying()
one = threading.Thread(target=thread)
one.start(); one.join()
database = Database(url, home)
with database.read() as connection:
    connection.exec_driver_sql("SELECT 1")
others = [h for l in logging.root.manager.loggerDict.values() for h in getattr(l, "handlers", [])]
print([h for h in others if not isinstance(h, logging.NullHandler)])
database.change(lambda _: 1 / 0)
"""


@pytest.mark.slow
def test_everything_that_logs_warns_or_fails_goes_through_it(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", EVERYTHING, str(tmp_path)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout.splitlines() == ["500", "[]"]
    assert SECRET not in done.stderr
    lines = [line.removeprefix(f"{days.today()} ") for line in done.stderr.splitlines()]
    kinds = [line.partition(" at ")[0] for line in lines]
    assert kinds == [
        "RuntimeError",
        "ERROR of survey",
        "ERROR of waitress",
        "WARNING of werkzeug",
        "ValueError",
        "WARNING of UserWarning",
        "KeyError",
        "OSError ENOSPC",
        "ZeroDivisionError",
    ]
    assert lines[-1].startswith("ZeroDivisionError at survey.storage.engine.database:")


@pytest.mark.slow
def test_a_command_that_fails_tells_no_more(tmp_path: Path) -> None:
    survey = Survey(tmp_path / "home")
    survey.do("round", "list")
    (tmp_path / "home" / "survey.sqlite").write_bytes(SECRET.encode() * 1000)
    told = survey.do("round", "list", code=2)
    assert (
        told
        == "error: the database is damaged; stop the server and restore a backup (file is not a database)\n"
    )


@pytest.mark.slow
def test_the_process_that_works_on_a_release_logs_where_the_server_does(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], sqlite_database: Database
) -> None:
    shipped_round.open_shipped_round(sqlite_database, SECRET)
    send.simulate(sqlite_database, 5, 1, round_name=SECRET, districts=("bannu",))
    rounds.close(sqlite_database, SECRET)
    capfd.readouterr()
    settings = Settings(home=sqlite_database.home, database_url=sqlite_database.url)
    (settings.home / "drafts").write_text("no folder")
    worker_process.begin(settings, SECRET, "draft")
    until = time.monotonic() + 60
    while not worker_process.state_of(settings.home, SECRET).ended and time.monotonic() < until:
        time.sleep(0.1)
    assert worker_process.state_of(settings.home, SECRET).problem == "failed"
    while "\n" not in (told := capfd.readouterr().err) and time.monotonic() < until:
        time.sleep(0.1)
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\d \w+ ENOTDIR at survey\.publication\.protection\.drafts:\w+:\d+\n", told
    ), told
