"""Stars on the phone: in its pack, on a screen of its own, refused and taken, sealed, sent and stored."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from survey.questionnaire import codec
from survey.storage import questionnaires
from survey.storage.tables import responses
from tests.browser.phone import Phone, Server

pytestmark = pytest.mark.browser


def test_a_phone_asks_for_stars_and_sends_them(phone: Phone, server: Server) -> None:
    pages = phone.pack()["questionnaire"]["pages"]
    asked = {question["name"]: question["kind"] for page in pages for question in page["questions"]}
    assert asked["saf_stars"] == "stars"
    phone.begin()
    phone.answer_until("saf_stars")
    assert phone.page.locator("h1").inner_text() == "How many stars?"
    box = phone.page.locator("#number")
    box.fill("6")
    phone.next()
    assert "Please check this answer" in phone.page.locator("main").inner_text()
    phone.page.locator("#number").fill("4")
    phone.next()
    phone.answer_all()
    phone.finish()
    phone.send()
    with server.database.read() as connection:
        (row,) = connection.execute(select(responses)).all()
    edition = questionnaires.find(
        server.database, "community_security", phone.pack()["questionnaire"]["version"]
    )
    assert codec.unpack(edition.questionnaire.codebook, row.answers)["saf_stars"] == 4
