"""Drafts, audits and freezes the figures of a closed round; pages and files read what was frozen and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Final, TypeVar

from analysis.disclosure.protected_table import ProtectedTable
from survey import installation
from survey.problems import CHANGED_RELEASE, Problem
from survey.publication.counts.cube import is_above_districts
from survey.publication.counts.design_effects import Known
from survey.publication.counts.workloads import Name
from survey.publication.protection import drafts
from survey.publication.protection.course import Progress, course_of_freezing
from survey.publication.protection.ties import ties_of_all
from survey.publication.release import (
    asking,
    fixed_mix,
    gaps,
    indices,
    interviewers,
    lengths,
    ratios,
    safeguarding,
)
from survey.publication.release.asking import Asking
from survey.publication.release.attacked import Attacked, attacked_tables, further_counts
from survey.publication.release.figures import HIDDEN, Figure, figures_of
from survey.publication.release.fixed_mix import Mix
from survey.publication.release.gaps import GapFigure
from survey.publication.release.indices import Index
from survey.publication.release.material import Material, gather, versions_asked
from survey.publication.release.ratios import RatioFigure
from survey.publication.release.weighted import figures as weighted
from survey.publication.release.weighted.figures import WeightedFigure
from survey.storage import questionnaires
from survey.storage.engine.database import Database
from survey.storage.field import rounds
from survey.storage.results import (
    answered_shares,
    derived_figures,
    ratio_figures,
    release_document,
    releases,
)
from survey.storage.results.pooled_means import sums_of
from survey.storage.results.published_numbers import seen_by_base
from survey.storage.scope import Scope

#: The fields of a figure that a release keeps beside the name of its cell.
KEPT: Final = ("status", "base", "count", "percent", "ci_low", "ci_high")


def _no_progress(_done: float, _all: int, _left: float | None) -> None:
    """For callers that show no progress."""


#: Anything that a release tells of a place.
Told = TypeVar("Told", Figure, Index, GapFigure, RatioFigure)


def inside(told: Iterable[Told], scope: Scope) -> tuple[Told, ...]:
    """What is told of districts, not of sums of districts, and of a reader's own."""
    return tuple(one for one in told if not is_above_districts(one.district) and scope.holds(one.district))


def above(told: Iterable[Told]) -> tuple[Told, ...]:
    """What is told of divisions, of provinces and of all districts together."""
    return tuple(one for one in told if is_above_districts(one.district))


