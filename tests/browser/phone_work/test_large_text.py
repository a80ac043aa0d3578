"""Every screen with letters of twice the size, on its side, and in colours that the reader forces."""

from __future__ import annotations

import pytest

from survey.questionnaire import xlsform
from survey.settings import NEWEST_SHIPPED
from survey.storage import questionnaires
from survey.storage.field import rounds
from tests.browser.conftest import MakePhone
from tests.browser.phone import Phone, Server
from tests.browser.photographs import photograph

pytestmark = pytest.mark.browser

ROUND = "2026-2"
#: The largest part of a screen that stays where it is while the rest is scrolled.
MOST_FIXED = 0.25
UPRIGHT, ON_ITS_SIDE = {"width": 360, "height": 720}, {"width": 640, "height": 360}
LARGE = "(size) => { document.documentElement.style.fontSize = size; }"
#: What scrolling to a side would be needed for, and what of the screen stays where it is while the rest is scrolled.
WIDE = """[...document.querySelectorAll("body *")]
  .filter((one) => one.getBoundingClientRect().right > innerWidth + 1 || one.getBoundingClientRect().left < -1)
  .filter((one) => !one.closest(".code"))
  .map((one) => `${one.tagName}.${one.className}: ${one.textContent.trim().slice(0, 40)}`)"""
FIXED = """[...document.querySelectorAll("body *")]
  .filter((one) => ["sticky", "fixed"].includes(getComputedStyle(one).position))
  .reduce((sum, one) => sum + one.getBoundingClientRect().height, 0) / innerHeight"""
#: What is chosen, or is the way on, must be told apart by more than a colour of the page's own.
ALIKE = """() => {
  const look = (one) => {
    const { borderWidth, borderStyle, borderColor, outlineStyle, outlineWidth, backgroundColor, color, textDecorationLine } = getComputedStyle(one);
    return JSON.stringify([borderWidth, borderStyle, borderColor, outlineStyle, outlineWidth, backgroundColor, color, textDecorationLine]);
  };
  const pairs = [
    ["button[aria-pressed=true]", "button[aria-pressed=false]"],
    [".actions > .wide:not(.secondary)", ".actions > .secondary"],
    [".choice:has(input:checked)", ".choice:not(:has(input:checked))"],
  ];
  return pairs
    .map((pair) => pair.map((selector) => document.querySelector(selector)))
    .filter(([one, other]) => one && other && look(one) === look(other))
    .map(([one, other]) => `${one.textContent} | ${other.textContent}`);
}"""


class Eyes:
    """Looks at each screen once in every way."""

    def __init__(self, phone: Phone, language: str) -> None:
        self.phone = phone
        self.language = language
        self.seen: set[str] = set()
        self.faults: list[str] = []

    def at(self, name: str) -> None:
        """Look at the screen that is there."""
        if name in self.seen:
            return
        self.seen.add(name)
        page = self.phone.page
        for way, size, letters in (("large", UPRIGHT, "200%"), ("on its side", ON_ITS_SIDE, "")):
            page.set_viewport_size(size)  # type: ignore[arg-type]
            page.evaluate(LARGE, letters)
            self._picture(f"{name}-{way}")
            self.faults += [f"{name}, {way}: too wide: {one}" for one in page.evaluate(WIDE)]
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                self.faults.append(f"{name}, {way}: scrolls to a side")
            if (share := page.evaluate(FIXED)) > MOST_FIXED:
                self.faults.append(f"{name}, {way}: {share:.0%} of the screen never scrolls")
        page.evaluate(LARGE, "")
        page.set_viewport_size(UPRIGHT)  # type: ignore[arg-type]
        page.emulate_media(forced_colors="active")
        self._picture(f"{name}-forced")
        self.faults += [f"{name}, forced colours: alike: {one}" for one in page.evaluate(ALIKE)]
        page.emulate_media(forced_colors="none")

    def _picture(self, name: str) -> None:
        photograph(self.phone.page, f"eyes-{self.language}-{name}", full_page=False)


@pytest.mark.parametrize("language", ["English", "اردو", "پښتو"])
def test_every_screen_can_be_read_large_on_its_side_and_in_forced_colours(
    make_phone: MakePhone, server: Server, language: str
) -> None:
    published = questionnaires.publish(server.database, xlsform.read(NEWEST_SHIPPED))
    rounds.start(server.database, ROUND, published)
    phone = make_phone()
    phone.open(server.invitation(round_name=ROUND))
    eyes = Eyes(phone, language)
    phone.at("choose-pin")
    phone.speak(language)
    eyes.at("choose-pin")
    phone.enrol()
    eyes.at("home")
    page = phone.page
    page.locator("main .actions button").first.click()
    eyes.at("district")
    page.locator("button.choice", has_text="Zhob" if language == "English" else "ژوب").first.click()
    eyes.at("form")
    page.locator("button.choice").nth(1).click()
    phone.at("question")
    eyes.at("consent")
    phone.next()
    eyes.at("required")
    page.locator("header .pause").click()
    eyes.at("pause")
    page.locator("main .danger").click()
    phone.at("sure")
    eyes.at("sure")
    page.locator("main .actions button").first.click()
    page.locator("main .actions button").first.click()
    for name in ("p_settle", "saf_day", "mob_avoid", "i_got", "s_private"):
        phone.answer_until(name)
        page.locator("main input").first.press("Space")
        eyes.at(name)
    phone.answer_until("tr_body")
    eyes.at("hand-over")
    phone.hand_over(alone=True)
    phone.answer_all(alone=True, look=lambda kind: eyes.at(phone.asked() or kind))
    eyes.at("finish")
    page.locator("summary").click()
    eyes.at("look-over")
    page.locator("main .foot button").first.click()
    phone.at("done")
    eyes.at("done")
    page.locator("main .actions button").first.click()
    phone.at("home")
    page.locator("header .hide").click()
    eyes.at("harmless")
    phone.come_back()
    phone.at("lock")
    eyes.at("lock")
    assert len(eyes.seen) > 18
    assert not eyes.faults, "\n".join(eyes.faults)
