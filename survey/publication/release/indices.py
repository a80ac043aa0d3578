"""Mean indices: several questions in one number, told only where all that it is made of is told.

That is every answer to each of the questions, and the number of people with a value: a mean of so many people beside
the answers of all narrows how many have none. So where that number is hidden, so are the mean and its interval. An index
of one question says no more than the answers to it, all of which are told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure.cube import Table, cells_by_name, known_counts
from analysis.disclosure.nodes import TOTAL
from analysis.disclosure.primary import Rules
from analysis.disclosure.protected_table import ProtectedTable
from survey.publication.counts.cube import DISTRICT, GROUP_COLUMN, PROVINCE
from survey.publication.counts.design_effects import Known
from survey.publication.counts.index_counts import Counted, Counts, Level
from survey.publication.counts.workloads import Name
from survey.publication.protection.ties.tables import VALID, valid_table
from survey.publication.release import interviewers
from survey.publication.release.figures import FEW, HIDDEN, PLAIN_FROM, PUBLISHED
from survey.storage.results import release_document
from survey.storage.results.pooled_means import POOLED
from survey.storage.results.release_document import NO_ANSWER

#: Fewer with a value than this make no mean.
LEAST: Final = 25

#: Of answers that have no value: "don't know", "prefer not to say", and none at all.
NUMBERS: Final = 3

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Index:
    """One mean, 0 to 100, of the `n` of `base` interviewed who answered enough of its questions.

    `district` is the key of a division for that, "Total" for a province, and `province` too for both. A hidden one has no numbers; of a shown one the
    shares of answers "don't know" and "prefer not to say" are absent where they would tell of a few people.
    `alpha` is Cronbach's, over all interviews of the groups that are asked the same questions, `components`; it is told
    only if the means of all districts together are told for all these groups. `known` tells how alike the interviews of
    one worker are, but for releases of before. Where the mean is hidden the mean of all answers to its questions may be told
    instead, `pooled`, with its limits.
    """

    province: str
    district: str
    group: str
    name: str
    components: tuple[str, ...]
    alpha: float | None
    status: str
    base: int | None = None
    n: int | None = None
    value: int | None = None
    ci_low: int | None = None
    ci_high: int | None = None
    dont_know: int | None = None
    refused: int | None = None
    known: Known | None = None
    pooled: int | None = None
    pooled_low: int | None = None
    pooled_high: int | None = None

    @property
    def told(self) -> bool:
        """Whether there is a mean to read, of either kind."""
        return self.status != HIDDEN or self.pooled is not None


@dataclass(frozen=True, slots=True)
class Item:
    """One question of an index: its protected table, and how many people of each cell every reader knows not to have been asked."""

    table: ProtectedTable
    not_asked: Counts

    def silent(self, name: Name) -> int:
        """How many were asked and gave no answer, "don't know" and "prefer not to say" included, where that is published."""
        place = cells_by_name(self.table.cube)[(*name, NO_ANSWER)]
        return (self.table.counts[place] or 0) - int(self.not_asked[place])


def index_entries(
    counted: Sequence[Counted],
    tables: Sequence[ProtectedTable],
    rules: Rules,
    sources: Mapping[str, Table],
) -> list[dict[str, Any]]:
    """What may be told of the indices, as a release keeps it.

    `tables` are the protected tables of all questions, and `sources` by name what they were made of.
    """
    by_name = {table.name: table for table in tables}
    complete = [one for one in counted if all(item in by_name for item in one.part.indicator.items)]
    return [_index_entry(one, by_name, rules, sources) for one in complete]


def _index_entry(
    one: Counted, tables: Mapping[str, ProtectedTable], rules: Rules, sources: Mapping[str, Table]
) -> dict[str, Any]:
    items = [Item(tables[item], known_counts(sources[item])) for item in one.part.indicator.items]
    components = [item.table for item in items]
    name = one.part.indicator.name
    valid = tables.get(valid_table(name, one.part.groups))
    told = [_may_be_shown(level, components, valid, one.part.groups) for level in one.levels]
    return {
        "name": name,
        "groups": list(one.part.groups),
        "components": list(one.part.indicator.items),
        "interviewers": interviewers.described(one.known),
        "alpha": _alpha(one, told[-1]),
        "cells": list(_cells(one, told, items, valid, rules)),
    }


def _alpha(one: Counted, told: Flags) -> float | None:
    """Cronbach's alpha, where the means of all that it is made of are told."""
    whole = one.levels[-1]
    groups = {name[2] for name, shown in zip(whole.names, told, strict=True) if shown}
    alpha, rows = one.levels[0].table.alpha, one.levels[0].table.alpha_rows
    fine = groups.issuperset(one.part.groups) and rows >= PLAIN_FROM and np.isfinite(alpha)
    return round(alpha, 2) if fine else None


def _cells(
    one: Counted,
    told: Sequence[Flags],
    items: Sequence[Item],
    valid: ProtectedTable | None,
    rules: Rules,
) -> Iterator[dict[str, list[Any]]]:
    aside, table = _aside(one, told, items, rules), items[0].table
    for level, flags, beside in zip(one.levels, told, aside, strict=True):
        for place, name in enumerate(level.names):
            if name[2] in one.part.groups and _inside(table, name):
                figure = (
                    _numbers(level, place, _number(valid, name), beside[place], table)
                    if flags[place]
                    else [HIDDEN]
                )
                yield {"name": list(name), "figure": figure}


def _number(valid: ProtectedTable | None, name: Name) -> int | None:
    """How many have a value, as published; None where that is hidden or not published at all."""
    return None if valid is None else valid.count((*name, VALID))


