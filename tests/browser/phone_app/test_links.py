"""Links on a phone that is set up: whatever is opened, nothing goes before its replacement is there."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import suppress

import pytest
from playwright.sync_api import Error, Route

from survey.accounts import enrolment
from survey.storage.people import accounts, devices
from tests.browser.conftest import MakePhone
from tests.browser.phone import PIN, ROOT, Phone, Server

pytestmark = pytest.mark.browser


LOCKED = ("lock", "safe", "pack")


def in_use(phone: Phone) -> None:
    """A phone with one interview that waits and another that was begun, in flight mode."""
    phone.fly()
    phone.begin()
    phone.answer_until("p_settle")
    phone.page.locator("header .pause").click()
    phone.tap("End here and keep the answers given")
    phone.finish()
    phone.begin()
    for option in ("yes", "woman", "30_44"):
        phone.choose(option)
    phone.settled()


def follow(phone: Phone, link: str) -> None:
    """Open a link in a page of its own, as from a chat."""
    phone.page.goto("about:blank")
    phone.page.goto(link)


def whole(phone: Phone, server: Server) -> None:
    """Nothing of the phone is missing; what waited may have left for the server."""
    phone.at("home")
    assert [name for name in (*LOCKED, "draft") if not phone.kept(name)] == []
    # Between the two it is stored and waits for the receipt.
    phone.until(lambda: phone.waiting() + server.stored() == 1)
    phone.tap("Go on with the interview")
    phone.choose_preset("Form W")
    phone.at("question")


def told(phone: Phone) -> str:
    phone.page.locator(".notice").wait_for()
    return phone.page.locator(".notice").inner_text()


def tokens(phone: Phone) -> list[str]:
    return [json.loads(one)["token"] for one in phone.enrolments]


def test_the_old_link_opens_the_app_and_asks_nobody(make_phone: MakePhone, server: Server) -> None:
    phone, link = make_phone(), server.invitation()
    phone.open(link)
    phone.enrol()
    in_use(phone)
    asked = len(phone.enrolments)
    follow(phone, link)
    phone.at("lock")
    assert "#" not in phone.page.url
    phone.unlock()
    whole(phone, server)
    phone.land()
    follow(phone, link)
    phone.unlock()
    whole(phone, server)
    assert len(phone.enrolments) == asked


def test_a_new_link_waits_for_pin_and_server_and_then_replaces(phone: Phone, server: Server) -> None:
    in_use(phone)
    follow(phone, server.invitation("ur"))
    phone.at("lock")
    assert "The new link is used after the PIN." in phone.page.locator("main").inner_text()
    phone.unlock()
    whole(phone, server)
    # The answer to the first request is lost on its way: it is asked for again with the same token.
    phone.page.route("**/api/devices", lose_the_answer)
    phone.land()
    phone.tap_home()
    phone.until(lambda: len(phone.enrolments) > 1)
    whole(phone, server)
    phone.page.unroute("**/api/devices")
    phone.tap_home()
    assert told(phone) == "The new link is in use."
    first, *later = tokens(phone)
    assert len(set(later)) == 1
    assert first not in later
    whole(phone, server)
    # It is one phone, as before: the office sees no second one that fell silent.
    assert len(devices.active_phones(server.database)) == 1
    phone.tap_home()
    phone.send()
    assert server.stored() == 1


def test_a_link_whose_answer_was_lost_is_safe_behind_the_lock(phone: Phone, server: Server) -> None:
    """The former token is over by then: who hears it while the phone is locked must not take the phone for signed out."""
    in_use(phone)
    follow(phone, server.invitation())
    phone.page.route("**/api/devices", lose_the_answer)
    held: list[Route] = []
    phone.context.route("**/api/submissions/*", lambda route: held.append(route))
    phone.land()
    phone.unlock()
    phone.until(lambda: len(phone.enrolments) > 1)
    phone.tap("Send now")
    phone.until(lambda: bool(held))
    phone.tap("Lock")
    phone.at("lock")
    held[0].continue_()
    phone.page.wait_for_timeout(1000)
    assert phone.kept("lock")
    phone.page.unroute("**/api/devices")
    phone.context.unroute("**/api/submissions/*")
    phone.unlock()
    assert told(phone) == "The new link is in use."
    whole(phone, server)


def lose_the_answer(route: Route) -> None:
    # A page that is loaded again meanwhile hears nothing.
    with suppress(Error):
        route.fetch()
        route.abort()


def test_a_new_link_saves_a_phone_that_was_signed_out_while_away(phone: Phone, server: Server) -> None:
    in_use(phone)
    accounts.revoke_tokens(server.database, server.worker.name)
    phone.page.wait_for_timeout(6000)
    phone.land()
    follow(phone, server.invitation())
    phone.unlock()
    assert told(phone) == "The new link is in use."
    phone.send()
    assert server.stored() == 1
    whole(phone, server)


def test_a_link_that_is_opened_in_the_open_page_is_noticed(make_phone: MakePhone, server: Server) -> None:
    phone = make_phone()
    phone.open()
    phone.at("start")
    address = server.invitation().partition("#")
    phone.page.evaluate("(code) => { location.hash = code; }", address[2])
    phone.at("choose-pin")
    assert "#" not in phone.page.url
    phone.enrol()
    phone.begin()
    phone.choose("yes")
    asked = phone.asked()
    phone.page.evaluate("(code) => { location.hash = code; }", server.invitation().partition("#")[2])
    phone.page.wait_for_timeout(300)
    assert phone.asked() == asked
    assert "#" not in phone.page.url
    phone.page.locator("header .pause").click()
    phone.tap("End here and keep the answers given")
    phone.finish()
    assert told(phone) == "The new link is in use."


def test_ten_wrong_pins_with_a_link_end_at_a_new_pin(phone: Phone, server: Server) -> None:
    follow(phone, server.invitation())
    for left in range(9, 0, -1):
        phone.unlock("000001")
        phone.page.get_by_text(f"Tries left: {left}.").wait_for()
    phone.unlock("000001")
    phone.enrol(PIN[::-1])
    phone.tap("Lock")
    phone.unlock(PIN[::-1])
    phone.at("home")


#: What something between phone and server may answer to an invitation: no proof that it is our server, so not believed.
ANSWERS = (
    (409, {"code": "invitation_used"}),
    (410, {"code": "invitation_unknown"}),
    (403, {"code": "Forbidden"}),
    (200, {"login": True}),
    (503, {"code": "busy"}),
)


def answering(status: int, body: dict[str, object]) -> Callable[[Route], None]:
    return lambda route: route.fulfill(status=status, json=body)


def follow_and_ask(phone: Phone, link: str) -> None:
    """Open a link, type the PIN, and wait until the phone has asked for it."""
    asked = len(phone.enrolments)
    follow(phone, link)
    phone.unlock()
    phone.until(lambda: len(phone.enrolments) > asked)


def test_whatever_a_gateway_says_the_phone_goes_on(phone: Phone, server: Server) -> None:
    in_use(phone)
    phone.land()
    for status, body in ANSWERS:
        phone.page.unroute("**/api/devices")
        phone.page.route("**/api/devices", answering(status, body))
        follow_and_ask(phone, server.invitation())
        phone.page.wait_for_timeout(200)
        assert phone.page.locator(".notice").count() == 0
        whole(phone, server)
    # The last of the links was not thrown away for what a stranger said of it.
    phone.page.unroute("**/api/devices")
    phone.tap_home()
    assert told(phone) == "The new link is in use."
    whole(phone, server)


def test_what_the_server_says_of_a_link_is_told_and_the_phone_goes_on(phone: Phone, server: Server) -> None:
    in_use(phone)
    phone.land()
    used, unknown = server.invitation(), f"{server.address}/notes/#i=never-made"
    enrolment.enrol(server.database, used.partition("#i=")[2].partition("&")[0], "A" * 43)
    for link, says in ((used, "This link was used before"), (unknown, "not valid any more")):
        follow_and_ask(phone, link)
        assert says in told(phone)
        assert "This phone stays as it is." in told(phone)
        whole(phone, server)


#: Every place of the app that takes something away, with what stands in its place by then.
TAKES_AWAY = {
    "access.js": [
        (
            'await things.remove("pack", "coming", "draft", "sent", "counts")',
            "nothing: no lock opens them any more",
        ),
    ],
    "contact.js": [
        ('await phone.store.things.remove("coming")', "the same, taken up as what is worked with"),
    ],
    "removal.js": [
        (
            "await store.things.remove(...(await store.things.names()))",
            "nothing: PINs used up, or signed out",
        ),
        ('await caches.delete("sound")', "nothing: PINs used up, or signed out"),
    ],
    "practice.js": [("met.clear()", "what was tried, noted under the PIN")],
    "start.js": [('await things.remove("draft")', "nothing: its twelve hours are over")],
    "drafts.js": [('await things.remove("draft")', "nothing: its secret is overwritten, nobody can read it")],
    "taps.js": [('await phone.store.things.remove("draft")', "nothing: thrown away by a tap that says so")],
    "rebuild.js": [
        ("await sweep(store, () => deleted(FORMER))", "nothing: it holds no store"),
        ("await sweep(store, () => deleted(FORMER))", "all of it, counted in the new database"),
        ("await store.things.remove(UNSWEPT)", "nothing: what it marks is done"),
    ],
    "service-worker.js": [("caches.delete(name)", "the files of the version that is installed")],
    "store.js": [("await deleted(SWEEP)", "nothing: it is empty")],
    "locked.js": [
        ("await wipe(things)", "nothing: PINs used up"),
        ("return things.remove(...LOCKED)", "nothing: PINs used up"),
    ],
}
DESTROYS = re.compile(
    r"^(?!.*export (?:async )?function).*?(?:things\.remove\(|caches\.delete\(|\bwipe\(|(?<!const )\bdeleted\(|removeEntry\(|\.clear\()",
    re.MULTILINE,
)


def test_every_place_that_takes_something_away_is_known() -> None:
    found = {}
    for path in sorted((ROOT / "static" / "js").rglob("*.js")):
        lines = [one for one in path.read_text(encoding="utf-8").splitlines() if DESTROYS.search(one)]
        if lines:
            found[path.name] = lines
    assert {name: len(lines) for name, lines in found.items()} == {
        name: len(known) for name, known in TAKES_AWAY.items()
    }
    for name, known in TAKES_AWAY.items():
        for (call, _), line in zip(known, found[name], strict=True):
            assert call in line
