"""Sheets become a tagged PDF that can be searched and read aloud in each language, and a picture becomes an image."""

from __future__ import annotations

import re
import struct
import zlib

import pytest

from survey.publication.paper.sheets import Box, Document, Finding, Lines, Picture, Sheet, Table, Text
from survey.publication.paper.typesetting import WIDTHS, fitted_pdf, png
from survey.publication.pictures.reader import Reader
from tests.survey.publication.paper.poppler import facts_of, fonts_of, structure_of, text_of
from tests.survey.publication.pictures.drawings import ENGLISH, GIVEN, PICTURES, URDU

URDU_TEXT = "یہ ایک جملہ ہے، پښتو: ښځې ګډې ټولې، تحفظ اور اعتماد کے بارے میں"


def document(
    width: int, direction: str = "ltr", sheets: int = 1, kinds: tuple[str, ...] = tuple(PICTURES)
) -> Document:
    """Sheets with one of everything, in one language or the other."""
    reader = Reader(URDU if direction == "rtl" else ENGLISH, direction, width=width)
    title = "ضلع بنوں" if direction == "rtl" else "Bannu"
    boxes = tuple(Box(f"{title} {kind}", (Picture(PICTURES[kind](reader)),)) for kind in kinds[:4])
    others = (
        Box(title, (Text(URDU_TEXT if direction == "rtl" else "A sentence."), Lines(("Who", "Until")))),
        Box(title, (Table(("Group", "Done", "Wanted"), (("Women", "12", "30"), ("Youth", "31", "30"))),)),
    )
    one = Sheet(title, ("2026-3",), (Finding("58 %", "clear"),), (boxes[:2], boxes[2:], others)[:3])
    language = "ur" if direction == "rtl" else "en"
    return Document(title, language, direction, "An office", ("Round 2026-3",), (one,) * sheets, ("Made up",))


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_a_sheet_is_tagged_and_says_what_it_is(direction):
    pdf = fitted_pdf(lambda width: document(width, direction, kinds=("rows", "pairs")), "2026-11-27")
    facts = facts_of(pdf)
    assert facts["Tagged"] == "yes"
    assert facts["Pages"] == "1"
    assert facts["Title"] == ("ضلع بنوں" if direction == "rtl" else "Bannu")
    assert facts["Author"] == "An office"
    assert facts["Page size"].endswith("(A4)")
    assert fonts_of(pdf) == {"SurveyNaskh-Regular", "SurveyNaskh-Bold"}
    assert b"pdfuaid:part>1<" in pdf


def test_the_tags_are_headings_lists_tables_and_figures():
    tags = structure_of(fitted_pdf(lambda width: document(width, kinds=("rows", "pairs")), "2026-11-27"))
    for tag in ("H1", "H2", "L (", "Table", "TH", "TD", "Figure"):
        assert re.search(rf"^\s*{re.escape(tag)}", tags, re.MULTILINE), tag


def test_urdu_and_pashto_can_be_searched():
    pdf = fitted_pdf(lambda width: document(width, "rtl", kinds=("rows",)), "2026-11-27")
    text = " ".join(text_of(pdf).split())
    for words in (
        "ضلع بنوں",
        "یہ ایک جملہ ہے",
        "پښتو",
        "ښځې ګډې ټولې",
        "اور اعتماد کے بارے میں",
        "نہیں دکھایا گیا",
    ):
        assert words in text


@pytest.mark.parametrize("kind", ["rows", "pairs", "bars", "groups", "slopes"])
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_the_numbers_of_a_picture_are_in_the_text(kind, direction):
    pdf = fitted_pdf(lambda width: document(width, direction, kinds=(kind,)), "2026-11-27")
    written = {int(found) for found in re.findall(r"\d+", text_of(pdf))}
    assert GIVEN[kind] <= written


def test_several_sheets_have_a_side_each():
    pdf = fitted_pdf(lambda width: document(width, sheets=3, kinds=("rows",)), "2026-11-27")
    assert facts_of(pdf)["Pages"] == "3"


def test_pictures_shrink_until_a_sheet_fits():
    tried = []

    def draw(width: int) -> Document:
        tried.append(width)
        made = document(width, kinds=("rows",))
        column = (Box("Tall", (Picture(PICTURES["bars"](Reader(ENGLISH, width=width))),) * 4),)
        sheet = Sheet("Bannu", (), (), (column, column))
        return Document(made.title, "en", "ltr", "", (), (sheet,))

    pdf = fitted_pdf(draw, "2026-11-27")
    assert facts_of(pdf)["Pages"] == "1"
    assert tried == list(WIDTHS[: len(tried)])
    assert len(tried) > 1


def test_what_can_never_fit_has_a_second_side():
    tall = Sheet("T", ("fact",) * 90, (), ((), ()))
    pdf = fitted_pdf(lambda width: Document("T", "en", "ltr", "", (), (tall,)), "2026-11-27")
    assert int(facts_of(pdf)["Pages"]) > 1


def test_the_same_release_gives_the_same_bytes():
    one, other = (fitted_pdf(lambda width: document(width, kinds=("map",)), "2026-11-27") for _ in range(2))
    assert one == other


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_a_picture_becomes_an_image_that_is_not_empty(direction):
    reader = Reader(URDU if direction == "rtl" else ENGLISH, direction)
    image = png(PICTURES["pairs"](reader))
    assert image.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", image[16:24])
    assert width > 2 * 320
    assert height > 300
    colours = zlib.decompress(b"".join(data for kind, data in chunks(image) if kind == b"IDAT"))
    assert len(set(colours[: 4 * width * 200])) > 16


def chunks(image: bytes):
    place = 8
    while place < len(image):
        (length,) = struct.unpack(">I", image[place : place + 4])
        yield image[place + 4 : place + 8], image[place + 8 : place + 8 + length]
        place += 12 + length
