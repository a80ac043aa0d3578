"""Weighted shares on the page of a question: each that is shown is in the store, next to the plain share of the same people."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from analysis.disclosure.nodes import TOTAL
from survey.publication.reading.labels import Labels
from survey.storage import questionnaires
from survey.storage.results import release_document, releases
from tests.support.readers import at_browser, somebody, stored
from tests.survey.conftest import CLOSED

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
