"""Fixed-mix totals: the equal mean of what the groups of a district answered, which a changed mix cannot move."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure.nodes import TOTAL
from analysis.disclosure.protected_table import ProtectedTable
from analysis.intervals import wilson
from analysis.models.interviewers import interviews_seen
from survey.publication.counts.cube import TOP_TWO
from survey.publication.counts.design_effects import Known
from survey.publication.counts.workloads import Loads, Told

#: Kept with these digits: made of published counts alone, they tell nothing new.
DIGITS: Final = 6


@dataclass(frozen=True, slots=True)
class Mix:
    """The share that chose one of the two best answers, groups weighing the same; a hidden one has no numbers.

    `answers` are the answers of the question and then the two best: only like questions are compared. `df` are the
    degrees of freedom of the interval. A change is `called` only where the worker's part of it is known: neither assumed
    nor, as in releases of before, missing.
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


def mix_entries(
    tables: Sequence[ProtectedTable], known: Mapping[str, Known], workloads: Told
) -> list[dict[str, Any]]:
    """The fixed-mix totals of all questions that every group is asked, as a release keeps them."""
    return [_mix_entry(table, known[table.name], workloads) for table in tables if _mixes(table)]


def _mixes(table: ProtectedTable) -> bool:
    """Only where every group is asked does the cube have their sum."""
    _, group, answers = table.cube.dimensions
    return group.total and TOP_TWO in dict(answers.tree)


def _mix_entry(table: ProtectedTable, known: Known, workloads: Told) -> dict[str, Any]:
    place, group, answers = table.cube.dimensions
    groups = tuple(name for (name,) in group.leaves)
    return {
        "question": table.name,
        "answers": [*(name for (name,) in answers.leaves), *dict(answers.tree)[TOP_TWO]],
        "called": not known.assumed,
        "cells": [
            {
                "name": [province, district],
                "figure": _figure(table, (province, district), groups, known, workloads),
            }
            for province, district in place.leaves
        ],
    }


def _figure(
    table: ProtectedTable, place: tuple[str, str], groups: Sequence[str], known: Known, workloads: Told
) -> list[float | None] | None:
    """Base, value and limits in per cent and degrees of freedom; None unless every group's figure is published."""
    counts = [table.count((*place, group, TOP_TWO)) for group in groups]
    bases = [table.count((*place, group, TOTAL)) for group in groups]
    if any(number is None for number in (*counts, *bases)):
        return None
    n = np.array(bases, np.int64)
    numbers, df = mixed(np.array(counts, np.int64), n, workloads.of(place[1], groups), known)
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
    drawn, weight = (count + 2) / (base + 4), 1 / len(base)
    spread = np.sqrt(drawn * (1 - drawn))
    effect, df = known.effect(round(float(interviews_seen(loads, weight * spread / base)), 1))
    variance = float((weight**2 * spread**2 / base).sum() * effect)
    middle, value = float(drawn.mean()), float((count / base).mean())
    low, high = wilson(value, middle * (1 - middle) / variance, df=df)
    return (100 * value, 100 * low, 100 * high), float(df)


def read(document: Mapping[str, Any]) -> Iterator[Mix]:
    """The totals that a release keeps; one from before there were any has none."""
    for entry in document.get("fixed_mix", ()):
        for cell in entry["cells"]:
            province, district = cell["name"]
            mix = Mix(province, district, entry["question"], tuple(entry["answers"]), *(cell["figure"] or ()))
            yield replace(mix, called=entry.get("called", False))
