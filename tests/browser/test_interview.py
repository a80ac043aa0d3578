"""The form in real Chromium with JavaScript switched off, on a small phone, in three languages."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, Response, Route
from werkzeug.serving import make_server

from survey.accounts import sign_in
from survey.app import create_app
from survey.languages import languages
from survey.questionnaire import xlsform
from survey.questionnaire.model import Questionnaire
from survey.settings import NEWEST_SHIPPED, Settings
from survey.storage import questionnaires
from survey.storage.engine.database import Database, migrate
from survey.storage.field import coverage, rounds
from survey.storage.people import accounts
from survey.storage.scope import Scope
from tests.browser.axe import in_turn, is_turn_of, violations
from tests.browser.photographs import photograph

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 720}
#: A text that takes more lines than this pushes the answers off a screen of 360 px.
MOST_LINES = {"option": 3, "question": 7}
#: The number of lines of the text of each element, for each selector.
LINES = """(selectors) => selectors.map((one) => [...document.querySelectorAll(one)].map((element) => {
  const range = document.createRange();
  range.selectNodeContents(element);
  const words = [...range.getClientRects()].filter((box) => box.width > 1 && box.height > 5);
  const tops = [...new Set(words.map((box) => Math.round((box.top + box.bottom) / 2)))].sort((a, b) => a - b);
  return [tops.filter((top, at) => at === 0 || top - tops[at - 1] > 8).length, element.innerText];
}))"""
#: What can be tapped, and those of it that are too small for a finger.
TARGETS = "button:visible, a.button:visible, label.option:visible, select:visible"
SMALL = """(targets) => targets.filter((one) => {
  const { width, height } = one.getBoundingClientRect();
  return one.getAttribute("aria-hidden") !== "true" && Math.min(width, height) < 48;
}).map((one) => one.outerHTML)"""
PASSWORD = "four quiet words here"
ROUND = "2026-autumn"


@dataclass(frozen=True)
class Field:
    """A served survey with an open round and a woman who works in Bannu."""

    address: str
    database: Database
    questionnaire: Questionnaire

    def done(self) -> int:
        """Women's interviews in Bannu, as coverage counts them."""
        counted = coverage.interviews(self.database, Scope.of(["bannu"]), ROUND)
        return sum(one.interviews for one in counted if (one.district, one.group) == ("bannu", "woman"))


