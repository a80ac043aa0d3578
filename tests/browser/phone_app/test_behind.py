"""What a screen leaves behind: nothing of sensitive answers at the hand-back, nothing at all on the harmless page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Route

from survey.storage.people import accounts
from tests.browser.phone import Phone, Server

pytestmark = pytest.mark.browser

#: Everything that a look at the page, a screen reader or a search of it can find, once taps are taken again.
WHOLE = "document.documentElement.outerHTML.replace(' data-settling=\"\"', '')"


def test_sensitive_answers_are_out_of_sight_when_the_hand_back_appears(phone: Phone, server: Server) -> None:
    phone.begin()
    phone.answer_until("tr_body")
    phone.hand_over(alone=True)
    entered = []
    while phone.asked():
        entered.append(phone.asked())
        phone.mark(str(phone.page.locator("main input").nth(1).get_attribute("value")))
        phone.next()
    assert "tr_body" in entered
    page = phone.page
    page.get_by_role("heading", name="Give the phone back").wait_for()
    assert "Your answers are hidden now" in page.locator("main").inner_text()
    # What the words promise is so: there is no way back from here, by button, by key or by the browser's own.
    assert page.locator("main button").all_inner_texts() == ["The worker has the phone"]
    phone.tap("Pause and help")
    phone.tap("Go on with the interview")
    page.get_by_role("heading", name="Give the phone back").wait_for()
    phone.tap("The worker has the phone")
    for _ in range(4):
        assert phone.asked() not in entered
        phone.tap("Back")
    for _ in range(8):
        assert phone.asked() not in entered
        if page.get_by_role("button", name="I read them aloud").count():
            phone.tap("I read them aloud")
        elif page.locator("main input:checked").count():
            phone.tap("Next")


def test_the_harmless_page_is_the_same_whatever_came_before(phone: Phone) -> None:
    phone.tap("Hide")
    usual = phone.page.evaluate(WHOLE)
    assert "Market prices" in usual
    # Pulling it down does not load it again, which would bring the lock.
    assert phone.page.evaluate("getComputedStyle(document.documentElement).overscrollBehaviorY") == "none"

    def hidden_from(name: str, there: Callable[[], None]) -> None:
        phone.come_back()
        phone.unlock()
        phone.page.locator('body:not([data-screen="lock"]):not([data-screen="opening"])').wait_for()
        there()
        phone.tap("Hide")
        assert phone.page.evaluate(WHOLE) == usual, name
        # Words that come late stay away too.
        phone.page.wait_for_timeout(300)
        assert phone.page.evaluate(WHOLE) == usual, name

    phone.fly()
    hidden_from("home", lambda: phone.at("home"))
    hidden_from("an interview", phone.begin)
    hidden_from("a mistake", phone.next)
    hidden_from("a pause", lambda: phone.tap("Pause and help"))

    def finish() -> None:
        phone.at("question")
        phone.answer_all()
        phone.finish()
        phone.tap("Send now")

    hidden_from("sending", finish)
    hidden_from("a full phone", lambda: failing_drafts(phone))


def failing_drafts(phone: Phone) -> None:
    """Answer once where no draft can be written: the foot of the page says so, and says it late."""
    phone.begin()
    phone.page.evaluate(
        """() => { IDBObjectStore.prototype.put = () => {
        throw new DOMException("full", "QuotaExceededError"); }; }"""
    )
    phone.choose("yes")
    phone.page.get_by_text("This phone is full.").wait_for()


def test_being_signed_out_behind_the_harmless_page_changes_nothing_on_it(
    phone: Phone, server: Server
) -> None:
    phone.fly()
    phone.begin()
    phone.choose("no")
    phone.tap("Done")
    phone.at("home")
    accounts.revoke_tokens(server.database, server.worker.name)
    phone.page.wait_for_timeout(5500)
    held: list[Route] = []
    phone.context.route("**/api/submissions/*", lambda route: held.append(route))
    phone.land()
    phone.tap("Send now")
    phone.until(lambda: bool(held))
    phone.tap("Hide")
    usual = phone.page.evaluate(WHOLE)
    held[0].continue_()
    phone.until(lambda: not phone.kept("lock"))
    phone.page.wait_for_timeout(300)
    assert phone.page.evaluate(WHOLE) == usual
    phone.come_back()
    phone.at("start")
    assert phone.waiting() == 1


def test_sending_says_what_came_of_it_and_only_on_its_own_screen(phone: Phone, server: Server) -> None:
    status = phone.page.locator("#status")
    phone.fly()
    for _ in range(2):
        phone.begin()
        phone.choose("no")
        phone.at("stopped")
        phone.tap("Done")
        phone.at("home")
    for language, words in (
        ("English", "No network; it goes by itself later."),
        ("اردو", "یہ بعد میں خود چلا جائے گا"),
        ("پښتو", "دا به وروسته پخپله لاړه شي"),
    ):
        phone.speak(language)
        phone.at("home")
        phone.page.locator("main .actions button.secondary").first.click()
        phone.until(lambda words=words: words in status.inner_text())  # type: ignore[misc]
    phone.speak("English")
    phone.until(lambda: status.inner_text() == "")
    phone.land()
    phone.tap("Send now")
    phone.until(lambda: status.inner_text() == "2 sent.")
    assert phone.waiting() == 0
