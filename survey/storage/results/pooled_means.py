"""Means of all answers to the questions of an index: sums with limits over counts that are hidden one by one.

A reader knows them besides the counts. The interval of a mean is made of published numbers alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np

from analysis.disclosure.tied.rows import Sum
from analysis.intervals import wald
from survey.storage.results.published_numbers import (
    SLACK,
    correlation_of,
    published_effect,
    seen_by_base,
)

#: The member of a release that holds them; releases of before have none.
POOLED: Final = "pooled"

#: Means are published of so many interviews or more.
LEAST_POOLED: Final = 25

#: Half a point: what rounding to whole points leaves open.
ROUNDING: Final = 0.5

Document = Mapping[str, Any]
Name = tuple[str, ...]


def pooled_limits(entry: Mapping[str, Any], name: Name, mean: int, document: Document) -> tuple[float, float]:
    """Limits of a mean of all answers, from the spread of the whole round and the number interviewed.

    Raises KeyError where one of these is not published.
    """
    base = _bases(document).get(name)
    if base is None:
        raise KeyError(name)
    effect, df = published_effect(seen_by_base(document)[name], correlation_of(entry))
    low, high = wald(float(mean), entry["spread"] * float(np.sqrt(effect / base)), float(df))
    return max(float(low), 0.0), min(float(high), 100.0)


def mean_sums(domain: Name, scores: Mapping[str, Mapping[str, float]], mean: int) -> Iterator[Sum]:
    """The two sides of a mean of all answers in whole points: Σ (score − limit) is above zero, and below."""
    for limit, low, high in ((mean - ROUNDING, 0.0, np.inf), (mean + ROUNDING, -np.inf, 0.0)):
        factors = {
            (item, answer): score - limit for item, of in scores.items() for answer, score in of.items()
        }
        yield Sum(domain, factors, low, high)


def sums_of(document: Document) -> list[Sum]:
    """What a reader of the counts knows besides them."""
    return [
        one
        for entry in document.get(POOLED, ())
        for cell in entry["cells"]
        for one in mean_sums(tuple(cell["name"]), entry["scores"], cell["figure"][0])
    ]


def complaints(document: Document) -> Iterator[str]:
    """Means that stand where they may not, or whose limits are others; a release of before has none."""
    bases = _bases(document)
    topics = {topic["name"] for topic in document["topics"]}
    for entry in document.get(POOLED, ()):
        for cell in entry["cells"]:
            if not topics.issuperset(entry["components"]) or not _is_pooled(entry, cell, document, bases):
                yield f"{POOLED}: {entry['name']} of {' / '.join(cell['name'])} does not follow from published numbers"


def _bases(document: Document) -> dict[Name, int | None]:
    """How many were interviewed, None where that is hidden."""
    return {tuple(cell["name"]): cell["count"] for table in document["bases"] for cell in table["cells"]}


def _is_pooled(
    entry: Mapping[str, Any], cell: Mapping[str, Any], document: Document, bases: Mapping[Name, int | None]
) -> bool:
    name, (mean, *kept) = tuple(cell["name"]), cell["figure"]
    numbers = len(kept) == 2 and all(type(one) is int for one in (entry["spread"], mean, *kept))
    if not numbers or not 0 <= mean <= 100 or entry["spread"] < 1 or (bases.get(name) or 0) < LEAST_POOLED:
        return False
    right = pooled_limits(entry, name, mean, document)
    return all(abs(one - other) <= ROUNDING + SLACK for one, other in zip(kept, right, strict=True))
