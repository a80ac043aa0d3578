"""Fixed-mix totals and change: a changed mix of groups is no change, and only what both rounds show is compared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pytest

from analysis.disclosure.cube import Cube, Table
from analysis.disclosure.nodes import Dimension
from analysis.disclosure.primary import Rules
from analysis.disclosure.protect import protect
from analysis.disclosure.protected_table import ProtectedTable
from analysis.models.interviewers import PLANNING_VALUE, Correlation
from survey.publication.counts.cube import REST, TOP_TWO, YES
from survey.publication.counts.design_effects import Known
from survey.publication.counts.workloads import Told
from survey.publication.reading.change import NOT_CALLED, Change, changes
from survey.publication.release import fixed_mix, release
from survey.publication.release.figures import HIDDEN
from survey.publication.release.fixed_mix import Mix
from survey.publication.release.release import Release
from survey.storage.results.release_document import NO_ANSWER
from tests.survey.conftest import CLOSED, Finished

GROUPS = ("member", "woman", "youth")
#: Of every ten of a group, how many gave which answer.
SCORES = {"member": (5, 3, 1, 1), "woman": (1, 2, 4, 3), "youth": (2, 2, 3, 3)}


def question(bases: dict[str, int], scores=SCORES) -> ProtectedTable:
    """One question in one district, answered by so many of each group."""
    counts = [[[bases[group] * share // 10 for share in scores[group]] for group in GROUPS]]
    tree = ((TOP_TWO, ("lot", "some")), (REST, ("little", NO_ANSWER)))
    cube = Cube(
        (
            Dimension("place", ("province", "district"), (("PK5", "bannu"),)),
            Dimension("group", ("group",), tuple((group,) for group in GROUPS)),
            Dimension("answer", ("answer",), (("lot",), ("some",), ("little",), (NO_ANSWER,)), tree, True),
        )
    )
    return protect(Table(cube, np.array(counts), name="q"), Rules())


def workloads(table: ProtectedTable, each: int, shared: bool = False) -> Told:
    """Workers with so many interviews of one group each, or one who met everybody."""
    bases = [table.count(("PK5", "bannu", group, "Total")) or 0 for group in GROUPS]
    rows = [
        np.eye(3)[place] * min(each, base - done)
        for place, base in enumerate(bases)
        for done in range(0, base, each)
    ]
    loads = np.array([bases] if shared else rows, np.float64)
    return Told(tuple(("bannu", group) for group in GROUPS), loads, {}, {})


MEASURED_ONE = Known(Correlation(0.05, 0.01))


def totals(
    table: ProtectedTable, each: int = 1, known: Known = MEASURED_ONE, shared: bool = False
) -> tuple[Mix, ...]:
    told = workloads(table, each, shared)
    return everybody(fixed_mix.read({"fixed_mix": fixed_mix.mix_entries([table], {"q": known}, told)}))


def everybody(mixes: Iterable[Mix]) -> tuple[Mix, ...]:
    """The totals of all interviewed, without those of the people who answered."""
    return tuple(mix for mix in mixes if not mix.answered)


def held(mixes: Iterable[Mix]) -> Release:
    """A release with these totals and nothing else."""
    return Release("r", "survey", "1", "", "", "", {}, 0, 0, (), mixes=tuple(mixes))


def compared(first: Iterable[Mix], second: Iterable[Mix]) -> tuple[Change, ...]:
    return changes(held(first), held(second))


def test_identical_scores_in_another_mix_of_groups_are_no_clear_change() -> None:
    before = question({"member": 60, "woman": 100, "youth": 200})
    after = question({"member": 300, "woman": 100, "youth": 60})
    # All interviewed together, the share of the two best answers seems to rise by twenty points.
    plain = [
        table.count(("PK5", "bannu", "Total", TOP_TWO)) / table.count(("PK5", "bannu", "Total", "Total"))
        for table in (before, after)
    ]
    assert plain[1] - plain[0] > 0.2
    (found,) = compared(totals(before), totals(after))
    assert (found.earlier, found.later, found.points) == (50, 50, 0)
    assert (found.n, found.p, found.verdict) == (360, 1.0, "no clear change")
    assert found.low < 0 < found.high


def test_a_real_change_is_told_with_its_direction() -> None:
    bases = {"member": 100, "woman": 100, "youth": 100}
    better = dict.fromkeys(GROUPS, (4, 4, 1, 1))
    first, second = totals(question(bases)), totals(question(bases, better))
    (up,), (down,) = compared(first, second), compared(second, first)
    assert (up.earlier, up.later, up.points, up.verdict) == (50, 80, 30, "higher")
    assert (down.points, down.verdict) == (-30, "lower")
    assert 0 < up.low <= up.points <= up.high
    assert up.p < 0.05


def test_a_total_is_the_equal_mean_of_the_groups_with_the_workers_part() -> None:
    table = question({"member": 60, "woman": 100, "youth": 200})
    (plain,), (wide,), (shared,) = totals(table), totals(table, 20), totals(table, 20, shared=True)
    assert plain.n == 360
    assert plain.value == pytest.approx((80 + 30 + 40) / 3)
    assert wide.low < plain.low < plain.value < plain.high < wide.high
    # One worker who met everybody makes the groups alike too.
    assert shared.low < wide.low
    assert wide.high < shared.high
    # Each of his own: by hand, V = (.8 · .2 / 60 + .3 · .7 / 100 + .4 · .6 / 200) / 9 of drawn shares, 50 % in 376.
    assert plain.df is None
    assert plain.high - plain.low == pytest.approx(10.2, abs=0.15)
    assert wide.df == pytest.approx(2 * (1.95 / 0.19) ** 2, rel=0.01)


def test_where_the_workers_part_is_assumed_no_change_is_called() -> None:
    bases = {"member": 100, "woman": 100, "youth": 100}
    before, after = question(bases), question(bases, dict.fromkeys(GROUPS, (4, 4, 1, 1)))
    assumed = Known(PLANNING_VALUE, alone=True)
    sure = compared(totals(before), totals(after))
    for first, second in ((assumed, assumed), (assumed, MEASURED_ONE), (MEASURED_ONE, assumed)):
        (found,) = compared(totals(before, known=first), totals(after, known=second))
        assert (found.verdict, found.p, found.p_shown) == (NOT_CALLED, None, "–")
        assert (found.points, found.low, found.high) == (sure[0].points, sure[0].low, sure[0].high)
    # What is not called is in no family: it takes nothing from what is.
    calm = [replace(MIX, district=f"d{number}", called=False) for number in range(40)]
    near = replace(MIX, value=58.0, low=53.0, high=63.0)
    together = compared([MIX, *calm], [near, *calm])
    assert [one.verdict for one in together] == ["higher", *[NOT_CALLED] * 40]


def test_a_total_of_a_release_of_before_lacks_the_workers_part_and_is_not_called() -> None:
    entry = {
        "question": "q",
        "answers": ["lot"],
        "cells": [{"name": ["PK5", "bannu"], "figure": [300, 50.0, 45.0, 55.0]}],
    }
    (old,) = fixed_mix.read({"fixed_mix": [entry]})
    assert (old.n, old.value, old.low, old.high, old.df, old.called) == (300, 50.0, 45.0, 55.0, None, False)
    (found,) = compared([old], [replace(old, value=90.0, low=85.0, high=95.0, called=True)])
    assert found.verdict == NOT_CALLED


@pytest.mark.slow
def test_a_total_is_told_only_where_every_group_is() -> None:
    (mix,) = totals(question({"member": 10, "woman": 200, "youth": 200}))
    assert (mix.n, mix.value, mix.low, mix.high) == (None,) * 4


MIX = Mix("PK5", "bannu", "q", ("lot", "some", "little", "lot", "some"), 300, 50.0, 45.0, 55.0, called=True)


def compare(first: Mix, second: Mix) -> tuple[Change, ...]:
    return compared([first], [second])


def test_only_what_both_rounds_tell_of_the_same_question_is_compared() -> None:
    assert len(compare(MIX, MIX)) == 1
    hidden = Mix("PK5", "bannu", "q", MIX.answers)
    assert compare(MIX, hidden) == compare(hidden, MIX) == ()
    assert compare(MIX, replace(MIX, district="swat")) == ()
    assert compare(MIX, replace(MIX, answers=("lot", "some", "never", "lot", "some"))) == ()


def test_under_fifty_interviews_no_change_is_clear() -> None:
    much_more = replace(MIX, value=90.0, low=85.0, high=95.0)
    assert compare(MIX, much_more)[0].verdict == "higher"
    assert compare(replace(MIX, n=49), much_more)[0].verdict == "no clear change"


def test_many_districts_looked_at_together_need_a_stronger_difference() -> None:
    places = [f"district{number}" for number in range(20)]
    before = [replace(MIX, district=place) for place in places]
    after = [before[0], *before[1:]]
    after[0] = replace(before[0], value=58.0, low=53.0, high=63.0)
    assert compared(before[:1], after[:1])[0].verdict == "higher"
    assert compared(before, after)[0].verdict == "no clear change"
    other = [replace(mix, question="other") for mix in before]
    assert compared([before[0], *other], [after[0], *other])[0].verdict == "higher"


def test_the_released_totals_are_those_of_the_published_groups(finished: Finished) -> None:
    kept = release.read(finished.database, CLOSED)
    wanted = (TOP_TWO, YES)
    shares = {(f.province, f.district, f.question, f.group): f for f in kept.figures if f.answer in wanted}
    told = 0
    for mix in everybody(kept.mixes):
        groups = [shares[mix.province, mix.district, mix.question, group] for group in GROUPS]
        assert (mix.value is None) == any(one.status == HIDDEN for one in groups)
        if mix.value is not None:
            assert mix.value == pytest.approx(sum(100 * one.count / one.base for one in groups) / 3, abs=1e-5)
            told += 1
    assert told > 50
    assert {mix.question for mix in kept.mixes} >= {"saf_day", "tr_police", "reached"}
    assert {mix.district for mix in kept.mixes} >= {"Total"}
    assert "prep_know" not in {mix.question for mix in kept.mixes}


@pytest.mark.parametrize(
    ("p", "shown"), [(1.0, "1.00"), (0.0345, "0.03"), (0.01, "0.01"), (0.0099, "< 0.01"), (0.0, "< 0.01")]
)
def test_a_p_value_is_never_told_as_nought(p: float, shown: str) -> None:
    assert (
        Change("share", "KP", "swat", "Total", "saf_day", False, 40, 60, 80, 20, 10, 30, p, "higher").p_shown
        == shown
    )


@pytest.mark.parametrize(
    ("kind", "name", "unit"),
    [
        ("share", "saf_day", "%"),
        ("ratio", "on_time", "%"),
        ("ratio", "trend_balance", ""),
        ("index", "trust", ""),
    ],
)
def test_per_cent_stands_after_shares_and_not_after_points(kind: str, name: str, unit: str) -> None:
    one = Change(kind, "KP", "swat", "Total", name, False, 40, 60, 80, 20, 10, 30, 0.01, "higher")
    assert one.unit == unit
