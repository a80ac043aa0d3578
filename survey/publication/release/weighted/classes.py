"""Weight classes: women by age, youth by age and sex, in one province; each class has one weight, and 20 people or more."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product
from math import ceil
from typing import Final

import numpy as np
from numpy.typing import NDArray

from survey import geography
from survey.publication.counts.answers import CellOf, counted_by
from survey.publication.counts.census import AGE_BANDS, GROUPS, SEX_COLUMNS
from survey.publication.counts.cube import YES
from survey.publication.counts.index_counts import Part, answers_of, parts_of
from survey.publication.counts.indicators import row_values
from survey.publication.protection.ties import VALID, valid_table
from survey.publication.release.paired.blocks import Block, leaves_of
from survey.questionnaire.model import DISTRICT, GROUP, Questionnaire
from survey.storage import questionnaires
from survey.storage.engine.database import Database
from survey.storage.field import responses
from survey.storage.field.responses import Chunk
from survey.storage.field.rounds import Round
from survey.storage.results.weighted_figures import LEAST_CLASSES
from survey.storage.scope import Scope

#: A class holds so many people.
LEAST: Final = 20

AGE: Final = "p_age"
GENDER: Final = "p_gender"
#: Whoever gave no age or gender that a census counts.
OTHER: Final = ""
AGES: Final = (*AGE_BANDS, OTHER)
SEXES: Final = (*SEX_COLUMNS, OTHER)

#: Province, group, age and sex.
Fine = tuple[str, str, str, str]
Level = tuple[str, str]
Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class WeightClass:
    """Who has one weight: the ages and sexes, how many were interviewed, and their part of the census population."""

    levels: tuple[Level, ...]
    size: int
    part: float


@dataclass(frozen=True, slots=True)
class Weighting:
    """A group of a province in classes."""

    province: str
    group: str
    classes: tuple[WeightClass, ...]

    @property
    def effect(self) -> float:
        """Kish's design effect of the weights, to one decimal and rounded upward: no answer is in it."""
        n = sum(one.size for one in self.classes)
        kish = n * sum(one.part**2 / one.size for one in self.classes)
        return ceil(kish * 10 - 1e-9) / 10


@dataclass(frozen=True, slots=True)
class Counted:
    """True counts by province, group, age and sex: bases, and by table how many gave each answer."""

    cells: tuple[Fine, ...]
    bases: Numbers
    given: Mapping[str, Mapping[str, Numbers]]

    def sizes(self, province: str, group: str) -> dict[Level, int]:
        """The people of a group in a province by age and sex."""
        inside = ((cell, int(n)) for cell, n in zip(self.cells, self.bases, strict=True) if n)
        return {cell[2:]: n for cell, n in inside if cell[:2] == (province, group)}

    def of_class(self, weighting: Weighting, one: WeightClass, table: str) -> dict[str, int]:
        """How many of a class gave each answer to a question, or have a value of an index."""
        places = [self.cells.index((weighting.province, weighting.group, *level)) for level in one.levels]
        return {answer: int(numbers[places].sum()) for answer, numbers in self.given.get(table, {}).items()}


def weighting_of(province: str, group: str, sizes: Mapping[Level, int]) -> Weighting | None:
    """The classes of a group, neighbours in age merged until each is large enough; None where too few are left.

    Who told no age or gender is in the largest class, which moves least by it.
    """
    people = _census(province)
    ages, sexes = GROUPS[group]
    total = sum(people[age, sex] for age in ages for sex in sexes)
    merged = [
        one
        for sex in sexes
        for one in _merged(
            WeightClass(((age, sex),), sizes.get((age, sex), 0), people[age, sex] / total) for age in ages
        )
    ]
    if len(merged) < LEAST_CLASSES or any(one.size < LEAST for one in merged):
        return None
    known = {level for one in merged for level in one.levels}
    others = tuple(level for level in sizes if level not in known)
    largest = max(range(len(merged)), key=lambda place: merged[place].size)
    first = merged[largest]
    size = first.size + sum(sizes[level] for level in others)
    merged[largest] = WeightClass((*first.levels, *others), size, first.part)
    return Weighting(province, group, tuple(merged))


def _merged(rows: Iterable[WeightClass]) -> list[WeightClass]:
    """Classes of one sex in order of age: the smallest is joined to its smaller neighbour until none is too small."""
    left = list(rows)
    while len(left) > 1 and min(one.size for one in left) < LEAST:
        at = min(range(len(left)), key=lambda place: left[place].size)
        beside = min((p for p in (at - 1, at + 1) if 0 <= p < len(left)), key=lambda p: left[p].size)
        first, second = left[min(at, beside)], left[max(at, beside)]
        both = WeightClass(
            (*first.levels, *second.levels), first.size + second.size, first.part + second.part
        )
        left[min(at, beside) : max(at, beside) + 1] = [both]
    return left


