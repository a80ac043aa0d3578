"""The report of a round: every figure on paper is a published one, each language reads right, each sheet is one side."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from survey import geography
from survey.languages import languages
from survey.languages.catalogue import translation
from survey.publication.briefing.action_review import Moved, Noted, Reviewed, Said
from survey.publication.briefing.material import Material
from survey.publication.briefing.reach import Fieldwork
from survey.publication.paper.district import SHORT, district_sheet
from survey.publication.paper.overview import MOST_NAMED
from survey.publication.paper.report import district_report, districts_in, round_report
from survey.publication.paper.sheets import Picture, Text
from survey.publication.paper.words import Writer
from survey.publication.reading.labels import Labels
from survey.publication.release.release import Release
from survey.storage.results.actions import Action, Agreed
from survey.storage.scope import Scope
from tests.survey.publication.briefing.test_briefing import ALL, ASKED, GROUPS, HERE, gap, held, share
from tests.survey.publication.paper.poppler import facts_of, structure_of, text_of

EVERYWHERE = Scope.everywhere()
VALUES = {"Total": 61, "member": 73, "woman": 52, "youth": None}


def material(release: Release | None = None, scope: Scope = EVERYWHERE, **more: object) -> Material:
    """A round of two districts with a gap in help, and with targets."""
    gaps = tuple(one for points, name in ((43, "gap_money"), (None, "gap_job")) for one in gap(name, points))
    made = release or held(VALUES, gaps=gaps, digest="0123456789abcdef" * 4)
    targets = {(HERE[1], group): 60 for group in GROUPS[1:]}
    kept = Material(made, ASKED, scope, None, Fieldwork(targets, {HERE[1]: 4}))
    return replace(kept, **more)


def writer(language: str = "en", **more: object) -> Writer:
    made = Writer(Labels(ASKED, language, translation(language)), "The office")
    return replace(made, **more)


def words_of(pdf: bytes | None) -> str:
    assert pdf
    return " ".join(text_of(pdf).split())


@pytest.mark.parametrize("language", languages())
def test_a_district_is_one_side_with_its_name_its_figures_and_where_they_are_from(language):
    pdf = district_report(material(), "bannu", writer(language))
    assert pdf
    text, facts = words_of(pdf), facts_of(pdf)
    assert (facts["Pages"], facts["Tagged"], facts["Author"]) == ("1", "yes", "The office")
    for word in ("2026-2", "2026-11-01", "0123456789abcdef", geography.districts()["bannu"].name(language)):
        assert word in text
    assert re.search(r"61\s*56–66", text)
    assert re.search(r"73\s*68–78", text)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("What changed", "Wanted and received", "Is everybody heard?", "Agreed action", "not shown")),
        ("ur", ("کیا بدلا", "کون رہ گیا", "تحفظ اور اعتماد", "طے شدہ کام", "نہیں دکھایا گیا")),
        ("ps", ("څه بدل شول", "څوک پاتې شول", "خونديتوب او باور", "منل شوی کار", "ښځې")),
    ],
)
def test_the_six_boxes_are_headings_in_each_language(language, words):
    pdf = district_report(material(), "bannu", writer(language))
    assert pdf
    text, tags = words_of(pdf), structure_of(pdf)
    for word in words:
        assert word in text
    assert len(re.findall(r"^\s*H2 ", tags, re.MULTILINE)) == 6


def test_every_figure_with_an_interval_is_a_published_one():
    kept = material()
    text = words_of(district_report(kept, "bannu", writer()))
    published = {
        (one.percent, one.ci_low, one.ci_high) for one in kept.release.figures if one.district == "bannu"
    } | {(one.points, one.low, one.high) for one in kept.release.gaps if one.district == "bannu"}
    found = re.findall(r"(\d+) (\d+)–(\d+)", text)
    # The indicator, two groups, and the bar of all answers.
    assert len(found) == 4
    assert {tuple(map(int, one)) for one in found} <= published


def test_a_hidden_figure_leaves_no_number():
    nothing = held(dict.fromkeys(VALUES))
    text = words_of(district_report(material(nothing), "bannu", writer()))
    assert "not shown" in text
    assert not re.search(r"\d+–\d+", text.split("25 to 49")[0].replace("2026-11", ""))


def test_the_last_box_has_lines_to_write_on_and_no_name_is_asked_for():
    text = words_of(district_report(material(), "bannu", writer()))
    assert "By whom (a role, no name)" in text


def said(number: int, text: str = "Light or repair a way or a place", **more: object) -> Said:
    """An agreed action in words."""
    agreed = Agreed("lighting", "programme", 1, "share:saf_night")
    action = Action(number, "2026-2", "bannu", agreed, "agreed", "2026-11-02")
    return replace(Said(action, text, "Programme office", "the next round", "Share: long", "agreed"), **more)


def test_agreed_actions_are_in_the_last_box_in_place_of_the_lines():
    due = Reviewed(said(9).action, "due in this round", Moved(35, 55, "higher"))
    agreed = Noted((said(1), said(2, "Give help on time"), said(3)), (said(4, reviewed=due),))
    text = words_of(district_report(material(), "bannu", writer(), agreed))
    assert (
        "Light or repair a way or a place – agreed (Programme office, due: the next round; Safe after dark)"
        in text
    )
    assert "Give help on time – agreed" in text
    assert "agreed, due in this round (2026-2). Safe after dark: 35 before, 55 now – higher" in text
    assert "and 1 more" in text
    assert "By whom (a role, no name)" not in text
    before = words_of(district_report(material(), "bannu", writer(), Noted((), agreed.before)))
    assert "35 before, 55 now" in before
    assert "By whom (a role, no name)" in before


@pytest.mark.parametrize("language", languages())
def test_the_longest_actions_leave_a_district_on_one_side(language):
    long = "Something that was agreed on with many words, as long as the name of a kind may be, eighty"
    due = Reviewed(said(9).action, "due in this round", Moved(None, None, ""))
    several = tuple(said(number, long, indicator=long, reviewed=due) for number in range(9))
    pdf = district_report(material(), "bannu", writer(language), Noted(several, several))
    assert pdf
    assert facts_of(pdf)["Pages"] == "1"


def test_a_sheet_that_does_not_fit_goes_without_what_is_said_twice():
    kept = material()
    briefing = kept.of_district("bannu")
    assert briefing
    agreed = Noted((said(1), said(2)), ())
    drawn = {width: district_sheet(briefing, writer(), width, agreed).columns for width in (SHORT - 1, SHORT)}
    pictures = {
        width: [part for box in right for part in box.parts if isinstance(part, Picture)]
        for width, (_, right) in drawn.items()
    }
    assert ["diverging-bars" in one.picture for one in pictures[SHORT - 1]] == [False, False, True]
    assert ["diverging-bars" in one.picture for one in pictures[SHORT]] == [False, False]
    assert "and \u20661\u2069 more" in [
        part.text for part in drawn[SHORT][0][-1].parts if isinstance(part, Text)
    ]


def test_interviews_stand_against_targets():
    pdf = district_report(material(), "bannu", writer())
    assert pdf
    text = text_of(pdf, "-layout")
    assert re.search(r"Members \(under half\) +25 +60 +41", text)
    assert "Refused: 4." in text


@pytest.mark.parametrize("language", languages())
def test_a_round_is_two_sides_and_one_on_methods(language):
    pdf = round_report(material(), writer(language))
    assert pdf
    assert facts_of(pdf)["Pages"] == "3"
    text = words_of(pdf)
    for district in ("bannu", "quetta"):
        assert geography.districts()[district].name(language) in text
    # The whole fingerprint is on the last sheet.
    assert "01234567 89abcdef 01234567" in text


def test_made_up_figures_and_drafts_say_so():
    marked = words_of(district_report(material(), "bannu", writer(demonstration=True)))
    assert "Demonstration data – Every figure here is made up." in marked
    assert "Demonstration" not in words_of(district_report(material(), "bannu", writer()))
    assert "مسودہ" in words_of(district_report(material(), "bannu", writer("ur")))


def test_paper_keeps_to_the_scope():
    mine = material(scope=Scope.of(["bannu"]))
    assert districts_in(mine) == ("bannu",)
    assert district_report(mine, "quetta", writer()) is None
    assert "Quetta" not in words_of(round_report(mine, writer()))
    assert round_report(material(scope=Scope.of(["swat"])), writer()) is None
    assert district_report(material(), "swat", writer()) is None


def test_all_districts_of_both_provinces_fit_and_long_lists_are_cut():
    everywhere = [(place.adm1_pcode, place.id) for place in geography.reporting_districts()]
    release = held(VALUES)
    figures = tuple(share(place, group, VALUES[group]) for place in everywhere for group in GROUPS)
    above = tuple(one for one in release.figures if (one.province, one.district) == ALL)
    bases = {key: number for key, number in release.bases.items() if key[:2] == ALL}
    bases |= {(*place, group): 20 for place in everywhere for group in GROUPS}
    whole = replace(release, figures=(*figures, *above), bases=bases)
    wanted = Fieldwork({(district, "woman"): 50 for _, district in everywhere}, {})
    pdf = round_report(material(whole, fieldwork=wanted), writer("ur"))
    assert pdf
    assert facts_of(pdf)["Pages"] == "3"
    assert re.search(rf"{69 - MOST_NAMED}\s*مزید", words_of(pdf))
    assert all(place.name("ur") in words_of(pdf) for place in geography.reporting_districts()[:5])


def test_a_release_without_gaps_or_indicators_is_a_sheet_too():
    bare = replace(held(VALUES), figures=(), gaps=(), mixes=())
    text = words_of(district_report(material(bare), "bannu", writer()))
    assert text.count("Nothing of this can be shown.") == 4


def test_letters_that_no_font_has_are_no_obstacle():
    text = words_of(district_report(material(), "bannu", writer(office="Žofia 漢字 Ω")))
    assert "Bannu" in text
    named = held(VALUES, round="Ωμέγα-漢")
    assert district_report(material(named), "bannu", writer())


@pytest.mark.parametrize("language", ["en", "ur"])
def test_a_change_is_on_the_sheet(language):
    before = replace(held({"Total": 31, "member": 31, "woman": 31, "youth": None}), round="2026-1")
    pdf = district_report(material(earlier=before), "bannu", writer(language))
    text = words_of(pdf)
    assert "2026-1" in text
    assert facts_of(pdf or b"")["Pages"] == "1"
    assert "31" in text
