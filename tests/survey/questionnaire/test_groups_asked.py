"""Which groups a question addresses, found from rules alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from survey.questionnaire import xlsform
from survey.questionnaire.groups_asked import groups_by_question
from survey.questionnaire.model import Page, Question, Questionnaire
from survey.settings import PROJECT
from tests.support.factories import questionnaire

EVERYBODY = ("member", "woman", "youth")


@pytest.fixture(scope="module")
def groups() -> dict[str, tuple[str, ...]]:
    return groups_by_question(xlsform.read(PROJECT / "questionnaires" / "community_security.md"))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["saf_day", "tr_body", "i_got", "i_time", "p_gender"])
def test_core_questions_address_everybody(groups: dict[str, tuple[str, ...]], name: str) -> None:
    assert groups[name] == EVERYBODY


def test_modules_address_their_group_alone(groups: dict[str, tuple[str, ...]]) -> None:
    # questionnaire.md, section 2: modules L (members), W (women) and Y (youth).
    by_letter = {"l_": ("member",), "w_": ("woman",), "y_": ("youth",)}
    found = {name for name in groups if name[:2] in by_letter}
    assert len(found) > 10
    for name in found:
        assert groups[name] == by_letter[name[:2]], name


def with_rule(rule: list) -> Questionnaire:
    question = Question("more", "choice", {"en": "more"}, relevant=rule)
    base = questionnaire()
    return replace(base, version=repr(rule), pages=(*base.pages, Page("more", {"en": "more"}, (question,))))


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (["=", ["$", "p_group"], "youth"], ("youth",)),
        (["!=", ["$", "p_group"], "youth"], ("member", "woman")),
        (["and", ["=", ["$", "p_group"], "woman"], ["=", ["$", "q1"], "very"]], ("woman",)),
        (["=", ["$", "q1"], "no such answer"], ()),
        (["selected", ["$", "got"], "help1"], EVERYBODY),
        (["and", ["selected", ["$", "got"], "help1"], ["selected", ["$", "got"], "help2"]], EVERYBODY),
        ([">=", ["count-selected", ["$", "got"]], 7], EVERYBODY),
        ([">", ["$", "rooms"], 3], EVERYBODY),
        (["and", [">", ["$", "rooms"], 3], ["<", ["$", "rooms"], 3]], ()),
    ],
)
def test_a_rule_is_tried_with_every_answer(rule: list, expected: tuple[str, ...]) -> None:
    assert groups_by_question(with_rule(rule))["more"] == expected
