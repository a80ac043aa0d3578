"""Fixed-mix totals: the equal mean of what the groups of a district answered, which a changed mix cannot move."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure.cube import cells_by_name
from analysis.disclosure.nodes import TOTAL, Dimension
from analysis.disclosure.protected_table import ProtectedTable
from analysis.intervals import wilson
from analysis.models.interviewers import interviews_seen
from survey.publication.counts.cube import TOP_TWO, YES
from survey.publication.counts.design_effects import Known
from survey.publication.counts.workloads import Loads, Told
from survey.storage.results.release_document import NO_ANSWER

#: Kept with these digits: made of published counts alone, they tell nothing new.
DIGITS: Final = 6


@dataclass(frozen=True, slots=True)
class Mix:
    """The share that chose one of the two best answers, or said yes, groups weighing the same; a hidden one has no numbers.

    `district` is the key of a division for that, "Total" for a province, and `province` too for both. `answers` are the answers of
    the question and then the compared ones: only like questions are compared. `df` are the degrees of freedom of the interval. A
    change of a district is `called` only where the worker's part of it is known: neither assumed nor, as in releases of before,
    missing. Where `answered`, it is the share of those who answered.
    """

    province: str
    district: str
    question: str
    answers: tuple[str, ...]
    n: int | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None
    df: float | None = None
    called: bool = False
    answered: bool = False


def mix_entries(
    tables: Sequence[ProtectedTable], known: Mapping[str, Known], workloads: Told
) -> list[dict[str, Any]]:
    """The fixed-mix totals of all questions that every group is asked, as a release keeps them."""
    return [_mix_entry(table, known[table.name], workloads) for table in tables if _mixes(table)]


def compared_answer(leaves: Sequence[str], tree: Mapping[str, Sequence[str]]) -> str | None:
    """The answer whose share is compared between rounds: the two best ones, or yes; None where there is neither."""
    return TOP_TWO if TOP_TWO in tree else YES if YES in leaves else None


def _compared(table: ProtectedTable) -> str | None:
    answers = table.cube.dimensions[-1]
    return compared_answer([name for (name,) in answers.leaves], dict(answers.tree))


def _mixes(table: ProtectedTable) -> bool:
    """Only where every group is asked does the cube have their sum."""
    return table.cube.dimensions[1].total and _compared(table) is not None


def _mix_entry(table: ProtectedTable, known: Known, workloads: Told) -> dict[str, Any]:
    place, group, answers = table.cube.dimensions
    groups = tuple(name for (name,) in group.leaves)
    compared = _compared(table) or ""
    return {
        "question": table.name,
        "answers": [*(name for (name,) in answers.leaves), *dict(answers.tree).get(compared, (compared,))],
        "called": not known.assumed,
        "cells": [
            _cell(_Place(table, inside, name, groups, compared), known, workloads)
            for name, inside in places_of(place)
        ],
    }


@dataclass(frozen=True, slots=True)
class _Place:
    """One district, division, province or all districts of a table: its name, the districts inside, and what is compared there."""

    table: ProtectedTable
    inside: tuple[str, ...]
    name: tuple[str, str]
    groups: tuple[str, ...]
    answer: str

    def counts(self, answer: str) -> NDArray[np.float64]:
        """How many gave an answer by group, NaN where it is hidden or there is no such answer."""
        names = [(*self.name, group, answer) for group in self.groups]
        known = cells_by_name(self.table.cube)
        return np.array([self._number(name) if name in known else np.nan for name in names])

    def _number(self, name: tuple[str, ...]) -> float:
        count = self.table.count(name)
        return np.nan if count is None else count


def places_of(place: Dimension) -> Iterator[tuple[tuple[str, str], tuple[str, ...]]]:
    """The name of every district, then of divisions, provinces and all districts, each with the districts inside.

    A place of one district is that district.
    """
    leaves = place.leaves
    for province, district in leaves:
        yield (province, district), (district,)
    province_of = {district: province for province, district in leaves}
    yield from (((province_of[inside[0]], division), inside) for division, inside in place.tree)
    provinces = dict.fromkeys(province for province, _ in leaves)
    above = [(province, tuple(d for p, d in leaves if p == province)) for province in provinces]
    yield from (((province, TOTAL), inside) for province, inside in above if len(inside) > 1)
    if len(provinces) > 1:
        yield (TOTAL, TOTAL), tuple(district for _, district in leaves)


def _cell(place: _Place, known: Known, workloads: Told) -> dict[str, Any]:
    """The total of everybody interviewed and, where it follows from published numbers, of those who answered."""
    count, base, silent = (place.counts(answer) for answer in (place.answer, TOTAL, NO_ANSWER))
    loads = workloads.of(place.inside, place.groups)
    answered = _figure(count, base - silent, loads * (1 - silent / base), known)
    return {
        "name": list(place.name),
        "figure": _figure(count, base, loads, known),
        **({"answered": answered} if answered else {}),
    }


def _figure(
    count: NDArray[np.float64], base: NDArray[np.float64], loads: Loads, known: Known
) -> list[float | None] | None:
    """Base, value and limits in per cent and degrees of freedom; None unless every group's figure is published."""
    if np.isnan(count).any() or np.isnan(base).any():
        return None
    n = base.astype(np.int64)
    numbers, df = mixed(count.astype(np.int64), n, loads, known)
    rounded = (round(number, DIGITS) for number in numbers)
    return [int(n.sum()), *rounded, round(df, DIGITS) if np.isfinite(df) else None]


