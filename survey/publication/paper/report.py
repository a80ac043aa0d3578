"""The report of a round: the PDF of a district, and that of the whole round with its methods."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from survey.publication.briefing.action_review import Noted
from survey.publication.briefing.material import Material
from survey.publication.briefing.readings import districts_of
from survey.publication.paper.district import SHORT, district_sheet
from survey.publication.paper.methods import methods_sheet
from survey.publication.paper.overview import overview_sheets
from survey.publication.paper.sheets import Document, Sheet
from survey.publication.paper.typesetting import fitted_pdf
from survey.publication.paper.words import Writer

#: Pictures of a district: nearly every sheet has room for the first width, so that those of all districts are of one size.
WIDTHS: Final = (420, 490, SHORT)


def districts_in(material: Material) -> tuple[str, ...]:
    """The districts of the scope with an interview, which have a sheet, in the order of the release."""
    return tuple(district for _, district in districts_of(material.release) if material.scope.holds(district))


def district_report(
    material: Material, district: str, writer: Writer, agreed: Noted | None = None
) -> bytes | None:
    """One district on one sheet, with what is `agreed` on; None where it has no interview or is outside the scope."""
    if not material.scope.holds(district):
        return None
    briefing = material.of_district(district)
    if briefing is None:
        return None
    title = f"{writer.labels.district(district)} – {briefing.round}"
    foot = writer.foot(briefing)
    draw = _document(title, foot, writer, lambda width: (district_sheet(briefing, writer, width, agreed),))
    return fitted_pdf(draw, briefing.day, WIDTHS)


def round_report(material: Material, writer: Writer) -> bytes | None:
    """The whole round on two sheets, and its methods on a third; None where the scope has no district of it."""
    briefing = material.of_round()
    if briefing is None:
        return None
    methods = methods_sheet(briefing.digest, writer)

    def sheets(width: int) -> tuple[Sheet, ...]:
        return (*overview_sheets(briefing, writer, width), methods)

    title = writer.say("Results of round {round}", round=briefing.round)
    return fitted_pdf(_document(title, writer.foot(briefing), writer, sheets), briefing.day)


def _document(
    title: str, foot: tuple[str, ...], writer: Writer, sheets: Callable[[int], tuple[Sheet, ...]]
) -> Callable[[int], Document]:
    def draw(width: int) -> Document:
        language = writer.language
        return Document(
            title,
            language.tag.partition("-")[0],
            language.direction,
            writer.office,
            foot,
            sheets(width),
            writer.marks,
        )

    return draw
