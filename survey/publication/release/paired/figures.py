"""The counts of both answers that a release keeps, made of what it shows already and of an attack over all of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from analysis.disclosure.problem import Reals
from analysis.disclosure.protected_table import ProtectedTable
from analysis.disclosure.tied.pairs import are_settled
from survey.publication.counts.cube import Topic
from survey.publication.release.material import Material
from survey.publication.release.paired.attack import Row, Unit
from survey.publication.release.paired.blocks import Block, head_of, paired_gaps
from survey.publication.release.paired.told import ToldUnit
from survey.storage.results.gaps.paired import PAIRED, joined_clusters

#: What is left of some rows, and the worlds that prove it.
Told = tuple[list[Row], tuple[Reals, ...]]


@dataclass(frozen=True, slots=True)
class Paired:
    """The member that a release keeps, and by the names of tied tables the worlds that prove it safe.

    The `units` are what further figures have to be attacked with.
    """

    member: dict[str, Any]
    worlds: dict[tuple[str, ...], tuple[Reals, ...]] = field(default_factory=dict)
    units: tuple[ToldUnit, ...] = ()


def units_of(material: Material, protected: Mapping[str, ProtectedTable]) -> list[Unit]:
    """The tables of pairs with all that are tied to them, of which nothing is said besides `protected` tables.

    Nothing is published of pairs of which not all that ties them is known.
    """
    if material.bases is None:
        return []
    tables = {task.table.name: task.table for task in material.tasks}
    copies = {same.second for same in material.ties.same}
    apart = [name for name in tables if name not in copies]
    blocks = [block for block in material.blocks if set(block.answers) <= set(apart)]
    clusters = [tuple(task.table.name for task in cluster.tasks) for cluster in material.clusters]
    found = []
    for names in joined_clusters(clusters, [head_of(block.gap) for block in blocks], apart):
        if inside := tuple(block for block in blocks if block.gap.first in names):
            ties = [tie for tie in material.ties.inequalities if set(tie.tables) <= set(names)]
            counted = {name: tables[name] for name in names}
            if are_settled([block.pair for block in inside], ties):
                found.append(Unit(counted, protected, material.bases, ties, inside, material.rules))
    return found


def paired_from(units: Sequence[Unit], results: Sequence[Told]) -> Paired:
    """What a release keeps of pairs of which this is left; nothing of a unit of which nothing is."""
    kept = [(unit, *result) for unit, result in zip(units, results, strict=True) if result[0]]
    entries = [_entry(block, rows) for unit, rows, _ in kept for block in unit.blocks]
    worlds = {tuple(unit.tables): proof for unit, _, proof in kept}
    return Paired({PAIRED: entries}, worlds, tuple(unit.as_told(rows) for unit, rows, _ in kept))


def _entry(block: Block, told: Sequence[Row]) -> dict[str, Any]:
    cells = [
        {"name": list(domain), "count": row.both}
        for row in told
        if row.block.gap == block.gap
        for domain in row.domains
    ]
    return {**head_of(block.gap), "cells": cells}


def undeclared(document: Mapping[str, Any], topics: Sequence[Topic]) -> Iterator[str]:
    """The counts of both answers in a release that a questionnaire does not have."""
    declared = [head_of(gap) for gap, _ in paired_gaps(topics)]
    for entry in document.get(PAIRED, ()):
        if {key: value for key, value in entry.items() if key != "cells"} not in declared:
            yield str(entry["name"])
