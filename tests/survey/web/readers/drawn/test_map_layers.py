"""The layers of the map: each district's figure, how sure it is, and coverage; from what is stored, small, and next to a table."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import insert

from survey.languages import languages
from survey.publication.briefing.layers import LAYERS
from survey.publication.reading.labels import Labels
from survey.publication.release import release
from survey.publication.release.release import Release
from survey.storage import questionnaires
from survey.storage.field import rounds
from survey.storage.tables import targets
from tests.support.pages import Page
from tests.support.readers import at_browser, somebody, stored
from tests.survey.conftest import CLOSED, DISTRICTS

GROUPS = ("member", "woman", "youth")
WANTED = 90
#: Bytes of a map.
MOST = 25_000
OVERVIEW = f"/results/{CLOSED}"


@pytest.fixture
def planned(finished_app: Flask) -> Flask:
    """The closed round with targets in all districts but Kech."""
    key = rounds.find(stored(finished_app), CLOSED).key
    rows = [
        {"round": key, "district": district, "group": group, "target": WANTED}
        for district in DISTRICTS
        for group in GROUPS
        if district != "kech"
    ]
    stored(finished_app).change(lambda connection: connection.execute(insert(targets), rows))
    return finished_app


def wanted(kept: Release, layer: str) -> dict[str, int | None]:
    """What each district is drawn as, from the figures of the release."""
    safe = {
        one.district: one
        for one in kept.figures
        if (one.question, one.answer, one.group) == ("saf_night", "top two", "Total")
    }
    found: dict[str, int | None] = {}
    for district in DISTRICTS:
        figure = safe[district]
        # All districts on one base: of everybody interviewed.
        value, low, high = figure.percent, figure.ci_low, figure.ci_high
        if layer == "value":
            found[district] = value
        elif layer == "sure":
            found[district] = None if low is None or high is None else -((low - high) // 2)
        else:
            province = figure.province
            done = [kept.bases[province, district, group] for group in GROUPS]
            hidden = district == "kech" or None in done
            found[district] = (
                None if hidden else 100 * sum(min(one or 0, WANTED) for one in done) // (WANTED * 3)
            )
    return found


def picture(page: Page) -> str:
    found = re.search(r"<svg [^>]*district-map.*?</svg>", page.html, re.DOTALL)
    assert found
    return found[0]


def drawn(page: Page) -> dict[str, tuple[str, str]]:
    """Name of a district → what its shape says, and its class."""
    shapes = re.findall(r'<path d="[^"]*" class="([^"]*)"[^>]*><title>(.*?)</title>', picture(page))
    said = [(re.sub("[\u2066-\u2069]", "", title).partition(": "), kind) for kind, title in shapes]
    return {name: (number, kind) for (name, _, number), kind in said}


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("code", list(languages()))
def test_a_layer_draws_what_is_stored_and_its_table_says_the_same(
    planned: Flask, layer: str, code: str
) -> None:
    reader = at_browser(planned, somebody(stored(planned), "reviewer", "rashid"), code)
    page = reader.get(f"{OVERVIEW}?layer={layer}")
    assert len(picture(page).encode()) <= MOST
    kept = release.read(stored(planned), CLOSED)
    asked = questionnaires.find(stored(planned), kept.questionnaire, kept.version).questionnaire
    labels, shapes = Labels(asked, code, str), drawn(page)
    (section,) = [one for one in page.root.all("section") if one.get("aria-labelledby") == "districts"]
    rows = {row.all("th")[0].text: row.all("td") for row in section.all("tr") if row.all("td")}
    column = list(LAYERS).index(layer)
    breaks = LAYERS[layer].breaks
    for district, number in wanted(kept, layer).items():
        said, kind = shapes[labels.district(district)]
        cell = rows[labels.district(district)][column].text
        if number is None:
            assert kind == "hatch"
            assert not re.search(r"\d", said + cell)
        else:
            assert said.strip("()") == str(number)
            assert kind.partition(" ")[0] == f"step{1 + sum(number >= one for one in breaks)}"
            assert re.search(r"\d+", cell)[0] == str(number)  # type: ignore[index]
    assert sum(kind == "unsurveyed" for _, kind in shapes.values()) == 69 - len(DISTRICTS)


def test_without_targets_there_is_no_layer_of_coverage_to_choose(finished_app: Flask, planned: Flask) -> None:
    rashid = at_browser(planned, somebody(stored(planned), "reviewer", "rashid"))

    def choices(address: str) -> list[tuple[str, bool]]:
        links = [a for a in rashid.get(address).root.all("a") if "layer=" in a.get("href")]
        return [(a.text, a.get("aria-current") == "true") for a in links]

    assert choices(f"{OVERVIEW}?layer=sure") == [("Value", False), ("How sure", True), ("Coverage", False)]
    stored(planned).change(lambda connection: connection.execute(targets.delete()))
    assert choices(OVERVIEW) == [("Value", True), ("How sure", False)]


def test_a_layer_is_a_file_too_and_no_other_is_found(planned: Flask) -> None:
    rashid = at_browser(planned, somebody(stored(planned), "reviewer", "rashid"))
    for layer in LAYERS:
        name = "map" if layer == "value" else f"map-{layer}"
        page = rashid.get(f"{OVERVIEW}?layer={layer}")
        assert f"/rounds/{CLOSED}/pictures/{name}.svg" in {a.get("href") for a in page.root.all("a")}
        assert rashid.client.get(f"/rounds/{CLOSED}/pictures/{name}.svg").status_code == 200
    for odd in ("danger", "", "value,sure"):
        assert rashid.client.get(f"{OVERVIEW}?layer={odd}").status_code == 404
