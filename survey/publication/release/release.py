"""Drafts, audits and freezes the figures of a closed round; pages and files read what was frozen and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from analysis.disclosure.cube import Flags
from analysis.disclosure.nodes import TOTAL
from analysis.disclosure.primary import Rules
from analysis.disclosure.problem import Reals
from analysis.disclosure.protect import protect_bases, with_pattern, with_patterns
from analysis.disclosure.protected_table import ProtectedTable
from analysis.disclosure.tied.ties import Ties, violations
from survey import installation
from survey.problems import BROKEN_TIES, CHANGED_RELEASE, NO_DRAFT, PURGED, Problem
from survey.publication.counts import answers, index_counts
from survey.publication.counts.cube import Topic, bases_table, groups_of, table_of, topics_of
from survey.publication.counts.design_effects import Known, effects_of
from survey.publication.counts.index_counts import Counted
from survey.publication.counts.workloads import Told, told
from survey.publication.protection import drafts, tied_tables
from survey.publication.protection.drafts import Progress, Task, Together
from survey.publication.protection.rules import rules_of
from survey.publication.protection.ties import index_tables, ties_of_all
from survey.publication.release import fixed_mix, gaps, indices, interviewers, lengths, safeguarding
from survey.publication.release.figures import HIDDEN, Figure, figures_of
from survey.publication.release.fixed_mix import Mix
from survey.publication.release.gaps import GapFigure, KnownGaps
from survey.publication.release.indices import Index
from survey.publication.release.safeguarding import Secret
from survey.publication.release.weighted import figures as weighted
from survey.publication.release.weighted.figures import WeightedFigure
from survey.questionnaire.model import MODE, Questionnaire
from survey.storage import questionnaires
from survey.storage.engine.database import Database
from survey.storage.field import responses, rounds
from survey.storage.field.rounds import Round
from survey.storage.results import gap_figures, release_document, releases, weighted_figures
from survey.storage.scope import Scope

#: A round was held in one way if so large a share of it was.
NEARLY_ALL: Final = 0.9

#: The fields of a figure that a release keeps beside the name of its cell.
KEPT: Final = ("status", "base", "count", "percent", "ci_low", "ci_high")


def _no_progress(_done: int, _all: int, _left: float | None) -> None:
    """For callers that show no progress."""


def _inside(told: Figure | Index | GapFigure, scope: Scope) -> bool:
    """Whether it is of a district, not of a sum of districts, and of one of the reader's."""
    return told.district != TOTAL and scope.holds(told.district)


@dataclass(frozen=True, slots=True)
class Release:
    """All figures of one closed round, as frozen, and how many are `shown` and `hidden`; `together` if tied questions were checked together.

    `known` says by question how alike the interviews of one worker are; releases of before say it of none.
    """

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
    together: bool = False
    left_out: tuple[str, ...] = ()
    known: Mapping[str, Known] = field(default_factory=dict)
    gaps: tuple[GapFigure, ...] = ()
    lengths: Mapping[tuple[str, str], str] = field(default_factory=dict)
    weighted: tuple[WeightedFigure, ...] = ()

    def within(self, scope: Scope) -> tuple[Figure, ...]:
        """The figures of the districts that a reader may see, whole districts only."""
        return tuple(f for f in self.figures if _inside(f, scope))

    def indices_within(self, scope: Scope) -> tuple[Index, ...]:
        """The mean indices of the same districts."""
        return tuple(index for index in self.indices if _inside(index, scope))

    def gaps_within(self, scope: Scope) -> tuple[GapFigure, ...]:
        """The gaps of the same districts."""
        return tuple(gap for gap in self.gaps if _inside(gap, scope))

    @property
    def unshown(self) -> tuple[str, ...]:
        """The questions of which no answer is shown anywhere: no way was found to show any without giving somebody away."""
        shown = {figure.question for figure in self.figures if figure.status != HIDDEN}
        hidden = (figure.question for figure in self.figures if figure.question not in shown)
        return tuple(dict.fromkeys((*self.left_out, *hidden)))

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
    effects: Mapping[str, Known]
    workloads: Told
    mode: str = ""
    ties: Ties = field(default_factory=Ties)
    clusters: tuple[Together, ...] = ()
    counted: tuple[Counted, ...] = ()
    left_out: tuple[str, ...] = ()
    gaps: KnownGaps = field(default_factory=dict)
    secret: tuple[Secret, ...] = ()


