"""Change above districts, and why none is called: other words, other people asked, other places."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from analysis.models.interviewers import PLANNING_VALUE, Correlation
from survey.publication.counts.cube import TOP_TWO
from survey.publication.counts.design_effects import Known
from survey.publication.reading.change import (
    NOT_CALLED,
    OTHER_PLACES,
    OTHER_WORDS,
    OTHERS_ASKED,
    Change,
    changes,
)
from survey.publication.reading.change_tables import change_tables
from survey.publication.reading.comparable import GAP, INDEX, SHARE
from survey.publication.release.asking import Asking
from survey.publication.release.figures import PUBLISHED, Figure
from survey.publication.release.fixed_mix import Mix
from survey.publication.release.gaps import GapFigure
from survey.publication.release.indices import Index
from survey.publication.release.release import Release

MEASURED = Known(Correlation(0.05, 0.01))
ASSUMED = Known(PLANNING_VALUE, alone=True)
WAY = Asking("the words", routed=False)
PLACES = (("PK5", "bannu"), ("PK5", "swat"), ("PK2", "zhob"))
GROUPS = ("member", "woman", "youth")


def bases(*each: int) -> dict[Any, int | None]:
    """The numbers interviewed of each district and group, and their sums."""
    numbers = dict(zip(PLACES, each, strict=True))
    found: dict[Any, int | None] = {(*place, group): n for place, n in numbers.items() for group in GROUPS}
    found |= {(*place, "Total"): 3 * n for place, n in numbers.items()}
    for province in ("PK5", "PK2", "Total"):
        inside = sum(n for (above, _), n in numbers.items() if province in (above, "Total"))
        found |= {(province, "Total", group): inside for group in GROUPS}
        found[province, "Total", "Total"] = 3 * inside
    return found


def held(value: int, way: Asking = WAY, known: Known = MEASURED, **more: Any) -> Release:
    """A release in which that share of every place and group gave one of the two best answers."""
    mixes = [
        Mix(*place, "q", ("lot", "none", "lot"), 300, value, value - 5, value + 5, called=not known.assumed)
        for place in (*PLACES, ("PK5", "Total"), ("Total", "Total"))
    ]
    figure = Figure(
        "Total", "Total", "woman", "q", TOP_TWO, PUBLISHED, 300, 3 * value, value, value - 6, value + 6
    )
    usual: dict[str, Any] = {
        "version": "1",
        "mixes": tuple(mixes),
        "figures": (figure,),
        "known": {"q": known},
        "seen": {("Total", "Total", "woman"): 10.0},
        "asking": {"q": way},
        "bases": bases(100, 100, 100),
    }
    facts = {"round": "r", "questionnaire": "s", "created_day": "", "digest": "", "code_version": ""}
    return Release(**{**facts, "rules": {}, "shown": 0, "hidden": 0, **usual, **more})


def verdicts(earlier: Release, later: Release) -> dict[tuple[str, str, str], str]:
    return {(one.province, one.district, one.group): one.verdict for one in changes(earlier, later)}


def test_all_districts_provinces_groups_and_districts_are_compared() -> None:
    found = verdicts(held(50), held(80))
    assert found == dict.fromkeys(
        [
            ("PK5", "bannu", "Total"),
            ("PK5", "swat", "Total"),
            ("PK2", "zhob", "Total"),
            ("PK5", "Total", "Total"),
            ("Total", "Total", "Total"),
            ("Total", "Total", "woman"),
        ],
        "higher",
    )
    levels = change_tables(changes(held(50), held(80)))
    assert [one.group for one in levels.everywhere] == ["Total", "woman"]
    assert [(table.place, len(table.rows)) for table in levels.provinces] == [("PK5", 1)]
    assert [(table.name, len(table.rows)) for table in levels.districts] == [("q", 3)]


def test_other_words_are_another_question() -> None:
    assert set(verdicts(held(50), held(80, replace(WAY, wording="others"))).values()) == {OTHER_WORDS}
    # Of a release of before the words are not known: they are the same where the version is.
    before = held(50, asking={})
    assert set(verdicts(before, held(80)).values()) == {"higher"}
    assert set(verdicts(before, held(80, version="2")).values()) == {OTHER_WORDS}


def test_a_question_whose_options_have_other_names_is_asked_in_other_words() -> None:
    def renamed(release: Release) -> Release:
        return replace(
            release, mixes=tuple(replace(mix, answers=("often", "never", "often")) for mix in release.mixes)
        )

    others = replace(WAY, wording="others")
    found = verdicts(held(50), renamed(held(80, others)))
    assert set(found.values()) == {OTHER_WORDS}
    assert set(found) == set(verdicts(held(50), held(80)))
    # Where the words are the same, or the mean is one of other groups, it is another figure.
    above = {("Total", "Total", "woman"): "higher"}
    assert verdicts(held(50), renamed(held(80))) == above
    fewer = {key: n for key, n in bases(100, 100, 100).items() if key[2] != "youth"}
    assert set(verdicts(held(50), renamed(held(80, others, bases=fewer)))) == set(above)


def test_of_a_question_to_some_only_those_who_answered_are_compared_or_nobody() -> None:
    routed = replace(WAY, routed=True)
    assert set(verdicts(held(50, routed), held(80, routed)).values()) == {OTHERS_ASKED}
    answered = [replace(mix, n=200, answered=True) for mix in held(50).mixes]
    both = [held(50, routed), held(80, routed)]
    # Fewer were asked in the second round, and they think as before.
    first, second = (replace(one, mixes=(*one.mixes, *answered)) for one in both)
    found = [one for one in changes(first, second) if one.group == "Total"]
    assert {(one.answered, one.points, one.verdict) for one in found} == {(True, 0, "no clear change")}
    (alone,) = {one.verdict for one in changes(first, both[1]) if one.group == "Total"}
    assert alone == OTHERS_ASKED


def test_of_an_unrouted_question_all_interviewed_are_compared_where_one_round_hides_who_answered() -> None:
    answered = [replace(mix, n=200, answered=True) for mix in held(90).mixes]
    first = held(50)
    found = changes(replace(first, mixes=(*first.mixes, *answered)), held(80))
    assert {(one.answered, one.points) for one in found} == {(False, 30)}


def test_another_mix_of_places_is_no_change_of_the_province() -> None:
    moved = held(80, bases=bases(180, 20, 100))
    found = verdicts(held(50), moved)
    assert found["PK5", "Total", "Total"] == found["Total", "Total", "Total"] == OTHER_PLACES
    assert found["Total", "Total", "woman"] == OTHER_PLACES
    assert found["PK5", "bannu", "Total"] == "higher"
    nearly = held(80, bases=bases(110, 90, 100))
    assert set(verdicts(held(50), nearly).values()) == {"higher"}


@pytest.mark.parametrize("fewer", ["earlier", "later"])
def test_a_total_of_other_groups_is_another_figure(fewer: str) -> None:
    """A version of the questionnaire can have one group more: the mean of two is not that of three."""
    two = {name: count for name, count in bases(100, 100, 100).items() if name[2] != "member"}
    sides = (held(50, bases=two), held(80))
    first, second = sides if fewer == "earlier" else sides[::-1]
    assert [(one.group, one.district) for one in changes(first, second)] == [("woman", "Total")]


@pytest.mark.parametrize("fewer", ["earlier", "later"])
def test_everybody_of_other_groups_is_no_change(fewer: str) -> None:
    """Indices, gaps and ratios of all interviewed: with another group they are of other people."""
    gap = GapFigure(
        *("Total", "Total", "Total", "gap_job", "q", "q", TOP_TWO, ("Total", "Total"), True, PUBLISHED),
        *(300, 20, 15, 25),
    )
    two = {name: count for name, count in bases(100, 100, 100).items() if name[2] != "member"}
    sides = (held(50, bases=two, gaps=(gap,)), held(50, gaps=(replace(gap, points=60, low=55, high=65),)))
    found = changes(*(sides if fewer == "earlier" else sides[::-1]))
    assert [one.verdict for one in found if one.kind == GAP] == [OTHER_PLACES]


@pytest.mark.parametrize("moved", ["member", "woman"])
def test_a_gap_of_two_groups_is_not_called_where_either_was_met_in_other_places(moved: str) -> None:
    def apart(points: int, **more: Any) -> Release:
        numbers = (points, points - 4, points + 4)
        place = ("Total", "Total", "woman")
        told = ("perception", "q", "q", TOP_TWO, ("member", "woman"), True, PUBLISHED, 300, *numbers)
        return held(50, gaps=(GapFigure(*place, *told),), **more)

    def verdict(later: Release) -> list[str]:
        return [one.verdict for one in changes(apart(10), later) if one.kind == GAP]

    assert verdict(apart(40)) == ["higher"]
    elsewhere = bases(100, 100, 100) | {("PK5", "bannu", moved): 190, ("PK5", "swat", moved): 10}
    assert verdict(apart(40, bases=elsewhere)) == [OTHER_PLACES]


def test_districts_without_a_published_number_are_one_part() -> None:
    hidden = {**bases(110, 90, 100), ("PK5", "swat", "woman"): None}
    assert set(verdicts(held(50), held(80, bases=hidden)).values()) == {"higher", OTHER_PLACES}
    both = held(50, bases=hidden), held(80, bases=hidden)
    assert set(verdicts(*both).values()) == {"higher"}


def test_an_assumed_workers_part_calls_no_district() -> None:
    found = verdicts(held(50, known=ASSUMED), held(80, known=ASSUMED))
    assert {found[(*place, "Total")] for place in PLACES} == {NOT_CALLED}
    assert found["PK5", "Total", "Total"] == found["Total", "Total", "Total"] == "higher"


def test_all_districts_are_one_family_and_districts_another() -> None:
    """What is small in all districts does not stand alone among many questions."""
    others = {f"q{n}": WAY for n in range(40)}

    def many(value: int) -> Release:
        one = held(50, asking={"q": WAY, **others})
        moved = [replace(mix, value=value, low=value - 5, high=value + 5) for mix in held(50).mixes]
        calm = [
            replace(mix, question=name) for name in others for mix in one.mixes if mix.district == "Total"
        ]
        return replace(one, mixes=(*moved, *calm), figures=())

    found = verdicts(many(50), many(58))
    assert found["PK5", "bannu", "Total"] == "higher"
    (whole,) = {
        one.verdict for one in changes(many(50), many(58)) if one.name == "q" and one.province == "Total"
    }
    assert whole == "no clear change"


def test_indices_and_gaps_are_compared_above_districts() -> None:
    def both(value: int) -> Release:
        place = ("Total", "Total", "woman")
        index = Index(
            *place, "trust", ("q",), None, PUBLISHED, 300, 290, value, value - 4, value + 4, known=MEASURED
        )
        gap = GapFigure(
            *place,
            "gap_job",
            "q",
            "q",
            TOP_TWO,
            ("woman", "woman"),
            True,
            PUBLISHED,
            300,
            value,
            value - 4,
            value + 4,
        )
        return held(50, indices=(index, replace(index, district="swat", province="PK5")), gaps=(gap,))

    found: list[Change] = [one for one in changes(both(40), both(60)) if one.kind != SHARE]
    assert [(one.kind, one.district, one.points, one.verdict) for one in found] == [
        (INDEX, "Total", 20, "higher"),
        (GAP, "Total", 20, "higher"),
    ]


@pytest.mark.parametrize("answered", [None, 240])
def test_a_group_is_compared_on_who_answered_where_both_rounds_say_how_many(answered: int | None) -> None:
    def one(count: int) -> Release:
        release = held(50, mixes=())
        (figure,) = release.figures
        return replace(release, figures=(replace(figure, count=count, answered=answered),))

    (found,) = changes(one(120), one(180))
    base = answered or 300
    assert (found.answered, found.n) == (answered is not None, base)
    assert (found.earlier, found.later) == (round(100 * 120 / base), round(100 * 180 / base))


def divided(value: int, districts: tuple[str, ...], **more: Any) -> Release:
    """The same with a division of these districts, of which the bases are those of Bannu and Swat."""
    plain = held(value, **more)
    mix = Mix("PK5", "div-x", "q", ("lot", "none", "lot"), 300, value, value - 5, value + 5, called=True)
    sums = {("PK5", "div-x", group): 0 for group in GROUPS}
    for (_, district, group), n in plain.bases.items():
        if district in districts and group in GROUPS:
            sums["PK5", "div-x", group] += n or 0
    bases_ = {**plain.bases, **sums}
    return replace(plain, mixes=(*plain.mixes, mix), bases=bases_, divisions={"div-x": districts})


def test_a_division_is_compared_where_it_is_the_same_and_so_is_its_mix_of_districts() -> None:
    both = ("bannu", "swat")
    place = ("PK5", "div-x", "Total")
    assert verdicts(divided(50, both), divided(80, both))[place] == "higher"
    (table,) = change_tables(changes(divided(50, both), divided(80, both))).divisions
    assert [(table.place, one.name) for one in table.rows] == [("div-x", "q")]
    moved = divided(80, both, bases=bases(180, 20, 100))
    assert verdicts(divided(50, both), moved)[place] == OTHER_PLACES
    # A small district was taken out of it: the mix is nearly the same, the division is another one.
    few = bases(100, 4, 100)
    first, second = divided(50, both, bases=few), divided(80, ("bannu",), bases=few)
    assert verdicts(first, second)[place] == OTHER_PLACES
    assert verdicts(first, divided(80, both, bases=few))[place] == "higher"
