"""The gaps of a release, made of nothing but its own published numbers, and checked against them in the same way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from analysis.changes import Figures, combine
from analysis.disclosure.nodes import TOTAL
from analysis.intervals import paired_difference
from analysis.models.interviewers import Correlation
from survey.storage.results.gaps.paired import both_by_domain
from survey.storage.results.published_numbers import (
    correlation_of,
    is_rounded,
    published_effect,
    seen_by_base,
    share_limits,
    whole,
)
from survey.storage.results.release_document import Document, Name, counts_of

#: Base, gap and its two limits, in points.
Numbers = tuple[float, float, float, float]
Counts = Mapping[Name, int | None]
Share = tuple[int, int, float]


def cells_of(entry: Mapping[str, Any], document: Document) -> list[dict[str, Any]]:
    """The cells of one gap: base, points and limits, or nothing where a part of them is hidden."""
    return [
        {"name": list(name), "figure": numbers and [whole(number) for number in numbers]}
        for name, numbers in _numbers(entry, document)
    ]


def complaints(document: Document) -> Iterator[str]:
    """The gaps of a release that are not what its published numbers make of them; one of before has none."""
    for entry in document.get("gaps", ()):
        right = dict(_numbers(entry, document))
        kept = {tuple(cell["name"]): cell["figure"] for cell in entry["cells"]}
        for name in dict.fromkeys((*right, *kept)):
            if name not in right or name not in kept or not is_rounded(kept[name], right[name]):
                yield f"{entry['name']}: {' / '.join(name)} does not follow from published numbers"


def _numbers(entry: Mapping[str, Any], document: Document) -> Iterator[tuple[Name, Numbers | None]]:
    topics = {topic["name"]: topic for topic in document["topics"]}
    seen = seen_by_base(document)
    sides = [topics[entry[side]] for side in ("first", "second")]
    if entry.get("groups"):
        return _of_two_groups(entry, sides, seen)
    return _of_same_people(entry, sides, seen, both_by_domain(document, entry["name"]))


def _of_same_people(
    entry: Mapping[str, Any], sides: list[Any], seen: Mapping[Name, float], both: Mapping[Name, int]
) -> Iterator[tuple[Name, Numbers | None]]:
    """Where the number who gave both answers is not published, the interval is that of the fewest there can be."""
    first, second = map(counts_of, sides)
    known, answer = correlation_of(entry), entry["answer"]
    for name in _domains(first):
        counts = (first[(*name, answer)], second[(*name, answer)], second[(*name, TOTAL)])
        told = None not in counts and name in seen
        yield name, _paired(counts, both.get(name), seen[name], known) if told else None


def _paired(counts: Any, both: int | None, seen: float, known: Correlation) -> Numbers:
    one, other, base = counts
    effect, df = published_effect(seen, known)
    low, high = paired_difference(one, other, base, both, effect=effect, df=df)
    return base, 100 * (one - other) / base, 100 * float(low), 100 * float(high)


def _of_two_groups(
    entry: Mapping[str, Any], sides: list[Any], seen: Mapping[Name, float]
) -> Iterator[tuple[Name, Numbers | None]]:
    """Workers who met both groups count for nothing here: they could only narrow the interval."""
    counts, known = list(map(counts_of, sides)), list(map(correlation_of, sides))
    mine, theirs = entry["groups"]
    for *place, group in _domains(counts[0]):
        if group == mine:
            pair = [(*place, mine), (*place, theirs)]
            shares = [_share(*one, entry["answer"], seen) for one in zip(counts, pair, strict=True)]
            yield (*place, theirs), None if None in shares else _apart(shares, known)


def _share(counts: Counts, name: Name, answer: str, seen: Mapping[Name, float]) -> Share | None:
    """Count, base and how many interviews of its own worker an interview sees; nothing where one is hidden."""
    count, base = counts.get((*name, answer)), counts.get((*name, TOTAL))
    return None if count is None or base is None or name not in seen else (count, base, seen[name])


def _apart(shares: list[Any], known: list[Correlation]) -> Numbers:
    limits = [_limits(*one) for one in zip(shares, known, strict=True)]
    bases = np.array([base for _, base, _ in shares], np.int64)
    gap = combine(Figures(bases, *np.array(limits, np.float64).T), [1.0, -1.0])
    (one, of_one, _), (other, of_other, _) = shares
    # A difference of two quotients would miss a half by its last bit.
    value = 100 * (one * of_other - other * of_one) / (of_one * of_other)
    return int(bases.min()), value, 100 * float(gap.low), 100 * float(gap.high)


def _limits(share: Share, known: Correlation) -> tuple[float, float, float]:
    count, base, seen = share
    value = count / base
    low, high = share_limits(count, base, seen, known)
    return value, float(low), float(high)


def _domains(counts: Counts) -> list[Name]:
    return [name[:-1] for name in counts if name[-1] == TOTAL]
