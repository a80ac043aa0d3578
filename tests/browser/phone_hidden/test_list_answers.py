"""Lists on the phone: which one is drawn, what of it is kept, and that what was tapped can be found nowhere."""

from __future__ import annotations

from typing import Final

import pytest

from tests.browser.conftest import MakePhone
from tests.browser.phone import Phone, Server
from tests.browser.phone_hidden.enrolled import enrolled
from tests.survey.hidden.lists import LABEL, list_questionnaire

pytestmark = pytest.mark.browser

#: The phone's secure source gives these numbers, one after the other, wherever one number of 32 bits is asked for.
GIVEN: Final = """(numbers) => {
  const secure = crypto.getRandomValues.bind(crypto);
  window.left = numbers;
  crypto.getRandomValues = (array) => {
    if (!(array instanceof Uint32Array) || array.length !== 1) return secure(array);
    array[0] = window.left.shift();
    return array;
  };
}"""
#: An odd number gives the list with the sensitive item; of a number of items one draw in four puts another in its place.
WITHOUT, WITH = 0, 1
REPLACED, LEFT = 0, 1


@pytest.fixture
def listed_phone(make_phone: MakePhone, server: Server) -> Phone:
    """A phone in a round with lists."""
    return enrolled(make_phone, server, list_questionnaire())


def at_the_list(phone: Phone, *numbers: int, alone: bool = True) -> None:
    """Answer up to the first list, where the phone draws these numbers."""
    phone.begin()
    phone.answer_until("h_garbled")
    assert phone.hand_over(alone)
    if not alone:
        return
    phone.answer_until("h_direct")
    phone.page.evaluate(GIVEN, [*numbers])
    phone.choose("yes")
    assert phone.asked() == "h_list"


def items(phone: Phone) -> list[str]:
    return phone.page.locator("main ul.items li").all_inner_texts()


def numbers(phone: Phone) -> list[str]:
    return [str(one.get_attribute("value")) for one in phone.page.locator("main input").all()]


def left(phone: Phone) -> int:
    return int(phone.page.evaluate("window.left.length"))


def screen(phone: Phone) -> str:
    """All that the page holds, the values of its inputs among it."""
    return str(
        phone.page.evaluate(
            "() => document.body.outerHTML + [...document.querySelectorAll('input')].map((one) => one.checked)"
        )
    )


def test_either_list_is_asked_and_the_second_is_the_other_one(listed_phone: Phone, server: Server) -> None:
    phone = listed_phone
    for letter, sizes in ((WITHOUT, (4, 5)), (WITH, (5, 4))):
        at_the_list(phone, letter, 5, LEFT, 5, LEFT)
        assert ("I paid to get help" in items(phone)) == (letter == WITH)
        assert len(items(phone)) == sizes[0]
        assert numbers(phone) == [*map(str, range(sizes[0] + 1))]
        phone.choose("2")
        assert phone.asked() == "h_second"
        assert ("I paid to get help" in items(phone)) == (letter == WITHOUT)
        assert len(items(phone)) == sizes[1]
        phone.choose("3")
        # The letter once, and two draws for each number.
        assert left(phone) == 0
        phone.answer_all()
        phone.finish()
        phone.send()
        phone.tap_home()
    # Records lie in no order.
    assert sorted((one["h_list"], one["h_second"]) for one in server.answers(list_questionnaire())) == [
        ("a2", "b3"),
        ("b2", "a3"),
    ]


def test_two_ways_to_one_record_leave_the_same(listed_phone: Phone, server: Server) -> None:
    """The same is recorded of who taps 3 and is left alone, and of who taps 5 and for whom chance records 3."""
    phone = listed_phone
    seen = []
    for tapped, decides in (("3", LEFT), ("5", REPLACED)):
        at_the_list(phone, WITH, 3, decides)
        phone.choose(tapped)
        seen.append(screen(phone))
        assert left(phone) == 0
        phone.answer_all()
        phone.finish()
        phone.send()
        phone.tap_home()
    assert seen[0] == seen[1]
    assert [one["h_list"] for one in server.answers(list_questionnaire())] == ["b3", "b3"]


def test_a_tap_is_noted_nowhere_and_the_list_stays(listed_phone: Phone) -> None:
    """Another language draws the screen anew, and Back leads away from it and to it again: the list is not drawn again."""
    phone, page = listed_phone, listed_phone.page
    at_the_list(phone, WITH, 3, LEFT)
    shown = items(phone)
    phone.mark("4")
    phone.speak("اردو")
    assert page.locator("main input:checked").count() == 0
    phone.speak("English")
    page.get_by_role("button", name="Back", exact=True).press("Enter")
    assert phone.asked() == "h_direct"
    phone.choose("yes")
    assert items(phone) == shown
    assert left(phone) == 2


def test_going_back_shows_nothing_and_draws_nothing(listed_phone: Phone, server: Server) -> None:
    phone, page = listed_phone, listed_phone.page
    at_the_list(phone, WITH, 0, REPLACED, 3, LEFT)
    phone.choose("5")
    page.get_by_role("button", name="Back", exact=True).press("Enter")
    said = page.locator("main").inner_text()
    assert LABEL[0] in said
    assert "Your answer is kept, hidden by chance." in said
    assert page.locator("main input, main ul.items").count() == 0
    phone.next()
    assert left(phone) == 2
    phone.answer_all()
    phone.finish()
    phone.send()
    assert [one["h_list"] for one in server.answers(list_questionnaire())] == ["b0"]


def test_who_does_not_tap_alone_is_not_asked(listed_phone: Phone, server: Server) -> None:
    phone, page = listed_phone, listed_phone.page
    at_the_list(phone, alone=False)
    phone.next()
    phone.choose("yes")
    assert "Only a person who taps alone can answer this question." in page.locator("main").inner_text()
    assert page.locator("main input, main ul.items").count() == 0
    phone.answer_all()
    phone.finish()
    phone.send()
    (answers,) = server.answers(list_questionnaire())
    assert not {"h_list", "h_second"} & answers.keys()


def test_a_finger_confirms_a_number_with_next(listed_phone: Phone) -> None:
    phone, page = listed_phone, listed_phone.page
    at_the_list(phone, WITHOUT, 3, LEFT)
    page.locator('label[for="o-2"]').tap()
    page.wait_for_timeout(1000)
    assert phone.asked() == "h_list"
    assert page.locator("#o-2").is_checked()
    assert left(phone) == 2


def test_leaving_in_the_middle_keeps_no_letter(listed_phone: Phone, server: Server) -> None:
    """Who ends the interview on the screen of a list has answered nothing there."""
    phone, page = listed_phone, listed_phone.page
    at_the_list(phone, WITH)
    phone.mark("1")
    page.get_by_role("button", name="Pause and help").click()
    page.get_by_role("button", name="End here and keep the answers given").click()
    phone.finish()
    phone.send()
    (answers,) = server.answers(list_questionnaire())
    assert "h_list" not in answers
    assert "h_garbled" in answers
