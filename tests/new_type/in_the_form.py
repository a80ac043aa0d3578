"""Stars from the author's sheet through the form into the store and the counts; run in a copy that has the type."""

from __future__ import annotations

from survey.acceptance import examine
from survey.made_up.interviews import Population
from survey.publication.counts import answers
from survey.questionnaire.model import DISTRICT
from survey.questionnaire.rules import compile_validator
from survey.settings import PROJECT
from survey.storage.engine.database import Database
from survey.storage.field import rounds
from survey.storage.scope import Scope
from tests.support.pages import Visitor
from tests.support.workers import ALONE, REVIEW, agree, go_to, kept
from tests.survey.web.conftest import ROUND, shipped


def test_the_sheet_is_accepted() -> None:
    report = examine(PROJECT / "questionnaires" / "community_security.md")
    assert report.mistakes == ()
    assert report.questionnaire is not None
    assert report.questionnaire.questions["saf_stars"].kind == "stars"


def test_stars_of_the_form_are_stored_and_counted(visitor: Visitor, field: Database) -> None:
    agree(visitor)
    page = go_to(visitor, "Safety", **ALONE)
    stars = page.form.all("input", name="q-saf_stars")
    assert [(one.get("type"), one.get("value")) for one in stars] == [("radio", str(n)) for n in range(1, 6)]
    page = visitor.press("continue", saf_stars="9")
    assert page.title.endswith("Safety")
    assert "This number is too large or too small. Check it." in page.text
    page = visitor.press("continue", saf_stars="4")
    page = go_to(visitor, REVIEW, **ALONE)
    assert "How many stars? 4" in page.text
    visitor.press("submit")
    (stored,) = kept(field)
    assert stored["saf_stars"] == 4
    counted = answers.build(field, Scope.everywhere(), rounds.find(field, ROUND))
    given = counted.given_by_domain("saf_stars")[stored[DISTRICT], stored["p_group"]]
    assert given == {"1": 0, "2": 0, "3": 0, "4": 1, "5": 0}


def test_a_chosen_star_is_shown_as_chosen(visitor: Visitor) -> None:
    agree(visitor)
    go_to(visitor, "Safety", **ALONE)
    visitor.press("continue", saf_stars="3")
    page = visitor.press("back")
    chosen = [
        one.get("value") for one in page.form.all("input", name="q-saf_stars") if "checked" in one.attributes
    ]
    assert chosen == ["3"]


def test_made_up_interviews_have_stars_that_break_no_rule() -> None:
    asked = shipped()
    drawn = [one.body["answers"] for one in Population(asked, ROUND, "2026-11-20", seed=1).interviews(100)]
    found = {one["saf_stars"] for one in drawn if "saf_stars" in one}
    assert found == {1, 2, 3, 4, 5}
    wrong = [compile_validator(asked).undecodable({"saf_stars": one}) for one in (0, 6, "4", 4.0, True)]
    assert all(wrong)
