"""Weighted shares on the page of a question, each in the store and next to the plain share; and estimates of hidden shares, plainly marked."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from analysis.disclosure.nodes import TOTAL
from survey.publication.reading.borrowed.figures import borrowed_figures
from survey.publication.reading.labels import Labels
from survey.publication.release import release
from survey.storage import questionnaires
from survey.storage.results import release_document, releases
from tests.support.readers import at_browser, somebody, stored
from tests.survey.conftest import CLOSED

ESTIMATE = re.compile(r"≈ (\d+)% (\d+)–(\d+)")
CELL = re.compile(r"(\d+)% (\d+)–(\d+)")


def in_store(app: Flask) -> dict[tuple[str, str], tuple[tuple[int, ...], tuple[int, ...]]]:
    """By question, and place and group in words, the plain and the weighted share with its limits."""
    document = release_document.unpack(releases.find(stored(app), CLOSED).content)
    labels = Labels(questionnaires.find(stored(app), "community_security", "1").questionnaire, "en", str)
    topics = {topic["name"]: topic for topic in document["topics"]}
    found = {}
    for entry in document["weighted"]:
        figures = {tuple(cell["name"]): cell.get("figure") for cell in topics[entry["question"]]["cells"]}
        for cell in entry["cells"]:
            province, _, group = cell["name"]
            where = f"{labels.place(province, TOTAL)}, {labels.group(group)}"
            plain = figures[(*cell["name"], entry["answer"])]
            found[entry["question"], where] = (tuple(plain[3:]), tuple(cell["figure"]))
    return found


@pytest.mark.parametrize("role", ["coordinator", "reviewer"])
def test_every_weighted_share_is_shown_next_to_the_plain_one(finished_app: Flask, role: str) -> None:
    reader = at_browser(finished_app, somebody(stored(finished_app), role, districts=("peshawar", "quetta")))
    store = in_store(finished_app)
    shown = {}
    for question in dict.fromkeys(question for question, _ in store):
        main = reader.get(f"/results/{CLOSED}/question/{question}").root.all("main")[0]
        (region,) = main.all("div", **{"aria-labelledby": "weighted"})
        for row in region.all("tbody")[0].all("tr"):
            (head,), cells = row.all("th"), row.all("td", class_="number")
            numbers = [
                tuple(map(int, found.groups()))
                for found in (CELL.fullmatch(one.text) for one in cells)
                if found
            ]
            assert re.fullmatch(r"× \d\.\d", cells[-1].text)
            shown[question, head.text] = tuple(numbers)
    assert len(shown) > 100
    assert shown == store


def test_a_question_without_weighted_shares_has_no_such_table(finished_app: Flask) -> None:
    reader = at_browser(finished_app, somebody(stored(finished_app), "reviewer", "rashid"))
    main = reader.get(f"/results/{CLOSED}/question/l_women").root.all("main")[0]
    assert not main.all("div", **{"aria-labelledby": "weighted"})
    assert "Weighted" not in main.text


def test_every_estimate_of_the_own_districts_is_shown_and_no_other(finished_app: Flask) -> None:
    database = stored(finished_app)
    kept = release.read(database, CLOSED)
    labels = Labels(questionnaires.find(database, "community_security", "1").questionnaire, "en", str)
    questions = dict.fromkeys(one.question for one in kept.figures)
    made = [one for question in questions for one in borrowed_figures(kept, labels.questionnaire, question)]
    assert made
    own = made[0].district
    reader = at_browser(finished_app, somebody(database, "coordinator", districts=(own,)))
    for question in dict.fromkeys(one.question for one in made[:40]):
        main = reader.get(f"/results/{CLOSED}/question/{question}").root.all("main")[0]
        shown = {}
        for region in main.all("div", **{"aria-labelledby": "borrowed"}):
            for row in region.all("tbody")[0].all("tr"):
                found = ESTIMATE.fullmatch(row.all("td")[0].text)
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
