"""Files of a whole release over the web: for readers, of their own districts and what is above, and for nobody else."""

from __future__ import annotations

import csv
import io
import json
import zipfile

import pytest
from flask import Flask
from openpyxl import load_workbook

from survey.publication.release import release
from tests.support.readers import at_browser, somebody, stored
from tests.survey.conftest import CLOSED, DISTRICTS, OPEN

MINE = ("peshawar", "quetta", "khuzdar")
WIDE = f"/rounds/{CLOSED}/wide.csv"
WORKBOOK = f"/rounds/{CLOSED}/workbook.xlsx"
PACKAGE = f"/rounds/{CLOSED}/data-package.zip"
FILES = (WIDE, WORKBOOK, PACKAGE)


def reader_of(app: Flask, role: str, districts=(), language: str = "en"):
    return at_browser(app, somebody(stored(app), role, districts=districts), language)


def test_a_coordinator_gets_own_districts_and_what_is_above(finished_app: Flask) -> None:
    reader = reader_of(finished_app, "coordinator", MINE)
    rows = list(csv.DictReader(io.StringIO(reader.client.get(WIDE).data.decode("utf-8-sig"))))
    assert {row["district"] for row in rows if row["level"] == "district"} == set(MINE)
    book = load_workbook(io.BytesIO(reader.client.get(WORKBOOK).data))
    names = {row["place_label"] for row in rows}
    for sheet in ("Districts × indicators", "All figures", "Gaps"):
        assert {row[1] for row in book[sheet].iter_rows(min_row=2, values_only=True)} == names


def test_a_coordinators_package_holds_own_districts(finished_app: Flask) -> None:
    reply = reader_of(finished_app, "coordinator", MINE).client.get(PACKAGE)
    with zipfile.ZipFile(io.BytesIO(reply.data)) as archive:
        told = list(csv.DictReader(io.StringIO(archive.read("summary.csv").decode("utf-8-sig"))))
        description = json.loads(archive.read("datapackage.json"))
    assert {row["district"] for row in told if row["level"] == "district"} == set(MINE)
    assert description["round"] == CLOSED


def test_a_reviewer_gets_everything_under_a_name_that_says_of_whom(finished_app: Flask) -> None:
    reader = reader_of(finished_app, "reviewer", language="ur")
    kept = release.read(stored(finished_app), CLOSED)
    assert {one.district for one in kept.figures} > set(DISTRICTS)
    reply = reader.client.get(WORKBOOK)
    assert reply.headers["Content-Disposition"] == (
        f'attachment; filename="workbook-{CLOSED}-of-those-interviewed.xlsx"'
    )
    book = load_workbook(io.BytesIO(reply.data))
    assert all(sheet.sheet_view.rightToLeft for sheet in book)
    assert "تمام اعداد" in book.sheetnames
    assert set(FILES) <= {a.get("href") for a in reader.get("/results").root.all("a")}


@pytest.mark.parametrize("address", FILES)
def test_nobody_else_gets_anything(finished_app: Flask, address: str) -> None:
    assert reader_of(finished_app, "worker", MINE).client.get(address).status_code == 403
    assert at_browser(finished_app, None).client.get(address).status_code == 302
    reviewer = reader_of(finished_app, "reviewer")
    for name in (OPEN, "never"):
        assert reviewer.client.get(address.replace(CLOSED, name)).status_code == 404
    nowhere = at_browser(finished_app, somebody(stored(finished_app), "coordinator", "no one", ["awaran"]))
    reply = nowhere.client.get(address)
    # Who has no district with a figure finds no place in it.
    assert reply.status_code == 404 or len(reply.data.decode().splitlines()) == 1


def test_a_demonstration_is_marked_in_name_and_content(demonstration_app: Flask) -> None:
    reply = reader_of(demonstration_app, "reviewer").client.get(WORKBOOK)
    assert "demonstration-data-workbook" in reply.headers["Content-Disposition"]
    first = load_workbook(io.BytesIO(reply.data))["Read me"]
    assert "Every figure here is made up." in {row[1] for row in first.values}
