"""The districts on a map: four classes of one hue, hatched where hidden, dotted where nobody was interviewed.

Names are on the shapes for who points at them; a page has the same in a table next to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from survey.publication.pictures.axis import Entry, draw_legend
from survey.publication.pictures.canvas import COLOURS, Canvas, element
from survey.publication.pictures.outlines import outlines
from survey.publication.pictures.reader import Reader


@dataclass(frozen=True, slots=True)
class Place:
    """One district: its name, its value or None where that is hidden, and whether it is of few answers."""

    name: str
    value: float | None
    few: bool = False


def district_map(
    reader: Reader,
    name: str,
    title: str,
    places: Mapping[str, Place],
    breaks: tuple[float, float, float],
    names: Mapping[str, str],
) -> Markup:
    """The districts by their keys, in classes that begin at the least value and at the three `breaks`.

    `names` are those of the districts where nobody was interviewed.
    """
    canvas = Canvas(reader, name)
    drawn = outlines()
    scale = reader.width / drawn.width
    # What is of few answers has its lighter edge over those of its neighbours.
    order = sorted(drawn.paths, key=lambda key: key in places and places[key].few)
    shapes = (_shape(canvas, drawn.paths[key], places.get(key), names.get(key, ""), breaks) for key in order)
    canvas.add(
        element(
            "g",
            Markup("").join(shapes),
            transform=f"scale({scale:g})",
            stroke="currentColor",
            stroke_width=1,
            stroke_linejoin="round",
        )
    )
    y = draw_legend(canvas, drawn.height * scale + 4, _entries(reader, places, breaks))
    description = "; ".join(f"{place.name}: {_described(reader, place)}" for place in places.values())
    return canvas.closed(title, description, y, "district-map")


def _shape(
    canvas: Canvas, path: str, place: Place | None, name: str, breaks: tuple[float, float, float]
) -> Markup:
    reader = canvas.reader
    if place is None:
        description, kind, fill = f"{name}: {reader.words.not_surveyed}", "unsurveyed", "none"
    elif place.value is None:
        description, kind, fill = f"{place.name}: {_described(reader, place)}", "hatch", canvas.hatch
    else:
        kind = f"step{1 + sum(place.value >= limit for limit in breaks)}"
        description, fill = f"{place.name}: {_described(reader, place)}", COLOURS[kind]
    few = place is not None and place.value is not None and place.few
    return element(
        "path",
        element("title", reader.own_line(description)),
        d=path,
        class_=f"{kind} few" if few else kind,
        fill=fill,
        stroke="#ffffff" if few else None,
        stroke_width=2.6 if few else None,
        stroke_dasharray="1.5 2.5" if place is None else None,
    )


def _described(reader: Reader, place: Place) -> str:
    if place.value is None:
        return reader.words.not_shown
    number = reader.number(place.value)
    return reader.number_line(f"({number})" if place.few else number)


def _entries(reader: Reader, places: Mapping[str, Place], breaks: tuple[float, float, float]) -> list[Entry]:
    """The classes from the least on, and the signs that are on this map."""
    first, second, third = (reader.number(limit) for limit in breaks)
    classes = (f"< {first}", f"{first} – < {second}", f"{second} – < {third}", f"{third}+")
    entries = [Entry(reader.number_line(text), kind=f"step{at}") for at, text in enumerate(classes, 1)]
    if any(place.value is None for place in places.values()):
        entries.append(Entry(reader.words.not_shown, kind="hatch"))
    if any(place.few for place in places.values()):
        entries.append(Entry(reader.words.few_answers, kind="few"))
    if len(places) < len(outlines().paths):
        entries.append(Entry(reader.words.not_surveyed, kind="unsurveyed"))
    return entries
