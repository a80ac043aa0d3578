"""The pictures of the guides are there, small, and named by a document."""

from __future__ import annotations

from survey.languages import languages
from survey.settings import PROJECT
from tests.documents import guide_pictures, reader_pictures

IMAGES = guide_pictures.IMAGES
TAKEN = {
    *guide_pictures.PICTURES,
    *(f"{name}-{code}" for name in reader_pictures.MAIN for code in languages()),
    *(f"{name}-en" for name in (*reader_pictures.OTHERS, *reader_pictures.FIRST)),
}


def test_every_picture_that_is_taken_is_there_and_no_other() -> None:
    assert {picture.stem for picture in IMAGES.iterdir()} == TAKEN


def test_every_picture_is_small_and_in_a_document() -> None:
    text = "".join(file.read_text(encoding="utf-8") for file in (PROJECT / "docs").glob("*.md"))
    for picture in IMAGES.iterdir():
        reader_pictures.demand_small(picture)
        assert f"images/{picture.name}" in text, picture.name
