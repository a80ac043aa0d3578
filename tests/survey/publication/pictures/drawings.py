"""Pictures to look at in tests: one of each kind, with something hidden, something of few answers and long names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from xml.etree import ElementTree

from markupsafe import Markup

from survey import geography
from survey.publication.pictures.district_map import Place, district_map
from survey.publication.pictures.diverging_bars import Bar, Item, diverging_bars
from survey.publication.pictures.dumbbell import Pair, dumbbell
from survey.publication.pictures.group_dots import Strip, group_dots
from survey.publication.pictures.interval_rows import IntervalRow, interval_rows
from survey.publication.pictures.reader import Estimate, Reader, Words
from survey.publication.pictures.slopes import Slope, slopes

ENGLISH = Words(
    not_shown="not shown",
    few_answers="few answers",
    target="target",
    earlier="earlier round",
    not_surveyed="nobody interviewed",
    no_answer="No answer",
    rest="Any other answer, or none",
    gap_interval="interval of the difference",
    baseline="baseline",
)
URDU = Words(
    not_shown="نہیں دکھایا گیا",
    few_answers="کم جوابات",
    target="ہدف",
    earlier="پچھلا دور",
    not_surveyed="کسی سے بات نہیں ہوئی",
    no_answer="کوئی جواب نہیں",
    rest="کوئی اور جواب، یا کوئی نہیں",
    gap_interval="فرق کا وقفہ",
    baseline="آغاز",
)
READERS = {
    "English": Reader(ENGLISH),
    "Urdu": Reader(URDU, "rtl"),
    "eastern digits": Reader(URDU, "rtl", "۰۱۲۳۴۵۶۷۸۹"),
    "wide": Reader(ENGLISH, width=640),
}
LONG = "How often did you not go somewhere you needed to go in the last thirty days because you felt unsafe there?"
GROUPS = ("Members", "Women", "Youth <18 to 29>")
POINTS = ("Very safe", "Fairly safe", "A bit unsafe", "Very unsafe")
DISTRICTS = [district.id for district in geography.reporting_districts()]

PLAIN, FEW = Estimate(58, 55, 61), Estimate(41, 33, 49, few=True)


def of_rows(reader: Reader) -> Markup:
    """Dots with intervals: plain with signs, of few answers, hidden."""
    rows = [
        IntervalRow("Safe & sound", PLAIN, 63, 52, 47),
        IntervalRow(LONG, FEW),
        IntervalRow("Reach", None, 80),
    ]
    return interval_rows(reader, "rows", "Ten indicators", rows)


def of_pairs(reader: Reader) -> Markup:
    """Dumbbells: a gap, one the other way, one hidden."""
    pairs = [
        Pair("Money", 19, 62, Estimate(43, 34, 52)),
        Pair("Health care", 22, 19, Estimate(-3, -12, 6, few=True)),
        Pair("Job"),
    ]
    return dumbbell(reader, "pairs", "Wanted and received", ("Received", "Wanted"), pairs)


def of_bars(reader: Reader) -> Markup:
    """Diverging bars: all points, the best two alone, hidden."""
    bars = (
        Bar("Members", Estimate(62, 51, 73), (30, 32, 20, 12), 6),
        Bar("Women", Estimate(48, 40, 57, few=True)),
        Bar("Youth", None),
    )
    return diverging_bars(reader, "bars", "Safety", POINTS, [Item(LONG, bars)])


def of_groups(reader: Reader) -> Markup:
    """Groups in one strip."""
    strips = [
        Strip("Bannu", (Estimate(64, 51, 73), FEW, None), 55, 70, 46),
        Strip("Quetta", (PLAIN, PLAIN, Estimate(9, 5, 15))),
    ]
    return group_dots(reader, "groups", "Is everybody heard", GROUPS, strips, everywhere="All districts")


def of_slopes(reader: Reader) -> Markup:
    """Three rounds: a clear change, and one whose second round is hidden."""
    lines = [
        Slope("Safe after dark", (PLAIN, Estimate(62, 56, 68), Estimate(84, 78, 90)), clear=True),
        Slope(LONG, (Estimate(44, 36, 52), None, FEW), breaks={2: "asked in other words"}),
    ]
    return slopes(reader, "slopes", "What changed", ("2026-1", "2026-2", "2026-3"), lines)


def of_districts(reader: Reader, language: str = "ur") -> Markup:
    """All districts: of each class, hidden, of few answers, and some where nobody was interviewed."""
    names = {key: geography.districts()[key].name(language) for key in DISTRICTS}
    places = {
        key: Place(names[key], None if at % 7 == 3 else at * 37 % 100, at % 5 == 0)
        for at, key in enumerate(DISTRICTS)
        if at % 9
    }
    return district_map(reader, "map", "Safe after dark", places, (25, 50, 75), names)


PICTURES: dict[str, Callable[[Reader], Markup]] = {
    "rows": of_rows,
    "pairs": of_pairs,
    "bars": of_bars,
    "groups": of_groups,
    "slopes": of_slopes,
    "map": of_districts,
}

#: The numbers that were given to each picture: figures, the ends of intervals, and what stands beside.
GIVEN = {
    "rows": {58, 55, 61, 41, 33, 49},
    "pairs": {19, 62, 43, 34, 52, 22, 3, 12, 6},
    "bars": {62, 51, 73, 30, 32, 20, 12, 48, 40, 57},
    "groups": {64, 51, 73, 41, 33, 49, 58, 55, 61, 9, 5, 15},
    "slopes": {58, 62, 84, 44, 41},
}

_SVG = "{http://www.w3.org/2000/svg}"
_MARKS = re.compile("[\u2066-\u2069]")


def parsed(picture: str) -> ElementTree.Element:
    """The tree of a picture, its names without their space."""
    tree = ElementTree.fromstring(picture)
    for found in tree.iter():
        found.tag = found.tag.removeprefix(_SVG)
    return tree


def of_class(tree: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    """The elements of a class, in the order of drawing; those of the legend are of another one."""
    return [found for found in tree.iter() if name in found.get("class", "").split()]


def told(found: ElementTree.Element) -> str:
    """The text of an element and of what is in it, without the marks of direction."""
    return _MARKS.sub("", " ".join(part for part in found.itertext() if part.strip()))


def spoken(tree: ElementTree.Element) -> Iterator[str]:
    """Every line that is written into the drawing."""
    yield from (told(found) for found in tree.iter("text"))


def number(found: ElementTree.Element, name: str) -> float:
    """An attribute that is a number."""
    return float(found.get(name, "nan"))
