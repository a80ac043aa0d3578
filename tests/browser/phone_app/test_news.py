"""What a phone learns is told at once, goes when it is over, and outlives the page where it still holds."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Route

from survey.storage.engine.database import Database
from survey.storage.field import rounds
from tests.browser.conftest import MakePhone
from tests.browser.phone import Phone, Server

pytestmark = [pytest.mark.browser, pytest.mark.keeps]


ROUND = "2026-1"
UNKNOWN = "The server does not know this phone: ask"


def hold(phone: Phone) -> None:
    """One record in flight mode: somebody who does not want to."""
    phone.fly()
    phone.begin()
    phone.choose("no")
    phone.at("stopped")
    phone.tap("Done")
    phone.at("home")


def begins(phone: Phone) -> int:
    """How many ways to a new interview the home screen offers."""
    return phone.page.get_by_role("button", name="New interview").count()


def ending(base: Database) -> None:
    rounds.end(base, ROUND, 14)


def cut_short(base: Database) -> None:
    ending(base)
    rounds.close(base, ROUND)


@pytest.mark.parametrize("end", [ending, cut_short])
def test_whatever_is_sent_brings_word_of_a_round_that_ends(
    phone: Phone, server: Server, end: Callable[[Database], None]
) -> None:
    hold(phone)
    end(server.database)
    assert begins(phone) == 1
    phone.land()
    phone.tap("Send now")
    phone.page.get_by_text("takes no new interviews").wait_for(timeout=5000)
    assert begins(phone) == 0
    assert phone.page.locator("#status").inner_text() == "1 sent."


def test_who_taps_while_a_turn_is_under_way_is_told_of_it(phone: Phone) -> None:
    hold(phone)
    under_way: list[Route] = []
    phone.context.route("**/api/submissions/*", lambda route: under_way.append(route))
    # A turn that nobody asked for begins as soon as there is a network.
    phone.page.evaluate("Math.random = () => 0")
    phone.land()
    phone.until(lambda: len(under_way) == 1)
    phone.tap("Send now")
    status = phone.page.locator("#status")
    phone.until(lambda: "Sending" in status.inner_text())
    under_way[0].continue_()
    phone.until(lambda: "sent." in status.inner_text())
    assert status.inner_text() == "1 sent."


def test_word_that_comes_while_a_form_is_chosen_is_heeded(phone: Phone, server: Server) -> None:
    hold(phone)
    rounds.end(server.database, ROUND, 14)
    phone.tap("New interview")
    phone.choose_preset("Zhob")
    phone.at("preset")
    phone.land()
    phone.until(lambda: phone.waiting() == 0)
    phone.page.wait_for_timeout(1000)
    phone.choose_preset("Form W")
    phone.at("home")
    phone.page.get_by_text("takes no new interviews").wait_for()


def test_that_a_round_ends_is_still_known_after_the_next_start(phone: Phone, server: Server) -> None:
    phone.begin()
    phone.choose("yes")
    phone.settled()
    ending(server.database)
    phone.tap_home()
    phone.page.get_by_text("takes no new interviews").wait_for()
    phone.kill()
    phone.open(offline=True)
    phone.unlock()
    phone.at("home")
    assert begins(phone) == 0
    phone.page.get_by_text("takes no new interviews").wait_for()
    phone.tap("Go on with the interview")
    phone.choose_preset("Form W")
    phone.at("question")


def test_what_was_said_of_sending_goes_when_it_is_not_so_any_more(phone: Phone) -> None:
    hold(phone)
    phone.context.route("**/api/submissions/*", lambda route: route.fulfill(status=502, body="<h1>"))
    phone.land()
    phone.tap("Send now")
    status = phone.page.locator("#status")
    phone.until(lambda: "did not take it" in status.inner_text())
    phone.context.unroute("**/api/submissions/*")
    # By itself: nobody taps.
    phone.page.get_by_text("0 waiting, 1 sent today").wait_for()
    phone.until(lambda: status.inner_text() == "", 3000)


def test_that_the_server_does_not_know_the_phone_outlives_the_page(phone: Phone, server: Server) -> None:
    hold(phone)
    server.database.change(lambda connection: connection.exec_driver_sql("DELETE FROM tokens"))
    phone.page.wait_for_timeout(5500)
    phone.land()
    unknown = phone.page.get_by_text(UNKNOWN)
    for _ in range(3):
        if unknown.count():
            break
        phone.tap("Send now")
        phone.until(lambda: "later" in phone.page.locator("#status").inner_text() or unknown.count() > 0)
    unknown.wait_for()
    # The word is there at once, without any contact.
    phone.fly()
    for _ in range(2):
        phone.tap_home()
        assert unknown.count() == 1
    phone.kill()
    phone.open(offline=True)
    phone.unlock()
    phone.at("home")
    unknown = phone.page.get_by_text(UNKNOWN)
    assert unknown.count() == 1
    # A new link ends it, for good.
    phone.land()
    phone.page.goto("about:blank")
    phone.page.goto(server.invitation())
    phone.unlock()
    phone.page.get_by_text("The new link is in use.").wait_for()
    assert unknown.count() == 0
    phone.send()
    phone.tap_home()
    assert unknown.count() == 0


SET_UP = {"ur": "سرور سے رابطہ نہیں ہو رہا", "ps": "د سرور سره رابطه نه کېږي"}


@pytest.mark.parametrize("language", SET_UP)
def test_the_set_up_speaks_the_language_of_the_link(
    make_phone: MakePhone, server: Server, language: str
) -> None:
    away, tag = SET_UP[language], f"{language}-PK"
    phone = make_phone()
    phone.open(server.invitation(language))
    phone.at("choose-pin")
    assert phone.page.locator("html").get_attribute("lang") == tag
    assert phone.page.locator(".languages button").count() == 3
    assert "#" not in phone.page.url
    phone.context.route("**/api/**", lambda route: route.abort())
    for field in ("pin", "again"):
        phone.page.locator(f"#{field}").fill("482913")
    phone.page.locator("form button[type=submit]").click()
    phone.page.get_by_text(away).wait_for()
    assert phone.page.locator("html").get_attribute("lang") == tag
    # Also where it is opened again before the server was reached.
    phone.close()
    phone.open()
    phone.at("lock")
    assert phone.page.locator("html").get_attribute("lang") == tag
    phone.unlock()
    phone.at("home")
    assert phone.page.locator("html").get_attribute("lang") == tag


def test_a_language_that_was_picked_goes_before_that_of_a_link(make_phone: MakePhone, server: Server) -> None:
    phone = make_phone()
    phone.open(server.invitation("ur"))
    phone.at("choose-pin")
    phone.speak("English")
    phone.enrol()
    assert phone.page.locator("html").get_attribute("lang") == "en"
    # A link on a phone that is set up changes nothing before the PIN.
    phone.page.goto("about:blank")
    phone.page.goto(server.invitation("ps"))
    phone.at("lock")
    assert phone.page.locator("html").get_attribute("lang") == "en"
