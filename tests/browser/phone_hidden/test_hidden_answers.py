"""Answers that chance hides, on the phone: what was tapped and what was drawn can be found nowhere, and nothing is drawn twice."""

from __future__ import annotations

from typing import Final

import pytest

from tests.browser.conftest import MakePhone
from tests.browser.phone import Phone, Server
from tests.browser.phone_hidden.enrolled import enrolled
from tests.survey.hidden.questions import ASKED, questionnaire

pytestmark = pytest.mark.browser

#: The phone's secure source gives this number wherever one number of 32 bits is asked for.
FIXED: Final = """(drawn) => {
  const secure = crypto.getRandomValues.bind(crypto);
  window.draws = 0;
  crypto.getRandomValues = (array) => {
    if (!(array instanceof Uint32Array) || array.length !== 1) return secure(array);
    window.draws += 1;
    array[0] = drawn;
    return array;
  };
}"""
#: Of a no the rest 0 by six turns it round, and so it does of a yes; 1 leaves either as it is.
TURNED, LEFT = 0, 1


@pytest.fixture
def hidden_phone(make_phone: MakePhone, server: Server) -> Phone:
    """A phone in a round that hides answers."""
    return enrolled(make_phone, server, questionnaire())


def at_the_garbled_one(phone: Phone, alone: bool = True) -> None:
    """Answer up to the question that the phone hides, and decide who reads it."""
    phone.begin()
    phone.answer_until("h_garbled")
    assert phone.hand_over(alone)


def screen(phone: Phone) -> str:
    """All that the page holds, the values of its inputs among it."""
    return str(
        phone.page.evaluate(
            "() => document.body.outerHTML + [...document.querySelectorAll('input')].map((one) => one.checked)"
        )
    )


@pytest.mark.parametrize("recorded", ["yes", "no"])
def test_two_ways_to_one_record_leave_the_same(hidden_phone: Phone, server: Server, recorded: str) -> None:
    """The same is recorded of who taps it and is left alone, and of who taps the other one and is turned round."""
    other = "no" if recorded == "yes" else "yes"
    seen = []
    for tapped, drawn in ((recorded, LEFT), (other, TURNED)):
        at_the_garbled_one(hidden_phone)
        hidden_phone.page.evaluate(FIXED, drawn)
        hidden_phone.choose(tapped)
        after = screen(hidden_phone)
        assert hidden_phone.page.evaluate("window.draws") == 1
        hidden_phone.answer_all()
        hidden_phone.finish()
        hidden_phone.send()
        seen.append(after)
        hidden_phone.tap_home()
    assert seen[0] == seen[1]
    assert [one["h_garbled"] for one in server.answers(questionnaire())] == [recorded, recorded]


def test_going_back_shows_nothing_and_draws_nothing(hidden_phone: Phone, server: Server) -> None:
    phone, page = hidden_phone, hidden_phone.page
    at_the_garbled_one(phone)
    page.evaluate(FIXED, TURNED)
    phone.choose("yes")
    assert phone.asked() == "h_direct"
    page.get_by_role("button", name="Back", exact=True).press("Enter")
    said = page.locator("main").inner_text()
    assert "Your answer is kept, hidden by chance." in said
    assert page.locator("main input").count() == 0
    assert page.get_by_role("button", name="Skip", exact=True).count() == 0
    assert "yes" not in screen(phone)
    phone.next()
    assert phone.asked() == "h_direct"
    assert page.evaluate("window.draws") == 1
    phone.answer_all()
    phone.finish()
    phone.send()
    assert [one["h_garbled"] for one in server.answers(questionnaire())] == ["no"]


def test_a_tap_is_noted_nowhere_before_next(hidden_phone: Phone) -> None:
    """Another language draws the screen anew: of an ordinary question the choice stays, of this one nothing is known."""
    phone, page = hidden_phone, hidden_phone.page
    phone.begin()
    phone.answer_until("h_forced")
    phone.mark("yes")
    phone.speak("اردو")
    assert page.locator("#o-yes").is_checked()
    phone.speak("English")
    phone.answer_until("h_garbled")
    assert phone.hand_over(alone=True)
    page.evaluate(FIXED, TURNED)
    phone.mark("yes")
    phone.speak("اردو")
    assert page.locator("main input").count() == 2
    assert page.locator("main input:checked").count() == 0
    assert page.evaluate("window.draws") == 0


def test_who_does_not_tap_alone_is_not_asked(hidden_phone: Phone, server: Server) -> None:
    phone, page = hidden_phone, hidden_phone.page
    at_the_garbled_one(phone, alone=False)
    assert "Only a person who taps alone can answer this question." in page.locator("main").inner_text()
    assert page.locator("main input").count() == 0
    phone.next()
    phone.answer_all()
    phone.finish()
    phone.send()
    (answers,) = server.answers(questionnaire())
    assert "h_garbled" not in answers
    assert {*ASKED} - {"h_garbled"} <= answers.keys()


def test_keys_and_a_screen_reader_reach_it(hidden_phone: Phone) -> None:
    phone, page = hidden_phone, hidden_phone.page
    phone.begin()
    phone.answer_until("h_cross")
    for name in ("h_cross", "h_garbled"):
        if name == "h_garbled":
            phone.answer_until(name)
            assert phone.hand_over(alone=True)
        group = page.get_by_role("radiogroup")
        described = group.get_attribute("aria-describedby")
        label = {"h_cross": "I paid to get help.", "h_garbled": "Were you asked for a gift?"}[name]
        words = {
            "h_cross": "Only the answer below is kept.",
            "h_garbled": "The phone changes some answers by chance",
        }
        assert label in page.locator(f"#{group.get_attribute('aria-labelledby')}").inner_text()
        assert words[name] in page.locator(f"#{described}").inner_text()
        first = page.get_by_role("radio").first
        first.focus()
        page.keyboard.press("ArrowDown")
        assert page.get_by_role("radio").nth(1).is_checked()


def test_the_look_over_the_answers_shows_none_of_them(hidden_phone: Phone) -> None:
    phone, page = hidden_phone, hidden_phone.page
    phone.begin()
    phone.answer_all(alone=True)
    page.locator("details.look summary").click()
    lines = page.locator("details.look li").all_inner_texts()
    told = {name: [line for line in lines if text in line] for name, (_, _, text, _) in ASKED.items()}
    assert {name: len(several) for name, several in told.items()} == dict.fromkeys(ASKED, 1)
    for name, (line,) in told.items():
        assert line.removeprefix(ASKED[name][2]).strip() == "answered"
        # There is no way back to one of them either.
        assert page.get_by_role("button", name=ASKED[name][2]).count() == 0


def test_a_finger_does_not_hide_an_answer_before_next(hidden_phone: Phone) -> None:
    """Other choices that are tapped go on by themselves; this one is drawn once, so it is confirmed."""
    phone, page = hidden_phone, hidden_phone.page
    at_the_garbled_one(phone)
    page.evaluate(FIXED, TURNED)
    page.locator('label[for="o-yes"]').tap()
    page.wait_for_timeout(1000)
    assert phone.asked() == "h_garbled"
    assert page.locator("#o-yes").is_checked()
    assert page.evaluate("window.draws") == 0
    phone.next()
    assert page.evaluate("window.draws") == 1
