"""Two shares and the gap between them: what was received, what was wanted, and how sure the gap is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from survey.publication.pictures.axis import (
    PERCENT,
    Axis,
    Entry,
    common_entries,
    draw_interval,
    draw_label,
    draw_legend,
    draw_numerals,
    draw_strip,
    whole_axis,
)
from survey.publication.pictures.canvas import LABEL, Canvas
from survey.publication.pictures.reader import Estimate, Reader


@dataclass(frozen=True, slots=True)
class Pair:
    """Two shares of the same people in per cent and the gap from the first to the second; all of them or none."""

    label: str
    first: float = 0
    second: float = 0
    gap: Estimate | None = None


def dumbbell(reader: Reader, name: str, title: str, ends: tuple[str, str], pairs: Sequence[Pair]) -> Markup:
    """One row for each pair; `ends` are the words for the first share, a hollow dot, and for the second, a full one.

    The interval is that of the gap, drawn from the first share on: it surrounds the second.
    """
    canvas = Canvas(reader, name)
    axis = whole_axis(canvas, PERCENT)
    signs = [Entry(ends[0], "square", "worse3"), Entry(ends[1], "circle")]
    y = draw_legend(canvas, 0, [*signs, Entry(reader.words.gap_interval, "interval")])
    y = draw_numerals(canvas, axis, y)
    for pair in pairs:
        y = _draw_pair(canvas, axis, y, pair)
    y = draw_numerals(canvas, axis, y)
    y = draw_legend(canvas, y, common_entries(canvas, (pair.gap for pair in pairs)))
    description = "; ".join(_described(reader, ends, pair) for pair in pairs)
    return canvas.closed(title, description, y, "dumbbell")


def _draw_pair(canvas: Canvas, axis: Axis, y: float, pair: Pair) -> float:
    y = draw_label(canvas, y, pair.label, pair.gap) + 9
    draw_strip(canvas, axis, y)
    if pair.gap is None:
        canvas.bar((axis.start, y - 4, axis.room, 8), "hatch")
        return y + 13
    first, second = axis.at(pair.first), axis.at(pair.second)
    canvas.line((first, y, second, y), "deep", 4, "gap")
    draw_interval(canvas, axis, y + 8, pair.first + pair.gap.low, pair.first + pair.gap.high)
    canvas.sign("square", (first, y), "worse3", hollow=pair.gap.few)
    canvas.sign("circle", (second, y), hollow=pair.gap.few)
    _draw_ends(canvas, y, (pair.first, first), (pair.second, second))
    return y + 17


def _draw_ends(canvas: Canvas, y: float, *ends: tuple[float, float]) -> None:
    """Each share next to its dot, on the side where there is no line."""
    (_, low), (_, high) = sorted(ends, key=lambda end: end[1])
    for value, x in ends:
        before = x == low and low != high
        text = canvas.reader.number(value)
        room = canvas.reader.room(text, LABEL)
        outside = (before and x - 8 - room < 0) or (x == high and x + 8 + room > canvas.reader.width)
        if not outside:
            at = (x - 8, y + 4) if before else (x + 8, y + 4)
            canvas.numerals_over(at, text, "end" if before else "start")


def _described(reader: Reader, ends: tuple[str, str], pair: Pair) -> str:
    if pair.gap is None:
        return f"{pair.label}: {reader.words.not_shown}"
    shares = f"{ends[0]} {reader.number(pair.first)}, {ends[1]} {reader.number(pair.second)}"
    return f"{pair.label}: {shares}, {reader.described(pair.gap)}"
