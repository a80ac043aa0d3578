"""A copied phone and its PIN: what ended is lost to whoever has both, on phones set up by an earlier app as well."""

from __future__ import annotations

import tarfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Route

from survey.web.phone import app, bundle
from tests.browser.conftest import MakePhone
from tests.browser.examiner import opened
from tests.browser.phone import PIN, ROOT, Phone, Server

pytestmark = [pytest.mark.browser, pytest.mark.keeps]

EARLIER = ROOT / "tests" / "testdata" / "earlier" / "phone.tar.xz"
Update = Callable[[], None]


@pytest.fixture
def earlier_app(monkeypatch: pytest.MonkeyPatch) -> Iterator[Update]:
    """The server gives the app of an earlier time until it is told to give today's."""
    with tarfile.open(EARLIER) as archive:
        name = next(one for one in archive.getnames() if one.endswith("/app.js"))
        script = archive.extractfile(name)
        assert script is not None
        text = script.read()
    monkeypatch.setattr(bundle, "bundle", lambda entry: text)
    app.bundle.cache_clear()

    def update() -> None:
        monkeypatch.undo()
        app.bundle.cache_clear()

    yield update
    update()


def short_interview(phone: Phone, begin: bool = True) -> None:
    """A few answers, and the end."""
    if begin:
        phone.begin()
    for option in ("yes", "woman", "30_44", "village", "very_unsafe"):
        phone.choose(option)
    phone.page.locator("header .pause").click()
    phone.tap("End here and keep the answers given")
    phone.finish()


def lock_out(phone: Phone) -> None:
    """Ten wrong PINs."""
    phone.tap("Lock")
    for left in range(9, 0, -1):
        phone.unlock("000001")
        phone.page.get_by_text(f"Tries left: {left}.").wait_for()
    phone.unlock("000001")
    phone.at("start")


#: What lies open of the lock.
ROUNDS = """new Promise((done) => {
  const request = indexedDB.open("notes-2");
  request.onsuccess = () => {
    const lock = request.result.transaction("things").objectStore("things").get("lock");
    lock.onsuccess = () => { request.result.close(); done(lock.result.rounds); };
  };
})"""


@pytest.mark.parametrize("quick", [False, True])
def test_a_phone_does_the_fewest_rounds_or_as_many_as_it_has_time_for(
    make_phone: MakePhone, server: Server, quick: bool
) -> None:
    phone = make_phone(quick=quick)
    phone.open(server.invitation())
    phone.enrol()
    rounds = phone.page.evaluate(ROUNDS)
    assert rounds in (range(600_000, 3_000_001, 60_000) if quick else [600_000])
    phone.tap("Lock")
    phone.unlock()
    phone.at("home")


def answers_in(profile: Path) -> list[dict[str, str]]:
    return [one.value["answers"] for one in opened(profile, PIN) if one.name == "draft"]


def test_the_examiner_reads_everything_that_an_earlier_app_deleted(
    make_phone: MakePhone, server: Server, earlier_app: Update
) -> None:
    phone = make_phone()
    phone.open(server.invitation())
    phone.enrol()
    short_interview(phone)
    phone.tap("Send now")
    phone.until(lambda: server.stored() == 1)
    lock_out(phone)
    phone.close()
    phone.open()
    phone.at("start")
    phone.close()
    most = max(answers_in(phone.profile), key=len)
    assert {"district": "zhob", "p_age": "30_44", "saf_day": "very_unsafe"}.items() <= most.items()
    assert "safe" in {one.name for one in opened(phone.profile, PIN)}


def test_a_copied_phone_and_its_pin_give_no_interview_that_ended(phone: Phone, server: Server) -> None:
    short_interview(phone)
    phone.send()
    assert server.stored() == 1
    phone.begin()
    phone.choose("yes")
    phone.choose("woman")
    phone.page.locator("header .pause").click()
    phone.tap("Stop and throw all answers away")
    phone.tap("Yes, throw them away")
    phone.at("stopped")
    phone.tap("Done")
    phone.begin()
    phone.choose("no")
    phone.at("stopped")
    phone.tap("Done")
    phone.begin("Lakki Marwat")
    for option in ("yes", "woman", "60_up"):
        phone.choose(option)
    phone.settled()
    phone.kill()
    # The interview that goes on can be read with the PIN: the examiner knows how.
    found = answers_in(phone.profile)
    assert found
    assert {one["district"] for one in found} == {"lakki-marwat"}

    phone.open()
    phone.unlock()
    phone.tap("Go on with the interview")
    phone.choose_preset("Form W")
    phone.page.locator("header .pause").click()
    phone.tap("End here and keep the answers given")
    phone.finish()
    phone.kill()
    assert answers_in(phone.profile) == []
    assert "safe" in {one.name for one in opened(phone.profile, PIN)}

    phone.open()
    phone.unlock()
    phone.at("home")
    lock_out(phone)
    phone.kill()
    assert opened(phone.profile, PIN) == []
    phone.open()
    phone.at("start")
    phone.close()
    assert opened(phone.profile, PIN) == []


