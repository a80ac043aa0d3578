"""Groups side by side: one strip per row, a shape for each group, each figure with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from survey.publication.pictures.axis import (
    PERCENT,
    VALUE,
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
    draw_tick,
    draw_value,
    whole_axis,
)
from survey.publication.pictures.canvas import Canvas
from survey.publication.pictures.reader import Estimate, Reader

#: Shapes and colours that differ in grey and from afar, in the order of the groups.
SIGNS: Final = (("circle", "deep"), ("square", "worse3"), ("triangle", "ink"))
#: The height of a group's line in a strip.
PITCH: Final = 17.0


@dataclass(frozen=True, slots=True)
class Strip:
    """A row of figures, one for each group in their order; `all_places` is the figure of everywhere, a line across.

    Its `target` and its `baseline` are the same for all groups.
    """

    label: str
    estimates: tuple[Estimate | None, ...]
    all_places: float | None = None
    target: float | None = None
    baseline: float | None = None


def group_dots(
    reader: Reader,
    name: str,
    title: str,
    groups: Sequence[str],
    strips: Sequence[Strip],
    *,
    everywhere: str = "",
    scale: Scale = PERCENT,
) -> Markup:
    """One strip per row; `groups` names up to three groups, and `everywhere` the line of all places."""
    canvas = Canvas(reader, name)
    axis = whole_axis(canvas, scale, VALUE - 8)
    signs = [Entry(group, *sign) for group, sign in zip(groups, SIGNS, strict=False)]
    lines = [Entry(everywhere, "across")] if any(one.all_places is not None for one in strips) else []
    y = draw_legend(canvas, 0, [*signs, *lines])
    y = draw_numerals(canvas, axis, y)
    for strip in strips:
        y = _draw_strip(canvas, axis, y, strip)
    y = draw_numerals(canvas, axis, y)
    aims = aim_entries(
        canvas,
        target=any(one.target is not None for one in strips),
        baseline=any(one.baseline is not None for one in strips),
    )
    common = common_entries(canvas, (one for strip in strips for one in strip.estimates))
    y = draw_legend(canvas, y, [*aims, *common])
    description = "; ".join(_described(reader, groups, everywhere, strip) for strip in strips)
    return canvas.closed(title, description, y, "group-dots")


def _draw_strip(canvas: Canvas, axis: Axis, y: float, strip: Strip) -> float:
    y = draw_label(canvas, y, strip.label, None, value=False) + 2
    height = PITCH * len(strip.estimates)
    canvas.line((axis.start, y, axis.start, y + height), "grey", 0.6, "strip")
    canvas.ticks(map(axis.at, axis.scale.ticks), y, y + height)
    if strip.all_places is not None:
        across = axis.at(strip.all_places)
        canvas.line((across, y, across, y + height), "ink", 1.5, "across")
    if strip.target is not None:
        draw_tick(canvas, axis.at(strip.target), y + height / 2, height / 2)
    if strip.baseline is not None:
        draw_baseline(canvas, axis.at(strip.baseline), y + height)
    for place, estimate in enumerate(strip.estimates):
        middle = y + PITCH * (place + 0.5)
        draw_estimate(canvas, axis, middle, estimate, *SIGNS[place])
        draw_value(canvas, middle + 4, estimate)
    return y + height + 4


def _described(reader: Reader, groups: Sequence[str], everywhere: str, strip: Strip) -> str:
    each = [
        f"{group} {reader.described(one)}"
        for group, one in zip(groups, strip.estimates, strict=True)
        if group
    ]
    if strip.all_places is not None:
        each.append(f"{everywhere} {reader.number(strip.all_places)}")
    return f"{strip.label}: {', '.join(each)}{aims_described(reader, strip.target, strip.baseline)}"
