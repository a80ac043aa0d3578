"""Every label of every channel against the questionnaire's own words, in three languages."""

from __future__ import annotations

import csv
import io
import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask

from analysis.disclosure.nodes import TOTAL
from survey.app import create_app
from survey.intake import gate
from survey.languages import languages
from survey.publication.counts import cube
from survey.publication.counts.shares import SHARES
from survey.publication.release import release
from survey.questionnaire import xlsform
from survey.questionnaire.model import Questionnaire, Value, filled_text
from survey.settings import PROJECT, Settings
from survey.storage import questionnaires
from survey.storage.engine.database import Database, migrate
from survey.storage.field import rounds
from survey.storage.people import accounts
from survey.storage.results import release_document, releases
from tests.support.factories import release_again, submission
from tests.support.pages import Page
from tests.support.readers import Reader, at_browser, somebody, stored
from tests.survey.conftest import CLOSED, OPEN, Finished

# Its releases are asked for by name, where pytest does not see that a test needs them.
pytestmark = pytest.mark.slow

SHIPPED = PROJECT / "questionnaires" / "community_security.md"
COLLIDE = PROJECT / "tests" / "questionnaires" / "collide.md"
LANGUAGES = ("en", "ur", "ps")
#: The program's own words for what is no answer of the author's.
OTHERS = {
    "en": "Any other answer, or none",
    "ur": "کوئی اور جواب، یا کوئی جواب نہیں",
    "ps": "بل ځواب، يا هېڅ ځواب نه",
}
SILENT = {"en": "No answer", "ur": "کوئی جواب نہیں", "ps": "ځواب نشته"}
SUMS = (cube.TOP_TWO, cube.BOTTOM_TWO, cube.REST, cube.NO_ANSWER, cube.YES, cube.NO)
YES = {"en": "Yes", "ur": "ہاں", "ps": "هو"}


@dataclass(frozen=True)
class Words:
    """What a questionnaire says in one language, read from it without the code that is tested."""

    asked: Questionnaire
    language: str

    def option(self, question: str, name: str) -> str:
        (choice,) = [one for one in self.asked.questions[question].choices if one.name == name]
        return self._said(choice.label)

    def question(self, name: str) -> str:
        asked, _, option = name.partition("/")
        label = self._said(self.asked.questions[asked].label)
        return f"{label} – {self.option(asked, option)}" if option else label

    def answers(self, question: str) -> list[str]:
        """Every answer a question can be published with, sums and all."""
        if question not in self.asked.questions:
            return [YES[self.language], OTHERS[self.language]]
        asked = self.asked.questions[question]
        given = [self.option(question, one.name) for one in asked.choices if one.name not in ("98", "99")]
        scored = sorted((one for one in asked.choices if one.score is not None), key=lambda one: one.score)
        ranked = [one.name for one in (scored if asked.direction == "down" else scored[::-1])]
        if asked.direction is None or not ranked:
            return [*given, SILENT[self.language]]
        pairs = [ranked[:2], *([ranked[2:][-2:]] if len(ranked) > 3 else [])]
        sums = [" + ".join(self.option(question, name) for name in pair) for pair in pairs]
        return [*sums, OTHERS[self.language], *given, SILENT[self.language]]

    def _said(self, texts) -> str:
        return filled_text(texts, self.language, self.asked.fills)


