"""What will be publishable: more interviews show more, members less, and the rules of the release decide."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from analysis.disclosure.cube import TOTAL
from survey.problems import NOTHING_TO_PLAN, UNKNOWN_DISTRICT, Problem
from survey.publication.protection import planning
from survey.publication.protection.rules import SHIPPED
from survey.questionnaire import xlsform
from survey.questionnaire.model import Questionnaire
from survey.settings import PROJECT

THREE = ("swat", "bannu", "karak")


@pytest.fixture(scope="module")
def asked() -> Questionnaire:
    return xlsform.read(Path(PROJECT / "questionnaires" / "community_security.md"))


def outlook(asked: Questionnaire, interviews: int, rules=SHIPPED) -> dict[str, planning.Outlook]:
    found = planning.outlook(asked, planning.spread(asked, interviews, THREE), rules)
    return {line.group: line for line in found}


@pytest.mark.slow
def test_the_outlook_follows_the_ladder(asked: Questionnaire) -> None:
    few, some, many = (outlook(asked, 9 * number) for number in (4, 17, 300))
    assert (few["woman"].base, few["woman"].top_two, few["woman"].points) == (0, 0, 0)
    # Ladder of the shipped rules: the base from 10, top two and rest from 25, all points from 50.
    assert some["woman"].base > 0.8
    assert some["woman"].top_two < 0.2
    assert some["woman"].points == 0
    # With many interviews cells still cover each other: not even then is everything shown.
    assert many["woman"].base == 1
    assert many["woman"].top_two > 0.6
    assert many["woman"].points > 0.6
    assert many[TOTAL].planned == 3 * many["woman"].planned == 900


@pytest.mark.slow
def test_stricter_rules_show_less(asked: Questionnaire) -> None:
    stricter = replace(SHIPPED, base=40)
    assert outlook(asked, 9 * 30, stricter)["woman"].base < outlook(asked, 9 * 30)["woman"].base


@pytest.mark.slow
def test_the_same_seed_tells_the_same(asked: Questionnaire) -> None:
    planned = planning.spread(asked, 9 * 30, THREE)
    assert planning.outlook(asked, planned, SHIPPED, 4) == planning.outlook(asked, planned, SHIPPED, 4)


def test_a_few_districts_of_every_size_stand_for_all(asked: Questionnaire) -> None:
    planned = {domain: 10 + 3 * place for place, domain in enumerate(planning.spread(asked, 1))}
    few = planning._sampled_plan(planned)
    assert len({district for district, _ in few}) == planning.MOST_DISTRICTS
    assert {min(planned.values()), max(planned.values())} <= set(few.values())


def test_what_cannot_be_planned_is_told(asked: Questionnaire) -> None:
    with pytest.raises(Problem) as unknown:
        planning.spread(asked, 100, ("atlantis",))
    assert unknown.value.kind is UNKNOWN_DISTRICT
    with pytest.raises(Problem) as nothing:
        planning.outlook(asked, {}, SHIPPED)
    assert nothing.value.kind is NOTHING_TO_PLAN
