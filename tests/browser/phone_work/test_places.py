"""Where the work is: the last district first, a search in any letters, and a harmless page that is one."""

from __future__ import annotations

import datetime
import re

import pytest

from survey.accounts import enrolment
from survey.storage.people import accounts
from survey.storage.people.devices import Assignment
from tests.browser.axe import violations
from tests.browser.conftest import MakePhone
from tests.browser.phone import Phone, Server
from tests.browser.photographs import photograph

pytestmark = pytest.mark.browser

LANGUAGES = ("English", "اردو", "پښتو")


def looked_at(phone: Phone, name: str) -> None:
    """The screen passes axe and does not scroll sideways."""
    assert violations(phone.page) == {}, name
    assert phone.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    photograph(phone.page, name, full_page=False)


def offered(phone: Phone) -> list[str]:
    """The districts that can be seen."""
    phone.at("preset")
    return [row.inner_text() for row in phone.page.locator("button.choice").all() if row.is_visible()]


def test_a_worker_of_every_district_finds_one_by_any_letters_and_the_last_one_first(
    make_phone: MakePhone, server: Server
) -> None:
    anywhere = accounts.add(server.database, "worker", "W02", woman=True)
    code = enrolment.invite(server.database, anywhere, Assignment("2026-1", "en")).code
    phone = make_phone()
    phone.open(f"{server.address}/notes/#i={code}&l=en")
    phone.enrol()
    phone.page.set_viewport_size({"width": 360, "height": 560})
    phone.tap("New interview")
    everything = offered(phone)
    assert len(everything) > 60
    for typed, found in (
        ("lakki", "Lakki Marwat"),
        ("لكي", "Lakki Marwat"),
        ("ژوب", "Zhob"),
        ("ZHO", "Zhob"),
    ):
        phone.page.locator("#search").fill(typed)
        assert found in offered(phone), typed
        assert len(offered(phone)) < 5, typed
    phone.page.locator("#search").fill("")
    assert offered(phone) == everything
    for language in LANGUAGES:
        phone.speak(language)
        looked_at(phone, f"districts-{language}")
    phone.speak("English")
    phone.choose_preset("Zhob")
    phone.choose_preset("Form W")
    phone.choose("no")
    phone.tap("Done")
    phone.at("home")
    phone.page.wait_for_timeout(300)
    phone.tap_home()
    phone.tap("New interview")
    assert offered(phone) == ["Zhob", *(name for name in everything if name != "Zhob")]


def test_few_districts_have_no_search_and_practice_moves_none(phone: Phone) -> None:
    phone.tap("Practice")
    first = offered(phone)
    assert phone.page.locator("#search").count() == 0
    phone.choose_preset("Zhob")
    phone.choose_preset("Form W")
    phone.choose("no")
    phone.tap("Done")
    phone.at("home")
    phone.tap("New interview")
    assert offered(phone) == first


def prices(phone: Phone) -> list[str]:
    return phone.page.locator("main td").all_inner_texts()


def test_the_harmless_page_has_a_day_prices_that_change_and_no_name_of_the_app(phone: Phone) -> None:
    name = phone.page.title()
    phone.tap("Hide")
    phone.at("harmless")
    today = datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=5)
    assert today.strftime("%d/%m/%Y") in phone.page.locator("main").inner_text()
    assert name not in phone.page.title() + phone.page.locator("body").inner_text()
    first = prices(phone)
    # A searcher who refreshes sees prices, and no lock.
    for _ in range(2):
        phone.tap("Refresh")
        phone.page.get_by_text("These are the newest prices.").wait_for()
        phone.at("harmless")
        assert prices(phone) == first
    phone.page.evaluate("(days) => { const now = Date.now; Date.now = () => now() + days * 86400000; }", 3)
    phone.tap("Refresh")
    phone.until(lambda: prices(phone) != first)
    assert all(re.fullmatch(r"[1-9][0-9,]*", price) for price in prices(phone))
    looked_at(phone, "harmless")


def test_only_the_gesture_leads_back_from_the_harmless_page(phone: Phone) -> None:
    phone.tap("Hide")
    phone.at("harmless")
    phone.page.wait_for_timeout(400)
    heading = phone.page.locator("main h1")
    # Twice is not enough, nor is slowly.
    for _ in range(2):
        heading.tap()
    phone.page.wait_for_timeout(1600)
    heading.tap()
    phone.page.locator("main td").first.tap(timeout=3000)
    phone.page.wait_for_timeout(300)
    phone.at("harmless")
    phone.page.wait_for_timeout(1600)
    for _ in range(3):
        heading.tap()
    phone.unlock()
    phone.at("home")