@pytest.fixture(scope="module")
def field(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Field]:
    """A server of its own, in a thread."""
    home = tmp_path_factory.mktemp("field")
    url = f"sqlite:///{home / 'survey.sqlite'}"
    migrate(url)
    settings = Settings(home=home, database_url=url)
    database = Database(url, home)
    questionnaire = xlsform.read(NEWEST_SHIPPED)
    rounds.start(database, ROUND, questionnaires.publish(database, questionnaire), {("bannu", "woman"): 30})
    accounts.add(
        database,
        "worker",
        "W1",
        woman=True,
        districts=("bannu",),
        password_hash=sign_in.hash_password(PASSWORD),
    )
    server = make_server("127.0.0.1", 0, create_app(settings), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Field(f"http://127.0.0.1:{server.server_port}", database, questionnaire)
    server.shutdown()
    thread.join()
    server.server_close()
    database.close()


class Worker:
    """A field worker at her phone: she reads, taps, and every page is looked at."""

    def __init__(self, page: Page, inspector: Page, field: Field, language: str) -> None:
        self.page = page
        self.inspector = inspector
        page.on("response", self._remember)
        inspector.route("**/*", self._repeat)
        self.field = field
        self.language = language
        self.seen = 0

    def _remember(self, reply: Response) -> None:
        if reply.request.resource_type == "document" and reply.status < 300:
            self.document = reply

    def _repeat(self, route: Route) -> None:
        if route.request.resource_type == "document":
            route.fulfill(body=self.document.body(), content_type="text/html; charset=utf-8")
        else:
            route.continue_()

    def check_access(self) -> None:
        """Let axe judge the same page in a browser that runs scripts, which axe needs."""
        self.inspector.goto(f"{self.field.address}/the-same-page")
        assert violations(self.inspector) == {}

    def look(self) -> None:
        """Hold the page to what every page must be, and take a picture."""
        self.seen += 1
        # A press waits for the page and not for its style sheet.
        self.page.wait_for_load_state()
        photograph(self.page, f"{self.language}-{self.seen:02}")
        if is_turn_of(self.language, f"page {self.seen}"):
            self.check_access()
        html = self.page.locator("html")
        assert html.get_attribute("dir") == languages()[self.language].direction
        width = self.page.evaluate("document.documentElement.scrollWidth")
        assert width <= PHONE["width"], f"the page is {width} pixels wide"
        targets = self.page.locator(TARGETS)
        assert targets.count()
        assert targets.evaluate_all(SMALL) == []
        options, questions = self.page.evaluate(LINES, ["label.option", "fieldset > legend"])
        assert [one for one in options if one[0] > MOST_LINES["option"]] == []
        assert [one for one in questions if one[0] > MOST_LINES["question"]] == []

    def sign_in(self) -> None:
        """Open the address, choose the language, sign in."""
        self.page.goto(f"{self.field.address}/sign-in")
        self.page.locator(f'button[name=language][value="{self.language}"]').click()
        self.page.locator("#name").fill("W1")
        self.page.locator("#password").fill(PASSWORD)
        self.page.locator("main form button").click()
        self.look()

    def begin(self) -> None:
        """Choose the women's form; district, mode and "it counts" are chosen already."""
        self.tap("p_group", "woman")
        self.press("begin")

    def tap(self, name: str, *values: str) -> None:
        """Tap answers."""
        for value in values:
            self.page.locator(f'label.option:has(input[name="{name}"][value="{value}"])').click()

    def press(self, button: str) -> None:
        """Press a button of the form and look at what comes."""
        self.page.locator(f'button[name=do][value="{button}"]:not([aria-hidden])').click()
        self.look()

    def withdraw(self, code: str) -> None:
        """Delete an interview with the code that its last page showed."""
        self.page.goto(f"{self.field.address}/form/withdraw")
        self.look()
        self.page.locator("#code").fill(code)
        self.page.locator("main form button").click()
        self.look()

    def questions(self) -> list[str]:
        """The questions on the page."""
        names = self.page.locator("input[name^='q-']").evaluate_all("found => found.map(one => one.name)")
        return [name.removeprefix("q-") for name in dict.fromkeys(names)]

    def onward(self) -> str:
        """The button that leads on; the private questions are answered by the person alone."""
        places = {"/hand-over": "hand:alone", "/hand-back": "resume"}
        return places.get(str(self.page.locator("input[name=page]").get_attribute("value")), "continue")

    def answer_page(self, wanted: dict[str, tuple[str, ...]]) -> None:
        """Tap the wanted answers, and the second option everywhere else."""
        for name in self.questions():
            options = self.page.locator(f'input[name="q-{name}"]').evaluate_all(
                "found => found.map(one => one.value)"
            )
            self.tap(f"q-{name}", *wanted.get(name, (options[1],)))


WANTED = {
    "c_agree": ("yes",),
    "p_gender": ("woman",),
    "p_age": ("30_44",),
    "s_private": ("alone",),
    "i_got": ("money", "education"),
    "i_want1": ("job",),
    "i_want2": ("health",),
    "i_effect": ("good_feeling",),
}


@pytest.fixture
def worker(chromium: Browser, field: Field, request: pytest.FixtureRequest) -> Iterator[Worker]:
    """A woman with a small phone without JavaScript, reading the language of the test."""
    phone = {"viewport": PHONE, "has_touch": True, "is_mobile": True}
    without, scripted = (
        chromium.new_context(java_script_enabled=False, **phone),
        chromium.new_context(**phone),
    )
    for context in (without, scripted):
        context.set_default_timeout(10_000)
    yield Worker(without.new_page(), scripted.new_page(), field, request.param)
    without.close()
    scripted.close()


@pytest.mark.parametrize("worker", in_turn("a form"), indirect=True)
def test_a_woman_worker_completes_a_womans_interview_and_deletes_it_with_its_code(worker: Worker) -> None:
    before = worker.field.done()
    worker.sign_in()
    worker.begin()
    worker.press("continue")
    assert worker.page.locator("#errors a").count() == 1
    while worker.page.locator('button[value="submit"]').count() == 0:
        worker.answer_page(WANTED)
        worker.press(worker.onward())
        assert worker.page.locator("#errors").count() == 0
    worker.press("pause")
    worker.press("resume")
    worker.press("submit")
    code = worker.page.locator("#code").inner_text()
    assert len(code) == 10
    assert worker.field.done() == before + 1
    worker.withdraw(code)
    assert worker.field.done() == before


@pytest.mark.parametrize("worker", ["ur"], indirect=True)
def test_the_enter_key_goes_on_and_does_not_change_the_language(worker: Worker) -> None:
    worker.sign_in()
    worker.begin()
    worker.tap("q-c_agree", "yes")
    worker.page.locator('input[name="q-c_agree"][value="yes"]').press("Enter")
    worker.look()
    assert worker.questions() == ["p_age", "p_gender", "p_settle"]
    assert worker.page.locator("html").get_attribute("lang") == "ur-PK"


@pytest.mark.parametrize("worker", ["ur"], indirect=True)
def test_a_page_prints_without_buttons_and_with_its_questions(worker: Worker) -> None:
    worker.sign_in()
    worker.begin()
    worker.tap("q-c_agree", "yes")
    worker.press("continue")
    worker.page.emulate_media(media="print")
    photograph(worker.page, f"{worker.language}-print")
    assert not worker.page.locator("button:visible").count()
    assert worker.page.locator("label.option:visible").count() == len(
        worker.page.locator("input[type=radio]").all()
    )