def close(database: Database, name: str, by: str = "", progress: Progress = _no_progress) -> Release:
    """Close the round at once and release its figures; raises UNKNOWN_ROUND, or ROUND_CLOSED once it has a release.

    A round that was closed but, for a crash, not yet released is released now.
    """
    if name in releases.released_rounds(database) or not rounds.find(database, name).closed:
        rounds.close(database, name, by)
    draft(database, name, progress)
    return publish(database, name)


def draft(
    database: Database, name: str, progress: Progress = _no_progress, processes: int | None = None
) -> None:
    """Work out what can be shown of a closed round; goes on where it was interrupted."""
    material = gather(database, name)
    copies = {same.second for same in material.ties.same}
    tasks = [task for task in material.tasks if task.table.name not in copies]
    drafts.work_out(folder_of(database, name), tasks, material.clusters, progress, processes)


def audit(database: Database, name: str) -> Iterator[ProtectedTable]:
    """Attack every table of a draft with all that an insider knows; raises UnsafeError where it succeeds."""
    for tables, _ in _attack_tables(gather(database, name), folder_of(database, name)):
        yield from tables


#: Tables that were checked together, and the possible worlds that prove them safe.
Attacked = tuple[tuple[ProtectedTable, ...], tuple[Reals, ...]]


def _attack_tables(material: Material, folder: Path) -> Iterator[Attacked]:
    if material.bases is not None:
        yield (material.bases,), ()
    copies = {same.second: same for same in material.ties.same}
    tied = {task.table.name for cluster in material.clusters for task in cluster.tasks}
    firsts: dict[str, ProtectedTable] = {}
    for cluster in material.clusters:
        shown = _draft_patterns(material, folder, cluster)
        tables = [task.table for task in cluster.tasks]
        attacked = with_patterns(tables, material.rules, cluster.tasks[0].bases, shown, cluster.ties)
        firsts |= {table.name: table for table in attacked[0]}
        yield attacked
    for task in material.tasks:
        if task.table.name not in tied and task.table.name not in copies:
            table = with_pattern(
                task.table, task.rules, _draft_patterns(material, folder, task)[0], task.bases
            )
            firsts[table.name] = table
            yield (table,), ()
    for task in material.tasks:
        if same := copies.get(task.table.name):
            shown_there = tied_tables.copied_pattern(same, firsts[same.first], task.table.cube)
            yield (with_pattern(task.table, task.rules, shown_there, task.bases),), ()


def _draft_patterns(material: Material, folder: Path, work: Task | Together) -> tuple[Flags, ...]:
    found = drafts.patterns(folder, work)
    if found is None:
        raise Problem(NO_DRAFT, round=material.round.name)
    return found


def publish(database: Database, name: str) -> Release:
    """Check that nobody can be identified once more and freeze it; the store attacks it again and refuses what fails."""
    material = gather(database, name)
    folder = folder_of(database, name)
    attacked = list(_attack_tables(material, folder))
    by_name = {table.name: table for tables, _ in attacked for table in tables}
    worlds = {tuple(table.name for table in tables): proof for tables, proof in attacked if proof}
    document = _document(material, by_name)
    document |= lengths.lengths_member(database, name, material.bases, material.rules)
    document |= weighted.weighted_members(database, material, by_name, document)
    releases.store(
        database,
        name,
        release_document.pack(document),
        installation.code_version(),
        worlds,
        beside=safeguarding.made(_versions(database, material.round), material, by_name),
    )
    drafts.delete_drafts(folder)
    return read(database, name)


@dataclass(frozen=True, slots=True)
class Check:
    """What a reader of a stored release and its questionnaire can work out, table by table; nothing if all is well."""

    together: bool
    exposed: tuple[str, ...]


def check(database: Database, name: str) -> Check:
    """Attack a stored release again, tied questions together, also one that was made before that was done.

    Raises CHANGED_RELEASE for what is no release.
    """
    kept = releases.find(database, name)
    try:
        return _check(database, release_document.unpack(kept.content))
    except release_document.MALFORMED as error:
        raise Problem(CHANGED_RELEASE, round=name) from error


