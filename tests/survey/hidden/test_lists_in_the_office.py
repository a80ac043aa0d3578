"""Lists from the first interview to the page of a released round: on the form, in counts, and in words."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from survey.app import create_app
from survey.intake import gate, submission
from survey.made_up.interviews import Population
from survey.problems import Problem
from survey.publication.reading.borrowed.files import COLUMNS
from survey.publication.release import release
from survey.questionnaire import codec
from survey.settings import Settings
from survey.storage import questionnaires
from survey.storage.engine.database import Database, migrate
from survey.storage.field import rounds
from survey.storage.people import accounts
from survey.storage.tables import responses
from tests.support import once
from tests.support.pages import Visitor
from tests.support.readers import at_browser, somebody, stored
from tests.support.workers import ALONE, agree, go_to
from tests.survey.application import application
from tests.survey.hidden.lists import LISTED, list_questionnaire

pytestmark = pytest.mark.slow

CLOSED = "2026-1"
NUMBER, WORKERS = 1500, 24
DISTRICTS = ("peshawar", "swat")


def _hold(home: Path) -> None:
    url = f"sqlite:///{home / 'survey.sqlite'}"
    migrate(url)
    database = Database(url, home)
    rounds.start(database, CLOSED, questionnaires.publish(database, list_questionnaire()))
    teams = {
        woman: [
            accounts.add(database, "worker", f"{'W' if woman else 'M'}{n}", woman=woman)
            for n in range(WORKERS)
        ]
        for woman in (True, False)
    }
    drawn = Population(list_questionnaire(), CLOSED, "2026-11-20", 7, DISTRICTS).interviews(NUMBER)
    for place, one in enumerate(drawn):
        worker = teams[one.woman][place % WORKERS]
        # People under 18 are refused, and counted.
        with suppress(Problem):
            gate.accept(database, submission.from_json(one.bytes(), one.id, worker, "api"))
    release.close(database, CLOSED)
    database.close()


@pytest.fixture(scope="module")
def home() -> Path:
    """The files of a closed round with lists."""
    return once.copied("listed", _hold)


@pytest.fixture
def app(home: Path) -> Iterator[Flask]:
    with application(home) as app:
        yield app


def recorded(app: Flask) -> Counter[tuple[str, str]]:
    """How often each number was recorded of each list, counted from the stored records."""
    codebook = list_questionnaire().codebook
    with stored(app).read() as connection:
        records = [
            codec.unpack(codebook, bytes(one))
            for one in connection.execute(select(responses.c.answers)).scalars()
        ]
    return Counter((name, str(one[name])) for one in records for name in LISTED if name in one)


def test_published_counts_are_those_of_the_records(app: Flask) -> None:
    """A release is attacked before it is kept; what it shows of everybody is what was recorded."""
    kept = release.read(stored(app), CLOSED)
    assert kept.sensitive >= {*LISTED}
    everybody = {
        (one.question, one.answer): one.count
        for one in kept.figures
        if one.question in LISTED
        and (one.province, one.district, one.group) == ("Total",) * 3
        and one.answer[:1] in "ab"
    }
    counts = recorded(app)
    shown = {name: count for name, count in everybody.items() if count is not None}
    assert len(shown) > 18
    assert shown == {name: counts[name] for name in shown}
    # Chance makes no number rare, the ends least of all.
    assert min(shown.values()) > 20


def test_the_page_says_what_was_recorded_and_what_the_letters_mean(app: Flask) -> None:
    reader = at_browser(app, somebody(stored(app), "reviewer", "page"))
    page = reader.get(f"/results/{CLOSED}/question/h_second")
    assert "recorded: B 3" in page.text
    assert "A is the list without “I paid to get help”, B the list with it." in page.text
    assert "replaced 1/4 of the numbers by one from 0 to 5" in page.text
    assert "the estimate is from both" in page.text
    assert "with probability" not in page.text
    first = reader.get(f"/results/{CLOSED}/question/h_list")
    assert "the estimate is from both" not in first.text


def test_files_say_how_the_numbers_are_hidden(app: Flask) -> None:
    reader = at_browser(app, somebody(stored(app), "reviewer", "files"))
    content = reader.client.get(f"/rounds/{CLOSED}/estimates.csv").data.decode("utf-8-sig")
    rows = [row for row in csv.DictReader(io.StringIO(content)) if row["question"] in LISTED]
    assert {row["hidden_by"] for row in rows} == {
        f"list_count items=4 replaced=1/4 one=paid{more}" for more in ("", " first=h_list")
    }
    counts = recorded(app)
    for name in LISTED:
        (everybody,) = (
            row for row in rows if (row["question"], row["level"], row["group"]) == (name, "all", "all")
        )
        if everybody["says"] == "hidden":
            assert (everybody["n"], everybody["recorded"]) == ("", "")
            continue
        several = {answer: number for (question, answer), number in counts.items() if question == name}
        assert int(everybody["n"]) == sum(several.values())
        assert int(everybody["recorded"]) == sum(
            number for answer, number in several.items() if answer[0] == "b"
        )


def test_nothing_of_a_list_is_in_the_file_of_borrowed_figures(app: Flask) -> None:
    client = at_browser(app, somebody(stored(app), "reviewer", "borrower")).client
    content = client.get(f"/rounds/{CLOSED}/borrowed.csv").data.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(content)))
    assert tuple(rows[0]) == COLUMNS
    assert not {row[COLUMNS.index("question")] for row in rows[1:]} & {*LISTED}
    with zipfile.ZipFile(io.BytesIO(client.get(f"/rounds/{CLOSED}/data-package.zip").data)) as archive:
        assert archive.read("borrowed.csv").decode("utf-8-sig") == content


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[Visitor]:
    """A worker at the form of an open round with lists."""
    url = f"sqlite:///{tmp_path / 'survey.sqlite'}"
    migrate(url)
    database = Database(url, tmp_path)
    rounds.start(database, "open", questionnaires.publish(database, list_questionnaire()))
    app = create_app(Settings(home=tmp_path, database_url=url), database)
    account = accounts.add(database, "worker", "W01", woman=True, districts=("bannu",))
    client = app.test_client()
    with client.session_transaction() as session:
        session["account"], session["version"] = account.id, account.session_version
    yield Visitor(client)
    database.close()


def test_a_form_neither_asks_nor_takes_the_number_of_a_list(worker: Visitor) -> None:
    agree(worker)
    page = go_to(worker, "More", **ALONE)
    assert page.text.count("This question is asked on a phone only") == 3
    assert not [one for one in page.form.all("input") if one.get("name") in ("q-h_list", "q-h_second")]
    assert "I have been abroad" not in page.text
    worker.press("continue", h_list="b5", h_second="a2")
    worker.press("submit")
    assert not recorded(worker.client.application)
