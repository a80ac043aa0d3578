"""Pages of results for eyes that need more: text of twice the size, forced colours, and paper; nothing is cut or lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from survey.languages import languages
from tests.browser.axe import is_turn_of
from tests.browser.readers.conftest import LATER, PHONE, signed_in
from tests.browser.readers.test_reader_pages import DISTRICT_LATER, PAGES, READ, SHEET

pytestmark = pytest.mark.browser

#: What is wider than the element it is in, where nothing scrolls and so a part of it cannot be reached.
CUT = """() => [...document.querySelectorAll("main *")].filter(one => {
  const style = getComputedStyle(one);
  if (one.closest(".unseen, svg") || style.display === "inline" || !one.clientWidth) return false;
  return one.scrollWidth > one.clientWidth + 1 && style.overflowX !== "auto" && style.overflowX !== "visible"
    || style.overflowX === "visible" && one.matches(".box, .points, details, summary") && one.scrollWidth > one.clientWidth + 1
      && !one.querySelector(".scroll");
}).map(one => `cut: ${one.tagName}.${one.className} ${one.textContent.trim().slice(0, 40)}`)"""
#: Signs and lines of pictures that have the colour of the page behind them, but for numerals on bars.
LOST = """() => {
  const paper = getComputedStyle(document.body).backgroundColor;
  const shown = [...document.querySelectorAll("main svg :is(circle, rect, path, line, polygon, text)")];
  const seen = (colour) => colour && colour !== "none" && colour !== paper && !/^rgba.*, 0\\)$/.test(colour);
  const bars = [...document.querySelectorAll("main svg rect")].filter(one => seen(getComputedStyle(one).fill));
  const onBar = (box) => bars.map(one => one.getBoundingClientRect()).some(bar =>
    bar.left <= box.left && box.right <= bar.right && bar.top <= (box.top + box.bottom) / 2 && (box.top + box.bottom) / 2 <= bar.bottom);
  return shown.filter(one => {
    const style = getComputedStyle(one), box = one.getBoundingClientRect();
    return box.width + box.height > 0 && !one.closest("defs") && !seen(style.fill) && !seen(style.stroke) && !onBar(box);
  }).map(one => `lost: ${one.outerHTML.slice(0, 90)}`);
}"""


@pytest.fixture(params=list(languages()))
def reader(request: pytest.FixtureRequest, chromium: Browser, address: str):
    """A page that is signed in, in one language."""
    context = chromium.new_context(viewport=PHONE)
    page = context.new_page()
    signed_in(page, address, request.param)
    yield page, address
    context.close()


def _opened(page: Page, address: str, name: str) -> None:
    page.goto(address + PAGES[name])
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")


def test_nothing_is_cut_where_text_is_twice_as_large(reader: tuple[Page, str]) -> None:
    page, home = reader
    wrong = {}
    shown = page.locator("html").get_attribute("lang") or ""
    for name in READ:
        if not is_turn_of(shown, f"enlarged {name}"):
            continue
        _opened(page, home, name)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        for width in (PHONE["width"], 1280):
            page.set_viewport_size({"width": width, "height": 900})
            found = page.evaluate(CUT)
            if page.evaluate("document.documentElement.scrollWidth") > width:
                found.append("the page scrolls sideways")
            wrong[name, width] = found
    assert {place: found for place, found in wrong.items() if found} == {}


def test_nothing_scrolls_sideways_while_the_font_is_on_its_way(reader: tuple[Page, str]) -> None:
    """Over a slow line the page is shown in another font first, whose letters are wider."""
    page, home = reader
    page.route("**/*.woff2", lambda route: route.abort())
    wide = {}
    for name in ("results", "provinces", "coverage"):
        _opened(page, home, name)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        wide[name] = page.evaluate("document.documentElement.scrollWidth")
    assert wide == dict.fromkeys(wide, PHONE["width"])


def test_every_sign_of_a_picture_is_seen_in_forced_colours(chromium: Browser, address: str) -> None:
    context = chromium.new_context(viewport=PHONE, forced_colors="active")
    page = context.new_page()
    signed_in(page, address, "en")
    for name in READ:
        _opened(page, address, name)
        assert page.evaluate("matchMedia('(forced-colors: active)').matches")
        assert page.evaluate(LOST) == [], name
    context.close()


def test_nothing_is_cut_on_paper(reader: tuple[Page, str]) -> None:
    page, home = reader
    page.emulate_media(media="print")
    page.set_viewport_size(SHEET)
    for path in (DISTRICT_LATER, f"/results/{LATER}"):
        page.goto(home + path)
        assert page.evaluate(CUT) == [], path
