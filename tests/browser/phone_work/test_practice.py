"""Guided practice: it leads through what is hard in front of a person, and only a yes or no of it leaves the phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from survey.storage.people import phones
from survey.storage.people.phones import Report
from tests.browser.axe import violations
from tests.browser.phone import PIN, Phone, Server
from tests.browser.photographs import photograph

pytestmark = pytest.mark.browser

NOTHING_KEPT = "The practice is over. Nothing of it is kept."


def said(server: Server) -> Report | None:
    """What the phone said of itself last."""
    (phone,) = phones.phones_of(server.database, [server.worker.name])
    return phone.report


def practised(server: Server) -> bool:
    report = said(server)
    return report is not None and report.practised


def begin(phone: Phone) -> None:
    phone.page.get_by_role("button", name="Practice", exact=True).click()
    phone.choose_preset("Zhob")
    phone.choose_preset("Form W")
    phone.at("question")


def to_try(phone: Phone) -> str:
    """What the practice says to try next."""
    line = phone.page.locator("main > .next")
    return line.inner_text() if line.count() else ""


def end_early(phone: Phone) -> None:
    phone.tap("Pause and help")
    phone.tap("End here and keep the answers given")
    phone.tap("Finish")
    phone.at("done")


def pause_and_go_on(phone: Phone) -> None:
    phone.page.locator("header .pause").click()
    phone.page.locator("main .wide").click()


def answer_without_a_network(phone: Phone) -> None:
    phone.fly()
    phone.choose("yes")
    phone.land()


def hide_and_come_back(phone: Phone, *pins: str) -> None:
    phone.page.locator("header .hide").click()
    phone.come_back()
    for pin in pins:
        phone.unlock(pin)
        if pin != PIN:
            phone.page.locator(".mistake").wait_for()
    phone.at("question")


def nothing_left_the_phone(phone: Phone, server: Server) -> None:
    assert phone.waiting() == 0
    with server.database.read() as connection:
        for table in ("responses", "tallies", "receipts"):
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one() == 0, table


def test_a_practice_leads_through_everything_and_the_coordinator_sees_that_it_was(
    phone: Phone, server: Server
) -> None:
    assert "Things to try: 6" in phone.page.locator("main").inner_text()
    phone.until(lambda: said(server) is not None)
    assert not practised(server)
    begin(phone)
    assert "Pause and help" in to_try(phone)
    pause_and_go_on(phone)
    assert "three times" in to_try(phone)
    assert violations(phone.page) == {}
    hide_and_come_back(phone, PIN)
    assert "wrong PIN" in to_try(phone)
    hide_and_come_back(phone, "111222", PIN)
    assert "flight mode" in to_try(phone)
    answer_without_a_network(phone)
    assert "The person answers alone" in to_try(phone)
    phone.answer_all(alone=True)
    assert "Finish" in to_try(phone)
    phone.tap("Finish")
    phone.at("done")
    whole = phone.page.locator("main").inner_text()
    assert NOTHING_KEPT in whole
    assert "You have tried everything." in whole
    phone.tap("Done")
    phone.at("home")
    assert "Things to try" not in phone.page.locator("main").inner_text()
    phone.until(lambda: practised(server))
    nothing_left_the_phone(phone, server)


def test_what_was_tried_outlives_a_restart_and_the_rest_is_named_at_the_end(
    phone: Phone, server: Server
) -> None:
    begin(phone)
    end_early(phone)
    left = phone.page.locator("main li").all_inner_texts()
    assert len(left) == 4, left
    phone.tap("Done")
    phone.tap_home()
    assert "Things to try: 4" in phone.page.locator("main").inner_text()
    assert not practised(server)
    nothing_left_the_phone(phone, server)


def test_an_interview_shows_no_guide_and_is_no_practice(phone: Phone, server: Server) -> None:
    phone.begin()
    assert to_try(phone) == ""
    hide_and_come_back(phone, "111222", PIN)
    end_early(phone)
    phone.tap("Done")
    phone.at("home")
    assert "Things to try: 6" in phone.page.locator("main").inner_text()


@pytest.mark.parametrize("language", ["اردو", "پښتو"])
def test_the_guide_fits_a_small_screen(phone: Phone, language: str) -> None:
    begin(phone)
    phone.speak(language)
    acts: tuple[Callable[[], None], ...] = (
        lambda: pause_and_go_on(phone),
        lambda: hide_and_come_back(phone, PIN),
        lambda: hide_and_come_back(phone, "111222", PIN),
        lambda: answer_without_a_network(phone),
        lambda: None,
    )
    for step, act in enumerate(acts):
        assert to_try(phone)
        assert phone.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        tag = phone.page.locator("html").get_attribute("lang")
        photograph(phone.page, f"practice-{tag}-{step}", full_page=False)
        act()
