"""How often the interval of a mean of all answers holds the truth, by who interviews whom and who keeps silent.

Made-up answers to the four questions of an index go through the publication's own code: the spread of the whole round, the
likeness of a worker's interviews and the limits in whole points. Protection is left out: it hides means and changes none.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import special

from analysis.estimation.counting import UnitTable, pair_up, sum_values
from benchmarks.intervals.study import DESIGNS, PART, RHOS, Held, Setting, domains_inside, held, truth_of
from survey.publication.counts.cube import is_above_districts
from survey.publication.counts.index_counts import Counted, counted
from survey.publication.counts.indicator_tables import IndicatorSums
from survey.publication.counts.workloads import Name
from survey.publication.release.interviewers import FIELD, described, workloads_described
from survey.publication.release.pooled.spreads import _spread
from survey.storage.results.pooled_means import pooled_limits
from survey.storage.results.published_numbers import whole

ITEMS: Final = 4
#: What an answer is worth, and between which values of a person's view it is given.
SCORES: Final = np.array([0.0, 33.0, 67.0, 100.0])
CUTS: Final = np.array([16.5, 50.0, 83.5])
#: The spread of views between people of a domain, and of the answers of one person around the view.
VIEW, ANSWER = 20.0, 15.0
#: Who answers how much: by district in turn, the chance that a question is answered by most people and by the others, and
#: how many these are.
SILENCE: Final[Mapping[str, tuple[tuple[float, float, float], ...]]] = {
    "few silent": ((0.97, 0.97, 0.0),),
    "a third says little": ((0.95, 0.3, 0.33),),
    "every second district says little": ((0.97, 0.97, 0.0), (0.4, 0.4, 0.0)),
    "the silent think less of it": ((0.97, 0.97, 0.0),),
}
#: Of the last: the chance of an answer falls with the view of the person; the mean of what is said is the truth that is meant.
LEAN: Final = "the silent think less of it"

Floats = NDArray[np.float64]


@dataclass(slots=True)
class Found:
    """By level whether limits held the mean of what is said, how wide they were, and where the worker's part is from."""

    kept: dict[str, list[bool]] = field(default_factory=dict)
    widths: list[float] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)

    def coverage(self, level: str) -> float:
        """In per cent."""
        return 100 * float(np.mean(self.kept[level]))


@dataclass(frozen=True, slots=True)
class People:
    """Of everybody interviewed the domain and the worker, and which scores they gave; NaN where nothing was said."""

    domain: NDArray[np.int64]
    worker: NDArray[np.int64]
    scores: Floats


def chances(silence: str, district: NDArray[np.int64], random: np.random.Generator) -> Floats:
    """The chance that each person answers a question."""
    kinds = np.array(SILENCE[silence])[district % len(SILENCE[silence])]
    return np.where(random.random(len(district)) < kinds[:, 2], kinds[:, 1], kinds[:, 0])


def answers(views: Floats, chance: Floats, lean: bool, random: np.random.Generator) -> Floats:
    """The scores that people of these views give."""
    said = views[:, None] + ANSWER * random.standard_normal((len(views), ITEMS))
    given = random.random(said.shape) < (_leaning(views) if lean else chance)[:, None]
    return np.where(given, SCORES[np.searchsorted(CUTS, said)], np.nan)


def _leaning(views: Floats) -> Floats:
    return np.asarray(special.expit((views - 30) / 15))


