"""Drafts, audits and freezes the figures of a closed round; pages and files read what was frozen and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from analysis.disclosure.primary import Rules
from analysis.disclosure.protect import ProtectedTable, protect_bases, with_pattern
from analysis.tables import TOTAL
from survey import __version__
from survey.problems import NO_DRAFT, Problem
from survey.publication import dataset, drafts, fixed_mix, index_counts, indices
from survey.publication.cube import Topic, bases_table, groups_of, table_of, topics_of
from survey.publication.drafts import Progress, Task
from survey.publication.effects import effects_of
from survey.publication.figures import Figure, figures_of
from survey.publication.fixed_mix import Mix
from survey.publication.index_counts import Counted
from survey.publication.indices import Index
from survey.publication.rules import rules_of
from survey.storage import frozen, questionnaires, releases, rounds
from survey.storage.database import Database
from survey.storage.rounds import Round
from survey.storage.scope import Scope

#: The fields of a figure that a release keeps beside the name of its cell.
KEPT: Final = ("status", "base", "count", "percent", "ci_low", "ci_high")


def _silent(_done: int, _all: int, _left: float | None) -> None:
    """For callers that show no progress."""


def _inside(told: Figure | Index, scope: Scope) -> bool:
    """Whether it is of a district, not of a sum of districts, and of one of the reader's."""
    return told.district != TOTAL and scope.holds(told.district)


@dataclass(frozen=True, slots=True)
class Release:
    """All figures of one closed round, as frozen."""

    round: str
    questionnaire: str
    version: str
    created_day: str
    digest: str
    code_version: str
    rules: Mapping[str, Any]
    shown: int
    hidden: int
    figures: tuple[Figure, ...]
    indices: tuple[Index, ...] = ()
    mixes: tuple[Mix, ...] = ()

    def within(self, scope: Scope) -> tuple[Figure, ...]:
        """The figures of the districts that a reader may see, whole districts only."""
        return tuple(f for f in self.figures if _inside(f, scope))

    def indices_within(self, scope: Scope) -> tuple[Index, ...]:
        """The mean indices of the same districts."""
        return tuple(index for index in self.indices if _inside(index, scope))

    def above(self) -> tuple[Figure, ...]:
        """The figures of provinces and of all districts together."""
        return tuple(f for f in self.figures if f.district == TOTAL)


@dataclass(frozen=True, slots=True)
class Material:
    """What a release is made of: true counts, which are never shown and never kept."""

    round: Round
    rules: Rules
    bases: ProtectedTable | None
    topics: tuple[Topic, ...]
    tasks: tuple[Task, ...]
    effects: Mapping[str, float]


def close(database: Database, name: str, by: str = "", progress: Progress = _silent) -> Release:
    """Close the round at once and release its figures; raises UNKNOWN_ROUND, or ROUND_CLOSED once it has a release.

    A round that was closed but, for a crash, not yet released is released now.
    """
    if name in releases.released(database) or not rounds.find(database, name).closed:
        rounds.close(database, name, by)
    draft(database, name, progress)
    return publish(database, name)


def draft(database: Database, name: str, progress: Progress = _silent, processes: int | None = None) -> None:
    """Work out what can be shown of a closed round; goes on where it was interrupted."""
    material = gather(database, name)
    drafts.work_out(folder_of(database, name), material.tasks, progress, processes)


def audit(database: Database, name: str) -> Iterator[ProtectedTable]:
    """Attack every table of a draft with all that an insider knows; raises UnsafeError where it succeeds."""
    yield from _attacked(gather(database, name), folder_of(database, name))


def _attacked(material: Material, folder: Path) -> Iterator[ProtectedTable]:
    if material.bases is not None:
        yield material.bases
    for task in material.tasks:
        shown = drafts.pattern(folder, task)
        if shown is None:
            raise Problem(NO_DRAFT, round=material.round.name)
        yield with_pattern(task.table, task.rules, shown, task.bases)


