"""The tables of a round that are tied to each other: which of them are worked out together, and which not at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from analysis.disclosure.cube import Cube, Flags, cell_names, cells_by_name
from analysis.disclosure.protected_table import ProtectedTable
from analysis.disclosure.tied.ties import Same, Tie, Ties, clusters
from survey.publication.counts.cube import Topic, topics_of
from survey.publication.protection.drafts import Task, Together
from survey.questionnaire.model import Questionnaire

#: Inner counts of one place that tied tables may have together: the attack on eight places then ends in time.
MOST_TOGETHER: Final = 1_000

TOO_MANY: Final = (
    "too many questions are tied to it to be checked together; ask fewer that depend on each other"
)


def sizes_of(topics: Sequence[Topic]) -> dict[str, int]:
    """By topic the inner counts of one place."""
    return {topic.name: len(topic.groups) * len(topic.leaves) for topic in topics}


def published_ties(questionnaire: Questionnaire, ties: Ties) -> Ties:
    """What joins the tables that are published of a questionnaire."""
    return ties_without(ties, unpublished_tables(ties, sizes_of(topics_of(questionnaire))))


def unpublished_tables(ties: Ties, sizes: Mapping[str, int]) -> dict[str, str]:
    """The tables that are not published, each with the reason: unresolved ones, and what is too large together.

    `sizes` holds by table the inner counts of one place, in the order of asking; what is asked last goes first.
    """
    gone, order = dict(ties.unresolved), list(sizes)
    for cluster in clusters(ties_without(ties, gone)):
        total = sum(sizes.get(name, 0) for name in cluster)
        for name in sorted((name for name in cluster if name in sizes), key=order.index, reverse=True):
            if total <= MOST_TOGETHER:
                break
            gone[name] = TOO_MANY
            total -= sizes[name]
    # What is the same as a table that is not published has its ties, and nobody attacks those.
    copies = {same.second: gone[same.first] for same in ties.same if same.first in gone}
    return {**copies, **gone}


def ties_without(ties: Ties, gone: Mapping[str, str]) -> Ties:
    """The ties between the tables that are left."""
    return replace(
        ties,
        inequalities=tuple(tie for tie in ties.inequalities if not any(name in gone for name in tie.tables)),
        same=tuple(same for same in ties.same if same.first not in gone and same.second not in gone),
    )


def tied_clusters(ties: Ties, tasks: Sequence[Task]) -> tuple[Together, ...]:
    """The clusters of tied tables; of two that are the same people only the first is in one."""
    by_name = {task.table.name: task for task in tasks}
    copies = {same.second for same in ties.same}
    inequalities = tuple(tie for tie in ties.inequalities if not copies.intersection(tie.tables))
    found = clusters(Ties(inequalities, (), {}))
    return tuple(_cluster(names, inequalities, by_name) for names in found)


def units(
    ties: Ties, together: Sequence[Together], tasks: Sequence[Task]
) -> Iterator[tuple[tuple[str, ...], Sequence[Tie]]]:
    """Tied tables together, every other one by itself; of two that are the same people the first alone."""
    tied: set[str] = {same.second for same in ties.same}
    for cluster in together:
        names = tuple(task.table.name for task in cluster.tasks)
        tied.update(names)
        yield names, cluster.ties
    yield from (((task.table.name,), ()) for task in tasks if task.table.name not in tied)


def _cluster(names: Sequence[str], ties: Sequence[Tie], tasks: Mapping[str, Task]) -> Together:
    inside = tuple(tie for tie in ties if tie.tables[0] in names)
    return Together(tuple(task for name, task in tasks.items() if name in names), inside)


def copied_pattern(same: Same, first: ProtectedTable, second: Cube) -> Flags:
    """Which cells of a table are shown that holds the same people as another: those that are shown there."""
    other = {theirs: ours for ours, theirs in same.leaves}
    known = cells_by_name(first.cube)
    shown = np.zeros(int(np.prod(second.shape)), dtype=np.bool_)
    for cell in range(len(shown)):
        *domain, answer = cell_names(second, cell)[0]
        place = known.get((*domain, other.get(answer, answer)))
        shown[cell] = place is not None and first.counts[place] is not None
    return shown
