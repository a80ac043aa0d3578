"""How alike the interviews of one worker are, question by question: what widens the intervals of all its figures.

A correlation is measured where enough people stand behind it, in the round as a whole and on either side of the answer:
one that is made of a few people's answers would tell of them. Elsewhere it is borrowed from the earlier round, from the
measured questions of this one or, where there is nothing to borrow, from what plans assume; it is never taken to be
nothing. It is rounded before anything is made of it, so that intervals tell no more of it than the release does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import ceil
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis.estimation.counting import ValueSums
from analysis.models.interviewers import (
    OTHERS,
    PLANNED,
    Correlation,
    best_known,
    correlation,
    pair_sums,
)
from survey.publication.counts.cube import TOP_TWO, YES, Domain, Topic
from survey.publication.counts.gaps import Gap, difference_key
from survey.publication.counts.workloads import Workloads
from survey.storage.results.published_numbers import published_effect

#: Per worker: bases by domain, and by domain and topic how many gave each answer.
Bases = NDArray[np.int64]
Given = Mapping[str, Mapping[str, NDArray[np.int64]]]
Workers = Sequence[tuple[Bases, Given]]

#: A measured correlation needs so many people who gave the answer, and who did not.
LEAST_PEOPLE: Final = 50
#: It is told with these digits; its error is rounded upward and never nothing.
DIGITS: Final = 2


@dataclass(frozen=True, slots=True)
class Known:
    """The correlation of one question, as told; `alone` if its districts by group mostly had one worker each."""

    correlation: Correlation
    alone: bool = False

    @property
    def assumed(self) -> bool:
        """Whether nothing of these workers' interviews is in it: then no change of a district is called."""
        return self.correlation.source == PLANNED or (self.correlation.source == OTHERS and self.alone)

    def effect(self, seen: float | NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Design effect, to one decimal and rounded upward, and degrees of freedom of figures that see so many interviews."""
        return published_effect(seen, self.correlation)


@dataclass(frozen=True, slots=True)
class Effects:
    """The correlation of every topic; `measured` are those that were, `earlier` those of the round before."""

    workloads: Workloads
    measured: Mapping[str, Correlation] = field(default_factory=dict)
    by_topic: Mapping[str, Known] = field(default_factory=dict)
    earlier: Mapping[str, Correlation] = field(default_factory=dict)

    def of_index(
        self,
        name: str,
        groups: Sequence[str],
        items: Sequence[str],
        sums: ValueSums,
        districts: Sequence[str],
    ) -> Known:
        """An index has its own where those of all its questions are measured; `districts` are those of its cells."""
        own = None
        if self.workloads.enough(groups) and self.measured.keys() >= set(items):
            own = _of_sums(sums, districts)
        return self._known(index_key(name, groups), groups, own)

    def of_gap(self, gap: Gap, groups: Sequence[str], workers: Workers) -> Known:
        """A gap of the same people has its own: that of what each said first less what each said second."""
        own = _of_difference(gap, groups, self.workloads, workers)
        return self._known(difference_key(gap.first, gap.second), groups, own)

    def of_unmeasured(self, name: str, groups: Sequence[str]) -> Known:
        """What is only told to some readers is never measured: it has what all others are known from."""
        return self._known(name, groups, None)

    def _known(self, name: str, groups: Sequence[str], own: Correlation | None) -> Known:
        others = list(self.measured.values())
        found = rounded(best_known(own, self.earlier.get(name), others))
        return Known(found, self.workloads.alone(groups))


def index_key(name: str, groups: Sequence[str]) -> str:
    """What an index of some groups is called among the correlations; no question has a colon in its name."""
    return f"{name}: {', '.join(groups)}"


def rounded(found: Correlation) -> Correlation:
    """A correlation as it is told; its error also covers what rounding took away."""
    unit = 10**DIGITS
    error = max(ceil(found.error * unit - 1e-9), 1) / unit
    return replace(found, rho=round(found.rho, DIGITS), error=error)


def effects_of(
    topics: Sequence[Topic],
    domains: Sequence[Domain],
    workers: Workers,
    earlier: Mapping[str, Correlation] | None = None,
) -> Effects:
    """The correlation of every topic, from districts and groups with two workers or more.

    A question's is that of its top two answers, or of all its answers together where it has no top two.
    """
    loads = np.array([bases for bases, _ in workers], np.int64).reshape(-1, len(domains))
    workloads = Workloads(tuple(domains), loads)
    found = {topic.name: _measured(topic, workloads, workers) for topic in topics}
    measured = {name: rounded(one) for name, one in found.items() if one is not None}
    effects = Effects(workloads, measured, {}, earlier or {})
    by_topic = {t.name: effects._known(t.name, t.groups, measured.get(t.name)) for t in topics}
    return replace(effects, by_topic=by_topic)


def _measured(topic: Topic, workloads: Workloads, workers: Workers) -> Correlation | None:
    """That of a topic, of those answers that enough people gave and enough did not; None without any."""
    if not workloads.enough(topic.groups):
        return None
    asked = workloads.asked(topic.groups)
    counted = (_counts(topic.name, names, workloads, workers) for names in _answers(topic))
    many = [yes for yes in counted if _many(yes, workloads.loads, asked)]
    if not many:
        return None
    worker, cell = np.nonzero(workloads.loads * asked)
    given = np.array([yes[worker, cell] for yes in many], np.float64)
    sums = pair_sums(cell, workloads.loads[worker, cell], given, given, len(asked))
    return correlation(sums, [district for district, _ in workloads.domains])


def _of_difference(
    gap: Gap, groups: Sequence[str], workloads: Workloads, workers: Workers
) -> Correlation | None:
    """That of 1, 0 or -1 by person; the sum of squares counts who said one thing and not the other."""
    if not workloads.enough(groups):
        return None
    names = (gap.first, gap.second, gap.either)
    first, second, either = (_counts(name, (gap.answer,), workloads, workers) for name in names)
    total, squares = first - second, 2 * either - first - second
    asked = workloads.asked(groups)
    if not _many(squares, workloads.loads, asked):
        return None
    worker, cell = np.nonzero(workloads.loads * asked)
    sums = pair_sums(
        cell, workloads.loads[worker, cell], total[worker, cell], squares[worker, cell], len(asked)
    )
    return correlation(sums, [district for district, _ in workloads.domains])


def _of_sums(sums: ValueSums, districts: Sequence[str]) -> Correlation | None:
    n, total, squares = sums.moments[0], sums.moments[3], sums.moments[4]
    return correlation(pair_sums(sums.key // sums.units, n, total, squares, sums.cells), districts)


def _answers(topic: Topic) -> Iterator[tuple[str, ...]]:
    """The answers, as sets of leaves, that are compared."""
    if topic.share is not None:
        yield (YES,)
        return
    top = dict(topic.tree).get(TOP_TWO)
    leaves = dict(topic.leaves)
    if top:
        yield tuple(name for leaf in top for name in leaves[leaf] or ())
        return
    yield from (names for _, names in topic.leaves if names)


def _counts(name: str, answers: tuple[str, ...], workloads: Workloads, workers: Workers) -> NDArray[np.int64]:
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