def _check(database: Database, document: Mapping[str, Any]) -> Check:
    together, ties = "ties" in document, None
    if not together:
        # Those that are kept were true in every version that was answered; after a purge nobody knows these any more.
        asked = questionnaires.find(database, document["questionnaire"], document["version"]).questionnaire
        ties = ties_of_all([asked])
    found = (*release_document.complaints(document, ties=ties), *gap_figures.complaints(document))
    return Check(together, (*found, *weighted_figures.complaints(document)))


def gather(database: Database, name: str) -> Material:
    """Count a closed round; raises ROUND_OPEN or ROUND_ENDING before its close, BROKEN_TIES for counts against the rules."""
    present = rounds.closed_round(database, name)
    if present.purged_day:
        raise Problem(PURGED, round=name, day=present.purged_day)
    questionnaire = questionnaires.find(database, present.questionnaire, present.version).questionnaire
    groups, rules = groups_of(questionnaire), rules_of(database)
    counts = answers.build(database, Scope.everywhere(), present)
    numbers = counts.bases_by_domain()
    if not any(numbers.values()):
        return Material(present, rules, None, (), (), {}, Told((), np.zeros((0, 0)), {}, {}))
    ties, gone = _ties(database, present, questionnaire)
    topics = tuple(topic for topic in topics_of(questionnaire) if topic.name not in gone)
    bases = protect_bases(bases_table(groups, numbers), rules)
    workers = [(one.bases, one.given) for one in answers.by_worker(database, Scope.everywhere(), present)]
    mode = _mode(counts)
    effects = effects_of(topics, counts.domains, workers, interviewers.borrowed(database, present, mode))
    workloads = told(effects.workloads, bases)
    index = index_counts.count(database, present, effects, workloads)
    tables = [table_of(topic, groups, numbers, counts.given_by_domain(topic.name)) for topic in topics]
    names = {topic.name for topic in topics}
    index = tuple(one for one in index if names.issuperset(one.part.indicator.items))
    tables += index_tables(index, topics, groups, numbers)
    tasks = tuple(Task(table, rules, bases) for table in tables if table.name not in gone)
    if broken := violations(ties, tables):
        raise Problem(BROKEN_TIES, round=name, ties="; ".join(dict.fromkeys(one.tie for one in broken[:3])))
    clusters = tied_tables.tied_clusters(ties, tasks)
    out = tuple(topic.name for topic in topics_of(questionnaire) if topic.name in gone)
    known, apart = effects.by_topic, gaps.known_gaps(topics, effects, workers)
    secret = safeguarding.counted(questionnaire, counts, effects)
    facts = (present, rules, bases, topics, tasks, known, workloads, mode, ties, clusters, index, out, apart)
    return Material(*facts, secret)


def _mode(counts: answers.Dataset) -> str:
    """Who entered the answers of nearly all interviews: the worker or the person; "" where both did."""
    numbers = {name: int(given.sum()) for name, given in counts.given.get(MODE, {}).items()}
    usual = max(numbers, key=lambda name: numbers[name], default="")
    return usual if usual and numbers[usual] >= NEARLY_ALL * int(counts.bases.sum()) else ""


def unpublished_questions(database: Database, name: str) -> dict[str, str]:
    """The questions and shares that a round cannot publish beside the others, and why."""
    present = rounds.find(database, name)
    questionnaire = questionnaires.find(database, present.questionnaire, present.version).questionnaire
    _, gone = _ties(database, present, questionnaire)
    return {topic.name: gone[topic.name] for topic in topics_of(questionnaire) if topic.name in gone}


def _ties(database: Database, present: Round, asked: Questionnaire) -> tuple[Ties, dict[str, str]]:
    """The ties of the tables that are published, true in every version that was answered, and why others are not."""
    ties = ties_of_all(_versions(database, present))
    gone = tied_tables.unpublished_tables(ties, tied_tables.sizes_of(topics_of(asked)))
    return tied_tables.ties_without(ties, gone), gone


def _versions(database: Database, present: Round) -> list[Questionnaire]:
    """The round's own version, then every other one that was answered."""
    asked = questionnaires.find(database, present.questionnaire, present.version).questionnaire
    return list(dict.fromkeys([asked, *responses.versions(database, present)]))


