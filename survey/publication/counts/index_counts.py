"""Counts the mean indices of a round from its packed interviews: true numbers, of which few can be told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure.nodes import TOTAL
from analysis.estimation.counting import UnitTable, pair_up
from survey import geography
from survey.publication.counts import answers as counts_answers
from survey.publication.counts.cube import Domain, division_of, groups_of, topics_of
from survey.publication.counts.design_effects import Effects, Known
from survey.publication.counts.indicator_tables import (
    IndicatorSums,
    IndicatorTable,
    count_indicators,
    gather_indicator,
    merge_indicators,
    tabulate,
)
from survey.publication.counts.indicators import INDICATORS, Answers, Indicator
from survey.publication.counts.workloads import Name, Told
from survey.questionnaire.model import DISTRICT, GROUP, Questionnaire
from survey.storage import questionnaires
from survey.storage.engine.database import Database
from survey.storage.field import responses
from survey.storage.field.rounds import Round
from survey.storage.scope import Scope

Counts = NDArray[np.int64]
#: Packed records of one version, and the number of each record's worker.
Edition = tuple[Questionnaire, NDArray[np.uint8], Counts]


@dataclass(frozen=True, slots=True)
class Part:
    """An index as the groups are asked it that have the same questions."""

    indicator: Indicator
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Level:
    """A part at one level of geography; arrays run over `names`, `given` over all answers, don't know, refused.

    That of divisions has every one with an interview; those without a cell of their own are left out later.
    """

    names: tuple[Name, ...]
    table: IndicatorTable
    given: Counts

    @property
    def of_divisions(self) -> bool:
        """Whether it is that of divisions."""
        return any(geography.is_division(district) for _, district, _ in self.names)


@dataclass(frozen=True, slots=True)
class Counted:
    """A part counted by district, by division, by province and for all districts together, each by group."""

    part: Part
    known: Known
    levels: tuple[Level, Level, Level, Level]


def parts_of(questionnaire: Questionnaire) -> tuple[Part, ...]:
    """Every index of the questionnaire, apart for groups with different questions."""
    asked = {topic.name: topic.groups for topic in topics_of(questionnaire) if topic.tree}
    return tuple(
        part
        for indicator in INDICATORS
        if indicator.kind == "index"
        for part in _parts(indicator, asked, groups_of(questionnaire))
    )


def _parts(
    indicator: Indicator, asked: Mapping[str, tuple[str, ...]], groups: Sequence[str]
) -> Iterator[Part]:
    alike: dict[tuple[str, ...], list[str]] = {}
    for group in groups:
        items = tuple(item for item in indicator.items if group in asked.get(item, ()))
        if group in indicator.groups and len(items) >= indicator.needed:
            alike.setdefault(items, []).append(group)
    for items, several in alike.items():
        yield Part(replace(indicator, items=items), tuple(several))


def count(database: Database, present: Round, effects: Effects, workloads: Told) -> tuple[Counted, ...]:
    """Count every index of a round by district, division, province and group; intervals hold the worker's part."""
    asked = questionnaires.find(database, present.questionnaire, present.version).questionnaire
    parts, domains = parts_of(asked), counts_answers.domains_of(database, present)
    several, workers = records_by_version(database, present)
    if not several or not parts:
        return ()
    editions = [_sums(one, parts, domains, records, unit, workers) for one, records, unit in several]
    units = UnitTable(np.zeros(workers, np.int64), np.zeros(1))
    merged = (merge_indicators(sums) for sums in zip(*editions, strict=True))
    return tuple(
        counted(part, sums, units, domains, effects, workloads)
        for part, sums in zip(parts, merged, strict=True)
    )


