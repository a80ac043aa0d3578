"""Ratios of answers to one question, made of nothing but a release's own published numbers, and checked against them likewise.

A ratio counts those who gave some answers, less those who gave others, of those to whom it applies.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from analysis.disclosure.nodes import TOTAL
from analysis.intervals import paired_difference
from analysis.models.interviewers import Correlation
from survey.storage.results.answered_shares import scaled
from survey.storage.results.published_numbers import (
    correlation_of,
    is_rounded,
    published_effect,
    seen_by_base,
    share_limits,
    whole,
)
from survey.storage.results.release_document import NO_ANSWER, Document, Name, counts_of

#: The member of a release that holds them; releases of before have none.
RATIOS: Final = "ratios"

#: How many it applies to, the ratio in per cent and its limits.
Numbers = tuple[float, float, float, float]
Counts = Mapping[Name, int | None]


def cells_of(entry: Mapping[str, Any], document: Document) -> list[dict[str, Any]]:
    """The cells of one ratio; nothing where a part of it is hidden."""
    return [
        {"name": list(name), "figure": numbers and [whole(number) for number in numbers]}
        for name, numbers in _numbers(entry, document)
    ]


def complaints(document: Document) -> Iterator[str]:
    """The ratios of a release that are not what its published numbers make of them."""
    for entry in document.get(RATIOS, ()):
        right = dict(_numbers(entry, document))
        kept = {tuple(cell["name"]): cell["figure"] for cell in entry["cells"]}
        for name in dict.fromkeys((*right, *kept)):
            if name not in right or name not in kept or not is_rounded(kept[name], right[name]):
                yield f"{entry['name']}: {' / '.join(name)} does not follow from published numbers"


def _numbers(entry: Mapping[str, Any], document: Document) -> Iterator[tuple[Name, Numbers | None]]:
    # A KeyError says that there is no such question; at the end of `next` a generator would break in another way.
    topic = {topic["name"]: topic for topic in document["topics"]}[entry["question"]]
    counts, nodes = counts_of(topic), _nodes(topic["cube"][-1])
    seen, known = seen_by_base(document), correlation_of(topic)
    for *domain, answer in counts:
        if answer == TOTAL:
            more, less, of = (_sum(counts, domain, entry[part], nodes) for part in ("more", "less", "of"))
            base = counts[(*domain, TOTAL)]
            of = of if entry["of"] else _answered(counts, domain)
            name = tuple(domain)
            if more is None or less is None or not of or not base or name not in seen:
                yield name, None
            else:
                yield name, _ratio(more, less, of, scaled(seen[name], of, base), known, bool(entry["less"]))


def _answered(counts: Counts, domain: Sequence[str]) -> int | None:
    base, silent = counts[(*domain, TOTAL)], counts.get((*domain, NO_ANSWER))
    return None if base is None or silent is None else base - silent


def _sum(
    counts: Counts, domain: Sequence[str], answers: Sequence[str], nodes: Mapping[frozenset[str], str]
) -> int | None:
    """How many gave one of some answers, as a published sum of them says it or else they themselves; None where hidden."""
    node = nodes.get(frozenset(answers))
    if node is not None and counts[(*domain, node)] is not None:
        return counts[(*domain, node)]
    single = [counts[(*domain, answer)] for answer in answers]
    known = [number for number in single if number is not None]
    return sum(known) if len(known) == len(single) else None


def _nodes(dimension: Mapping[str, Any]) -> dict[frozenset[str], str]:
    """The sums of answers that a table has, by the answers in them."""
    tree = {node: list(children) for node, children in dimension["tree"]}

    def leaves(name: str) -> frozenset[str]:
        return frozenset().union(*map(leaves, tree[name])) if name in tree else frozenset((name,))

    return {leaves(node): node for node in tree}


def _ratio(more: int, less: int, of: int, seen: float, known: Correlation, differs: bool) -> Numbers:
    if differs:
        effect, df = published_effect(seen, known)
        # Nobody gave two answers to one question.
        low, high = paired_difference(more, less, of, 0, effect=effect, df=df)
    else:
        low, high = share_limits(more, of, seen, known)
    return of, 100 * (more - less) / of, 100 * float(low), 100 * float(high)
