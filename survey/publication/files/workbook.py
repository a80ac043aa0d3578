"""A release as an Excel workbook (Office Open XML): sheets that filter, real numbers, a chart that can be changed."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from analysis.outputs.spreadsheet import neutral
from survey.languages import languages
from survey.publication.files.sheets import (
    PERCENT,
    PLAIN,
    Bars,
    Cell,
    Compared,
    Number,
    Sheet,
    Words,
    sheets,
)
from survey.publication.reading.labels import Labels
from survey.publication.release.release import Release
from survey.storage.scope import Scope

#: The formats of texts.
HEADING: Final = "heading"
HIDDEN: Final = "not shown"
TEXT: Final = "text"
WRAPPED: Final = "wrapped"
GREY: Final = "#EDEDED"
FORMATS: Final[Mapping[str, Mapping[str, Any]]] = {
    HEADING: {"bold": True, "bg_color": GREY, "text_wrap": True, "valign": "top"},
    HIDDEN: {"italic": True, "font_color": "#595959", "bg_color": GREY},
    TEXT: {"valign": "top"},
    WRAPPED: {"text_wrap": True, "valign": "top"},
}
#: How numbers are written, by their unit and whether they are of few answers; they stay numbers.
NUMBERS: Final = {
    (PLAIN, False): "0",
    (PLAIN, True): '"("0")";"(-"0")"',
    (PERCENT, False): '0"%"',
    (PERCENT, True): '"("0"%)";"(-"0"%)"',
}
#: Characters of a column, of its longest cell at most.
NARROWEST: Final = 9
WIDEST: Final = 48
#: Points of the row of headings: three lines.
HEAD_HEIGHT: Final = 46
#: Two tones that a photocopy keeps apart.
TONES: Final = ("#1F3A5F", "#D9B779")
#: A text with one of these is no part of an XML document.
_NO_TEXT: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_REFERENCE: Final = re.compile(rb'(<c) r="[A-Z]+[0-9]+"')


def workbook(
    release: Release, scope: Scope, labels: Labels, compared: Compared | None, *, demonstration: bool = False
) -> bytes:
    """The workbook of one reader, whose language gives the direction of its sheets; the same release gives the same bytes."""
    from xlsxwriter import Workbook

    out = io.BytesIO()
    # No text of ours is a formula or an address, whatever it begins with.
    texts = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = Workbook(out, {"in_memory": True, **texts})
    made = datetime.combine(date.fromisoformat(release.created_day), datetime.min.time())
    book.set_properties({"title": release.round, "created": made})
    formats = {name: book.add_format(dict(one)) for name, one in FORMATS.items()}
    for (unit, few), shape in NUMBERS.items():
        formats[f"{unit} {few}"] = book.add_format({"num_format": shape, "italic": few, "valign": "top"})
    right_to_left = languages()[labels.language].direction == "rtl"
    for sheet in sheets(release, scope, labels, compared, demonstration):
        _add_sheet(book, sheet, formats, right_to_left)
    book.close()
    return _compact(out.getvalue())


def _compact(content: bytes) -> bytes:
    """Leave out each cell's reference, which says no more than its place: a third of the size.

    The standard (ECMA-376, 18.3.1.4) lets a cell without one follow the cell before it, and every row has all its cells.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name.startswith("xl/worksheets/sheet"):
                part = _REFERENCE.sub(rb"\1", part)
            new.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED, 9)
    return out.getvalue()


def _add_sheet(book: Any, sheet: Sheet, formats: Mapping[str, Any], right_to_left: bool) -> None:
    made = book.add_worksheet(sheet.title)
    if right_to_left:
        made.right_to_left()
    made.freeze_panes(1, sheet.fixed)
    made.set_landscape()
    made.set_row(0, HEAD_HEIGHT)
    made.repeat_rows(0)
    for place, width in enumerate(_widths(sheet)):
        made.set_column(place, place, width)
    if sheet.filtered:
        made.autofilter(0, 0, len(sheet.rows), len(sheet.header) - 1)
    for place, text in enumerate(sheet.header):
        _write_text(made, 0, place, text, formats[HEADING])
    for number, row in enumerate(sheet.rows, 1):
        for place, cell in enumerate(row):
            _write(made, number, place, cell, formats, TEXT if sheet.filtered else WRAPPED)
    if sheet.bars:
        made.insert_chart(1, len(sheet.header) + 1, _chart(book, sheet, sheet.bars, right_to_left))


def _widths(sheet: Sheet) -> list[int]:
    """As wide as the longest cell of a column, within limits; headings wrap."""
    columns: list[tuple[Cell, ...]] = list(zip(*sheet.rows, strict=True)) or [()] * len(sheet.header)
    longest = (max((len(cell) for cell in column if isinstance(cell, str)), default=0) for column in columns)
    widest = WIDEST if sheet.filtered else 2 * WIDEST
    return [min(widest, max(NARROWEST, length + 2)) for length in longest]


def _write(made: Any, row: int, place: int, cell: Cell, formats: Mapping[str, Any], text: str) -> None:
    """Write one cell; an empty one too, or the next would come into its place."""
    if isinstance(cell, Number):
        made.write_number(row, place, cell.value, formats[f"{cell.unit} {cell.few}"])
    elif isinstance(cell, Words):
        _write_text(made, row, place, cell.text, formats[HIDDEN])
    elif cell:
        _write_text(made, row, place, cell, formats[text])
    else:
        made.write_blank(row, place, None, formats[text])


def _write_text(made: Any, row: int, place: int, text: str, shape: Any) -> None:
    made.write_string(row, place, neutral(_NO_TEXT.sub("", text)), shape)


def _chart(book: Any, sheet: Sheet, bars: Bars, right_to_left: bool) -> Any:
    """Bars side by side in the order of reading, of 100 per cent."""
    chart = book.add_chart({"type": "column"})
    names = [sheet.title, 1, bars.names, bars.rows, bars.names]
    for column, tone in zip(bars.values, TONES, strict=True):
        chart.add_series(
            {
                "name": [sheet.title, 0, column],
                "categories": names,
                "values": [sheet.title, 1, column, bars.rows, column],
                "fill": {"color": tone},
            }
        )
    chart.set_title({"name": bars.title, "overlay": False, "name_font": {"size": 12}})
    chart.set_x_axis({"reverse": right_to_left})
    chart.set_y_axis({"min": 0, "max": 100})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 760, "height": 380})
    return chart
