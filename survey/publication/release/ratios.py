"""The declared ratios of a release: on time of what was promised, not enough of what was received, safer less less safe.

Each is a function of published counts, bases and workloads alone, and hidden where one of them is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from survey.publication.counts.cube import Topic
from survey.publication.release.figures import FEW, HIDDEN, PLAIN_FROM, PUBLISHED
from survey.storage.results import ratio_figures


@dataclass(frozen=True, slots=True)
class Ratio:
    """Those who gave one of `more`, less those who gave one of `less`, of those who gave one of `of`, or answered at all."""

    name: str
    question: str
    more: tuple[str, ...]
    less: tuple[str, ...] = ()
    of: tuple[str, ...] = ()


#: "Nothing was promised" is an answer, and nobody to be late for.
RATIOS: Final = (
    Ratio("on_time", "i_time", ("yes",), of=("yes", "partly_late", "very_late")),
    Ratio("adequacy_shortfall", "i_enough", ("little", "not_at_all")),
    Ratio("trend_balance", "saf_trend", ("safer",), ("less_safe",)),
)


@dataclass(frozen=True, slots=True)
class RatioFigure:
    """One ratio in per cent, or a `balance` of two answers in points, of the `n` to whom it applies; a hidden one has no numbers."""

    province: str
    district: str
    group: str
    name: str
    question: str
    balance: bool
    status: str = HIDDEN
    n: int | None = None
    value: int | None = None
    low: int | None = None
    high: int | None = None


def ratios_of(topics: Sequence[Topic]) -> tuple[Ratio, ...]:
    """The ratios of a questionnaire: those whose question is published with all their answers."""
    leaves = {topic.name: {name for name, _ in topic.leaves} for topic in topics}
    return tuple(
        one for one in RATIOS if leaves.get(one.question, set()).issuperset((*one.more, *one.less, *one.of))
    )


def ratio_entries(document: Mapping[str, Any], topics: Sequence[Topic]) -> list[dict[str, Any]]:
    """The ratios that follow from a document, as it keeps them."""
    heads = [_head(one) for one in ratios_of(topics)]
    return [{**head, "cells": ratio_figures.cells_of(head, document)} for head in heads]


def _head(one: Ratio) -> dict[str, Any]:
    return {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(one).items()}


def undeclared(document: Mapping[str, Any], topics: Sequence[Topic]) -> Iterator[str]:
    """The ratios of a release that a questionnaire does not have."""
    declared = [_head(one) for one in ratios_of(topics)]
    for entry in document.get(ratio_figures.RATIOS, ()):
        if {key: value for key, value in entry.items() if key != "cells"} not in declared:
            yield str(entry["name"])


def read(document: Mapping[str, Any]) -> Iterator[RatioFigure]:
    """The ratios that a release keeps; one from before there were any has none."""
    for entry in document.get(ratio_figures.RATIOS, ()):
        for cell in entry["cells"]:
            numbers = cell["figure"] or ()
            status = HIDDEN if not numbers else PUBLISHED if numbers[0] >= PLAIN_FROM else FEW
            province, district, group = cell["name"]
            what = (entry["name"], entry["question"], bool(entry["less"]))
            yield RatioFigure(province, district, group, *what, status, *numbers)
