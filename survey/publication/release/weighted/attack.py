"""Attacks weighted shares as somebody would who knows the size and the census share of every class, and all of the release.

A weighted share beside the plain one can be solved for the counts of the classes. So for each group of a province the tables that are
tied are put together over its classes: the counts of the classes add up to the cell of the province, which is shown or
hidden as the release has it, and no count of a class is told. A weighted share is a row over them with the two limits of its
rounding. Where the attack succeeds with the rows, they are not told.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from analysis.disclosure.cube import Cube, Flags, Table, base_cells, cell_names
from analysis.disclosure.nodes import TOTAL, Dimension
from analysis.disclosure.primary import Rules
from analysis.disclosure.tied.joint import Joint, audit_together
from analysis.disclosure.tied.pairs import Pair, Ranges, four_ranges, with_ranges, without_needs
from analysis.disclosure.tied.rows import Sum, with_sums
from analysis.disclosure.tied.ties import Tie
from survey.publication.counts.cube import (
    ANSWER,
    GROUP_COLUMN,
    PROVINCE,
    TOP_TWO,
    YES,
    Topic,
    leaf_counts,
)
from survey.publication.protection.ties import VALID
from survey.publication.release.figures import percent
from survey.publication.release.paired.told import ShownTable
from survey.publication.release.pooled.attack import joint_as_shown
from survey.publication.release.weighted.classes import Counted, WeightClass, Weighting

CLASS: Final = "class"

#: Half a point: what rounding to whole per cent leaves open.
ROUNDING: Final = 0.005


@dataclass(frozen=True, slots=True)
class Share:
    """One weighted share: the table, the answer (a sum of leaves), and whole per cent."""

    table: str
    answer: str
    percent: int


@dataclass(frozen=True, slots=True)
class Row:
    """A share with what one person of each inner cell of all tables counts in it."""

    share: Share
    factors: NDArray[np.float64]


def headline(topic: Topic) -> tuple[str, tuple[str, ...]] | None:
    """The answer of a question that is weighted, and its leaves: the two best ones, or a share's "yes"."""
    if topic.share is not None:
        return YES, (YES,)
    top = dict(topic.tree).get(TOP_TWO)
    return (TOP_TWO, top) if top else None


def weighted_shares(
    weighting: Weighting,
    counted: Counted,
    tables: Mapping[str, ShownTable],
    topics: Mapping[str, Topic],
    ties: Sequence[Tie],
    rules: Rules,
    routed: Collection[str] = (),
    sums: Sequence[Sum] = (),
    pairs: Sequence[Pair] = (),
) -> list[Share]:
    """The weighted shares of a group of a province that may be told of some tables, which are those of a cluster.

    `tables` are as the release has them; those of indices are in no `topics` and only attacked. So are those of questions
    that were asked of some only: a share of all interviewed says little of them, and who was not asked is known. `sums` are
    what else the release says of the group in that province, and `pairs` say which tables are of four, or published nowhere.
    """
    inside = {name: one for name, one in tables.items() if _asks(one.cube, weighting.group)}
    classes = [_class_table(name, one, weighting, counted, topics) for name, one in inside.items()]
    weighed = {name: topic for name, topic in topics.items() if name not in routed}
    rows = list(_rows(weighting, classes, inside, weighed))
    if not rows or not all(_adds_up(one, inside[one.name], weighting) for one in classes):
        return []
    holding = [tie for tie in ties if weighting.group in tie.groups and set(tie.tables) <= inside.keys()]
    joint, cubes = _joint(weighting, classes, inside, holding, rules), {one.name: one.cube for one in classes}
    joint = replace(joint, problem=with_sums(joint.problem, cubes, sums))
    joint = without_needs(joint, [pair.inside for pair in pairs])
    joint = with_ranges(joint, cubes, _ranges(weighting, inside, pairs))
    return [row.share for row in _safe(joint, rows)]


def _ranges(weighting: Weighting, tables: Mapping[str, ShownTable], pairs: Sequence[Pair]) -> Ranges:
    """What published counts of the province leave in the tables of four."""
    found: dict[str, dict[tuple[str, ...], tuple[float, float]]] = {}
    for pair in pairs:
        (one, answer), (other, also) = pair.first, pair.second
        first, second = _plain(tables[one], weighting, answer), _plain(tables[other], weighting, also)
        ranges = four_ranges(first, second, _plain(tables[one], weighting, TOTAL))
        place = (weighting.province, TOTAL, weighting.group)
        found[pair.both] = {(*place, leaf): limits for leaf, limits in ranges.items()}
    return found


def _adds_up(table: Table, protected: ShownTable, weighting: Weighting) -> bool:
    """Whether the classes are everybody whom the release counts there: an attack on other people proves nothing."""
    (answers,) = (one for one in table.cube.dimensions if one.name == ANSWER)
    shown = [_plain(protected, weighting, leaf[-1]) for leaf in answers.leaves]
    counts = [*map(int, table.counts.sum(axis=(0, 1))), int(table.counts.sum())]
    known = [*shown, _plain(protected, weighting, TOTAL)]
    return all(one is None or one == count for one, count in zip(known, counts, strict=True))


