"""The rule set: every broken rule is flagged once, with what follows from it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from survey.questionnaire import codec, rules, xlsform
from survey.questionnaire.expressions.values import Context
from survey.questionnaire.model import Questionnaire

ROOT = Path(__file__).parents[2]
TODAY = Context("2026-11-23")
COMPLETE: dict[str, Any] = {
    "round": "2026-1",
    "district": "bannu",
    "mode": "self",
    "p_group": "W",
    "s_private": "alone",
    "c_agree": "yes",
    "p_gender": "woman",
    "p_age": "18_24",
    "saf_day": "very_safe",
    "saf_night": "fairly_safe",
    "rep_safe": "98",
    "i_got": ("money", "health"),
    "i_time": "yes",
    "i_times": 3,
}


@pytest.fixture(scope="module")
def interview() -> Questionnaire:
    return xlsform.read(ROOT / "questionnaires" / "interview.md")


def _flags(interview: Questionnaire, **changes: Any) -> list[tuple[str, str, str]]:
    answers = {name: value for name, value in (COMPLETE | changes).items() if value is not None}
    return [(flag.code, flag.question, flag.effect) for flag in rules.check(interview, answers, TODAY)]


def test_a_complete_interview_breaks_no_rule(interview: Questionnaire) -> None:
    assert _flags(interview) == []


def test_every_item_but_the_required_ones_may_be_skipped(interview: Questionnaire) -> None:
    skipped = dict.fromkeys(("saf_day", "saf_night", "rep_safe", "i_got", "i_time", "i_times"))
    assert _flags(interview, **skipped) == []


@pytest.mark.parametrize(
    ("changes", "flags"),
    [
        ({"p_age": None}, [("required", "p_age", "exclude")]),
        ({"s_private": "", "rep_safe": None}, [("required", "s_private", "note")]),
        ({"p_gender": "man"}, [("constraint", "p_gender", "exclude")]),
        ({"i_times": 51}, [("constraint", "i_times", "missing")]),
        ({"i_got": ("money", "none"), "i_time": None, "i_times": None}, [("exclusive", "i_got", "missing")]),
        ({"i_got": ("money", "99"), "i_time": None, "i_times": None}, [("exclusive", "i_got", "missing")]),
        ({"i_got": ("none",)}, [("not_reached", "i_time", "missing"), ("not_reached", "i_times", "missing")]),
        ({"s_private": "others"}, [("not_reached", "rep_safe", "missing")]),
        ({"saf_day": "safe"}, [("unknown_option", "saf_day", "exclude")]),
        ({"saf_day": 1}, [("wrong_type", "saf_day", "exclude")]),
        ({"i_got": "money", "i_time": None, "i_times": None}, [("wrong_type", "i_got", "exclude")]),
        ({"i_times": "3"}, [("wrong_type", "i_times", "exclude")]),
        ({"i_times": True}, [("wrong_type", "i_times", "exclude")]),
        ({"i_times": 40000}, [("out_of_range", "i_times", "exclude")]),
        ({"saf_noon": "98"}, [("unknown_question", "saf_noon", "note")]),
    ],
)
def test_broken_rules(
    interview: Questionnaire, changes: dict[str, Any], flags: list[tuple[str, str, str]]
) -> None:
    assert _flags(interview, **changes) == flags


def test_refused_consent_leaves_everything_else_unreached(interview: Questionnaire) -> None:
    flags = _flags(interview, c_agree="no")
    assert {flag[0] for flag in flags} == {"not_reached"}
    assert [flag[1] for flag in flags] == [
        name
        for name in interview.questions
        if name not in ("district", "mode", "p_group", "s_private", "c_agree")
    ]


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("saf_day", "safe", "unknown_option"),
        ("saf_day", ["very_safe"], "wrong_type"),
        ("i_got", ("money", "gold"), "unknown_option"),
        ("i_got", (1,), "wrong_type"),
        ("i_times", 32768, "out_of_range"),
        ("i_times", -32768, "out_of_range"),
        ("i_times", 2.5, "wrong_type"),
        ("note", "free text", "unknown_question"),
    ],
)
def test_what_cannot_be_stored_is_told(interview: Questionnaire, name: str, value: Any, code: str) -> None:
    flags = rules.undecodable(interview, {**COMPLETE, name: value})
    assert [(flag.code, flag.question, flag.effect) for flag in flags] == [(code, name, "exclude")]


def test_what_can_be_stored_is_not_told(interview: Questionnaire) -> None:
    assert rules.undecodable(interview, {**COMPLETE, "i_times": -32767, "saf_day": "", "i_got": ()}) == ()


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"i_times": -32767},
        {"i_times": 32767},
        {"i_times": 32768},
        {"i_times": -32768},
        {"i_times": "3"},
        {"i_times": True},
        {"i_times": 1.0},
        {"saf_day": "safe"},
        {"saf_day": 1},
        {"saf_day": ("98",)},
        {"i_got": ("health", "money")},
        {"i_got": ("money", "money")},
        {"i_got": ("gold",)},
        {"i_got": "money"},
        {"i_got": (1,)},
        {"saf_noon": "98"},
    ],
    ids=str,
)
def test_the_codec_refuses_just_what_cannot_be_stored(
    interview: Questionnaire, changes: dict[str, Any]
) -> None:
    answers = COMPLETE | changes
    try:
        codec.pack(interview.codebook, answers)
    except codec.Undecodable:
        packed = False
    else:
        packed = True
    assert packed == (not rules.undecodable(interview, answers))


def test_interviews_that_must_end() -> None:
    assert rules.stops({"c_agree": "no", "p_age": "under_18"}) == "refused"
    assert rules.stops({"c_agree": "yes", "p_age": "under_18"}) == "under_age"
    assert rules.stops({"c_agree": "yes", "p_age": "18_24"}) is None
    assert rules.stops({}) is None


@pytest.mark.parametrize(
    ("given", "codes"),
    [
        (["lot"] * 10, ["same_answer"]),
        (["lot"] * 9 + ["little"], []),
        (["lot"] * 9, []),
        (["99"] * 4 + ["lot"] * 3 + ["little"] * 3, ["many_refusals"]),
        (["99"] * 3 + ["lot"] * 4 + ["little"] * 3, []),
    ],
)
def test_signs_of_a_careless_interview(given: list[str], codes: list[str]) -> None:
    answers = {f"item_{number}": value for number, value in enumerate(given)}
    flags = rules.check(xlsform.read(ROOT / "questionnaires" / "habits.md"), answers, TODAY)
    assert [(flag.code, flag.question, flag.effect) for flag in flags] == [
        (code, "", "note") for code in codes
    ]


def test_a_rule_that_looks_back_is_not_confused_with_one_that_looks_ahead() -> None:
    """The same words before and after the question that they name: only the later one can hold."""
    flags = rules.check(
        xlsform.read(ROOT / "questionnaires" / "ahead.md"), {"before": 1, "middle": 1, "after": 1}, TODAY
    )
    assert [(flag.code, flag.question) for flag in flags] == [("not_reached", "before")]


@pytest.mark.slow
def test_equal_questionnaires_share_one_validator(interview: Questionnaire) -> None:
    again = xlsform.read(ROOT / "questionnaires" / "interview.md")
    assert rules.compile_validator(again) is rules.compile_validator(interview)
