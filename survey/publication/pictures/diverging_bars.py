"""Answers on a scale as bars that part in the middle: the best two points after it, all others before it.

Who gave no answer is outside, in grey. Over each bar is the share of the best two points with its interval.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from markupsafe import Markup

from survey.publication.pictures.axis import (
    EDGE,
    NUMERALS,
    Axis,
    Entry,
    Scale,
    common_entries,
    draw_estimate,
    draw_label,
    draw_legend,
)
from survey.publication.pictures.canvas import SMALL, Canvas
from survey.publication.pictures.reader import Estimate, Reader

#: The height of a bar, and from which length on its number is in it.
BAR: Final = 15.0
ROOM_FOR_NUMBER: Final = 20.0
#: Between the bars and those without an answer.
APART: Final = 12.0
#: The two best points, and the others from the middle on; neighbours differ in grey too.
BEST: Final = ("step4", "step2")
OTHERS: Final = ("worse1", "worse2", "worse3")
#: On what its number is white.
DARK: Final = frozenset({"step3", "step4", "worse3"})


@dataclass(frozen=True, slots=True)
class Bar:
    """The answers of one group, in per cent of those interviewed: `points` from the best to the worst, empty where hidden.

    `top_two` is the share of the two best points, and `no_answer` of those who gave none, where these are shown.
    """

    label: str
    top_two: Estimate | None
    points: tuple[float, ...] = ()
    no_answer: float | None = None

    @property
    def after(self) -> tuple[tuple[str, float], ...]:
        """What is after the middle, from there on: colour and share."""
        if self.points:
            return tuple(zip(reversed(BEST), reversed(self.points[:2]), strict=False))
        return (("step3", self.top_two.value),) if self.top_two else ()

    @property
    def before(self) -> tuple[tuple[str, float], ...]:
        """What is before the middle, from there on; what is not shown point by point is one hatched rest."""
        if self.points:
            others = self.points[2:]
            return tuple((_kind(place, len(others)), share) for place, share in enumerate(others))
        return (("hatch", 100 - self.top_two.value),) if self.top_two else ()


def _kind(place: int, others: int) -> str:
    """The colour of a point among those that are not of the two best."""
    kinds = OTHERS[::2] if others == 2 else OTHERS
    return kinds[max(len(kinds) - others + place, 0)]


@dataclass(frozen=True, slots=True)
class Item:
    """One question and the bars of its groups; one bar alone needs no label of its own."""

    label: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class _Places:
    """Where the middle is, how long a per cent is, and where those without an answer begin."""

    middle: float
    unit: float
    outside: float

    def axis(self, longest: float) -> Axis:
        """The axis of the best two points."""
        return Axis(Scale(0, longest, ()), self.middle, self.unit * longest)


def diverging_bars(
    reader: Reader, name: str, title: str, answers: Sequence[str], items: Sequence[Item]
) -> Markup:
    """One bar for each group of each question; `answers` are the words of the points, from the best to the worst."""
    canvas = Canvas(reader, name)
    places = _places(reader, items)
    bars = [bar for item in items for bar in item.bars]
    y = draw_legend(canvas, 0, _entries(reader, answers, bars))
    y = _draw_numerals(canvas, places, items, y)
    for item in items:
        y = _draw_item(canvas, places, y, item)
    y = draw_legend(canvas, y, common_entries(canvas, (bar.top_two for bar in bars)))
    description = "; ".join(_described(reader, answers, item, bar) for item in items for bar in item.bars)
    return canvas.closed(title, description, y, "diverging-bars")


def _places(reader: Reader, items: Sequence[Item]) -> _Places:
    before, after, outside = _longest(items)
    room = reader.width - 2 * EDGE - (APART if outside else 0)
    unit = room / (before + after + outside)
    middle = EDGE + before * unit
    return _Places(middle, unit, middle + after * unit + APART)


def _longest(items: Sequence[Item]) -> tuple[float, float, float]:
    """The longest share before and after the middle, and of those without an answer; tens, but for the last."""
    bars = [bar for item in items for bar in item.bars]
    before = max((sum(share for _, share in bar.before) for bar in bars), default=0)
    after = max((max(_ends(bar), default=0) for bar in bars), default=0)
    outside = max((bar.no_answer or 0 for bar in bars), default=0)
    return _tens(before), _tens(after), outside


def _ends(bar: Bar) -> Iterator[float]:
    yield sum(share for _, share in bar.after)
    if bar.top_two:
        yield bar.top_two.high


def _tens(value: float) -> float:
    return max(10, 10 * -(-value // 10))


def _draw_numerals(canvas: Canvas, places: _Places, items: Sequence[Item], y: float) -> float:
    """The numerals of both sides: each counts from the middle."""
    before, after, _ = _longest(items)
    step = 10 if before + after <= 60 else 25
    for side, longest in ((-1, before), (1, after)):
        for value in range(0 if side > 0 else step, int(longest) + 1, step):
            at = places.middle + side * value * places.unit
            canvas.numerals((at, y + 11), canvas.reader.number(value), font_size=SMALL)
    return y + NUMERALS


def _draw_item(canvas: Canvas, places: _Places, y: float, item: Item) -> float:
    reader = canvas.reader
    if len(item.bars) == 1 and not item.bars[0].label:
        return _draw_bar(canvas, places, y, replace(item.bars[0], label=item.label)) + 4
    for line in reader.lines(item.label, reader.width, 13):
        y += reader.line
        canvas.text((0, y - 4), line, font_weight="700")
    for bar in item.bars:
        y = _draw_bar(canvas, places, y, bar)
    return y + 4


def _draw_bar(canvas: Canvas, places: _Places, y: float, bar: Bar) -> float:
    top = draw_label(canvas, y, bar.label, bar.top_two) + 10
    middle = places.middle
    if bar.top_two is None:
        canvas.bar((EDGE, top, canvas.reader.width - 2 * EDGE, BAR), "hatch")
        return top + BAR + 5
    x = middle
    for kind, share in bar.before:
        x -= share * places.unit
        _draw_part(canvas, (x, top, share * places.unit), kind, share)
    x = middle
    for kind, share in bar.after:
        _draw_part(canvas, (x, top, share * places.unit), kind, share)
        x += share * places.unit
    if bar.no_answer:
        _draw_part(canvas, (places.outside, top, bar.no_answer * places.unit), "grey", bar.no_answer)
    draw_estimate(canvas, places.axis(100), top - 5, bar.top_two)
    canvas.line((middle, top - 9, middle, top + BAR + 2), "ink", 1.5, "middle")
    return top + BAR + 5


def _draw_part(canvas: Canvas, box: tuple[float, float, float], kind: str, share: float) -> None:
    x, y, length = box
    canvas.bar((x, y, length, BAR), kind, "part")
    if kind != "hatch" and length >= ROOM_FOR_NUMBER:
        colour = "#ffffff" if kind in DARK else "#000000"
        at = (x + length / 2, y + BAR - 3.5)
        canvas.numerals(at, canvas.reader.number(share), font_size=SMALL, color=colour)


def _entries(reader: Reader, answers: Sequence[str], bars: Sequence[Bar]) -> list[Entry]:
    """The colours of the points in their order, and of what else there is."""
    others = len(answers) - 2
    kinds = [*BEST, *(_kind(place, others) for place in range(others))]
    entries = [Entry(word, kind=kind) for word, kind in zip(answers, kinds, strict=True)]
    best = " + ".join(answers[:2])
    if any(bar.top_two and not bar.points for bar in bars):
        entries += [Entry(best, kind="step3"), Entry(reader.words.rest, kind="hatch")]
    if any(bar.no_answer for bar in bars):
        entries.append(Entry(reader.words.no_answer, kind="grey"))
    return [*entries, Entry(best, "circle")]


def _described(reader: Reader, answers: Sequence[str], item: Item, bar: Bar) -> str:
    parts = [f"{' + '.join(answers[:2])} {reader.described(bar.top_two)}"]
    parts += [f"{word} {reader.number(share)}" for word, share in zip(answers, bar.points, strict=False)]
    if bar.no_answer is not None:
        parts.append(f"{reader.words.no_answer} {reader.number(bar.no_answer)}")
    name = f"{item.label} – {bar.label}" if bar.label else item.label
    return f"{name}: {', '.join(parts)}"
