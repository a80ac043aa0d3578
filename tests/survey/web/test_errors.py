"""Refusals: a page in the reader's language for people, JSON with a code for programs, never a framework's page."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.readers import at_browser, somebody, stored


@pytest.mark.parametrize("language", ["en", "ur", "ps"])
def test_a_page_that_is_not_there(app: Flask, language: str):
    page = at_browser(app, None, language).get("/nowhere", 404)
    assert page.language.startswith(language)
    assert page.root.all("code")[0].text == "not_found"


def test_the_wrong_method(app: Flask):
    guest = at_browser(app, None)
    page = guest._page(guest.client.get("/sign-out"), 405)
    assert page.root.all("code")[0].text == "wrong_method"


def test_a_form_that_came_from_elsewhere(app: Flask):
    guest = at_browser(app, None)
    page = guest._page(guest.client.post("/sign-in", data={"name": "x"}), 400)
    assert page.root.all("code")[0].text == "form_expired"


def test_programs_are_told_a_code_and_a_sentence(app: Flask):
    reply = app.test_client().get("/api/nowhere")
    assert reply.status_code == 404
    assert reply.get_json() == {"code": "not_found", "message": "There is no such page."}


def test_too_large_a_form(app: Flask):
    guest = at_browser(app, None)
    guest.get("/sign-in")
    page = guest.fails("/sign-in", 413, name="x" * 300_000)
    assert page.root.all("code")[0].text == "too_large"


def test_a_failure_of_ours_tells_nothing_of_what_failed(app: Flask, monkeypatch: pytest.MonkeyPatch):
    from survey.web import coverage

    reader = at_browser(app, somebody(stored(app), "reviewer", "rashid"))
    monkeypatch.setattr(coverage.rounds, "every", lambda database: 1 / 0)
    page = reader.get("/coverage", 500)
    assert page.root.all("code")[0].text == "failed"
    assert "division" not in page.html


def test_a_refusal_fills_its_holes_and_escapes_them(app: Flask):
    boss = at_browser(app, somebody(stored(app), "administrator", "boss"))
    page = boss.get("/administration/accounts/<b>nobody", 404)
    assert "<b>nobody" not in page.html
