"""Results on paper: a district's sheet and a round's as PDF, and each picture as a file."""

from __future__ import annotations

from flask import Blueprint, Response
from flask_babel import gettext

from survey.accounts import sign_in
from survey.problems import NOT_FOUND, Problem
from survey.publication.briefing.action_review import noted
from survey.publication.briefing.material import Material, gather
from survey.publication.paper.drawings import KINDS, OF_DISTRICT, OF_INDICATOR, OF_ROUND, WIDTH
from survey.publication.paper.report import district_report, round_report
from survey.publication.paper.words import Writer
from survey.publication.reading.labels import Labels
from survey.web.frame import guard, language
from survey.web.frame.current import database, settings
from survey.web.readers.briefed import Results
from survey.web.readers.indicator_pages import open_indicator
from survey.web.readers.opened import demand_district, file_response

pages = Blueprint("paper", __name__)


@pages.get("/rounds/<round_name>/report.pdf")
@guard.needs("summary.download")
def overview(round_name: str) -> Response:
    """The whole round for printing: two sheets and one on its methods."""
    material = _material(round_name)
    return _file(round_report(material, _writer(material)), f"report-{round_name}", "pdf")


@pages.get("/rounds/<round_name>/<district>/report.pdf")
@guard.needs("summary.download")
def by_district(round_name: str, district: str) -> Response:
    """One district on one sheet; a district outside the scope is refused and written down."""
    material = _material(round_name)
    demand_district(material.scope, district, "report")
    writer = _writer(material)
    agreed = noted(database(), material.release, district, writer.labels)
    content = district_report(material, district, writer, agreed)
    return _file(content, f"report-{round_name}-{district}", "pdf")


@pages.get("/rounds/<round_name>/pictures/<picture>.<ending>")
@guard.needs("summary.download")
def picture_of_round(round_name: str, picture: str, ending: str) -> Response:
    """One picture of the overview, as SVG or PNG."""
    material = _material(round_name)
    briefing = material.of_round()
    if briefing is None or picture not in OF_ROUND or ending not in KINDS:
        raise Problem(NOT_FOUND)
    made = KINDS[ending]
    drawn = OF_ROUND[picture](_writer(material).drawer(WIDTH), briefing)
    return _file(made(drawn), f"{picture}-{round_name}", ending)


@pages.get("/rounds/<round_name>/<district>/pictures/<picture>.<ending>")
@guard.needs("summary.download")
def picture_of_district(round_name: str, district: str, picture: str, ending: str) -> Response:
    """One picture of a district, as SVG or PNG."""
    material = _material(round_name)
    demand_district(material.scope, district, "pictures")
    briefing = material.of_district(district)
    if briefing is None or picture not in OF_DISTRICT or ending not in KINDS:
        raise Problem(NOT_FOUND)
    made = KINDS[ending]
    drawn = OF_DISTRICT[picture](_writer(material).drawer(WIDTH), briefing)
    return _file(made(drawn), f"{picture}-{round_name}-{district}", ending)


@pages.get("/rounds/<round_name>/indicator/<path:indicator>/<picture>.<ending>")
@guard.needs("summary.download")
def picture_of_indicator(round_name: str, indicator: str, picture: str, ending: str) -> Response:
    """One picture of an indicator's page, of what its address chooses, as SVG or PNG."""
    material = _material(round_name)
    writer = _writer(material)
    kind, _, name = indicator.partition(":")
    briefing = open_indicator(Results(material, writer.labels), kind, name).briefing
    if picture not in OF_INDICATOR or ending not in KINDS:
        raise Problem(NOT_FOUND)
    drawn = OF_INDICATOR[picture](writer.drawer(WIDTH), briefing)
    content = None if drawn is None else KINDS[ending](drawn)
    return _file(content, f"{picture}-{round_name}-{'-'.join((kind, *name.split('/')))}", ending)


def _material(round_name: str) -> Material:
    return gather(database(), round_name, sign_in.scope_of(guard.account()))


def _writer(material: Material) -> Writer:
    labels = Labels(material.asked, language.current_language().code, gettext)
    return Writer(labels, settings().office_name, settings().demonstration)


def _file(content: bytes | None, name: str, ending: str) -> Response:
    """The file, where there is something to print."""
    if content is None:
        raise Problem(NOT_FOUND)
    return file_response(content, name, ending)
