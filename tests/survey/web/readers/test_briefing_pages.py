"""The pages of a meeting: a district and a round hold what the release publishes, in the reader's alphabet, and are small."""

from __future__ import annotations

import gzip
import re

import pytest
from flask import Flask

from survey.languages import languages
from survey.publication.briefing.district import district_briefing
from survey.publication.briefing.indicators import LEADS
from survey.publication.briefing.overview import overview_briefing
from survey.publication.release import release
from survey.publication.release.release import Release
from survey.storage import questionnaires
from survey.storage.scope import Scope
from survey.web.readers.fragments import KEY
from tests.support.pages import Element, Page
from tests.support.readers import Reader, at_browser, somebody, stored
from tests.survey.conftest import CLOSED, DISTRICTS

MINE = ("peshawar", "quetta", "khuzdar")
#: Bytes of a page with its style sheets, compressed.
MOST = {f"/results/{CLOSED}/district/peshawar": 30 * 1024, f"/results/{CLOSED}": 40 * 1024}
GZIP = {"Accept-Encoding": "gzip"}
BOXES = ["box-what-changed", "box-help", "box-heard", "box-safety", "box-reach"]


@pytest.fixture(params=list(languages()))
def rashid(finished_app: Flask, request: pytest.FixtureRequest) -> Reader:
    """A reviewer of all districts, who reads any of the languages."""
    return at_browser(finished_app, somebody(stored(finished_app), "reviewer", "rashid"), request.param)


def box(page: Page, name: str) -> Element:
    (found,) = [one for one in page.root.all("section") if one.get("aria-labelledby") == name]
    return found


def described(element: Element) -> str:
    return " ".join(one.text for one in element.all("desc"))


def plain(text: str) -> str:
    """Without the marks of direction."""
    return re.sub("[\u2066-\u2069]", "", text)


def test_the_boxes_of_a_district_hold_its_published_figures(finished_app: Flask, rashid: Reader) -> None:
    kept = release.read(stored(finished_app), CLOSED)
    asked = questionnaires.find(stored(finished_app), kept.questionnaire, kept.version).questionnaire
    for district in DISTRICTS:
        page = rashid.get(f"/results/{CLOSED}/district/{district}")
        briefing = district_briefing(kept, asked, district)
        assert briefing is not None
        names = [one.get("aria-labelledby") for one in page.root.all("section")]
        assert [name for name in names if name in BOXES] == BOXES
        said = plain(described(box(page, "box-what-changed")))
        cells = box(page, "box-what-changed").all("table")[0].text
        for row in briefing.leads:
            if row.now.value is not None:
                number = f"({row.now.value})" if row.now.few else str(row.now.value)
                assert f"{number}, {row.now.low}–{row.now.high}" in said
                assert f"{row.now.value}%" in cells
        help_said = plain(described(box(page, "box-help")))
        for kind in briefing.help:
            if kind.shown:
                assert f" {kind.everyone.first}" in help_said
                assert f" {kind.everyone.second}" in help_said
        numbers = page.root.all("dl", class_="numbers")[0].text
        assert str(briefing.interviews) in numbers
        assert f"±{briefing.within}" in numbers
        assert len(page.root.all("ol", class_="points")[0].all("li")) <= 5


def numbers_in(*values: object) -> set[str]:
    """The whole numbers among some values, without their signs."""
    return {str(abs(value)) for value in values if isinstance(value, int)}


def published_in(kept: Release, district: str) -> set[str]:
    """Every number that a release publishes of a district, but the counts of answers, and of lead indicators everywhere."""
    found: set[str] = set()
    for figure in kept.figures:
        if figure.district == district or (figure.district == "Total" and figure.province == "Total"):
            shares = (figure.percent, figure.ci_low, figure.ci_high, figure.base, figure.answered)
            answered = (figure.answered_percent, figure.answered_low, figure.answered_high)
            found |= numbers_in(*shares, *answered)
    for gap in kept.gaps:
        if gap.district == district:
            found |= numbers_in(gap.points, gap.low, gap.high)
    for ratio in kept.ratios:
        if district in (ratio.district, ratio.province) or ratio.district == "Total":
            found |= numbers_in(ratio.n, ratio.value, ratio.low, ratio.high)
    return found | {str(lead.target) for lead in LEADS if lead.target}


def test_no_table_of_a_box_holds_a_number_that_is_not_published(finished_app: Flask) -> None:
    rashid = at_browser(finished_app, somebody(stored(finished_app), "reviewer", "rashid"))
    kept = release.read(stored(finished_app), CLOSED)
    for district in DISTRICTS:
        page = rashid.get(f"/results/{CLOSED}/district/{district}")
        tables = [table for name in BOXES for table in box(page, name).all("table")]
        assert len(tables) == len(BOXES)
        # The name of a group says its ages.
        cells = [
            cell.text for table in tables for cell in [*table.all("td"), *table.all("span", class_="small")]
        ]
        assert set(re.findall(r"\d+", " ".join(cells))) <= published_in(kept, district)


def test_the_neighbours_of_a_district_are_those_of_the_readers_alphabet(rashid: Reader) -> None:
    first = rashid.get(f"/results/{CLOSED}")
    linked = {
        a.get("href").rsplit("/", 1)[1]: a.text
        for a in first.root.all("main")[0].all("a")
        if "/district/" in a.get("href")
    }
    assert set(linked) == set(DISTRICTS)
    alphabet = languages()[first.language.partition("-")[0]]
    ordered = sorted(linked, key=lambda one: alphabet.place_in_alphabet(linked[one]))
    for district, after in zip(ordered, [*ordered[1:], ""], strict=True):
        page = rashid.get(f"/results/{CLOSED}/district/{district}")
        links = {a.get("rel"): a.get("href") for a in page.root.all("a") if a.get("rel")}
        assert links.get("next", "").rpartition("/")[2] == after
        before = ordered[ordered.index(district) - 1] if district != ordered[0] else ""
        assert links.get("prev", "").rpartition("/")[2] == before


