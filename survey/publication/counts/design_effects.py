"""The design effect of each question: how much interviews of one worker resemble each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from analysis.estimation.sums import UnitTable, ValueSums, pooled_design_effect
from survey.publication.counts.cube import TOP_TWO, YES, Domain, Topic

#: Per worker: bases by domain, and by domain and topic how many gave each answer.
Bases = NDArray[np.int64]
Given = Mapping[str, Mapping[str, NDArray[np.int64]]]


def effects_of(
    topics: Sequence[Topic], domains: Sequence[Domain], workers: Sequence[tuple[Bases, Given]]
) -> dict[str, float]:
    """The design effect of every topic, pooled over districts and groups, at least 1 and to one decimal.

    A question's effect is that of its top two answers, or the mean of its answers' where it has no top two.
    """
    return {topic.name: _rounded(_of_topic(topic, domains, workers)) for topic in topics}


def _of_topic(topic: Topic, domains: Sequence[Domain], workers: Sequence[tuple[Bases, Given]]) -> list[float]:
    asked = np.array([group in topic.groups for _, group in domains])
    return [_of_answer(topic.name, names, asked, workers) for names in _answers(topic)]


def _answers(topic: Topic) -> Iterator[tuple[str, ...]]:
    """The answers, as sets of leaves, whose effects are averaged."""
    if topic.share is not None:
        yield (YES,)
        return
    top = dict(topic.tree).get(TOP_TWO)
    leaves = dict(topic.leaves)
    if top:
        yield tuple(name for leaf in top for name in leaves[leaf] or ())
        return
    yield from (names for _, names in topic.leaves if names)


def _of_answer(
    name: str, answers: tuple[str, ...], asked: NDArray[np.bool_], workers: Sequence[tuple[Bases, Given]]
) -> float:
    yes = np.array([_count(given.get(name, {}), answers, bases) for bases, given in workers], np.float64)
    n = np.array([bases for bases, _ in workers], np.float64)
    # Pairs of domain and worker, domain first, as the sums want them.
    y_pairs, n_pairs = yes.T.ravel(), n.T.ravel()
    key = np.flatnonzero(n_pairs)
    y, size = y_pairs[key], n_pairs[key]
    moments = np.array([size, size, size, y, y, y, y])
    sums = ValueSums(len(asked), len(workers), key, moments, n.sum(axis=1).astype(np.int64))
    units = UnitTable(np.zeros(len(workers), np.int64), np.zeros(1))
    return pooled_design_effect(sums, units, asked)


def _count(
    given: Mapping[str, NDArray[np.int64]], answers: tuple[str, ...], bases: Bases
) -> NDArray[np.int64]:
    return sum((given[name] for name in answers if name in given), np.zeros_like(bases))


def _rounded(effects: list[float]) -> float:
    return round(float(np.mean(effects)), 1) if effects else 1.0