def folder_of(database: Database, name: str) -> Path:
    """Where the drafts of a round are kept until it is released."""
    return database.home / "drafts" / name


def _document(material: Material, tables: Mapping[str, ProtectedTable]) -> dict[str, Any]:
    """The release as it is frozen; the bases, where there is an interview at all, stand first."""
    topics = [tables[topic.name] for topic in material.topics]
    names = {topic.name for topic in material.topics}
    valid = [tables[task.table.name] for task in material.tasks if task.table.name not in names]
    document = {
        "format": release_document.FORMAT,
        "round": material.round.name,
        "questionnaire": material.round.questionnaire,
        "version": material.round.version,
        "code_version": installation.code_version(),
        "rules": asdict(material.rules),
        "ties": release_document.describe_ties(material.ties),
        "mode": material.mode,
        interviewers.WORKLOADS: interviewers.workloads_described(material.workloads),
        "bases": [] if material.bases is None else [_table(material.bases, {})],
        "topics": [
            {
                **_table(table, _kept_figures(table, material)),
                "sensitive": table.sensitive,
                interviewers.FIELD: interviewers.described(material.effects[table.name]),
            }
            for table in topics
        ],
        "valid": [{**_table(table, {}), "sensitive": table.sensitive} for table in valid],
        "indices": indices.index_entries(material.counted, [*topics, *valid], material.rules),
        "fixed_mix": fixed_mix.mix_entries(topics, material.effects, material.workloads),
        **({"left_out": list(material.left_out)} if material.left_out else {}),
    }
    return {**document, "gaps": gaps.gap_entries(document, material.gaps)}


def _kept_figures(table: ProtectedTable, material: Material) -> dict[tuple[str, ...], list[Any]]:
    figures = figures_of(table, material.effects[table.name], material.workloads.seen)
    return {(f.province, f.district, f.group, f.answer): [getattr(f, name) for name in KEPT] for f in figures}


def _table(table: ProtectedTable, figures: Mapping[tuple[str, ...], list[Any]]) -> dict[str, Any]:
    cells = [
        {"name": list(name), "count": count, **({"figure": figures[name]} if name in figures else {})}
        for name, count, _ in table.rows()
    ]
    return {
        "name": table.name,
        "cube": release_document.describe(table.cube),
        "cells": cells,
        "hidden": table.hidden,
    }


def read(database: Database, name: str) -> Release:
    """The figures of a released round; raises NOT_FOUND while there are none, CHANGED_RELEASE where they are no release."""
    kept = releases.find(database, name)
    try:
        return _parsed_release(name, kept.created_day, kept.digest, kept.code_version, kept.content)
    except release_document.MALFORMED as error:
        # Whoever wrote it gave it a digest, and yet nothing here has frozen it.
        raise Problem(CHANGED_RELEASE, round=name) from error


@lru_cache(maxsize=4)
def _parsed_release(name: str, day: str, digest: str, code_version: str, content: bytes) -> Release:
    document = release_document.unpack(content)
    topics = document["topics"]
    rules, questionnaire, version = document["rules"], document["questionnaire"], document["version"]
    figures = tuple(_figures(topics))
    # A base stands beside its answers, and a cell may have several names: only figures are what readers see.
    hidden = sum(figure.status == HIDDEN for figure in figures)
    kept = (figures, tuple(indices.read(document)), tuple(fixed_mix.read(document)))
    facts = (name, questionnaire, version, day, digest, code_version, rules, len(figures) - hidden, hidden)
    out = tuple(map(str, document.get("left_out", ())))
    known = {topic["name"]: one for topic in topics if (one := interviewers.read(topic))}
    found = tuple(gaps.read(document))
    made = Release(*facts, *kept, together="ties" in document, left_out=out, known=known, gaps=found)
    return replace(made, lengths=lengths.read(document), weighted=tuple(weighted.read(document)))


def _figures(topics: list[dict[str, Any]]) -> Iterator[Figure]:
    for topic in topics:
        for cell in topic["cells"]:
            if "figure" in cell:
                province, district, group, answer = cell["name"]
                yield Figure(province, district, group, topic["name"], answer, *cell["figure"])
