"""A phone with the app of earlier code, and a server that hands that app out before it hands out today's."""

from __future__ import annotations

import json
import logging
import lzma
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Error, Page, Playwright
from werkzeug.serving import make_server

from survey.accounts import enrolment
from survey.app import create_app
from survey.settings import Settings
from survey.storage.engine.database import Database, migrate
from survey.storage.people import accounts
from survey.storage.people.devices import Assignment
from tests.browser.phone import CHROMIUM, FLAGS, SIZE
from tests.support import earlier_survey
from tests.support.running import free_port

PIN = "482913"
ANSWERS = {"c_agree": "yes", "p_gender": "woman", "p_age": "30_44", "s_private": "alone"} | {
    "i_want1": "education",
    "i_want2": "job",
}


class Then:
    """Today's application behind what a phone of earlier code had: its bundle and its pack."""

    def __init__(self, app: Callable[..., Iterable[bytes]], folder: Path) -> None:
        self.app = app
        self.kept = earlier_survey.unpack("phone.tar.xz", folder)
        self.headers: dict[str, dict[str, str]] = json.loads((self.kept / "headers.json").read_text())
        (self.version,) = {path.split("/")[2] for path in self.headers if path.count("/") == 3}
        #: Whether the earlier app is still handed out, and its pack.
        self.earlier = True
        #: Whether records are refused for now, and how many replies to them will be lost.
        self.shut = False
        self.lose = 0
        self.taken = 0

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if self.earlier and path in self.headers:
            start("200 OK", list(self.headers[path].items()))
            file = "notes/page.html" if path == "/notes/" else path.strip("/")
            return [(self.kept / file).read_bytes()]
        if self.earlier and path == "/api/devices/pack":
            start("200 OK", [("Content-Type", "application/json"), ("Cache-Control", "no-store")])
            return [lzma.decompress((earlier_survey.FOLDER / "pack.json.xz").read_bytes())]
        if path.startswith("/api/submissions/"):
            return self._record(environ, start)
        return self.app(environ, start)

    def _record(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if self.shut:
            start("503 Service Unavailable", [("Content-Type", "application/json")])
            return [b'{"code":"busy","message":"later"}']
        self.taken += 1
        if self.lose == 0:
            return self.app(environ, start)
        # The server has kept it, and the line breaks before the phone hears of it.
        self.lose -= 1
        list(self.app(environ, lambda *_: None))
        start("502 Bad Gateway", [("Content-Type", "text/html")])
        return [b"<h1>Bad gateway</h1>"]


@dataclass
class Server:
    """Today's server over an earlier survey, asked by an earlier phone."""

    address: str
    database: Database
    then: Then

    def invitation(self) -> str:
        """A link for one phone."""
        worker = accounts.find(self.database, earlier_survey.WORKER)
        code = enrolment.invite(self.database, worker, Assignment(earlier_survey.OPEN, "en")).code
        return f"{self.address}/notes/#i={code}"

    def rows(self, table: str) -> int:
        """How many rows a table has."""
        with self.database.read() as connection:
            return int(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """A running server over the earlier survey, migrated by today's code."""
    home = earlier_survey.unpack("home.tar.xz", folder / "home")
    url, port = f"sqlite:///{home / 'survey.sqlite'}", free_port()
    migrate(url)
    database = Database(url, home)
    # Another name makes another version of the app, even where nothing else has changed since.
    settings = Settings(home=home, database_url=url, port=port, app_name="Our notes")
    then = Then(create_app(settings, database), folder / "bundle")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", port, then, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield Server(f"http://127.0.0.1:{port}", database, then)
    finally:
        server.shutdown()
        server.server_close()
        database.close()


class EarlierPhone:
    """What a field worker did with the app of then, screen by screen as it was."""

    def __init__(self, playwright: Playwright, profile: Path) -> None:
        self.context = playwright.chromium.launch_persistent_context(
            profile, executable_path=CHROMIUM, args=FLAGS, viewport=SIZE
        )
        self.page: Page = self.context.pages[0]
        self.page.set_default_timeout(20_000)
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def at(self, screen: str) -> None:
        """Wait for a screen."""
        self.page.locator(f'body[data-screen="{screen}"]').wait_for()

    def enrol(self, link: str) -> None:
        """Open the link and choose a PIN."""
        self.page.goto(link)
        self.at("choose-pin")
        for field in ("pin", "again"):
            self.page.locator(f"#{field}").fill(PIN)
        self.page.locator("form button[type=submit]").click()
        self.at("home")
        self.page.evaluate("navigator.serviceWorker.ready.then(() => null)")

    def begin(self) -> None:
        """Begin an interview with a woman in Zhob."""
        self.page.locator("main .actions button", has_text=re.compile("New interview")).click()
        for label in ("Zhob", "Form W"):
            self.at("preset")
            self.page.locator("button.choice", has_text=label).first.click()
        self.at("question")

    def interview(self) -> None:
        """A whole interview, sealed."""
        self.begin()
        for _ in range(80):
            if not self._goes_on():
                break
        self.page.locator("main .actions button").first.click()
        self.at("done")
        self.page.locator("main .actions button").first.click()
        self.at("home")

    def refusal(self) -> None:
        """Somebody who does not want to."""
        self.begin()
        self._choose("no")
        self.at("stopped")
        self.page.locator("main .actions button").first.click()
        self.at("home")

    def _goes_on(self) -> bool:
        inputs, buttons = self.page.locator("main input[name]"), self.page.locator("main .actions button")
        if inputs.count():
            first = inputs.first
            name = first.get_attribute("name") or ""
            self._choose(ANSWERS.get(name) or str(first.get_attribute("value")))
        elif self.page.locator("main form").count():
            self.page.locator("main button[type=submit]").click()
        elif buttons.count() == 3:
            buttons.nth(1).click()
        elif self.page.locator("progress").get_attribute("value") != "1.000":
            buttons.first.click()
        else:
            return False
        return True

    def _choose(self, option: str) -> None:
        self.page.locator(f'label[for="o-{option}"]').click()
        self.page.locator("main button[type=submit]").click()

    def tend(self, done: Callable[[], bool], seconds: float = 60) -> None:
        """Do what any worker does with any version: unlock, come home, send now; until something holds."""
        end = time.monotonic() + seconds
        while not done():
            assert time.monotonic() < end, self.page.locator("body").inner_text()
            try:
                self._tend()
            except Error:
                # The page was loaded anew under the finger.
                self.page.wait_for_timeout(200)
            self.page.wait_for_timeout(200)

    def _tend(self) -> None:
        pin = self.page.locator('body[data-screen="lock"] #pin')
        if pin.count():
            pin.fill(PIN, timeout=2000)
            self.page.locator("form button[type=submit]").click(timeout=2000)
        if self.sends():
            self.page.get_by_role("button", name="Send now", exact=True).click(timeout=2000)

    def sends(self) -> bool:
        """Whether it is at home with something to send."""
        return self.page.get_by_role("button", name="Send now", exact=True).count() > 0

    def opened_until(self, done: Callable[[], bool], turns: int = 20) -> None:
        """Open the app again and again, as over some days, until something holds."""
        for _ in range(turns):
            if done():
                return
            self.page.reload()
            self.tend(self.sends)
            # A new version is fetched beside the old one, which takes a slow machine some seconds.
            for _ in range(10):
                if done():
                    return
                self.page.wait_for_timeout(500)
        raise AssertionError(self.page.locator("body").inner_text())

    def is_of(self, version: str) -> bool:
        """Whether the page on the screen is of that version."""
        for _ in range(20):
            # It may be on its way to the next one, which has nothing to read.
            with suppress(Error):
                return version in self.page.content()
            self.page.wait_for_timeout(100)
        raise AssertionError("the page cannot be read")
