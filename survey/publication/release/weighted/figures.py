"""The weighted shares of a release: women as if they had the ages of all women of their province, youth ages and sexes.

They are told of groups in provinces, beside the plain shares, for the two best answers and for shares of "yes".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.disclosure.nodes import TOTAL
from analysis.disclosure.protected_table import ProtectedTable
from analysis.disclosure.tied.rows import Sum
from survey.publication.protection import tied_tables
from survey.publication.release.figures import PUBLISHED, percent
from survey.publication.release.material import Material
from survey.publication.release.paired.told import ToldUnit
from survey.publication.release.weighted.attack import Share, weighted_shares
from survey.publication.release.weighted.classes import (
    Counted,
    Weighting,
    counted_by_class,
    weightings,
    with_pairs,
)
from survey.storage.engine.database import Database
from survey.storage.results import pooled_means, weighted_figures
from survey.storage.results.weighted_figures import WEIGHTED, WEIGHTING


@dataclass(frozen=True, slots=True)
class WeightedFigure:
    """A weighted share of one answer among a group of a province, in whole per cent with its limits.

    The group was put in so many `classes`, and the weights alone widen the interval as if there were `effect` times fewer interviews.
    """

    province: str
    group: str
    question: str
    answer: str
    percent: int
    ci_low: int
    ci_high: int
    classes: int
    effect: float

    @property
    def status(self) -> str:
        """As that of other figures: never "few answers", for every class alone holds 20 people."""
        return PUBLISHED


def weighted_members(
    database: Database,
    material: Material,
    tables: Mapping[str, ProtectedTable],
    document: Mapping[str, Any],
    paired: Sequence[ToldUnit] = (),
) -> dict[str, Any]:
    """The members of a release that hold them, made of its `document` and of an attack over its `tables` and counts of pairs."""
    if material.bases is None:
        return {WEIGHTING: [], WEIGHTED: []}
    counted = with_pairs(counted_by_class(database, material.round), material.blocks)
    bases = material.bases
    shown = [w for w in weightings(counted) if bases.count((w.province, TOTAL, w.group)) is not None]
    facts = [
        {"name": [one.province, TOTAL, one.group], "classes": len(one.classes), "effect": one.effect}
        for one in shown
    ]
    sums = pooled_means.sums_of(document)
    units = [*paired, *_units(material, tables, paired)]
    shares = [(one, share) for one in shown for share in _shares(one, counted, units, material, sums)]
    return {WEIGHTING: facts, WEIGHTED: list(_entries(shares, {**document, WEIGHTING: facts}))}


def _units(
    material: Material, tables: Mapping[str, ProtectedTable], paired: Sequence[ToldUnit]
) -> Iterator[ToldUnit]:
    """The tied tables of which no pairs are told, and every other one by itself."""
    known = {name for unit in paired for name in unit.tables}
    for names, ties in tied_tables.units(material.ties, material.clusters, material.tasks):
        if known.isdisjoint(names):
            yield ToldUnit({name: tables[name] for name in names}, ties)


def _shares(
    weighting: Weighting,
    counted: Counted,
    units: Sequence[ToldUnit],
    material: Material,
    sums: Sequence[Sum],
) -> Iterator[Share]:
    topics = {topic.name: topic for topic in material.topics}
    here = [one for one in sums if one.domain == (weighting.province, TOTAL, weighting.group)]
    routed = [name for name, way in material.asking.items() if way.routed]
    for unit in units:
        known = topics | {topic.name: topic for block in unit.blocks for topic in block.topics}
        pairs = [block.pair for block in unit.blocks]
        yield from weighted_shares(
            weighting, counted, unit.tables, known, unit.ties, material.rules, routed, here, pairs
        )


def _entries(
    shares: Sequence[tuple[Weighting, Share]], document: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    entries: dict[tuple[str, str], dict[str, Any]] = {}
    for weighting, share in shares:
        head = {"question": share.table, "answer": share.answer}
        entry = entries.setdefault((share.table, share.answer), {**head, "cells": []})
        name = (weighting.province, TOTAL, weighting.group)
        limits = weighted_figures.limits(entry, name, share.percent, document)
        numbers = [share.percent, *(percent(limit / 100) for limit in limits)]
        entry["cells"].append({"name": list(name), "figure": numbers})
    order = [topic["name"] for topic in document["topics"]]
    yield from sorted(entries.values(), key=lambda entry: order.index(entry["question"]))


def undeclared(document: Mapping[str, Any]) -> Iterator[str]:
    """The weighted shares of a release that are of nothing, or of answers that none of its tables has."""
    known = {
        (table["name"], answer)
        for table in document["topics"]
        for answer in (
            *(leaf[-1] for leaf in table["cube"][-1]["leaves"]),
            *(node for node, _ in table["cube"][-1]["tree"]),
        )
    }
    for entry in document.get(WEIGHTED, ()):
        if (entry["question"], entry["answer"]) not in known or not entry["cells"]:
            yield f"weighted: {entry['question']} / {entry['answer']}"


def read(document: Mapping[str, Any]) -> Iterator[WeightedFigure]:
    """The weighted shares that a release keeps; one from before there were any has none."""
    groups = {tuple(one["name"]): one for one in document.get(WEIGHTING, ())}
    for entry in document.get(WEIGHTED, ()):
        for cell in entry["cells"]:
            province, _, group = cell["name"]
            how = groups[tuple(cell["name"])]
            sides = (province, group, entry["question"], entry["answer"])
            share, low, high = cell["figure"]
            yield WeightedFigure(*sides, share, low, high, how["classes"], how["effect"])
