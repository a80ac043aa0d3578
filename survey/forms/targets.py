"""Targets of a round as a CSV file: how many interviews are wanted by reporting district and group."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Final

from survey import geography
from survey.languages import ascii_digits
from survey.problems import N_

COLUMNS: Final = ("district", "group", "target")
#: More interviews than this in one group of one district are a slip of the keyboard.
LARGEST: Final = 100_000

NOT_UTF8: Final = N_("The file is not text in UTF-8. Save it as “CSV UTF-8”.")
NO_COLUMNS: Final = N_("The first row must name the columns district, group and target.")
UNKNOWN_DISTRICT: Final = N_("“{value}” is not the key of a reporting district, such as lakki-marwat.")
NEARLY_DISTRICT: Final = N_("“{value}” is not the key of a reporting district. Is “{near}” meant?")
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
    """Interviews wanted by reporting district and group; raises TargetsError with every mistake."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise TargetsError((Mistake(1, NOT_UTF8),)) from None
    lines = csv.DictReader(io.StringIO(text, newline=""), delimiter=_separator(text))
    if not set(COLUMNS) <= set(lines.fieldnames or ()):
        raise TargetsError((Mistake(1, NO_COLUMNS),))
    wanted: dict[tuple[str, str], int] = {}
    mistakes: list[Mistake] = []
    for row in lines:
        district, group, target = ((row[column] or "").strip() for column in COLUMNS)
        found = [
            Mistake(lines.line_num, text, holes) for text, holes in _wrong(district, group, target, groups)
        ]
        if not found and (district, group) in wanted:
            found = [Mistake(lines.line_num, TWICE)]
        mistakes += found
        if not found:
            wanted[district, group] = int(ascii_digits(target))
    if mistakes:
        raise TargetsError(tuple(mistakes))
    return wanted


def _separator(text: str) -> str:
    """What stands between columns: Excel writes semicolons where the comma is a decimal sign."""
    first = text.partition("\n")[0]
    return next((sign for sign in (";", "\t") if sign in first and "," not in first), ",")


def _wrong(
    district: str, group: str, target: str, groups: Collection[str]
) -> Iterator[tuple[str, dict[str, str]]]:
    known = [one.id for one in geography.reporting_districts()]
    if district not in known:
        near = geography.meant(district, known)
        yield (
            (NEARLY_DISTRICT, {"value": district, "near": near})
            if near
            else (UNKNOWN_DISTRICT, {"value": district})
        )
    if group not in groups:
        yield UNKNOWN_GROUP, {"value": group, "known": ", ".join(groups)}
    digits = ascii_digits(target)
    if not (digits.isascii() and digits.isdigit() and int(digits) <= LARGEST):
        yield NO_NUMBER, {"value": target}
