"""The one axis of a picture, and the parts that rows on it share: labels above their own line, intervals, legends."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from survey.publication.pictures.canvas import LABEL, SMALL, TICK, Canvas
from survey.publication.pictures.reader import Estimate, Reader

#: Between the edge and the ends of the axis, so that dots and numerals there are whole.
EDGE: Final = 13.0
#: For a figure and its interval at the end of a line.
VALUE: Final = 104.0
#: Of a line that says that two rounds are not one line.
DASHES: Final = "2 3"
#: The height of the numerals of an axis.
NUMERALS: Final = 16.0


@dataclass(frozen=True, slots=True)
class Scale:
    """From the least to the greatest value, and where the numerals are."""

    low: float = 0
    high: float = 100
    ticks: tuple[float, ...] = (0, 25, 50, 75, 100)


PERCENT: Final = Scale()


@dataclass(frozen=True, slots=True)
class Axis:
    """A scale on its place: it begins at x `start` and takes `room`."""

    scale: Scale
    start: float
    room: float

    def at(self, value: float) -> float:
        """Where a value is drawn; one outside the scale is drawn at its end."""
        scale = self.scale
        inside = min(max(value, scale.low), scale.high)
        return self.start + self.room * (inside - scale.low) / (scale.high - scale.low)


def whole_axis(canvas: Canvas, scale: Scale, beside: float = 0) -> Axis:
    """An axis over the width of the picture, but for the room next to it."""
    return Axis(scale, EDGE, canvas.reader.width - 2 * EDGE - beside)


def draw_numerals(canvas: Canvas, axis: Axis, y: float) -> float:
    """The numerals of the axis in a line that begins at y; returns where it ends."""
    for tick in axis.scale.ticks:
        canvas.numerals((axis.at(tick), y + 11), canvas.reader.number(tick), font_size=SMALL)
    return y + NUMERALS


def draw_strip(canvas: Canvas, axis: Axis, y: float, half: float = 7) -> None:
    """The line of the axis under one row, with its ticks."""
    ends = axis.start, axis.start + axis.room
    canvas.line((ends[0], y, ends[1], y), "grey", 0.8, "strip")
    canvas.ticks(map(axis.at, axis.scale.ticks), y - half, y + half)


def draw_label(
    canvas: Canvas, y: float, label: str, estimate: Estimate | None, *, value: bool = True
) -> float:
    """A label and, at the end of its last line, its figure; returns where the lines end."""
    reader = canvas.reader
    lines = reader.lines(label, reader.width, LABEL)
    if value and lines and reader.room(lines[-1], LABEL) > reader.width - VALUE:
        lines = reader.lines(label, reader.width - VALUE, LABEL)
    for line in lines:
        y += reader.line
        canvas.text((0, y - 4), line)
    if value:
        draw_value(canvas, y - 4, estimate)
    return y


def draw_value(canvas: Canvas, y: float, estimate: Estimate | None) -> None:
    """A figure and its interval at the end of a line, or the words that it is not shown."""
    reader = canvas.reader
    if estimate is None:
        canvas.text((reader.width, y), reader.words.not_shown, "end", font_size=SMALL)
    else:
        canvas.value((reader.width, y), reader.value(estimate), reader.interval(estimate.low, estimate.high))


def draw_interval(canvas: Canvas, axis: Axis, y: float, low: float, high: float, kind: str = "deep") -> None:
    """An interval: a line that survives a photocopy, with ticks at its ends."""
    first, last = axis.at(low), axis.at(high)
    canvas.line((first, y, last, y), kind, 2, "interval")
    for end in (first, last):
        canvas.line((end, y - TICK, end, y + TICK), kind, 2, "end")


def draw_estimate(
    canvas: Canvas, axis: Axis, y: float, estimate: Estimate | None, shape: str = "circle", kind: str = "deep"
) -> None:
    """A figure with its interval, or hatching over the whole axis."""
    if estimate is None:
        canvas.bar((axis.start, y - 4, axis.room, 8), "hatch")
        return
    draw_interval(canvas, axis, y, estimate.low, estimate.high, kind)
    canvas.sign(shape, (axis.at(estimate.value), y), kind, hollow=estimate.few)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a legend: a shape, or a bar where `bar` is its kind, and what it stands for."""

    word: str
    shape: str = ""
    kind: str = "deep"
    hollow: bool = False


def draw_legend(canvas: Canvas, y: float, entries: Sequence[Entry]) -> float:
    """Signs with their words, in as many lines as they need; returns where they end."""
    reader, x = canvas.reader, 0.0
    if not entries:
        return y
    y += reader.line
    for entry in entries:
        room = 17 + reader.room(entry.word, SMALL)
        if x and x + room > reader.width:
            x, y = 0.0, y + reader.line
        _draw_entry(canvas, (x, y), entry)
        x += room + 12
    return y + 6


def _draw_entry(canvas: Canvas, at: tuple[float, float], entry: Entry) -> None:
    x, y = at
    if entry.shape == "tick":
        draw_tick(canvas, x + 6, y - 4)
    elif entry.shape in ("across", "break"):
        kind, dashes = ("ink", None) if entry.shape == "across" else ("grey", DASHES)
        canvas.line((x + 6, y - 10, x + 6, y + 2), kind, 1.5, "legend", dashes)
    elif entry.shape == "interval":
        canvas.line((x, y - 4, x + 12, y - 4), entry.kind, 2, "legend")
        for end in (x, x + 12):
            canvas.line((end, y - 4 - TICK, end, y - 4 + TICK), entry.kind, 2, "legend")
    elif entry.shape:
        canvas.sign(entry.shape, (x + 6, y - 4), entry.kind, hollow=entry.hollow)
    else:
        few = entry.kind == "few"
        canvas.bar((x, y - 9, 12, 9), "step3" if few else entry.kind, "legend")
        if few:
            canvas.bar((x + 1.5, y - 7.5, 9, 6), "few", "legend")
    canvas.text((x + 17, y), entry.word, font_size=SMALL)


def draw_tick(canvas: Canvas, x: float, y: float, half: float = 8) -> None:
    """The mark of a target: a tall line with a foot."""
    canvas.line((x, y - half, x, y + half), "worse3", 2, "target")
    canvas.line((x - 3, y + half, x + 3, y + half), "worse3", 2, "foot")


def draw_baseline(canvas: Canvas, x: float, y: float) -> None:
    """The mark of a baseline: a full diamond, where that of an earlier round is hollow."""
    canvas.sign("diamond", (x, y), "worse3")


def aim_entries(canvas: Canvas, *, target: bool, baseline: bool) -> list[Entry]:
    """What a legend says of a target and of a baseline, where there are any."""
    words = canvas.reader.words
    entries = [Entry(words.target, "tick")] if target else []
    return [*entries, Entry(words.baseline, "diamond", "worse3")] if baseline else entries


def aims_described(reader: Reader, target: float | None, baseline: float | None) -> str:
    """The two in words, after a comma each; "" for neither."""
    named = ((reader.words.target, target), (reader.words.baseline, baseline))
    return "".join(f", {word} {reader.number(value)}" for word, value in named if value is not None)


def common_entries(canvas: Canvas, estimates: Iterable[Estimate | None]) -> list[Entry]:
    """What a legend says of few answers and of what is hidden, where there is any."""
    words, several = canvas.reader.words, list(estimates)
    entries = []
    if any(one is not None and one.few for one in several):
        entries.append(Entry(words.few_answers, "circle", hollow=True))
    if any(one is None for one in several):
        entries.append(Entry(words.not_shown, kind="hatch"))
    return entries
