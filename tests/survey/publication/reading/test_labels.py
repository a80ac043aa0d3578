"""What readers call districts, groups, questions and answers."""

from __future__ import annotations

import pytest

from survey.publication.reading.labels import Labels
from survey.questionnaire import xlsform
from survey.questionnaire.model import Questionnaire
from survey.settings import PROJECT


@pytest.fixture(scope="module")
def asked() -> Questionnaire:
    return xlsform.read(PROJECT / "questionnaires" / "community_security.md")


@pytest.mark.slow
def test_members_are_called_by_the_programmes_own_term(asked: Questionnaire) -> None:
    assert Labels(asked, "en", str).group("member") == "Members"
    assert Labels(asked, "en", str).group("elder") == "elder"


def test_the_interfaces_part_goes_through_the_translation(asked: Questionnaire) -> None:
    loud = Labels(asked, "en", str.upper)
    assert loud.group("woman") == "WOMEN"
    assert loud.answer("saf_day", "no answer") == "NO ANSWER"
    assert loud.answer("saf_day", "very_safe") == "Very safe"


@pytest.mark.parametrize(
    ("language", "district", "answer"),
    [("en", "Bannu", "Very safe + Fairly safe"), ("ur", "بنوں", "بہت محفوظ + کافی حد تک محفوظ")],
)
def test_names_and_answers_in_the_readers_language(
    asked: Questionnaire, language: str, district: str, answer: str
) -> None:
    labels = Labels(asked, language, str)
    assert labels.district("bannu") == district
    assert labels.answer("saf_day", "top two") == answer


def test_shares_are_called_by_their_question_and_option(asked: Questionnaire) -> None:
    labels = Labels(asked, "en", str)
    assert labels.question("i_got/money").endswith("support programme? – Money")
    assert labels.question("wants/job") == "Wanted, among the first two choices – Job"
    assert labels.question("harm_signal").startswith("Harm signal")


def test_places_are_districts_provinces_or_all(asked: Questionnaire) -> None:
    labels = Labels(asked, "en", str)
    assert labels.place("PK5", "bannu") == "Bannu"
    assert labels.place("PK5", "Total") == "Khyber Pakhtunkhwa"
    assert labels.place("Total", "Total") == "All districts"
    assert labels.group("Total") == "All interviewed"


@pytest.mark.parametrize("language", ["en", "ur", "ps"])
def test_no_label_keeps_a_hole(asked: Questionnaire, language: str) -> None:
    labels = Labels(asked, language, str)
    for question in asked.questions.values():
        assert "${" not in labels.question(question.name)
        for choice in question.choices:
            assert "${" not in labels.answer(question.name, choice.name)
    assert all("${" not in labels.page(page.name) for page in asked.pages)
