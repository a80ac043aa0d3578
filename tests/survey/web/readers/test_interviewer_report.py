"""The page and the file of the interviewer report: for coordinators and administrators, of the whole round and of nobody."""

from __future__ import annotations

import csv
import io
import re

import pytest
from flask import Flask

from analysis.models.interviewers import MEASURED
from survey.made_up.send import WORKERS
from survey.publication.release import interviewers
from survey.storage.results import release_document, releases
from tests.support.factories import release_again
from tests.support.pages import Page
from tests.support.readers import Reader, at_browser, somebody, stored
from tests.survey.conftest import CLOSED, OPEN

PAGE = f"/results/{CLOSED}/interviewers"
FILE = f"/rounds/{CLOSED}/interviewers.csv"


def reader(app: Flask, role: str, *districts: str, language: str = "en") -> Reader:
    return at_browser(app, somebody(stored(app), role, role, districts), language)


def filed(one: Reader, address: str = FILE) -> list[dict[str, str]]:
    reply = one.client.get(address)
    assert (reply.status_code, reply.mimetype) == (200, "text/csv")
    assert f"interviewers-{CLOSED}-of-those-interviewed.csv" in reply.headers["Content-Disposition"]
    return list(csv.DictReader(io.StringIO(reply.data.decode("utf-8-sig"), newline="")))


def shown(page: Page) -> list[tuple[str, ...]]:
    """The numbers of each row."""
    rows = [row.all("td") for row in page.root.all("tr")]
    return [tuple(re.findall(r"\d+", " ".join(cell.text for cell in row))) for row in rows if row]


def test_the_page_and_the_file_say_the_same_and_name_no_worker(finished_app: Flask):
    zarmina = reader(finished_app, "coordinator", "swat")
    assert PAGE in {a.get("href") for a in zarmina.get("/results").root.all("a")}
    page, rows = zarmina.get(PAGE), filed(zarmina)
    wanted = [
        tuple(row[name] for name in ("percent", "ci_low", "ci_high", "used_percent") if row[name])
        for row in rows
    ]
    assert shown(page) == wanted
    assert {len(row) for row in wanted} == {1, 4}
    assert "never blame one worker" in page.text
    assert "Too few workers to say" in page.text
    assert not [code for code in WORKERS if code in page.text or code in str(rows)]
    # The whole round's for every reader.
    assert filed(reader(finished_app, "administrator")) == rows


def test_every_number_is_one_of_the_store_or_made_of_it(finished_app: Flask):
    document = release_document.unpack(releases.find(stored(finished_app), CLOSED).content)
    store = {topic["name"]: topic[interviewers.FIELD] for topic in document["topics"]}
    rows = filed(reader(finished_app, "coordinator", "swat"))
    assert {row["question"]: (int(row["used_percent"]), row["source"]) for row in rows} == {
        name: (round(100 * kept["rho"]), kept["source"]) for name, kept in store.items()
    }
    limits = dict[tuple[float, float], set[tuple[str, str]]]()
    for row in rows:
        kept = store[row["question"]]
        assert row["percent"] == (row["used_percent"] if kept["source"] == MEASURED else "")
        limits.setdefault((kept["rho"], kept["error"]), set()).add((row["ci_low"], row["ci_high"]))
    # Of the same two numbers the same interval is made, or none.
    assert all(len(found - {("", "")}) <= 1 for found in limits.values())


@pytest.mark.parametrize("language", ["ur", "ps"])
def test_it_is_read_in_the_other_languages(finished_app: Flask, language: str):
    page = reader(finished_app, "coordinator", "swat", language=language).get(PAGE)
    assert page.language.startswith(language)
    assert "کارکن" in page.root.all("h1")[0].text


def test_who_is_not_to_read_it_is_refused_and_not_led_there(finished_app: Flask):
    rashid = reader(finished_app, "reviewer")
    assert PAGE not in {a.get("href") for a in rashid.get("/results").root.all("a")}
    for role in ("reviewer", "worker"):
        other = at_browser(finished_app, somebody(stored(finished_app), role, f"another-{role}"))
        for address in (PAGE, FILE):
            assert other.client.get(address).status_code == 403
    nobody = reader(finished_app, "coordinator")
    for address in (PAGE, FILE, f"/results/{OPEN}/interviewers", "/rounds/never/interviewers.csv"):
        assert nobody.client.get(address).status_code == 404


def test_a_release_of_before_says_that_it_says_nothing(finished_app: Flask):
    database = stored(finished_app)
    document = release_document.unpack(releases.find(database, CLOSED).content)
    for topic in document["topics"]:
        del topic[interviewers.FIELD]
        for cell in topic["cells"]:
            cell.pop("answered", None)
    for later in ("gaps", "ratios", "weighted", "pooled"):
        document.pop(later, None)
    release_again(database, document, OPEN)
    zarmina = reader(finished_app, "coordinator", "swat")
    page = zarmina.get(f"/results/{OPEN}/interviewers")
    assert "says nothing of the worker's part" in page.text
    assert not page.root.all("table")
    assert f"/results/{OPEN}/interviewers" not in {
        a.get("href") for a in zarmina.get("/results").root.all("a")
    }
