"""The counts of both answers that a release keeps, made of what it shows already and of an attack over all of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from analysis.disclosure.problem import Reals
from analysis.disclosure.protected_table import ProtectedTable
from analysis.disclosure.tied.rows import Sum
from survey.publication.counts.cube import Topic
from survey.publication.release.material import Material
from survey.publication.release.paired.attack import Row, Unit
from survey.publication.release.paired.blocks import Block, head_of, paired_gaps
from survey.publication.release.paired.told import ToldUnit
from survey.storage.results.gaps.paired import PAIRED, joined_clusters


@dataclass(frozen=True, slots=True)
class Paired:
    """The member that a release keeps, and by the names of tied tables the worlds that prove it safe.

    The `units` are what further figures have to be attacked with.
    """

    member: dict[str, Any]
    worlds: dict[tuple[str, ...], tuple[Reals, ...]] = field(default_factory=dict)
    units: tuple[ToldUnit, ...] = ()


def paired_member(
    material: Material, protected: Mapping[str, ProtectedTable], sums: Sequence[Sum] = ()
) -> Paired:
    """Attack what could be told of pairs besides `protected` tables and `sums`, and keep what is left."""
    entries: list[dict[str, Any]] = []
    worlds: dict[tuple[str, ...], tuple[Reals, ...]] = {}
    units = []
    for unit in _units(material, protected, sums):
        told, proof = unit.told()
        if told:
            units.append(unit.as_told(told))
            worlds[tuple(unit.tables)] = proof
            entries += [_entry(block, told) for block in unit.blocks]
    return Paired({PAIRED: entries}, worlds, tuple(units))


def _units(
    material: Material, protected: Mapping[str, ProtectedTable], sums: Sequence[Sum]
) -> Iterator[Unit]:
    """The tables of pairs with all that are tied to them."""
    tables = {task.table.name: task.table for task in material.tasks}
    copies = {same.second for same in material.ties.same}
    apart = [name for name in tables if name not in copies]
    blocks = [block for block in material.blocks if set(block.answers) <= set(apart)]
    clusters = [tuple(task.table.name for task in cluster.tasks) for cluster in material.clusters]
    for names in joined_clusters(clusters, [head_of(block.gap) for block in blocks], apart):
        inside = tuple(block for block in blocks if block.gap.first in names)
        if inside and material.bases is not None:
            ties = [tie for tie in material.ties.inequalities if set(tie.tables) <= set(names)]
            known = [one for one in sums if all(table in names for table, _ in one.factors)]
            counted = {name: tables[name] for name in names}
            yield Unit(counted, protected, material.bases, ties, inside, material.rules, known)


def _entry(block: Block, told: Sequence[Row]) -> dict[str, Any]:
    cells = [
        {"name": list(domain), "count": row.both}
        for row in told
        if row.block is block
        for domain in row.domains
    ]
    return {**head_of(block.gap), "cells": cells}


def undeclared(document: Mapping[str, Any], topics: Sequence[Topic]) -> Iterator[str]:
    """The counts of both answers in a release that a questionnaire does not have."""
    declared = [head_of(gap) for gap, _ in paired_gaps(topics)]
    for entry in document.get(PAIRED, ()):
        if {key: value for key, value in entry.items() if key != "cells"} not in declared:
            yield str(entry["name"])
