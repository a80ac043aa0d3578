"""How often published intervals hold the truth, by who interviews whom, and how often a change is called where none is.

Made-up rounds go through the publication's own code: workers by domain and their answers in, correlations, design effects,
limits in whole per cent, fixed mixes and verdicts out. Protection is left out: it hides figures and changes none.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import special

from analysis.disclosure.nodes import TOTAL, Dimension
from analysis.disclosure.primary import Rules
from analysis.disclosure.protect import protect_bases
from analysis.estimation.counting import UnitTable, pair_up, sum_values
from survey import geography
from survey.publication.counts.cube import (
    NO,
    YES,
    Domain,
    Topic,
    bases_table,
    cube_of,
    division_of,
    is_above_districts,
)
from survey.publication.counts.design_effects import Effects, effects_of
from survey.publication.counts.index_counts import Counted, counted
from survey.publication.counts.index_counts import Part as IndexPart
from survey.publication.counts.indicator_tables import IndicatorSums
from survey.publication.counts.indicators import INDICATORS
from survey.publication.counts.shares import Part, Share
from survey.publication.counts.workloads import Name, Told, told
from survey.publication.reading.change import NOT_CALLED, changes
from survey.publication.reading.levels import level_of
from survey.publication.release.figures import percent
from survey.publication.release.fixed_mix import Mix, mixed, places_of
from survey.publication.release.release import Release
from survey.storage.results.published_numbers import share_limits

GROUPS: Final = ("member", "woman", "youth")
#: Interviews per group of a district.
EACH: Final = 40
#: Rows are workers of one district, columns members, women, youth.
DESIGNS: Final[Mapping[str, NDArray[np.int64]]] = {
    name: np.array(loads, np.int64)
    for name, loads in {
        "each worker 20 in one group": np.kron(np.eye(3, dtype=np.int64), [[20], [20]]),
        "3 workers, each meets all groups": [[14, 13, 13], [13, 14, 13], [13, 13, 14]],
        "one woman for women, two men": [[0, 40, 0], [20, 0, 20], [20, 0, 20]],
        "a woman and a man": [[0, 40, 20], [40, 0, 20]],
        "uneven, one worker does 75 %": [[30, 30, 30], [10, 10, 10]],
        "one worker per group": np.eye(3, dtype=np.int64) * EACH,
        "one worker per district": [[EACH, EACH, EACH]],
    }.items()
}
RHOS: Final = (0.02, 0.05, 0.15)
#: The questions of a round differ in how alike interviews of one worker are: times the mean.
FACTORS: Final = (0.3, 0.65, 1.0, 1.35, 1.7)
#: A question to women alone, of whom too few districts measure anything: it has the mean.
WOMEN: Final = "women"
#: District and group with two workers, and with one; all groups of a district, and their equal mean; province; all
#: districts; the question to women alone by district; and an index by group, in districts and above them.
LEVELS: Final = tuple(
    f"cell,cell of one,district,mix,mix above,province,all,{WOMEN},index,index above".split(",")
)
#: Everything is shown: no base is hidden and no count is small.
OPEN: Final = Rules(k=1, sensitive_k=1, base=0, raised=())

#: A mean of the first question and nothing else, so that it is measured where that is.
PART: Final = IndexPart(
    next(replace(one, items=("q0",)) for one in INDICATORS if one.kind == "index"), GROUPS
)

Shares = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Setting:
    """Who interviews whom, how alike interviews of one worker are on average, and whether luck is one in all groups."""

    design: str
    rho: float
    shared: bool
    districts: int = 12


@dataclass(slots=True)
class Found:
    """Of one setting: by level how many intervals held the truth, and how they were made."""

    held: dict[str, list[bool]] = field(default_factory=lambda: {level: [] for level in LEVELS})
    widths: dict[str, list[float]] = field(default_factory=lambda: {level: [] for level in LEVELS})
    sources: list[str] = field(default_factory=list)
    false_verdicts: list[int] = field(default_factory=list)
    false_above: list[int] = field(default_factory=list)

    def coverage(self, level: str) -> float:
        """The share of a level's intervals that held the truth; NaN where there are none."""
        return float(np.mean(self.held[level])) if self.held[level] else np.nan

    @property
    def false_share(self) -> float:
        """Of question-rounds with verdicts, those with any that is false; NaN where no verdict is given."""
        return (
            float(np.mean([number > 0 for number in self.false_verdicts])) if self.false_verdicts else np.nan
        )


