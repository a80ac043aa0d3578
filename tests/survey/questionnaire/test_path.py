"""The path through a questionnaire: what is reached, what is dropped, in which order it is asked."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.questionnaire import path, rules, xlsform
from survey.questionnaire.model import Question, Questionnaire, Value

ROOT = Path(__file__).parents[2]
QUESTIONNAIRES = {
    "interview": xlsform.read(ROOT / "questionnaires" / "interview.md"),
    "shipped": xlsform.read(ROOT.parent / "questionnaires" / "community_security.md"),
}
CASES = json.loads((ROOT / "cases" / "rotation.json").read_text(encoding="utf-8"))

AGREED: dict[str, Value] = {
    "round": "2026-1",
    "district": "bannu",
    "mode": "self",
    "p_group": "W",
    "s_private": "alone",
    "c_agree": "yes",
    "p_gender": "woman",
    "p_age": "18_24",
}


@pytest.fixture(scope="module")
def interview() -> Questionnaire:
    return xlsform.read(ROOT / "questionnaires" / "interview.md")


def _reached(interview: Questionnaire, **changes: Value) -> frozenset[str]:
    return path.reached_questions(interview, AGREED | changes)


def test_before_consent_nothing_else_is_asked(interview: Questionnaire) -> None:
    assert [page.name for page in path.pages(interview, {})] == ["start", "consent"]
    assert [page.name for page in path.pages(interview, {"c_agree": "no"})] == ["start", "consent"]


def test_notes_come_with_their_page(interview: Questionnaire) -> None:
    consent = path.pages(interview, {})[1]
    assert [note.name for note in consent.notes] == ["script"]


def test_others_near_hide_what_is_for_the_respondent_alone(interview: Questionnaire) -> None:
    assert "rep_safe" in _reached(interview)
    assert "rep_safe" not in _reached(interview, s_private="others")


def test_a_child_is_asked_nothing_more(interview: Questionnaire) -> None:
    assert [page.name for page in path.pages(interview, AGREED | {"p_age": "under_18"})][-1] == "profile"


def test_questions_about_help_follow_help(interview: Questionnaire) -> None:
    assert {"i_time", "i_times"} <= _reached(interview, i_got=("money",))
    for nothing in (("none",), ("99",), ()):
        assert not {"i_time", "i_times"} & _reached(interview, i_got=nothing)


def test_answers_no_longer_reached_are_dropped(interview: Questionnaire) -> None:
    answers = AGREED | {"rep_safe": "99", "saf_day": "98", "i_got": ()}
    assert path.prune(interview, answers) == AGREED | {"rep_safe": "99", "saf_day": "98"}
    assert "rep_safe" not in path.prune(interview, answers | {"s_private": "others"})


def test_what_is_not_reached_opens_nothing(interview: Questionnaire) -> None:
    """Consent withdrawn: the age that was given does not keep later pages open, nor does the help."""
    answers = AGREED | {"c_agree": "no", "i_got": ("money",), "i_times": 3}
    kept = path.prune(interview, answers)
    assert set(kept) == {"round", "district", "mode", "p_group", "s_private", "c_agree"}


def _any_answer(question: Question) -> st.SearchStrategy[Value]:
    names = [choice.name for choice in question.choices]
    kinds: dict[str, st.SearchStrategy[Value]] = {
        "choice": st.sampled_from(names) if names else st.nothing(),
        "multiple": st.lists(st.sampled_from(names), min_size=1, unique=True).map(tuple)
        if names
        else st.nothing(),
        "integer": st.integers(0, 60),
    }
    return kinds[question.kind]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["interview", "shipped"])
@given(data=st.data())
@settings(max_examples=80, deadline=None)
def test_pruning_is_final_and_agrees_with_the_rules(name: str, data: st.DataObject) -> None:
    questionnaire = QUESTIONNAIRES[name]
    strategies = {name: _any_answer(question) for name, question in questionnaire.questions.items()}
    answers = data.draw(st.fixed_dictionaries({}, optional=strategies) | st.fixed_dictionaries(strategies))
    kept = path.prune(questionnaire, answers)
    assert path.prune(questionnaire, kept) == kept
    assert path.reached_questions(questionnaire, kept) == path.reached_questions(questionnaire, answers)
    flags = rules.check(questionnaire, answers, path.NO_DAY)
    assert {flag.question for flag in flags if flag.code == "not_reached"} == set(answers) - set(kept)
    shown = [question.name for page in path.pages(questionnaire, answers) for question in page.questions]
    assert set(shown) == path.reached_questions(questionnaire, answers)
    assert shown == [name for name in questionnaire.questions if name in shown]


def test_chains_close_from_their_start() -> None:
    chain = xlsform.read(ROOT / "questionnaires" / "chain.md")
    ones: dict[str, Value] = {"first": 1, "second": 1, "third": 1, "fourth": 1}
    assert path.reached_questions(chain, ones) == {"first", "second", "third", "fourth"}
    assert path.reached_questions(chain, ones | {"first": 2}) == {"first"}
    assert path.prune(chain, ones | {"first": 2}) == {"first": 2}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['name']}-{case['seed']}")
def test_rotation_follows_the_shared_cases(case: dict[str, object]) -> None:
    items = case["items"]
    assert isinstance(items, list)
    assert list(path.shuffle(items, int(str(case["seed"])), str(case["name"]))) == case["shuffled"]


def test_exclusive_and_missing_options_stay_last(interview: Questionnaire) -> None:
    question = interview.questions["i_got"]
    for seed in range(50):
        shown = [choice.name for choice in path.options(question, seed)]
        assert shown[-2:] == ["none", "99"]
        assert sorted(shown[:-2]) == ["education", "health", "job", "money"]


def test_only_rotated_options_move(interview: Questionnaire) -> None:
    question = interview.questions["saf_day"]
    assert all(path.options(question, seed) == question.choices for seed in range(20))


def test_rotated_pages_keep_the_order_of_the_whole_page(interview: Questionnaire) -> None:
    alone = path.pages(interview, AGREED)[3]
    near = path.pages(interview, AGREED | {"s_private": "others"})[3]
    for seed in range(20):
        whole = [question.name for question in path.order(alone, seed)]
        assert [question.name for question in path.order(alone.page, seed)] == whole
        assert [question.name for question in path.order(near, seed)] == [
            name for name in whole if name != "rep_safe"
        ]


def test_all_orders_are_about_equally_frequent() -> None:
    """24 orders of four items, expected 100 each; chi-square with 23 degrees stays under its 99.9 % point."""
    counts = Counter(path.shuffle("abcd", seed * 7919, "question") for seed in range(2400))
    assert len(counts) == 24
    assert sum((count - 100) ** 2 / 100 for count in counts.values()) < 49.73
