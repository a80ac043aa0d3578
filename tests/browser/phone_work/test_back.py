"""Back, of the browser and of the phone, is the app's Back: it never leaves, and never shows what was put out of sight."""

from __future__ import annotations

import pytest

from tests.browser.conftest import MakePhone
from tests.browser.phone import Phone, Server

pytestmark = pytest.mark.browser


def back(phone: Phone) -> None:
    """The phone's own Back, and a moment for the app to take its place again."""
    phone.page.go_back(wait_until="commit")
    phone.page.wait_for_timeout(350)


def test_back_leads_through_an_interview_and_never_out_of_it(phone: Phone) -> None:
    address, length = phone.page.url, phone.page.evaluate("history.length")
    for _ in range(2):
        phone.begin()
        seen = []
        for option in ("yes", "woman", "30_44"):
            seen.append(phone.asked())
            phone.choose(option)
        for name in [*reversed(seen), seen[0], seen[0]]:
            back(phone)
            assert (phone.page.url, phone.asked()) == (address, name)
        phone.tap("Pause and help")
        back(phone)
        assert phone.asked() == seen[0]
        phone.tap("Pause and help")
        phone.tap("Stop and throw all answers away")
        phone.at("sure")
        back(phone)
        phone.at("pause")
        phone.tap("End here and keep the answers given")
        phone.page.get_by_role("heading", name="The interview is complete").wait_for()
        phone.finish()
    # However many interviews there were, the browser notes no more than one entry for them.
    assert phone.page.evaluate("history.length") <= length + 1


def test_back_between_interviews_is_back_or_the_harmless_page(phone: Phone) -> None:
    phone.tap("New interview")
    phone.at("preset")
    back(phone)
    phone.at("home")
    back(phone)
    phone.at("harmless")
    for _ in range(3):
        back(phone)
        phone.at("harmless")
    phone.come_back()
    phone.at("lock")
    # Who goes back from the lock sees what may be seen.
    back(phone)
    phone.at("harmless")
    phone.come_back()
    phone.unlock()
    phone.at("home")


def test_back_does_not_lead_behind_a_hand_back_or_a_hidden_interview(phone: Phone) -> None:
    phone.begin()
    phone.answer_until("tr_body")
    phone.hand_over(alone=True)
    while phone.asked():
        phone.choose(str(phone.page.locator("main input").first.get_attribute("value")))
    phone.page.get_by_role("heading", name="Give the phone back").wait_for()
    back(phone)
    phone.page.get_by_role("heading", name="Give the phone back").wait_for()
    phone.page.locator("header .hide").click()
    phone.at("harmless")
    back(phone)
    phone.at("harmless")


def test_a_phone_that_is_not_set_up_is_left_by_back(make_phone: MakePhone) -> None:
    phone = make_phone()
    phone.start()
    phone.page.goto("about:blank")
    phone.page.goto(f"{phone.base}/notes/")
    phone.at("start")
    phone.speak("English")
    back(phone)
    back(phone)
    assert phone.page.url == "about:blank"


def test_a_link_in_the_open_page_is_no_way_back(phone: Phone, server: Server) -> None:
    phone.begin()
    phone.choose("yes")
    phone.page.evaluate("(code) => { location.hash = code; }", server.invitation().partition("#")[2])
    phone.page.wait_for_timeout(350)
    assert phone.asked() == "p_gender"
    for _ in range(3):
        back(phone)
        assert phone.asked() in ("p_gender", "c_agree")
