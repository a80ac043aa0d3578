"""The design effect of each question: how much interviews of one worker resemble each other.

An effect is measured where enough people stand behind it, in the round as a whole and on either side of the answer: one
that is made of a few people's answers would tell of them. Elsewhere it follows from how many interviews the workers
brought, which is no answer, and from the likeness of interviews of one worker that the measured questions of the round
show on average; where none is measured, from the likeness that plans assume.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis.estimation.sums import UnitTable, ValueSums, pooled_design_effect
from survey.publication.counts.cube import TOP_TWO, YES, Domain, Topic

#: Per worker: bases by domain, and by domain and topic how many gave each answer.
Bases = NDArray[np.int64]
Given = Mapping[str, Mapping[str, NDArray[np.int64]]]

#: A measured effect needs so many districts by group that two workers visited, workers, and interviews.
LEAST_CELLS: Final = 20
LEAST_WORKERS: Final = 10
LEAST_INTERVIEWS: Final = 500
#: And so many people who gave the answer, and who did not.
LEAST_PEOPLE: Final = 50
#: How alike interviews of one worker are where no question of a round is measured (the correlation inside a worker).
USUAL_LIKENESS: Final = 0.08


@dataclass(frozen=True, slots=True)
class Workloads:
    """How many interviews each worker brought by domain, shape (workers, domains): numbers that hold no answer."""

    domains: tuple[Domain, ...]
    loads: NDArray[np.int64]

    def asked(self, groups: Sequence[str]) -> NDArray[np.bool_]:
        """Which domains are of these groups."""
        return np.array([group in groups for _, group in self.domains], np.bool_)

    def enough(self, groups: Sequence[str]) -> bool:
        """Whether an effect among these groups can be measured."""
        loads = self.loads[:, self.asked(groups)]
        return bool(
            ((loads > 0).sum(axis=0) > 1).sum() >= LEAST_CELLS
            and loads.any(axis=1).sum() >= LEAST_WORKERS
            and loads.sum() >= LEAST_INTERVIEWS
        )

    def size(self, groups: Sequence[str]) -> float:
        """How many interviews of a district and group one worker brought, as an interview there sees it; at least 1."""
        loads = self.loads[:, self.asked(groups)].astype(np.float64)
        return float((loads**2).sum() / loads.sum()) if loads.any() else 1.0


@dataclass(frozen=True, slots=True)
class Effects:
    """The effect of every topic, at least 1 and to one decimal; `measured` are those that were."""

    workloads: Workloads
    measured: Mapping[str, float] = field(default_factory=dict)
    by_topic: Mapping[str, float] = field(default_factory=dict)
    likeness: float = USUAL_LIKENESS

    def of_index(self, groups: Sequence[str], items: Sequence[str], own: float) -> float:
        """An index has its own effect where those of all its questions are measured."""
        measured = self.workloads.enough(groups) and self.measured.keys() >= set(items)
        return round(own, 1) if measured else self.expected(groups)

    def expected(self, groups: Sequence[str]) -> float:
        """What the workloads make of the likeness of the round."""
        return _expected(self.workloads, groups, self.likeness)


def effects_of(
    topics: Sequence[Topic], domains: Sequence[Domain], workers: Sequence[tuple[Bases, Given]]
) -> Effects:
    """The design effect of every topic, pooled over districts and groups.

    A question's effect is that of its top two answers, or the mean of its answers' where it has no top two.
    """
    loads = np.array([bases for bases, _ in workers], np.int64).reshape(-1, len(domains))
    workloads = Workloads(tuple(domains), loads)
    found = {topic: _measured(topic, workloads, workers) for topic in topics}
    measured = {topic: effect for topic, effect in found.items() if effect is not None}
    likeness = _likeness(measured, workloads)
    return Effects(
        workloads,
        {topic.name: effect for topic, effect in measured.items()},
        {t.name: measured.get(t, _expected(workloads, t.groups, likeness)) for t in topics},
        likeness,
    )


def _likeness(measured: Mapping[Topic, float], workloads: Workloads) -> float:
    """The mean of the measured topics' likeness, of the effects as they are told."""
    sizes = {topic: workloads.size(topic.groups) for topic in measured}
    found = [(measured[topic] - 1) / (size - 1) for topic, size in sizes.items() if size > 1]
    return float(np.mean(found)) if found else USUAL_LIKENESS


def _expected(workloads: Workloads, groups: Sequence[str], likeness: float) -> float:
    return round(1 + (workloads.size(groups) - 1) * likeness, 1)


def _measured(topic: Topic, workloads: Workloads, workers: Sequence[tuple[Bases, Given]]) -> float | None:
    """The effect of a topic, of those answers that enough people gave and enough did not; None without any."""
    if not workloads.enough(topic.groups):
        return None
    asked = workloads.asked(topic.groups)
    counted = (_counts(topic.name, names, workloads, workers) for names in _answers(topic))
    effects = [
        _of_answer(yes, workloads.loads, asked) for yes in counted if _many(yes, workloads.loads, asked)
    ]
    return round(float(np.mean(effects)), 1) if effects else None


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


def _counts(
    name: str, answers: tuple[str, ...], workloads: Workloads, workers: Sequence[tuple[Bases, Given]]
) -> NDArray[np.int64]:
    """How many gave one of the answers, by worker and domain."""
    counts = [_count(given.get(name, {}), answers, bases) for bases, given in workers]
    return np.array(counts, np.int64).reshape(workloads.loads.shape)


def _count(
    given: Mapping[str, NDArray[np.int64]], answers: tuple[str, ...], bases: Bases
) -> NDArray[np.int64]:
    return sum((given[name] for name in answers if name in given), np.zeros_like(bases))


def _many(yes: NDArray[np.int64], loads: NDArray[np.int64], asked: NDArray[np.bool_]) -> bool:
    given, interviewed = int(yes[:, asked].sum()), int(loads[:, asked].sum())
    return min(given, interviewed - given) >= LEAST_PEOPLE


def _of_answer(yes: NDArray[np.int64], loads: NDArray[np.int64], asked: NDArray[np.bool_]) -> float:
    workers = len(loads)
    # Pairs of domain and worker, domain first, as the sums want them.
    y_pairs, n_pairs = yes.T.ravel().astype(np.float64), loads.T.ravel().astype(np.float64)
    key = np.flatnonzero(n_pairs)
    y, size = y_pairs[key], n_pairs[key]
    moments = np.array([size, size, size, y, y, y, y])
    sums = ValueSums(len(asked), workers, key, moments, loads.sum(axis=1))
    units = UnitTable(np.zeros(workers, np.int64), np.zeros(1))
    return pooled_design_effect(sums, units, asked)
