"""What is allowed and yet seldom meant: equal labels, lists of one option, words that Excel has changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Final

from survey.questionnaire.sheets import KINDS, Mistake, Row, Workbook

#: More questions than this on one page are too many for a slow line and a small screen.
MOST_ON_A_PAGE: Final = 40
_NUMBER: Final = re.compile(r"\d+\.\d+")
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")


def warnings(book: Workbook) -> Iterator[Mistake]:
    """Every remark."""
    for rule in (_equal_labels, _single_option_lists, _excel_warnings, _long_pages):
        yield from rule(book)


def _equal_labels(book: Workbook) -> Iterator[Mistake]:
    """Options that look the same to a reader."""
    for rows in book.lists.values():
        seen: dict[tuple[str, str], str] = {}
        for row in rows:
            for tag, text in book.texts(row, "label").items():
                first = seen.setdefault((tag, text), row.name)
                if first != row.name:
                    column = f"label::{book.languages.get(tag, tag)}"
                    yield row.mistake(column, f"The option '{first}' has the same label.", tag)


def _single_option_lists(book: Workbook) -> Iterator[Mistake]:
    for row in book.questions():
        if len(book.lists.get(row.list_name, ())) == 1:
            yield row.mistake("type", "There is only one option to choose.")


def _excel_warnings(book: Workbook) -> Iterator[Mistake]:
    """What a spreadsheet makes of 1.10, of a day, and of a word that it takes for a truth value."""
    version = book.settings.text("version")
    if _NUMBER.fullmatch(version) or _MOMENT.fullmatch(version):
        message = f"The version reads '{version}'; Excel may have changed it. Format the cell as text."
        yield Mistake("settings", 2, "version", "", message)
    for row in book.choices:
        if row.name in ("TRUE", "FALSE", "True", "False"):
            yield row.mistake("name", f"Excel may have made '{row.name}' of another word; format it as text.")


def _long_pages(book: Workbook) -> Iterator[Mistake]:
    """Long pages; rows outside any group are a page too."""
    for rows in _questions_by_page(book):
        if len(rows) > MOST_ON_A_PAGE:
            message = f"This page has {len(rows)} questions; make more pages with begin_group and end_group."
            yield rows[0].mistake("type", message)


def _questions_by_page(book: Workbook) -> Iterator[list[Row]]:
    number = 0
    numbered: list[tuple[int, Row]] = []
    for row in book.survey:
        number += row.type in ("begin_group", "end_group")
        if row.type in KINDS:
            numbered.append((number, row))
    for _, rows in groupby(numbered, lambda pair: pair[0]):
        yield [row for _, row in rows]