def interviewed(
    setting: Setting, silence: str, one: Held, means: Floats, random: np.random.Generator
) -> People:
    """The people of a round whose workloads are held."""
    loads = one.workloads.loads.astype(np.int64)
    worker, domain = (np.repeat(part, loads[np.nonzero(loads)]) for part in np.nonzero(loads))
    luck = random.standard_normal((len(loads), 1 if setting.shared else loads.shape[1]))
    part = np.broadcast_to(luck, loads.shape)[worker, domain]
    own = random.standard_normal(len(worker))
    views = means[domain] + VIEW * (setting.rho**0.5 * part + (1 - setting.rho) ** 0.5 * own)
    chance = chances(silence, domain // 3, random)
    return People(domain, worker, answers(views, chance, silence == LEAN, random))


def expected(silence: str, means: Floats) -> tuple[Floats, Floats]:
    """By domain the mean number of answers of a person, and the mean sum of their scores, over all who might have come."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    views, weights = means[:, None] + VIEW * nodes, weights / weights.sum()
    below = special.ndtr((CUTS - views[..., None]) / ANSWER)
    score = (np.diff(below, prepend=0.0, append=1.0, axis=-1) * SCORES).sum(axis=-1)
    kinds = np.array(SILENCE[silence])[np.arange(len(means)) // 3 % len(SILENCE[silence])]
    usual = (kinds[:, 0] * (1 - kinds[:, 2]) + kinds[:, 1] * kinds[:, 2])[:, None]
    chance = _leaning(views) if silence == LEAN else np.broadcast_to(usual, views.shape)
    return ITEMS * (chance * weights).sum(axis=1), ITEMS * (chance * score * weights).sum(axis=1)


def index_of(one: Held, people: People) -> Counted:
    """The index of these people as a release counts it, from half of its questions on."""
    number = (~np.isnan(people.scores)).sum(axis=1)
    has = number >= ITEMS // 2
    values = np.nansum(people.scores, axis=1)[has] / number[has]
    loads = one.workloads.loads
    pairs = pair_up(people.domain[has], loads.shape[1], people.worker[has], len(loads))
    sums = IndicatorSums(
        PART.indicator, sum_values(values, pairs), np.zeros((3, loads.shape[1]), np.int64), np.zeros((1, 1))
    )
    units = UnitTable(np.zeros(len(loads), np.int64), np.zeros(1))
    return counted(PART, sums, units, one.truth.domains, one.effects, one.workloads)


def spread_of(people: People) -> int:
    """That of the whole round, as a release makes it."""
    total, number = np.nansum(people.scores, axis=1), (~np.isnan(people.scores)).sum(axis=1).astype(float)
    moments = (total @ total, total @ number, number @ number)
    return _spread(np.array([len(total), total.sum(), number.sum(), *moments])).points


def judge(setting: Setting, silence: str, found: Found, random: np.random.Generator) -> None:
    """One round: every mean of a group in divisions, provinces and all districts together."""
    truth = truth_of(setting, random)
    one = held(setting, truth, random)
    means = random.uniform(35, 75, len(truth.domains))
    people = interviewed(setting, silence, one, means, random)
    known = index_of(one, people).known
    found.sources.append(known.correlation.source)
    entry = {"spread": spread_of(people), FIELD: described(known)}
    document = {
        "bases": [{"cells": [{"name": list(name), "count": n} for name, n in one.workloads.bases.items()]}],
        "topics": [entry],
        "workloads": workloads_described(one.workloads),
    }
    number, total = expected(silence, means)
    for name in one.workloads.seen:
        if is_above_districts(name[1]) and name[2] != "Total":
            inside = domains_inside(name, truth)
            loads = one.workloads.loads.sum(axis=0) * inside
            said = people.scores[inside[people.domain]]
            _judge_mean(
                name, entry, document, float(loads @ total / (loads @ number)), whole(np.nanmean(said)), found
            )


def _judge_mean(
    name: Name, entry: Mapping[str, Any], document: Mapping[str, Any], true: float, mean: int, found: Found
) -> None:
    low, high = map(whole, pooled_limits(entry, name, mean, document))
    level = "all" if name[0] == "Total" else "province" if name[1] == "Total" else "division"
    found.kept.setdefault(level, []).append(low <= true <= high)
    found.widths.append((high - low) / 2)


def lines(rounds: int, seed: int) -> Iterator[tuple[Setting, str, Found]]:
    """Every design and kind of silence."""
    for design in DESIGNS:
        for rho in RHOS:
            for silence in SILENCE:
                setting = Setting(design, rho, shared=True)
                found = Found()
                for number in range(rounds):
                    random = np.random.default_rng([seed, number, *map(ord, f"{setting}{silence}")])
                    judge(replace(setting, shared=bool(number % 2)), silence, found, random)
                yield setting, silence, found


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--rounds", type=int, default=40, help="rounds for each row, luck shared by groups in half of them"
    )
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    print("| who interviews | ρ | who answers | source | division | province | all | ± |")
    print("|" + "---|" * 8)
    for setting, silence, found in lines(asked.rounds, asked.seed):
        shares = " | ".join(f"{found.coverage(level):.1f}" for level in ("division", "province", "all"))
        usual = max(set(found.sources), key=found.sources.count)
        width = f"{np.mean(found.widths):.1f}"
        print(f"| {setting.design} | {setting.rho} | {silence} | {usual} | {shares} | {width} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
