"""A server and a phone for journeys in real Chromium."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.browser.phone import CHROMIUM, FLAGS, Phone, Server, serving
from tests.support.running import miss


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
