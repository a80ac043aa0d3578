"""Every screen of the phone in three languages: directions, sizes, axe, and the keyboard alone."""

from __future__ import annotations

import re

import pytest

from survey.languages import languages
from tests.browser.axe import in_turn, violations
from tests.browser.conftest import MakePhone
from tests.browser.phone import Phone, Server
from tests.browser.photographs import photograph

pytestmark = pytest.mark.browser

#: The scale questions' first page, the hand-over and the languages, as the journeys show them.
LANGUAGES = {"English": ("en", "ltr"), "اردو": ("ur-PK", "rtl"), "پښتو": ("ps-PK", "rtl")}


PRACTICE = re.compile("^(Practice|مشق)$")


class Look:
    """Looks at each screen once: axe, sizes of what is tapped, no sideways scrolling; a picture when asked for."""

    def __init__(self, phone: Phone, language: str) -> None:
        self.phone = phone
        self.language = language
        self.seen: set[str] = set()

    def at(self, name: str) -> None:
        """Look at the screen that is there."""
        if name in self.seen:
            return
        self.seen.add(name)
        page = self.phone.page
        tag, direction = LANGUAGES[self.language]
        assert page.locator("html").get_attribute("lang") == tag, name
        assert page.locator("html").get_attribute("dir") == direction, name
        assert violations(page) == {}, name
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        assert page.evaluate(SMALL) == [], name
        photograph(page, f"phone-{tag[:2]}-{name}")


#: Anything to tap that is less than 48 pixels high.
SMALL = """[...document.querySelectorAll("button, label.choice, input[type=text], input[type=password]")]
  .filter((element) => element.getBoundingClientRect().height < 48).map((element) => element.outerHTML)"""


# In every language each is looked at large and on its side by another test.
@pytest.mark.parametrize("language", [languages()[code].name for code in in_turn("all screens")])
def test_every_screen_is_in_order(make_phone: MakePhone, server: Server, language: str) -> None:
    phone = make_phone()
    look = Look(phone, language)
    phone.open()
    phone.at("start")
    phone.speak(language)
    look.at("start")
    phone.page.goto("about:blank")
    phone.page.goto(server.invitation())
    phone.at("choose-pin")
    phone.speak(language)
    look.at("choose-pin")
    phone.page.locator("#pin").fill("1234")
    phone.next()
    look.at("bad-pin")
    phone.enrol()
    look.at("home")
    phone.page.locator("main .actions button").first.click()
    look.at("district")
    phone.page.locator("button.choice").first.click()
    look.at("form-type")
    phone.page.locator("button.choice").nth(1).click()
    phone.at("question")
    look.at("consent")
    phone.next()
    look.at("required")
    phone.page.locator("header .pause").click()
    look.at("pause")
    phone.page.locator("main .danger").click()
    phone.at("sure")
    look.at("sure")
    phone.page.locator("main .actions button").first.click()
    phone.at("pause")
    phone.page.locator("main .actions button").first.click()
    phone.answer_until("saf_day")
    look.at("scale")
    phone.answer_until("tr_body")
    look.at("hand-over")
    phone.hand_over(alone=True)
    look.at("alone")
    phone.answer_all(alone=True, look=look.at)
    look.at("finish")
    phone.page.locator("main .actions button").first.click()
    phone.at("done")
    look.at("done")
    phone.page.locator("main .actions button").first.click()
    phone.at("home")
    look.at("home-after")
    _practise(phone, look)
    _be_locked_out(phone, look)


def _practise(phone: Phone, look: Look) -> None:
    """A practice interview that ends with a refusal."""
    phone.page.locator("main .actions button", has_text=PRACTICE).click()
    phone.page.locator("button.choice").first.click()
    phone.page.locator("button.choice").nth(1).click()
    phone.at("question")
    look.at("practice")
    phone.choose("no")
    phone.at("stopped")
    look.at("stopped")
    phone.page.locator("main .actions button").first.click()
    phone.at("home")


def _be_locked_out(phone: Phone, look: Look) -> None:
    """A second tab, the harmless page, and a wrong PIN."""
    second = phone.context.new_page()
    second.goto(f"{phone.base}/notes/")
    second.locator('body[data-screen="elsewhere"]').wait_for()
    first, phone.page = phone.page, second
    look.at("elsewhere")
    second.close()
    phone.page = first
    phone.page.locator("header .hide").click()
    look.at("harmless")
    phone.come_back()
    phone.at("lock")
    look.at("lock")
    phone.unlock("000001")
    phone.page.locator(".mistake").wait_for()
    look.at("wrong-pin")


def test_digits_of_every_kind_open_the_lock(phone: Phone) -> None:
    for typed in ("۴۸۲۹۱۳", "٤٨٢٩١٣"):
        phone.page.get_by_role("button", name="Lock").click()
        phone.unlock(typed)
        phone.at("home")


def test_the_language_changes_in_the_middle_and_nothing_is_lost(phone: Phone) -> None:
    phone.begin()
    for option in ("yes", "woman", "30_44", "village"):
        phone.choose(option)
    asked = phone.asked()
    for language in ("اردو", "پښتو", "English"):
        phone.speak(language)
        assert phone.asked() == asked
    phone.tap("Back")
    assert phone.page.locator("#o-village").is_checked()


def test_the_keyboard_alone_completes_an_interview(phone: Phone, server: Server) -> None:
    keys = phone.page.keyboard
    phone.fly()

    def press_button(name: str) -> None:
        for _ in range(40):
            if phone.page.evaluate("document.activeElement.textContent") == name:
                keys.press("Enter")
                return
            keys.press("Tab")
        raise AssertionError(f"{name} cannot be reached")

    def to_input() -> None:
        for _ in range(40):
            if phone.page.evaluate("document.activeElement.matches('main input')"):
                return
            keys.press("Tab")
        raise AssertionError("the options cannot be reached")

    press_button("New interview")
    phone.at("preset")
    press_button("Zhob")
    phone.page.get_by_role("heading", name="Form type").wait_for()
    press_button("Form W")
    phone.at("question")
    for name in ("c_agree", "p_gender"):
        assert phone.asked() == name
        to_input()
        keys.press("Space")
        keys.press("Enter")
        phone.page.wait_for_timeout(50)
    to_input()
    for _ in range(3):
        keys.press("ArrowDown")
    keys.press("Enter")
    for _ in range(60):
        phone.page.wait_for_timeout(30)
        heading = phone.page.evaluate("document.activeElement.textContent")
        assert phone.page.evaluate("document.activeElement.tagName") == "H1", heading
        if heading == "The interview is complete":
            break
        if phone.asked():
            to_input()
            keys.press("Space")
            keys.press("Enter")
            if phone.page.locator(".mistake").count():
                press_button("Skip")
        else:
            press_button("I read them aloud")
    press_button("Finish")
    phone.at("done")
    press_button("Done")
    phone.at("home")
    assert phone.waiting() == 1


def test_a_screen_reader_hears_each_question(phone: Phone) -> None:
    phone.begin()
    phone.choose("yes")
    heard = phone.page.evaluate("document.activeElement.textContent")
    assert heard == "Are you a woman or a man?"
    group = phone.page.get_by_role("radiogroup", name="Are you a woman or a man?")
    assert group.get_by_role("radio", name="Woman").count() == 1
