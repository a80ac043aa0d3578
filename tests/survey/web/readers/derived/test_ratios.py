"""Ratios on pages and in their file: the kept numbers, of the reader's districts, and of provinces for everybody."""

from __future__ import annotations

import csv
import io
import re

import pytest
from flask import Flask

from analysis.disclosure.nodes import TOTAL
from survey.publication.counts.cube import is_above_districts
from survey.publication.release import release
from survey.publication.release.ratios import RatioFigure
from tests.support.readers import Reader, at_browser, somebody, stored
from tests.survey.conftest import CLOSED

VALUE = re.compile(r"\(?(−?\d+)%?\)? (−?\d+)(?:–| … )(−?\d+)")


@pytest.fixture
def zarmina(finished_app: Flask) -> Reader:
    return at_browser(finished_app, somebody(stored(finished_app), "coordinator", "zarmina", ["peshawar"]))


def kept(app: Flask, district: str) -> list[RatioFigure]:
    """Those of a district, or of provinces and all that is above districts."""
    ratios = release.read(stored(app), CLOSED).ratios
    return [
        one
        for one in ratios
        if (is_above_districts(one.district) if district == TOTAL else one.district == district)
    ]


@pytest.mark.parametrize("where", ["peshawar", TOTAL])
def test_a_page_shows_the_kept_ratios_and_no_other(zarmina: Reader, finished_app: Flask, where: str) -> None:
    address = "provinces" if where == TOTAL else f"district/{where}"
    main = zarmina.get(f"/results/{CLOSED}/{address}").root.all("main")[0]
    shown = []
    for region in main.all("div", **{"aria-labelledby": "ratios"}):
        for row in (row for body in region.all("tbody") for row in body.all("tr") if row.all("td")):
            n, value = row.all("td")
            found = VALUE.fullmatch(value.text)
            assert found, value.text
            shown.append((int(n.text), *(int(number.replace("−", "-")) for number in found.groups())))
    numbers = [
        (one.n, one.value, one.low, one.high) for one in kept(finished_app, where) if one.n is not None
    ]
    assert sorted(shown) == sorted(numbers)
    assert len(numbers) > 3


def test_the_file_holds_every_ratio_of_the_own_districts(zarmina: Reader, finished_app: Flask) -> None:
    content = zarmina.client.get(f"/rounds/{CLOSED}/ratios.csv").data.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content)))
    inside = [row for row in rows if row["district"] == "peshawar"]
    assert [(row["ratio"], row["n"], row["value"], row["status"]) for row in inside] == [
        (
            one.name,
            "" if one.n is None else str(one.n),
            "" if one.value is None else str(one.value),
            one.status,
        )
        for one in kept(finished_app, "peshawar")
    ]
    assert {row["district"] for row in rows} == {"peshawar", "div-bannu", "all"}
    assert {row["ratio"] for row in rows} == {"on_time", "adequacy_shortfall", "trend_balance"}
