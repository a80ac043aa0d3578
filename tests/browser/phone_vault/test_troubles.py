"""Every failure is told as what it is: what cannot be sealed, written, read or sent is never told as one another."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from playwright.sync_api import Error, Route

from tests.browser.axe import violations
from tests.browser.conftest import MakePhone
from tests.browser.phone import PIN, Phone, Server

pytestmark = [pytest.mark.browser, pytest.mark.keeps]

FULL = "This phone is full."
Change = Callable[[dict[str, Any]], object]

#: Packs with which nothing, or not every interview, can be sealed.
UNSEALABLE: dict[str, Change] = {
    "a round and a version with long names": lambda pack: (
        pack.update(round="r" * 120) or pack["questionnaire"].update(version="v" * 60)
    ),
    "a key that is none": lambda pack: pack["key"].update(point="AAAA"),
    "records that are too short": lambda pack: pack.update(size=1000),
}
TOLD_AT_HOME = {
    "English": "Nothing can be sealed in round",
    "اردو": "میں کچھ مہر بند نہیں ہو سکتا",
    "پښتو": "هېڅ نه شي مهر کېدلی",
}
TOLD_AT_THE_END = {
    "English": "could not be sealed. Freeing space on the phone does not help.",
    "اردو": "یہ انٹرویو مہر بند نہیں ہو سکا۔",
    "پښتو": "دا مرکه مهر نه شوه.",
}


def packed(change: Change) -> Callable[[Route], None]:
    """What the server gives a phone, changed on its way."""

    def answer(route: Route) -> None:
        # A browser that is closed meanwhile hears no answer.
        with suppress(Error):
            headers = {**route.request.headers}
            headers.pop("if-none-match", None)
            reply = route.fetch(headers=headers)
            pack = reply.json()
            change(pack)
            pack["digest"] = "changed"
            route.fulfill(response=reply, body=json.dumps(pack))

    return answer


def looked_at(phone: Phone) -> None:
    """The screen passes axe and does not scroll sideways."""
    assert violations(phone.page) == {}
    assert phone.page.evaluate("document.documentElement.scrollWidth <= innerWidth && innerWidth === 360")


def words(phone: Phone) -> str:
    return phone.page.locator("body").inner_text()


def not_sealed(phone: Phone) -> None:
    """The screen says the truth in three languages, and offers neither a code nor a file."""
    phone.at("not-sealed")
    for language, told in TOLD_AT_THE_END.items():
        phone.speak(language)
        phone.page.get_by_text(told).wait_for()
        looked_at(phone)
    phone.speak("English")
    assert FULL not in words(phone)
    assert phone.page.locator(".code").count() == 0
    assert phone.page.get_by_role("button", name="Save as a file").count() == 0


@pytest.mark.parametrize("name", UNSEALABLE)
def test_a_round_in_which_nothing_can_be_sealed_is_told_before_anybody_is_asked(
    make_phone: MakePhone, server: Server, name: str
) -> None:
    phone = make_phone()
    phone.start()
    phone.context.route("**/api/devices/pack", packed(UNSEALABLE[name]))
    phone.page.goto(server.invitation())
    phone.enrol()
    for language, told in TOLD_AT_HOME.items():
        phone.speak(language)
        phone.page.get_by_text(told).wait_for()
        looked_at(phone)
    phone.speak("English")
    assert phone.page.get_by_role("button", name="New interview").count() == 0
    if name == "records that are too short":
        return
    phone.tap("Practice")
    phone.choose_preset("Zhob")
    phone.choose_preset("Form W")
    phone.choose("yes")
    phone.tap("Pause and help")
    phone.tap("End here and keep the answers given")
    phone.tap("Finish")
    not_sealed(phone)
    assert "Begin none, and tell your coordinator." in words(phone)
    # What is put right is taken up at once.
    phone.context.unroute("**/api/devices/pack")
    phone.tap("Done")
    phone.page.get_by_role("button", name="New interview").wait_for()
    phone.begin()
    phone.choose("no")
    phone.tap("Done")
    phone.send()


#: Ways in which the browser fails to seal; none says anything of room.
BROKEN_SEALS = (
    'SubtleCrypto.prototype.deriveBits = () => Promise.reject(new DOMException("no", "OperationError"));',
    'SubtleCrypto.prototype.encrypt = () => { throw new RangeError("longer than its envelope"); };',
    'SubtleCrypto.prototype.generateKey = () => Promise.reject(new DOMException("no", "NotSupportedError"));',
)


@pytest.mark.parametrize("broken", BROKEN_SEALS)
def test_an_interview_that_cannot_be_sealed_stays(phone: Phone, server: Server, broken: str) -> None:
    phone.begin()
    for option in ("yes", "woman", "30_44"):
        phone.choose(option)
    phone.tap("Pause and help")
    phone.tap("End here and keep the answers given")
    phone.settled()
    phone.page.evaluate(f"() => {{ {broken} }}")
    phone.tap("Finish")
    not_sealed(phone)
    phone.tap("Try again")
    not_sealed(phone)
    assert phone.waiting() == 0
    phone.tap("Back")
    phone.tap("Finish")
    phone.at("not-sealed")
    phone.tap("Done")
    phone.at("home")
    # The draft survives the battery too.
    phone.settled()
    phone.kill()
    phone.open()
    phone.unlock()
    phone.tap("Go on with the interview")
    phone.choose_preset("Form W")
    phone.tap("Finish")
    phone.at("done")
    assert phone.page.locator(".code").count() == 1
    phone.tap("Done")
    phone.send()
    assert server.stored() == 1


def test_of_somebody_under_age_no_answer_stays_where_nothing_can_be_sealed(phone: Phone) -> None:
    phone.begin()
    for option in ("yes", "woman"):
        phone.choose(option)
    phone.settled()
    assert phone.kept("draft")
    phone.page.evaluate(f"() => {{ {BROKEN_SEALS[0]} }}")
    phone.choose("under_18")
    phone.at("not-sealed")
    assert "No answer is kept, and this visit is not counted." in words(phone)
    assert not phone.kept("draft")
    phone.tap("Done")
    phone.at("home")
    assert phone.page.get_by_role("button", name="Go on with the interview").count() == 0


#: What a database may fail with; the first alone says that the phone is full.
FAILURES = ("QuotaExceededError", "UnknownError", "AbortError", "InvalidStateError")


def failing(method: str, name: str) -> str:
    store = "IDBObjectStore.prototype"
    return f"""() => {{
        window.whole = window.whole || {store}.{method};
        {store}.{method} = () => {{ throw new DOMException("no", "{name}"); }};
    }}"""


def mended(method: str) -> str:
    return f"() => {{ IDBObjectStore.prototype.{method} = window.whole; }}"


@pytest.mark.parametrize("name", FAILURES)
def test_a_phone_that_cannot_write_is_told_to_be_full_only_where_it_is(
    make_phone: MakePhone, server: Server, name: str
) -> None:
    says = FULL if name == "QuotaExceededError" else "It may be full"
    other = "It may be full" if says == FULL else FULL
    phone = make_phone()
    phone.open(server.invitation())
    phone.at("choose-pin")

    def trouble(act: Callable[[], None], screen: str, told: str = says) -> None:
        phone.page.evaluate(failing("put", name))
        act()
        phone.page.get_by_text(told).wait_for()
        phone.at(screen)
        assert other not in words(phone)
        phone.page.evaluate(mended("put"))

    def choose_pin() -> None:
        for field in ("pin", "again"):
            phone.page.locator(f"#{field}").fill(PIN)
        phone.page.locator("form button[type=submit]").click()

    trouble(choose_pin, "choose-pin")
    phone.enrol()
    phone.tap("Lock")
    trouble(phone.unlock, "lock")
    phone.unlock()
    phone.at("home")
    phone.begin()
    short = FULL if says == FULL else "The last answers could not be saved on this phone."
    trouble(lambda: phone.choose("yes"), "question", short)
    phone.tap("Pause and help")
    phone.tap("End here and keep the answers given")
    trouble(lambda: phone.tap("Finish"), "not-kept")
    phone.tap("Try again")
    phone.at("done")
    # The browser complains itself of what throws in the handler of a request.
    phone.complaints[:] = [one for one in phone.complaints if one != "no"]


def test_a_phone_that_cannot_read_counts_no_wrong_pin(phone: Phone) -> None:
    phone.tap("Lock")
    for _ in range(12):
        phone.page.evaluate(failing("get", "UnknownError"))
        phone.unlock()
        phone.page.get_by_text("could not read or write").wait_for()
        phone.at("lock")
        assert "Wrong PIN" not in words(phone)
        phone.page.evaluate(mended("get"))
    phone.unlock("000001")
    phone.page.get_by_text("Tries left: 9.").wait_for()
    phone.unlock()
    phone.at("home")


def test_sending_tells_the_network_the_server_and_the_phone_apart(phone: Phone) -> None:
    phone.fly()
    phone.begin()
    phone.choose("no")
    phone.tap("Done")
    phone.at("home")
    status = phone.page.locator("#status")

    def said(told: str) -> None:
        phone.tap("Send now")
        phone.until(lambda: told in status.inner_text())

    said("No network; it goes by itself later.")
    phone.context.route("**/api/submissions/*", lambda route: route.abort())
    phone.land()
    said("The server cannot be reached; it goes by itself later.")
    phone.context.unroute("**/api/submissions/*")
    phone.context.route("**/api/submissions/*", lambda route: route.fulfill(status=502, body="<h1>"))
    said("The server did not take it; it goes by itself later.")
    phone.page.evaluate(failing("getAll", "UnknownError"))
    said("This phone could not read or write what waits")
    phone.page.evaluate(mended("getAll"))


#: A worker script that never comes, as over a line that breaks.
SILENT = """window.Worker = class {
  addEventListener() {}
  postMessage() { setTimeout(() => this.onerror && this.onerror()); }
};"""


def test_an_interview_survives_a_start_at_which_its_secret_could_not_be_read(phone: Phone) -> None:
    phone.begin()
    for option in ("yes", "woman", "30_44"):
        phone.choose(option)
    phone.settled()
    phone.close()
    phone.start()
    phone.context.add_init_script(SILENT)
    phone.page.goto(f"{phone.base}/notes/")
    phone.at("not-started")
    assert "Part of this app did not start." in words(phone)
    assert "not set up" not in words(phone)
    looked_at(phone)
    phone.close()
    phone.open()
    phone.unlock()
    phone.tap("Go on with the interview")
    phone.choose_preset("Form W")
    phone.tap("Back")
    assert phone.page.locator("#o-30_44").is_checked()


def test_a_browser_that_only_did_not_start_is_not_told_to_be_unable(
    make_phone: MakePhone, server: Server
) -> None:
    phone = make_phone()
    phone.start()
    phone.context.add_init_script(SILENT)
    phone.page.goto(server.invitation())
    phone.enrol()
    assert "Part of this app did not start, so it keeps no unfinished interview." in words(phone)
    assert "This browser cannot" not in words(phone)


def test_a_server_that_gives_nothing_is_not_told_to_be_away(make_phone: MakePhone, server: Server) -> None:
    phone = make_phone()
    phone.open(server.invitation())
    phone.at("choose-pin")
    phone.context.route("**/api/devices/pack", lambda route: route.abort())
    for field in ("pin", "again"):
        phone.page.locator(f"#{field}").fill(PIN)
    phone.page.locator("form button[type=submit]").click()
    phone.page.get_by_text("The server cannot be reached.").wait_for()
    phone.context.unroute("**/api/devices/pack")
    with server.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE accounts SET role = 'reviewer' WHERE name = 'W01'")
    phone.tap("Try again")
    phone.page.get_by_text("The server answers, but gives nothing now.").wait_for()


#: The worker that overwrites secrets cannot write as long as `broken` holds.
BROKEN_ERASER = """() => {
  const { postMessage } = Worker.prototype;
  window.broken = true;
  Worker.prototype.postMessage = function (said) {
    const refused = { turn: said.turn, error: "no", name: "OperationError" };
    if (window.broken && said.bytes) setTimeout(() => this.onmessage({ data: refused }));
    else postMessage.call(this, said);
  };
}"""
NOT_OVERWRITTEN = "could not be overwritten yet"


def test_what_could_not_be_overwritten_costs_no_later_draft(phone: Phone) -> None:
    phone.page.evaluate(BROKEN_ERASER)
    phone.begin()
    phone.choose("no")
    phone.at("stopped")
    phone.tap("Done")
    phone.at("home")
    assert NOT_OVERWRITTEN in words(phone)
    phone.begin()
    phone.page.evaluate("window.broken = false")
    for option in ("yes", "woman", "30_44"):
        phone.choose(option)
    phone.tap("Pause and help")
    phone.tap("End here and keep the answers given")
    phone.settled()
    phone.page.evaluate(f"() => {{ {BROKEN_SEALS[0]} }}")
    phone.tap("Finish")
    phone.at("not-sealed")
    phone.tap("Done")
    phone.at("home")
    # The draft's secret took the place of the one before, and stays.
    assert NOT_OVERWRITTEN not in words(phone)
    phone.tap_home()
    assert "Go on with the interview" in words(phone)
