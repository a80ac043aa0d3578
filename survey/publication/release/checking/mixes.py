"""Fixed-mix totals of a release that are not the mean of published shares, or whose limits no workload makes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np

from analysis.disclosure.nodes import TOTAL
from survey.publication.counts.design_effects import Known
from survey.publication.release import interviewers
from survey.publication.release.fixed_mix import compared_answer, mix_limits, places_of
from survey.storage.results import release_document
from survey.storage.results.release_document import Name

Counts = Mapping[Name, int | None]
#: Of each group how many gave the answer, and of how many.
Parts = Sequence[tuple[int, int]]

#: Per cent that a total and its limits may differ from what is made again: they are kept with fewer digits.
ROUNDING: Final = 1e-4


def mix_mistakes(document: Mapping[str, Any]) -> Iterator[str]:
    """Fixed-mix totals that are not the equal mean of shown shares, of all interviewed or of those who answered.

    Their limits stand on who interviewed how many of each group, which no release holds: some such number has to make them.
    """
    topics = {topic["name"]: topic for topic in document["topics"]}
    for entry in document.get("fixed_mix", ()):
        if (topic := topics.get(entry["question"])) is None:
            yield str(entry["question"])
            continue
        counts = release_document.counts_of(topic)
        if entry["answers"] != _mixed_answers(topic) or not _is_rightly_called(entry, topic):
            yield str(entry["question"])
        yield from _wrong_cells(entry, topic, counts)


def _wrong_cells(entry: Mapping[str, Any], topic: Mapping[str, Any], counts: Counts) -> Iterator[str]:
    known = interviewers.read(topic)
    places = {name for name, _ in places_of(release_document.cube_from(topic["cube"]).dimensions[0])}
    for cell in entry["cells"]:
        place, answered = tuple(cell["name"]), cell.get("answered")
        right = place in places and _is_mixed(cell["figure"], _parts(place, counts, None), known)
        if answered is not None:
            right &= _is_mixed(answered, _parts(place, counts, release_document.NO_ANSWER), known)
        if not right:
            yield " / ".join((entry["question"], *cell["name"]))


def _is_rightly_called(entry: Mapping[str, Any], topic: Mapping[str, Any]) -> bool:
    """Whether changes are called only where the worker's part of the intervals is not assumed."""
    called, known = entry.get("called", False), interviewers.read(topic)
    return called is False or (called is True and known is not None and not known.assumed)


def _mixed_answers(topic: Mapping[str, Any]) -> list[str]:
    """The answers of a question and then the compared ones, as a total keeps them."""
    dimension = topic["cube"][-1]
    leaves, tree = [leaf[-1] for leaf in dimension["leaves"]], dict(dimension["tree"])
    compared = str(compared_answer(leaves, tree))
    return [*leaves, *tree.get(compared, (compared,))]


def _parts(place: Name, counts: Counts, without: str | None) -> Parts | None:
    """What a total is made of; None where a part of it is hidden."""
    compared = str(compared_answer([name[-1] for name in counts], {name[-1]: () for name in counts}))
    groups = [name[2] for name in counts if name[:2] == place and name[-1] == compared and name[2] != TOTAL]
    found = [_part((*place, group), compared, counts, without) for group in groups]
    known = [part for part in found if part is not None]
    return known if known and len(known) == len(found) else None


def _part(domain: Name, answer: str, counts: Counts, without: str | None) -> tuple[int, int] | None:
    """How many of a group gave the answer, and of how many; None where one is hidden."""
    number, base = counts[(*domain, answer)], counts[(*domain, TOTAL)]
    silent = counts.get((*domain, without)) if without else 0
    return None if number is None or not base or silent is None else (number, base - silent)


def _is_mixed(told: Sequence[Any] | None, parts: Parts | None, known: Known | None) -> bool:
    """Whether the numbers of a total are how many it is of, their mean, limits around it, and degrees of freedom."""
    if told is None or parts is None:
        return told is None and parts is None
    n, value, low, high, *df = told
    numbers = all(
        type(one) in (int, float) for one in (value, low, high, *(one for one in df if one is not None))
    )
    if type(n) is not int or not numbers or len(df) > 1 or any(one is not None and not one > 0 for one in df):
        return False
    mean = 100 * sum(count / base for count, base in parts) / len(parts)
    right = n == sum(base for _, base in parts) and abs(mean - value) < ROUNDING
    inside = 0 <= low <= value <= high <= 100
    return right and inside and (known is None or not df or _has_limits(parts, (low, high, df[0]), known))


def _has_limits(parts: Parts, told: tuple[float, float, float | None], known: Known) -> bool:
    """Whether some number of interviews that one sees, to one decimal, makes both limits and the degrees of freedom."""
    count, base = np.array(parts, np.int64).T
    seen = np.arange(10, 10 * int(base.sum()) + 1) / 10
    effect, df = known.effect(seen)
    low, high, kept = told
    fits = np.isinf(df) if kept is None else np.isclose(df, kept, rtol=1e-6, atol=1e-5)
    limits = (mix_limits(count, base, float(effect[at]), float(df[at])) for at in np.flatnonzero(fits))
    return any(abs(one - low) < ROUNDING and abs(other - high) < ROUNDING for _, one, other in limits)
