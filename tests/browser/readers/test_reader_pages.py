"""The pages of coordinators, reviewers and administrators in real Chromium: a small phone, three languages, paper."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from survey.app import create_app
from survey.languages import languages
from survey.settings import Settings
from tests.browser.axe import WHOLE, is_turn_of, is_whole, violations, violations_in_turn
from tests.browser.photographs import photograph
from tests.browser.readers.conftest import LATER, PHONE, signed_in
from tests.survey.conftest import CLOSED, OPEN
from tests.survey.publication.paper.poppler import facts_of, text_of

pytestmark = pytest.mark.browser

DESK = {"width": 1100, "height": 800}
#: Addresses that a signed-in reader has no use for: they lead on, are looked at before, or have tests of their own.
ELSEWHERE = {
    "/",
    "/administration/targets.csv",
    "/administration/questionnaires/<edition>/file",
    "/sign-in",
    "/welcome/<secret>",
    "/form",
    "/form/withdraw",
    "/static/<path:filename>",
}
DISTRICT_LATER = f"/results/{LATER}/district/bannu"
#: Page → what it shows; every one is opened by an administrator.
PAGES = {
    "newest-coverage": "/coverage",
    "coverage": f"/coverage/{CLOSED}",
    "results": "/results",
    "results-of-a-round": f"/results/{CLOSED}",
    "question": f"/results/{CLOSED}/question/saf_day",
    "question-by-province": f"/results/{LATER}/question/saf_day?level=province&group=woman",
    "question-of-choices": f"/results/{LATER}/question/private",
    "index": f"/results/{LATER}/indicator/index:safety",
    "gap": f"/results/{LATER}/indicator/gap:gap_money",
    "ratio": f"/results/{LATER}/indicator/ratio:on_time",
    "district": f"/results/{CLOSED}/district/peshawar",
    "hidden": f"/results/{CLOSED}/district/awaran",
    "provinces": f"/results/{CLOSED}/provinces",
    "interviewers": f"/results/{CLOSED}/interviewers",
    "later": f"/results/{LATER}",
    "later-district": DISTRICT_LATER,
    "change": f"/results/{LATER}/change/{CLOSED}",
    "actions": f"/results/{LATER}/district/peshawar/actions",
    "what-became-of-actions": f"/results/{LATER}/district/peshawar",
    "kinds-of-action": "/administration/action-kinds",
    "phones": "/phones",
    "plan": "/administration/plan",
    "releases": "/administration/releases",
    "rules": "/administration/rules",
    "released": f"/administration/releases/{CLOSED}",
    "safeguarding": f"/administration/safeguarding/{CLOSED}",
    "account": "/account",
    "rounds": "/administration",
    "open-round": "/administration/open-round",
    "round": f"/administration/rounds/{OPEN}",
    "late": f"/administration/rounds/{CLOSED}",
    "aims": f"/administration/rounds/{OPEN}/aims",
    "close": f"/administration/rounds/{OPEN}/close",
    "close-now": f"/administration/rounds/{OPEN}/close-without-waiting",
    "leave-out": f"/administration/rounds/{OPEN}/leave-out",
    "purge": f"/administration/rounds/{CLOSED}/purge",
    "accounts": "/administration/accounts",
    "add-account": "/administration/add-account",
    "one-account": "/administration/accounts/zarmina",
    "questionnaires": "/administration/questionnaires",
    "published-questionnaire": "/administration/questionnaires/1",
    "preview": "/administration/questionnaires/1/preview?form=woman:ur",
    "local-bodies": "/administration/local-body",
    "local-body": "/administration/local-body/bannu",
    "consent-texts": "/administration/consent",
    "consent-text": "/administration/consent/complaints",
    "audit": "/administration/audit",
    "not-there": "/nowhere",
}

#: What a meeting reads, and one page of each other kind.
READ = ("results", "district", "provinces", "question", "index", "gap", "change", "actions", "coverage")
#: Each place where the name of a round, or a day, stands on more than one line.
BROKEN_NAMES = r"""names => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const wanted = new RegExp([...names, "\\d{4}-\\d\\d-\\d\\d"].join("|"), "g");
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.parentElement.closest("option, script, .unseen")) continue;
    for (const one of node.data.matchAll(wanted)) {
      const range = document.createRange();
      range.setStart(node, one.index);
      range.setEnd(node, one.index + one[0].length);
      const lines = new Set([...range.getClientRects()].filter(box => box.width > 1).map(box => Math.round(box.top)));
      if (lines.size > 1) found.push(`broken: ${one[0]} in ${node.data.trim().slice(0, 80)}`);
    }
  }
  return found;
}"""
#: The tables whose first column of figures is cut off before anybody scrolls; what is folded is opened first.
CUT_FIGURES = """() => [...document.querySelectorAll("details")].forEach(one => one.open = true) ?? [...document.querySelectorAll(".scroll")].filter(scroll => {
  const figure = scroll.querySelector("td .meter, td.index span")?.closest("td");
  if (!figure) return false;
  const [box, frame] = [figure.getBoundingClientRect(), scroll.getBoundingClientRect()];
  return box.left < frame.left - 1 || box.right > frame.right + 1;
}).map(scroll => `cut: ${scroll.innerText.slice(0, 60)}`)"""
#: Links and buttons whose words lose the space before a name: a flex box makes a box of each run of text.
LOST_SPACES = r"""() => [...document.querySelectorAll("a, button")].filter(one =>
  getComputedStyle(one).display.includes("flex") &&
  [...one.childNodes].some(node => node.nodeType === Node.TEXT_NODE && /\S/.test(node.data) &&
    (/\s$/.test(node.data) && node.nextElementSibling || /^\s/.test(node.data) && node.previousElementSibling))
).map(one => `a lost space: ${one.textContent}`)"""
#: Tables in the boxes of a briefing that have to be scrolled sideways, all of them unfolded.
SIDEWAYS = """() => {
  document.querySelectorAll(".box details").forEach(one => { one.open = true });
  return [...document.querySelectorAll(".box .scroll, .box")].filter(one => one.scrollWidth > one.clientWidth + 1)
    .map(one => `sideways: ${one.innerText.slice(0, 60)}`);
}"""
#: Cells whose lines do not lie at one edge: what turns its direction turns its ends too.
UNEVEN = """(() => {
  const edge = document.documentElement.dir === "rtl" ? "left" : "right";
  // Of a block the range itself would give the whole width.
  const words = (node) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    return node.nodeType === Node.TEXT_NODE ? [...range.getClientRects()] : [...node.childNodes].flatMap(words);
  };
  const lines = (cell) => {
    const boxes = words(cell).filter((box) => box.width > 1 && box.height > 5);
    const rows = boxes.sort((a, b) => a.top - b.top).reduce((found, box) => {
      const last = found.at(-1);
      if (last && box.top < last.bottom - 4) {
        last.left = Math.min(last.left, box.left);
        last.right = Math.max(last.right, box.right);
      } else found.push({ left: box.left, right: box.right, bottom: box.bottom });
      return found;
    }, []);
    return rows.map((row) => row[edge]);
  };
  document.querySelectorAll("details").forEach((one) => { one.open = true; });
  return [...document.querySelectorAll("td.number")].filter((cell) => {
    const edges = lines(cell);
    return edges.length > 1 && Math.max(...edges) - Math.min(...edges) > 3;
  }).map((cell) => `uneven: ${cell.innerText.slice(0, 60)} ${lines(cell).map(Math.round)}`).slice(0, 3);
})()"""
#: Anything to tap that is less than 48 pixels high.
SMALL_TARGETS = """[...document.querySelectorAll("button, a.button, label.option, select")]
  .filter((one) => one.checkVisibility({ visibilityProperty: true }))
  .map((one) => [one.innerText, one.getBoundingClientRect().height])
  .filter(([, height]) => 0 < height && height < 48).map(([text]) => text)"""
#: What sticks out of a sheet of A4 without its margins, in pixels of print.
SHEET = {"width": 710, "height": 1050}
STICKS_OUT = """() => [...document.querySelectorAll("main *")].filter(one => {
  const box = one.getBoundingClientRect();
  return box.width > 1 && !one.closest(".unseen") && (box.left < -1 || box.right > document.documentElement.clientWidth + 1);
}).map(one => `cut: ${one.tagName} ${one.textContent.slice(0, 40)}`)"""


def look(page: Page, language: str, name: str) -> list[str]:
    """What is wrong with the page that is open, with its style sheet: a press does not wait for that."""
    page.wait_for_load_state()
    photograph(page, f"{language}-page-{name}")
    found = [f"{rule}: {elements[0][:120]}" for rule, elements in violations_in_turn(page, name).items()]
    if page.locator("html").get_attribute("dir") != languages()[language].direction:
        found.append("the wrong direction")
    found += page.evaluate(BROKEN_NAMES, [CLOSED, OPEN, LATER])
    found += page.evaluate(CUT_FIGURES)
    found += page.evaluate(LOST_SPACES)
    found += page.evaluate(SIDEWAYS)
    found += page.evaluate(UNEVEN)
    width = page.evaluate("document.documentElement.scrollWidth")
    if width > PHONE["width"]:
        found.append(f"{width} pixels wide")
    return found + [f"too small to tap: {text}" for text in page.evaluate(SMALL_TARGETS)]


def test_what_axe_finds_is_told(chromium: Browser):
    page = chromium.new_page()
    page.set_content("<html lang=en><title>1</title><main><h1>1</h1><img src=1><img src=2></main>")
    for _ in range(2):
        assert violations(page) == {"image-alt": ['<img src="1">', '<img src="2">']}
    page.close()


def test_every_page_has_the_turn_of_one_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(WHOLE, raising=False)
    turns = {name: [code for code in languages() if is_turn_of(code, name)] for name in PAGES}
    assert {len(codes) for codes in turns.values()} == {1}
    assert {codes[0] for codes in turns.values()} == set(languages())
    assert is_turn_of("ur-PK", "plan") == is_turn_of("ur", "plan")
    monkeypatch.setenv(WHOLE, "1")
    assert all(is_turn_of(code, name) for code in languages() for name in PAGES)


def test_every_address_is_among_the_pages_or_elsewhere(tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'survey.sqlite'}"
    addresses = create_app(Settings(home=tmp_path, database_url=url)).url_map
    shown = addresses.bind("127.0.0.1")
    opened = {
        str(shown.match(path.partition("?")[0], return_rule=True)[0])
        for path in PAGES.values()
        if path != "/nowhere"
    }
    known = {
        str(rule)
        for rule in addresses.iter_rules()
        if "GET" in (rule.methods or ()) and not str(rule).startswith(("/api/", "/notes/", "/rounds/"))
    }
    assert known == opened | ELSEWHERE


@pytest.mark.parametrize("language", list(languages()))
def test_every_page_on_a_small_phone(chromium: Browser, address: str, language: str):
    context = chromium.new_context(viewport=PHONE)
    page = context.new_page()
    page.goto(f"{address}/sign-in")
    page.locator(f'button[name=language][value="{language}"]').click()
    wrong = {"sign-in": look(page, language, "sign-in")}
    page.goto(f"{address}/welcome/a-link")
    wrong["welcome"] = look(page, language, "welcome")
    signed_in(page, address, language)
    for name, path in PAGES.items():
        # A meeting reads in the languages of its district; whoever administers sees one page at a time.
        if is_turn_of(language, name) or (name in READ and language != "en"):
            page.goto(address + path)
            wrong[name] = look(page, language, name)
    context.close()
    assert {name: several for name, several in wrong.items() if several} == {}


@pytest.mark.parametrize("language", ["en", "ur"])
def test_names_that_hardly_fit_and_names_that_never_do(chromium: Browser, address: str, language: str):
    context = chromium.new_context(viewport=PHONE)
    page = context.new_page()
    signed_in(page, address, language)
    page.goto(f"{address}/administration/rounds/{OPEN}/leave-out")
    names = page.locator("bdi.name")
    assert names.count() >= 2
    for name in ("2026-11-of-all-districts", "one-" * 30):
        names.evaluate_all("(several, name) => several.forEach(one => { one.textContent = name })", name)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        assert (page.evaluate(BROKEN_NAMES, [name]) == []) == (len(name) < 30)
    context.close()


def test_a_refused_form_on_a_small_phone(chromium: Browser, address: str):
    context = chromium.new_context(viewport=PHONE)
    page = context.new_page()
    signed_in(page, address, "ur")
    page.goto(f"{address}/administration/add-account")
    page.locator("main button[type=submit]").last.click()
    assert look(page, "ur", "refused") == []
    assert violations(page) == {}
    assert page.evaluate("document.activeElement.id") == "errors"
    page.locator("#errors a").first.click()
    assert page.evaluate("document.activeElement.id") == "role-0"
    context.close()


@pytest.mark.parametrize("language", list(languages()))
def test_what_a_plan_gives_on_a_small_phone(chromium: Browser, address: str, language: str):
    context = chromium.new_context(viewport=PHONE)
    page = context.new_page()
    signed_in(page, address, language)
    page.goto(f"{address}/administration/plan")
    page.locator("#interviews").fill("900")
    page.locator("#workers").fill("1")
    page.locator("main form button[type=submit]").click()
    page.wait_for_selector("#changes")
    assert look(page, language, "plan-worked-out") == []
    context.close()


# Every page is judged light on a phone.
@pytest.mark.parametrize("scheme", ["light", "dark"] if is_whole() else ["dark"])
def test_pages_on_a_desk(chromium: Browser, address: str, scheme: str):
    context = chromium.new_context(viewport=DESK, color_scheme=scheme)
    page = context.new_page()
    signed_in(page, address, "en")
    for name in ("coverage", "question", "district", "later", "rounds", "add-account"):
        page.goto(address + PAGES[name])
        photograph(page, f"{scheme}-{name}")
        assert violations(page) == {}
    context.close()


@pytest.mark.parametrize("language", list(languages()))
def test_a_district_is_one_sheet_of_paper_with_nothing_cut(chromium: Browser, address: str, language: str):
    context = chromium.new_context(viewport=DESK)
    page = context.new_page()
    signed_in(page, address, language)
    page.goto(address + DISTRICT_LATER)
    sheet = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", sheet)) == 1
    page.set_viewport_size(SHEET)
    page.emulate_media(media="print")
    assert page.evaluate(STICKS_OUT) == []
    assert not page.locator("nav").first.is_visible()
    assert not page.locator(".actions a").first.is_visible()
    assert page.locator(".picture:visible").count() == 4
    assert page.locator(".claim").is_visible()
    foot = page.locator("footer").inner_text()
    assert LATER in foot
    assert re.search(r"\d{4}-\d\d-\d\d.*[0-9a-f]{16}", foot, re.DOTALL)
    context.close()


@pytest.mark.parametrize("language", list(languages()))
def test_a_round_is_two_sheets_of_paper_with_nothing_cut(chromium: Browser, address: str, language: str):
    context = chromium.new_context(viewport=DESK)
    page = context.new_page()
    signed_in(page, address, language)
    page.goto(f"{address}/results/{LATER}")
    sheets = page.pdf(prefer_css_page_size=True)
    number = int(facts_of(sheets)["Pages"])
    assert number <= 2
    # What is at the foot never takes a sheet of its own.
    assert len(text_of(sheets, "-f", str(number)).splitlines()) > 10
    page.set_viewport_size(SHEET)
    page.emulate_media(media="print")
    assert page.evaluate(STICKS_OUT) == []
    context.close()


def test_an_account_is_added_with_the_keyboard_alone(chromium: Browser, address: str):
    context = chromium.new_context(viewport=PHONE)
    page = context.new_page()
    signed_in(page, address, "en")
    page.goto(f"{address}/administration/add-account")
    page.locator("#role-0").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("W42")
    for _ in ("a woman", "all districts"):
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_selector("#password")
    assert "W42" in page.locator("h1").inner_text()
    context.close()
