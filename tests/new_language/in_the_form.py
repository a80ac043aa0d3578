"""A form page in Sindhi, in a copy of the survey that speaks it."""

from __future__ import annotations

import json

import pytest
from flask import Flask

from survey.acceptance import examine
from survey.languages import ascii_digits, languages
from survey.questionnaire.lint.words import banned_words
from survey.settings import PROJECT
from survey.storage.engine.database import Database
from survey.storage.people.accounts import Account
from tests.support import pages
from tests.support.pages import Visitor
from tests.support.workers import WOMAN, agree, go_to
from tests.survey.web.conftest import Enter


@pytest.fixture
def sindhi(enter: Enter, worker: Account, monkeypatch: pytest.MonkeyPatch) -> Visitor:
    """The worker at her browser, which speaks Sindhi."""
    monkeypatch.setitem(pages.DIRECTIONS, "sd", "rtl")
    visitor = enter(worker)
    visitor.client.set_cookie("language", "sd")
    return visitor


def test_the_start_and_a_page_of_questions_are_in_it(sindhi: Visitor) -> None:
    start = sindhi.get("/form")
    (html,) = start.root.all("html")
    assert (html.get("lang"), html.get("dir")) == ("sd", "rtl")
    # The reference data have no names in Sindhi: its readers read the Urdu ones.
    assert "بنوں" in start.text
    agree(sindhi)
    page = go_to(sindhi, "خونديتوب سنڌي", **WOMAN)
    (html,) = page.root.all("html")
    assert (html.get("lang"), html.get("dir")) == ("sd", "rtl")
    assert "اڳتي وڃو" in [button.text for button in page.root.all("button")]


def test_it_is_offered_with_its_own_name(sindhi: Visitor) -> None:
    (button,) = sindhi.get("/account").root.all("button", value="sd")
    assert button.text == "سنڌي"


def test_the_check_and_the_phone_know_it(app: Flask, field: Database) -> None:
    report = examine(PROJECT / "questionnaires" / "community_security.md")
    assert report.mistakes == ()
    assert report.questionnaire is not None
    assert "sd" in report.questionnaire.languages
    assert len(list(banned_words("ڪيترا هٿيار", "sd"))) == 1
    assert ascii_digits("۴۲") == "42"
    assert list(languages()) == ["en", "ur", "ps", "sd"]
    files = app.test_client().get("/notes/").get_data(as_text=True)
    address = files.split('data-words="')[1].split('"')[0]
    words = json.loads(app.test_client().get(address).get_data())
    (one,) = [language for language in words if language["code"] == "sd"]
    assert (one["direction"], one["name"], one["numerals"]) == ("rtl", "سنڌي", ["۰۱۲۳۴۵۶۷۸۹"])
