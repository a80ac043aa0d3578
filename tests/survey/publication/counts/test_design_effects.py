"""Design effects: measured where many people stand behind them, else made of numbers that hold no answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from survey.publication.counts.cube import NO, TOP_TWO, YES, Topic
from survey.publication.counts.design_effects import (
    LEAST_CELLS,
    LEAST_INTERVIEWS,
    LEAST_PEOPLE,
    LEAST_WORKERS,
    USUAL_LIKENESS,
    Effects,
    effects_of,
)
from survey.publication.counts.shares import Part, Share
from survey.publication.release import release
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


def effects(loads: Counts, topics: tuple[Topic, ...], yes: Mapping[str, Counts]) -> Effects:
    domains = [(f"d{place // 3}", GROUPS[place % 3]) for place in range(loads.shape[1])]
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
    mean = (loads**2).sum() / loads.sum()
    assert found[0].by_topic["a"] == round(1 + (mean - 1) * USUAL_LIKENESS, 1) > 1


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


def test_where_many_stand_behind_it_an_effect_is_measured_and_lends_its_likeness() -> None:
    loads = loads_of()
    alike, apart = drawn(loads, 0.5, 1, 0.25), drawn(loads, 0.5, 1)
    told = effects(loads, (share("a"), share("b"), share("c")), {"a": alike, "b": apart})
    assert set(told.measured) == {"a", "b"}
    assert told.by_topic["a"] > 1.5 > told.by_topic["b"]
    expected = np.mean([(told.by_topic[name] - 1) / 9 for name in "ab"])
    assert told.by_topic["c"] == round(1 + 9 * expected, 1) == told.expected(GROUPS)
    # An index of what is measured has its own effect, any other has what is expected.
    assert told.of_index(GROUPS, ("a", "b"), 1.234) == 1.2
    assert told.of_index(GROUPS, ("a", "c"), 1.234) == told.expected(GROUPS)


def test_the_answers_of_a_question_without_top_two_count_where_many_gave_them() -> None:
    loads = loads_of()
    leaves = (("x", ("x",)), ("y", ("y",)), ("no answer", None))
    topic = Topic("q", "q", GROUPS, False, leaves)
    x, domains = drawn(loads, 0.5, 1, 0.25), [(f"d{p // 3}", GROUPS[p % 3]) for p in range(loads.shape[1])]

    def told(y: Counts, asked: Topic = topic) -> float:
        return effects_of(
            [asked], domains, [(n, {"q": {"x": x[i], "y": y[i]}}) for i, n in enumerate(loads)]
        ).by_topic["q"]

    few = np.zeros_like(loads)
    few[0, 0] = LEAST_PEOPLE - 1
    assert told(few) == told(np.zeros_like(loads))
    assert told(drawn(loads, 0.3, 4)) < told(few)
    assert told(few, replace(topic, tree=((TOP_TWO, ("x",)),))) == told(few)


def test_a_round_is_large_enough_only_with_all_three() -> None:
    assert (LEAST_CELLS, LEAST_WORKERS, LEAST_INTERVIEWS) == (20, 10, 500)
    enough = loads_of(districts=7, workers=2, each=12)
    assert effects(enough, (), {}).workloads.enough(GROUPS)
    assert not effects(enough, (), {}).workloads.enough(("member",))
    assert effects(np.zeros((0, 6), np.int64), (share("a"),), {}).by_topic == {"a": 1.0}


def test_in_a_release_questions_of_few_districts_by_group_share_one_effect(finished: Finished) -> None:
    """Eight districts: of questions to one group or two, fewer than twenty districts by group tell anything."""
    material = release.gather(finished.database, CLOSED)
    by_groups: dict[tuple[str, ...], set[float]] = {}
    for topic in material.topics:
        by_groups.setdefault(topic.groups, set()).add(material.effects[topic.name])
    for one in material.counted:
        by_groups.setdefault(one.part.groups, set()).add(one.effect)
    assert len(by_groups.pop(GROUPS)) > 1
    assert len(by_groups) > 2
    assert all(len(several) == 1 for several in by_groups.values()), by_groups
