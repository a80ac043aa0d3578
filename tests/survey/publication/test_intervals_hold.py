"""Published intervals hold the truth for the way interviews are really held, and no change is called where there is none.

The short form of `make interval-study`, which prints every row; here rows are put together, for each is small.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import numpy as np
import pytest

from analysis.models.interviewers import MEASURED, PLANNED, PLANNING_VALUE
from benchmarks.intervals.pooled_means import SILENCE
from benchmarks.intervals.pooled_means import Found as FoundMeans
from benchmarks.intervals.pooled_means import judge as judge_means
from benchmarks.intervals.study import DESIGNS, LEVELS, RHOS, WOMEN, Found, Setting, studied
from survey.storage.results import published_numbers

pytestmark = pytest.mark.slow


PAIRS, SEED = 2, 7
#: Districts by group with two workers are 20 or more in these designs, so that something can be measured.
MEASURING = (
    "each worker 20 in one group",
    "3 workers, each meets all groups",
    "one woman for women, two men",
    "uneven, one worker does 75 %",
)
ASSUMED = tuple(design for design in DESIGNS if design not in MEASURING)


@lru_cache(maxsize=64)
def found(design: str, rho: float, shared: bool) -> Found:
    return studied(Setting(design, rho, shared), PAIRS, SEED)


def rows(designs: Iterable[str], rhos: Iterable[float] = RHOS) -> list[Found]:
    return [found(design, rho, shared) for design in designs for rho in rhos for shared in (True, False)]


def coverage(several: Iterable[Found], level: str) -> float:
    return float(np.mean([held for one in several for held in one.held[level]]))


@pytest.mark.parametrize("design", MEASURING)
def test_where_two_workers_meet_a_group_intervals_hold_at_every_level(design: str) -> None:
    several = rows([design])
    assert {source for one in several for source in one.sources} == {MEASURED}
    told = {
        level: coverage(several, level)
        for level in ("cell", "district", "mix", "mix above", "province", "all", "index", "index above")
    }
    assert all(share >= 0.93 for share in told.values()), told


@pytest.mark.parametrize("rho", RHOS)
def test_what_is_measured_elsewhere_holds_where_nothing_is(rho: float) -> None:
    """One woman a district has the correlation of the men's; a question to women alone has the other questions'."""
    assert coverage(rows(["one woman for women, two men"], [rho]), "cell of one") >= 0.9
    assert coverage(rows(MEASURING, [rho]), WOMEN) >= 0.9


@pytest.mark.parametrize("design", ASSUMED)
def test_where_nothing_is_measured_intervals_hold_up_to_the_planning_value(design: str) -> None:
    several = rows([design], [rho for rho in RHOS if rho <= PLANNING_VALUE.rho])
    assert {source for one in several for source in one.sources} == {PLANNED}
    told = {level: coverage(several, level) for level in LEVELS if any(one.held[level] for one in several)}
    assert all(share >= 0.9 for share in told.values()), told


def test_no_change_of_districts_is_called_where_the_workers_part_is_assumed() -> None:
    assert not any(one.false_verdicts for one in rows(ASSUMED))


def test_above_districts_few_verdicts_are_false_also_where_the_workers_part_is_assumed() -> None:
    planned = [rho for rho in RHOS if rho <= PLANNING_VALUE.rho]
    for several in (rows(MEASURING), rows(ASSUMED, planned)):
        verdicts = [number for one in several for number in one.false_above]
        assert len(verdicts) > 100
        assert np.mean(np.array(verdicts) > 0) <= 0.05


def test_where_verdicts_are_given_few_are_false() -> None:
    verdicts = [number for one in rows(MEASURING) for number in one.false_verdicts]
    assert len(verdicts) == 4 * 3 * 2 * PAIRS * 5
    assert np.mean(np.array(verdicts) > 0) <= 0.05


def test_intervals_that_take_interviews_for_independent_would_be_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With a design effect of 1, as where every worker brought one interview, coverage is what the study must refuse."""

    def independent(seen: object, _known: object) -> tuple[object, object]:
        return np.ones_like(np.asarray(seen, np.float64)), np.full_like(np.asarray(seen, np.float64), np.inf)

    monkeypatch.setattr(published_numbers, "published_effect", independent)
    several = [studied(Setting("one worker per group", 0.05, True), 1, SEED)]
    assert coverage(several, "cell of one") < 0.85
    assert coverage(several, "district") < 0.8


@pytest.mark.parametrize("silence", SILENCE)
def test_means_of_all_answers_hold_whoever_keeps_silent(silence: str) -> None:
    measured, assumed = (
        _means(silence, designs, rhos)
        for designs, rhos in (
            (MEASURING, RHOS),
            (ASSUMED, [one for one in RHOS if one <= PLANNING_VALUE.rho]),
        )
    )
    assert set(measured.sources) == {MEASURED}
    assert set(assumed.sources) == {PLANNED}
    assert all(measured.coverage(level) >= 93 for level in measured.kept), measured.kept
    assert all(assumed.coverage(level) >= 90 for level in assumed.kept), assumed.kept


def _means(silence: str, designs: Iterable[str], rhos: Iterable[float]) -> FoundMeans:
    found = FoundMeans()
    random = np.random.default_rng([SEED, *map(ord, silence)])
    for design in designs:
        for rho in rhos:
            for shared in (True, False):
                judge_means(Setting(design, rho, shared), silence, found, random)
    return found
