"""A page becomes a form that reads, judges and shows answers in the person's language and digits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from survey.forms import builder
from survey.questionnaire import path, xlsform
from survey.questionnaire.model import Questionnaire, Value

ROOT = Path(__file__).parents[2]
AGREED: dict[str, Value] = {
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


def _form(
    interview: Questionnaire,
    name: str,
    posted: dict[str, Any] | None = None,
    language: str = "en",
    **named: Any,
) -> builder.PageForm:
    answers = AGREED | named.pop("answers", {})
    page = next(page for page in path.pages(interview, answers) if page.name == name)
    form = builder.form_for(page, answers, language, fills=interview.fills, **named)
    return form(None if posted is None else MultiDict(posted), data=answers)


def _messages(form: builder.PageForm) -> dict[str, str]:
    form.validate()
    return {name: " ".join(map(str, messages)) for name, messages in form.errors.items()}


def test_questions_stand_in_the_language(interview: Questionnaire) -> None:
    form = _form(interview, "consent", language="ur")
    assert str(form["c_agree"].label.text) == "کیا آپ حصہ لینے پر راضی ہیں؟"
    assert [option.label.text for option in form["c_agree"]] == ["ہاں", "نہیں"]


def test_holes_are_filled(interview: Questionnaire) -> None:
    form = _form(interview, "help", answers={"i_got": ("money",)})
    assert str(form["i_time"].label.text) == "Did the peace committee give it in time?"


def test_answers_come_back(interview: Questionnaire) -> None:
    posted = {"i_got": ["health", "money"], "i_time": "yes", "i_times": "3"}
    form = _form(interview, "help", posted, answers={"i_got": ("job",)})
    assert form.validate()
    assert builder.answers_of(form) == {"i_got": ("money", "health"), "i_time": "yes", "i_times": 3}


def test_earlier_answers_are_shown_again(interview: Questionnaire) -> None:
    form = _form(interview, "help", answers={"i_got": ("money",), "i_times": 3})
    assert 'value="3"' in str(form["i_times"]())
    assert [option.data for option in form["i_got"] if option.checked] == ["money"]


def test_every_item_but_the_required_ones_may_be_skipped(interview: Questionnaire) -> None:
    assert _messages(_form(interview, "safety", {})) == {}
    assert _messages(_form(interview, "consent", {})) == {"c_agree": "Choose an answer to go on."}


def test_an_answer_taken_back_is_gone(interview: Questionnaire) -> None:
    form = _form(interview, "safety", {}, answers={"saf_day": "very_safe"})
    assert form.validate()
    assert builder.answers_of(form) == {}


@pytest.mark.parametrize("written", ["12", "۱۲", "١٢", " 12 ", "\u200f۱2\u200e", "+12", "012"])
def test_all_digits_are_read(interview: Questionnaire, written: str) -> None:
    form = _form(interview, "help", {"i_got": "money", "i_times": written}, answers={"i_got": ("money",)})
    assert form.validate()
    assert builder.answers_of(form)["i_times"] == 12


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("three", "Write a whole number in digits, such as 3."),
        ("1.5", "Write a whole number in digits, such as 3."),
        ("१२", "Write a whole number in digits, such as 3."),
        ("99999", "This number is too large or too small. Check it."),
        ("0", "Write a number from 1 to 50."),
        ("۵۱", "Write a number from 1 to 50."),
    ],
)
def test_numbers_that_do_not_fit(interview: Questionnaire, written: str, message: str) -> None:
    form = _form(interview, "help", {"i_got": "money", "i_times": written}, answers={"i_got": ("money",)})
    assert _messages(form) == {"i_times": message}
    assert f'value="{written}"' in str(form["i_times"]())


def test_unknown_options_are_refused(interview: Questionnaire) -> None:
    posted = {"saf_day": "safe", "saf_night": "98"}
    form = _form(interview, "safety", posted)
    assert _messages(form) == {"saf_day": "Choose one of the answers in the list."}
    assert builder.answers_of(form) == {"saf_night": "98"}
    assert set(_messages(_form(interview, "help", {"i_got": ["money", "gold"]}))) == {"i_got"}


def test_exclusive_options_stand_alone(interview: Questionnaire) -> None:
    form = _form(interview, "help", {"i_got": ["money", "none"]})
    assert _messages(form) == {"i_got": "“None” cannot be chosen together with other answers."}
    assert _messages(_form(interview, "help", {"i_got": ["none"]})) == {}


def test_constraints_see_earlier_answers(interview: Questionnaire) -> None:
    man = {"p_gender": "man", "p_age": "18_24"}
    assert _messages(_form(interview, "profile", man)) == {"p_gender": "This form is for women."}
    assert _messages(_form(interview, "profile", man, answers={"p_group": "Y"})) == {}


def test_constraints_see_the_answers_of_this_page_as_they_are_now() -> None:
    pair = xlsform.read(ROOT / "questionnaires" / "pair.md")
    form = builder.form_for(pair.pages[0], {"low": 9}, "en")
    assert form(MultiDict({"low": "1", "high": "5"})).validate()
    broken = form(MultiDict({"low": "6", "high": "5"}))
    assert _messages(broken) == {"high": "This answer does not fit the other answers. Check both."}


def test_what_the_answers_of_the_page_close_is_not_judged(interview: Questionnaire) -> None:
    """The form was shown with questions about help; now there was none, and a broken number does not matter."""
    posted = {"i_got": "none", "i_times": "999999"}
    assert _messages(_form(interview, "help", posted, answers={"i_got": ("money",)})) == {}


def test_what_the_answers_of_the_page_open_can_be_asked_next(interview: Questionnaire) -> None:
    """Without JavaScript the page is shown again, now with the questions that its answers opened."""
    form = _form(interview, "help", {"i_got": ["job"]})
    assert [field.name for field in form] == ["i_got"]
    assert form.validate()
    again = _form(interview, "help", {"i_got": ["job"], "i_time": "no"}, answers=builder.answers_of(form))
    assert [field.name for field in again] == ["i_got", "i_time", "i_times"]
    assert again.validate()


def test_the_seed_orders_questions_and_options(interview: Questionnaire) -> None:
    page = next(page for page in path.pages(interview, AGREED) if page.name == "safety")
    for seed in range(5):
        form = _form(interview, "safety", seed=seed)
        assert [field.name for field in form] == [question.name for question in path.order(page, seed)]
        shown = [option.data for option in _form(interview, "help", seed=seed)["i_got"]]
        assert shown == [choice.name for choice in path.options(interview.questions["i_got"], seed)]


def test_texts_of_the_interface_are_translated(interview: Questionnaire) -> None:
    form = _form(
        interview, "consent", {}, translate=lambda text: {"Choose an answer to go on.": "جواب چنیں۔"}[text]
    )
    assert _messages(form) == {"c_agree": "جواب چنیں۔"}


def test_a_mistake_has_the_anchor_of_its_field(interview: Questionnaire) -> None:
    form = _form(
        interview, "help", {"i_got": ["money", "none"], "i_times": "x"}, answers={"i_got": ("money",)}
    )
    form.validate()
    assert [form[name].anchor for name in form.errors] == ["i_got-0"]
    form = _form(interview, "help", {"i_got": ["money"], "i_times": "x"}, answers={"i_got": ("money",)})
    form.validate()
    assert form.errors == {"i_times": ["Write a whole number in digits, such as 3."]}
    assert 'id="i_times"' in str(form["i_times"]())
    assert 'id="i_got-0"' in str(form["i_got"]())


def test_forms_of_one_page_share_nothing_that_was_answered(interview: Questionnaire) -> None:
    page = next(page for page in path.pages(interview, AGREED) if page.name == "safety")
    made = builder.form_for(page, AGREED, "en")
    first = made(MultiDict({"saf_day": "very_unsafe", "rooms": "many"}), prefix="")
    first.validate()
    second = made(MultiDict({"saf_day": "very_safe"}), prefix="")
    second.validate()
    assert (first["saf_day"].data, second["saf_day"].data) == ("very_unsafe", "very_safe")
    assert not any(field.errors for field in second)
