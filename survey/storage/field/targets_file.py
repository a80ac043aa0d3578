"""Targets of a round as a CSV file: how many interviews are wanted by reporting district and group."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Final

from survey import geography
from survey.parsing import legible, rows_of, whole_number
from survey.problems import N_, Problem

COLUMNS: Final = ("district", "group", "target")
#: More interviews than this in one group of one district are a slip of the keyboard.
LARGEST: Final = 100_000
#: Signs of a cell that a message repeats.
LONGEST_SHOWN: Final = 40

NOT_UTF8: Final = N_("The file is not text in UTF-8. Save it as “CSV UTF-8”.")
NO_COLUMNS: Final = N_("The first row must name the columns district, group and target.")
UNKNOWN_DISTRICT: Final = N_(
    "“{value}” is neither the key nor the name of a reporting district, such as lakki-marwat."
)
UNKNOWN_GROUP: Final = N_("“{value}” is not a group. Write one of: {known}.")
NO_NUMBER: Final = N_("“{value}” is not a number of interviews. Write a whole number in digits.")
TWICE: Final = N_("This district and group have a target in an earlier row.")


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong in one row of the file; row 1 holds the names of the columns."""

    row: int
    text: str
    holes: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"row {self.row}: {self.text.format_map(self.holes)}"


class TargetsError(ValueError):
    """A file of targets with every mistake that was found in it."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        super().__init__("\n".join(map(str, mistakes)))
        self.mistakes = mistakes


def read(content: bytes, groups: Collection[str]) -> dict[tuple[str, str], int]:
    """Interviews wanted by reporting district and group; raises TargetsError with every mistake.

    A row whose target is left empty, as the template has them all, wants nothing.
    """
    (_, named), *rows = _rows(content)
    if not set(COLUMNS) <= named.keys():
        raise TargetsError((Mistake(1, NO_COLUMNS),))
    keys = _keys()
    wanted: dict[tuple[str, str], int] = {}
    mistakes: list[Mistake] = []
    for line, row in rows:
        place, group, target = (row[column].strip() for column in COLUMNS)
        district = keys.get(place.casefold(), place)
        number = whole_number(target, LARGEST)
        found = [Mistake(line, text, holes) for text, holes in _row_mistakes(district, group, groups)]
        if not target and not found:
            continue
        if number is None:
            found.append(Mistake(line, NO_NUMBER, {"value": _shorten(target)}))
        elif not found and (district, group) in wanted:
            found = [Mistake(line, TWICE)]
        mistakes += found
        if number is not None and not found:
            wanted[district, group] = number
    if mistakes:
        raise TargetsError(tuple(mistakes))
    return wanted


def template(groups: Collection[str], language: str) -> bytes:
    """A file to fill in: every reporting district by key and name, every group, and no target yet."""
    lines = io.StringIO(newline="")
    rows = csv.writer(lines)
    rows.writerow(("district", "name", "group", "target"))
    for place in geography.reporting_districts():
        rows.writerows((place.id, place.name(language), group, "") for group in groups)
    return lines.getvalue().encode("utf-8-sig")


def _rows(content: bytes) -> list[tuple[int, dict[str, str]]]:
    try:
        return list(rows_of(content))
    except UnicodeDecodeError:
        raise TargetsError((Mistake(1, NOT_UTF8),)) from None
    except Problem as problem:
        raise TargetsError((Mistake(1, problem.kind.text),)) from problem


def _shorten(text: str) -> str:
    """What somebody wrote, as far as a message can show it."""
    text = legible(text)
    return text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + "…"


def _keys() -> dict[str, str]:
    """The key of every reporting district by its key and its names, in small letters."""
    places = geography.reporting_districts()
    named = {name.casefold(): place.id for place in places for name in place.names.values() if name}
    return {**named, **{place.id: place.id for place in places}}


def _row_mistakes(district: str, group: str, groups: Collection[str]) -> Iterator[tuple[str, dict[str, str]]]:
    if district not in {known.id for known in geography.reporting_districts()}:
        yield UNKNOWN_DISTRICT, {"value": _shorten(district)}
    if group not in groups:
        yield UNKNOWN_GROUP, {"value": _shorten(group), "known": ", ".join(groups)}
