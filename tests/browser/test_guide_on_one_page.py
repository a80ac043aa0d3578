"""The field worker's guide fits on one side of paper in each language."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser

from survey.languages import languages
from tests.survey.publication.paper.poppler import facts_of
from tests.test_strings import PROJECT
from tests.texts.test_field_worker_guide import pages

pytestmark = pytest.mark.browser

#: As a browser prints it: 11 points, below a row of pictures.
SHEET: Final = (
    "body { font: 11pt sans-serif } h1 { font-size: 16pt; margin: 0 } img { width: 100% } ol { margin: 0 }"
)


@pytest.mark.parametrize("code", ["en", "ur", "ps"])
def test_it_fits_on_one_side_of_paper(chromium: Browser, tmp_path: Path, code: str) -> None:
    written = tmp_path / "guide.html"
    written.write_text(_printed(code), encoding="utf-8")
    page = chromium.new_page()
    page.goto(written.as_uri())
    margin = dict.fromkeys(("top", "right", "bottom", "left"), "15mm")
    printed = page.pdf(format="A4", margin=margin)
    page.close()
    assert facts_of(printed)["Pages"] == "1"


def _printed(code: str) -> str:
    """The page of a language as HTML."""
    text = pages()[code]
    picture = re.findall(r"!\[.*?\]\((.*?)\)", text)[0]
    points = re.findall(
        r"^\d+\. (.*(?:\n   .*)*)", re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", text), re.MULTILINE
    )
    image = (PROJECT / "docs" / picture).as_uri()
    items = "".join(f"<li>{point}</li>" for point in points)
    direction = languages()[code].direction
    return f"<html dir={direction}><meta charset=utf-8><style>{SHEET}</style><h1>1</h1><img src={image}><ol>{items}</ol>"
