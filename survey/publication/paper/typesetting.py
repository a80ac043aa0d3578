"""The only importer of typst: sheets to a tagged PDF, a picture to PNG. It reads the fonts that ship, and its own where these lack a letter."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from survey import installation
from survey.publication.paper.sheets import Document, plain
from survey.publication.pictures.files import svg_file

if TYPE_CHECKING:
    import typst

FOLDER: Final = installation.path("templates", "paper")
FONTS: Final = installation.path("static", "fonts")
#: What a PDF for everybody holds to: tags, a title, a language, words for pictures.
STANDARD: Final = "ua-1"
SHEETS: Final = FOLDER / "sheets.typ"
PICTURE: Final = FOLDER / "picture.typ"
#: How wide pictures may be drawn, in units of their own: the wider, the smaller they are on the sheet.
WIDTHS: Final = (330, 380, 430, 480)
#: Dots of a picture for each of those of a screen, times 72.
DOTS_PER_INCH: Final = 144.0


def fitted_pdf(draw: Callable[[int], Document], day: str, widths: Sequence[int] = WIDTHS) -> bytes:
    """The sheets as a tagged PDF (PDF/UA-1), with pictures as large as fit on a side for each sheet.

    `draw` makes the document with pictures of a width; `day` is that of the release, so that one release gives the same bytes.
    """
    for width in widths:
        document = draw(width)
        pdf, pages = _set(document, day)
        if pages == len(document.sheets):
            break
    # Rather a second side than no paper, where even the smallest pictures leave too little room.
    return pdf


def png(picture: Markup) -> bytes:
    """A picture as an image, in the letters of its language."""
    compiler = _compiler(PICTURE, {"svg": svg_file(picture)})
    return _one(compiler.compile(format="png", ppi=DOTS_PER_INCH))


def _set(document: Document, day: str) -> tuple[bytes, int]:
    """The PDF, and how many sides it has."""
    words = json.dumps(plain(document), ensure_ascii=False)
    compiler = _compiler(SHEETS, {"document": words})
    made = datetime.fromisoformat(day).replace(tzinfo=UTC)
    try:
        pdf = _one(compiler.compile(format="pdf", pdf_standards=STANDARD, timestamp=made))
    except RuntimeError:
        # A name has a letter that no font here has: the sheet is tagged all the same, but is not PDF/UA.
        pdf = _one(compiler.compile(format="pdf", timestamp=made))
    return pdf, int(json.loads(compiler.query("<pages>", field="value", one=True)))


def _compiler(source: Path, inputs: dict[str, str]) -> typst.Compiler:
    # Where no paper is made, its library is not loaded: it is large.
    import typst

    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[FONTS])
    return typst.Compiler(source, root=FOLDER, font_paths=fonts, sys_inputs=inputs)


def _one(made: bytes | list[bytes] | None) -> bytes:
    if not isinstance(made, bytes):
        raise TypeError("A document is one file.")
    return made