def _may_be_shown(
    level: Level, components: Sequence[ProtectedTable], valid: ProtectedTable | None, groups: Sequence[str]
) -> Flags:
    """Where a mean is told: every block complete, its number told, enough people behind it, an interval to give."""
    figures = level.table.figures
    enough = (figures.n >= LEAST) & np.isfinite(figures.low)
    complete = [
        bool(fits)
        and name[2] in groups
        and all(_is_complete(table, name) for table in components)
        and (len(components) == 1 or _number(valid, name) is not None)
        for name, fits in zip(level.names, enough, strict=True)
    ]
    return np.array(complete, np.bool_)


def _is_complete(table: ProtectedTable, name: Name) -> bool:
    domain = dict(zip((PROVINCE, DISTRICT, GROUP_COLUMN), name, strict=True))
    return _inside(table, name) and table.complete(domain)


def _aside(one: Counted, told: Sequence[Flags], items: Sequence[Item], rules: Rules) -> Iterator[Flags]:
    """Where the shares of answers "don't know" and "prefer not to say" are told beside a mean: of provinces and of all districts.

    Each number must hold `k` people, and so must what a reader is left with of those who were asked and gave no answer: nothing
    was said at all. So must what is left of each once the told ones of the places inside are taken
    away. One person can give as many such answers as there are questions. The two are told together or not at all.
    """
    least = (rules.sensitive_k if any(item.table.sensitive for item in items) else rules.k) * len(items)
    inner = Inner({}, {})
    for level, flags in zip(one.levels, told, strict=True):
        if level.of_divisions:
            yield np.zeros(len(flags), np.bool_)
            continue
        above = np.array([district == TOTAL for _, district, _ in level.names], np.bool_)
        numbers = _unanswered(level, flags & above, items)
        known, whole = inner.of(level.names)
        fine = flags & above & ((numbers - known >= least) | whole).all(axis=0)
        yield fine
        inner = _summed(level.names, np.where(fine, numbers, known), fine, items[0].table)


def _unanswered(level: Level, flags: Flags, items: Sequence[Item]) -> Counts:
    """By place, where flagged: "don't know", "prefer not to say", and questions that were asked and of which nothing was said."""
    silent = [
        sum(item.silent(name) for item in items) if flag else 0
        for name, flag in zip(level.names, flags, strict=True)
    ]
    said = level.given[1:]
    return np.vstack([said, np.array(silent, np.int64) - said.sum(axis=0)])


@dataclass(frozen=True, slots=True)
class Inner:
    """By place: what a reader adds up of the places inside it, and whether all of them are told."""

    known: dict[Name, Counts]
    whole: dict[Name, bool]

    def of(self, names: Sequence[Name]) -> tuple[Counts, Flags]:
        """Both as arrays, shapes (numbers, names) and (names,)."""
        known = [self.known.get(name, np.zeros(NUMBERS, np.int64)) for name in names]
        return np.array(known).T, np.array([self.whole.get(name, False) for name in names], np.bool_)


def _summed(names: Sequence[Name], known: Counts, fine: Flags, table: ProtectedTable) -> Inner:
    inner = Inner({}, {})
    for place, (province, district, group) in enumerate(names):
        if _inside(table, names[place]):
            above = (TOTAL if district == TOTAL else province, TOTAL, group)
            inner.known[above] = inner.known.get(above, np.zeros(NUMBERS, np.int64)) + known[:, place]
            inner.whole[above] = inner.whole.get(above, True) and bool(fine[place])
    return inner


def _inside(table: ProtectedTable, name: Name) -> bool:
    """Whether a table has that domain: a district without an interview is in none."""
    return (*name, TOTAL) in cells_by_name(table.cube)


def _numbers(level: Level, place: int, number: int | None, beside: bool, table: ProtectedTable) -> list[Any]:
    """The fields of an `Index` from its status on; whether few gave it is judged by what is published."""
    figures = level.table.figures
    base = table.count((*level.names[place], TOTAL))
    shares = (level.table.dont_know[place], level.table.refused[place])
    return [
        PUBLISHED if (number or base or 0) >= PLAIN_FROM else FEW,
        base,
        number,
        *(_whole(float(limit[place])) for limit in (figures.value, figures.low, figures.high)),
        *(_whole(100 * float(share)) if beside else None for share in shares),
    ]


def _whole(number: float) -> int:
    """A number of the scale from 0 to 100, halves up."""
    return int(min(max(number, 0.0), 100.0) + 0.5)


def read(document: Mapping[str, Any]) -> Iterator[Index]:
    """The indices that a release keeps; one from before there were any has none.

    Releases of an earlier form told means without the number of people with a value: these are hidden when read.
    """
    pooled = {
        (entry["name"], *cell["name"]): cell["figure"]
        for entry in document.get(POOLED, ())
        for cell in entry["cells"]
    }
    for entry in document.get("indices", ()):
        components, known = tuple(entry["components"]), interviewers.read(entry)
        for cell in entry["cells"]:
            province, district, group = cell["name"]
            figure = [HIDDEN] if release_document.numberless(entry, cell) else cell["figure"]
            # The alpha is of all districts together and says nothing beside a figure that is not shown.
            alpha = None if figure == [HIDDEN] else entry["alpha"]
            index = Index(province, district, group, entry["name"], components, alpha, *figure)
            mean, low, high = pooled.get((entry["name"], province, district, group), (None, None, None))
            yield replace(index, known=known, pooled=mean, pooled_low=low, pooled_high=high)
