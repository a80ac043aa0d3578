"""A phone in tests: real Chromium with a profile on disk, told in verbs of a field worker."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Error, Page, Playwright, Request, Response
from playwright.sync_api import TimeoutError as TooLong

from survey.languages import languages
from tests.browser.in_page import ANSWER, KEPT, SLEPT, SLOW, WAITING
from tests.browser.phone_server import ROOT, Server, serving

__all__ = ["ROOT", "Phone", "Server", "serving"]

#: Its own build without windows comes first: the same engine, and a quarter less of a processor for a journey.
BROWSERS = ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium")
CHROMIUM = os.environ.get("SURVEY_TEST_CHROMIUM") or next(filter(os.path.exists, BROWSERS), BROWSERS[-1])
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]
SIZE = {"width": 360, "height": 720}
PIN = "482913"
FORGOTTEN = "others are in its browser, and it forgets all when it is closed: mark the test `keeps`"
#: The answers that are no first option: an adult woman who agrees, is alone, and wishes for two things.
TOLD = {
    "c_agree": "yes",
    "p_gender": "woman",
    "p_age": "30_44",
    "s_private": "alone",
    "i_want1": "education",
    "i_want2": "job",
}
SEND = re.compile("Send now|ابھی بھیجیں|اوس يې ولېږئ")


class Phone:
    """A phone in a field worker's hand."""

    def __init__(
        self,
        playwright: Playwright,
        profile: Path,
        server: Server,
        base: str | None = None,
        quick: bool = False,
        browser: Browser | None = None,
    ) -> None:
        self.playwright = playwright
        self.folder = profile
        # Where other phones are too: quick to start, and all is forgotten when it is closed.
        self.browser = browser
        self.server = server
        self.base = base or server.address
        self.quick = quick
        self.complaints: list[str] = []
        self.running = False
        self.packs: list[Response] = []
        self.enrolments: list[str] = []
        self.context: BrowserContext
        self.page: Page

    @property
    def profile(self) -> Path:
        """The folder of its browser: of a phone that has none, nothing could be found there."""
        assert self.browser is None, FORGOTTEN
        return self.folder

    def open(self, address: str | None = None, offline: bool = False) -> None:
        """Start the browser and open the app, or a link."""
        self.start()
        if offline:
            self.fly()
        self.page.goto(address or f"{self.base}/notes/")

    def start(self) -> None:
        """Start the browser."""
        how = {"viewport": SIZE, "accept_downloads": True, "has_touch": True}
        if self.browser is None:
            launch = self.playwright.chromium.launch_persistent_context
            self.context = launch(self.profile, executable_path=CHROMIUM, args=FLAGS, **how)
            self.page = self.context.pages[0]
        else:
            assert not hasattr(self, "context"), FORGOTTEN
            self.context = self.browser.new_context(**how)
            self.page = self.context.new_page()
        self.running = True
        if not self.quick:
            self.context.add_init_script(SLOW)
        self.page.set_default_timeout(15_000)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._heard)
        self.page.on("response", self._answered)
        self.page.on("request", self._asked)

    def _asked(self, request: Request) -> None:
        if request.url.endswith("/api/devices"):
            self.enrolments.append(request.post_data or "")

    def _answered(self, response: Response) -> None:
        if response.url.endswith("/api/devices/pack") and response.status == 200:
            self.packs.append(response)

    def pack(self) -> dict[str, Any]:
        """What the server gave this phone last: round, key, questionnaire."""
        found: dict[str, Any] = self.packs[-1].json()
        return found

    def _heard(self, message: object) -> None:
        text = getattr(message, "text", "")
        if getattr(message, "type", "") == "error" and "Failed to load resource" not in text:
            self.complaints.append(text)

    def close(self) -> None:
        """Close the browser in order."""
        if self.running:
            self.context.close()
            self.running = False

    def kill(self) -> None:
        """Kill every process of this phone's browser, as an empty battery would."""
        mine = f"--user-data-dir={self.profile}"
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit() and mine in _command(folder):
                with suppress(ProcessLookupError):
                    os.kill(int(folder.name), signal.SIGKILL)
        with suppress(Error):
            self.context.close()
        self.running = False
        for leftover in self.profile.glob("Singleton*"):
            leftover.unlink()

    def fly(self) -> None:
        """Flight mode on."""
        self.context.set_offline(True)

    def land(self) -> None:
        """Flight mode off."""
        self.context.set_offline(False)

    def at(self, screen: str, timeout: float = 15_000) -> None:
        """Wait for a screen."""
        try:
            self.page.locator(f'body[data-screen="{screen}"]').wait_for(timeout=timeout)
        except TooLong as error:
            raise AssertionError(f"not at {screen}: {self.page.content()[-3000:]}") from error

    def tap(self, name: str) -> None:
        """Tap the button of that name."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def enrol(self, pin: str = PIN) -> None:
        """Choose a PIN on the page of a link and wait for the home screen."""
        self.at("choose-pin")
        for field_name in ("pin", "again"):
            self.page.locator(f"#{field_name}").fill(pin)
        self.page.locator("form button[type=submit]").click()
        self.at("home")
        self.page.evaluate("navigator.serviceWorker.ready.then(() => null)")

    def unlock(self, pin: str = PIN) -> None:
        """Type the PIN into the lock."""
        self.at("lock")
        self.page.locator("#pin").fill(pin)
        self.page.locator("form button[type=submit]").click()

    def sleep(self) -> None:
        """Three minutes in a pocket, and out again."""
        self.page.evaluate(SLEPT)

    def come_back(self) -> None:
        """From the harmless page to the lock, by the gesture that the guide teaches."""
        self.at("harmless")
        heading = self.page.locator("main h1")
        for _ in range(3):
            heading.press("Enter")

    def speak(self, language: str) -> None:
        """Change the language by its own name, and wait until the screen is in it: what is tapped before is of the screen before."""
        self.tap(language)
        code = next(code for code, one in languages().items() if one.name == language)
        self.page.locator(f'html[lang^="{code}"]').wait_for(state="attached")

    def begin(self, district: str = "Zhob", form: str = "Form W") -> None:
        """Begin an interview from the home screen."""
        self.page.locator("main .actions button", has_text=re.compile("New interview|نیا|نوې")).click()
        if self.page.locator("body").get_attribute("data-screen") == "sure":
            self.page.locator("main .danger").click()
        self.choose_preset(district)
        self.choose_preset(form)
        self.at("question")

    def choose_preset(self, label: str) -> None:
        """Tap one of the choices before consent."""
        self.at("preset")
        self.page.locator("button.choice", has_text=label).first.click()

    def choose(self, option: str) -> None:
        """Choose an option by its stored name and go on, with the keys: a tap waits until the screen has settled."""
        self.mark(option)
        self.next()

    def mark(self, option: str) -> None:
        """Choose an option by its stored name, without going on."""
        self.page.locator(f"#o-{option}").press("Space")

    def next(self) -> None:
        """Go on to what comes next."""
        self.page.locator("main button[type=submit]").press("Enter")

    def tap_option(self, option: str) -> None:
        """Tap an option by its stored name."""
        self.page.locator(f'label[for="o-{option}"]').click()

    def asked(self) -> str:
        """The name of the question on the screen, or "" where there is none."""
        # In one look: the screen may go on by itself between two.
        return str(self.page.evaluate("(document.querySelector('main input[name]') || { name: '' }).name"))

    def hand_over(self, alone: bool) -> bool:
        """Decide at the hand-over screen, if this is one."""
        buttons = self.page.locator("main .actions button")
        if self.page.locator("main form").count() or buttons.count() != 3:
            return False
        buttons.nth(0 if alone else 1).click()
        return True

    def answer_all(
        self,
        answers: dict[str, str] | None = None,
        alone: bool = False,
        look: Callable[[str], None] | None = None,
    ) -> None:
        """Answer every question, the given ones as told and the others by their first option, up to the finish."""
        told = {**TOLD, **(answers or {})}
        for _ in range(80):
            name = self.asked()
            if name and look:
                look(self.page.locator("main input").first.get_attribute("type") or "")
                option = told.get(name) or self.page.locator("main input[name]").first.get_attribute("value")
                self.choose(str(option))
            elif name:
                self.page.evaluate(ANSWER, [told, ""])
            elif self.page.locator("main form").count():
                self.next()
            elif not self.hand_over(alone):
                if look:
                    look("hand-back")
                if not self.handed_back():
                    return
        raise AssertionError("the interview has no end")

    def answer_until(self, name: str) -> None:
        """Answer up to the hand-over before a question, or up to the question."""
        self.page.evaluate(ANSWER, [TOLD, name])

    def answer_all_until(self, name: str) -> None:
        """Answer up to a question; hand-overs on the way are read aloud."""
        for _ in range(60):
            self.answer_until(name)
            if self.asked() == name:
                return
            if not self.hand_over(alone=False):
                self.next()

    def handed_back(self) -> bool:
        """Take the phone back at the hand-back screen, if this is one."""
        if self.page.locator("progress").get_attribute("value") == "1.000":
            return False
        self.page.locator("main .actions button").first.click()
        return True

    def send(self, expected: int = 0, timeout: float = 30_000) -> None:
        """Send now, and wait until so many records are left."""
        # By chance it may have left already.
        button = self.page.locator("main .actions button.secondary").filter(has_text=SEND)
        if button.count():
            with suppress(Error):
                button.click(timeout=2000)
        self.until(lambda: self.waiting() == expected, timeout)

    def finish(self) -> None:
        """Seal the interview and go home."""
        self.seal()
        self.at("home")

    def seal(self) -> None:
        """Seal the interview and leave the last screen."""
        self.page.locator("main .actions button").first.click()
        self.at("done")
        self.page.locator("main .actions button").first.click()

    def tap_home(self) -> None:
        """Draw the home screen anew, as after a lock."""
        self.page.reload()
        self.unlock()
        self.at("home")

    def settled(self) -> None:
        """Wait until the draft of the last answer is written."""
        self.page.wait_for_timeout(400)

    def until(self, condition: Callable[[], bool], timeout: float = 30_000) -> None:
        """Wait until something holds; a page that is on its way to the next one is looked at again."""
        end = time.monotonic() + timeout / 1000
        while not _is_so(condition):
            assert time.monotonic() < end, self.page.locator("body").inner_text()
            self.page.wait_for_timeout(100)

    def kept(self, name: str) -> bool:
        """Whether something of that name lies on the phone."""
        return bool(self.page.evaluate(KEPT, name))

    def memory(self) -> dict[str, float]:
        """What the page holds when everything that nobody holds is thrown away."""
        devtools = self.context.new_cdp_session(self.page)
        devtools.send("Performance.enable")
        devtools.send("HeapProfiler.collectGarbage")
        metrics = {one["name"]: one["value"] for one in devtools.send("Performance.getMetrics")["metrics"]}
        devtools.detach()
        return {
            "heap, kB": metrics["JSHeapUsedSize"] / 1000,
            "nodes": metrics["Nodes"],
            "listeners": metrics["JSEventListeners"],
        }

    def short_interview(self) -> None:
        """An interview that ends after some questions, sealed."""
        self.begin()
        self.answer_until("saf_day")
        self.page.locator("header .pause").click()
        self.page.locator("main .actions .secondary").first.click()
        self.page.locator("progress[value='1.000']").wait_for()
        self.finish()

    def version(self) -> str:
        """The version of the app on the screen."""
        words = self.page.locator("html").get_attribute("data-words") or ""
        return words.split("/")[2]

    def waiting(self) -> int:
        """How many records lie in the queue."""
        return int(self.page.evaluate(WAITING))


def _command(folder: Path) -> list[str]:
    try:
        return (folder / "cmdline").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return []


def _is_so(condition: Callable[[], bool]) -> bool:
    try:
        return condition()
    except Error:
        return False
