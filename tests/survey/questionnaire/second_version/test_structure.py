"""Version 2 asks the same people the same things as version 1, so that only words differ between them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyxform.xls2xform import convert

from survey.publication.counts.cube import topics_of
from survey.publication.release.asking import asking_of
from survey.questionnaire import path
from survey.questionnaire.lint import check
from survey.questionnaire.model import Question
from survey.settings import NEWEST_SHIPPED, SHIPPED
from tests.support.running import require
from tests.survey.questionnaire.reference_items import FULL, GROUPS
from tests.survey.questionnaire.second_version.sheets import version
from tests.survey.questionnaire.shipped_form import ENGLISH, PASHTO, URDU
from tests.survey.questionnaire.test_community_security_javarosa import INTERVIEW, _hold, java

#: SHA-256 of version 1 as it was published: releases and phones in the field hold it.
AS_PUBLISHED = "7391f07eeb912fe22282f9713b0cd706c2bdc4823fa6680f1cc0d7e012685312"
#: Questions whose options are others: of thirty days, "most weeks" and "several times" say too little.
OTHER_OPTIONS = {"mob_avoid", "y_online"}

__all__ = ["java"]


def test_version_1_stays_as_it_was_published() -> None:
    assert hashlib.sha256(SHIPPED.read_bytes()).hexdigest() == AS_PUBLISHED


def test_it_has_no_mistake() -> None:
    assert check.report(NEWEST_SHIPPED).mistakes == ()
    assert (version("2").name, version("2").version) == (version("1").name, "2")


def _kept(question: Question) -> tuple[object, ...]:
    return (
        question.kind,
        question.sensitivity,
        question.self_entry,
        question.direction,
        question.indicator,
        question.publication,
        question.rotated,
        question.constraint,
    )


def test_it_asks_the_same_questions_with_the_same_options() -> None:
    earlier, later = version("1").questions, version("2").questions
    assert set(earlier) == set(later)
    pages = [[page.name for page in version(number).pages] for number in "12"]
    # What is private is asked together at the end, after the worker has looked round.
    assert pages[1] == [*(name for name in pages[0] if name != "privacy"), "privacy", "private_questions"]
    for name, question in later.items():
        assert _kept(question) == _kept(earlier[name]), name
        options = [
            [(one.name, one.score, one.exclusive) for one in asked.choices]
            for asked in (earlier[name], question)
        ]
        assert (options[0] == options[1]) is (name not in OTHER_OPTIONS), name
    for name in OTHER_OPTIONS:
        scores = [[one.score for one in asked[name].choices] for asked in (earlier, later)]
        assert scores[0] == scores[1]


def test_age_comes_first_and_is_required() -> None:
    (about,) = (page for page in version("2").pages if page.name == "about")
    assert [one.name for one in about.questions] == ["p_age", "p_gender", "p_settle"]
    required = [{name for name, one in version(number).questions.items() if one.required} for number in "12"]
    assert required[1] - required[0] == {"p_age"}
    reached = path.reached_questions(version("2"), {**FULL, "p_group": "woman", "p_age": "under_18"})
    assert reached & {"p_gender", "p_settle", "saf_day"} == set()


@pytest.mark.slow
@pytest.mark.parametrize("group", GROUPS.values())
@pytest.mark.parametrize("got", ["money", "none"])
@pytest.mark.parametrize("private", ["alone", "others_near"])
def test_it_reaches_the_same_items(group: str, got: str, private: str) -> None:
    answers = {**FULL, "p_group": group, "i_got": (got,), "s_private": private}
    assert path.reached_questions(version("2"), answers) == path.reached_questions(version("1"), answers)


def test_comparisons_know_which_questions_were_asked_in_other_words() -> None:
    words = [
        {topic.name: asking_of(asked, topic).wording for topic in topics_of(asked)}
        for asked in map(version, "12")
    ]
    same = {name for name, digest in words[1].items() if words[0].get(name) == digest}
    # Each list has another "prefer not to say" in Pashto; what the worker decides has none.
    assert same == {"private"}
    assert set(words[0]) == set(words[1])
    routed = [
        {topic.name: asking_of(asked, topic).routed for topic in topics_of(asked)}
        for asked in map(version, "12")
    ]
    assert routed[0] == routed[1]


JAVA = ("java", "ODK Validate needs Java: apt-get install default-jre-headless")


@pytest.mark.java
def test_odk_validate_accepts_it() -> None:
    require(*JAVA)
    assert convert(str(NEWEST_SHIPPED), validate=True).warnings == []


@pytest.fixture(scope="module")
def xform(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The form as OpenRosa clients take it."""
    form = tmp_path_factory.mktemp("form") / "form.xml"
    form.write_text(convert(str(NEWEST_SHIPPED)).xform, encoding="utf-8")
    return form


@pytest.mark.java
@pytest.mark.parametrize("group", GROUPS.values())
def test_odk_clients_ask_the_same_items(java: Callable[[str], Any], xform: Path, group: str) -> None:
    answers = {**INTERVIEW, "p_group": group}
    interview = _hold(java, xform, ENGLISH, answers)
    asked = {name for name in interview.asked if name != "consent_script"}
    given = {**answers, "i_got": ("money",), "round": "2026-1"}
    assert asked == path.reached_questions(version("2"), given) - {"round"}
    assert not interview.refused


@pytest.mark.java
@pytest.mark.parametrize(
    ("language", "team"), [(ENGLISH, "the survey team"), (URDU, "سروے کی ٹیم"), (PASHTO, "د سروې ټيم")]
)
def test_odk_clients_say_who_asks(java: Callable[[str], Any], xform: Path, language: str, team: str) -> None:
    interview = _hold(java, xform, language, INTERVIEW)
    assert team in interview.texts["consent_script"]
    assert "${" not in "".join(interview.texts.values())
