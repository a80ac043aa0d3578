"""The map: all districts in few bytes, neighbours without a gap, each in the class of its value."""

from __future__ import annotations

import re

import pytest

from survey import geography
from survey.publication.pictures.district_map import Place, district_map
from survey.publication.pictures.outlines import outlines, thinned
from tests.survey.publication.pictures.drawings import (
    DISTRICTS,
    READERS,
    of_class,
    of_districts,
    parsed,
    spoken,
    told,
)

ENGLISH, URDU = READERS["English"], READERS["Urdu"]


def drawn(places: dict[str, Place], breaks: tuple[float, float, float] = (25, 50, 75)) -> dict[str, str]:
    """The class of each district by its name."""
    names = {key: geography.districts()[key].name("en") for key in DISTRICTS}
    tree = parsed(district_map(ENGLISH, "map", "Safe", places, breaks, names))
    shapes = [found for found in tree.iter("path") if found.find("title") is not None]
    return {told(found).partition(":")[0]: found.get("class") for found in shapes}


@pytest.mark.parametrize(("reader", "language"), [(ENGLISH, "en"), (URDU, "ur"), (URDU, "ps")])
def test_the_whole_map_is_light(reader, language):
    assert len(of_districts(reader, language).encode()) <= 25_000


def test_every_reporting_district_is_drawn_once():
    assert sorted(outlines().paths) == sorted(DISTRICTS)
    assert len(drawn({})) == 69
    assert set(drawn({}).values()) == {"unsurveyed"}


@pytest.mark.parametrize(
    ("value", "step"), [(0, 1), (24.9, 1), (25, 2), (49, 2), (50, 3), (74, 3), (75, 4), (100, 4)]
)
def test_a_district_has_the_class_of_its_value(value, step):
    assert drawn({"bannu": Place("Bannu", value)})["Bannu"] == f"step{step}"


def test_what_is_hidden_or_of_few_answers_is_marked():
    classes = drawn({"bannu": Place("Bannu", None), "quetta": Place("Quetta", 80, few=True)})
    assert classes["Bannu"] == "hatch"
    assert classes["Quetta"] == "step4 few"
    # Of a hidden figure nothing else is said, nor has its district the edge of few answers.
    assert drawn({"bannu": Place("Bannu", None, few=True)})["Bannu"] == "hatch"


def test_names_and_values_are_on_the_shapes_and_signs_in_the_legend():
    tree = parsed(of_districts(ENGLISH, "en"))
    titles = [told(found.find("title")) for found in tree.iter("path") if found.find("title") is not None]
    assert len(titles) == 69
    assert [title for title in titles if title.endswith(": not shown")]
    assert [title for title in titles if re.search(r": \(\d+\)$", title)]
    assert {"not shown", "few answers", "nobody interviewed", "< 25", "75+"} <= set(spoken(tree))
    assert of_class(tree, "few")


def corners(path: str) -> set[tuple[int, int]]:
    """The points of a path on the grid."""
    points = set()
    for ring in path.split("z")[:-1]:
        first, _, steps = ring.removeprefix("M").partition("l")
        x, y = map(int, re.findall(r"-?\d+", first))
        points.add((x, y))
        numbers = list(map(int, re.findall(r"-?\d+", steps)))
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + dx, y + dy
            points.add((x, y))
    return points


@pytest.mark.parametrize(
    ("one", "other"), [("bannu", "lakki-marwat"), ("quetta", "pishin"), ("peshawar", "nowshera")]
)
def test_neighbours_share_their_border(one, other):
    assert len(corners(outlines().paths[one]) & corners(outlines().paths[other])) >= 2


def test_every_district_is_a_shape_on_the_grid():
    grid = outlines()
    for key, path in grid.paths.items():
        points = corners(path)
        assert len(points) >= 3, key
        assert all(0 <= x <= grid.width and 0 <= y <= grid.height for x, y in points), key


def test_the_map_is_not_turned():
    """Chitral is in the north, Gwadar in the south-west."""
    chitral, gwadar = (corners(outlines().paths[key]) for key in ("upper-chitral", "gwadar"))
    assert max(y for _, y in chitral) < min(y for _, y in gwadar)
    assert max(x for x, _ in gwadar) < min(x for x, _ in chitral)


def test_a_thinned_line_stays_near_and_keeps_its_ends():
    line = [(float(x), 0.4 * (x % 2)) for x in range(50)]
    assert thinned(line, 1) == [line[0], line[-1]]
    bent = [(0.0, 0.0), (5.0, 4.1), (10.0, 8.0), (15.0, 4.2), (20.0, 0.0)]
    assert thinned(bent, 1) == bent[::2]
    island = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0), (0.0, 0.0)]
    assert set(thinned(island, 1)) == set(island)
