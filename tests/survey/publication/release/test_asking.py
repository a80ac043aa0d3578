"""In which words a question was asked, and of whom: equal for the same words, other for any other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from survey.publication.counts.cube import topics_of
from survey.publication.release.asking import asking_of, described, read
from survey.questionnaire import xlsform
from survey.questionnaire.model import Question, Questionnaire
from survey.settings import SHIPPED


@pytest.fixture(scope="module")
def shipped() -> Questionnaire:
    return xlsform.read(SHIPPED)


def changed(questionnaire: Questionnaire, name: str, **changes: object) -> Questionnaire:
    """The questionnaire with one question asked in another way."""

    def one(question: Question) -> Question:
        return replace(question, **changes) if question.name == name else question  # type: ignore[arg-type]

    pages = tuple(replace(page, questions=tuple(map(one, page.questions))) for page in questionnaire.pages)
    return replace(questionnaire, version="2", pages=pages)


def wordings(questionnaire: Questionnaire) -> dict[str, str]:
    return {topic.name: asking_of(questionnaire, topic).wording for topic in topics_of(questionnaire)}


def test_a_new_version_of_the_same_words_is_the_same(shipped: Questionnaire) -> None:
    assert wordings(replace(shipped, version="2")) == wordings(shipped)


@pytest.mark.parametrize("language", ["en", "ur", "ps"])
def test_other_words_in_any_language_are_found_in_that_question_alone(
    shipped: Questionnaire, language: str
) -> None:
    code = next(code for code in shipped.languages if code.startswith(language))
    label = {**shipped.questions["saf_day"].label, code: "Other words"}
    other = wordings(changed(shipped, "saf_day", label=label))
    assert {name for name, digest in wordings(shipped).items() if other[name] != digest} == {"saf_day"}


def test_other_options_are_other_words_in_every_share_of_them(shipped: Questionnaire) -> None:
    question = shipped.questions["i_got"]
    code = shipped.languages[0]
    first = replace(question.choices[0], label={**question.choices[0].label, code: "Cash"})
    other = wordings(changed(shipped, "i_got", choices=(first, *question.choices[1:])))
    found = {name for name, digest in wordings(shipped).items() if other[name] != digest}
    assert found == {name for name in other if name == "reached" or name.startswith("i_got/")}


def test_questions_that_need_privacy_or_help_received_are_asked_of_some_only(shipped: Questionnaire) -> None:
    routed = {topic.name for topic in topics_of(shipped) if asking_of(shipped, topic).routed}
    private = {"tr_body", "rep_safe", "l_protect", "l_threat", "w_tell", "y_online"}
    assert routed == private | {"i_time", "i_enough", "i_effect/good_feeling", "harm_signal"}


def test_a_release_keeps_it_and_one_of_before_has_none(shipped: Questionnaire) -> None:
    one = asking_of(shipped, topics_of(shipped)[0])
    assert read(described(one)) == one
    assert read({"name": "saf_day"}) is None
