"""Coverage: numbers of interviews against targets, live, and never an answer."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from flask import Flask

from survey.days import later, today
from survey.intake import gate
from survey.problems import Problem
from survey.storage import questionnaires
from survey.storage.field import coverage, flag_bands, responses, rounds
from survey.storage.field.responses import Chunk
from survey.storage.people import accounts
from survey.storage.people.accounts import Account
from survey.storage.scope import Scope
from tests.support.factories import answers, questionnaire, submission
from tests.support.pages import Page
from tests.support.readers import Reader, at_browser, somebody, stored
from tests.survey.conftest import CLOSED, OPEN

ROUND = "2026-autumn"


@pytest.fixture
def worker(app: Flask) -> Account:
    """An open round of the small questionnaire, and a woman who works in it."""
    database = stored(app)
    wanted = {("bannu", "woman"): 30, ("swat", "youth"): 10}
    rounds.start(database, ROUND, questionnaires.publish(database, questionnaire()), wanted)
    return accounts.add(database, "worker", "W1", woman=True)


def bring(app: Flask, worker: Account, number: int = 1, **changes: str) -> None:
    for _ in range(number):
        try:
            gate.accept(stored(app), submission(worker, answers=answers(**changes)))
        except Problem as problem:
            assert problem.kind.code == "under_age"  # noqa: PT017 - a tally is kept of it


def lines(page: Page) -> dict[tuple[str, str], tuple[str, str]]:
    """(district, group) → done and target."""
    return {
        (row.get("data-district"), row.get("data-group")): (
            row.all("td", class_="done")[0].text,
            row.all("td", class_="target")[0].text,
        )
        for row in page.root.all("tr")
        if row.get("data-district")
    }


@pytest.fixture
def zarmina(app: Flask, worker: Account) -> Reader:
    """A coordinator of Bannu."""
    return at_browser(app, somebody(stored(app), "coordinator", "zarmina", ["bannu"]))


def test_it_rises_by_one_with_every_interview_that_counts(app: Flask, worker: Account, zarmina: Reader):
    assert lines(zarmina.get("/coverage")) == {("bannu", "woman"): ("0", "30")}
    bring(app, worker, 18)
    assert lines(zarmina.get("/coverage")) == {("bannu", "woman"): ("18", "30")}
    bring(app, worker, c_agree="no")
    bring(app, worker, p_age="under_18")
    assert lines(zarmina.get("/coverage")) == {("bannu", "woman"): ("18", "30")}
    bring(app, worker)
    assert lines(zarmina.get(f"/coverage/{ROUND}")) == {("bannu", "woman"): ("19", "30")}


def parts(page: Page) -> list[str]:
    """The heads of the districts in the order of the page."""
    return [row.text for row in page.root.all("tr", class_="part")]


def test_the_headline_counts_what_was_wanted_and_no_group_makes_up_for_another(app: Flask, worker: Account):
    bring(app, worker, 33)
    bring(app, worker, 4, district="swat", p_group="youth", p_age="18_24")
    page = at_browser(app, somebody(stored(app), "reviewer", "rashid")).get("/coverage")
    assert "34 / 40" in page.root.all(id="reached")[0].text
    assert "Still wanted: 6." in page.text
    assert "Interviews in all: 37." in page.text


def test_districts_that_want_most_come_first_unless_the_reader_asks_otherwise(app: Flask, worker: Account):
    bring(app, worker, 28)
    rashid = at_browser(app, somebody(stored(app), "reviewer", "rashid"))
    first = ["Swat Still wanted: 10", "Bannu Still wanted: 2 · Since yesterday: 28"]
    assert parts(rashid.get("/coverage")) == first
    other = next(a.get("href") for a in rashid.page.root.all("a") if a.text == "In the order of districts")
    assert [text.split()[0] for text in parts(rashid.get(other))] == ["Bannu", "Swat"]
    bring(app, worker, 10, district="swat", p_group="youth", p_age="18_24")
    assert [text.split()[0] for text in parts(rashid.get("/coverage"))] == ["Bannu", "Swat"]


def test_interviews_are_counted_by_their_day_and_since_yesterday(
    app: Flask, worker: Account, zarmina: Reader, monkeypatch: pytest.MonkeyPatch
):
    day, before, long_before = today(), later(today(), -1), later(today(), -5)
    for when, number in ((day, 3), (before, 2), (long_before, 4)):
        for _ in range(number):
            gate.accept(stored(app), submission(worker, day=when))
    bring(app, worker, district="swat", p_group="youth", p_age="18_24")
    page = zarmina.get("/coverage")
    assert page.root.all(id="since")[0].text == "Since yesterday: 5"
    (table,) = [region for region in page.root.all("div") if region.get("aria-labelledby") == "days"]
    told = [(row.all("th")[0].text, row.all("td")[0].text) for row in table.all("tbody")[0].all("tr")]
    assert told == [(day, "3"), (before, "2"), (long_before, "4")]
    # What a rule leaves out is in both: a day that did not rise would reveal one person's answers.
    responses.void(stored(app), ROUND, "W1", before, "boss", Scope.everywhere())
    page = zarmina.get("/coverage")
    assert before not in page.text
    assert page.root.all(id="since")[0].text == "Since yesterday: 3"


def test_only_the_readers_districts_are_seen(app: Flask, worker: Account, zarmina: Reader):
    bring(app, worker, district="swat", p_group="youth", p_age="18_24")
    page = zarmina.get("/coverage")
    assert "Swat" not in page.text
    rashid = at_browser(app, somebody(stored(app), "reviewer", "rashid"))
    assert lines(rashid.get("/coverage"))["swat", "youth"] == ("1", "10")


def test_gender_is_told_for_youth_alone(app: Flask, worker: Account):
    bring(app, worker, 2, p_group="youth", p_age="18_24")
    bring(app, worker, p_group="woman")
    rashid = at_browser(app, somebody(stored(app), "reviewer", "rashid"))
    rows = {
        row.get("data-group"): row.text
        for row in rashid.get("/coverage").root.all("tr")
        if row.get("data-district") == "bannu"
    }
    assert "woman: 2" in rows["youth"]
    assert "woman:" not in rows["woman"]


def test_refusals_and_children_are_numbers_and_flags_are_bands(
    app: Flask, worker: Account, zarmina: Reader, monkeypatch: pytest.MonkeyPatch
):
    bring(app, worker, 2, c_agree="no")
    bring(app, worker, p_age="under_18")
    database = stored(app)
    gate.accept(database, submission(worker, minutes="under_5"))
    page = zarmina.get("/coverage")
    beside, workers = page.root.all("table")[2:]
    assert [cell.text for cell in beside.all("td")] == ["2", "1", "0", "0"]
    assert [cell.text for cell in workers.all("td")] == ["1", "0", "–", "–", "–", "–"]
    bring(app, worker, 9)
    monkeypatch.setattr(flag_bands, "today", lambda: later(today(), 1))
    workers = zarmina.get("/coverage").root.all("table")[-1]
    assert [cell.text for cell in workers.all("td")] == [
        "10",
        "0",
        "1 very short 10%",
        "none",
        "none",
        "none",
    ]


def test_flags_per_worker_are_for_those_who_plan(app: Flask, worker: Account, zarmina: Reader):
    bring(app, worker)
    assert "W1" in zarmina.get("/coverage").text
    rashid = at_browser(app, somebody(stored(app), "reviewer", "rashid"))
    assert "W1" not in rashid.get("/coverage").text


def test_no_answer_is_ever_on_the_page(finished_app: Flask):
    boss = at_browser(finished_app, somebody(stored(finished_app), "administrator", "boss"))
    page = boss.get(f"/coverage/{CLOSED}")
    asked = questionnaires.newest(stored(finished_app), "community_security").questionnaire
    words = {
        choice.label["en"]
        for question in asked.questions.values()
        for choice in question.choices
        if question.name not in ("district", "p_group", "p_gender", "mode") and len(choice.label["en"]) > 6
    }
    assert len(words) > 50
    # Words of the page itself that are answers too.
    assert {word for word in words if word in page.text} <= {"Under 18"}


def test_old_rounds_are_a_link_away(finished_app: Flask):
    rashid = at_browser(finished_app, somebody(stored(finished_app), "reviewer", "rashid"))
    page = rashid.get("/coverage")
    assert OPEN in page.title
    assert {a.text for a in page.root.all("ul", class_="links")[0].all("a")} == {OPEN, CLOSED}
    assert "The round is closed." in rashid.get(f"/coverage/{CLOSED}").text
    rashid.get("/coverage/never", 404)


def test_before_the_first_round_the_page_says_so(app: Flask):
    rashid = at_browser(app, somebody(stored(app), "reviewer", "rashid"))
    assert "No round has been opened yet" in rashid.get("/coverage").text


@pytest.mark.parametrize("language", ["ur", "ps"])
def test_it_reads_from_right_to_left_too(app: Flask, worker: Account, language: str):
    bring(app, worker)
    rashid = at_browser(app, somebody(stored(app), "administrator", "boss"), language)
    assert rashid.get("/coverage").root.all("html")[0].get("dir") == "rtl"


def test_coverage_counts_by_the_answers_that_it_names_and_by_no_other() -> None:
    """What is counted here is known before any result; see `survey.publication.protection.ties.beforehand`."""
    asked = questionnaire()
    book = asked.codebook
    edition = questionnaires.Edition(1, asked, today())
    drawn = np.random.default_rng(5).integers(1, 3, (200, book.width), np.uint8)
    drawn[:, book.by_name["p_group"].offset] = np.random.default_rng(6).integers(1, 4, 200)
    before = coverage._counts(Chunk(edition, 200, drawn.tobytes()))
    for entry in book.entries:
        turned = drawn.copy()
        turned[:, entry.offset : entry.offset + 1] = 3 - turned[:, entry.offset : entry.offset + 1] % 3
        after = coverage._counts(Chunk(edition, 200, turned.tobytes()))
        assert (after != before) == (entry.name in coverage.COUNTED_BY), entry.name
        only = coverage.COUNTED_BY.get(entry.name)
        if only:
            others = [{k: n for k, n in counts.items() if k[1] != only} for counts in (before, after)]
            assert others[0] == others[1]
    shown = {field.name for field in dataclasses.fields(coverage.Interviews)} - {"interviews"}
    assert len(shown) == len(coverage.COUNTED_BY)


def test_a_round_whose_interviews_are_gone_is_not_called_undone(finished_app: Flask) -> None:
    reader = at_browser(finished_app, somebody(stored(finished_app), "reviewer", "rashid"))
    assert not reader.get(f"/coverage/{CLOSED}").root.all("p", id="gone")
    stored(finished_app).change(lambda connection: connection.exec_driver_sql("DELETE FROM responses"))
    page = reader.get(f"/coverage/{CLOSED}")
    (gone,) = page.root.all("p", id="gone")
    assert "are not here any more" in gone.text
    assert not page.root.all("table")
    assert "wanted interviews done" not in page.text
    assert gone.all("a")[0].get("href") == f"/results/{CLOSED}"
