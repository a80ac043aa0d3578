"""What a reader of sheets would pass over in silence: a second column of the same name, and a line outside the rows."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from survey.questionnaire.sheets import Mistake

_SHEETS: Final = ("settings", "survey", "choices")
_BAR: Final = re.compile(r"(?<!\\)\|")
_AGAIN: Final = (
    "This heading occurs twice, and only one of the two columns would be read. Rename or remove one."
)
_NO_ROW: Final = "This line is not a row of a table and would not be read: “{line}”. A row begins with |; other text needs an empty line around it."
#: Signs of a line that are shown.
_SHOWN: Final = 40


def lines_between(path: Path) -> tuple[Mistake, ...]:
    """A mistake for every line of a Markdown file that touches the rows of a table, or is parted like one, and is none."""
    if path.suffix.lower() != ".md":
        return ()
    before, found = "", []
    for line in map(str.strip, path.read_text(encoding="utf-8-sig").splitlines()):
        if line and not line.startswith("|") and (before.startswith("|") or len(_BAR.findall(line)) > 1):
            found.append(Mistake("", 0, "", "", _NO_ROW.format(line=line[:_SHOWN])))
        before = line
    return tuple(found)


def doubled_headings(path: Path) -> tuple[Mistake, ...]:
    """A mistake for every heading that occurs twice in its sheet."""
    return tuple(
        Mistake(sheet, 1, heading, "", _AGAIN)
        for sheet, headings in _headings(path)
        if sheet in _SHEETS
        for heading in dict.fromkeys(headings)
        if heading and headings.count(heading) > 1
    )


def copy_without_doubles(path: Path, folder: Path) -> Path:
    """A copy in which the second of two equal headings has another name; an Excel file could not be read otherwise."""
    book = _excel_workbook(path)
    if book is None:
        return path
    for sheet in book.worksheets:
        seen: set[str] = set()
        for cell in next(sheet.iter_rows(max_row=1), ()):
            heading = _cell_text(cell.value)
            if heading in seen:
                cell.value = f"{heading} (again)"
            seen.add(heading)
    copy = folder / "copy.xlsx"
    book.save(copy)
    return copy


def _headings(path: Path) -> Iterator[tuple[str, list[str]]]:
    """Each sheet with the texts of its first row."""
    book = _excel_workbook(path)
    if book is not None:
        for sheet in book.worksheets:
            yield (
                sheet.title.lower(),
                [_cell_text(cell.value) for cell in next(sheet.iter_rows(max_row=1), ())],
            )
    elif path.suffix.lower() in (".md", ".csv"):
        yield from _text_headings(list(_text_rows(path)))


def _excel_workbook(path: Path) -> Any:
    """The workbook of an Excel file, if it is one; mistakes of any other file are reported when it is read."""
    if path.suffix.lower() not in (".xlsx", ".xlsm"):
        return None
    from openpyxl import load_workbook

    try:
        return load_workbook(path)
    except Exception:  # the reader raises errors of many kinds
        return None


def _cell_text(value: object) -> str:
    return " ".join(str(value).split()) if value is not None else ""


def _text_rows(path: Path) -> Iterator[list[str]]:
    text = path.read_text(encoding="utf-8-sig")
    if path.suffix.lower() == ".csv":
        # What a reader of CSV refuses is reported when the whole file is read.
        with suppress(csv.Error):
            yield from csv.reader(io.StringIO(text, newline=""))
    else:
        lines = (line.strip() for line in text.splitlines())
        yield from (_BAR.split(line)[1:-1] for line in lines if line.startswith("|"))


def _text_headings(rows: Sequence[Sequence[str]]) -> Iterator[tuple[str, list[str]]]:
    """The headings of tables in one text: a row that begins with the name of a sheet, then that of the headings."""
    sheet = ""
    for row in rows:
        first, *cells = [_cell_text(cell) for cell in row] or [""]
        if first.strip("-: ") and not any(cells):
            sheet = first.lower()
        elif sheet and not first and any(cells):
            yield sheet, cells
            sheet = ""
