"""Made-up people answer as people would: what is drawn for them is what is recorded, never what is true."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from survey.made_up.interviews import Population
from survey.questionnaire import codec, xlsform
from survey.questionnaire.for_phones import questionnaire_for_phone
from survey.questionnaire.model import from_json, to_json
from survey.questionnaire.rules import compile_validator
from survey.questionnaire.types.hidden import HiddenChoice
from survey.settings import SHIPPED
from tests.survey.hidden.questions import ASKED, questionnaire


@pytest.mark.parametrize("name", ASKED)
@pytest.mark.parametrize("share", [0, 1])
def test_recorded_answers_have_the_declared_probabilities(name: str, share: int) -> None:
    """20,000 people of whom all, or none, have the trait: four standard errors to either side."""
    question = questionnaire().questions[name]
    kind, hiding = question.type, question.hiding
    assert isinstance(kind, HiddenChoice)
    assert hiding is not None
    known = type(hiding)(hiding.one, hiding.with_trait, hiding.without_trait, known=Fraction(share))
    random = np.random.default_rng(11)
    drawn = [kind.drawn(random, question.choices, known, 0.0) for _ in range(20_000)]
    expected = float(hiding.with_trait if share else hiding.without_trait)
    found = drawn.count(hiding.one) / len(drawn)
    assert abs(found - expected) < 4 * (expected * (1 - expected) / len(drawn)) ** 0.5
    assert set(drawn) == {choice.name for choice in question.choices}


def test_made_up_interviews_answer_every_design_and_break_no_rule() -> None:
    drawn = [one.body["answers"] for one in Population(questionnaire(), "r", "2026-11-20", 3).interviews(400)]
    for name in ASKED:
        options = {choice.name for choice in questionnaire().questions[name].choices}
        assert {one[name] for one in drawn if name in one} == options
    assert not any("h_garbled" in one for one in drawn if one.get("s_private") != "alone")


def test_a_record_holds_one_of_two_options_and_nothing_more() -> None:
    codebook = questionnaire().codebook
    for name in ASKED:
        entry = codebook.by_name[name]
        assert entry.width == 1
        for option, code in entry.codes.items():
            record = codec.pack(codebook, {name: option})
            assert codec.unpack(codebook, record) == {name: option}
            assert [byte for byte in record if byte] == [code]
    wrong = compile_validator(questionnaire()).undecodable
    for value in ("maybe", 1, True, ("yes",), {"true": "yes"}):
        assert wrong({"h_garbled": value})


def test_parameters_stay_with_the_questionnaire_and_go_to_phones() -> None:
    asked = questionnaire()
    assert from_json(to_json(asked)) == asked
    carried = [q for page in questionnaire_for_phone(asked, {"swat"})["pages"] for q in page["questions"]]
    garbled = next(question for question in carried if question["name"] == "h_garbled")
    assert garbled["hidden_by"] == {"no_to_yes": "1/6", "yes_to_no": "1/6", "one": "yes"}
    assert all("hidden_by" not in question for question in carried if question["name"] not in ASKED)


def test_a_questionnaire_without_such_questions_is_written_as_before() -> None:
    """Its digest, by which everything that was answered is found again, may not change."""
    assert "hidden_by" not in to_json(xlsform.read(SHIPPED))