@lru_cache(maxsize=4)
def _census(province: str) -> Mapping[Level, float]:
    """Adults of a province by age and sex, as `census_people` of its rows."""
    districts = {one.id for one in geography.reporting_districts() if one.adm1_pcode == province}
    people: dict[Level, float] = {}
    with (geography.REFERENCE / "population_age.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["district_id"] in districts:
                for age, sex in product(AGE_BANDS, SEX_COLUMNS):
                    part = AGE_BANDS[age].get(row["age_band"], 0.0) * float(row[SEX_COLUMNS[sex]] or 0)
                    people[age, sex] = people.get((age, sex), 0.0) + part
    return people


def counted_by_class(database: Database, present: Round) -> Counted:
    """Count a round's answers by province, group, age and sex, and who has a value of each index."""
    provinces = dict.fromkeys(one.adm1_pcode for one in geography.reporting_districts())
    cells = tuple(product(provinces, GROUPS, AGES, SEXES))
    chunks = list(responses.packed_records(database, Scope.everywhere(), present.name))
    # Everybody else, such as members, is in a cell after the last one.
    bases, given = counted_by(chunks, _cells(cells), len(cells) + 1)
    asked = questionnaires.find(database, present.questionnaire, present.version).questionnaire
    found: dict[str, Mapping[str, Numbers]] = {
        name: {answer: numbers[:-1] for answer, numbers in answers.items()} for name, answers in given.items()
    }
    return Counted(cells, bases[:-1], found | _valid_numbers(chunks, cells, parts_of(asked)))


def with_pairs(counted: Counted, blocks: Sequence[Block]) -> Counted:
    """The same with the tables of pairs, made of who gave one answer, the other, or either."""
    nobody = np.zeros_like(counted.bases)
    given = dict(counted.given)
    for block in blocks:
        numbers = (counted.given.get(name, {}).get(YES, nobody) for name in block.counted)
        leaves = leaves_of(*numbers)
        given |= dict.fromkeys(block.pair.tables, leaves)
    return replace(counted, given=given)


def _cells(cells: Sequence[Fine]) -> CellOf:
    position = {cell: place for place, cell in enumerate(cells)}

    def cell_of(questionnaire: Questionnaire, records: NDArray[np.uint8]) -> NDArray[np.intp]:
        codes = questionnaire.codebook.by_name
        parts = [_named(questionnaire, records, name) for name in (DISTRICT, GROUP, AGE, GENDER)]
        province = {d: geography.reporting_of(d).adm1_pcode for d in codes[DISTRICT].codes}
        names = zip(*parts, strict=True)
        keys = (
            (province.get(d, ""), g, a if a in AGES else OTHER, s if s in SEXES else OTHER)
            for d, g, a, s in names
        )
        return np.array([position.get(key, len(cells)) for key in keys], np.intp)

    return cell_of


def _named(questionnaire: Questionnaire, records: NDArray[np.uint8], name: str) -> list[str]:
    """The answer of each record to a question of one answer; empty where it is not asked or answered."""
    entry = questionnaire.codebook.by_name.get(name)
    if entry is None:
        return [OTHER] * len(records)
    names = {code: answer for answer, code in entry.codes.items()}
    return [names.get(int(code), OTHER) for code in records[:, entry.offset]]


def _valid_numbers(
    chunks: Sequence[Chunk], cells: Sequence[Fine], parts: Sequence[Part]
) -> dict[str, Mapping[str, Numbers]]:
    """By table of an index of the round's version, how many of each cell have a value."""
    names = [valid_table(part.indicator.name, part.groups) for part in parts]
    found = {name: np.zeros(len(cells) + 1, np.int64) for name in names}
    for chunk in chunks:
        asked = chunk.edition.questionnaire
        records = np.frombuffer(chunk.answers, np.uint8).reshape(-1, asked.codebook.width)
        cell = _cells(cells)(asked, records)
        for name, part in zip(names, parts, strict=True):
            found[name] += np.bincount(cell[_has_value(asked, records, part)], minlength=len(cells) + 1)
    return {name: {VALID: numbers[:-1]} for name, numbers in found.items()}


def _has_value(asked: Questionnaire, records: NDArray[np.uint8], part: Part) -> NDArray[np.bool_]:
    answers = {item: answers_of(asked, records, item) for item in part.indicator.items}
    return ~np.isnan(row_values(part.indicator, answers))


def weightings(counted: Counted) -> Iterator[Weighting]:
    """Every group of a province that can be weighted."""
    for province, group in dict.fromkeys(cell[:2] for cell in counted.cells):
        found = weighting_of(province, group, counted.sizes(province, group))
        if found is not None:
            yield found
