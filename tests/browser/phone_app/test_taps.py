"""Taps: the second half of a double tap does nothing, what was chosen stays, and nothing is left out without a word."""

from __future__ import annotations

from itertools import cycle

import pytest
from playwright.sync_api import Locator

from tests.browser.phone import Phone, Server

pytestmark = pytest.mark.browser

#: Milliseconds between the two halves of a double tap.
GAPS = (40, 120)


def tap_twice(phone: Phone, target: Locator, gap: int) -> None:
    """Two taps on the same place; what the first one brought may lie under the second."""
    box = None
    while box is None:
        # Scrolls to it, and looks again where the screen was drawn anew between the two.
        target.click(trial=True)
        box = target.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    # In one command: where all processors are taken, two could be half a second apart, and would be two taps.
    phone.page.mouse.click(x, y, click_count=2, delay=gap)


def test_a_double_tap_goes_on_by_one_screen(phone: Phone) -> None:
    page = phone.page
    gaps = cycle(GAPS)

    def twice(name: str) -> None:
        tap_twice(phone, page.get_by_role("button", name=name), next(gaps))

    twice("New interview")
    assert page.get_by_role("heading").first.inner_text() == "District"
    twice("Zhob")
    assert page.get_by_role("heading").first.inner_text() == "Form type"
    twice("Form W")
    told = {"c_agree": "yes", "p_gender": "woman", "p_age": "30_44"}
    seen = []
    for _ in range(9):
        name = phone.asked()
        seen.append(name)
        first = page.locator("main input[name]").first.get_attribute("value")
        phone.tap_option(told.get(name) or str(first))
        twice("Next")
        assert page.locator(".mistake").count() == 0, seen
        assert page.locator("main input:checked").count() == 0, seen
    for name in reversed(seen):
        twice("Back")
        assert (phone.asked(), page.locator("main input:checked").count()) == (name, 1)
    twice("Pause and help")
    twice("Stop and throw all answers away")
    page.get_by_role("heading", name="Throw all answers away (9)?").wait_for()
    twice("Hide")
    phone.at("harmless")


def test_a_new_screen_takes_keys_at_once_and_the_way_to_hide_always(phone: Phone) -> None:
    phone.begin()
    # In one turn of the page: the screen is drawn, and what is pressed next meets it new.
    after = phone.page.evaluate(
        """() => {
        const next = () => document.querySelector("main button[type=submit]");
        document.querySelector("#o-yes").click();
        next().click();
        const tapped = document.elementFromPoint(...middle(next()));
        function middle(element) {
          const box = element.getBoundingClientRect();
          return [box.x + box.width / 2, Math.min(box.y + box.height / 2, innerHeight - 1)];
        }
        const hide = document.querySelector(".hide");
        return [tapped.closest("main") === null, document.elementFromPoint(...middle(hide)) === hide,
          document.querySelector("main input").name];
        }"""
    )
    assert after == [True, True, "p_gender"]
    phone.choose("woman")
    assert phone.asked() == "p_age"
    phone.page.locator("header .hide").click()
    phone.at("harmless")


def test_next_without_an_answer_says_how_to_leave_a_question_out(phone: Phone) -> None:
    phone.begin()
    for option in ("yes", "woman", "30_44"):
        phone.choose(option)
    asked = phone.asked()
    for language, words in (("English", "Skip"), ("اردو", "چھوڑیں"), ("پښتو", "پرېږدئ")):
        phone.speak(language)
        phone.next()
        assert words in phone.page.locator(".mistake").inner_text()
        assert phone.asked() == asked
    phone.speak("English")
    phone.tap("Skip")
    assert phone.asked() not in ("", asked)


def interrupted(phone: Phone) -> None:
    """Everything that may come between a choice and Next."""
    for language in ("اردو", "پښتو", "English"):
        phone.speak(language)
    phone.tap("Pause and help")
    phone.tap("Go on with the interview")
    phone.tap("Hide")
    phone.come_back()
    phone.unlock()
    phone.at("question")


