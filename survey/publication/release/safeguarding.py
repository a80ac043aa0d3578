"""The safeguarding document: how many members joined without a choice or are not free to leave, for administrators.

It is made when the round is released, of the same interviews, and attacked together with the release. A base is
everybody interviewed: who was not asked alone or did not answer is among "everyone else", so a share is no less than this.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Protocol

from analysis.disclosure.cube import Table
from analysis.disclosure.nodes import TOTAL
from analysis.disclosure.protected_table import ProtectedTable
from analysis.disclosure.tied.rows import Sum
from analysis.disclosure.tied.ties import Ties, violations
from survey import installation
from survey.problems import BROKEN_TIES, CHANGED_RELEASE, Problem
from survey.publication.counts.answers import Dataset
from survey.publication.counts.cube import YES, Domain, Topic, groups_of, table_of
from survey.publication.counts.design_effects import Effects, Known
from survey.publication.counts.safeguarding import safeguarding_topics
from survey.publication.counts.workloads import Told
from survey.publication.protection.drafts import Task
from survey.publication.protection.restricted import Public, protected_beside, ties_with
from survey.publication.release import interviewers
from survey.publication.release.figures import Figure, figures_of
from survey.questionnaire.model import Questionnaire
from survey.storage.engine.database import Database
from survey.storage.field.rounds import Round
from survey.storage.results import release_document, safeguarding
from survey.storage.results.safeguarding import Beside

#: The fields of a figure that are kept beside the name of its cell.
KEPT: Final = ("status", "base", "count", "percent", "ci_low", "ci_high")


@dataclass(frozen=True, slots=True)
class Secret:
    """One table of true counts, and how alike the interviews of one worker are taken to be in it."""

    topic: Topic
    table: Table
    known: Known


def counted(
    asked: Questionnaire,
    counts: Dataset,
    effects: Effects,
    not_asked: Mapping[str, Mapping[Domain, int]],
) -> tuple[Secret, ...]:
    """The tables of a round, counted; by table and domain `not_asked` says how many could not answer."""
    numbers, groups = counts.bases_by_domain(), groups_of(asked)
    return tuple(
        Secret(
            topic,
            table_of(topic, groups, numbers, counts.given_by_domain(topic.name), not_asked.get(topic.name)),
            effects.of_unmeasured(topic.name, topic.groups),
        )
        for topic in safeguarding_topics(asked)
    )


class Material(Protocol):
    """What a release is made of, as far as this document needs it."""

    @property
    def round(self) -> Round:
        """Whose release it is."""

    @property
    def tasks(self) -> tuple[Task, ...]:
        """The public tables."""

    @property
    def secret(self) -> tuple[Secret, ...]:
        """The tables of this document."""

    @property
    def workloads(self) -> Told:
        """What may be told of numbers of interviews by worker."""


def made(
    versions: Sequence[Questionnaire],
    material: Material,
    protected: Mapping[str, ProtectedTable],
    sums: Sequence[Sum] = (),
) -> Beside | None:
    """The document of a round, attacked with the `protected` tables and the `sums` of its release; None where nothing of it is asked."""
    secret, tasks = material.secret, material.tasks
    if not secret or not tasks:
        return None
    public = Public(tasks[0].rules, tasks[0].bases, [task.table for task in tasks], protected, sums)
    tables = [one.table for one in secret]
    ties = ties_with(versions, [one.topic for one in secret], list(public.protected))
    if broken := violations(ties, [*public.tables, *tables]):
        raise Problem(
            BROKEN_TIES,
            round=material.round.name,
            ties="; ".join(dict.fromkeys(one.tie for one in broken[:3])),
        )
    found = protected_beside(tables, ties, public)
    known = {one.topic.name: one.known for one in secret}
    document = {
        "round": material.round.name,
        "questionnaire": versions[0].name,
        "version": versions[0].version,
        "code_version": installation.code_version(),
        "rules": asdict(public.rules),
        "ties": release_document.describe_ties(Ties(found.ties, (), {})),
        "topics": [_entry(table, known[table.name], material.workloads) for table in found.tables],
        "not_told": [table.name for table in tables if table.name not in {one.name for one in found.tables}],
    }
    return Beside(safeguarding.pack(document), found.worlds)


def _entry(table: ProtectedTable, known: Known, workloads: Told) -> dict[str, Any]:
    """One table as it is kept: figures stand at provinces and above alone."""
    figures = {
        (f.province, f.district, f.group, f.answer): f for f in figures_of(table, known, workloads.seen)
    }
    cells = []
    for name, count, _ in table.rows():
        province, district, group, answer = name
        cell: dict[str, Any] = {"name": list(name), "count": count}
        if district == TOTAL and answer == YES:
            figure = figures[province, district, group, answer]
            cell["figure"] = [getattr(figure, field) for field in KEPT]
        cells.append(cell)
    return {
        "name": table.name,
        "cube": release_document.describe(table.cube),
        "cells": cells,
        "hidden": table.hidden,
        "sensitive": table.sensitive,
        interviewers.FIELD: interviewers.described(known),
    }


@dataclass(frozen=True, slots=True)
class Line:
    """One place and group: how many were interviewed, None where that is not told, and the figure of every share."""

    province: str
    district: str
    group: str
    base: int | None
    figures: tuple[Figure, ...]

    @property
    def place(self) -> str:
        """The province, or "Total" for all districts together."""
        return self.province if self.district == TOTAL else self.district


@dataclass(frozen=True, slots=True)
class Safeguarding:
    """What administrators read of a round: by share, its figures of provinces and of all districts; `not_told` hold none."""

    round: str
    questionnaire: str
    version: str
    shares: tuple[tuple[str, Known, tuple[Figure, ...]], ...]
    not_told: tuple[str, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        """The figures place by place, as a table of them is written."""
        by_place: dict[tuple[str, str, str], list[Figure]] = {}
        for _, _, figures in self.shares:
            for figure in figures:
                by_place.setdefault((figure.province, figure.district, figure.group), []).append(figure)
        return tuple(
            Line(*place, next((f.base for f in figures if f.base is not None), None), tuple(figures))
            for place, figures in by_place.items()
        )


def read(database: Database, round_name: str) -> Safeguarding:
    """The safeguarding document of a round; raises NOT_FOUND where there is none, CHANGED_RELEASE where it is none any more."""
    document = safeguarding.find(database, round_name)
    try:
        shares = tuple(_share(entry) for entry in document["topics"])
        names = tuple(str(name) for name in document["not_told"])
        return Safeguarding(round_name, document["questionnaire"], document["version"], shares, names)
    except release_document.MALFORMED as error:
        raise Problem(CHANGED_RELEASE, round=round_name) from error


def _share(entry: dict[str, Any]) -> tuple[str, Known, tuple[Figure, ...]]:
    known = interviewers.read(entry)
    if known is None:
        raise ValueError("a share without the worker's part")
    return entry["name"], known, tuple(_figures(entry))


def _figures(entry: dict[str, Any]) -> Iterator[Figure]:
    for cell in entry["cells"]:
        if "figure" in cell:
            province, district, group, answer = cell["name"]
            yield Figure(province, district, group, entry["name"], answer, *cell["figure"])
