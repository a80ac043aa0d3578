"""Every kind of picture: its numbers are in it, what is hidden says so, and it needs no script, colour or direction of others."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

import pytest

from survey.publication.pictures.canvas import COLOURS, Canvas
from survey.publication.pictures.diverging_bars import BEST, DARK, OTHERS, Bar
from survey.publication.pictures.files import svg_file
from survey.publication.pictures.reader import Estimate, Reader
from tests.survey.publication.pictures.drawings import (
    GIVEN,
    PICTURES,
    READERS,
    URDU,
    number,
    of_class,
    parsed,
    spoken,
    told,
)

#: What is told and not written, for it would be written over something else.
TOLD = {
    "rows": {63, 52, 80, 47},
    "bars": {6},
    "groups": {55, 70, 46},
    "slopes": {55, 61, 56, 68, 78, 90, 36, 33, 49},
}
every_picture = pytest.mark.parametrize("kind", PICTURES)
every_reader = pytest.mark.parametrize("reader", READERS.values(), ids=READERS)


def numbers_in(text: str, reader: Reader) -> set[int]:
    plain = text.translate({ord(own): digit for own, digit in zip(reader.digits, "0123456789", strict=True)})
    return {int(found) for found in re.findall(r"\d+", plain)}


@every_reader
@pytest.mark.parametrize("kind", GIVEN)
def test_the_numbers_are_written_and_told(kind, reader):
    tree = parsed(PICTURES[kind](reader))
    written = numbers_in(" ".join(spoken(tree)), reader)
    assert written >= GIVEN[kind]
    assert numbers_in(told(tree.find("desc")), reader) >= GIVEN[kind] | TOLD.get(kind, set())


@every_reader
@every_picture
def test_a_screen_reader_is_told_what_the_picture_says(kind, reader):
    tree = parsed(PICTURES[kind](reader))
    title, description, *_ = tree
    assert (title.tag, description.tag) == ("title", "desc")
    assert tree.get("role") == "img"
    assert tree.get("aria-labelledby") == title.get("id")
    assert tree.get("aria-describedby") == description.get("id")
    assert told(title)
    assert reader.words.not_shown in told(description)


@every_picture
def test_what_is_hidden_is_hatched_and_says_so_and_has_no_bar(kind):
    tree = parsed(PICTURES[kind](READERS["English"]))
    (pattern,) = tree.iter("pattern")
    hatched = of_class(tree, "hatch")
    assert len(hatched) > 1  # One is in the legend.
    assert {found.get("fill") for found in hatched} == {f"url(#{pattern.get('id')})"}
    assert any("not shown" in line for line in spoken(tree))


@pytest.mark.parametrize("kind", GIVEN)
def test_few_answers_are_hollow_and_in_parentheses(kind):
    tree = parsed(PICTURES[kind](READERS["English"]))
    assert [found for found in of_class(tree, "hollow") if found.get("fill") == "#ffffff"]
    assert [line for line in spoken(tree) if re.match(r"\(\D?\d+\)", line)]
    assert "few answers" in " ".join(spoken(tree))


@pytest.mark.parametrize(
    ("kind", "shown"), {"rows": 2, "pairs": 2, "bars": 2, "groups": 5, "slopes": 5}.items()
)
def test_every_shown_figure_has_its_interval_with_both_ends(kind, shown):
    tree = parsed(PICTURES[kind](READERS["English"]))
    intervals, ends = of_class(tree, "interval"), of_class(tree, "end")
    assert len(intervals) == shown
    assert len(ends) == 2 * shown
    assert {found.get("stroke-width") for found in [*intervals, *ends]} == {"2"}


@every_picture
def test_nothing_needs_a_script_or_a_style(kind):
    for found in parsed(PICTURES[kind](READERS["English"])).iter():
        assert found.tag not in ("script", "style", "foreignObject", "image", "use")
        assert not [name for name in found.attrib if name == "style" or name.startswith("on")]


@every_picture
def test_names_are_the_pictures_own(kind):
    ids = [found.get("id") for found in parsed(PICTURES[kind](READERS["English"])).iter() if found.get("id")]
    assert len(set(ids)) == len(ids)
    assert all(one.startswith(f"{kind}-") for one in ids)


@every_reader
@every_picture
def test_nothing_stands_outside(kind, reader):
    tree = parsed(PICTURES[kind](reader))
    _, _, width, height = map(float, tree.get("viewBox").split())
    assert width == reader.width
    for found in tree.iter("line"):
        assert all(0 <= number(found, name) <= width for name in ("x1", "x2"))
        assert all(0 <= number(found, name) <= height for name in ("y1", "y2"))
    for found in of_class(tree, "part"):
        assert 0 <= number(found, "x") <= number(found, "x") + number(found, "width") <= width
    for found in tree.iter("text"):
        assert 0 <= number(found, "x") <= width
        assert 0 < number(found, "y") <= height


@every_picture
def test_lines_of_text_fit_and_do_not_meet(kind):
    """On each line of a picture the texts beside one another have room, as far as a server can measure."""
    reader = READERS["English"]
    lines: dict[float, list[tuple[float, float]]] = {}
    for found in parsed(PICTURES[kind](reader)).iter("text"):
        room = reader.room(told(found), number(found, "font-size")) * 0.85
        start = number(found, "x") - {"middle": room / 2, "end": room}.get(found.get("text-anchor", ""), 0)
        lines.setdefault(number(found, "y"), []).append((start, start + room))
    for spans in lines.values():
        spans.sort()
        assert all(end <= start for (_, end), (start, _) in pairwise(spans)), spans
        assert spans[-1][1] <= reader.width + 12


@pytest.mark.parametrize("kind", GIVEN)
def test_from_the_right_everything_is_mirrored(kind):
    """The same words, so that nothing but the direction differs."""
    left, right = (parsed(PICTURES[kind](Reader(URDU, way))) for way in ("ltr", "rtl"))
    pairs = [
        (one, other)
        for what in ("interval", "end", "slope", "gap")
        for one, other in zip(of_class(left, what), of_class(right, what), strict=True)
    ]
    assert pairs
    for one, other in pairs:
        for name in ("x1", "x2"):
            assert number(one, name) + number(other, name) == pytest.approx(320, abs=0.11)


@every_picture
def test_a_line_from_the_right_says_so_itself(kind):
    """A renderer that knows no direction puts the words in their order, and numerals in theirs."""
    tree = parsed(PICTURES[kind](READERS["Urdu"]))
    assert tree.get("direction") == "ltr"
    for found in tree.iter("text"):
        text = "".join(found.itertext())
        if any(unicodedata.bidirectional(letter) in ("L", "R", "AL") for letter in text):
            assert (text[0], text[-1]) == ("\u2067", "\u2069"), text


def test_numerals_are_in_the_readers_digits():
    texts = " ".join(spoken(parsed(PICTURES["rows"](READERS["eastern digits"]))))
    assert "۵۸" in texts
    assert not re.search("[0-9]", texts)


@pytest.mark.parametrize(
    ("points", "colours"),
    [
        (3, ["worse3"]),
        (4, ["worse1", "worse3"]),
        (5, ["worse1", "worse2", "worse3"]),
        (7, ["worse1", "worse1", "worse1", "worse2", "worse3"]),
    ],
)
def test_points_get_darker_towards_the_worst(points, colours):
    bar = Bar("M", Estimate(40, 30, 50), tuple(range(points)))
    assert [kind for kind, _ in bar.before] == colours
    assert [kind for kind, _ in bar.after] == ["step2", "step4"]


def luminance_of(colour: str) -> float:
    """The relative luminance of a colour, as WCAG 2.2 has it."""
    linear = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    ]
    return sum(part * value for part, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("kind", [*BEST, "step3", *OTHERS, "grey"])
def test_a_number_in_a_bar_is_read_on_its_colour(kind):
    dark, light = sorted(map(luminance_of, (COLOURS[kind], "#ffffff" if kind in DARK else "#000000")))
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def lightness(colour: str) -> float:
    """The lightness of a colour in grey, from 0 (black) to 100 (CIE 1976)."""
    luminance = luminance_of(colour)
    return 116 * luminance ** (1 / 3) - 16 if luminance > 0.008856 else 903.3 * luminance


@pytest.mark.parametrize(
    "side_by_side",
    [
        ("step1", "step2", "step3", "step4"),
        ("worse3", "worse2", "worse1", "step2", "step4"),
        ("worse1", "step3"),
    ],
)
def test_what_lies_side_by_side_differs_in_grey(side_by_side):
    shades = [lightness(COLOURS[name]) for name in side_by_side]
    assert all(abs(one - other) >= 20 for one, other in pairwise(shades)), shades


@every_picture
def test_every_colour_has_a_name_that_a_style_sheet_can_use(kind):
    for found in parsed(PICTURES[kind](READERS["English"])).iter():
        fill = found.get("fill", "")
        if found.tag == "rect" and fill.startswith("#"):
            assert fill in {COLOURS[name] for name in found.get("class").split() if name in COLOURS}


@every_picture
def test_a_file_of_its_own_has_a_size_a_ground_and_the_same_numbers(kind):
    picture = PICTURES[kind](READERS["Urdu"])
    tree = parsed(svg_file(picture))
    assert number(tree, "width") >= 2 * 320
    assert [found.tag for found in tree][:2] == ["title", "desc"]
    (ground,) = of_class(tree, "ground")
    assert [number(ground, name) for name in ("x", "y", "width", "height")] == [
        float(part) for part in tree.get("viewBox").split()
    ]
    assert list(spoken(tree)) == list(spoken(parsed(picture)))


def test_what_is_no_picture_is_no_file():
    with pytest.raises(ValueError, match="not a picture"):
        svg_file("<p>58</p>")


def test_a_name_cannot_break_out_of_the_drawing():
    canvas = Canvas(READERS["English"], "odd")
    canvas.text((0, 10), '</text><script>"&')
    tree = parsed(canvas.closed("<b>", "</svg>", 20, "odd"))
    assert list(spoken(tree)) == ['</text><script>"&']
    assert told(tree.find("title")) == "<b>"
