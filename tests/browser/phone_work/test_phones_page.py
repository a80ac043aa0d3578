"""A coordinator invites a phone, it says how it is, and is signed out: two browsers, three languages, a small screen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from survey.accounts import sign_in
from survey.languages import languages
from survey.storage.people import accounts
from tests.browser.axe import violations
from tests.browser.conftest import MakePhone
from tests.browser.phone import SIZE, Phone, Server
from tests.browser.phone_server import DISTRICTS
from tests.browser.photographs import photograph
from tests.support.readers import PASSWORD

pytestmark = pytest.mark.browser


@pytest.fixture
def office(chromium: Browser, server: Server) -> Iterator[Page]:
    """The browser of a coordinator who signed in."""
    secret = sign_in.hash_password(PASSWORD)
    accounts.add(server.database, "coordinator", "ayesha", districts=DISTRICTS, password_hash=secret)
    context = chromium.new_context(viewport=SIZE)
    page = context.new_page()
    page.goto(f"{server.address}/sign-in")
    page.fill("input[name=name]", "ayesha")
    page.fill("input[name=password]", PASSWORD)
    page.locator("main button[type=submit]").click()
    yield page
    context.close()


def look(page: Page, name: str) -> None:
    """The page as its reader sees it; the one that can be opened again in each language."""
    for code, language in languages().items():
        if name == "phones":
            page.get_by_role("button", name=language.name, exact=True).click()
            page.wait_for_load_state()
        assert violations(page) == {}, (name, code)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (name, code)
        photograph(page, f"{name}-{code}")


def invite(page: Page, server: Server) -> str:
    """Make a link on the page; what it says there."""
    page.goto(f"{server.address}/phones")
    page.select_option("#worker", server.worker.name)
    page.select_option("#colour", "blue")
    page.locator("form[action='/phones'] button").click()
    page.wait_for_load_state()
    return page.locator("#link").inner_text()


def card(page: Page, server: Server) -> str:
    """What is said of the one phone on the page."""
    page.goto(f"{server.address}/phones")
    return page.locator(".phone").inner_text()


def said(phone: Phone, page: Page, server: Server, words: str) -> None:
    phone.until(lambda: words in card(page, server))


def test_a_phone_is_invited_says_how_it_is_and_is_signed_out_alone(
    make_phone: MakePhone, server: Server, office: Page
) -> None:
    link = invite(office, server)
    assert office.evaluate(
        "document.querySelector('.scanned svg').getBoundingClientRect().width <= innerWidth"
    )
    look(office, "invitation")
    office.emulate_media(media="print")
    assert "Survey office" not in office.evaluate("document.body.innerText")
    assert office.locator(".scanned svg").is_visible()
    office.emulate_media(media="screen")
    assert "not set up yet" in card(office, server)
    phone = make_phone()
    phone.open(link)
    phone.enrol()
    said(phone, office, server, "Waiting: 0; need help: 0")
    assert "not practised yet" in card(office, server)
    assert "It has the newest app." in card(office, server)
    look(office, "phones")
    office.get_by_role("button", name="English").click()
    office.locator(".phone button").click()
    look(office, "phone-end")
    office.locator("main .danger").click()
    assert "blue 1 of W01 is signed out" in office.locator(".notice").inner_text()
    phone.page.reload()
    phone.unlock()
    phone.at("start")


def test_the_link_is_copied_and_handed_on_where_a_browser_can(server: Server, office: Page) -> None:
    office.context.grant_permissions(["clipboard-read", "clipboard-write"])
    office.add_init_script("navigator.share = async ({ url }) => { window.handed = url; }")
    link = invite(office, server)
    office.get_by_role("button", name="Copy the link").click()
    office.get_by_text("Copied. The clipboard keeps it").wait_for()
    assert office.evaluate("navigator.clipboard.readText()") == link
    office.get_by_role("button", name="Share the link").click()
    assert office.evaluate("window.handed") == link


def test_a_browser_that_can_do_neither_offers_neither(server: Server, office: Page) -> None:
    office.add_init_script("delete Navigator.prototype.clipboard; delete Navigator.prototype.share;")
    assert invite(office, server)
    assert office.locator("#copy:visible, #share:visible").count() == 0
