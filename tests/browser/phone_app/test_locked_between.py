"""What is under way when the app is locked: an interview keeps its questionnaire, and one that ended does not come back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route

from survey.storage import questionnaires
from survey.storage.field import rounds
from tests.browser.conftest import MakePhone
from tests.browser.phone import PIN, Phone, Server

pytestmark = [pytest.mark.browser, pytest.mark.keeps]


#: What is kept under the PIN is opened slowly, as on a cheap phone; `begun` counts how many things.
SLOW = """() => {
  const { decrypt } = SubtleCrypto.prototype;
  window.begun = 0;
  SubtleCrypto.prototype.decrypt = async function (...told) {
    window.begun += 1;
    await new Promise((done) => setTimeout(done, 700));
    return decrypt.apply(this, told);
  };
}"""
#: The readable beginnings of what waits.
HEADERS = """new Promise((done) => {
  const request = indexedDB.open("notes-2");
  request.onsuccess = () => {
    const all = request.result.transaction("waiting").objectStore("waiting").getAll();
    all.onsuccess = () => {
      request.result.close();
      const seen = [];
      const look = (value) => {
        if (value instanceof Uint8Array || value instanceof ArrayBuffer)
          seen.push(new TextDecoder().decode(value.slice(0, 256)));
        else if (typeof value === "string") seen.push(value);
        else if (value && typeof value === "object") Object.values(value).forEach(look);
      };
      look(all.result);
      done(seen.join("|"));
    };
  };
})"""


def another_round(server: Server) -> None:
    """The round of the phone ends, and another one is open: the server gives that from now on."""
    known = rounds.find(server.database, "2026-1")
    rounds.end(server.database, "2026-1", 14)
    edition = questionnaires.find(server.database, known.questionnaire, known.version)
    rounds.start(server.database, "2026-2", edition)


@pytest.mark.parametrize("when", ["opening", "opened"])
def test_a_reply_from_before_a_lock_changes_no_interview(phone: Phone, server: Server, when: str) -> None:
    late: list[Route] = []
    phone.context.route(
        "**/api/devices/pack", lambda route: route.continue_() if late else late.append(route)
    )
    phone.tap_home()
    phone.until(lambda: len(late) == 1)
    phone.begin()
    another_round(server)
    phone.page.locator("header .hide").click()
    phone.at("harmless")
    phone.come_back()
    if when == "opening":
        phone.page.evaluate(SLOW)
    phone.unlock()
    if when == "opening":
        phone.page.wait_for_timeout(2200)
    else:
        phone.at("question")
    late[0].continue_()
    phone.at("question")
    phone.page.wait_for_timeout(1500)
    phone.fly()
    phone.choose("no")
    phone.at("stopped")
    header = str(phone.page.evaluate(HEADERS))
    assert '"2026-1"' in header, header
    assert "2026-2" not in header


#: The secret of a draft is overwritten slowly, and from now on all that is kept under the PIN is locked more slowly still.
SLOW_END = """() => {
  const { postMessage } = Worker.prototype;
  Worker.prototype.postMessage = function (...said) {
    setTimeout(() => postMessage.apply(this, said), 1500);
  };
  const { encrypt } = SubtleCrypto.prototype;
  SubtleCrypto.prototype.encrypt = async function (...said) {
    if (window.slow) await new Promise((done) => setTimeout(done, 3000));
    return encrypt.apply(this, said);
  };
}"""


def test_an_interview_that_ends_while_the_app_is_locked_does_not_come_back(phone: Phone) -> None:
    phone.fly()
    phone.begin()
    for option in ("yes", "woman", "30_44"):
        phone.choose(option)
    phone.tap("Pause and help")
    phone.tap("End here and keep the answers given")
    phone.settled()
    phone.page.evaluate(SLOW_END)
    phone.tap("Finish")
    phone.until(lambda: phone.waiting() == 1)
    phone.page.evaluate("window.slow = true")
    phone.page.locator("header .hide").click()
    phone.at("harmless")
    phone.page.wait_for_timeout(4000)
    phone.page.evaluate("window.slow = false")
    phone.come_back()
    phone.unlock()
    # What comes back is the code, which the person has not seen.
    phone.at("done")
    assert phone.page.locator(".code").count() == 1
    phone.tap("Done")
    phone.at("home")
    assert phone.waiting() == 1


def test_a_lock_while_the_app_opens_ends_the_opening(phone: Phone) -> None:
    phone.begin()
    phone.choose("yes")
    phone.settled()
    phone.kill()
    phone.open()
    phone.at("lock")
    phone.page.evaluate(SLOW)
    phone.unlock()
    # The PIN is judged and the safe is open: what comes now is kept under the PIN too.
    phone.until(lambda: phone.page.evaluate("window.begun") == 3)
    phone.sleep()
    phone.at("lock")
    phone.page.wait_for_timeout(2500)
    phone.at("lock")
    assert phone.complaints == []
    phone.unlock()
    phone.at("home")
    phone.page.get_by_role("button", name="Go on with the interview").wait_for()


def test_a_lock_while_the_server_is_waited_for_ends_the_set_up_until_the_pin(
    make_phone: MakePhone, server: Server
) -> None:
    phone = make_phone()
    phone.open(server.invitation())
    phone.at("choose-pin")
    late: list[Route] = []
    phone.context.route("**/api/devices", lambda route: route.continue_() if late else late.append(route))
    for field in ("pin", "again"):
        phone.page.locator(f"#{field}").fill(PIN)
    phone.page.locator("form button[type=submit]").click()
    phone.at("enrolling")
    phone.until(lambda: len(late) == 1)
    phone.sleep()
    phone.at("lock")
    late[0].continue_()
    phone.page.wait_for_timeout(1500)
    phone.at("lock")
    assert phone.complaints == []
    phone.unlock()
    phone.at("home")


def test_a_phone_that_loads_the_harmless_page_again_shows_no_lock(phone: Phone, server: Server) -> None:
    """Whoever holds it may reload, and a phone that sleeps throws away pages and loads them when it is woken."""
    phone.begin()
    phone.answer_until("saf_day")
    phone.page.locator("header .hide").click()
    for _ in range(2):
        phone.at("harmless")
        phone.page.reload()
    phone.come_back()
    phone.at("lock")
    phone.page.reload()
    phone.unlock()
    phone.at("home")
    phone.page.locator("header .hide").click()
    phone.at("harmless")
    # A link that is opened meanwhile is for the PIN, which is asked for.
    phone.page.goto("about:blank")
    phone.page.goto(server.invitation())
    phone.at("lock")
