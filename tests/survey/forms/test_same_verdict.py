"""The compiled rules and the web form judge every question of any interview in the same way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from survey.forms import builder
from survey.questionnaire import path, rules, xlsform
from survey.questionnaire.expressions.values import Context
from survey.questionnaire.model import Question, Questionnaire

TESTS = Path(__file__).parents[2]
FORMS = {
    "interview": TESTS / "questionnaires" / "interview.md",
    "shipped": TESTS.parent / "questionnaires" / "community_security.md",
}
TODAY = Context("2026-11-23")
FLAGS = {"required", "constraint", "exclusive", "unknown_option", "wrong_type", "out_of_range"}
QUESTIONNAIRES = {name: xlsform.read(file) for name, file in FORMS.items()}


def _value(question: Question) -> st.SearchStrategy[Any]:
    if question.kind == "integer":
        return st.one_of(st.integers(-3, 60), st.sampled_from([32767, 32768, -40000, "three"]))
    names = [choice.name for choice in question.choices]
    if question.kind == "choice":
        return st.sampled_from([*names, *names, "nobody_knows"])
    pairs = st.permutations(names).map(lambda order: tuple(order[:2]))
    several = st.lists(st.sampled_from([*names, "nobody_knows"]), max_size=4, unique=True).map(tuple)
    return pairs | several


# What opens most pages, so that a random interview reaches beyond consent.
OPEN = {"c_agree": "yes", "s_private": "alone", "p_age": "18_24"}


def _without(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: strategy for name, strategy in fields.items() if name not in OPEN}


def _interviews(questionnaire: Questionnaire) -> st.SearchStrategy[dict[str, Any]]:
    fields = {name: _value(question) for name, question in questionnaire.questions.items()}
    eager = {name: st.just(value) for name, value in OPEN.items()}
    return st.one_of(
        st.fixed_dictionaries({}, optional=fields), st.fixed_dictionaries(eager, optional=_without(fields))
    ).map(lambda answers: {name: value for name, value in answers.items() if value != ()})


def _posted(answers: dict[str, Any]) -> MultiDict[str, str]:
    texts = {
        name: list(value) if isinstance(value, tuple) else [str(value)] for name, value in answers.items()
    }
    return MultiDict(texts)


def _by_form(questionnaire: Questionnaire, answers: dict[str, Any]) -> set[str]:
    """Walk through the pages as the web form does and collect what it objects to."""
    broken: set[str] = set()
    so_far: dict[str, Any] = {}
    visited: set[str] = set()
    while page := next((p for p in path.pages(questionnaire, so_far, TODAY) if p.name not in visited), None):
        visited.add(page.name)
        form = builder.form_for(page.page, so_far, "en", context=TODAY)(_posted(answers))
        form.validate()
        broken |= set(form.errors)
        so_far = path.prune(questionnaire, so_far | builder.answers_of(form), TODAY)
    return broken


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMS)
@given(data=st.data())
@settings(max_examples=100, deadline=None)
def test_the_form_objects_to_what_the_rules_flag(name: str, data: st.DataObject) -> None:
    questionnaire = QUESTIONNAIRES[name]
    answers = data.draw(_interviews(questionnaire))
    flags = rules.check(questionnaire, answers, TODAY)
    assert _by_form(questionnaire, answers) == {flag.question for flag in flags if flag.code in FLAGS}
