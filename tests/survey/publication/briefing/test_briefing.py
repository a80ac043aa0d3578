"""A briefing holds published figures and nothing else, and its main points follow their rules."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from analysis.models.interviewers import PLANNING_VALUE, Correlation
from survey.publication.briefing import main_points
from survey.publication.briefing.district import DistrictBriefing, district_briefing, within
from survey.publication.briefing.drawn import Drawer
from survey.publication.briefing.indicators import LEADS, SAFETY
from survey.publication.briefing.main_points import (
    BETTER,
    HEARD,
    MOST,
    REACH,
    TARGET,
    UNCALLED,
    UNCHANGED,
    UNMET,
    WORSE,
    WORST_OFF,
    MainPoint,
)
from survey.publication.briefing.overview import overview_briefing
from survey.publication.briefing.reach import Fieldwork
from survey.publication.briefing.readings import Reading, whole_place
from survey.publication.briefing.rows import apart
from survey.publication.briefing.sentences import interval, limits, sentence, signed
from survey.publication.counts.cube import TOP_TWO
from survey.publication.counts.design_effects import Known
from survey.publication.pictures.reader import Reader, Words
from survey.publication.pictures.wording import reader_of
from survey.publication.reading.change import NOT_CALLED, OTHERS_ASKED
from survey.publication.reading.gap_tables import CLEAR, NOT_CLEAR
from survey.publication.reading.labels import Labels
from survey.publication.release.asking import Asking
from survey.publication.release.figures import HIDDEN, PUBLISHED, Figure
from survey.publication.release.fixed_mix import Mix
from survey.publication.release.gaps import GapFigure
from survey.publication.release.ratios import RatioFigure
from survey.publication.release.release import Release
from survey.questionnaire import xlsform
from survey.settings import SHIPPED
from survey.storage.scope import Scope

ASKED = xlsform.read(SHIPPED)
HERE = ("PK5", "bannu")
ALL = ("Total", "Total")
THERE = ("PK2", "quetta")
GROUPS = ("Total", "member", "woman", "youth")
MEASURED = Known(Correlation(0.05, 0.01))
ASSUMED = Known(PLANNING_VALUE, alone=True)


def share(place: tuple[str, str], group: str, value: int | None, question: str = "saf_night") -> Figure:
    """A share of the two best answers with an interval of five points to either side; None is hidden."""
    if value is None:
        return Figure(*place, group, question, TOP_TWO, HIDDEN)
    return Figure(*place, group, question, TOP_TWO, PUBLISHED, 100, value, value, value - 5, value + 5)


def gap(name: str, points: int | None, group: str = "Total", called: bool = True) -> list[GapFigure]:
    """The same gap in the district, in the other one and in all districts together."""
    kind = name.removeprefix("gap_")
    sides = (f"wants/{kind}", f"i_got/{kind}", "said yes", (group, group))
    numbers = () if points is None else (PUBLISHED, 100, points, points - 9, points + 9)
    return [GapFigure(*place, group, name, *sides, called, *numbers) for place in (HERE, THERE, ALL)]


def held(values: dict[str, int | None], known: Known = MEASURED, **more: Any) -> Release:
    """A release of two districts with the share of each group that feels safe after dark, the same everywhere."""
    figures = tuple(
        share(place, group, values.get(group)) for place in (HERE, THERE, ALL) for group in GROUPS
    )
    bases = {(*place, group): 25 for place in (HERE, THERE) for group in GROUPS[1:]}
    bases |= {(*place, "Total"): 75 for place in (HERE, THERE)}
    bases |= {(*ALL, group): 50 for group in GROUPS[1:]} | {(*ALL, "Total"): 150}
    mean = values.get("Total") or 50
    mixes = tuple(
        Mix(*place, "saf_night", ("a", "b"), 300, mean, mean - 3, mean + 3, called=not known.assumed)
        for place in (HERE, THERE, ALL)
    )
    usual: dict[str, Any] = {
        "figures": figures,
        "bases": bases,
        "known": {"saf_night": known},
        "mixes": mixes,
    }
    usual |= {"asking": {"saf_night": Asking("the words", routed=False)}, "round": "2026-2"}
    facts = {"questionnaire": "s", "version": "1", "created_day": "2026-11-01", "digest": "d"}
    return Release(**{**facts, "code_version": "", "rules": {}, "shown": 0, "hidden": 0, **usual, **more})


EVEN = {"Total": 60, "member": 60, "woman": 60, "youth": 60}


def briefed(release: Release, earlier: Release | None = None, **more: Any) -> DistrictBriefing:
    found = district_briefing(release, ASKED, "bannu", earlier, **more)
    assert found is not None
    return found


def points_of(briefing: Any) -> dict[str, MainPoint]:
    return {point.kind: point for point in briefing.points}


def test_a_lead_indicator_is_the_published_share_of_each_group() -> None:
    (row,) = briefed(held({**EVEN, "woman": None, "youth": 41})).leads
    assert row.lead == SAFETY
    assert [(one.group, one.value, one.low, one.high) for one in row.readings] == [
        ("Total", 60, 55, 65),
        ("member", 60, 55, 65),
        ("woman", None, None, None),
        ("youth", 41, 36, 46),
    ]


def telling(release: Release, *silent: tuple[tuple[str, str], str]) -> Release:
    """The release where every place and group tells that 80 answered, but for the `silent` ones."""
    told = {"answered": 80, "answered_percent": 75, "answered_low": 70, "answered_high": 80}
    figures = (
        one if ((one.province, one.district), one.group) in silent else replace(one, **told)
        for one in release.figures
    )
    return replace(release, figures=tuple(figures))


def test_the_largest_clear_miss_of_a_target_is_always_among_the_points() -> None:
    row = briefed(held(EVEN)).leads[0]
    others = [MainPoint(kind, "") for kind in (UNMET, WORST_OFF, HEARD, REACH, UNCHANGED)]
    missed = replace(row, lead=replace(row.lead, target=99))
    rules = [lambda _, one=one: iter([one]) for one in others]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(main_points, "RULES", (*rules, main_points._target))
        findings = main_points.Findings([missed], (), (), briefed(held(EVEN)).reach, above=True)
        found = main_points.main_points(findings)
    assert [one.kind for one in found] == [*(one.kind for one in others[:4]), TARGET]


def test_what_a_row_puts_side_by_side_is_on_one_base() -> None:
    """Of all interviewed, whoever tells how many answered: a district and all districts have one base under one name."""
    for silent in ((), *(((ALL, group),) for group in GROUPS)):
        overview = overview_briefing(telling(held(EVEN), *silent), Scope.everywhere())
        assert overview is not None
        assert {(one.n, one.value, one.answered) for one in overview.leads[0].readings} == {(100, 60, False)}


@pytest.mark.parametrize("silent", [(), *(((HERE, group),) for group in GROUPS)])
def test_in_a_district_everything_is_of_all_interviewed(
    silent: tuple[tuple[tuple[str, str], str], ...],
) -> None:
    release, before = telling(held(EVEN), *silent), telling(held(EVEN, round="2026-1"))
    row = briefed(release, before).leads[0]
    both = (row.before, row.everywhere)
    assert {(one.n, one.value) for one in (*row.readings, *both) if one} == {(100, 60)}
    overview = overview_briefing(release, Scope.everywhere())
    assert overview is not None
    assert {one.reading.value for one in overview.districts} == {60}


def test_a_change_of_those_who_answered_says_so_next_to_all_interviewed() -> None:
    # "Everybody" of a change is each group with the same weight, of those who answered where both rounds tell it.
    def mixed(release: Release, answered: bool) -> Release:
        return replace(release, mixes=tuple(replace(one, answered=answered) for one in release.mixes))

    before = held({**EVEN, "Total": 30}, round="2026-1")
    for answered in (False, True):
        briefing = briefed(mixed(held(EVEN), answered), mixed(before, answered))
        said = sentence(briefing.points[0], Labels(ASKED, "en", str))
        assert (briefing.leads[0].changed_of_answered, "(who answered)" in said) == (answered, answered)


def test_no_difference_is_called_of_all_interviewed_where_some_were_asked() -> None:
    asking = {"saf_night": Asking("the words", routed=True)}
    low = held({**EVEN, "woman": 20, "Total": 40}, asking=asking)
    found = points_of(briefed(low, wanted=(replace(SAFETY, target=70),)))
    assert {found[kind].says for kind in (WORST_OFF, TARGET)} == {OTHERS_ASKED}
    too_much = (replace(SAFETY, up=False, target=10),)
    assert points_of(briefed(low, wanted=too_much))[TARGET].says == CLEAR


def test_figures_on_unlike_bases_are_not_compared() -> None:
    one, other = (Reading("a", PUBLISHED, 90, 50, 45, 55, assumed=False) for _ in range(2))
    far = replace(other, value=90, low=85, high=95)
    assert apart(one, far) == "lower"
    assert apart(one, replace(far, answered=True)) == OTHERS_ASKED
    assert apart(one, replace(far, some=True), above=True) == OTHERS_ASKED


def test_a_district_without_an_interview_has_no_briefing() -> None:
    assert district_briefing(held(EVEN), ASKED, "swat") is None


def test_how_sure_is_said_by_the_widest_interval() -> None:
    assert within([Reading("a", PUBLISHED, 9, 50, 43, 56), Reading("b", PUBLISHED, 9, 50, 45, 55)]) == 7
    assert within([Reading("a")]) is None


@pytest.mark.parametrize(
    ("before", "kind", "says"), [(30, BETTER, CLEAR), (90, WORSE, CLEAR), (60, UNCHANGED, NOT_CLEAR)]
)
def test_the_first_point_is_what_changed_and_whether_it_is_real(before: int, kind: str, says: str) -> None:
    earlier = held({**EVEN, "Total": before}, round="2026-1")
    point = briefed(held(EVEN), earlier).points[0]
    assert (point.kind, point.says) == (kind, says)
    if kind != UNCHANGED:
        assert (point.first, point.second, point.points) == (before, 60, 60 - before)


def test_where_too_few_workers_met_a_group_no_change_is_called() -> None:
    earlier = held({**EVEN, "Total": 10}, ASSUMED, round="2026-1")
    point = briefed(held(EVEN, ASSUMED), earlier).points[0]
    assert (point.kind, point.says, point.count) == (UNCALLED, NOT_CALLED, 1)
    # Above districts what is assumed is on the safe side.
    above = overview_briefing(held(EVEN, ASSUMED), Scope.everywhere(), earlier)
    assert above is not None
    assert points_of(above)[BETTER].says == CLEAR


def test_the_largest_gap_in_help_is_a_point_and_hidden_ones_come_last() -> None:
    gaps = [*gap("gap_job", 3), *gap("gap_money", 40), *gap("gap_health", None), *gap("gap_education", -9)]
    briefing = briefed(held(EVEN, gaps=tuple(gaps)))
    assert [row.name for row in briefing.help] == ["gap_money", "gap_job", "gap_education", "gap_health"]
    point = points_of(briefing)[UNMET]
    assert (point.name, point.points, point.low, point.high, point.says) == ("gap_money", 40, 31, 49, CLEAR)
    assert UNMET not in points_of(briefed(held(EVEN, gaps=tuple(gap("gap_job", -3)))))


def test_the_worst_off_group_is_clear_where_the_intervals_do_not_meet() -> None:
    values = {**EVEN, "youth": 41}
    point = points_of(briefed(held(values)))[WORST_OFF]
    assert (point.group, point.first, point.second, point.says) == ("youth", 41, 60, CLEAR)
    assert points_of(briefed(held({**EVEN, "youth": 55})))[WORST_OFF].says == NOT_CLEAR
    assert points_of(briefed(held(values, ASSUMED)))[WORST_OFF].says == NOT_CALLED
    assert WORST_OFF not in points_of(briefed(held({"Total": 60, "youth": 41})))


def test_members_who_think_that_women_are_heard_more_than_women_do() -> None:
    two = GapFigure(
        *HERE, "woman", "perception_woman", "l_women", "w_voice", TOP_TWO, ("member", "woman"), True
    )
    shown = replace(two, status=PUBLISHED, base=50, points=15, low=4, high=26)
    figures = (share(HERE, "member", 70, "l_women"), share(HERE, "woman", 55, "w_voice"))
    release = held(EVEN)
    release = replace(release, gaps=(shown,), figures=(*release.figures, *figures))
    point = points_of(briefed(release))[HEARD]
    assert (point.first, point.second, point.points, point.says) == (70, 55, 15, CLEAR)
    assert HEARD not in points_of(briefed(held(EVEN, gaps=(two,))))


def test_a_group_under_half_of_its_target_was_not_reached_and_a_hidden_number_says_nothing() -> None:
    release = held(EVEN)
    release = replace(release, bases={**release.bases, (*HERE, "youth"): None})
    wanted = Fieldwork(
        {("bannu", "woman"): 51, ("bannu", "member"): 50, ("bannu", "youth"): 60}, {"bannu": 4}
    )
    briefing = briefed(release, fieldwork=wanted)
    assert [one.group for one in briefing.reach.missed] == ["woman"]
    assert [one.group for one in briefing.reach.hidden] == ["youth"]
    assert briefing.reach.refused == 4
    assert points_of(briefing)[REACH].count == 1
    assert REACH not in points_of(briefed(release))
    assert briefed(release).reach.refused is None


def test_more_interviews_in_one_district_make_up_for_nothing_in_another() -> None:
    wanted = Fieldwork({("bannu", "woman"): 10, ("quetta", "woman"): 40, ("swat", "woman"): 10})
    found = overview_briefing(held(EVEN), Scope.everywhere(), fieldwork=wanted)
    assert found is not None
    women = found.reach.by_group["woman"]
    assert (women.done, women.target, women.percent) == (35, 50, 70)
    assert found.unvisited == ("swat",)


def test_a_missed_target_is_clear_where_the_whole_interval_misses_it() -> None:
    late = RatioFigure(*HERE, "Total", "on_time", "i_time", False, PUBLISHED, 90, 60, 50, 70)
    known = {"saf_night": MEASURED, "i_time": MEASURED}
    for high, says in ((70, CLEAR), (85, NOT_CLEAR)):
        release = held(EVEN, ratios=(replace(late, high=high),))
        asked = (*release.figures, share(HERE, "Total", 50, "i_time"))
        release = replace(release, figures=asked, known=known)
        point = points_of(briefed(release))[TARGET]
        assert (point.name, point.first, point.target, point.says) == ("on_time", 60, 80, says)
    met = held(EVEN, ratios=(replace(late, value=80, low=70, high=90),))
    assert TARGET not in points_of(briefed(met))


def test_the_largest_clear_miss_of_a_target_is_said_first() -> None:
    release = held(EVEN)
    asked = (*release.figures, share(HERE, "Total", 50, "tr_police"))
    release = replace(release, figures=asked, known={**release.known, "tr_police": MEASURED})
    by_name = {lead.name: lead for lead in LEADS}
    for near, far in (("saf_night", "tr_police"), ("tr_police", "saf_night")):
        aims = {near: 66, far: 90}
        wanted = tuple(replace(by_name[name], target=aims[name]) for name in ("saf_night", "tr_police"))
        targets = [point.name for point in briefed(release, wanted=wanted).points if point.kind == TARGET]
        assert targets == [far, near]


def test_a_district_differs_from_all_districts_where_the_intervals_do_not_meet() -> None:
    release = held(EVEN)
    lower = tuple(share(HERE, group, 30) for group in GROUPS)
    row = briefed(replace(release, figures=(*lower, *release.figures[4:]))).leads[0]
    assert (row.now.value, row.everywhere and row.everywhere.value, row.differs) == (30, 60, "lower")
    assert apart(row.now, replace(row.now, assumed=True)) == NOT_CALLED
    assert apart(row.now, Reading("Total")) == ""


def test_an_overview_holds_the_districts_of_a_scope_and_nothing_without_one() -> None:
    release = held(EVEN)
    found = overview_briefing(release, Scope.of(["quetta"]))
    assert found is not None
    assert [one.district for one in found.districts] == ["quetta"]
    assert {one.district for one in found.reach.groups} == {"quetta"}
    assert found.interviews == 150
    assert overview_briefing(release, Scope.of(["swat"])) is None


def test_all_districts_together_have_the_name_that_the_release_gives_them() -> None:
    release = held(EVEN)
    assert whole_place(release) == ALL
    one = {name: n for name, n in release.bases.items() if name[:2] == HERE}
    assert whole_place(replace(release, bases=one)) == HERE
    assert whole_place(replace(release, bases={**one, ("PK5", "swat", "Total"): 9})) == ("PK5", "Total")


def test_every_kind_of_point_has_a_sentence_with_its_numbers() -> None:
    labels = Labels(ASKED, "en", lambda text: text)
    point = MainPoint(UNMET, CLEAR, "gap_money", "Total", 62, 19, 43, -4, 52)
    said = sentence(point, labels, "2026-1")
    assert "Money" in said
    for number in ("62%", "19%", "−4\u00a0…\u00a052"):
        assert number in said
    for kind in (BETTER, WORSE, UNCHANGED, UNCALLED, HEARD, WORST_OFF, REACH, TARGET):
        assert "{" not in sentence(
            replace(point, kind=kind, name=SAFETY.name, group="woman", target=5, count=2), labels
        )
    assert signed(-7) == "−7"


def test_there_are_ten_lead_indicators_and_never_more_than_five_points() -> None:
    assert len(LEADS) == 10
    late = RatioFigure(*HERE, "Total", "on_time", "i_time", False, PUBLISHED, 90, 60, 50, 70)
    two = GapFigure(
        *HERE, "woman", "perception_woman", "l_women", "w_voice", TOP_TWO, ("member", "woman"), True,
        PUBLISHED, 50, 15, 4, 26,
    )  # fmt: skip
    release = held({**EVEN, "youth": 30}, gaps=(*gap("gap_money", 40), two), ratios=(late,))
    wanted = Fieldwork({("bannu", "woman"): 90})
    found = briefed(release, held({**EVEN, "Total": 10}, round="2026-1"), fieldwork=wanted)
    assert [point.kind for point in found.points] == [BETTER, UNMET, WORST_OFF, HEARD, REACH]
    assert len(found.points) == MOST


def test_what_is_hidden_is_drawn_as_hidden_and_what_is_shown_with_its_numbers() -> None:
    labels = Labels(ASKED, "en", lambda text: text)
    draw = Drawer(reader_of("en", labels.translate), labels)
    values = {**EVEN, "woman": None, "youth": 41}
    briefing = briefed(
        held(values, gaps=(*gap("gap_money", None),)), held({**EVEN, "Total": 10}, round="2026-1")
    )
    assert "Safe after dark: 60, 55–65" in draw.leads(briefing.leads)
    drawn = draw.groups(briefing.leads, briefing.groups)
    assert "not shown" in drawn
    assert "41, 36–46" in drawn
    assert "Money: not shown" in draw.help(briefing.help)
    changed = draw.changes(briefing.leads, ("2026-1", "2026-2"))
    assert changed is not None
    assert "10, 5–15" in changed
    assert draw.changes(briefed(held(EVEN)).leads, ("2026-1", "2026-2")) is None


def test_the_earlier_round_is_drawn_where_it_is_on_the_same_base() -> None:
    before = held({**EVEN, "Total": 50}, round="2026-1")
    row = briefed(held(EVEN), before).leads[0]
    assert (row.before and row.before.value, row.change and row.change.earlier) == (50, 50)
    answered = replace(before.figures[0], answered=90, answered_percent=55, answered_low=50, answered_high=60)
    other = briefed(held(EVEN), replace(before, figures=(answered, *before.figures[1:]))).leads[0]
    assert (other.before and other.before.value, other.now.value) == (50, 60)


@pytest.mark.parametrize(
    ("low", "high", "written"), [(9, 21, "9–21"), (-4, 52, "−4 … 52"), (-51, -33, "−51 … −33"), (0, 0, "0–0")]
)
def test_an_interval_is_written_in_one_way_on_pages_pictures_and_paper(
    low: int, high: int, written: str
) -> None:
    assert limits(low, high).replace("\u00a0", " ") == written
    assert interval(low, high).replace("\u00a0", " ").strip("\u2066\u2067\u2068\u2069") == written
    assert Reader(Words(*[""] * 9)).interval(low, high).replace("\u00a0", " ") == written