@pytest.fixture(scope="module")
def shipped(finished: Finished, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """Two released rounds of the shipped questionnaire."""
    home = tmp_path_factory.mktemp("shipped") / "home"
    shutil.copytree(finished.home, home)
    url = f"sqlite:///{home / 'survey.sqlite'}"
    database = Database(url, home)
    release_again(database, release_document.unpack(releases.find(database, CLOSED).content), OPEN)
    yield create_app(Settings(home=home, database_url=url), database)
    database.close()


@pytest.fixture(scope="module")
def collided(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """Two released rounds of the questionnaire whose options are named as sums were."""
    home = tmp_path_factory.mktemp("collided")
    url = f"sqlite:///{home / 'survey.sqlite'}"
    migrate(url)
    database = Database(url, home)
    edition = questionnaires.publish(database, xlsform.read(COLLIDE))
    rounds.start(database, CLOSED, edition)
    fill(database, edition.questionnaire)
    release.close(database, CLOSED)
    rounds.start(database, OPEN, edition)
    release_again(database, release_document.unpack(releases.find(database, CLOSED).content), OPEN)
    yield create_app(Settings(home=home, database_url=url), database)
    database.close()


def fill(database: Database, asked: Questionnaire) -> None:
    """Interviews with every option of every question."""
    chance = random.Random(1)
    worker = accounts.add(database, "worker", "W1", woman=True)
    for _ in range(400):
        answers: dict[str, Value] = {
            name: chance.choice(q.choices).name for name, q in asked.questions.items() if q.choices
        }
        fixed = {"round": CLOSED, "c_agree": "yes", "p_age": "18_up", "kinds": (answers["kinds"],)}
        sent = submission(worker, questionnaire="collide", answers={**answers, **fixed})
        assert gate.accept(database, sent).kept == "stored"


@pytest.fixture(params=["shipped", "collided"])
def published(request: pytest.FixtureRequest) -> tuple[Flask, Path]:
    """An application with released rounds, and the questionnaire that was asked."""
    if request.param == "collided":
        return request.getfixturevalue("collided"), COLLIDE
    return request.getfixturevalue("shipped"), SHIPPED


@pytest.fixture(params=LANGUAGES)
def reading(
    request: pytest.FixtureRequest, published: tuple[Flask, Path]
) -> tuple[Words, Callable[..., Page], Flask]:
    """The words that are due, and a reviewer at a browser in that language."""
    app, file = published
    return Words(xlsform.read(file), request.param), reviewer(app, request.param).get, app


def reviewer(app: Flask, language: str) -> Reader:
    """Somebody who sees everything, at a browser in that language."""
    known = {one.name: one for one in accounts.all_accounts(stored(app))}
    return at_browser(app, known.get("rashid") or somebody(stored(app), "reviewer", "rashid"), language)


def rows_of(app: Flask, language: str, file: str) -> list[dict[str, str]]:
    reply = reviewer(app, language).client.get(f"/rounds/{CLOSED}/{file}.csv")
    return list(csv.DictReader(io.StringIO(reply.data.decode("utf-8-sig"), newline="")))


def test_every_language_is_read_here() -> None:
    assert set(LANGUAGES) == set(languages())


def test_the_file_calls_every_answer_as_its_author_does(reading) -> None:
    words, _, app = reading
    found: dict[str, dict[str, str]] = {}
    for row in rows_of(app, words.language, "summary"):
        found.setdefault(row["question"], {})[row["answer"]] = row["answer_label"]
        if row["question"].partition("/")[0] in words.asked.questions:
            assert row["question_label"] == words.question(row["question"])
    assert found
    for question, labels in found.items():
        assert sorted(labels.values()) == sorted(words.answers(question)), question
        options = (
            {one.name for one in words.asked.questions[question].choices}
            if "/" not in question and (question in words.asked.questions)
            else set()
        )
        for code, label in labels.items():
            if code in options:
                assert label == words.option(question, code)
            else:
                assert code.replace("_", " ") in SUMS, (question, code)
    if "quality" in found:
        assert {"top_two", "top two", "no_answer", "no answer", "rest", "all_others"} <= set(found["quality"])


def test_the_pages_call_every_answer_as_its_author_does(reading) -> None:
    words, get, app = reading
    figures = release.read(stored(app), CLOSED).figures
    shown = {f.question for f in figures if f.percent is not None}
    district = next(f.district for f in figures if f.percent is not None and f.district != TOTAL)
    there = {f.question for f in figures if f.percent is not None and f.district == district}
    page = get(f"/results/{CLOSED}/district/{district}")
    assert {name: headings(page, name) for name in there} == {
        name: sorted(words.answers(name)) for name in there
    }
    for question in sorted(shown)[:: 1 if len(shown) < 10 else 9]:
        page = get(f"/results/{CLOSED}/question/{quote(question)}")
        assert headings(page, "caption") == sorted(words.answers(question)), question
        if question.partition("/")[0] in words.asked.questions:
            assert page.root.all("h1")[0].text == words.question(question)


def headings(page: Page, region: str) -> list[str]:
    """The answers above a table: every heading but those of the group and of the interviews."""
    (table,) = [one for one in page.root.all("div", class_="scroll") if one.get("aria-labelledby") == region]
    columns = table.all("thead")[0].all("th")
    answers = [head for head in columns if "number" in head.get("class")] or columns[1:]
    return sorted(head.text for head in answers[1:])


def test_indices_and_changes_call_their_questions_as_their_author_does(reading) -> None:
    words, get, app = reading
    made_of = {item for one in release.read(stored(app), CLOSED).indices for item in one.components}
    links = get(f"/results/{CLOSED}/provinces").root.all("main")[0].all("a")
    told = {a.get("href").rpartition("/question/")[2]: a.text for a in links if "/question/" in a.get("href")}
    shown = {one.question for one in release.read(stored(app), CLOSED).above() if one.percent is not None}
    assert set(told) <= made_of | shown
    asked = words.asked.questions
    # What a share is called is the interface's own.
    assert all(
        label == words.question(item) for item, label in told.items() if item.partition("/")[0] in asked
    )
    compared = get(f"/results/{OPEN}/change/{CLOSED}").root.all("main")[0].all("h3")
    of_questions = [one for one in compared if one.get("id").partition("/")[0] in asked]
    assert of_questions
    assert all(one.text == words.question(one.get("id")) for one in of_questions)


def test_groups_are_called_by_the_programme_or_as_their_author_does(reading) -> None:
    words, get, app = reading
    figures = release.read(stored(app), CLOSED).figures
    district = next(f.district for f in figures if f.percent is not None and f.district != TOTAL)
    page = get(f"/results/{CLOSED}/district/{district}")
    told = {row.all("th")[0].text for row in page.root.all("tr") if row.all("td") and row.all("th")}
    if "rest" in {f.group for f in figures}:
        assert words.option("p_group", "rest") in told
    assert not told & {"rest", "woman", "member", "youth"}


def test_no_name_of_a_figure_can_be_had_by_an_author() -> None:
    from survey.questionnaire.lint.rows import _NAME, _OPTION, TAKEN

    assert len(set(SUMS)) == len(SUMS)
    assert not [name for name in SUMS if _OPTION.fullmatch(name)]
    first = {share.name.partition("/")[0] for share in SHARES}
    assert not [name for name in first if _NAME.fullmatch(name) and name not in TAKEN]
