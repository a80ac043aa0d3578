"""Shares of those who answered, made of nothing but a release's own published numbers, and checked against them in the same way.

Where the number without an answer is published with a share of everybody interviewed, so is the share of the others. The
interval takes the interviews of a worker from all interviewed people: how many of them answered would tell who refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from analysis.disclosure.nodes import TOTAL
from analysis.models.interviewers import Correlation
from survey.storage.results.published_numbers import (
    correlation_of,
    is_rounded,
    seen_by_base,
    share_limits,
    whole,
)
from survey.storage.results.release_document import NO_ANSWER, Document, Name, counts_of

#: The field of a cell that holds how many answered, and of these the share and its limits in whole per cent.
FIELD: Final = "answered"

Numbers = tuple[float, float, float, float]


def answered_shares(topic: Mapping[str, Any], seen: Mapping[Any, float]) -> dict[Name, list[int]]:
    """By cell how many answered, their share and its limits."""
    return {name: [whole(one) for one in numbers] for name, numbers in _numbers(topic, seen)}


def complaints(document: Document) -> Iterator[str]:
    """The shares of those who answered that are not what published numbers make of them."""
    seen = seen_by_base(document)
    for topic in document["topics"]:
        right = dict(_numbers(topic, seen))
        kept = {tuple(cell["name"]): cell[FIELD] for cell in topic["cells"] if FIELD in cell}
        for name, numbers in kept.items():
            if name not in right or not is_rounded(numbers, right[name]):
                yield f"{topic['name']}: {' / '.join(name)} of those who answered does not follow from published numbers"


def scaled(seen: float, answered: int, base: int) -> float:
    """How many interviews of its own worker an interview with an answer sees, were they as many for every worker."""
    return max(seen * answered / base, 1.0)


def _numbers(topic: Mapping[str, Any], seen: Mapping[Any, float]) -> Iterator[tuple[Name, Numbers]]:
    if "interviewers" not in topic:
        return
    counts, known = counts_of(topic), correlation_of(topic)
    answers = _with_an_answer(topic["cube"][-1])
    for name, count in counts.items():
        *domain, answer = name
        base, without = counts[(*domain, TOTAL)], counts.get((*domain, NO_ANSWER))
        if answer in answers and None not in (count, base, without) and tuple(domain) in seen:
            yield name, _share(int(count or 0), int(base or 0), int(without or 0), seen[tuple(domain)], known)


def _share(count: int, base: int, without: int, seen: float, known: Correlation) -> Numbers:
    answered = base - without
    low, high = share_limits(count, answered, scaled(seen, answered, base), known)
    return answered, 100 * count / answered, 100 * float(low), 100 * float(high)


def _with_an_answer(dimension: Mapping[str, Any]) -> frozenset[str]:
    """The answers and sums of answers in which nobody without an answer is; none where there is no such leaf."""
    leaves = {leaf[-1] for leaf in dimension["leaves"]}
    if NO_ANSWER not in leaves:
        return frozenset()
    tree = {node: set(children) for node, children in dimension["tree"]}
    inside = {NO_ANSWER}
    while more := {node for node, children in tree.items() if children & inside} - inside:
        inside |= more
    return frozenset((leaves | tree.keys()) - inside)
