"""Of several releases one that was changed is told, and the others are listed and counted as their readers see them."""

from __future__ import annotations

import hashlib
import shutil
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from survey import terminal
from survey.commands import main
from survey.intake import gate
from survey.keys import release_signing
from survey.problems import CHANGED_RELEASE, Problem
from survey.publication.reading.csv_files import summary_csv
from survey.publication.reading.labels import Labels
from survey.publication.release import release
from survey.storage import questionnaires
from survey.storage.engine.database import Database, migrate
from survey.storage.field import rounds
from survey.storage.people import accounts
from survey.storage.scope import Scope
from tests.support.factories import ROUND, answers, questionnaire, submission

#: The second one is changed.
FIRST, SECOND = ROUNDS = (ROUND, "2027-spring")
NONSENSE = {
    "nothing": b"nonsense",
    "no JSON": zlib.compress(b'{"format":'),
    "a list": zlib.compress(b"[]"),
    "an empty document": zlib.compress(b'{"format":2}'),
}


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Two rounds of two interviews each, released and signed, and what the terminal said of the first."""
    home = tmp_path_factory.mktemp("closed")
    database = opened(home)
    edition = questionnaires.publish(database, questionnaire())
    worker = accounts.add(database, "worker", "W1", woman=True)
    for name in ROUNDS:
        rounds.start(database, name, edition)
        for _ in range(2):
            gate.accept(database, submission(worker, answers=answers(round=name)))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(terminal, "open_survey", lambda: database)
        done = [CliRunner().invoke(main.main, ["round", "close", name, "--now", "--yes"]) for name in ROUNDS]
    database.close()
    return home, done[0].stdout


def opened(home: Path) -> Database:
    url = f"sqlite:///{home / 'survey.sqlite'}"
    migrate(url)
    database = Database(url, home)
    database.knows_signature = release_signing.answers_for
    return database


@pytest.fixture
def database(closed: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A copy that a test may change."""
    shutil.copytree(closed[0], tmp_path / "copy")
    copied = opened(tmp_path / "copy")
    monkeypatch.setattr(terminal, "open_survey", lambda: copied)
    yield copied
    copied.close()


def do(*words: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(main.main, ["release", *words])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.stdout, done.stderr


def change(database: Database, sql: str, **values: object) -> None:
    with database.engine.begin() as connection:
        connection.execute(text(sql), values)


@pytest.mark.slow
def test_what_readers_see_is_counted(closed: tuple[Path, str], database: Database) -> None:
    made = release.read(database, FIRST)
    table = summary_csv(made, Scope.everywhere(), Labels(questionnaire(), "en", str)).decode("utf-8-sig")
    assert {line.rpartition(",")[2] for line in table.splitlines()[1:]} == {"hidden"}
    assert (made.shown, made.hidden) == (0, len(made.figures))
    assert f"0 figures are shown, {made.hidden} hidden" in closed[1]
    assert "\t0 shown\t" in do("list")[1]


@pytest.mark.parametrize("content", NONSENSE.values(), ids=NONSENSE)
@pytest.mark.parametrize("signed", [True, False])
def test_a_changed_release_hides_no_other(database: Database, content: bytes, signed: bool) -> None:
    key = "(SELECT key FROM rounds WHERE name = '2027-spring')"
    digest = hashlib.sha256(content).hexdigest()
    change(
        database, f"UPDATE releases SET content = :c, digest = :d WHERE round = {key}", c=content, d=digest
    )
    if not signed:
        change(database, "DELETE FROM preferences WHERE key = 'release_signature/2027-spring'")
    assert_told(database)


@pytest.mark.parametrize("kept", ['"x"', "7", "{", '"' + "A" * 88 + '"'])
def test_a_changed_signature_hides_no_other(database: Database, kept: str) -> None:
    change(database, "UPDATE preferences SET value = :v WHERE key = 'release_signature/2027-spring'", v=kept)
    assert_told(database)


def assert_told(database: Database) -> None:
    code, listed, told = do("list")
    assert code == 2
    assert [line.split("\t")[0] for line in listed.splitlines()] == [FIRST]
    assert SECOND in told
    with pytest.raises(Problem) as raised:
        release.read(database, SECOND)
    assert raised.value.kind is CHANGED_RELEASE
