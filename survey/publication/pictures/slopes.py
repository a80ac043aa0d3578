"""Figures over two rounds or more: a panel for each, dark where the change is clear, broken where a round is hidden or cannot be compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from markupsafe import Markup

from survey.publication.pictures.axis import (
    DASHES,
    NUMERALS,
    Axis,
    Entry,
    Scale,
    common_entries,
    draw_label,
    draw_legend,
)
from survey.publication.pictures.canvas import SMALL, TICK, Canvas
from survey.publication.pictures.reader import Estimate, Reader

#: How high a panel is, and what is left at its sides for numbers.
PANEL: Final = 58.0
SIDE: Final = 58.0
#: From how many rounds on only the first and the last one bear their numbers.
CROWDED: Final = 5


@dataclass(frozen=True, slots=True)
class Slope:
    """A figure in each round in their order, and whether it clearly changed from the first to the last one.

    `breaks` are the places of the rounds that cannot be compared with the one before them, and in words why not.
    """

    label: str
    points: tuple[Estimate | None, ...]
    clear: bool = False
    breaks: Mapping[int, str] = field(default_factory=dict)


def slopes(reader: Reader, name: str, title: str, rounds: Sequence[str], lines: Sequence[Slope]) -> Markup:
    """One panel for each figure, all of one height scale: the tens around all intervals that are drawn."""
    canvas = Canvas(reader, name)
    scale = _scale(lines)
    across = Axis(Scale(0, max(len(rounds) - 1, 1), ()), SIDE, reader.width - 2 * SIDE)
    y = _draw_rounds(canvas, across, rounds, 0)
    for line in lines:
        y = _draw_panel(canvas, across, scale, y, line)
    y = _draw_rounds(canvas, across, rounds, y)
    reasons = dict.fromkeys(reason for line in lines for reason in line.breaks.values())
    said = [Entry(reason, "break") for reason in reasons]
    common = common_entries(canvas, (point for line in lines for point in line.points))
    y = draw_legend(canvas, y, [*said, *common])
    description = "; ".join(_described(reader, rounds, line) for line in lines)
    return canvas.closed(title, description, y, "slopes")


def _scale(lines: Sequence[Slope]) -> Scale:
    shown = [point for line in lines for point in line.points if point is not None]
    low = min((10 * (point.low // 10) for point in shown), default=0)
    high = max((10 * -(-point.high // 10) for point in shown), default=100)
    return Scale(low, max(high, low + 10), ())


def _draw_rounds(canvas: Canvas, across: Axis, rounds: Sequence[str], y: float) -> float:
    for place, name in enumerate(rounds):
        canvas.numerals((across.at(place), y + 11), name, font_size=SMALL)
    return y + NUMERALS


def _draw_panel(canvas: Canvas, across: Axis, scale: Scale, y: float, line: Slope) -> float:
    top = draw_label(canvas, y, line.label, None, value=False) + 6
    upward = Axis(scale, top + PANEL, -PANEL)
    _draw_frame(canvas, upward, top)
    kind, width = ("deep", 2.6) if line.clear else ("grey", 1.6)
    for place, (start, end) in enumerate(pairwise(line.points), 1):
        if place in line.breaks:
            x = across.at(place - 0.5)
            canvas.line((x, top, x, top + PANEL), "grey", 1.5, "break", DASHES)
        elif start is not None and end is not None:
            ends = (across.at(place - 1), upward.at(start.value), across.at(place), upward.at(end.value))
            canvas.line(ends, kind, width, "slope")
    for place, point in enumerate(line.points):
        _draw_point(canvas, (across.at(place), upward), point, "deep" if line.clear else "ink")
    _draw_values(canvas, across, upward, line.points)
    return top + PANEL + 8


def _draw_frame(canvas: Canvas, upward: Axis, top: float) -> None:
    """The least and the greatest value of the scale, as lines with their numerals where reading ends."""
    scale, end = upward.scale, canvas.reader.width
    for value, y in ((scale.high, top), (scale.low, top + PANEL)):
        canvas.line((SIDE - 12, y, end - 24, y), "grey", 0.6, "strip")
        canvas.numerals((end, y + 4), canvas.reader.number(value), "end", font_size=SMALL)


def _draw_point(canvas: Canvas, at: tuple[float, Axis], point: Estimate | None, kind: str) -> None:
    x, upward = at
    if point is None:
        canvas.bar((x - 6, upward.start - PANEL, 12, PANEL), "hatch")
        return
    low, high = upward.at(point.low), upward.at(point.high)
    canvas.line((x, low, x, high), kind, 2, "interval")
    for end in (low, high):
        canvas.line((x - TICK, end, x + TICK, end), kind, 2, "end")
    canvas.sign("circle", (x, upward.at(point.value)), kind, hollow=point.few)


def _draw_values(canvas: Canvas, across: Axis, upward: Axis, points: Sequence[Estimate | None]) -> None:
    """Numbers before the first point and after all others."""
    last = len(points) - 1
    for place, point in enumerate(points):
        if point is None or (len(points) >= CROWDED and place not in (0, last)):
            continue
        x, y = across.at(place), upward.at(point.value) + 4.5
        side = (x - 9, "end") if place == 0 else (x + 9, "start")
        canvas.numerals_over((side[0], y), canvas.reader.value(point), side[1])


def _described(reader: Reader, rounds: Sequence[str], line: Slope) -> str:
    return f"{line.label}: {', '.join(_points_described(reader, rounds, line))}"


def _points_described(reader: Reader, rounds: Sequence[str], line: Slope) -> Iterator[str]:
    for place, (name, point) in enumerate(zip(rounds, line.points, strict=True)):
        reason = f" ({line.breaks[place]})" if place in line.breaks else ""
        yield f"{reader.number_line(name)} {reader.described(point)}{reason}"
