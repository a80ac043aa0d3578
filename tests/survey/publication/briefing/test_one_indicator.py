"""One indicator over places and rounds: what is joined by a line, what is not, and why; nothing of districts outside a scope."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from survey.languages.catalogue import translation
from survey.publication.briefing.drawn import Drawer
from survey.publication.briefing.indicators import LEADS
from survey.publication.briefing.one_indicator import (
    EACH,
    MOST_ROUNDS,
    Choice,
    IndicatorBriefing,
    Line,
    indicator_briefing,
)
from survey.publication.pictures.wording import reader_of
from survey.publication.reading.change import OTHER_PLACES, OTHER_WORDS, OTHERS_ASKED
from survey.publication.reading.comparable import SHARE
from survey.publication.reading.labels import Labels
from survey.publication.release.asking import Asking
from survey.publication.release.release import Release
from survey.storage.scope import Scope
from tests.survey.publication.briefing.test_briefing import ALL, ASKED, EVEN, HERE, THERE, held, telling
from tests.survey.publication.pictures.drawings import of_class, parsed, told

EVERYWHERE = Scope.everywhere()
SAFE = Choice(SHARE, "saf_night")
LABELS = Labels(ASKED, "en", translation("en"))
BETTER = dict.fromkeys(EVEN, 90)


def briefing(*releases: Release, choice: Choice = SAFE, scope: Scope = EVERYWHERE) -> IndicatorBriefing:
    named = [replace(one, round=f"2026-{at}") for at, one in enumerate(releases, 1)]
    found = indicator_briefing(named, scope, choice, LABELS, LEADS)
    assert found is not None
    return found


def line(found: IndicatorBriefing, place: tuple[str, str] = HERE) -> Line:
    (only,) = [one for one in found.lines if one.place == place]
    return only


def asked(words: str = "the words", *, routed: bool = False) -> dict[str, Any]:
    return {"asking": {"saf_night": Asking(words, routed=routed)}}


@pytest.mark.parametrize("scope", [EVERYWHERE, Scope.of(["bannu"])])
def test_what_is_side_by_side_is_on_one_base_for_every_reader(scope: Scope) -> None:
    found = briefing(telling(held(EVEN), (HERE, "woman")), telling(held(EVEN)), scope=scope)
    shown = [one for strip in found.strips for one in (*strip.readings, strip.everywhere) if one]
    assert {one.value for one in shown} == {60}
    assert {one.value for one in line(found).readings} == {60}


def test_all_districts_come_first_and_each_group_has_its_figure() -> None:
    found = briefing(held({**EVEN, "woman": 41, "youth": None}))
    assert [one.place for one in found.strips] == [ALL, HERE, THERE]
    assert found.groups == ("member", "woman", "youth")
    for strip in found.strips:
        assert [one.value for one in strip.readings] == [60, 41, None]
    everywhere = [one.everywhere and one.everywhere.value for one in found.strips]
    assert everywhere == [None, 60, 60]
    assert found.lines == ()


def test_a_clear_change_makes_a_dark_line_and_none_a_grey_one() -> None:
    assert line(briefing(held(EVEN), held(BETTER))).clear
    assert not line(briefing(held(EVEN), held(EVEN))).clear
    # A line of one answer alone has no change that was looked at.
    one_answer = replace(SAFE, answer="top two")
    assert not line(briefing(held(EVEN), held(BETTER), choice=one_answer)).clear


def test_other_words_break_a_line_between_the_two_rounds_alone() -> None:
    same, other = asked(), asked("other words")
    found = line(briefing(held(EVEN, **same), held(EVEN, **other), held(EVEN, **other)))
    assert found.breaks == {1: OTHER_WORDS}
    assert line(briefing(held(EVEN, **same), held(EVEN, **same))).breaks == {}


def test_a_question_asked_of_some_makes_no_line_of_all_interviewed() -> None:
    some = asked(routed=True)
    assert line(briefing(held(EVEN, **some), held(EVEN, **some))).breaks == {1: OTHERS_ASKED}


def test_above_districts_other_places_break_a_line() -> None:
    usual = held(EVEN)
    bases = {
        name: 90 if name[1] == HERE[1] and name[2] != "Total" else number
        for name, number in usual.bases.items()
    }
    found = briefing(usual, replace(usual, bases=bases))
    assert line(found, ALL).breaks == {1: OTHER_PLACES}
    assert line(found).breaks == {}


def test_a_break_and_a_hidden_round_are_drawn_and_said() -> None:
    hidden = held({**EVEN, "Total": None})
    found = briefing(held(EVEN, **asked()), held(EVEN, **asked("other")), hidden, held(EVEN))
    drawn = Drawer(reader_of("en", translation("en")), LABELS).over_rounds(found)
    assert drawn is not None
    tree = parsed(drawn)
    # Two rounds in other words, one hidden: nothing is joined.
    assert of_class(tree, "slope") == []
    assert len(of_class(tree, "break")) == 2 * len(found.lines)
    said = told(tree.find("desc"))
    assert "Bannu: 2026-1 60, 55–65, 2026-2 60, 55–65 (asked in other words), 2026-3 not shown" in said


def test_so_many_rounds_are_shown_and_the_last_ones() -> None:
    found = briefing(*[held(EVEN)] * (MOST_ROUNDS + 2))
    assert found.rounds == tuple(f"2026-{at}" for at in range(3, MOST_ROUNDS + 3))


def test_a_reader_sees_the_own_districts_and_what_is_above_them() -> None:
    found = briefing(held(EVEN), held(EVEN), scope=Scope.of([HERE[1]]))
    assert [one.place for one in found.strips] == [ALL, HERE]
    assert [one.place for one in found.lines] == [ALL, HERE]


@pytest.mark.parametrize("choice", [replace(SAFE, name="saf_day"), replace(SAFE, group="nobody")])
def test_what_there_is_nothing_of_cannot_be_chosen(choice: Choice) -> None:
    assert indicator_briefing([held(EVEN)], EVERYWHERE, choice, LABELS) is None


def test_one_group_is_followed_over_the_rounds_and_each_means_everybody() -> None:
    values = {**EVEN, "woman": 33}
    assert briefing(held(values), choice=replace(SAFE, group="woman")).followed == "woman"
    assert briefing(held(values), choice=replace(SAFE, group=EACH)).followed == "Total"
    found = briefing(held(values), held(values), choice=replace(SAFE, group="woman"))
    assert [one.value for one in line(found).readings] == [33, 33]
    # The line across is that of the same group in all districts.
    assert [one.everywhere and one.everywhere.value for one in found.strips] == [None, 33, 33]