def test_a_choice_outlives_languages_pause_and_hiding(phone: Phone, server: Server) -> None:
    phone.begin()
    for option in ("yes", "woman", "30_44"):
        phone.choose(option)
    phone.tap_option("village")
    interrupted(phone)
    assert phone.page.locator("#o-village").is_checked()
    phone.next()
    phone.answer_until("tr_body")
    phone.hand_over(alone=True)
    assert phone.asked() == "tr_body"
    phone.tap_option("little")
    interrupted(phone)
    # What the person chose alone is kept and never shown again.
    shown = []
    phone.answer_all(alone=True, look=lambda _: shown.append(phone.asked()))
    assert "tr_body" not in shown
    phone.finish()
    phone.send()
    (answers,) = server.answers()
    assert (answers["p_settle"], answers["tr_body"]) == ("village", "little")


def test_several_choices_and_the_end_from_the_pause_keep_what_is_on_the_screen(
    phone: Phone, server: Server
) -> None:
    phone.begin()
    phone.answer_all_until("i_got")
    chosen = ("money", "job")
    for option in chosen:
        phone.tap_option(option)
    interrupted(phone)
    assert all(phone.page.locator(f"#o-{option}").is_checked() for option in chosen)
    phone.tap("Pause and help")
    phone.tap("End here and keep the answers given")
    phone.finish()
    phone.send()
    (answers,) = server.answers()
    assert answers["i_got"] == chosen


def test_a_refusal_that_was_chosen_and_not_confirmed_keeps_no_answer(phone: Phone, server: Server) -> None:
    phone.begin()
    phone.tap_option("no")
    phone.tap("Pause and help")
    phone.tap("End here and keep the answers given")
    phone.at("stopped")
    phone.tap("Done")
    phone.send()
    with server.database.read() as connection:
        kinds = connection.exec_driver_sql("SELECT kind FROM tallies").scalars().all()
    assert (kinds, server.answers()) == (["refused"], [])


#: Tap a button of the home screen, and another one before anything that takes time is done; in any language.
TWO_TAPS = """([first, second]) => {
  const [one, other] = [first, second].map((place) => document.querySelectorAll("button")[place]);
  one.click();
  if (other.isConnected) other.click();
}"""


def test_who_taps_on_from_the_home_screen_is_not_called_back(phone: Phone) -> None:
    """Whatever was tapped before, and takes time: it is over, or goes on without drawing its screen over the new one."""
    page = phone.page
    phone.fly()
    phone.begin()
    phone.choose("yes")
    phone.settled()
    phone.tap_home()
    names = page.locator("button").all_inner_texts()
    # These lead away at once, and leave no second button.
    firsts = [name for name in names if name not in ("Hide", "Lock", "Practice", "Go on with the interview")]
    assert len(firsts) > 3
    for second, leads_to in (("Practice", "preset"), ("Lock", "lock")):
        for first in firsts:
            page.evaluate(TWO_TAPS, [names.index(first), names.index(second)])
            page.wait_for_timeout(400)
            at = page.locator("body").get_attribute("data-screen")
            # A new interview asks first whether the draft may go.
            assert at in (leads_to, "sure"), (first, second, at)
            phone.tap_home()


#: The home screen is drawn again, as when a record has left; what has that name, and whether it is still the same one.
DRAWN_AGAIN = """async ([name, pressed]) => {
  const find = () => [...document.querySelectorAll("main button, main h1")].find((one) => one.textContent === name);
  const button = find();
  button.focus();
  if (pressed) button.dispatchEvent(new Event(pressed, { bubbles: true }));
  dispatchEvent(Object.assign(new Event("beforeinstallprompt"), { prompt: () => {} }));
  const end = performance.now() + (pressed ? 200 : 10000);
  while (performance.now() < end && button.isConnected) await new Promise((done) => setTimeout(done, 20));
  const found = { same: find() === button, focused: document.activeElement === find() };
  if (pressed) button.click();
  return found;
}"""


def test_a_home_screen_that_is_drawn_again_keeps_its_focus_and_takes_no_tap_away(phone: Phone) -> None:
    page = phone.page
    # The heading has the focus since the screen came.
    for name in (page.locator("h1").inner_text(), "Practice"):
        assert page.evaluate(DRAWN_AGAIN, [name, ""]) == {"same": False, "focused": True}
    page.get_by_role("button", name="Put on the home screen").wait_for()
    for press in ("pointerdown", "keydown"):
        assert page.evaluate(DRAWN_AGAIN, ["Practice", press]) == {"same": True, "focused": True}
        phone.at("preset")
        phone.tap("Back")
        phone.at("home")
