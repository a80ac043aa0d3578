"""Gaps as people read them: with the two shares they are made of, and a word on what the interval says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from survey.publication.reading.change import NOT_CALLED
from survey.publication.reading.gap_tables import CLEAR, NOT_CLEAR, GapRow, adjusted_p, gap_tables
from survey.publication.release.figures import FEW, HIDDEN, PUBLISHED, Figure
from survey.publication.release.gaps import GapFigure

HELP = ("gap_money", "wants/money", "i_got/money", "said yes")
SHOWN = GapFigure("PK5", "swat", "woman", *HELP, ("woman", "woman"), True, PUBLISHED, 60, 35, 15, 55)
SILENT = GapFigure("PK5", "swat", "youth", *HELP, ("youth", "youth"), True)
HEARD = ("perception_woman", "l_women", "w_voice", "top two")
TWO = GapFigure("PK5", "swat", "woman", *HEARD, ("member", "woman"), True, FEW, 40, 3, -9, 15)


def share(question: str, group: str, percent: int, answer: str = "said yes") -> Figure:
    return Figure("PK5", "swat", group, question, answer, PUBLISHED, 60, 30, percent, 1, 99)


FIGURES = (
    share("wants/money", "woman", 55),
    share("i_got/money", "woman", 20),
    share("wants/money", "youth", 41),
    share("l_women", "member", 63, "top two"),
    share("w_voice", "woman", 60, "top two"),
    share("w_voice", "member", 1, "top two"),
)


@pytest.mark.parametrize(
    ("low", "high", "called", "says"),
    [
        (1, 40, True, CLEAR),
        (-40, -1, True, CLEAR),
        (0, 40, True, NOT_CLEAR),
        (-40, 0, True, NOT_CLEAR),
        (-3, 3, True, NOT_CLEAR),
        (1, 40, False, NOT_CALLED),
        (-3, 3, False, NOT_CALLED),
        (None, None, True, ""),
    ],
)
def test_a_gap_is_clear_where_zero_is_outside_its_interval(low, high, called: bool, says: str) -> None:
    row = GapRow(replace(SHOWN, low=low, high=high, called=called), 55, 20, 0.01 if called else None)
    assert row.says == says


def test_a_gap_is_not_clear_where_so_many_were_looked_at() -> None:
    """Five points with limits at 1 and 9 have p = 2Φ(−1.96 · 5/4) = .0143: clear alone, not clear among eight without a difference."""
    one = replace(SHOWN, points=5, low=1, high=9)
    others = [
        replace(SHOWN, district=name, points=0, low=-4, high=4)
        for name in ("bannu", "karak", "kohat", "mardan", "nowshera", "peshawar", "swabi")
    ]
    p = adjusted_p([one])["PK5", "swat", "woman", "gap_money"]
    assert p == pytest.approx(0.0143, abs=0.0001)
    assert gap_tables([one], FIGURES, adjusted_p([one]))[0].rows[0].says == CLEAR
    among = adjusted_p([one, *others])
    assert among["PK5", "swat", "woman", "gap_money"] == pytest.approx(8 * p)
    assert gap_tables([one], FIGURES, among)[0].rows[0].says == NOT_CLEAR
    # Another gap, another level and what is not called are no part of the family.
    apart = [
        replace(others[0], name="gap_job"),
        replace(others[0], district="Total"),
        replace(others[0], called=False),
    ]
    assert adjusted_p([one, *apart])["PK5", "swat", "woman", "gap_money"] == pytest.approx(p)


def test_a_family_of_all_districts_together_is_every_gap_of_its_kind() -> None:
    one = replace(SHOWN, province="Total", district="Total", points=5, low=1, high=9)
    other = replace(one, name="gap_job", points=0, low=-4, high=4)
    two = replace(TWO, province="Total", district="Total", points=0, low=-4, high=4)
    found = adjusted_p([one, other, two])
    assert found["Total", "Total", "woman", "gap_money"] == pytest.approx(2 * 0.0143, abs=0.0002)


def test_a_gap_stands_beside_its_two_shares() -> None:
    same, two = gap_tables((SHOWN, SILENT, TWO), FIGURES, {})
    assert [(row.gap.group, row.first, row.second) for row in same.rows] == [
        ("woman", 55, 20),
        ("youth", 41, None),
    ]
    # Members' answers to the one question, women's to the other.
    assert [(row.first, row.second) for row in two.rows] == [(63, 60)]
    assert two.questions == ("l_women", "w_voice")


def test_parts_lie_together_and_all_districts_come_last() -> None:
    def at(province: str, district: str, group: str, name: str) -> GapFigure:
        return replace(SHOWN, province=province, district=district, group=group, name=name)

    mixed = [
        at(*place, group, name)
        for name in ("gap_money", "gap_job")
        for group in ("woman", "youth")
        for place in (("PK5", "Total"), ("Total", "Total"), ("PK2", "Total"))
    ]
    same, _ = gap_tables(mixed, (), {})
    names = [(part[0].gap.province, part[0].gap.name, len(part)) for part in same.parts]
    assert names == [
        (province, name, 2) for name in ("gap_money", "gap_job") for province in ("PK5", "PK2", "Total")
    ]


def test_a_part_without_anything_to_read_is_left_out() -> None:
    hidden = replace(SILENT, name="gap_job")
    same, two = gap_tables((SHOWN, SILENT, hidden), FIGURES, {})
    assert [[row.gap for row in part] for part in same.parts] == [[SHOWN, SILENT]]
    assert same.shown
    assert not two.shown
    assert hidden.status == HIDDEN


def test_what_is_not_called_is_told_once() -> None:
    assert gap_tables((SHOWN, SILENT), FIGURES, adjusted_p([SHOWN, SILENT]))[0].all_called
    two = (SHOWN, replace(TWO, called=False))
    assert not gap_tables(two, FIGURES, adjusted_p(two))[1].all_called
