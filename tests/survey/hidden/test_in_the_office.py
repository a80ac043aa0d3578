"""What readers see of answers that chance hides: recorded answers called so, estimates with their words, parameters in files."""

from __future__ import annotations

import csv
import io
import json
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from openpyxl import load_workbook

from survey.publication.reading.hidden import estimates as hidden
from survey.publication.reading.hidden.estimates import Estimate, estimates
from tests.support.pages import Visitor
from tests.support.readers import at_browser, somebody, stored
from tests.survey.application import application
from tests.survey.hidden.conftest import CLOSED, Held
from tests.survey.hidden.questions import questionnaire

pytestmark = pytest.mark.slow

RESULTS = f"/results/{CLOSED}/question/"
ESTIMATES = f"/rounds/{CLOSED}/estimates.csv"
PACKAGE = f"/rounds/{CLOSED}/data-package.zip"


@pytest.fixture
def app(held: Held, tmp_path: Path) -> Iterator[Flask]:
    """An application over a copy of the closed round."""
    home = tmp_path / "copy"
    shutil.copytree(held.home, home)
    with application(home) as app:
        yield app


def reader(app: Flask, language: str = "en", districts: tuple[str, ...] = ()) -> Visitor:
    role = "coordinator" if districts else "reviewer"
    return at_browser(app, somebody(stored(app), role, districts=districts), language)


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_a_page_says_what_is_recorded_and_of_how_many_it_is_true(app: Flask, held: Held) -> None:
    page = reader(app).get(f"{RESULTS}h_mirror")
    assert "recorded: Yes" in page.text
    assert "the shares on this page are of what was recorded and not of people" in page.text
    assert "Recorded as “Yes” with probability 4/5 of whom it is true, and 1/5 of all others." in page.text
    of_all = _of_everybody(held, "h_mirror")
    assert f"{of_all.value} ({of_all.low}–{of_all.high})" in page.text
    assert ESTIMATES in {link.get("href") for link in page.root.all("a")}


def _of_everybody(held: Held, question: str) -> Estimate:
    told = estimates(held.release, questionnaire(), held.release.above())
    (found,) = (
        one
        for one in told
        if (one.question, one.province, one.district, one.group) == (question, *("Total",) * 3)
    )
    assert found.says == hidden.ESTIMATED
    return found


def test_a_page_of_an_anchor_says_what_it_is_for(app: Flask) -> None:
    page = reader(app).get(f"{RESULTS}h_anchor")
    assert "only shows whether people follow the instructions" in page.text
    assert "Of 100 people" not in page.text


def test_a_question_that_chance_does_not_hide_has_no_estimate(app: Flask) -> None:
    page = reader(app).get(f"{RESULTS}saf_day")
    assert "recorded" not in page.text
    assert "Of how many it is true" not in page.text


@pytest.mark.parametrize(
    ("language", "words"), [("ur", "100 لوگوں میں سے تقریباً"), ("ps", "د 100 خلکو نه تقريباً")]
)
def test_the_page_speaks_every_language(app: Flask, language: str, words: str) -> None:
    assert words in reader(app, language).get(f"{RESULTS}h_mirror").text


def test_a_coordinator_gets_estimates_of_own_districts_and_of_what_is_above(app: Flask) -> None:
    rows = rows_of(reader(app, districts=("swat",)).client.get(ESTIMATES).data)
    assert {row["district"] for row in rows if row["level"] == "district"} == {"swat"}
    assert {row["level"] for row in rows} > {"district"}


def test_a_data_package_keeps_designs_and_describes_every_column(app: Flask) -> None:
    reply = reader(app).client.get(PACKAGE)
    with zipfile.ZipFile(io.BytesIO(reply.data)) as archive:
        package = json.loads(archive.read("datapackage.json"))
        codebook = rows_of(archive.read("codebook.csv"))
        estimated = rows_of(archive.read("estimates.csv"))
    kept = {row["name"]: row["hidden_by"] for row in codebook if row["kind"] == "question"}
    assert kept["h_garbled"] == "garbled no_to_yes=1/6 yes_to_no=1/6 one=yes"
    assert kept["saf_day"] == ""
    assert {row["hidden_by"] for row in codebook if row["kind"] != "question"} == {""}
    (described,) = (one for one in package["resources"] if one["name"] == "estimates")
    assert [field["name"] for field in described["schema"]["fields"]] == list(estimated[0])
    allowed = {
        field["name"]: field.get("constraints", {}).get("enum") for field in described["schema"]["fields"]
    }
    assert {row["says"] for row in estimated} <= set(allowed["says"])
    assert {row["kind"] for row in estimated} <= set(allowed["kind"])


def test_a_workbook_keeps_designs(app: Flask) -> None:
    reply = reader(app).client.get(f"/rounds/{CLOSED}/workbook.xlsx")
    rows = load_workbook(io.BytesIO(reply.data))["Codebook"].iter_rows(min_row=2, values_only=True)
    kept = {row[1]: row[-1] for row in rows if row[0] == "question"}
    assert kept["h_cross"] == "crosswise helper=1/6 one=same anchor=h_anchor"
    assert not kept["saf_day"]