@dataclass(frozen=True, slots=True)
class Release:
    """All figures of one closed round, as frozen, and how many are `shown` and `hidden`; `together` if tied questions were checked together.

    `known` says by question how alike the interviews of one worker are and `seen` by published base how many of them an interview
    sees, `asking` by question how it was asked, `divisions` the visited districts of each; releases of before say it of none. `sensitive`
    questions are under stricter rules.
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
    bases: Mapping[Name, int | None] = field(default_factory=dict)
    seen: Mapping[Name, float] = field(default_factory=dict)
    asking: Mapping[str, Asking] = field(default_factory=dict)
    lengths: Mapping[tuple[str, str], str] = field(default_factory=dict)
    weighted: tuple[WeightedFigure, ...] = ()
    ratios: tuple[RatioFigure, ...] = ()
    divisions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sensitive: frozenset[str] = frozenset()

    def within(self, scope: Scope) -> tuple[Figure, ...]:
        """The figures of the districts that a reader may see, whole districts only."""
        return inside(self.figures, scope)

    @property
    def unshown(self) -> tuple[str, ...]:
        """The questions of which no answer is shown anywhere: no way was found to show any without giving somebody away."""
        shown = {figure.question for figure in self.figures if figure.status != HIDDEN}
        hidden = (figure.question for figure in self.figures if figure.question not in shown)
        return tuple(dict.fromkeys((*self.left_out, *hidden)))

    def above(self) -> tuple[Figure, ...]:
        """The figures of divisions, of provinces and of all districts together."""
        return above(self.figures)

    def above_for(self, told: Iterable[Told], scope: Scope) -> tuple[Told, ...]:
        """What is told of the same places, for a reader who has a district of the release; nothing for others."""
        return above(told) if self.is_read_in(scope) else ()

    def is_read_in(self, scope: Scope) -> bool:
        """Whether a reader of the scope has a district of it."""
        return any(not is_above_districts(one.district) and scope.holds(one.district) for one in self.figures)


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
    for tables, _ in attacked_tables(gather(database, name), folder_of(database, name)):
        yield from tables


def publish(database: Database, name: str, progress: Progress = _no_progress) -> Release:
    """Check that nobody can be identified once more and freeze it; the store attacks it again and refuses what fails."""
    material = gather(database, name)
    folder, course = folder_of(database, name), course_of_freezing(progress)
    found: list[Attacked] = []
    for one in attacked_tables(material, folder):
        found.append(one)
        attacked = sum(len(tables) for tables, _ in found)
        course.move("attack", min(0.99, attacked / (len(material.tasks) + 1)))
    course.move("attack", 1.0)
    by_name = {table.name: table for tables, _ in found for table in tables}
    worlds = {tuple(table.name for table in tables): proof for tables, proof in found if proof}
    document = _document(material, by_name)
    document |= lengths.lengths_member(database, name, material.bases, material.rules)
    pooled, pairs = further_counts(material, by_name, document, partial(course.move, "means and pairs"))
    document |= pooled.member | pairs.member
    worlds |= pooled.worlds | pairs.worlds
    document |= {"gaps": gaps.gap_entries(document, material.gaps)}
    document |= weighted.weighted_members(database, material, by_name, document, pairs.units)
    course.move("weighted shares", 1.0)
    releases.store(
        database,
        name,
        release_document.pack(document),
        installation.code_version(),
        worlds,
        beside=safeguarding.made(
            versions_asked(database, material.round), material, by_name, sums_of(document)
        ),
    )
    course.move("store", 1.0)
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
    found = (*release_document.complaints(document, ties=ties), *derived_figures.complaints(document))
    return Check(together, found)


def folder_of(database: Database, name: str) -> Path:
    """Where the drafts of a round are kept until it is released."""
    return database.home / "drafts" / name


def _document(material: Material, tables: Mapping[str, ProtectedTable]) -> dict[str, Any]:
    """The release as it is frozen; the bases, where there is an interview at all, stand first."""
    topics = [tables[topic.name] for topic in material.topics]
    names = {topic.name for topic in material.topics}
    valid = [tables[task.table.name] for task in material.tasks if task.table.name not in names]
    document: dict[str, Any] = {
        "format": release_document.FORMAT,
        "round": material.round.name,
        "questionnaire": material.round.questionnaire,
        "version": material.round.version,
        "code_version": installation.code_version(),
        "rules": asdict(material.rules),
        "ties": release_document.describe_ties(material.ties),
        **material.entered.described(material.asked),
        interviewers.WORKLOADS: interviewers.workloads_described(material.workloads),
        "bases": [] if material.bases is None else [_table(material.bases, {})],
        "topics": [
            {
                **_table(table, _kept_figures(table, material)),
                "sensitive": table.sensitive,
                interviewers.FIELD: interviewers.described(material.effects[table.name]),
                **asking.described(material.asking[table.name]),
            }
            for table in topics
        ],
        "valid": [{**_table(table, {}), "sensitive": table.sensitive} for table in valid],
        "indices": indices.index_entries(
            material.counted,
            [*topics, *valid],
            material.rules,
            {task.table.name: task.table for task in material.tasks},
        ),
        "fixed_mix": fixed_mix.mix_entries(topics, material.effects, material.workloads),
        **({"left_out": list(material.left_out)} if material.left_out else {}),
    }
    _add_answered(document["topics"], material.workloads.seen)
    return {**document, ratio_figures.RATIOS: ratios.ratio_entries(document, material.topics)}


def _add_answered(topics: list[dict[str, Any]], seen: Mapping[Name, float]) -> None:
    """Put the shares of those who answered into the cells of questions, where they follow from published numbers."""
    for topic in topics:
        found = answered_shares.answered_shares(topic, seen)
        for cell in topic["cells"]:
            if numbers := found.get(tuple(cell["name"])):
                cell[answered_shares.FIELD] = numbers


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
    return parse(release_document.unpack(content), name, day, digest, code_version)


def parse(document: Mapping[str, Any], name: str, day: str, digest: str, code_version: str) -> Release:
    """The release that a document holds; raises one of MALFORMED where it lacks what readers need."""
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
    return Release(
        *facts,
        *kept,
        together="ties" in document,
        left_out=out,
        known=known,
        gaps=found,
        bases=_bases(document),
        seen=seen_by_base(document),
        asking={topic["name"]: way for topic in topics if (way := asking.read(topic))},
        lengths=lengths.read(document),
        weighted=tuple(weighted.read(document)),
        ratios=tuple(ratios.read(document)),
        divisions=_divisions(document),
        sensitive=frozenset(topic["name"] for topic in topics if topic.get("sensitive")),
    )


def _divisions(document: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """The divisions that have a name of their own in a release, and their districts when it was frozen."""
    return {name: tuple(inside) for table in document["bases"] for name, inside in table["cube"][0]["tree"]}


def _bases(document: Mapping[str, Any]) -> dict[Name, int | None]:
    """How many were interviewed by place and group, None where that is hidden."""
    counts = (release_document.counts_of(table) for table in document["bases"])
    return {(name[0], name[1], name[2]): count for table in counts for name, count in table.items()}


def _figures(topics: list[dict[str, Any]]) -> Iterator[Figure]:
    for topic in topics:
        for cell in topic["cells"]:
            if "figure" in cell:
                province, district, group, answer = cell["name"]
                answered = cell.get(answered_shares.FIELD, ())
                yield Figure(province, district, group, topic["name"], answer, *cell["figure"], *answered)
