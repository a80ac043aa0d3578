"""Drawn lengths are their figures: on one page, in every language and size, a bar is as long as the number it stands for."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from survey.app import create_app
from survey.questionnaire import xlsform
from survey.settings import PROJECT, Settings
from survey.storage.engine.database import Database, migrate
from tests.browser.axe import is_whole
from tests.browser.phone import Phone
from tests.support import earlier_survey
from tests.support.running import free_port

pytestmark = pytest.mark.browser

ROUND = "2026-early"
#: Page → who opens it.
PAGES = {
    f"/results/{ROUND}/question/saf_day": "reviewer",
    f"/results/{ROUND}/question/i_got/money": "reviewer",
    "/coverage/2026-autumn": "boss",
}
SIZES = {"desk": {"width": 1440, "height": 900}, "phone": {"width": 360, "height": 720}}
#: What a pixel may be off, for the screen has no halves.
PIXEL = 0.75
#: Every drawn length of the page with the figure it stands for, and whether it begins where lines begin.
DRAWN = """() => (document.querySelectorAll("details").forEach((one) => { one.open = true }), [
  ...document.querySelectorAll("svg:not(.picture) rect"),
]).map((rect) => {
  const frame = rect.closest("svg").getBoundingClientRect(), drawn = rect.getBoundingClientRect();
  const rtl = getComputedStyle(rect.closest("svg").parentElement).direction === "rtl";
  const text = rect.closest("svg").getAttribute("aria-label") || rect.closest("td, label").innerText;
  return {
    pixels: Math.min(drawn.right, frame.right) - Math.max(drawn.left, frame.left),
    whole: frame.width, begins: rtl ? frame.right - drawn.right : drawn.left - frame.left, text,
  };
})"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server over the earlier survey, which has released rounds and targets."""
    home = earlier_survey.unpack("home.tar.xz", tmp_path_factory.mktemp("drawn") / "home")
    url, port = f"sqlite:///{home / 'survey.sqlite'}", free_port()
    migrate(url)
    database = Database(url, home)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    settings = Settings(home=home, database_url=url, port=port)
    server = make_server("127.0.0.1", port, create_app(settings, database), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{port}"
    server.shutdown()
    server.server_close()
    database.close()


@pytest.fixture
def page(chromium: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A browser in the language and of the size of the test."""
    language, size = request.param
    context = chromium.new_context(viewport=SIZES[size])
    context.add_cookies([{"name": "language", "value": language, "url": address}])
    made = context.new_page()
    made.set_default_timeout(10_000)
    yield made
    context.close()


def sign_in(page: Page, address: str, name: str) -> None:
    page.goto(f"{address}/sign-in")
    page.locator("input[name=name]").fill(name)
    page.locator("input[name=password]").fill(earlier_survey.known("sqlite")["password"])
    with page.expect_navigation():
        page.locator("form button[type=submit]").last.click()


def figure_of(text: str) -> int:
    """The percentage in a cell: the first number before a per cent sign."""
    found = re.search(r"(\d+)%\)?", text)
    assert found, text
    return int(found[1])


def judge(drawn: list[dict[str, Any]], figures: list[float]) -> None:
    """Every length is its figure on the one scale of the page."""
    assert {round(one["whole"], 1) for one in drawn} == {round(drawn[0]["whole"], 1)}
    scale = max(one["pixels"] / figure for one, figure in zip(drawn, figures, strict=True) if figure >= 50)
    off = [
        (one["text"], one["pixels"], figure * scale)
        for one, figure in zip(drawn, figures, strict=True)
        if abs(one["pixels"] - figure * scale) > PIXEL
    ]
    assert off == []
    assert all(one["begins"] < 2 for one in drawn)


#: Pages of pictures, whose lengths are measured number by number where they are made.
PICTURED = (f"/results/{ROUND}", f"/results/{ROUND}/district/bannu", f"/results/{ROUND}/district/quetta")
#: How many pixels a unit of each picture has, across and down, and whether it is as wide as its place or less.
SCALES_OF_PICTURES = """() => [...document.querySelectorAll("svg.picture")].map((picture) => {
  const drawn = picture.getBoundingClientRect(), whole = picture.viewBox.baseVal;
  return { across: drawn.width / whole.width, down: drawn.height / whole.height, right: drawn.right, left: drawn.left };
})"""

#: Each direction and each size once, or in `make journeys` each with the other.
SEEN = [(language, size) for language in ("en", "ur") for size in SIZES]
SEEN = SEEN if is_whole() else [("en", "desk"), ("ur", "phone")]


@pytest.mark.parametrize("page", SEEN, indirect=True, ids="-".join)
def test_a_bar_is_as_long_as_its_figure(page: Page, address: str) -> None:
    for name in ("reviewer", "boss"):
        sign_in(page, address, name)
        for one in [one for one, who in PAGES.items() if who == name]:
            page.goto(address + one)
            drawn = page.evaluate(DRAWN)
            assert drawn, one
            judge(drawn, [min(figure_of(bar["text"]), 100) for bar in drawn])
        page.context.clear_cookies(name="s")


@pytest.mark.parametrize("page", SEEN, indirect=True, ids="-".join)
def test_pictures_keep_their_shape_and_are_of_one_scale(page: Page, address: str) -> None:
    sign_in(page, address, "reviewer")
    for one in PICTURED:
        page.goto(address + one)
        drawn = page.evaluate(SCALES_OF_PICTURES)
        assert drawn, one
        assert [found for found in drawn if abs(found["across"] - found["down"]) > 0.01] == []
        assert max(found["across"] for found in drawn) - min(found["across"] for found in drawn) < 0.01
        width = page.evaluate("document.documentElement.clientWidth")
        assert all(-PIXEL < found["left"] <= found["right"] < width + PIXEL for found in drawn), one


@pytest.mark.parametrize("page", SEEN, indirect=True, ids="-".join)
def test_a_bar_beside_an_answer_is_as_long_as_its_score(page: Page, address: str) -> None:
    sign_in(page, address, "W02")
    page.goto(f"{address}/form")
    page.locator('select[name="district"]').select_option("zhob")
    tap(page, "p_group", "member")
    press(page, "begin")
    for name, value in {"c_agree": "yes", "p_age": "30_44"}.items():
        tap(page, f"q-{name}", value)
        press(page, "continue")
    drawn = page.evaluate(DRAWN)
    judge(drawn, [float(SCORES[value]) for value in page.evaluate(NAMES)])


def tap(page: Page, name: str, value: str) -> None:
    page.locator(f'label.option:has(input[name="{name}"][value="{value}"])').click()


def press(page: Page, button: str) -> None:
    """Press a button and wait for the whole next page: what is measured before its styles are there means nothing."""
    with page.expect_navigation():
        page.locator(f'button[name=do][value="{button}"]:not([aria-hidden])').click()


#: The options beside the bars of a page.
NAMES = """() => [...document.querySelectorAll("svg rect")].map(
  (rect) => rect.closest("label").querySelector("input").value || rect.closest("label").htmlFor)"""
#: Scores of the options of the scales that are asked first.
SCORES = {
    option.name: option.score
    for question in xlsform.read(PROJECT / "questionnaires" / "community_security.md").pages[3].questions
    for option in question.choices
    if option.score is not None
}


@pytest.mark.parametrize("language", ["English", "اردو"])
def test_a_bar_on_the_phone_is_as_long_as_its_score(phone: Phone, language: str) -> None:
    phone.speak(language)
    phone.begin(district="Zhob" if language == "English" else "ژوب", form="W")
    phone.answer_until("saf_day")
    assert phone.asked() == "saf_day"
    for size in SIZES.values():
        phone.page.set_viewport_size(size)
        judge(phone.page.evaluate(DRAWN), [float(SCORES[value]) for value in phone.page.evaluate(NAMES)])


def test_every_drawn_length_is_measured_here() -> None:
    """Whoever draws another bar adds its page to these tests."""
    places = [*(PROJECT / "templates").rglob("*.html"), *(PROJECT / "static" / "js").rglob("*.js")]
    drawing = {file.name for file in places if re.search(r"<rect|\"rect\"|<meter", file.read_text("utf-8"))}
    styled = {file.name for file in places if re.search(r"style=|\.style\b", file.read_text("utf-8"))}
    assert drawing == {"figure.html", "index.html", "field.html", "options.js"}
    assert styled == set()
