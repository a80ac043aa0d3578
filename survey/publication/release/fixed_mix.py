"""Fixed-mix totals: the equal mean of what the groups of a district answered, which a changed mix cannot move."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from analysis import changes
from analysis.disclosure.cube import TOTAL
from analysis.disclosure.protect import ProtectedTable
from analysis.intervals import wilson
from survey.publication.counts.cube import TOP_TWO

#: Kept with these digits: made of published counts alone, they tell nothing new.
DIGITS: Final = 6


@dataclass(frozen=True, slots=True)
class Mix:
    """The share that chose one of the two best answers, groups weighing the same; a hidden one has no numbers.

    `answers` are the answers of the question and then the two best: only like questions are compared.
    """

    province: str
    district: str
    question: str
    answers: tuple[str, ...]
    n: int | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None


def mix_entries(tables: Sequence[ProtectedTable], effects: Mapping[str, float]) -> list[dict[str, Any]]:
    """The fixed-mix totals of all questions that every group is asked, as a release keeps them."""
    return [_mix_entry(table, effects[table.name]) for table in tables if _mixes(table)]


def _mixes(table: ProtectedTable) -> bool:
    """Only where every group is asked does the cube have their sum."""
    _, group, answers = table.cube.dimensions
    return group.total and TOP_TWO in dict(answers.tree)


def _mix_entry(table: ProtectedTable, effect: float) -> dict[str, Any]:
    place, group, answers = table.cube.dimensions
    groups = tuple(name for (name,) in group.leaves)
    return {
        "question": table.name,
        "answers": [*(name for (name,) in answers.leaves), *dict(answers.tree)[TOP_TWO]],
        "cells": [
            {"name": [province, district], "figure": _figure(table, (province, district), groups, effect)}
            for province, district in place.leaves
        ],
    }


def _figure(
    table: ProtectedTable, place: tuple[str, str], groups: Sequence[str], effect: float
) -> list[float] | None:
    """Base, value and limits in per cent; None unless every group's figure is published."""
    counts = [table.count((*place, group, TOP_TWO)) for group in groups]
    bases = [table.count((*place, group, TOTAL)) for group in groups]
    if any(number is None for number in (*counts, *bases)):
        return None
    n = np.array(bases, np.int64)
    share = np.array(counts, np.float64) / n
    low, high = wilson(share, n / effect)
    mix = changes.fixed_mix(changes.Figures(n, 100 * share, 100 * low, 100 * high))
    return [int(mix.n), *(round(float(part), DIGITS) for part in (mix.value, mix.low, mix.high))]


def read(document: Mapping[str, Any]) -> Iterator[Mix]:
    """The totals that a release keeps; one from before there were any has none."""
    for entry in document.get("fixed_mix", ()):
        for cell in entry["cells"]:
            province, district = cell["name"]
            yield Mix(province, district, entry["question"], tuple(entry["answers"]), *(cell["figure"] or ()))
