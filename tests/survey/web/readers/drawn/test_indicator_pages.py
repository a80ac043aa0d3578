"""The page of a question, an index, a gap or a ratio: its pictures hold published figures, from A to Z, of what the address chooses."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from survey.languages import languages
from survey.publication.briefing.one_indicator import EACH, LEVELS
from survey.publication.reading.labels import Labels
from survey.publication.reading.levels import level_of
from survey.publication.release import release
from survey.publication.release.release import Release
from survey.storage import questionnaires
from survey.storage.field import aims
from survey.storage.field.aims import Aim
from tests.support.pages import Element, Page
from tests.support.readers import Reader, at_browser, somebody, stored
from tests.survey.conftest import CLOSED, DISTRICTS
from tests.survey.publication.pictures.drawings import parsed, spoken

MINE = ("peshawar", "quetta", "khuzdar")
SAFE = f"/results/{CLOSED}/question/saf_night"
#: Column of wide.csv → the page of it.
PAGES = {
    "share:saf_night": SAFE,
    "share:private": f"/results/{CLOSED}/question/private",
    "share:i_got/money": f"/results/{CLOSED}/question/i_got/money",
    "index:safety": f"/results/{CLOSED}/indicator/index:safety",
    "gap:gap_money": f"/results/{CLOSED}/indicator/gap:gap_money",
    "gap:perception_woman": f"/results/{CLOSED}/indicator/gap:perception_woman",
    "ratio:on_time": f"/results/{CLOSED}/indicator/ratio:on_time",
    "ratio:trend_balance": f"/results/{CLOSED}/indicator/ratio:trend_balance",
}
#: What is said of a group in a strip: its figure, and the two ends of its interval.
SAID = re.compile(r"\(?(−?\d+)\)?, (−?\d+)(?:–| … )(−?\d+)")


@pytest.fixture
def rashid(finished_app: Flask) -> Reader:
    """A reviewer, who sees all districts."""
    return at_browser(finished_app, somebody(stored(finished_app), "reviewer", "rashid"))


@pytest.fixture
def kept(finished_app: Flask) -> Release:
    """The release of the closed round."""
    return release.read(stored(finished_app), CLOSED)


def picture(page: Page, name: str = "group-dots") -> Element:
    (found,) = [one for one in page.root.all("svg") if name in (one.get("class") or "").split()]
    return found


def strips(page: Page) -> list[str]:
    """What the picture says of each place."""
    (desc,) = picture(page).all("desc")
    return re.sub("[\u2066-\u2069]", "", desc.text).split("; ")


def triples(text: str) -> list[tuple[int, ...]]:
    return [tuple(int(one.replace("−", "-")) for one in found) for found in SAID.findall(text)]


def published(kept: Release, column: str, level: str) -> set[tuple[int | None, ...]]:
    """Every figure of an indicator with its limits in the places of a level, and of all districts together."""
    kind, _, name = column.partition(":")
    found: set[tuple[int | None, ...]] = set()
    for figure in kept.figures if kind == "share" else ():
        if figure.question == name and level_of(figure.province, figure.district) in (level, "all"):
            found.add((figure.percent, figure.ci_low, figure.ci_high))
            found.add((figure.answered_percent, figure.answered_low, figure.answered_high))
    told = {"index": kept.indices, "gap": kept.gaps, "ratio": kept.ratios}.get(kind, ())
    for one in told:
        if one.name == name and level_of(one.province, one.district) in (level, "all"):
            if kind == "index":
                found |= {(one.value, one.ci_low, one.ci_high), (one.pooled, one.pooled_low, one.pooled_high)}
            else:
                found.add((one.points if kind == "gap" else one.value, one.low, one.high))
    return found


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("column", PAGES)
def test_every_number_of_a_picture_is_published(
    rashid: Reader, kept: Release, column: str, level: str
) -> None:
    page = rashid.get(f"{PAGES[column]}?level={level}")
    said = [triple for strip in strips(page) for triple in triples(strip)]
    assert said
    assert set(said) <= published(kept, column, level)


def test_the_numbers_that_are_drawn_are_those_that_are_said(rashid: Reader) -> None:
    reply = rashid.client.get(f"/rounds/{CLOSED}/indicator/share:saf_night/strips.svg")
    tree = parsed(reply.get_data(as_text=True))
    written = [
        tuple(int(one) for one in found)
        for line in spoken(tree)
        for found in re.findall(r"^\(?(\d+)\)? (\d+)–(\d+)$", line)
    ]
    said = [triple for strip in strips(rashid.get(SAFE)) for triple in triples(strip)]
    assert written == said
    assert len(written) > 3 * len(DISTRICTS) / 2


@pytest.mark.parametrize("code", list(languages()))
def test_places_are_from_a_to_z_in_the_readers_alphabet_and_all_districts_first(
    finished_app: Flask, kept: Release, code: str
) -> None:
    kam = at_browser(finished_app, somebody(stored(finished_app), "reviewer", "kam"), code)
    asked = questionnaires.find(stored(finished_app), kept.questionnaire, kept.version).questionnaire
    labels = Labels(asked, code, str)
    names = [strip.partition(":")[0].strip() for strip in strips(kam.get(SAFE))]
    wanted = sorted(map(labels.district, DISTRICTS), key=languages()[code].place_in_alphabet)
    assert names[1:] == wanted
    rows = [one.text for one in kam.page.root.all("span", class_="place")]
    assert [name for name in rows if name in wanted] == wanted


def test_one_group_has_one_figure_in_each_strip_and_each_group_three(rashid: Reader) -> None:
    assert max(len(triples(one)) for one in strips(rashid.get(SAFE))) == 3
    for group in ("Total", "member", "woman", "youth"):
        found = strips(rashid.get(f"{SAFE}?group={group}"))
        assert {len(triples(one)) for one in found} <= {0, 1}
        chosen = [one.get("href") for one in rashid.page.root.all("a") if one.get("aria-current") == "true"]
        assert len([address for address in chosen if f"group={group}" in address]) == 3


def test_an_answer_can_be_chosen(rashid: Reader, kept: Release) -> None:
    page = rashid.get(f"{SAFE}?answer=very_unsafe&group=Total")
    said = {triple for strip in strips(page) for triple in triples(strip)}
    own = [one for one in kept.figures if (one.question, one.answer) == ("saf_night", "very_unsafe")]
    assert said
    assert said <= {
        *((one.percent, one.ci_low, one.ci_high) for one in own),
        *((one.answered_percent, one.answered_low, one.answered_high) for one in own),
    }


@pytest.mark.parametrize(
    "asked", ["level=country", "group=nobody", "answer=perhaps", "level=", f"group={EACH}x", "answer=%00"]
)
def test_what_cannot_be_chosen_is_not_found(rashid: Reader, asked: str) -> None:
    assert rashid.client.get(f"{SAFE}?{asked}").status_code == 404
    assert (
        rashid.client.get(f"/rounds/{CLOSED}/indicator/share:saf_night/strips.svg?{asked}").status_code == 404
    )


@pytest.mark.parametrize("name", ["index:nothing", "gap:", "share:saf_night", "ratio:", "odd", "odd:on_time"])
def test_what_is_no_indicator_is_not_found(rashid: Reader, name: str) -> None:
    assert rashid.client.get(f"/results/{CLOSED}/indicator/{name}").status_code == 404


def test_a_coordinator_sees_strips_of_the_own_districts_alone(finished_app: Flask, kept: Release) -> None:
    zarmina = at_browser(finished_app, somebody(stored(finished_app), "coordinator", "zarmina", MINE))
    for address in PAGES.values():
        names = [strip.partition(":")[0].strip() for strip in strips(zarmina.get(address))]
        assert set(names[1:]) <= {"Peshawar", "Quetta", "Khuzdar"}
        others = zarmina.client.get(f"{address}?level=province")
        assert others.status_code == 200
    stranger = at_browser(finished_app, somebody(stored(finished_app), "coordinator", "stranger", ["awaran"]))
    for column, address in PAGES.items():
        assert stranger.client.get(address).status_code == 404
        assert stranger.client.get(f"/rounds/{CLOSED}/indicator/{column}/strips.svg").status_code == 404


def test_the_target_and_the_baseline_of_a_round_are_in_the_picture_of_a_lead_indicator(
    finished_app: Flask, rashid: Reader
) -> None:
    before = strips(rashid.get(SAFE))
    assert "target" not in before[0]
    aims.set_aims(stored(finished_app), CLOSED, {"saf_night": Aim(71, 37)}, {}, "boss")
    after = strips(rashid.get(SAFE))
    assert all(strip.endswith(", target 71, baseline 37") for strip in after)
    # They are of the two best answers, and of no other.
    assert "target" not in strips(rashid.get(f"{SAFE}?answer=very_unsafe"))[0]


@pytest.mark.parametrize("column", PAGES)
@pytest.mark.parametrize("ending", ["svg", "png"])
def test_a_picture_can_be_taken_away(rashid: Reader, column: str, ending: str) -> None:
    address = f"/rounds/{CLOSED}/indicator/{column}"
    reply = rashid.client.get(f"{address}/strips.{ending}?level=province")
    assert reply.status_code == 200
    assert reply.data.startswith(b"<svg" if ending == "svg" else b"\x89PNG")
    assert "of-those-interviewed" in reply.headers["Content-Disposition"]
    # One round makes no line.
    assert rashid.client.get(f"{address}/rounds.{ending}").status_code == 404
    assert rashid.client.get(f"{address}/odd.{ending}").status_code == 404
    assert rashid.client.get(f"{address}/strips.exe").status_code == 404


@pytest.mark.parametrize(
    "more",
    ["endpoint=x", "_scheme=ftp", "_external=1", "_anchor=x", "_method=POST", "round_name=x&question=y"],
)
def test_what_else_somebody_writes_into_the_address_is_in_no_link(finished_app: Flask, more: str) -> None:
    rashid = at_browser(finished_app, somebody(stored(finished_app), "reviewer", "rashid"))
    place = f"/results/{CLOSED}/question/saf_night"
    page = rashid.get(f"{place}?level=province&{more}")
    links = [a.get("href") for a in page.root.all("main")[0].all("a") if "level=" in a.get("href")]
    assert links
    # Pages of the same question, and its pictures.
    inside = (f"{place}?", f"/rounds/{CLOSED}/indicator/share:saf_night/")
    assert [link for link in links if more in link or not link.startswith(inside)] == []
    assert any("level=district" in link for link in links)
