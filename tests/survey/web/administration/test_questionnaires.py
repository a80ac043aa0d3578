"""Questionnaires uploaded by an administrator: checked, published, or refused with every mistake."""

from __future__ import annotations

import io

import pytest
from flask import Flask

from survey.settings import PROJECT
from tests.support.readers import Reader, at_browser, somebody, stored

HOME = "/administration"
FORM = PROJECT / "questionnaires" / "community_security.md"


@pytest.fixture
def boss(app: Flask) -> Reader:
    """An administrator at the browser."""
    return at_browser(app, somebody(stored(app), "administrator", "boss"))


@pytest.mark.slow
def test_a_questionnaire_is_checked_and_published(boss):
    boss.get(f"{HOME}/questionnaires")
    file = (io.BytesIO(FORM.read_bytes()), "پوښتنې.md")
    page = boss.shown(f"{HOME}/questionnaires", file=file)
    assert "community_security" in page.root.all("table")[0].text
    (warnings,) = page.root.all("section")
    assert len(warnings.all("li")) == 2
    assert not page.root.all("div", id="mistakes")
    changed = (
        FORM.read_text(encoding="utf-8").replace("In the daytime, how safe", "By day, how safe").encode()
    )
    page = boss.fails(f"{HOME}/questionnaires", file=(io.BytesIO(changed), "form.md"))
    assert "other content" in page.errors["file"]


@pytest.mark.slow
def test_every_mistake_of_a_questionnaire_is_listed_and_nothing_is_published(boss):
    wrong = FORM.read_text(encoding="utf-8").replace("| select_one age |", "| text |")
    boss.get(f"{HOME}/questionnaires")
    page = boss.fails(f"{HOME}/questionnaires", file=(io.BytesIO(wrong.encode()), "form.md"))
    (box,) = page.root.all("div", id="mistakes")
    assert len(box.all("li")) >= 1
    assert "text" in box.text
    assert not page.root.all("table")


@pytest.mark.parametrize("name", ["", "form.pdf", "form"])
def test_only_files_that_can_hold_a_questionnaire_are_taken(boss, name):
    boss.get(f"{HOME}/questionnaires")
    page = boss.fails(f"{HOME}/questionnaires", file=(io.BytesIO(b"x"), name))
    assert list(page.errors) == ["file"]


def test_a_questionnaire_may_be_larger_than_an_interview(boss):
    boss.get(f"{HOME}/questionnaires")
    page = boss.fails(f"{HOME}/questionnaires", file=(io.BytesIO(b"x" * 400_000), "form.md"))
    assert page.root.all("div", id="mistakes")