@dataclass(frozen=True, slots=True)
class Truth:
    """The questions of a setting: shares by domain, as the mean over all workers who might have come."""

    domains: tuple[Domain, ...]
    provinces: Mapping[str, str]
    shares: Shares
    rhos: tuple[float, ...]


def districts_of(number: int) -> dict[str, str]:
    """So many districts, half of either province, and their province."""
    known = [(d.id, d.adm1_pcode) for d in geography.reporting_districts()]
    provinces = sorted({province for _, province in known})
    half = -(-number // len(provinces))
    return dict(
        one for province in provinces for one in [pair for pair in known if pair[1] == province][:half]
    )


def truth_of(setting: Setting, random: np.random.Generator) -> Truth:
    """Shares of the questions around 25 to 75 %, groups and districts apart."""
    places = districts_of(setting.districts)
    factors = (*FACTORS, 1.0)
    middle = random.uniform(-1.1, 1.1, (len(factors), 1, 1))
    mood = random.normal(0, 0.3, (len(factors), len(places), 1))
    group = random.normal(0, 0.3, (len(factors), 1, len(GROUPS)))
    shares = special.expit(middle + mood + group).reshape(len(factors), -1)
    domains = tuple((place, one) for place in places for one in GROUPS)
    return Truth(domains, places, shares, tuple(setting.rho * factor for factor in factors))


def interviewed(
    setting: Setting, truth: Truth, random: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """One round: interviews, shape (workers, domains), and yes, shape (questions, workers, domains).

    Beta-binomial answers: two answers to one worker in one domain are correlated by rho, for every share.
    """
    loads = np.kron(np.eye(len(truth.provinces), dtype=np.int64), DESIGNS[setting.design])
    worker, domain = np.nonzero(loads)
    yes = np.zeros((len(truth.rhos), *loads.shape), np.int64)
    for question, rho in enumerate(truth.rhos):
        luck = random.standard_normal((len(loads), 1 if setting.shared else loads.shape[1]))
        drawn = special.ndtr(np.broadcast_to(luck, loads.shape)[worker, domain])
        size, share = 1 / rho - 1, truth.shares[question, domain]
        chance = special.betaincinv(share * size, (1 - share) * size, drawn)
        yes[question, worker, domain] = random.binomial(loads[worker, domain], chance)
    return loads, yes


def topics() -> tuple[Topic, ...]:
    """One yes-or-no question to all groups for each factor, and one to women alone."""
    asked = {**{f"q{question}": GROUPS for question in range(len(FACTORS))}, WOMEN: ("woman",)}
    return tuple(
        Topic(name, name, groups, False, ((YES, ()), (NO, None)), share=Share(name, (Part(name, ("x",)),)))
        for name, groups in asked.items()
    )


@dataclass(frozen=True, slots=True)
class Held:
    """One round, published: what was counted, how alike a worker's interviews are, and what may be published of workloads."""

    truth: Truth
    yes: NDArray[np.int64]
    effects: Effects
    workloads: Told
    index: Counted
    index_means: Shares

    @property
    def questions(self) -> Iterator[tuple[str, NDArray[np.int64], Shares]]:
        """Each question's name, its yes by domain and its true shares."""
        for place, name in enumerate(self.effects.by_topic):
            yield name, self.yes[place].sum(axis=0), self.truth.shares[place]


def held(setting: Setting, truth: Truth, random: np.random.Generator) -> Held:
    """Hold a round and count it as a release does."""
    loads, yes = interviewed(setting, truth, random)
    asked = topics()
    workers = [
        (row, {topic.name: {YES: yes[question, place]} for question, topic in enumerate(asked)})
        for place, row in enumerate(loads)
    ]
    effects = effects_of(asked, truth.domains, workers)
    numbers = dict(zip(truth.domains, map(int, loads.sum(axis=0)), strict=True))
    workloads = told(effects.workloads, protect_bases(bases_table(GROUPS, numbers), OPEN))
    # A stream of its own: what is drawn of the questions stays as it is.
    (own,) = random.spawn(1)
    means = own.uniform(30, 70, len(truth.domains))
    units = UnitTable(np.zeros(len(loads), np.int64), np.zeros(1))
    sums = index_sums(setting, loads, means, own)
    index = counted(PART, sums, units, truth.domains, effects, workloads)
    return Held(truth, yes, effects, workloads, index, means)


def index_sums(
    setting: Setting, loads: NDArray[np.int64], means: Shares, random: np.random.Generator
) -> IndicatorSums:
    """Values with a standard deviation of 20 around the domains' means; ρ of their variance is the worker's."""
    worker, domain = (np.repeat(one, loads[np.nonzero(loads)]) for one in np.nonzero(loads))
    luck = random.standard_normal((len(loads), 1 if setting.shared else loads.shape[1]))
    part = np.broadcast_to(luck, loads.shape)[worker, domain]
    own = random.standard_normal(len(worker))
    values = means[domain] + 20 * (setting.rho**0.5 * part + (1 - setting.rho) ** 0.5 * own)
    sums = sum_values(values, pair_up(domain, loads.shape[1], worker, len(loads)))
    return IndicatorSums(PART.indicator, sums, np.zeros((3, loads.shape[1]), np.int64), np.zeros((1, 1)))


def judge_indices(one: Held, found: Found) -> None:
    """Whether the limits of an index, as whole numbers, hold the mean of its domains."""
    numbers = one.workloads.loads.sum(axis=0)
    for level in one.index.levels:
        limits = level.table.figures.low, level.table.figures.high
        # Divisions that are one district have no figure of their own.
        for place, name in enumerate(level.names):
            if name not in one.workloads.bases:
                continue
            number = numbers * domains_inside(name, one.truth)
            true = float(one.index_means @ number / number.sum())
            ends = (percent(float(limit[place]) / 100) for limit in limits)
            _note(found, "index above" if is_above_districts(name[1]) else "index", true, *ends)


def kind_of(name: Name, alone: bool) -> str:
    """What kind of figure of a question to all groups it is; a division is one of the provinces."""
    province, district, group = name
    if geography.is_division(district):
        return "province"
    if district != TOTAL and group != TOTAL:
        return "cell of one" if alone else "cell"
    if district != TOTAL:
        return "district"
    return "all" if province == TOTAL else "province"


def judge_figures(one: Held, found: Found) -> None:
    """Whether the limits of all figures of a round, as published, hold the truth."""
    names = list(one.workloads.seen)
    inside = np.array([domains_inside(name, one.truth) for name in names])
    each = np.array([one.workloads.bases[one.truth.provinces[d], d, g] for d, g in one.truth.domains])
    base, seen = inside @ each, np.array([one.workloads.seen[name] for name in names])
    alone = [(one.workloads.loads @ row > 0).sum() == 1 for row in inside]
    for question, yes, share in one.questions:
        limits = share_limits(inside @ yes, base, seen, one.effects.by_topic[question].correlation)
        truth = 100 * (inside @ (each * share)) / base
        for name, lone, true, low, high in zip(names, alone, truth, *limits, strict=True):
            ends = percent(float(low)), percent(float(high))
            above = is_above_districts(name[1])
            if question == WOMEN and name[2] == "woman" and not above:
                _note(found, WOMEN, true, *ends)
            elif question != WOMEN and (name[2] == TOTAL or not above):
                _note(found, kind_of(name, lone), true, *ends)
        found.sources += [one.effects.by_topic[question].correlation.source] if question != WOMEN else []


def domains_inside(name: Name, truth: Truth) -> NDArray[np.bool_]:
    """Which domains a place and group holds."""
    province, place, group = name
    all_of = [({TOTAL, truth.provinces[d]}, {TOTAL, d, division_of(d)}, {TOTAL, g}) for d, g in truth.domains]
    return np.array([province in above and place in here and group in who for above, here, who in all_of])


def _note(found: Found, level: str, true: float, low: float, high: float) -> None:
    found.held[level].append(bool(low <= true <= high))
    found.widths[level].append(high - low)


def mixes_of(one: Held) -> list[tuple[Mix, float]]:
    """The fixed-mix totals of a round as published, each with the mean of the groups' true shares."""
    places = list(places_of(_place_dimension(one.truth)))
    asked = zip(one.questions, one.truth.shares[: len(FACTORS)], strict=False)
    return [
        _mix(one, question, yes, shares, place) for (question, yes, _), shares in asked for place in places
    ]


def _place_dimension(truth: Truth) -> Dimension:
    leaves = [(province, district) for district, province in truth.provinces.items()]
    return cube_of(None, GROUPS, leaves).dimensions[0]


def _mix(
    one: Held,
    question: str,
    yes: NDArray[np.int64],
    shares: Shares,
    place: tuple[tuple[str, str], tuple[str, ...]],
) -> tuple[Mix, float]:
    name, inside = place
    loads, known = one.workloads.of(inside, GROUPS), one.effects.by_topic[question]
    rows = np.array([district in inside for district in one.truth.provinces])
    count, base = yes.reshape(-1, len(GROUPS))[rows].sum(axis=0), loads.sum(axis=0).astype(np.int64)
    numbers, df = mixed(count, base, loads, known)
    total = Mix(*name, question, (YES,), int(base.sum()), *numbers, df, called=not known.assumed)
    # Every domain has as many interviews.
    return total, 100 * float(shares.reshape(-1, len(GROUPS))[rows].mean())


def judge_mixes(mixes: Sequence[tuple[Mix, float]], found: Found) -> None:
    """Whether their limits hold the truth."""
    for mix, true in mixes:
        assert mix.low is not None
        assert mix.high is not None
        _note(found, "mix above" if is_above_districts(mix.district) else "mix", true, mix.low, mix.high)


def judge_changes(first: Release, second: Release, found: Found) -> None:
    """How many verdicts are given of two rounds with the same truth: each is false."""
    by_level: dict[tuple[str, str], list[str]] = {}
    for change in changes(first, second):
        level = level_of(change.province, change.district)
        by_level.setdefault((change.name, level), []).append(change.verdict)
    for (_, level), verdicts in by_level.items():
        if NOT_CALLED not in verdicts:
            told = found.false_verdicts if level == "district" else found.false_above
            told.append(sum(verdict in ("higher", "lower") for verdict in verdicts))


def _release(mixes: Sequence[tuple[Mix, float]], truth: Truth) -> Release:
    """A release with these totals alone."""
    totals, divisions = tuple(mix for mix, _ in mixes), dict(_place_dimension(truth).tree)
    return Release("", "", "", "", "", "", {}, 0, 0, (), mixes=totals, divisions=divisions)


def studied(setting: Setting, pairs: int, seed: int) -> Found:
    """So many pairs of rounds of one setting."""
    random = np.random.default_rng([seed, *map(ord, f"{setting}")])
    found = Found()
    for _ in range(pairs):
        truth = truth_of(setting, random)
        both = [held(setting, truth, random) for _ in range(2)]
        mixes = [mixes_of(one) for one in both]
        for one, totals in zip(both, mixes, strict=True):
            judge_figures(one, found)
            judge_mixes(totals, found)
            judge_indices(one, found)
        judge_changes(*(_release(totals, truth) for totals in mixes), found)
    return found


def settings(districts: int) -> Iterator[Setting]:
    """Every setting of the table."""
    for design in DESIGNS:
        for shared in (True, False):
            yield from (Setting(design, rho, shared, districts) for rho in RHOS)


def line(setting: Setting, found: Found) -> str:
    """One row of what is printed; the table in `docs/statistics.md` joins the two rows of shared and own luck."""
    usual = max(set(found.sources), key=found.sources.count)
    shares = " | ".join(f"{100 * found.coverage(level):.1f}" if found.held[level] else "" for level in LEVELS)
    false = f"{100 * found.false_share:.1f}" if found.false_verdicts else "none called"
    luck, width = "shared" if setting.shared else "own", np.mean(found.widths["district"]) / 2
    above = f"{100 * np.mean(np.array(found.false_above) > 0):.1f}"
    return f"| {setting.design} | {setting.rho} | {luck} | {usual} | {shares} | {width:.0f} | {false} | {above} |"


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=40, help="pairs of rounds for each row")
    parser.add_argument("--districts", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    levels = " | ".join(LEVELS)
    print(
        f"| who interviews | ρ | luck | source | {levels} | ± district | false verdicts | above districts |"
    )
    print("|" + "---|" * (7 + len(LEVELS)))
    began = time.process_time()
    for setting in settings(asked.districts):
        print(line(setting, studied(setting, asked.pairs, asked.seed)), flush=True)
    print(f"{time.process_time() - began:.0f} s of processor time")
    return 0


if __name__ == "__main__":
    sys.exit(main())
