"""Design effects: measured where many people stand behind them, else made of numbers that hold no answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from analysis.estimation.counting import ValueSums, pair_up, sum_values
from analysis.models.interviewers import EARLIER, MEASURED, OTHERS, PLANNING_VALUE, Correlation
from survey.publication.counts.cube import NO, TOP_TWO, YES, Domain, Topic
from survey.publication.counts.design_effects import (
    LEAST_PEOPLE,
    Effects,
    Known,
    effects_of,
    index_key,
    rounded,
)
from survey.publication.counts.shares import Part, Share
from survey.publication.release.material import gather
from tests.survey.conftest import CLOSED, Finished

Counts = NDArray[np.int64]
GROUPS = ("member", "woman", "youth")


def share(name: str, groups: tuple[str, ...] = GROUPS) -> Topic:
    return Topic(name, name, groups, False, ((YES, ()), (NO, None)), share=Share(name, (Part(name, ("x",)),)))


def loads_of(districts: int = 10, workers: int = 4, each: int = 10) -> Counts:
    """Shape (workers, domains): in every district so many workers of its own, each with so many of every group."""
    loads = np.zeros((districts * workers, districts * 3), np.int64)
    for worker in range(districts * workers):
        district = worker // workers
        loads[worker, 3 * district : 3 * district + 3] = each
    return loads


def domains_of(loads: Counts) -> list[Domain]:
    return [(f"d{place // 3}", GROUPS[place % 3]) for place in range(loads.shape[1])]


def effects(loads: Counts, topics: tuple[Topic, ...], yes: Mapping[str, Counts]) -> Effects:
    domains = domains_of(loads)
    workers = [
        (row, {name: {YES: counts[worker]} for name, counts in yes.items()})
        for worker, row in enumerate(loads)
    ]
    return effects_of(topics, domains, workers)


def drawn(loads: Counts, likely: float, seed: int, spread: float = 0.0) -> Counts:
    random = np.random.default_rng(seed)
    chance = np.clip(likely + spread * random.standard_normal((len(loads), 1)), 0.02, 0.98)
    return random.binomial(loads, np.broadcast_to(chance, loads.shape)).astype(np.int64)


SMALL = {
    "few districts": loads_of(districts=3, workers=4, each=20),
    "one worker a district": loads_of(districts=20, workers=1, each=20),
    "few workers": loads_of(districts=1, workers=9, each=60),
    "few interviews": loads_of(districts=10, workers=2, each=8),
    "little each": loads_of(districts=40, workers=3, each=3),
}


@pytest.mark.parametrize("kind", list(SMALL))
def test_in_a_small_round_no_answer_changes_an_effect(kind: str) -> None:
    loads = SMALL[kind]
    found = [
        effects(
            loads, (share("a"), share("b")), {"a": drawn(loads, 0.5, seed, 0.3), "b": drawn(loads, 0.1, seed)}
        )
        for seed in range(5)
    ]
    assert all(not one.measured and one.by_topic == found[0].by_topic for one in found)
    known = found[0].by_topic["a"]
    assert known.correlation == PLANNING_VALUE
    assert known.assumed
    assert known.alone == (kind == "one worker a district")
    # Whatever is not known, interviews of one worker are never taken to be independent.
    assert known.effect(20.0)[0] == 2.6
    assert known.effect(20.0)[1] == pytest.approx(2 * (1 + 19 * 0.08) ** 2 / (19 * 0.08) ** 2)


@pytest.mark.parametrize("turned", [False, True], ids=["few-yes", "few-no"])
def test_in_any_round_few_people_change_no_effect(turned: bool) -> None:
    loads = loads_of()
    many = drawn(loads, 0.5, 1, 0.2)
    found = set()
    for people in (0, 1, 7, LEAST_PEOPLE - 1):
        for seed in range(5):
            rare = np.zeros_like(loads)
            for worker, domain in np.random.default_rng(seed).permutation(np.argwhere(loads))[
                : 1 + people // 5
            ]:
                rare[worker, domain] = min(5, people - int(rare.sum()))
            told = effects(
                loads, (share("a"), share("b")), {"a": many, "b": loads - rare if turned else rare}
            )
            assert list(told.measured) == ["a"]
            found.add(told.by_topic["b"])
    assert len(found) == 1


def test_where_many_stand_behind_it_it_is_measured_and_others_borrow_it() -> None:
    loads = loads_of(districts=40)
    alike, apart = drawn(loads, 0.5, 1, 0.2), drawn(loads, 0.5, 1)
    three = (share("a"), share("b"), share("d"))
    yes = {"a": alike, "b": apart, "d": drawn(loads, 0.4, 2, 0.1)}
    told = effects(loads, (*three, share("c")), yes)
    assert set(told.measured) == {"a", "b", "d"}
    # A standard deviation of .2 among workers of a share of .5, in a variance of .25.
    assert told.by_topic["a"].correlation.rho == pytest.approx(0.16, abs=0.04)
    assert told.by_topic["b"].correlation.rho < 0.03
    borrowed = told.by_topic["c"].correlation
    assert borrowed.source == OTHERS
    assert not told.by_topic["c"].assumed
    rhos = [told.measured[name].rho for name in "abd"]
    assert borrowed.rho == pytest.approx(np.mean(rhos), abs=0.005)
    assert np.std(rhos, ddof=1) <= borrowed.error <= np.std(rhos, ddof=1) + 0.01
    # Of two measured questions the mean says too little.
    assert effects(loads, (*three[:2], share("c")), yes).by_topic["c"].correlation == PLANNING_VALUE


def test_all_that_is_told_of_it_is_rounded_first_and_its_error_is_never_nothing() -> None:
    loads = loads_of()
    topics = tuple(share(f"q{seed}") for seed in range(20))
    told = effects(loads, topics, {f"q{seed}": drawn(loads, 0.5, seed, 0.01 * seed) for seed in range(20)})
    assert len(told.measured) == 20
    for known in told.by_topic.values():
        found = known.correlation
        assert found.source == MEASURED
        assert (found.rho, found.error) == (round(found.rho, 2), round(found.error, 2))
        assert found.error >= 0.01
    assert rounded(Correlation(0.0449, 0.0201)) == Correlation(0.04, 0.03)
    assert rounded(Correlation(0.0, 0.0)) == Correlation(0.0, 0.01)
    assert rounded(Correlation(0.05, 0.07)) == Correlation(0.05, 0.07)
    effect, _ = Known(Correlation(0.05, 0.02)).effect(np.array([1.0, 21.0, 21.2]))
    assert effect.tolist() == [1.0, 2.0, 2.1]


def test_an_earlier_round_lends_what_this_one_cannot_measure() -> None:
    loads = SMALL["few districts"]
    domains = domains_of(loads)
    before = {"a": Correlation(0.03, 0.02)}
    workers = [(row, {}) for row in loads]
    told = effects_of([share("a"), share("b")], domains, workers, before)
    assert told.by_topic["a"].correlation == Correlation(0.03, 0.02, EARLIER)
    assert not told.by_topic["a"].assumed
    assert told.by_topic["b"].correlation == PLANNING_VALUE
    # Measured anew it is not borrowed.
    large = loads_of()
    again = effects_of(
        [share("a")],
        domains_of(large),
        [(row, {"a": {YES: yes}}) for row, yes in zip(large, drawn(large, 0.5, 1), strict=True)],
        before,
    )
    assert again.by_topic["a"].correlation.source == MEASURED


def index_sums(loads: Counts, seed: int) -> ValueSums:
    """Sums of a value from 0 to 100 of every interview, workers a little apart."""
    random = np.random.default_rng(seed)
    worker, cell = (np.repeat(one, loads[np.nonzero(loads)]) for one in np.nonzero(loads))
    values = 50 + 10 * random.standard_normal(len(loads))[worker] + 20 * random.standard_normal(len(worker))
    return sum_values(values, pair_up(cell, loads.shape[1], worker, len(loads)))


def test_an_index_has_its_own_where_all_its_questions_are_measured() -> None:
    loads = loads_of(districts=20)
    yes = {name: drawn(loads, 0.5, seed, 0.2) for seed, name in enumerate("ab")}
    told = effects(loads, (share("a"), share("b"), share("c")), yes)
    sums, districts = index_sums(loads, 1), [district for district, _ in domains_of(loads)]

    def index(items: tuple[str, ...], of: Effects = told, groups: tuple[str, ...] = GROUPS) -> Known:
        return of.of_index("trust", groups, items, sums, districts)

    # 10² of 10² + 20² lies between workers.
    assert index(("a", "b")).correlation.rho == pytest.approx(0.2, abs=0.06)
    assert index(("a", "b")).correlation.source == MEASURED
    assert index(("a", "c")).correlation == PLANNING_VALUE
    before = replace(told, earlier={index_key("trust", GROUPS): Correlation(0.11, 0.02)})
    assert index(("a", "c"), before).correlation == Correlation(0.11, 0.02, EARLIER)
    assert index(("a", "c"), before, GROUPS[:2]).correlation == PLANNING_VALUE


def test_the_answers_of_a_question_without_top_two_count_where_many_gave_them() -> None:
    loads = loads_of()
    leaves = (("x", ("x",)), ("y", ("y",)), ("no answer", None))
    topic = Topic("q", "q", GROUPS, False, leaves)
    x, domains = drawn(loads, 0.5, 1, 0.25), domains_of(loads)

    def told(y: Counts, asked: Topic = topic) -> Known:
        return effects_of(
            [asked], domains, [(n, {"q": {"x": x[i], "y": y[i]}}) for i, n in enumerate(loads)]
        ).by_topic["q"]

    few = np.zeros_like(loads)
    few[0, 0] = LEAST_PEOPLE - 1
    assert told(few) == told(np.zeros_like(loads))
    assert told(drawn(loads, 0.3, 4)).correlation.rho < told(few).correlation.rho
    assert told(few, replace(topic, tree=((TOP_TWO, ("x",)),))) == told(few)


def test_in_a_release_questions_of_few_districts_by_group_borrow(finished: Finished) -> None:
    """Eight districts: of questions to one group or two, fewer than twenty districts by group tell anything."""
    material = gather(finished.database, CLOSED)
    sources: dict[bool, set[str]] = {}
    for topic in material.topics:
        sources.setdefault(topic.groups == GROUPS, set()).add(material.effects[topic.name].correlation.source)
    for one in material.counted:
        sources.setdefault(one.part.groups == GROUPS, set()).add(one.known.correlation.source)
    assert sources[False] == {OTHERS}
    assert MEASURED in sources[True]
