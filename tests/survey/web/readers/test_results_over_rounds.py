"""Indices and change between rounds on the reviewer's pages: the kept numbers, inside the reader's districts only."""

from __future__ import annotations

import csv
import io
import re

import pytest
from flask import Flask

from survey.publication.reading.change import changes
from survey.publication.release import release
from survey.publication.release.figures import HIDDEN
from survey.storage.results import release_document, releases
from tests.support.factories import release_again
from tests.support.pages import Page
from tests.support.readers import Reader, at_browser, somebody, stored
from tests.survey.conftest import CLOSED, OPEN
from tests.survey.web.readers.test_results import other_tables

CHANGE = f"/results/{OPEN}/change/{CLOSED}"
CHANGES = f"/rounds/{OPEN}/change/{CLOSED}/change.csv"
#: What the later round tells of one question, more than the earlier one told.
MORE = 30.0


@pytest.fixture
def rashid(finished_app: Flask) -> Reader:
    """A reviewer, who sees all districts."""
    return at_browser(finished_app, somebody(stored(finished_app), "reviewer", "rashid"))


@pytest.fixture
def two_rounds(finished_app: Flask) -> Flask:
    """A second released round: as the first, but for more trust in the police."""
    database = stored(finished_app)
    document = release_document.unpack(releases.find(database, CLOSED).content)
    for entry in document["fixed_mix"]:
        for cell in entry["cells"] if entry["question"] == "tr_police" else ():
            for base in ("figure", "answered"):
                if cell.get(base):
                    n, *shares, df = cell[base]
                    cell[base] = [n, *(share + MORE for share in shares), df]
    release_again(database, document, OPEN)
    return finished_app


def indices_in(page: Page) -> list[tuple[int, int, int]]:
    """Value and limits of every index on a page."""
    others = {id(cell) for table in other_tables(page) for cell in table.all("td")}
    cells = (cell.text for cell in page.root.all("td", class_="number") if id(cell) not in others)
    found = (re.fullmatch(r"\s*\(?(\d+)\)?\s+(\d+)–(\d+)\s*", cell) for cell in cells)
    return [tuple(map(int, match.groups())) for match in found if match]


@pytest.mark.parametrize("address", ["district/peshawar", "provinces", "district/awaran"])
def test_a_page_shows_the_kept_indices_and_no_other(rashid: Reader, finished_app: Flask, address: str):
    where = {
        "district/peshawar": ["peshawar"],
        "provinces": ["Total", "div-bannu"],
        "district/awaran": ["awaran"],
    }[address]
    kept = [
        (one.value, one.ci_low, one.ci_high)
        for one in release.read(stored(finished_app), CLOSED).indices
        if one.district in where and one.status != HIDDEN
    ]
    assert sorted(indices_in(rashid.get(f"/results/{CLOSED}/{address}"))) == sorted(kept)
    assert bool(kept) is (where != ["awaran"])


def test_an_index_stands_with_its_questions_and_reliability(rashid: Reader):
    page = rashid.get(f"/results/{CLOSED}/provinces")
    links = {a.get("href") for a in page.root.all("main")[0].all("a")}
    assert {f"/results/{CLOSED}/question/{item}" for item in ("tr_police", "tr_body", "l_threat")} <= links
    assert "Protection concern index (more is worse)" in page.text
    assert "Reliability (alpha)" in page.text


def test_the_first_round_has_nothing_to_be_compared_with(rashid: Reader):
    assert "/change/" not in "".join(a.get("href") or "" for a in rashid.get("/results").root.all("a"))
    rashid.get(CHANGE, 404)
    rashid.get(f"/results/{CLOSED}/change/{CLOSED}", 404)
    rashid.get(f"/results/{CLOSED}/change/never", 404)


@pytest.mark.slow
def test_the_change_page_names_what_changed_and_nothing_else(two_rounds: Flask):
    rashid = at_browser(two_rounds, somebody(stored(two_rounds), "reviewer", "rashid"))
    links = {a.get("href") for a in rashid.get("/results").root.all("a")}
    assert CHANGE in links
    page = rashid.get(CHANGE)
    # What changed clearly is at the head of the page too; here, all that is compared.
    (head,) = [one for one in page.root.all("section") if one.get("aria-labelledby") == "clear"]
    first = [row for row in head.all("tr") if row.all("td")]
    at_head = {id(row) for row in first}
    rows = [row for row in page.root.all("tr") if row.all("td") and id(row) not in at_head]
    verdicts = [row.all("td")[-1].text.strip() for row in rows]
    found = changes(release.read(stored(two_rounds), CLOSED), release.read(stored(two_rounds), OPEN))
    assert sorted(verdicts) == sorted(one.verdict for one in found)
    # Only the totals in which groups weigh the same were raised.
    trust = [one for one in found if one.name == "tr_police" and one.group == "Total"]
    assert [one for one in found if one.verdict == "higher"] == trust
    assert {one.district == "Total" for one in trust} == {True, False}
    assert verdicts.count("no clear change") > 0
    told = [row.all("td")[-2].text.strip() for row in rows]
    # All districts together are open, every other place is behind its name.
    (opened,) = [one for one in head.all("details") if "open" in one.attributes]
    assert len(opened.all("tr")) < len(head.all("tr"))
    assert [row.all("td")[-1].text.strip() for row in first] == ["higher"] * verdicts.count("higher")
    called = [(p, verdict) for p, verdict in zip(told, verdicts, strict=True) if p != "–"]
    # Every clear change is an unlikely one; without a difference p is 1.
    assert all(p == "< 0.01" or float(p) < 0.05 for p, verdict in called if verdict == "higher")
    assert [p for p, _ in called].count("1.00") == verdicts.count("no clear change")
    rashid.get(f"/results/{CLOSED}/change/{OPEN}", 404)


@pytest.mark.slow
def test_the_file_of_changes_holds_the_rows_of_the_page(two_rounds: Flask):
    rashid = at_browser(two_rounds, somebody(stored(two_rounds), "reviewer", "rashid"))
    assert CHANGES in {a.get("href") for a in rashid.get(CHANGE).root.all("a")}
    content = rashid.client.get(CHANGES).data.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content)))
    found = changes(release.read(stored(two_rounds), CLOSED), release.read(stored(two_rounds), OPEN))
    assert [(row["name"], row["points"], row["change"]) for row in rows] == [
        (one.name, str(one.points), one.verdict.replace(" ", "_")) for one in found
    ]
    above = [row for row in rows if not row["adm2_pcode"]]
    assert {(row["adm1_pcode"], row["district"]) for row in above} >= {("", "all")}
    assert {row["earlier_round"] for row in rows} == {CLOSED}
    assert {row["level"] for row in rows} >= {"all", "province", "district"}


@pytest.mark.slow
def test_a_coordinator_reads_change_in_the_own_districts_only(two_rounds: Flask):
    zarmina = at_browser(two_rounds, somebody(stored(two_rounds), "coordinator", "zarmina", ["swat"]))
    page = zarmina.get(CHANGE)
    links = {a.get("href").rpartition("/")[2] for a in page.root.all("a") if "/district/" in a.get("href")}
    assert links == {"swat"}
    # What all districts say together every reader of a district may see.
    assert "All districts" in page.text
    nobody = at_browser(two_rounds, somebody(stored(two_rounds), "coordinator", "new"))
    assert "Nothing can be compared" in nobody.get(CHANGE).text
    nobody.get(f"/results/{CLOSED}/provinces", 404)
