"""Questionnaires are values: equal ones have equal digests, and JSON keeps all of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from survey.questionnaire import xlsform
from survey.questionnaire.model import ROUND, Questionnaire, filled_text, from_json, to_json

FORMS = Path(__file__).parents[2] / "questionnaires"


@pytest.fixture(scope="module")
def interview() -> Questionnaire:
    return xlsform.read(FORMS / "interview.md")


def test_json_keeps_everything(interview: Questionnaire) -> None:
    assert from_json(to_json(interview)) == interview
    assert from_json(to_json(interview)).digest == interview.digest


def test_another_text_gives_another_digest(interview: Questionnaire) -> None:
    assert replace(interview, title={"en": "Another"}).digest != interview.digest


def test_the_codebook_packs_each_question_once(interview: Questionnaire) -> None:
    entries = interview.codebook.entries
    assert ROUND not in interview.codebook.by_name
    assert [entry.name for entry in entries] == list(interview.questions)
    widths = {entry.name: entry.width for entry in entries}
    assert (widths["saf_day"], widths["i_got"], widths["i_times"]) == (1, 1, 2)
    ends = [entry.offset + entry.width for entry in entries]
    assert [entry.offset for entry in entries] == [0, *ends[:-1]]
    assert interview.codebook.width == ends[-1]
    assert interview.codebook.by_name["saf_day"].codes["99"] == 99


def test_holes_are_filled_in_the_language(interview: Questionnaire) -> None:
    texts = {"en": "Did ${local_body} act? ${other}", "ur": "کیا ${ local_body } نے؟"}
    fills = {"local_body": {"en": "the jirga", "ur": "جرگہ"}}
    assert filled_text(texts, "en", fills) == "Did the jirga act? ${other}"
    assert filled_text(texts, "ur", fills) == "کیا جرگہ نے؟"


def test_options_are_found_by_name(interview: Questionnaire) -> None:
    question = interview.questions["saf_day"]
    found = question.choice("99")
    assert found is not None
    assert found.missing
    assert question.choice("nothing") is None
