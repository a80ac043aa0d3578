"""Results on paper and as pictures: of the reader's districts only, in the reader's language, from what is stored."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from survey.publication.paper.drawings import KINDS, OF_DISTRICT, OF_ROUND
from survey.publication.release import release
from survey.storage.people import audit
from survey.web.readers.opened import TYPES
from tests.support.readers import Reader, at_browser, somebody, stored
from tests.survey.conftest import CLOSED, OPEN
from tests.survey.publication.paper.poppler import facts_of, text_of
from tests.survey.publication.pictures.drawings import parsed, spoken

MINE = ("peshawar", "quetta", "khuzdar")


@pytest.fixture
def zarmina(finished_app: Flask) -> Reader:
    """A coordinator of three districts."""
    return at_browser(finished_app, somebody(stored(finished_app), "coordinator", "zarmina", MINE))


@pytest.fixture
def rashid(finished_app: Flask) -> Reader:
    """A reviewer, who sees all districts."""
    return at_browser(finished_app, somebody(stored(finished_app), "reviewer", "rashid"))


def sheet(reader: Reader, address: str) -> bytes:
    reply = reader.client.get(address)
    assert (reply.status_code, reply.mimetype) == (200, "application/pdf"), address
    assert "of-those-interviewed.pdf" in reply.headers["Content-Disposition"]
    return bytes(reply.data)


#: A figure with its interval, as pictures and tables write it.
WRITTEN = re.compile(r"\(?(−?\d+)%?\)? (−?\d+)(?:–| … )(−?\d+)")


def triples(text: str) -> set[tuple[int, ...]]:
    found = WRITTEN.findall(" ".join(text.split()))
    return {tuple(int(number.replace("−", "-")) for number in one) for one in found}


def published(app: Flask, district: str) -> set[tuple[int | None, ...]]:
    """Every figure of a district in the stored release with its limits, also of those who answered."""
    kept = release.read(stored(app), CLOSED)
    here = [one for one in kept.figures if one.district == district]
    return {
        *((one.percent, one.ci_low, one.ci_high) for one in here),
        *((one.answered_percent, one.answered_low, one.answered_high) for one in here),
        *((one.points, one.low, one.high) for one in kept.gaps if one.district == district),
        *((one.value, one.low, one.high) for one in kept.ratios if one.district == district),
    }


@pytest.mark.parametrize("district", MINE)
def test_every_figure_of_a_sheet_is_in_the_stored_release(
    finished_app: Flask, zarmina: Reader, district: str
):
    pdf = sheet(zarmina, f"/rounds/{CLOSED}/{district}/report.pdf")
    assert facts_of(pdf)["Pages"] == "1"
    found = triples(text_of(pdf))
    assert len(found) > 12
    assert found <= published(finished_app, district)


@pytest.mark.parametrize("language", ["en", "ur", "ps"])
def test_a_round_on_paper_names_the_readers_districts_alone(
    finished_app: Flask, zarmina: Reader, language: str
):
    zarmina.client.set_cookie("language", language)
    pdf = sheet(zarmina, f"/rounds/{CLOSED}/report.pdf")
    assert facts_of(pdf)["Pages"] == "3"
    names = {"en": ("Khuzdar", "Swat"), "ur": ("خضدار", "سوات"), "ps": ("خضدار", "سوات")}[language]
    assert names[0] in text_of(pdf)
    assert names[1] not in text_of(pdf)


def test_another_district_is_refused_and_written_down(finished_app: Flask, zarmina: Reader):
    for address in ("swat/report.pdf", "swat/pictures/help.svg"):
        assert zarmina.client.get(f"/rounds/{CLOSED}/{address}").status_code == 403
    entries = [entry.detail for entry in audit.entries(stored(finished_app)) if entry.event == "refused"]
    assert {"report of swat", "pictures of swat"} <= set(entries)


def test_what_is_not_there_is_not_found(rashid: Reader):
    for address in (
        f"{OPEN}/report.pdf",
        f"{CLOSED}/awaran/report.pdf",
        f"{CLOSED}/nowhere/report.pdf",
        f"{CLOSED}/pictures/nothing.svg",
        f"{CLOSED}/pictures/help.gif",
        f"{CLOSED}/swat/pictures/map.svg",
        f"{CLOSED}/awaran/pictures/help.svg",
    ):
        assert rashid.client.get(f"/rounds/{address}").status_code == 404, address


@pytest.mark.parametrize(
    ("place", "pictures"), [("", sorted(OF_ROUND)), ("swat/", sorted(OF_DISTRICT))], ids=["round", "district"]
)
def test_every_picture_is_a_file_of_each_kind(rashid: Reader, place: str, pictures: list[str]):
    for name in pictures:
        for ending in KINDS:
            kind = TYPES[ending]
            reply = rashid.client.get(f"/rounds/{CLOSED}/{place}pictures/{name}.{ending}")
            assert (reply.status_code, reply.mimetype) == (200, kind), name
            assert f"{name}-{CLOSED}" in reply.headers["Content-Disposition"]
            assert reply.data.startswith((b"<svg ", b"\x89PNG"))


def test_a_picture_as_a_file_has_the_figures_of_the_store(finished_app: Flask, rashid: Reader):
    reply = rashid.client.get(f"/rounds/{CLOSED}/swat/pictures/indicators.svg")
    written = triples(" ".join(spoken(parsed(reply.get_data(as_text=True)))))
    assert len(written) >= 5
    assert written <= published(finished_app, "swat")