def _asks(cube: Cube, group: str) -> bool:
    return (group,) in cube.dimensions[1].leaves


def _class_table(
    name: str,
    protected: ShownTable,
    weighting: Weighting,
    counted: Counted,
    topics: Mapping[str, Topic],
) -> Table:
    """The true counts of a table by class."""
    province, group = weighting.province, weighting.group
    place = Dimension(
        "place",
        (PROVINCE, CLASS),
        tuple((province, str(n)) for n in range(1, len(weighting.classes) + 1)),
        total=False,
    )
    group_ = Dimension(GROUP_COLUMN, (GROUP_COLUMN,), ((group,),), total=False)
    (answers,) = (one for one in protected.cube.dimensions if one.name == ANSWER)
    counts = [[_leaves(name, one, weighting, counted, topics)] for one in weighting.classes]
    cube = Cube((place, group_, answers))
    return Table(cube, np.array(counts, np.int64), sensitive=protected.sensitive, name=name)


def _leaves(
    name: str, one: WeightClass, weighting: Weighting, counted: Counted, topics: Mapping[str, Topic]
) -> list[int]:
    given = counted.of_class(weighting, one, name)
    if name in topics:
        return leaf_counts(topics[name], one.size, given)
    return [given[VALID], one.size - given[VALID]]


def _rows(
    weighting: Weighting,
    classes: Sequence[Table],
    tables: Mapping[str, ShownTable],
    topics: Mapping[str, Topic],
) -> list[Row]:
    """One row for each table whose plain share is shown in the province."""
    sizes, found, start = [table.counts.size for table in classes], [], 0
    for table, size in zip(classes, sizes, strict=True):
        told = headline(topics[table.name]) if table.name in topics else None
        if told and _plain(tables[table.name], weighting, told[0]) is not None:
            factors = np.zeros(sum(sizes))
            factors[start : start + size] = _factors(weighting, table, told[1])
            value = float(factors[start : start + size] @ table.counts.ravel())
            found.append(Row(Share(table.name, told[0], percent(value)), factors))
        start += size
    return found


def _plain(table: ShownTable, weighting: Weighting, answer: str) -> int | None:
    """The count of the province's cell, None where the release hides it."""
    return table.count((weighting.province, TOTAL, weighting.group, answer))


def _factors(weighting: Weighting, table: Table, leaves: Sequence[str]) -> NDArray[np.float64]:
    """What one person counts: the class's part of the population over its size, in the leaves of the answer."""
    (answers,) = (one for one in table.cube.dimensions if one.name == ANSWER)
    inside = np.array([leaf[-1] in leaves for leaf in answers.leaves], np.float64)
    weights = np.array([one.part / one.size for one in weighting.classes])
    return np.outer(weights, inside).ravel()


def _joint(
    weighting: Weighting,
    classes: Sequence[Table],
    tables: Mapping[str, ShownTable],
    ties: Sequence[Tie],
    rules: Rules,
) -> Joint:
    shown = [_shown(table.cube, tables[table.name], weighting) for table in classes]
    # The classes of a province are few: all of them are moved at once.
    return replace(joint_as_shown(classes, shown, rules, ties), tiers=())


def _shown(cube: Cube, protected: ShownTable, weighting: Weighting) -> Flags:
    """The sizes of classes are known; of answers what the release shows of the province, and nothing of a class."""
    size = int(np.prod(cube.shape))
    bases = base_cells(cube)
    shown = np.zeros(size, np.bool_)
    for cell in range(size):
        _, place, _, answer = cell_names(cube, cell)[0]
        shown[cell] = (bases is not None and bases[cell] == cell) or (
            place == TOTAL and _plain(protected, weighting, answer) is not None
        )
    return shown


def _safe(joint: Joint, rows: Sequence[Row]) -> list[Row]:
    """The rows with which no requirement fails; those of a table in which one does go first."""
    left = list(rows)
    while left:
        extended = _with_rows(joint, left)
        audits, _ = audit_together(extended, extended.problem.shown)
        failing = {name for name, one in zip(joint.names, audits, strict=True) if not one.passed}
        if not failing:
            break
        kept = [row for row in left if row.share.table not in failing]
        left = kept if len(kept) < len(left) else []
    return left


def _with_rows(joint: Joint, rows: Sequence[Row]) -> Joint:
    """The same problem with the rows after its cells, each so that its largest factor is 1."""
    problem = joint.problem
    scale = np.array([row.factors.max() for row in rows])
    factors = np.array([row.factors for row in rows]) / scale[:, None]
    shares = np.array([row.share.percent / 100 for row in rows])
    more = np.ones(len(rows), np.bool_)
    extended = replace(
        problem,
        matrix=sparse.csr_array(sparse.vstack([problem.matrix, sparse.csr_array(factors)])),
        low=np.append(problem.low, (shares - ROUNDING) / scale),
        high=np.append(problem.high, (shares + ROUNDING) / scale),
        shown=np.append(problem.shown, more),
        settled=np.append(problem.settled, ~more),
        figures=tuple(row.share.table for row in rows),
    )
    return replace(joint, problem=extended)
