"""Numbers of interviews by worker: what of them a release lets be known is made of published bases alone."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.disclosure.nodes import TOTAL
from analysis.disclosure.primary import Rules
from analysis.disclosure.protect import protect_bases
from survey import geography
from survey.publication.counts.cube import Domain, bases_table
from survey.publication.counts.workloads import Told, Workloads, told

GROUPS = ("member", "woman", "youth")
PLACES = ("swat", "bannu", "karak", "quetta", "kech")
DOMAINS: tuple[Domain, ...] = tuple((place, group) for place in (*PLACES, "mardan") for group in GROUPS)
PROVINCE = {d.id: d.adm1_pcode for d in geography.reporting_districts()}


def told_of(loads: np.ndarray) -> Told:
    numbers = dict(zip(DOMAINS, map(int, loads.sum(axis=0)), strict=True))
    return told(Workloads(DOMAINS, loads), protect_bases(bases_table(GROUPS, numbers), Rules()))


def loads_of(seed: int) -> np.ndarray:
    """Three workers in each of five districts, who meet all groups, and nobody in the sixth."""
    loads = np.zeros((15, 18), np.int64)
    random = np.random.default_rng(seed)
    for worker in range(15):
        place = 3 * (worker // 3)
        loads[worker, place : place + 3] = random.integers(5, 30, 3)
    return loads


def plain(loads: np.ndarray) -> float:
    """How many interviews of its own worker each interview sees, one by one."""
    each = [whole for whole in loads.sum(axis=1) for _ in range(whole)]
    return sum(each) / len(each)


def test_where_every_base_is_told_it_is_the_plain_count_at_every_level() -> None:
    loads = loads_of(1)
    found = told_of(loads)
    assert set(found.bases) >= {(PROVINCE[place], place, group) for place in PLACES for group in GROUPS}
    for (province, district, group), seen in found.seen.items():
        inside = [
            province in (TOTAL, PROVINCE[d]) and district in (TOTAL, d) and group in (TOTAL, g)
            for d, g in DOMAINS
        ]
        assert seen == round(plain(loads[:, inside]), 1)
    assert not any(district == "mardan" for _, district, _ in found.seen)
    np.testing.assert_array_equal(found.of(["swat"], GROUPS), loads[:, :3])


def test_a_worker_of_two_districts_is_one_worker_above() -> None:
    loads = loads_of(2)
    moved = loads.copy()
    # The first worker of the second district is the first of the first.
    moved[0] += moved[3]
    moved[3] = 0
    one, other = told_of(moved).seen, told_of(loads).seen
    assert {name for name in one if one[name] != other[name]} == {
        (place, TOTAL, group) for place in (TOTAL, PROVINCE["swat"]) for group in (*GROUPS, TOTAL)
    }
    assert one[TOTAL, TOTAL, TOTAL] > other[TOTAL, TOTAL, TOTAL]


@pytest.mark.slow
@pytest.mark.parametrize("other", range(5))
def test_a_hidden_base_changes_nothing_that_is_told(other: int) -> None:
    """Interviews that move between hidden bases, or between their workers, leave everything that is told alike."""
    loads = loads_of(3)
    # Few women and few youth in Swat; few women and few youth in Bannu: all four bases are hidden.
    loads[:, [1, 2, 4, 5]] = 0
    loads[0, 1], loads[1, 2], loads[3, 4], loads[4, 5] = 6, 8, 7, 9
    first = told_of(loads)
    hidden = {(PROVINCE[place], place, group) for place in ("swat", "bannu") for group in ("woman", "youth")}
    assert not hidden & set(first.bases)
    assert (PROVINCE["swat"], "swat", TOTAL) in first.bases
    random = np.random.default_rng(other)
    moved = loads.copy()
    step = int(random.integers(-2, 2))
    # Sums of every row and column of published bases stay.
    moved[:, [1, 2, 4, 5]] = 0
    moved[random.integers(0, 3), 1], moved[random.integers(0, 3), 2] = 6 + step, 8 - step
    moved[random.integers(3, 6), 4], moved[random.integers(3, 6), 5] = 7 - step, 9 + step
    second = told_of(moved)
    assert second.bases == first.bases
    assert second.seen == first.seen


@pytest.mark.slow
def test_a_hidden_base_is_taken_to_be_its_busiest_workers() -> None:
    loads = loads_of(3)
    loads[:, [1, 2]] = 0
    loads[0, 1], loads[1, 2] = 6, 8
    found = told_of(loads)
    name = (PROVINCE["swat"], "swat", TOTAL)
    assert not {(*name[:2], group) for group in ("woman", "youth")} & set(found.bases)
    busiest = loads[:3, 0].copy()
    busiest[busiest.argmax()] += 14
    assert found.seen[name] == round((busiest**2).sum() / busiest.sum(), 1)
    assert found.seen[name] >= round(plain(loads[:, :3]), 1)


def test_what_is_no_base_of_the_release_has_no_workload() -> None:
    found = told(Workloads(DOMAINS, np.zeros((0, 18), np.int64)), None)
    assert (found.seen, found.bases) == ({}, {})
    assert np.isnan(found.base((TOTAL, TOTAL, TOTAL)))


def test_a_round_is_large_enough_only_with_all_four() -> None:
    def enough(districts: int, workers: int, each: int, groups: tuple[str, ...] = GROUPS) -> bool:
        domains = tuple((f"d{place}", group) for place in range(districts) for group in GROUPS)
        loads = np.kron(np.eye(districts, dtype=np.int64), np.full((workers, 3), each))
        return Workloads(domains, loads).enough(groups)

    assert enough(7, 2, 12)
    assert not enough(7, 2, 12, ("member",)), "seven districts by group with two workers"
    assert not enough(6, 2, 30), "eighteen"
    assert not enough(20, 1, 40), "one worker each"
    assert not enough(7, 2, 11), "462 interviews"
    # Sixty-nine districts with many who brought nine interviews in all.
    assert not enough(40, 3, 3), "nobody with ten interviews"


def test_one_worker_for_most_groups_of_most_districts_is_told() -> None:
    domains = tuple((f"d{place}", group) for place in range(4) for group in GROUPS)
    one = np.kron(np.eye(4, dtype=np.int64), np.full((1, 3), 10))
    assert Workloads(domains, one).alone(GROUPS)
    # A woman who meets women, and two men who share the rest.
    women, men = np.array([[10, 10, 10]]) * [0, 1, 0], np.full((2, 3), 10) * [1, 0, 1]
    mixed = Workloads(domains, np.kron(np.eye(4, dtype=np.int64), np.vstack([women, men])))
    assert mixed.alone(("woman",))
    assert not mixed.alone(GROUPS)
