"""Districts, divisions and provinces as shipped in `reference/`: current districts, and the census districts that contain them."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import Final

from survey import installation
from survey.languages import DEFAULT, readable

REFERENCE: Final = installation.path("reference")
#: Columns with names of districts in a language, by its code.
_NAME: Final = re.compile(r"name_([a-z]{2,3})")
#: What keys of divisions begin with.
DIVISION: Final = "div-"


@dataclass(frozen=True, slots=True)
class District:
    """One district of either set.

    `reporting` is the census district that contains it (itself, for a census one), and `division` that of the census, "" where
    it is not known.
    """

    id: str
    adm1_pcode: str
    adm1_name: str
    adm2_pcode: str
    adm2_name: str
    names: Mapping[str, str]
    current: bool
    census: bool
    reporting: str
    division: str

    def name(self, language: str) -> str:
        """The district's name for a reader of that language; English where none is known."""
        return next(self.names[code] for code in readable(language) if code in self.names)


@dataclass(frozen=True, slots=True)
class Division:
    """One division of the census of 2023, between districts and their province."""

    id: str
    adm1_pcode: str
    census_name: str
    names: Mapping[str, str]

    def name(self, language: str) -> str:
        """Its name for a reader of that language."""
        return next(self.names[code] for code in readable(language) if code in self.names)


@lru_cache(maxsize=1)
def divisions() -> Mapping[str, Division]:
    """Every division by its own key, which begins so that no district has it: many have the name of one of theirs."""
    with (REFERENCE / "divisions.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        row["division_id"]: Division(
            row["division_id"], row["adm1_pcode"], row["division_census2023"], _names(row)
        )
        for row in rows
    }


def is_division(key: str) -> bool:
    """Whether a key is that of a division, of today or of a release of before."""
    return key.startswith(DIVISION)


@lru_cache(maxsize=1)
def districts() -> Mapping[str, District]:
    """Every district by its own key."""
    with (REFERENCE / "districts.csv").open(encoding="utf-8", newline="") as file:
        return {row["district_id"]: _district(row) for row in csv.DictReader(file)}


def current_districts() -> tuple[District, ...]:
    """The districts that a form offers today, in order of their keys."""
    return tuple(d for _, d in sorted(districts().items()) if d.current)


def reporting_districts() -> tuple[District, ...]:
    """The 69 census districts in which results, targets, scopes and coverage are reported, in order of P-code."""
    return tuple(sorted((d for d in districts().values() if d.census), key=lambda d: d.adm2_pcode))


def reporting_of(district: str) -> District:
    """The reporting district of a current district."""
    return districts()[districts()[district].reporting]


def nearest_key(text: str, keys: Iterable[str]) -> str:
    """The key that somebody meant who wrote a district in another way, such as "Bannu"; empty where none is near."""
    near = get_close_matches("-".join(text.lower().replace("_", " ").split()), tuple(keys), 1, 0.75)
    return near[0] if near else ""


def _district(row: Mapping[str, str]) -> District:
    names = _names(row)
    return District(
        id=row["district_id"],
        adm1_pcode=row["adm1_pcode"],
        adm1_name=row["adm1_name"],
        adm2_pcode=row["adm2_pcode"],
        adm2_name=row["adm2_name_cod"] or names[DEFAULT],
        names=names,
        current=row["status"] == "current",
        census=row["in_census2023"] == "yes",
        reporting=row["district_id"] if row["in_census2023"] == "yes" else row["parent_id"],
        division=_divisions_by_name().get((row["adm1_pcode"], row["division_census2023"]), ""),
    )


@lru_cache(maxsize=1)
def _divisions_by_name() -> Mapping[tuple[str, str], str]:
    return {(one.adm1_pcode, one.census_name): one.id for one in divisions().values()}


def _names(row: Mapping[str, str]) -> dict[str, str]:
    columns = ((_NAME.fullmatch(column), name) for column, name in row.items())
    return {column[1]: name for column, name in columns if column and name}
