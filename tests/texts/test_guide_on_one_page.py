"""The field worker's guide: the same twelve points in each language, on one page, in the words that the phone shows."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser

from survey.languages import languages
from tests.browser.conftest import browser_driver, chromium
from tests.survey.publication.paper.poppler import facts_of
from tests.test_strings import PROJECT, catalogue, file_of, template
from tests.texts import spelling

__all__ = ["browser_driver", "chromium"]

GUIDE: Final = (PROJECT / "docs" / "field-worker.md").read_text(encoding="utf-8")
#: What opens a point, and not what the phone shows, ends with a stop.
LEAD: Final = re.compile(r"[.۔]$")
POINTS: Final = 12
#: As a browser prints it: 11 points, below a row of pictures.
SHEET: Final = (
    "body { font: 11pt sans-serif } h1 { font-size: 16pt; margin: 0 } img { width: 100% } ol { margin: 0 }"
)


def pages() -> dict[str, str]:
    """The page of each language."""
    return dict(zip(("en", "ur", "ps"), re.split(r"^## .*$", GUIDE, flags=re.MULTILINE)[1:], strict=True))


def words_of(code: str) -> set[str]:
    """Every text that the interface has in a language."""
    if code == "en":
        return {str(message.id) for message in template() if message.id}
    return {str(message.string) for message in catalogue(file_of(code)) if message.id}


@pytest.mark.parametrize("code", ["en", "ur", "ps"])
def test_it_says_what_the_phone_shows(code: str) -> None:
    shown = [words for words in re.findall(r"\*\*(.+?)\*\*", pages()[code]) if not LEAD.search(words)]
    assert len(shown) > 15
    assert [words for words in shown if words not in words_of(code)] == []


@pytest.mark.parametrize("code", ["en", "ur", "ps"])
def test_it_has_every_point(code: str) -> None:
    points = re.findall(r"^(\d+)\. \*\*(.+?)\*\*", pages()[code], re.MULTILINE)
    assert [int(number) for number, _ in points] == list(range(1, POINTS + 1))
    assert all(LEAD.search(lead) for _, lead in points)


@pytest.mark.browser
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


@pytest.mark.parametrize("code", ["ur", "ps"])
def test_it_is_written_in_one_hand(code: str) -> None:
    page = pages()[code]
    assert (
        not spelling.out_of_place(code, page) + spelling.refused(code, page) + spelling.of_a_man(code, page)
    )