def publish(database: Database, name: str) -> Release:
    """Attack the draft once more and freeze it; the store attacks it again and refuses what fails."""
    material = gather(database, name)
    folder = folder_of(database, name)
    tables = list(_attacked(material, folder))
    document = _document(material, tables, index_counts.count(database, material.round))
    releases.store(database, name, frozen.pack(document), __version__)
    drafts.forget(folder)
    return read(database, name)


def gather(database: Database, name: str) -> Material:
    """Count a closed round; raises ROUND_OPEN or ROUND_ENDING before its close."""
    present = rounds.closed(database, name)
    questionnaire = questionnaires.find(database, present.questionnaire, present.version).questionnaire
    counted = dataset.build(database, Scope.everywhere(), present)
    workers = dataset.by_worker(database, Scope.everywhere(), present)
    topics, groups, rules = topics_of(questionnaire), groups_of(questionnaire), rules_of(database)
    numbers = counted.bases_by_domain()
    if not any(numbers.values()):
        return Material(present, rules, None, (), (), {})
    bases = protect_bases(bases_table(groups, numbers), rules)
    tables = (table_of(topic, groups, numbers, counted.given_by_domain(topic.name)) for topic in topics)
    tasks = tuple(Task(table, rules, bases) for table in tables)
    effects = effects_of(topics, counted.domains, [(one.bases, one.given) for one in workers])
    return Material(present, rules, bases, topics, tasks, effects)


def folder_of(database: Database, name: str) -> Path:
    """Where the drafts of a round are kept until it is released."""
    return database.home / "drafts" / name


def _document(material: Material, tables: list[ProtectedTable], counted: Sequence[Counted]) -> dict[str, Any]:
    """The release as it is frozen; the bases, where there is an interview at all, stand first."""
    return {
        "format": frozen.FORMAT,
        "round": material.round.name,
        "questionnaire": material.round.questionnaire,
        "version": material.round.version,
        "code_version": __version__,
        "rules": asdict(material.rules),
        "bases": [_table(table, {}) for table in tables[:1]],
        "topics": [
            {
                **_table(table, _kept_figures(table, material.effects[table.name])),
                "sensitive": table.sensitive,
                "design_effect": material.effects[table.name],
            }
            for table in tables[1:]
        ],
        "indices": indices.described(counted, tables[1:], material.rules),
        "fixed_mix": fixed_mix.described(tables[1:], material.effects),
    }


def _kept_figures(table: ProtectedTable, effect: float) -> dict[tuple[str, ...], list[Any]]:
    figures = figures_of(table, effect)
    return {(f.province, f.district, f.group, f.answer): [getattr(f, name) for name in KEPT] for f in figures}


def _table(table: ProtectedTable, figures: Mapping[tuple[str, ...], list[Any]]) -> dict[str, Any]:
    cells = [
        {"name": list(name), "count": count, **({"figure": figures[name]} if name in figures else {})}
        for name, count, _ in table.rows()
    ]
    return {
        "name": table.name,
        "cube": frozen.describe(table.cube),
        "cells": cells,
        "hidden": table.hidden,
        "attack": {"primary": table.audit.primary, "programs": table.audit.programs},
    }


def read(database: Database, name: str) -> Release:
    """The figures of a released round; raises NOT_FOUND while there are none."""
    kept = releases.find(database, name)
    return _unpacked(name, kept.created_day, kept.digest, kept.code_version, kept.content)


@lru_cache(maxsize=4)
def _unpacked(name: str, day: str, digest: str, code_version: str, content: bytes) -> Release:
    document = frozen.unpack(content)
    topics = document["topics"]
    hidden = sum(topic["hidden"] for topic in topics)
    shown = sum(len(topic["cells"]) for topic in topics) - hidden
    rules, questionnaire, version = document["rules"], document["questionnaire"], document["version"]
    kept = (tuple(_figures(topics)), tuple(indices.read(document)), tuple(fixed_mix.read(document)))
    return Release(name, questionnaire, version, day, digest, code_version, rules, shown, hidden, *kept)


def _figures(topics: list[dict[str, Any]]) -> Iterator[Figure]:
    for topic in topics:
        for cell in topic["cells"]:
            if "figure" in cell:
                province, district, group, answer = cell["name"]
                yield Figure(province, district, group, topic["name"], answer, *cell["figure"])
