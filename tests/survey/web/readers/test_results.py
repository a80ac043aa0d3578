"""Results and summary: read from what was kept, alike in every channel, inside the reader's districts only."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter

import pytest
from flask import Flask

from survey.publication.release import release
from survey.publication.release.figures import HIDDEN
from tests.support.pages import Element, Page
from tests.support.readers import Reader, at_browser, somebody, stored
from tests.survey.conftest import CLOSED, DISTRICTS, OPEN

MINE = ("peshawar", "quetta", "khuzdar")


@pytest.fixture
def zarmina(finished_app: Flask) -> Reader:
    """A coordinator of three districts."""
    return at_browser(finished_app, somebody(stored(finished_app), "coordinator", "zarmina", MINE))


@pytest.fixture
def rashid(finished_app: Flask) -> Reader:
    """A reviewer, who sees all districts."""
    return at_browser(finished_app, somebody(stored(finished_app), "reviewer", "rashid"))


def table(reader: Reader, address: str = f"/rounds/{CLOSED}/summary.csv") -> list[dict[str, str]]:
    reply = reader.client.get(address)
    assert (reply.status_code, reply.mimetype) == (200, "text/csv")
    return list(csv.DictReader(io.StringIO(reply.data.decode("utf-8-sig"), newline="")))


def districts_in(reader: Reader, address: str = f"/rounds/{CLOSED}/summary.csv") -> set[str]:
    """The districts of a file; provinces and all districts are in it too."""
    return {row["district"] for row in table(reader, address) if row["level"] == "district"}


def links(page: Page) -> set[str]:
    return {a.get("href") for a in page.root.all("main")[0].all("a")}


@pytest.mark.slow
def test_every_page_of_the_results_reads(rashid: Reader):
    page = rashid.get("/results")
    assert CLOSED in page.title
    assert "describe the people who were interviewed" in page.text
    assert len([link for link in links(page) if "/district/" in link]) == len(DISTRICTS)
    for link in sorted(links(page)):
        if "/question/" in link:
            assert "describe the people who were interviewed" in rashid.get(link).text


@pytest.mark.parametrize("language", ["en", "ur", "ps"])
def test_a_district_and_a_question_read_in_every_language(finished_app: Flask, language: str):
    rashid = at_browser(finished_app, somebody(stored(finished_app), "reviewer", "rashid"), language)
    for address in (
        "/results",
        f"/results/{CLOSED}/district/peshawar",
        f"/results/{CLOSED}/question/saf_day",
    ):
        assert rashid.get(address).language.startswith(language)


def other_tables(page: Page) -> list[Element]:
    """What is written as a share or an index is, and is neither."""
    return [*page.root.all("table", class_="gaps"), *page.root.all("table", class_="ratios")]


def shown_in(page: Page) -> list[tuple[int, int, int]]:
    """Percent and limits of every figure of everybody asked on a page.

    The boxes of a briefing show some a second time, and those who answered have a row of their own in a district.
    """
    boxes = [*page.root.all("details", class_="figures"), *other_tables(page)]
    again = {id(cell) for box in boxes for cell in box.all("td")}
    rows = [row for table in page.root.all("table", class_="shares") for row in table.all("tr")]
    folded = [cell for row in rows if not row.all("th", class_="small") for cell in row.all("td")]
    every = [*page.root.all("td", class_="number"), *folded]
    cells = (cell.text for cell in every if id(cell) not in again)
    found = (re.search(r"(\d+)%\)? (\d+)–(\d+)", cell) for cell in cells)
    return [tuple(map(int, match.groups())) for match in found if match]


def test_the_figures_of_the_pages_are_those_of_the_file(rashid: Reader):
    rows = [row for row in table(rashid) if row["status"] != "hidden"]
    for district in ("peshawar", "quetta", "swat"):
        mine = [row for row in rows if row["district"] == district]
        filed = [(int(r["percent"]), int(r["ci_low"]), int(r["ci_high"])) for r in mine]
        assert mine
        assert sorted(shown_in(rashid.get(f"/results/{CLOSED}/district/{district}"))) == sorted(filed)
    for question in ("saf_day", "i_got/money"):
        filed = Counter(
            (int(r["percent"]), int(r["ci_low"]), int(r["ci_high"]))
            for r in rows
            if r["question"] == question
        )
        # The page tells weighted shares of provinces too.
        assert filed <= Counter(shown_in(rashid.get(f"/results/{CLOSED}/question/{question}")))
    filed = Counter(
        (int(r["percent"]), int(r["ci_low"]), int(r["ci_high"])) for r in rows if r["level"] != "district"
    )
    assert filed
    assert filed == Counter(shown_in(rashid.get(f"/results/{CLOSED}/provinces")))


def test_the_file_holds_the_kept_figures_and_no_other(rashid: Reader, finished_app: Flask):
    kept = release.read(stored(finished_app), CLOSED).figures
    places = ("adm1_pcode", "district", "group", "question", "answer")
    filed = {tuple(row[name] for name in places): row for row in table(rashid)}
    assert len(filed) == len(kept)
    for figure in kept:
        province = "" if figure.province == "Total" else figure.province
        district, group = (name.replace("Total", "all") for name in (figure.district, figure.group))
        row = filed[province, district, group, figure.question, figure.answer.replace(" ", "_")]
        assert row["count"] == ("" if figure.count is None else str(figure.count))
        assert row["status"] == figure.status


def test_hidden_figures_tell_nothing_on_a_page(rashid: Reader, finished_app: Flask):
    kept = release.read(stored(finished_app), CLOSED).figures
    mine = [figure for figure in kept if figure.district == "kech"]
    hidden = sum(figure.status == HIDDEN for figure in mine)
    assert hidden
    page = rashid.get(f"/results/{CLOSED}/district/kech")
    assert len(shown_in(page)) == len(mine) - hidden


def test_a_coordinator_reads_and_downloads_the_own_districts_only(zarmina: Reader):
    assert districts_in(zarmina) == set(MINE)
    page = zarmina.get("/results")
    assert {link.rsplit("/", 1)[1] for link in links(page) if "/district/" in link} == set(MINE)
    question = zarmina.get(f"/results/{CLOSED}/question/saf_day")
    assert {link.rsplit("/", 1)[1] for link in links(question) if "/district/" in link} <= set(MINE)
    assert {row["district"] for row in table(zarmina, f"/rounds/{CLOSED}/quetta/summary.csv")} == {"quetta"}
    assert f"/rounds/{CLOSED}/indices.csv" in links(page)
    assert districts_in(zarmina, f"/rounds/{CLOSED}/indices.csv") == set(MINE)


def test_a_coordinator_without_districts_reads_nothing(finished_app: Flask):
    nobody = at_browser(finished_app, somebody(stored(finished_app), "coordinator", "new"))
    assert table(nobody) == table(nobody, f"/rounds/{CLOSED}/indices.csv") == []
    nobody.get(f"/results/{CLOSED}/question/saf_day", 404)
    nobody.get(f"/results/{CLOSED}/district/peshawar", 403)
    nobody.get("/results")


@pytest.mark.parametrize(
    "address",
    [
        f"/results/{OPEN}",
        f"/results/{OPEN}/district/peshawar",
        f"/results/{OPEN}/question/saf_day",
        f"/rounds/{OPEN}/summary.csv",
        f"/rounds/{OPEN}/indices.csv",
        f"/rounds/{OPEN}/peshawar/summary.csv",
        "/results/never",
        "/rounds/never/summary.csv",
        f"/results/{CLOSED}/question/p_age",
        f"/results/{CLOSED}/question/l_join",
        f"/results/{CLOSED}/district/atlantis",
        f"/rounds/{CLOSED}/atlantis/summary.csv",
    ],
)
def test_what_was_not_released_is_not_found(rashid: Reader, address: str):
    rashid.get(address, 404)


def test_without_a_release_the_page_says_so(app: Flask):
    rashid = at_browser(app, somebody(stored(app), "reviewer", "rashid"))
    assert "no results yet" in rashid.get("/results").text


@pytest.mark.parametrize(
    ("language", "label"),
    [("en", "Very safe"), ("ur", "بہت محفوظ"), ("ps", "ډېر خوندي")],
)
def test_the_file_speaks_the_readers_language(finished_app: Flask, language: str, label: str):
    rashid = at_browser(finished_app, somebody(stored(finished_app), "reviewer", "rashid"), language)
    row = next(r for r in table(rashid) if (r["question"], r["answer"]) == ("saf_day", "very_safe"))
    assert row["answer_label"] == label


def test_the_files_name_says_whom_it_describes(rashid: Reader):
    reply = rashid.client.get(f"/rounds/{CLOSED}/summary.csv")
    assert reply.headers["Content-Disposition"] == (
        f'attachment; filename="summary-{CLOSED}-of-those-interviewed.csv"'
    )
    assert reply.headers["Cache-Control"] == "no-store"


def test_a_demonstration_is_marked_on_every_page_and_file(demonstration_app: Flask):
    rashid = at_browser(demonstration_app, somebody(stored(demonstration_app), "reviewer", "rashid"))
    for address in ("/results", f"/results/{CLOSED}/district/peshawar", "/coverage", "/account"):
        (mark,) = rashid.get(address).root.all("p", class_="demonstration")
        assert "Demonstration data" in mark.text
    guest = at_browser(demonstration_app, None)
    assert guest.get("/sign-in").root.all("p", class_="demonstration")
    reply = rashid.client.get(f"/rounds/{CLOSED}/summary.csv")
    assert "demonstration-data-" in reply.headers["Content-Disposition"]
    for file in ("summary", "indices"):
        marks = {row["demonstration"] for row in table(rashid, f"/rounds/{CLOSED}/{file}.csv")}
        assert marks == {"yes"}


def test_real_data_carries_no_such_mark(rashid: Reader):
    assert not rashid.get("/results").root.all("p", class_="demonstration")
