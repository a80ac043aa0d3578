"""A round of which some interviews were held with a version of other rules: what is not published, and who is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from survey.commands import releases as commands
from survey.intake import gate
from survey.publication.protection.ties import ties_of_all
from survey.publication.release import release
from survey.publication.release.material import gather, unpublished_questions
from survey.questionnaire.expressions.values import compile_expression
from survey.questionnaire.model import Questionnaire
from survey.storage import questionnaires
from survey.storage.engine.database import Database
from survey.storage.field import rounds
from survey.storage.people import accounts
from tests.support.factories import ROUND, answers, questionnaire, submission
from tests.survey.hidden.questions import questionnaire as hidden_questionnaire

REASON = "q2 is not published: interviews were held with version 2 of the questionnaire too, in which it hangs together"


def gated(version: str, rule: str) -> Questionnaire:
    start, page = questionnaire().pages
    second = replace(page.questions[1], relevant=compile_expression(rule) if rule else None)
    questions = (page.questions[0], second, *page.questions[2:])
    return replace(questionnaire(), version=version, pages=(start, replace(page, questions=questions)))


def held(database: Database, rule: str) -> None:
    """Ten interviews of version 1, where the second question rests on the first, and one of version 2."""
    edition = questionnaires.publish(database, gated("1", "${q1} = 'fairly'"))
    questionnaires.publish(database, gated("2", rule))
    rounds.start(database, ROUND, edition, {("bannu", "woman"): 30})
    worker = accounts.add(database, "worker", "W1", woman=True)
    for version in ("1",) * 10 + ("2",):
        gate.accept(database, submission(worker, version=version, answers=answers()))
    rounds.close(database, ROUND)


@pytest.mark.slow
@pytest.mark.parametrize("rule", ["", "${q1} = 'fairly' or ${q1} = 'very'"])
def test_a_question_that_one_version_opens_to_others_is_not_published(
    sqlite_database: Database, rule: str, capsys: pytest.CaptureFixture[str]
) -> None:
    held(sqlite_database, rule)
    commands.draft(sqlite_database, ROUND)
    assert REASON in capsys.readouterr().out
    made = release.publish(sqlite_database, ROUND)
    assert "q2" in made.unshown
    assert "q2" not in {figure.question for figure in made.figures}
    assert "q1" in {figure.question for figure in made.figures}


@pytest.mark.slow
def test_one_interview_of_a_version_of_the_same_rules_loses_no_tie(sqlite_database: Database) -> None:
    held(sqlite_database, "${q1} = 'fairly'")
    material = gather(sqlite_database, ROUND)
    assert len(material.ties.inequalities) == 1
    assert "q2" not in unpublished_questions(sqlite_database, ROUND)
    assert "q2" not in release.close(sqlite_database, ROUND).left_out


def test_answers_that_chance_hides_in_another_way_are_not_published_together() -> None:
    first = hidden_questionnaire()
    page = first.pages[-1]
    fields = {"truth": "1/2", "yes": "1/4", "no": "1/4", "one": "yes"}
    forced = next(one for one in page.questions if one.name == "h_forced")
    questions = tuple(replace(one, hidden_by=fields) if one is forced else one for one in page.questions)
    second = replace(first, version="2", pages=(*first.pages[:-1], replace(page, questions=questions)))
    gone = ties_of_all([first, second]).unresolved
    assert gone.keys() == {"h_forced"}
    assert (
        "version 2 of the questionnaire too, in which chance hides these answers in another way"
        in gone["h_forced"]
    )
    assert ties_of_all([first, replace(first, version="2")]).unresolved == {}
    # A direct question of the same name is another question too.
    direct = replace(forced, kind="choice", hidden_by={})
    questions = tuple(direct if one is forced else one for one in page.questions)
    third = replace(first, version="3", pages=(*first.pages[:-1], replace(page, questions=questions)))
    assert ties_of_all([first, third]).unresolved.keys() == {"h_forced"}
    assert ties_of_all([third, first]).unresolved.keys() == {"h_forced"}
