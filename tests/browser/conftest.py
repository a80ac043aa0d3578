"""A server and a phone for journeys in real Chromium."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from flask import Flask
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.browser.axe import is_whole
from tests.browser.phone import CHROMIUM, FLAGS, Phone, Server, serving
from tests.support.running import miss

#: Seconds that a reply takes over a slow line, and a style sheet behind its page.
LATE: Final = 0.2
LATE_STYLES: Final = 0.5


@pytest.fixture(scope="session", autouse=True)
def slow_line() -> Iterator[None]:
    """Where journeys are gone whole every reply is late: a test that looks before the page is there does not pass by luck."""
    answer = Flask.wsgi_app

    def answer_late(self: Flask, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        reply = answer(self, environ, start_response)
        time.sleep(LATE_STYLES if str(environ.get("PATH_INFO")).endswith(".css") else LATE)
        return reply

    with pytest.MonkeyPatch.context() as patched:
        if is_whole():
            patched.setattr(Flask, "wsgi_app", answer_late)
        yield


@pytest.fixture(scope="session")
def browser_driver() -> Iterator[Playwright]:
    """Playwright, when Chromium is there."""
    if not Path(CHROMIUM).exists():
        miss("Chromium is missing: apt install chromium")
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="module")
def chromium(browser_driver: Playwright) -> Iterator[Browser]:
    """A browser."""
    browser = browser_driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A running server with an open round and a woman worker."""
    home = tmp_path / "home"
    home.mkdir()
    with serving(home) as running:
        yield running


MakePhone = Callable[..., Phone]


@pytest.fixture
def make_phone(
    browser_driver: Playwright,
    chromium: Browser,
    server: Server,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> Iterator[MakePhone]:
    """Phones by name, closed at the end; a page that threw or was refused something fails the test."""
    made: list[Phone] = []
    shared = None if request.node.get_closest_marker("keeps") else chromium

    def make(name: str = "phone", base: str | None = None, quick: bool = False) -> Phone:
        phone = Phone(browser_driver, tmp_path / name, server, base, quick, shared)
        made.append(phone)
        return phone

    yield make
    for phone in made:
        phone.close()
    assert [complaint for phone in made for complaint in phone.complaints] == []


@pytest.fixture
def phone(make_phone: MakePhone, server: Server) -> Phone:
    """A phone that was just set up."""
    made = make_phone()
    made.open(server.invitation())
    made.enrol()
    return made
