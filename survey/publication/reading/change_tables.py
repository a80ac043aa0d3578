"""Arranges changes for reading: all districts first, then provinces, divisions, then districts question by question; and as a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from analysis.disclosure.nodes import TOTAL
from analysis.outputs import spreadsheet
from survey.publication.reading.change import Change
from survey.publication.reading.comparable import GAP, INDEX, RATIO, SHARE
from survey.publication.reading.csv_files import DEMONSTRATION, LEVEL, NAMED, PLACE, Frame
from survey.publication.reading.labels import Labels, code_of
from survey.publication.reading.levels import ALL, level_of
from survey.publication.release.release import Release

#: Of `base` (all interviewed, or those who answered) at least `n` in each round; `p` is adjusted over its family.
COLUMNS: Final = (
    *PLACE,
    "earlier_round",
    "kind",
    "name",
    "label",
    "base",
    "n",
    "earlier",
    "later",
    "points",
    "ci_low",
    "ci_high",
    "p_adjusted",
    "change",
    LEVEL,
    *NAMED,
    DEMONSTRATION,
)


#: What is said of a difference that is more than chance.
CLEAR: Final = ("higher", "lower")


@dataclass(frozen=True, slots=True)
class ChangeTable:
    """Changes that are read together: of one place above districts, or of one question in districts."""

    place: str
    name: str
    rows: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class ChangeLevels:
    """What changed clearly, by level and place; then all that is compared: all districts together, the provinces, the divisions, and
    each question in districts."""

    clear: Mapping[str, tuple[ChangeTable, ...]]
    everywhere: tuple[Change, ...]
    provinces: tuple[ChangeTable, ...]
    divisions: tuple[ChangeTable, ...]
    districts: tuple[ChangeTable, ...]


def change_tables(compared: Iterable[Change]) -> ChangeLevels:
    """Changes in the order of reading: the programme's first, districts as detail."""
    everywhere: list[Change] = []
    above: dict[str, dict[str, list[Change]]] = {"province": {}, "division": {}}
    districts: dict[str, list[Change]] = {}
    for one in compared:
        level = level_of(one.province, one.district)
        if level == ALL:
            everywhere.append(one)
        elif level in above:
            place = one.province if one.district == TOTAL else one.district
            above[level].setdefault(place, []).append(one)
        else:
            districts.setdefault(one.name, []).append(one)
    by_level = {ALL: everywhere} | {
        level: [one for rows in several.values() for one in rows]
        for level, several in {**above, "district": districts}.items()
    }
    return ChangeLevels(
        {level: clear for level, rows in by_level.items() if (clear := _clear_by_place(rows))},
        tuple(sorted(everywhere, key=_order)),
        _by_place(above["province"]),
        _by_place(above["division"]),
        tuple(ChangeTable("", name, tuple(rows)) for name, rows in districts.items()),
    )


def _clear_by_place(rows: Iterable[Change]) -> tuple[ChangeTable, ...]:
    """What changed clearly in each place of one level."""
    places: dict[str, list[Change]] = {}
    for one in rows:
        if one.verdict in CLEAR:
            places.setdefault(one.province if one.district == TOTAL else one.district, []).append(one)
    return _by_place(places)


def _by_place(places: Mapping[str, list[Change]]) -> tuple[ChangeTable, ...]:
    return tuple(ChangeTable(place, "", tuple(sorted(rows, key=_order))) for place, rows in places.items())


def _order(one: Change) -> int:
    """Indices, gaps, ratios, shares; sorting keeps the order of asking."""
    return (INDEX, GAP, RATIO, SHARE).index(one.kind)


def change_csv(
    release: Release, earlier: str, compared: Iterable[Change], labels: Labels, *, demonstration: bool = False
) -> bytes:
    """Changes as a spreadsheet file; the columns are those of `COLUMNS`."""
    return spreadsheet.csv_bytes(
        COLUMNS, _rows(Frame(release.round, labels, demonstration), earlier, compared)
    )


def _rows(frame: Frame, earlier: str, compared: Iterable[Change]) -> Iterator[tuple[object, ...]]:
    for one in compared:
        yield (
            *frame.begins(one),
            earlier,
            one.kind,
            one.name,
            frame.labels.compared(one.kind, one.name),
            "answered" if one.answered else "interviewed",
            one.n,
            one.earlier,
            one.later,
            one.points,
            one.low,
            one.high,
            None if one.p is None else round(one.p, 4),
            code_of(one.verdict),
            level_of(one.province, one.district),
            *frame.names(one),
            *frame.marks(),
        )