def mixed(
    count: NDArray[np.int64], base: NDArray[np.int64], loads: Loads, known: Known
) -> tuple[tuple[float, float, float], float]:
    """The equal mean of the groups and its limits in per cent, and its degrees of freedom.

    A worker who met several groups makes them alike: the design effect is that of the mean, with the workloads of all
    groups. The limits are Wilson's, on as many interviews as a plain share would need for the same variance; for that
    the groups' shares are drawn a little to the middle, so that nobody's spread is nothing.
    """
    weight = 1 / len(base)
    # Of scaled workloads, as of those who answered, it may be less than the one that everybody sees.
    seen = max(float(interviews_seen(loads, weight * _spread(count, base) / base)), 1.0)
    effect, df = known.effect(round(seen, 1))
    return mix_limits(count, base, float(effect), float(df)), float(df)


def mix_limits(
    count: NDArray[np.int64], base: NDArray[np.int64], effect: float, df: float
) -> tuple[float, float, float]:
    """The equal mean of groups and its limits in per cent, with a design effect and degrees of freedom."""
    drawn, weight = (count + 2) / (base + 4), 1 / len(base)
    variance = float((weight**2 * _spread(count, base) ** 2 / base).sum() * effect)
    middle, value = float(drawn.mean()), float((count / base).mean())
    low, high = wilson(value, middle * (1 - middle) / variance, df=df)
    return 100 * value, 100 * low, 100 * high


def _spread(count: NDArray[np.int64], base: NDArray[np.int64]) -> NDArray[np.float64]:
    drawn = (count + 2) / (base + 4)
    return np.asarray(np.sqrt(drawn * (1 - drawn)))


def read(document: Mapping[str, Any]) -> Iterator[Mix]:
    """The totals that a release keeps; one from before there were any has none."""
    for entry in document.get("fixed_mix", ()):
        for cell in entry["cells"]:
            province, district = cell["name"]
            mix = Mix(province, district, entry["question"], tuple(entry["answers"]), *(cell["figure"] or ()))
            mix = replace(mix, called=entry.get("called", False))
            yield mix
            if numbers := cell.get("answered"):
                yield replace(_with(mix, *numbers), answered=True)


def _with(mix: Mix, n: int, value: float, low: float, high: float, df: float | None) -> Mix:
    return replace(mix, n=n, value=value, low=low, high=high, df=df)
