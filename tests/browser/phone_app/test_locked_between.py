"""What was asked of the server before a lock and is answered after the PIN: an interview keeps the questionnaire it began with."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route

from survey.storage import questionnaires
from survey.storage.field import rounds
from tests.browser.phone import Phone, Server

pytestmark = pytest.mark.browser

#: What is kept under the PIN is opened slowly, as on a cheap phone.
SLOW = """() => {
  const { decrypt } = SubtleCrypto.prototype;
  SubtleCrypto.prototype.decrypt = async function (...told) {
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
    phone.page.locator("main").get_by_role("button").first.click()
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
