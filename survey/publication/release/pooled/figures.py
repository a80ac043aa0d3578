"""Means of all answers to the questions of an index: those that an attack with all of them leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
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


def pooled_member(
    material: Material,
    protected: Mapping[str, ProtectedTable],
    document: Mapping[str, Any],
    note: Callable[[float], None],
) -> Pooled:
    """Attack what could be told besides the counts of a `document`, cluster by cluster, and keep what is left.

    How much of that is done is noted from 0 to 1.
    """
    bases, asked = material.bases, material.asked
    if bases is None or asked is None:
        note(1.0)
        return Pooled({POOLED: []})
    tables = {task.table.name: task.table for task in material.tasks}
    heads = pooled_heads(material.counted, material.spreads, asked)
    means = list(pooled_rows(heads, document["indices"], tables, bases))
    told: list[Row] = []
    worlds: dict[tuple[str, ...], tuple[Reals, ...]] = {}
    units = list(tied_tables.units(material.ties, material.clusters, material.tasks))
    for number, (names, ties) in enumerate(units, start=1):
        inside = {name: tables[name] for name in names}
        cluster = Cluster(inside, protected, ties, material.rules)
        found, proof = cluster.told([row for row in means if row.tables <= inside.keys()])
        told += found
        if found:
            worlds[names] = proof
        note(number / len(units))
    return Pooled(_members(told, heads, document), worlds)


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
