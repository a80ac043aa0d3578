"""What can be wrong with a file before any of its rows is read, and what its author can do."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Final
from zipfile import BadZipFile, ZipFile

from survey.questionnaire.sheets import Mistake

EXCEL: Final = (".xlsx", ".xlsm")
TEXT: Final = (".md", ".csv")
_OLD: Final = ".xls"
#: The first bytes of a file in Excel's old format.
_OLD_EXCEL: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_MISSING: Final = "There is no such file."
_ENDING: Final = "A questionnaire is a file that ends in .xlsx, .csv or .md; save it again as one of these."
_EMPTY: Final = "The file is empty; save the questionnaire again."
_OTHER: Final = (
    "This is not a spreadsheet file; save it again as .xlsx, or as CSV or Markdown in UTF-8. "
    "To give a file another ending is not enough."
)
_OPEN: Final = (
    "The quotation mark that opens here is never closed; all rows after it would be lost. Close it."
)
_LONG: Final = (
    "A cell in or after this row has more than {most} letters; shorten it, or close its quotation mark."
)
NO_SHEETS: Final = (
    "No rows of a sheet called 'survey' were found. In Excel the sheets are called survey, choices and settings; in CSV "
    "and Markdown each of these words is in a row of its own, above the headings."
)


def unreadable(path: Path) -> Mistake | None:
    """Why nothing in a file can be read; None where its rows can be read."""
    if not path.is_file():
        return file_mistake(_MISSING)
    try:
        content = path.read_bytes()
    except OSError as error:
        return file_mistake(f"The file cannot be opened: {error.strerror}.")
    ending = path.suffix.lower()
    if ending not in (*EXCEL, _OLD, *TEXT):
        return file_mistake(_ENDING)
    if not content.strip():
        return file_mistake(_EMPTY)
    return _text_mistake(content, ending) if ending in TEXT else _excel_mistake(content, ending)


def file_mistake(message: str, row: int = 0) -> Mistake:
    """A mistake of the file itself, not of one of its sheets."""
    return Mistake("", row, "", "", message)


def _excel_mistake(content: bytes, ending: str) -> Mistake | None:
    if ending == _OLD:
        return None if content.startswith(_OLD_EXCEL) else file_mistake(_OTHER)
    try:
        with ZipFile(io.BytesIO(content)) as archive:
            # A text document is an archive too.
            found = any(name.startswith("xl/") for name in archive.namelist())
    except BadZipFile:
        found = False
    return None if found else file_mistake(_OTHER)


def _text_mistake(content: bytes, ending: str) -> Mistake | None:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return file_mistake(_OTHER)
    return _csv_mistake(text) if ending == ".csv" else None


def _csv_mistake(text: str) -> Mistake | None:
    """A cell that never ends: it swallows a line that is added at the end of the file."""
    last = ["the line after the file"]
    lines = csv.reader(io.StringIO(f"{text}\n{last[0]}\n", newline=""))
    row: list[str] | None = []
    opened = 1
    while row is not None:
        begun, before = lines.line_num + 1, row
        try:
            row = next(lines, None)
        except csv.Error:
            return file_mistake(_LONG.format(most=f"{csv.field_size_limit():,}"), begun)
        opened = begun if row else opened
    return None if before == last else file_mistake(_OPEN, opened)
