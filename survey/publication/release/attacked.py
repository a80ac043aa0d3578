"""Attacks the tables of a draft once more, then what could be said besides them; large rounds in several processes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

from analysis.disclosure.cube import Flags
from analysis.disclosure.problem import Reals
from analysis.disclosure.protect import with_pattern, with_patterns
from analysis.disclosure.protected_table import ProtectedTable
from analysis.disclosure.questions import results_as_ready
from survey.problems import NO_DRAFT, Problem
from survey.publication.protection import drafts, tied_tables
from survey.publication.protection.drafts import Task, Together
from survey.publication.release.material import Material
from survey.publication.release.paired.figures import Paired, paired_from, units_of
from survey.publication.release.pooled.figures import Pooled, pooled_from, possible_means
from survey.storage.results.pooled_means import sums_of

#: Tables that were checked together, and the possible worlds that prove them safe.
Attacked = tuple[tuple[ProtectedTable, ...], tuple[Reals, ...]]

#: Inner counts of all tied tables from which other processes are begun: each takes some seconds to begin.
LARGE: Final = 8_000

Result = TypeVar("Result")


def attacked_tables(material: Material, folder: Path) -> Iterator[Attacked]:
    """Attack every table of a draft; raises NO_DRAFT where it is not finished, UnsafeError where the attack succeeds."""
    if material.bases is not None:
        yield (material.bases,), ()
    copies = {same.second: same for same in material.ties.same}
    tied = {task.table.name for cluster in material.clusters for task in cluster.tasks}
    alone = [task for task in material.tasks if task.table.name not in tied | copies.keys()]
    work: list[Callable[[], Attacked]] = [
        *(partial(_attack_together, one, _patterns(material, folder, one)) for one in material.clusters),
        *(partial(_attack_alone, one, _patterns(material, folder, one)[0]) for one in alone),
    ]
    found: dict[str, ProtectedTable] = {}
    for _, (tables, proof) in _results(work, material):
        found |= {table.name: table for table in tables}
        yield tables, proof
    for task in material.tasks:
        if same := copies.get(task.table.name):
            yield _attack_alone(task, tied_tables.copied_pattern(same, found[same.first], task.table.cube))


def _attack_together(cluster: Together, shown: Sequence[Flags]) -> Attacked:
    first, tables = cluster.tasks[0], [task.table for task in cluster.tasks]
    return with_patterns(tables, first.rules, first.bases, shown, cluster.ties)


def _attack_alone(task: Task, shown: Flags) -> Attacked:
    return (with_pattern(task.table, task.rules, shown, task.bases),), ()


def _patterns(material: Material, folder: Path, work: Task | Together) -> tuple[Flags, ...]:
    found = drafts.patterns(folder, work)
    if found is None:
        raise Problem(NO_DRAFT, round=material.round.name)
    return found


def further_counts(
    material: Material,
    protected: Mapping[str, ProtectedTable],
    document: Mapping[str, Any],
    note: Callable[[float], None],
) -> tuple[Pooled, Paired]:
    """Attack means of all answers and counts of pairs besides the counts of a `document`, and keep what is left.

    Pairs are attacked with the means, where any are made of the same tables. How much is done is noted from 0 to 1.
    """
    means, units = possible_means(material, protected, document), units_of(material, protected)
    of_means = {table for one in means for row in one.rows for table in row.tables}
    apart = [unit for unit in units if of_means.isdisjoint(unit.tables)]
    work: list[Callable[[], Any]] = [*(unit.told for unit in apart), *(one.told for one in means)]
    results: dict[int, Any] = {}
    for place, result in _results(work, material):
        results[place] = result
        note(len(results) / (len(work) + 1))
    in_order = [results[place] for place in range(len(work))]
    pooled = pooled_from(material, means, in_order[len(apart) :], document)
    sums = sums_of({**document, **pooled.member})
    later = [unit.besides(sums) for unit in units if unit not in apart]
    pairs = paired_from([*apart, *later], [*in_order[: len(apart)], *(unit.told() for unit in later)])
    note(1.0)
    return pooled, pairs


def _results(work: Sequence[Callable[[], Result]], material: Material) -> Iterator[tuple[int, Result]]:
    """Place and result of some work, as soon as it is there."""
    counts = sum(task.table.counts.size for cluster in material.clusters for task in cluster.tasks)
    workers = (os.cpu_count() or 1) if counts >= LARGE else 1
    return results_as_ready(_call, [(one,) for one in work], workers)


def _call(work: Callable[[], Result]) -> Result:
    return work()
