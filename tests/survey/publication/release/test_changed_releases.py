"""Of several releases one that was changed is told, and the others are listed and counted as their readers see them."""

from __future__ import annotations

import csv
import hashlib
import io
import shutil
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from analysis.disclosure.nodes import TOTAL
from survey import terminal
from survey.commands import main
from survey.intake import gate
from survey.keys import release_signing
from survey.problems import CHANGED_RELEASE, FOREIGN_RELEASE, Problem
from survey.publication.reading.csv_files import summary_csv
from survey.publication.reading.labels import Labels
from survey.publication.release import interviewers, release, transfer
from survey.storage import questionnaires
from survey.storage.engine.database import Database, migrate
from survey.storage.field import rounds
from survey.storage.people import accounts
from survey.storage.results import release_document, releases
from survey.storage.scope import Scope
from tests.support.factories import ROUND, answers, questionnaire, submission

Document = dict[str, Any]

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
    assert {row["status"] for row in csv.DictReader(io.StringIO(table))} == {"hidden"}
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


#: What a document lacks, or has another thing in place of.
MALFORMED: Mapping[str, Callable[[Document], object]] = {
    "a gap whose questions lack the worker's part": lambda d: [
        one.pop("interviewers") for one in d["topics"]
    ],
    "no numbers of interviews": lambda d: d.pop("workloads"),
    "a base of nobody": lambda d: show_everything(d, 0),
    "a worker's part that is no number": lambda d: d["topics"][0]["interviewers"].pop("rho"),
    "no topics": lambda d: d.pop("topics"),
    "rules that are a word": lambda d: d.update(rules="none"),
    "cells that are a number": lambda d: d["topics"][0].update(cells=7),
}


def show_everything(document: Document, number: int) -> None:
    for table in (*document["bases"], *document["topics"]):
        for cell in table["cells"]:
            cell["count"] = number
            document["workloads"].append({"name": cell["name"][:3], "seen": 1.0})


@pytest.mark.parametrize("spoil", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_release_is_refused_wherever_it_is_opened(
    database: Database, spoil: Callable[[Document], object]
) -> None:
    document = release_document.unpack(releases.find(database, FIRST).content)
    asked = document["topics"][0]["name"]
    gap = {"name": "a gap", "first": asked, "second": asked, "answer": TOTAL, "groups": ["member", "woman"]}
    document |= {"mode": "enumerator", "gaps": [{**gap, "cells": []}]}
    spoil(document)
    content = release_document.pack(document)
    change(
        database,
        "UPDATE releases SET content = :c, digest = :d WHERE round = (SELECT key FROM rounds WHERE name = :r)",
        c=content,
        d=hashlib.sha256(content).hexdigest(),
        r=FIRST,
    )
    change(database, "DELETE FROM preferences WHERE key = :k", k=f"release_signature/{FIRST}")
    with pytest.raises(Problem) as raised:
        release.check(database, FIRST)
    assert raised.value.kind is CHANGED_RELEASE
    assert do("check", FIRST)[0] == 2
    with pytest.raises((ValueError, Problem), match=r"is no release as|does not fit") as refused:
        transfer.take(database, content)
    assert getattr(refused.value, "kind", FOREIGN_RELEASE) is FOREIGN_RELEASE
    # The round after it is worked out all the same, with nothing of it or with what is whole.
    interviewers.borrowed(database, rounds.find(database, SECOND), "enumerator")


def assert_told(database: Database) -> None:
    code, listed, told = do("list")
    assert code == 2
    assert [line.split("\t")[0] for line in listed.splitlines()] == [FIRST]
    assert SECOND in told
    with pytest.raises(Problem) as raised:
        release.read(database, SECOND)
    assert raised.value.kind is CHANGED_RELEASE
