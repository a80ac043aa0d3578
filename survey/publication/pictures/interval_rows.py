"""Figures as dots with their intervals, one row each, on one axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from survey.publication.pictures.axis import (
    PERCENT,
    Axis,
    Entry,
    Scale,
    aim_entries,
    aims_described,
    common_entries,
    draw_baseline,
    draw_estimate,
    draw_label,
    draw_legend,
    draw_numerals,
    draw_strip,
    draw_tick,
    whole_axis,
)
from survey.publication.pictures.canvas import Canvas
from survey.publication.pictures.reader import Estimate, Reader


@dataclass(frozen=True, slots=True)
class IntervalRow:
    """A figure, and with it a target, the figure of an earlier round, and a baseline, where there are any."""

    label: str
    estimate: Estimate | None
    target: float | None = None
    earlier: float | None = None
    baseline: float | None = None


def interval_rows(
    reader: Reader, name: str, title: str, rows: Sequence[IntervalRow], scale: Scale = PERCENT
) -> Markup:
    """One row for each figure, its label above its own line; `name` is the picture's own on its page."""
    canvas = Canvas(reader, name)
    axis = whole_axis(canvas, scale)
    y = draw_numerals(canvas, axis, 0)
    for row in rows:
        y = _draw_row(canvas, axis, y, row)
    y = draw_numerals(canvas, axis, y)
    y = draw_legend(canvas, y, _entries(canvas, rows))
    description = "; ".join(_described(reader, row) for row in rows)
    return canvas.closed(title, description, y, "interval-rows")


def _draw_row(canvas: Canvas, axis: Axis, y: float, row: IntervalRow) -> float:
    y = draw_label(canvas, y, row.label, row.estimate) + 9
    draw_strip(canvas, axis, y)
    draw_estimate(canvas, axis, y, row.estimate)
    if row.estimate is not None and row.earlier is not None:
        canvas.sign("diamond", (axis.at(row.earlier), y), "worse3", hollow=True)
    if row.estimate is not None and row.baseline is not None:
        draw_baseline(canvas, axis.at(row.baseline), y)
    if row.estimate is not None and row.target is not None:
        draw_tick(canvas, axis.at(row.target), y)
    return y + 13


def _entries(canvas: Canvas, rows: Sequence[IntervalRow]) -> list[Entry]:
    words = canvas.reader.words
    entries = common_entries(canvas, (row.estimate for row in rows))
    if any(row.earlier is not None for row in rows):
        entries.append(Entry(words.earlier, "diamond", "worse3", hollow=True))
    target = any(row.target is not None for row in rows)
    return [
        *entries,
        *aim_entries(canvas, target=target, baseline=any(row.baseline is not None for row in rows)),
    ]


def _described(reader: Reader, row: IntervalRow) -> str:
    description = f"{row.label}: {reader.described(row.estimate)}"
    if row.earlier is not None:
        description += f", {reader.words.earlier} {reader.number(row.earlier)}"
    return description + aims_described(reader, row.target, row.baseline)
