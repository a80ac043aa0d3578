"""The gaps of a release: what more people wanted than got, and what members say compared with women and youth.

Each is a function of published counts, bases and workloads alone, and hidden where one of them is. How many both wanted a
kind of help and got it is published above districts only, where that tells nobody's answers: an interval with that number
would tell it, so everywhere else the fewest that there can be stands in its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from survey.publication.counts.cube import Topic
from survey.publication.counts.design_effects import Effects, Known, Workers
from survey.publication.counts.gaps import Gap, gaps_of
from survey.publication.release import interviewers
from survey.publication.release.figures import FEW, HIDDEN, PLAIN_FROM, PUBLISHED
from survey.storage.results.gaps import figures as gap_figures
from survey.storage.results.gaps.paired import both_by_domain


@dataclass(frozen=True, slots=True)
class GapFigure:
    """How many `points` the first share is above the second, in per cent of the `base` interviewed; a hidden one has no numbers.

    Of two groups `group` is the second, and `base` the smaller of theirs. Where that is told, `both` gave both answers. It is `called` clear or not only where the worker's
    part of its interval is known.
    """

    province: str
    district: str
    group: str
    name: str
    first: str
    second: str
    answer: str
    groups: tuple[str, str]
    called: bool
    status: str = HIDDEN
    base: int | None = None
    points: int | None = None
    low: int | None = None
    high: int | None = None
    both: int | None = None


#: The likeness of a worker's interviews in each gap; those of two groups have that of their two questions.
KnownGaps = Mapping[Gap, Known | None]


def known_gaps(topics: Sequence[Topic], effects: Effects, workers: Workers) -> KnownGaps:
    """The gaps that these topics have, and how alike the interviews of one worker are in each."""
    groups = {topic.name: topic.groups for topic in topics}
    return {
        gap: None if gap.groups else effects.of_gap(gap, groups[gap.first], workers)
        for gap in gaps_of(topics)
    }


def gap_entries(document: Mapping[str, Any], known: KnownGaps) -> list[dict[str, Any]]:
    """The gaps that follow from a document, as it keeps them."""
    heads = [_head(gap, found) for gap, found in known.items()]
    return [{**head, "cells": gap_figures.cells_of(head, document)} for head in heads]


def _head(gap: Gap, known: Known | None) -> dict[str, Any]:
    sides = {"name": gap.name, "first": gap.first, "second": gap.second, "answer": gap.answer}
    worker = {interviewers.FIELD: interviewers.described(known)} if known else {}
    return {**sides, **worker, **({"groups": list(gap.groups)} if gap.groups else {})}


def undeclared(document: Mapping[str, Any], topics: Sequence[Topic]) -> Iterator[str]:
    """The gaps of a release that a questionnaire does not have."""
    declared = [_head(gap, None) for gap in gaps_of(topics)]
    for entry in document.get("gaps", ()):
        if {
            key: value for key, value in entry.items() if key not in ("cells", interviewers.FIELD)
        } not in declared:
            yield str(entry["name"])


def read(document: Mapping[str, Any]) -> Iterator[GapFigure]:
    """The gaps that a release keeps; one from before there were any has none."""
    topics = {topic["name"]: topic for topic in document["topics"]}
    for entry in document.get("gaps", ()):
        sides = [topics[entry["first"]], topics[entry["second"]]] if entry.get("groups") else [entry]
        known = [interviewers.read(side) for side in sides]
        called = all(one is not None and not one.assumed for one in known)
        both = both_by_domain(document, entry["name"])
        for cell in entry["cells"]:
            yield replace(_figure(entry, cell, called), both=both.get(tuple(cell["name"])))


def _figure(entry: Mapping[str, Any], cell: Mapping[str, Any], called: bool) -> GapFigure:
    province, district, group = cell["name"]
    first, second = entry.get("groups") or (group, group)
    sides = (entry["first"], entry["second"], entry["answer"], (first, second))
    numbers = cell["figure"] or ()
    status = HIDDEN if not numbers else PUBLISHED if numbers[0] >= PLAIN_FROM else FEW
    return GapFigure(province, district, group, entry["name"], *sides, called, status, *numbers)
