"""Outlines of the reporting districts, from the shapes in `reference/`, as few points as a picture needs.

Neighbours share their borders, and each border is thinned once: no gap opens between two districts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise
from math import cos, hypot, radians
from typing import Any, Final

from survey.geography import REFERENCE

SHAPES: Final = ("districts_kp.topojson", "districts_balochistan.topojson")
#: How far a border may be from the true one, in steps of the grid, of which the map is `WIDTH` wide.
WIDTH: Final = 500
TOLERANCE: Final = 2.2
#: Both provinces in degrees: west, south, east, north; a degree of longitude is shorter there by this much.
EXTENT: Final = (60.87, 24.89, 74.14, 36.92)
NARROWER: Final = cos(radians(31))

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Outlines:
    """The size of the grid, and what to draw of each district, in the words of a path of SVG."""

    width: int
    height: int
    paths: Mapping[str, str]


@lru_cache(maxsize=1)
def outlines() -> Outlines:
    """The 69 reporting districts by their keys."""
    west, south, east, north = EXTENT
    height = round(WIDTH * (north - south) / ((east - west) * NARROWER))
    paths: dict[str, str] = {}
    for name in SHAPES:
        paths.update(_paths(json.loads((REFERENCE / name).read_text(encoding="utf-8"))))
    return Outlines(WIDTH, height, paths)


def _paths(topology: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    arcs = [thinned(_on_grid(arc, topology["transform"]), TOLERANCE) for arc in topology["arcs"]]
    for shape in topology["objects"]["census2023"]["geometries"]:
        parts = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
        rings = [_joined(ring, arcs) for part in parts for ring in part]
        # A ring of two points is an island that the grid cannot show.
        yield shape["properties"]["district_id"], "".join(_path(ring) for ring in rings if len(ring) > 2)


def _on_grid(arc: Sequence[Sequence[int]], transform: Mapping[str, Sequence[float]]) -> list[Point]:
    """The points of an arc, which the file keeps as steps, on the grid of the map: north is above."""
    (step_x, step_y), (x0, y0) = transform["scale"], transform["translate"]
    west, _, east, north = EXTENT
    unit = WIDTH / ((east - west) * NARROWER)
    places = zip(accumulate(step[0] for step in arc), accumulate(step[1] for step in arc), strict=True)
    return [((x * step_x + x0 - west) * NARROWER * unit, (north - y * step_y - y0) * unit) for x, y in places]


def thinned(points: Sequence[Point], tolerance: float) -> list[Point]:
    """The line with the points that it needs to stay within the tolerance (Ramer 1972; Douglas and Peucker 1973)."""
    kept = {0, len(points) - 1}
    waiting = [(0, len(points) - 1)]
    while waiting:
        first, last = waiting.pop()
        distances = [_distance(point, points[first], points[last]) for point in points[first + 1 : last]]
        if distances and max(distances) > tolerance:
            farthest = first + 1 + distances.index(max(distances))
            kept.add(farthest)
            waiting += [(first, farthest), (farthest, last)]
    return [points[place] for place in sorted(kept)]


def _distance(point: Point, start: Point, end: Point) -> float:
    """How far a point is from a stretch of line."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = dx * dx + dy * dy
    along = ((point[0] - start[0]) * dx + (point[1] - start[1]) * dy) / length if length else 0
    along = min(max(along, 0), 1)
    return hypot(point[0] - start[0] - along * dx, point[1] - start[1] - along * dy)


def _joined(ring: Sequence[int], arcs: Sequence[Sequence[Point]]) -> list[tuple[int, int]]:
    """The points of a ring on the grid; an arc with a negative number is walked backwards."""
    points: list[tuple[int, int]] = []
    for number in ring:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        points += [place for place in ((round(x), round(y)) for x, y in arc) if points[-1:] != [place]]
    return points[:-1] if points[:1] == points[-1:] else points


def _path(ring: Sequence[tuple[int, int]]) -> str:
    (x0, y0), steps = ring[0], pairwise(ring)
    moves = " ".join(f"{x2 - x1} {y2 - y1}" for (x1, y1), (x2, y2) in steps)
    return f"M{x0} {y0}l{moves}z".replace(" -", "-")