def records_by_version(database: Database, present: Round) -> tuple[list[Edition], int]:
    """The packed records of each version with the number of each record's worker, and how many workers there are."""
    workers = responses.packed_records_by_worker(database, Scope.everywhere(), present.name)
    kept: dict[Questionnaire, list[tuple[int, bytes]]] = {}
    for worker, chunks in enumerate(workers):
        for chunk in chunks:
            kept.setdefault(chunk.edition.questionnaire, []).append((worker, chunk.answers))
    return [_joined_edition(questionnaire, parts) for questionnaire, parts in kept.items()], len(workers)


def _joined_edition(questionnaire: Questionnaire, parts: Sequence[tuple[int, bytes]]) -> Edition:
    width = questionnaire.codebook.width
    records = np.frombuffer(b"".join(answers for _, answers in parts), np.uint8).reshape(-1, width)
    worker = np.array([number for number, _ in parts], np.int64)
    return questionnaire, records, np.repeat(worker, [len(answers) // width for _, answers in parts])


def _sums(
    questionnaire: Questionnaire,
    parts: Sequence[Part],
    domains: Sequence[Domain],
    records: NDArray[np.uint8],
    unit: Counts,
    workers: int,
) -> tuple[IndicatorSums, ...]:
    codes = questionnaire.codebook.by_name
    place, group = (records[:, codes[name].offset] for name in (DISTRICT, GROUP))
    cell = counts_answers.domain_of(questionnaire, domains)[place, group].astype(np.int64)
    pairs = pair_up(cell, len(domains), unit, workers)
    items = {item for part in parts for item in part.indicator.items}
    answers = {item: answers_of(questionnaire, records, item) for item in items}
    return count_indicators([part.indicator for part in parts], answers, pairs, cell)


def answers_of(questionnaire: Questionnaire, records: NDArray[np.uint8], item: str) -> Answers:
    """The answers to a question; to one that a version does not ask nobody gave any."""
    entry = questionnaire.codebook.by_name.get(item)
    if entry is None:
        return Answers(np.zeros(len(records), np.int8), {}, {})
    choices = questionnaire.questions[item].choices
    scores = {one.name: float(one.score) for one in choices if one.score is not None and not one.missing}
    return Answers(records[:, entry.offset].astype(np.int8), entry.codes, scores)


def counted(
    part: Part,
    sums: IndicatorSums,
    units: UnitTable,
    domains: Sequence[Domain],
    effects: Effects,
    workloads: Told,
) -> Counted:
    """A part at every level, from its sums by district, group and worker."""
    name, items = part.indicator.name, part.indicator.items
    known = effects.of_index(name, part.groups, items, sums.values, [district for district, _ in domains])
    province = {district.id: district.adm1_pcode for district in geography.reporting_districts()}
    district, division, above, all_districts = (
        _level(sums, units, known, workloads, names)
        for names in (
            [(province[district], district, group) for district, group in domains],
            [(province[district], division_of(district), group) for district, group in domains],
            [(province[district], TOTAL, group) for district, group in domains],
            [(TOTAL, TOTAL, group) for _, group in domains],
        )
    )
    return Counted(part, known, (district, division, above, all_districts))


def _level(
    sums: IndicatorSums, units: UnitTable, known: Known, workloads: Told, named: Sequence[Name]
) -> Level:
    """The sums under the names of a level, one name for each domain.

    How many of a worker's interviews have a value would tell who kept silent, so every worker's are taken to have one
    in the proportion that is published.
    """
    places = {name: place for place, name in enumerate(dict.fromkeys(named))}
    target = np.array([places[name] for name in named], np.int64)
    gathered = gather_indicator(sums, target, len(places))
    cell = gathered.values.key // gathered.values.units
    valid = np.bincount(cell, gathered.values.moments[0], len(places))
    base = np.array([workloads.base(name) for name in places])
    seen = np.array([workloads.seen.get(name, np.nan) for name in places])
    effect, df = known.effect(np.maximum(seen * valid / base, 1.0))
    return Level(tuple(places), tabulate(gathered, units, effect=effect, df=df), gathered.answers)
