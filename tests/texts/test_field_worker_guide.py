"""The field worker's guide: the same twelve points in each language, in the words that the phone shows."""

from __future__ import annotations

import re
from typing import Final

import pytest

from tests.test_strings import PROJECT, catalogue, file_of, template
from tests.texts import spelling

GUIDE: Final = (PROJECT / "docs" / "field-worker.md").read_text(encoding="utf-8")
#: What opens a point, and not what the phone shows, ends with a stop.
LEAD: Final = re.compile(r"[.۔]$")
POINTS: Final = 12


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


@pytest.mark.parametrize("code", ["ur", "ps"])
def test_it_is_written_in_one_hand(code: str) -> None:
    page = pages()[code]
    assert (
        not spelling.out_of_place(code, page) + spelling.refused(code, page) + spelling.of_a_man(code, page)
    )