def test_districts_are_listed_from_a_to_z_inside_each_province(rashid: Reader) -> None:
    page = rashid.get(f"/results/{CLOSED}")
    alphabet = languages()[page.language.partition("-")[0]]
    (section,) = [one for one in page.root.all("section") if one.get("aria-labelledby") == "districts"]
    lists = [[a.text for a in one.all("a")] for one in section.all("tbody")]
    assert len(lists) == 2
    assert all(names == sorted(names, key=alphabet.place_in_alphabet) for names in lists)


def test_an_overview_holds_the_lead_indicators_and_the_map(finished_app: Flask, rashid: Reader) -> None:
    kept = release.read(stored(finished_app), CLOSED)
    briefing = overview_briefing(kept, Scope.everywhere())
    assert briefing is not None
    page = rashid.get(f"/results/{CLOSED}")
    said = plain(described(box(page, "box-indicators")))
    assert len(briefing.leads) == 10
    for row in briefing.leads:
        assert f"{row.now.value}, {row.now.low}–{row.now.high}" in said
    mapped = plain(described(box(page, "box-map")))
    assert len(mapped.split(";")) == len(DISTRICTS)
    assert str(briefing.interviews) in page.root.all("dl", class_="numbers")[0].text


def test_a_coordinator_is_shown_the_own_districts_alone(finished_app: Flask) -> None:
    zarmina = at_browser(finished_app, somebody(stored(finished_app), "coordinator", "zarmina", MINE))
    page = zarmina.get(f"/results/{CLOSED}")
    assert len(described(box(page, "box-map")).split(";")) == len(MINE)
    shapes = [one.text for one in box(page, "box-map").all("path") if one.all("title")]
    others = [text for text in shapes if text.startswith(("Swat:", "Bannu:", "Mardan:"))]
    assert len(others) == 3
    assert all("nobody interviewed" not in text and "%" not in text for text in others)
    assert not [a for a in page.root.all("a") if "/district/swat" in a.get("href")]
    last = zarmina.get(f"/results/{CLOSED}/district/quetta")
    assert not [a for a in last.root.all("a") if a.get("rel") == "next"]


@pytest.mark.parametrize("address", MOST)
def test_a_page_of_a_meeting_is_small(rashid: Reader, address: str) -> None:
    reply = rashid.client.get(address, headers=GZIP)
    size = len(reply.data)
    sheets = re.findall(r'rel="stylesheet" href="([^"]+)"', gzip.decompress(reply.data).decode())
    assert len(sheets) == 3
    for sheet in sheets:
        with rashid.client.get(sheet, headers=GZIP) as style:
            size += len(style.data)
    assert size <= MOST[address], size


def test_nothing_is_ranked_and_nothing_is_called_a_danger(rashid: Reader) -> None:
    for address in MOST:
        words = rashid.get(address).text.lower()
        assert not [word for word in ("danger", "rank", "worst", "خطرناک", "خطره") if word in words]


def test_the_programmes_own_word_is_once_on_a_page_in_english_and_nowhere_else(rashid: Reader) -> None:
    for address in (*MOST, f"/results/{CLOSED}/provinces", f"/results/{CLOSED}/question/saf_day"):
        page = rashid.get(address)
        assert page.html.count("Local Resistance Structure") == (page.language == "en")
        assert all(element.text != "Local Resistance Structure" for element in page.root.all("th"))


def test_a_part_that_is_kept_for_everybody_holds_nothing_of_one_reader(
    finished_app: Flask, rashid: Reader
) -> None:
    for address in MOST:
        rashid.get(address)
    parts = [one.text().decode() for one in finished_app.extensions[KEY]._kept.values()]
    assert len(parts) >= 4
    assert not [part for part in parts if "csrf_token" in part or "<form" in part or "rashid" in part]


def test_every_page_of_results_has_the_day_and_the_fingerprint_in_its_foot(finished_app: Flask) -> None:
    kept = release.read(stored(finished_app), CLOSED)
    ahmad = at_browser(finished_app, somebody(stored(finished_app), "administrator", "ahmad"))
    for place in ("", "/district/swat", "/question/saf_day", "/provinces", "/interviewers"):
        (foot,) = ahmad.get(f"/results/{CLOSED}{place}").root.all("footer")
        assert kept.digest[:16] in foot.text, place
        assert kept.created_day in foot.text, place


def test_a_district_where_nobody_was_interviewed_says_so_and_leads_to_no_questions(rashid: Reader) -> None:
    page = rashid.get(f"/results/{CLOSED}/district/awaran")
    said = {
        "en": "Nobody was interviewed here in this round.",
        "ur": "اس دور میں یہاں کسی سے انٹرویو نہیں ہوا۔",
        "ps": "په دې دور کې دلته له هېچا سره مرکه نه ده شوې.",
    }
    assert said[page.language.partition("-")[0]] in page.text
    assert not page.root.all("h2", id="questions")
    other = rashid.get(f"/results/{CLOSED}/district/swat")
    assert other.root.all("h2", id="questions")
    assert not [text for text in said.values() if text in other.text]