#: Stops the page for good before its change number `at`, counted from the load of the page or from the PIN on.
HALT = """(() => {
  let counting = %(counting)s;
  let count = 0;
  addEventListener("submit", () => (counting = true), true);
  const wrap = (target, name, changes) => {
    const own = target[name];
    target[name] = function (...given) {
      if (counting && changes(...given) && (count += 1) === %(at)d) {
        console.log(name);
        for (;;);
      }
      return own.apply(this, given);
    };
  };
  wrap(IDBDatabase.prototype, "transaction", (stores, mode) => mode === "readwrite");
  wrap(IDBFactory.prototype, "deleteDatabase", () => true);
  wrap(IDBFactory.prototype, "open", (name) => name === "sweep");
  wrap(Worker.prototype, "postMessage", (message) => !!message.bytes);
  const shown = () => document.body && console.log(`at ${document.body.dataset.screen}`);
  new MutationObserver(shown).observe(document, { subtree: true, childList: true, attributeFilter: ["data-screen"] });
})()"""


def killed_at(phone: Phone, at: int, after_pin: bool) -> str:
    """Start, and take the battery out before the change of that number; returns what it was, "" where none was left.

    A page that was stopped answers nothing: all that is known of it is what it said before.
    """
    said: list[str] = []
    phone.start()
    phone.context.add_init_script(HALT % {"counting": "false" if after_pin else "true", "at": at})
    phone.page.on("console", lambda message: said.append(message.text))
    phone.page.goto(f"{phone.base}/notes/", wait_until="commit")
    wait_for(phone, said, "at lock")
    if after_pin:
        phone.page.evaluate(TYPE, PIN)
        wait_for(phone, said, "at home")
    phone.kill()
    return next((word for word in said if word in CHANGES), "")


def wait_for(phone: Phone, said: list[str], word: str) -> None:
    end = time.monotonic() + 60
    while not {word, *CHANGES} & set(said):
        assert time.monotonic() < end, said
        phone.page.wait_for_timeout(50)


UPDATED = "navigator.serviceWorker.getRegistration().then((found) => !!found.waiting)"
#: Tries counted and reset, the two secrets, all in one change; then the former database goes between two sweeps.
BEFORE = ("transaction", "transaction", "postMessage", "postMessage", "transaction", "open")
AFTER = ("open", "deleteDatabase", "transaction", "open", "deleteDatabase", "deleteDatabase", "open")
CHANGES = ("transaction", "deleteDatabase", "open", "postMessage")
TYPE = """(pin) => {
  document.getElementById("pin").value = pin;
  setTimeout(() => document.querySelector("main form").requestSubmit());
}"""


def databases(phone: Phone) -> list[str]:
    found: list[str] = phone.page.evaluate("indexedDB.databases().then((all) => all.map((one) => one.name))")
    return found


def test_a_phone_of_an_earlier_app_is_rebuilt_though_it_is_interrupted_everywhere(
    make_phone: MakePhone, server: Server, earlier_app: Update
) -> None:
    phone = make_phone()
    phone.open(server.invitation())
    phone.enrol()
    phone.fly()
    short_interview(phone)
    short_interview(phone)
    phone.begin("Lakki Marwat")
    for option in ("yes", "woman", "60_up"):
        phone.choose(option)
    phone.settled()
    phone.land()
    earlier_app()
    phone.page.evaluate("navigator.serviceWorker.getRegistration().then((found) => found.update())")
    phone.until(lambda: bool(phone.page.evaluate(UPDATED)))
    phone.close()

    server.kill()
    steps = []
    for after_pin in (True, False):
        for at in range(1, 20):
            steps.append(killed_at(phone, at, after_pin))
            # The new database is complete: from here on every start goes on without the PIN.
            if steps[-1] in ("", "open" if after_pin else ""):
                break
    assert steps == [*BEFORE, *AFTER, ""]
    server.serve()

    phone.open()
    phone.unlock()
    phone.at("home")
    phone.tap("Go on with the interview")
    phone.choose_preset("Form W")
    assert databases(phone) == ["notes-2"]
    phone.close()
    assert {one["district"] for one in answers_in(phone.profile)} == {"lakki-marwat"}
    assert len(answers_in(phone.profile)) < 4
    phone.open()
    phone.unlock()
    phone.at("home")
    phone.send()
    assert server.stored() == 2


def without_overwriting(route: Route) -> None:
    """The worker's script as a browser without synchronous access to files runs it."""
    reply = route.fetch()
    missing = "delete FileSystemFileHandle.prototype.createSyncAccessHandle;"
    route.fulfill(response=reply, body=missing + reply.text())


TOLD = {
    "پښتو": "نيمګړې مرکه نه ساتي",
    "اردو": "ادھورا انٹرویو نہیں رکھا",
    "English": "keeps no unfinished interview",
}


def test_a_browser_that_cannot_overwrite_keeps_no_draft_and_says_so(
    make_phone: MakePhone, server: Server
) -> None:
    phone = make_phone()
    phone.start()
    phone.context.route("**/eraser.js", without_overwriting)
    phone.page.goto(server.invitation())
    phone.enrol()
    for language, words in TOLD.items():
        phone.speak(language)
        phone.page.get_by_text(words).wait_for()
    phone.begin()
    for option in ("yes", "woman", "30_44"):
        phone.choose(option)
    phone.settled()
    assert not phone.kept("draft")
    asked = phone.asked()
    phone.tap("Hide")
    phone.come_back()
    phone.unlock()
    phone.at("question")
    assert phone.asked() == asked
    phone.close()
    assert answers_in(phone.profile) == []
    phone.open()
    phone.unlock()
    phone.at("home")
