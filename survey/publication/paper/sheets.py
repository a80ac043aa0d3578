"""What is on a sheet of paper, before it is set: a head, main points, and boxes in columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from markupsafe import Markup

from survey.publication.pictures.files import description_of, svg_file


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of figures; what it says is read out where it cannot be seen."""

    picture: Markup


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its head; the first cell of each row is the head of it."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """What is filled in by hand: each word with a line after it."""

    words: tuple[str, ...]


Part = Text | Picture | Table | Lines


@dataclass(frozen=True, slots=True)
class Box:
    """A part of a sheet with its heading."""

    title: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """A main point and whether it is clear, in words."""

    text: str
    says: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One side of A4: `facts` under the title, main points, boxes in columns, of which `widths` are the shares of the width."""

    title: str
    facts: tuple[str, ...]
    points: tuple[Finding, ...]
    columns: tuple[tuple[Box, ...], ...]
    widths: tuple[float, ...] = (1, 1)


@dataclass(frozen=True, slots=True)
class Document:
    """Sheets that are printed together; the lines of `foot` are at the foot of each, `marks` at its head."""

    title: str
    language: str
    direction: str
    author: str
    foot: tuple[str, ...]
    sheets: tuple[Sheet, ...]
    marks: tuple[str, ...] = field(default=())


def plain(document: Document) -> dict[str, Any]:
    """The document as the template reads it: pictures as drawings, each part with its kind."""
    sheets = [
        {
            "title": sheet.title,
            "facts": list(sheet.facts),
            "points": [asdict(point) for point in sheet.points],
            "widths": list(sheet.widths),
            "columns": [[_box(box) for box in column] for column in sheet.columns],
        }
        for sheet in document.sheets
    ]
    head = {name: getattr(document, name) for name in ("title", "language", "direction", "author")}
    return {**head, "foot": list(document.foot), "marks": list(document.marks), "sheets": sheets}


def _box(box: Box) -> dict[str, Any]:
    return {"title": box.title, "parts": list(_parts(box))}


def _parts(box: Box) -> Iterator[dict[str, Any]]:
    for part in box.parts:
        if isinstance(part, Picture):
            svg = svg_file(part.picture, margin=0)
            yield {"kind": "picture", "svg": svg, "alt": description_of(part.picture)}
        else:
            yield {"kind": type(part).__name__.lower(), **asdict(part)}
