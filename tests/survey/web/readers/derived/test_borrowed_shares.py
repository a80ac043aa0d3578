"""Estimates of hidden shares on the page of a question: those that published figures make, plainly marked, of the own districts."""

from __future__ import annotations

import re

from flask import Flask

from survey.publication.reading.borrowed import borrowed_figures
from survey.publication.reading.labels import Labels
from survey.publication.release import release
from survey.storage import questionnaires
from tests.support.readers import at_browser, somebody, stored
from tests.survey.conftest import CLOSED

CELL = re.compile(r"≈ (\d+)% (\d+)–(\d+)")


def test_every_estimate_of_the_own_districts_is_shown_and_no_other(finished_app: Flask) -> None:
    database = stored(finished_app)
    kept = release.read(database, CLOSED)
    labels = Labels(questionnaires.find(database, "community_security", "1").questionnaire, "en", str)
    questions = dict.fromkeys(one.question for one in kept.figures)
    made = [one for question in questions for one in borrowed_figures(kept, question)]
    assert made
    own = made[0].district
    reader = at_browser(finished_app, somebody(database, "coordinator", districts=(own,)))
    for question in dict.fromkeys(one.question for one in made[:40]):
        main = reader.get(f"/results/{CLOSED}/question/{question}").root.all("main")[0]
        shown = {}
        for region in main.all("div", **{"aria-labelledby": "borrowed"}):
            for row in region.all("tbody")[0].all("tr"):
                found = CELL.fullmatch(row.all("td")[0].text)
                assert found
                shown[row.all("th")[0].text] = tuple(map(int, found.groups()))
        assert shown == {
            f"{labels.district(one.district)}, {labels.group(one.group)}": (one.percent, one.low, one.high)
            for one in made
            if one.question == question and one.district == own
        }


def test_a_sensitive_question_has_no_such_table(finished_app: Flask) -> None:
    reader = at_browser(finished_app, somebody(stored(finished_app), "reviewer", "rashid"))
    main = reader.get(f"/results/{CLOSED}/question/rep_safe").root.all("main")[0]
    assert not main.all("div", **{"aria-labelledby": "borrowed"})
