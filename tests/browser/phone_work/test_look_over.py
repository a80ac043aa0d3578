"""The look over all answers before they are sealed, and the code that stays until the person knows it."""

from __future__ import annotations

import pytest

from tests.browser.axe import violations_in_turn
from tests.browser.phone import Phone, Server
from tests.browser.photographs import photograph

pytestmark = pytest.mark.browser

LANGUAGES = ("English", "اردو", "پښتو")
#: Three minutes without a touch, in which the phone slept, and its screen is looked at again.
SLEPT = """() => {
  const now = performance.now.bind(performance);
  performance.now = () => now() + 180000;
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def looked_at(phone: Phone, name: str) -> None:
    """The screen passes axe and does not scroll sideways, in three languages, on a small phone."""
    for language in LANGUAGES:
        phone.speak(language)
        assert violations_in_turn(phone.page, name) == {}, (name, language)
        assert phone.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (name, language)
        photograph(phone.page, f"{name}-{language}")
    phone.speak("English")


def to_finish(phone: Phone, alone: bool) -> list[str]:
    """A whole interview with one question left out; returns what was sensitive."""
    phone.page.set_viewport_size({"width": 360, "height": 560})
    phone.begin()
    phone.answer_until("p_settle")
    phone.tap("Skip")
    sensitive: list[str] = []

    def look(kind: str) -> None:
        if phone.asked() in ("tr_body", "rep_safe", "w_tell", "i_effect"):
            sensitive.append(phone.page.locator("h1").inner_text())

    phone.answer_all({"tr_body": "little"}, alone=alone, look=look)
    return sensitive


@pytest.mark.parametrize("alone", [True, False])
def test_answers_are_looked_over_before_sealing_and_sensitive_ones_stay_out_of_sight(
    phone: Phone, server: Server, alone: bool
) -> None:
    sensitive = to_finish(phone, alone)
    page = phone.page
    # Folded: nobody who glances at the phone sees an answer.
    assert not page.get_by_text("Very safe").first.is_visible()
    page.locator("summary").click()
    looked_at(phone, "look-over")
    rows = page.locator(".look li")
    assert rows.count() == 35
    shown = {row.locator("span").inner_text(): row for row in rows.all()}
    assert len(sensitive) == 4
    for label in sensitive:
        assert shown[label].locator("strong").inner_text() == "answered", label
        assert shown[label].get_by_role("button").count() == 0
    assert shown["Where do you live?"].locator("strong").inner_text() == "left out"
    assert page.get_by_text("Without an answer: 1.").count() == 1
    shown["Where do you live?"].get_by_role("button").click()
    assert phone.asked() == "p_settle"
    phone.choose("camp")
    page.get_by_role("heading", name="The interview is complete").wait_for()
    # One is back at the look over, and it says the new answer.
    assert page.locator("details[open]").count() == 1
    assert rows.filter(has_text="Where do you live?").locator("strong").inner_text() not in ("", "left out")
    rows.filter(has_text="In the daytime").get_by_role("button").click()
    assert page.locator("#o-very_safe").is_checked()
    phone.tap("Back")
    phone.finish()
    phone.send()
    (answers,) = server.answers()
    assert (answers["p_settle"], answers["saf_day"], answers["tr_body"]) == ("camp", "very_safe", "little")


def test_consent_that_is_taken_back_in_the_look_over_keeps_no_answer(phone: Phone, server: Server) -> None:
    to_finish(phone, alone=False)
    phone.page.locator("summary").click()
    phone.page.locator(".look li").first.get_by_role("button").click()
    assert phone.asked() == "c_agree"
    phone.choose("no")
    phone.at("stopped")
    phone.tap("Done")
    phone.send()
    assert (server.stored(), server.answers()) == (0, [])


def code(phone: Phone) -> str:
    phone.at("done")
    return phone.page.locator(".code").inner_text()


def test_the_code_stays_behind_the_pin_until_the_person_knows_it(phone: Phone) -> None:
    phone.page.set_viewport_size({"width": 360, "height": 560})
    phone.begin()
    phone.answer_until("p_settle")
    phone.tap("Pause and help")
    phone.tap("End here and keep the answers given")
    phone.tap("Finish")
    first = code(phone)
    phone.page.locator("summary").click()
    assert "yours, not the worker's" in phone.page.locator("details").inner_text()
    looked_at(phone, "done")
    phone.tap("Hide")
    assert first not in phone.page.content()
    phone.come_back()
    phone.unlock()
    assert code(phone) == first
    phone.page.evaluate(SLEPT)
    phone.at("lock")
    assert first not in phone.page.content()
    phone.unlock()
    assert code(phone) == first
    phone.page.go_back(wait_until="commit")
    phone.page.wait_for_timeout(300)
    assert code(phone) == first
    phone.tap("Done")
    phone.at("home")
    phone.tap("Lock")
    phone.unlock()
    phone.at("home")
