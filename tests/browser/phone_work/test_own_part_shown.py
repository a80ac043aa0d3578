"""A worker's own part of the round: behind the PIN, in numbers, known without a network, and never going down."""

from __future__ import annotations

import re

import pytest

from survey.intake import gate
from survey.questionnaire import xlsform
from survey.storage import questionnaires
from survey.storage.field import rounds
from tests.browser.axe import violations
from tests.browser.conftest import MakePhone
from tests.browser.phone import ROOT, Phone, Server
from tests.browser.photographs import photograph

pytestmark = pytest.mark.browser

ROUND = "2026-2"


def set_up(make_phone: MakePhone, server: Server) -> Phone:
    """A phone of a round that has targets."""
    shipped = xlsform.read(ROOT / "questionnaires" / "community_security.md")
    wanted = {("zhob", "woman"): 30, ("lakki-marwat", "youth"): 4}
    rounds.start(server.database, ROUND, questionnaires.publish(server.database, shipped), wanted)
    phone = make_phone()
    phone.open(server.invitation(round_name=ROUND))
    phone.enrol()
    return phone


def lines(phone: Phone) -> list[str]:
    phone.at("home")
    phone.page.locator(".own").wait_for()
    return sorted(phone.page.locator(".own li").all_inner_texts())


def told(phone: Phone, *expected: str) -> None:
    phone.until(lambda: lines(phone) == sorted(expected))


def one_interview(phone: Phone) -> str:
    """One that ends early; returns its withdrawal code."""
    phone.begin()
    phone.answer_until("p_settle")
    phone.tap("Pause and help")
    phone.tap("End here and keep the answers given")
    phone.tap("Finish")
    phone.at("done")
    code = phone.page.locator(".code").inner_text()
    phone.tap("Done")
    phone.at("home")
    return code


def test_own_numbers_are_behind_the_pin_and_never_go_down(make_phone: MakePhone, server: Server) -> None:
    phone = set_up(make_phone, server)
    youth = "Lakki Marwat, Form Y: 0 of 4"
    told(phone, "Zhob, Form W: 0 of 30", youth)
    codes = [one_interview(phone) for _ in range(2)]
    phone.send()
    told(phone, "Zhob, Form W: 2 of 30", youth)
    assert phone.page.get_by_text("Your interviews that have arrived: 2.").count() == 1
    # Known without a network, after the PIN and not before.
    phone.fly()
    phone.page.reload()
    phone.at("lock")
    assert "30" not in phone.page.locator("body").inner_text()
    phone.unlock()
    told(phone, "Zhob, Form W: 2 of 30", youth)
    # Somebody takes the answers back: nobody who works in the village may see that.
    assert gate.withdraw(server.database, re.sub(r"\D", "", codes[0])) is None
    assert server.stored() == 1
    phone.land()
    with phone.page.expect_response("**/api/devices/counts"):
        phone.tap_home()
    phone.page.wait_for_timeout(500)
    told(phone, "Zhob, Form W: 2 of 30", youth)
    for language in ("اردو", "پښتو", "English"):
        phone.speak(language)
        phone.until(lambda: "2" in lines(phone)[0] + lines(phone)[1])
        assert violations(phone.page) == {}, language
        assert phone.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        photograph(phone.page, f"own-{language}")


def test_numbers_go_with_the_phone_that_is_locked_out(make_phone: MakePhone, server: Server) -> None:
    phone = set_up(make_phone, server)
    told(phone, "Zhob, Form W: 0 of 30", "Lakki Marwat, Form Y: 0 of 4")
    assert phone.kept("counts")
    phone.tap("Lock")
    for _ in range(9):
        phone.unlock("000001")
        phone.page.locator(".mistake").wait_for()
    phone.unlock("000001")
    phone.at("start")
    assert not phone.kept("counts")
