"""Means of all answers to the questions of an index: those that an attack with all of them leaves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from analysis.disclosure.problem import Reals
from analysis.disclosure.protected_table import ProtectedTable
from survey.publication.counts.index_counts import parts_of
from survey.publication.protection import tied_tables
from survey.publication.release.material import Material
from survey.publication.release.pooled.attack import Cluster, Row
from survey.publication.release.pooled.means import declared_head, pooled_heads, pooled_rows
from survey.questionnaire.model import Questionnaire
from survey.storage.results.pooled_means import POOLED, pooled_limits
from survey.storage.results.published_numbers import whole

#: What of a mean follows from the questionnaire alone.
STATIC: Final = ("name", "groups", "components", "scores")


@dataclass(frozen=True, slots=True)
class Pooled:
    """The member that a release keeps, and by the names of tied tables the worlds that prove it safe."""

    member: dict[str, Any]
    worlds: dict[tuple[str, ...], tuple[Reals, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Means:
    """The means that could be told of some tied tables."""

    cluster: Cluster
    rows: tuple[Row, ...]

    def told(self) -> Told:
        """Those that an attack leaves, and the worlds that prove it."""
        return self.cluster.told(self.rows)


#: What is left of some rows, and the worlds that prove it.
Told = tuple[list[Row], tuple[Reals, ...]]


def possible_means(
    material: Material, protected: Mapping[str, ProtectedTable], document: Mapping[str, Any]
) -> list[Means]:
    """What could be told besides the counts of a `document`, cluster by cluster."""
    tables = {task.table.name: task.table for task in material.tasks}
    if material.bases is None:
        return []
    rows = list(pooled_rows(_heads(material), document["indices"], tables, material.bases))
    found = []
    for names, ties in tied_tables.units(material.ties, material.clusters, material.tasks):
        cluster = Cluster({name: tables[name] for name in names}, protected, ties, material.rules)
        if inside := tuple(row for row in rows if row.tables <= set(names)):
            found.append(Means(cluster, inside))
    return found


def pooled_from(
    material: Material, means: Sequence[Means], results: Sequence[Told], document: Mapping[str, Any]
) -> Pooled:
    """What a release keeps of means of which this is left."""
    told = [row for rows, _ in results for row in rows]
    proofs = zip(means, results, strict=True)
    worlds = {tuple(one.cluster.tables): proof for one, (rows, proof) in proofs if rows}
    return Pooled(_members(told, _heads(material), document), worlds)


def _heads(material: Material) -> Mapping[str, Mapping[str, Any]]:
    if material.asked is None:
        return {}
    return pooled_heads(material.counted, material.spreads, material.asked)


def _members(
    told: Sequence[Row], heads: Mapping[str, Mapping[str, Any]], document: Mapping[str, Any]
) -> dict[str, Any]:
    by_entry: dict[str, list[Row]] = {}
    for row in told:
        by_entry.setdefault(row.entry, []).append(row)
    return {
        POOLED: [
            {**head, "cells": [_pooled_cell(head, row, document) for row in rows]}
            for entry, head in heads.items()
            if (rows := by_entry.get(entry))
        ],
    }


def _pooled_cell(head: Mapping[str, Any], row: Row, document: Mapping[str, Any]) -> dict[str, Any]:
    limits = pooled_limits(head, row.domain, row.number, document)
    return {"name": list(row.domain), "figure": [row.number, *map(whole, limits)]}


def undeclared(document: Mapping[str, Any], asked: Questionnaire) -> Iterator[str]:
    """The means of a release that a questionnaire does not have, or in which an answer is worth something else."""
    declared = [declared_head(part, asked) for part in parts_of(asked)]
    for entry in document.get(POOLED, ()):
        if {name: entry[name] for name in entry if name in STATIC} not in declared:
            yield str(entry["name"])
