"""The weighted shares of a release: their intervals, made of nothing but what it publishes, and checked in the same way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np

from analysis.disclosure.nodes import TOTAL
from analysis.intervals import wilson
from analysis.models.interviewers import Correlation
from survey.storage.results.published_numbers import SLACK, published_effect
from survey.storage.results.release_document import Document, Name, counts_of

#: The members that hold the shares, and how the groups of provinces are weighted.
WEIGHTED: Final = "weighted"
WEIGHTING: Final = "weighting"

#: A group is weighted with so many classes or more.
LEAST_CLASSES: Final = 4


def limits(entry: Mapping[str, Any], name: Name, share: int, document: Document) -> tuple[float, float]:
    """Wilson's limits, in per cent, of a weighted share in whole per cent.

    They stand on the published base over two design effects: Kish's of the weights, and that of the workers' interviews.
    Raises KeyError where one of these is not published.
    """
    topic = _topics(document)[entry["question"]]
    base = counts_of(topic)[(*name, TOTAL)]
    if base is None:
        raise KeyError(name)
    seen = {tuple(one["name"]): one["seen"] for one in document["workloads"]}[name]
    weights = {tuple(one["name"]): one["effect"] for one in document[WEIGHTING]}[name]
    kept = topic["interviewers"]
    effect, df = published_effect(seen, Correlation(kept["rho"], kept["error"], kept["source"]))
    low, high = wilson(np.divide(share, 100), base / (effect * weights), df=df)
    return 100 * float(low), 100 * float(high)


def complaints(document: Document) -> Iterator[str]:
    """The weighted shares of a release that stand where they may not, or whose limits are others; one of before has none."""
    for one in document.get(WEIGHTING, ()):
        if one["classes"] < LEAST_CLASSES or one["effect"] < 1 or len(one) > 3:
            yield f"{WEIGHTING}: {' / '.join(one['name'])} is not weighted in this way"
    topics = _topics(document)
    for entry in document.get(WEIGHTED, ()):
        plain = counts_of(topics[entry["question"]]) if entry["question"] in topics else {}
        for cell in entry["cells"]:
            name = tuple(cell["name"])
            above = name[0] != TOTAL and name[1] == TOTAL and name[2] != TOTAL
            if not above or plain.get((*name, entry["answer"])) is None or not _fits(entry, cell, document):
                yield f"{WEIGHTED}: {entry['question']} of {' / '.join(name)} does not follow from published numbers"


def _topics(document: Document) -> dict[str, Mapping[str, Any]]:
    return {one["name"]: one for one in document["topics"]}


def _fits(entry: Mapping[str, Any], cell: Mapping[str, Any], document: Document) -> bool:
    share, *kept = cell["figure"]
    if len(kept) != 2 or not all(type(one) is int for one in cell["figure"]) or not 0 <= share <= 100:
        return False
    try:
        right = limits(entry, tuple(cell["name"]), share, document)
    except KeyError:
        return False
    return all(abs(one - other) <= 0.5 + SLACK for one, other in zip(kept, right, strict=True))
