"""A finger's work: a tapped answer goes on by itself, what is not a finger never does, and a whole interview is few taps."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator

from survey.languages import languages
from tests.browser.axe import in_turn
from tests.browser.phone import Phone, Server
from tests.browser.photographs import photograph

pytestmark = pytest.mark.browser

#: What a browser's bar leaves of a small phone.
SMALL = {"width": 360, "height": 560}
#: Taps of a whole Form W that is read aloud, from "New interview" to the home screen again, and its questions.
MOST_TAPS, QUESTIONS = 45, 35
#: Longer than an answer is seen before the next question comes.
AFTER = 900
#: The answers that are no first option: an adult woman who agrees, is alone, got help and saw no harm of it.
GIVEN = {
    "c_agree": "yes",
    "p_gender": "woman",
    "p_age": "30_44",
    "s_private": "alone",
    "i_want1": "money",
    "i_want2": "job",
    "i_effect": "none",
}
#: What waits for Next: it ends or shortens an interview, or more than one answer may be given.
CONFIRMED = ("c_agree", "p_age", "s_private", "i_got")


class Finger:
    """Taps with a finger where the screen takes it, and counts."""

    def __init__(self, phone: Phone) -> None:
        self.phone = phone
        self.taps = 0

    def on(self, target: Locator) -> None:
        """One tap, once the screen has settled."""
        self.phone.page.locator("main:not([data-settling])").wait_for(state="attached")
        target.tap()
        self.taps += 1

    def on_option(self, name: str) -> None:
        """One tap on an option by its stored name."""
        self.on(self.phone.page.locator(f'label[for="o-{name}"]'))

    def on_next(self) -> None:
        """One tap on Next."""
        self.on(self.phone.page.locator("main button[type=submit]"))


def away_from(phone: Phone, name: str) -> None:
    phone.until(lambda: phone.asked() != name)


def option_of(phone: Phone) -> str:
    """The answer that is given to the question on the screen."""
    first = phone.page.locator("main input[name]").first.get_attribute("value")
    return GIVEN.get(phone.asked(), str(first))


def in_view(phone: Phone) -> bool:
    """Whether what leads on from the question can be tapped without scrolling, and some of the question be read."""
    box = phone.page.locator("main button[type=submit]").bounding_box()
    assert box is not None
    foot = phone.page.locator(".foot").bounding_box()
    assert foot is not None
    return box["y"] + box["height"] <= SMALL["height"] and foot["height"] < SMALL["height"] / 4


@pytest.mark.parametrize("language", [languages()[code].name for code in in_turn("by touch")])
def test_a_whole_interview_takes_few_taps_and_next_is_always_in_view(
    phone: Phone, server: Server, language: str
) -> None:
    page, finger = phone.page, Finger(phone)
    page.set_viewport_size(SMALL)
    phone.speak(language)
    finger.on(page.locator("main .actions button").first)
    finger.on(page.locator("button.choice").last)
    phone.until(lambda: page.locator("h1").count() == 1)
    finger.on(page.locator("button.choice").nth(1))
    phone.at("question")
    asked: list[str] = []
    while page.locator("progress").get_attribute("value") != "1.000":
        name = phone.asked()
        if not name:
            finger.on(page.locator("main .actions button").nth(1))
            phone.until(lambda: bool(phone.asked()))
            continue
        asked.append(name)
        assert in_view(phone), name
        picture(phone, f"{language}-{name}")
        finger.on_option(option_of(phone))
        if name in CONFIRMED:
            finger.on_next()
        away_from(phone, name)
    picture(phone, f"{language}-finish")
    finger.on(page.locator("main .actions button").first)
    phone.at("done")
    picture(phone, f"{language}-done")
    finger.on(page.locator("main .actions button").first)
    phone.at("home")
    print(f"{language}: {finger.taps} taps, {len(asked)} questions")
    assert len(asked) == len(set(asked)) == QUESTIONS
    assert finger.taps <= MOST_TAPS
    phone.send()
    assert server.stored() == 1


def picture(phone: Phone, name: str) -> None:
    photograph(phone.page, f"taps-{name}", full_page=False)


def to(phone: Phone, name: str) -> None:
    """With the keys to a question."""
    phone.begin()
    phone.answer_until(name)
    assert phone.asked() == name


def stays(phone: Phone, name: str) -> None:
    phone.page.wait_for_timeout(AFTER)
    assert phone.asked() == name


def test_consent_age_and_privacy_wait_for_next(phone: Phone) -> None:
    finger = Finger(phone)
    phone.begin()
    for name in ("c_agree", "p_gender", "p_age"):
        assert phone.asked() == name
        finger.on_option(option_of(phone))
        if name == "p_gender":
            away_from(phone, name)
        else:
            stays(phone, name)
            finger.on_next()
    phone.answer_until("s_private")
    finger.on_option("alone")
    stays(phone, "s_private")


def test_what_is_no_finger_never_goes_on_by_itself(phone: Phone) -> None:
    to(phone, "p_settle")
    page = phone.page
    page.wait_for_timeout(400)
    mouse = page.locator('label[for="o-village"]')
    mouse.click()
    stays(phone, "p_settle")
    page.keyboard.press("ArrowDown")
    stays(phone, "p_settle")
    page.locator("#o-village").press("Space")
    stays(phone, "p_settle")
    # A switch or a screen reader clicks without touching.
    mouse.evaluate("(label) => label.click()")
    page.locator("#o-town").evaluate("(input) => input.click()")
    stays(phone, "p_settle")
    # A touch that scrolls, or ends on another option, chooses nothing; a click that comes next is not its own.
    finger = page.context.new_cdp_session(page)
    first, second = (page.locator(f'label[for="o-{name}"]').bounding_box() for name in ("village", "town"))
    assert first is not None
    assert second is not None
    start = {"x": first["x"] + 40, "y": first["y"] + first["height"] / 2}
    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [start]})
    end = {"x": second["x"] + 40, "y": second["y"] + second["height"] / 2}
    finger.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [end]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    mouse.evaluate("(label) => label.click()")
    stays(phone, "p_settle")
    # A finger does, on the answer that is chosen already as well.
    page.locator('label[for="o-village"]').tap()
    away_from(phone, "p_settle")


def test_another_answer_back_or_a_key_in_the_moment_of_a_tap_is_heeded(phone: Phone) -> None:
    to(phone, "p_settle")
    finger, page = Finger(phone), phone.page
    finger.on_option("village")
    finger.on_option("town")
    away_from(phone, "p_settle")
    finger.on(page.get_by_role("button", name="Back", exact=True))
    assert phone.asked() == "p_settle"
    assert page.locator("#o-town").is_checked()
    # Leaving in that moment is leaving: nothing goes on behind another screen.
    finger.on_option("village")
    finger.on(page.get_by_role("button", name="Pause and help"))
    phone.at("pause")
    page.wait_for_timeout(AFTER)
    phone.at("pause")
    finger.on(page.get_by_role("button", name="Go on with the interview"))
    assert phone.asked() == "p_settle"
    assert page.locator("#o-village").is_checked()
    finger.on_option("town")
    page.keyboard.press("ArrowUp")
    stays(phone, "p_settle")
    assert not page.locator("#o-town").is_checked()


def test_a_worker_switches_it_off_for_this_phone(phone: Phone) -> None:
    finger, page = Finger(phone), phone.page
    page.locator('label[for="going-on"]').tap()
    page.wait_for_timeout(300)
    phone.tap_home()
    assert not page.locator("#going-on").is_checked()
    to(phone, "p_settle")
    finger.on_option("village")
    stays(phone, "p_settle")
    finger.on_next()
    away_from(phone, "p_settle")


def test_a_second_tap_meets_no_question_that_has_just_come(phone: Phone) -> None:
    to(phone, "saf_day")
    page = phone.page
    page.wait_for_timeout(400)
    box = page.locator('label[for="o-very_safe"]').bounding_box()
    assert box is not None
    page.touchscreen.tap(box["x"] + 40, box["y"] + 20)
    away_from(phone, "saf_day")
    page.touchscreen.tap(box["x"] + 40, box["y"] + 20)
    assert page.locator("main input:checked").count() == 0
    page.wait_for_timeout(AFTER)
    assert page.locator("main input:checked").count() == 0
