"""The private questions together: handed over once, back once, never looked back into, and counted by who entered them."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator

from survey.publication.counts import answers as counting
from survey.questionnaire import codec, xlsform
from survey.settings import NEWEST_SHIPPED
from survey.storage import questionnaires
from survey.storage.field import rounds
from survey.storage.scope import Scope
from tests.browser.axe import violations_in_turn
from tests.browser.conftest import MakePhone
from tests.browser.phone import Phone, Server
from tests.browser.photographs import photograph

pytestmark = pytest.mark.browser

ROUND = "2026-2"
SMALL = {"width": 360, "height": 560}
LANGUAGES = ("English", "اردو", "پښتو")
BLOCK = ("tr_body", "rep_safe", "w_tell", "i_effect")
#: Longer than an answer is seen before the next question comes.
AFTER = 900
#: Taps of a whole Form W, from "New interview" to the home screen again: read aloud, and with the block entered alone.
MOST_ALOUD, MOST_ALONE, QUESTIONS = 45, 46, 35
HAND_OVER, HAND_BACK = "Give the phone to the person", "Give the phone back"
END = "The interview is complete"


@pytest.fixture
def phone(make_phone: MakePhone, server: Server) -> Phone:
    """A phone of a round that asks version 2."""
    published = questionnaires.publish(server.database, xlsform.read(NEWEST_SHIPPED))
    rounds.start(server.database, ROUND, published)
    made = make_phone()
    made.open(server.invitation(round_name=ROUND))
    made.enrol()
    made.page.set_viewport_size(SMALL)
    return made


def stored(server: Server) -> list[dict[str, object]]:
    codebook = xlsform.read(NEWEST_SHIPPED).codebook
    with server.database.read() as connection:
        records = connection.exec_driver_sql("SELECT answers FROM responses").scalars().all()
    return [codec.unpack(codebook, bytes(record)) for record in records]


def heading(phone: Phone, text: str) -> None:
    phone.page.get_by_role("heading", name=text).wait_for()


def looked_at(phone: Phone, name: str) -> None:
    """The screen passes axe, does not scroll sideways, and shows what leads on, in three languages."""
    for language in LANGUAGES:
        phone.speak(language)
        assert violations_in_turn(phone.page, name) == {}, (name, language)
        assert phone.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (name, language)
        photograph(phone.page, f"block-{name}-{language}", full_page=False)
    phone.speak("English")


def to_block(phone: Phone, alone: bool | None = None) -> None:
    """To the hand-over, or into the block."""
    phone.begin()
    phone.answer_until(BLOCK[0])
    heading(phone, HAND_OVER)
    if alone is not None:
        assert phone.hand_over(alone)
        assert phone.asked() == BLOCK[0]


def option(phone: Phone, name: str) -> Locator:
    return phone.page.locator(f"#o-{name}")


def test_one_hand_over_one_back_and_nothing_shown_again(phone: Phone, server: Server) -> None:
    page = phone.page
    to_block(phone)
    looked_at(phone, "hand-over")
    phone.tap("The person answers alone")
    looked_at(phone, "question")
    for name, given in zip(BLOCK, ("little", "98", "no", "none"), strict=True):
        assert phone.asked() == name
        phone.choose(given)
    heading(phone, HAND_BACK)
    looked_at(phone, "hand-back")
    phone.tap("The worker has the phone")
    heading(phone, END)
    # There is no way back, neither the app's nor the phone's.
    assert page.get_by_role("button", name="Back", exact=True).count() == 0
    page.go_back(wait_until="commit")
    page.wait_for_timeout(400)
    heading(phone, END)
    page.locator("summary").click()
    looked_at(phone, "look-over")
    rows = page.locator(".look li")
    assert rows.count() == QUESTIONS - len(BLOCK) + 1
    (block,) = (row for row in rows.all() if "For the person alone" in row.inner_text())
    assert block.locator("strong").inner_text() == "answered"
    assert block.get_by_role("button").count() == 0
    assert page.get_by_text(f"Answers: {QUESTIONS - len(BLOCK)}.").count() == 1
    # A question that may be seen is gone to and left again; the block does not come up on the way.
    rows.filter(has_text="nearby hear").get_by_role("button").click()
    assert phone.asked() == "s_private"
    phone.next()
    heading(phone, END)
    phone.finish()
    phone.send()
    (answers,) = stored(server)
    assert [answers[name] for name in BLOCK] == ["little", "98", "no", ("none",)]
    assert (answers["mode"], answers["block_mode"]) == ("interviewer", "handed_over")


def test_who_takes_the_phone_from_the_person_finds_no_answer(phone: Phone, server: Server) -> None:
    to_block(phone, alone=True)
    phone.choose("little")
    phone.choose("very_safe")
    for name in (BLOCK[1], BLOCK[0]):
        phone.tap("Back")
        assert phone.asked() == name
        assert phone.page.locator("main input:checked").count() == 0
        assert phone.page.get_by_text("Your answer is kept and is not shown.").count() == 1
    # Next keeps what was answered; another answer takes its place.
    phone.next()
    assert phone.asked() == BLOCK[1]
    phone.choose("98")
    phone.tap("Let the worker read the rest aloud")
    assert phone.asked() == BLOCK[2]
    phone.tap("Back")
    heading(phone, HAND_OVER)
    phone.tap("I read them aloud")
    phone.answer_all(alone=False)
    heading(phone, END)
    phone.finish()
    phone.send()
    (answers,) = stored(server)
    assert [answers[name] for name in BLOCK[:2]] == ["little", "98"]
    # The worker heard a part of it.
    assert (answers["mode"], answers["block_mode"]) == ("interviewer", "interviewer")


def test_the_way_is_remembered_and_offered_first(phone: Phone) -> None:
    to_block(phone)
    usual = phone.page.locator("main .actions button.wide:not(.secondary)")
    assert usual.inner_text() == "The person answers alone"
    phone.hand_over(alone=False)
    assert phone.asked() == BLOCK[0]
    phone.page.wait_for_timeout(300)
    phone.tap_home()
    to_block(phone)
    assert usual.inner_text() == "I read them aloud"


def test_a_lock_in_the_block_puts_it_out_of_sight_and_offers_the_rest(phone: Phone) -> None:
    to_block(phone, alone=True)
    phone.choose("little")
    phone.mark("very_safe")
    phone.tap("Hide")
    phone.come_back()
    phone.unlock()
    heading(phone, HAND_OVER)
    phone.hand_over(alone=True)
    assert phone.asked() == BLOCK[2]


def test_somebody_who_comes_near_ends_it(phone: Phone, server: Server) -> None:
    to_block(phone, alone=False)
    phone.choose("little")
    phone.tap("Someone came near")
    heading(phone, END)
    phone.finish()
    phone.send()
    (answers,) = stored(server)
    assert answers["s_private"] == "others_near"
    assert not {*BLOCK, "block_mode"} & answers.keys()


def tapped(phone: Phone, target: Locator) -> int:
    """One tap, once the screen has settled."""
    phone.page.locator("main:not([data-settling])").wait_for(state="attached")
    target.tap()
    return 1


def interview_by_finger(phone: Phone, alone: bool) -> tuple[int, list[str], int]:
    """A whole Form W; returns taps, questions in the order of asking, and how often the phone changed hands."""
    page, asked, hands = phone.page, [], 0
    told = {"c_agree": "yes", "p_gender": "woman", "p_age": "30_44", "s_private": "alone"}
    told |= {"i_want1": "money", "i_want2": "job", "i_effect": "none"}
    taps = tapped(phone, page.locator("main .actions button").first)
    taps += tapped(phone, page.locator("button.choice").last)
    phone.until(lambda: page.locator("h1").count() == 1)
    taps += tapped(phone, page.locator("button.choice").nth(1))
    phone.at("question")
    while page.locator("progress").get_attribute("value") != "1.000":
        name = phone.asked()
        if not name:
            back = page.get_by_role("heading", name=HAND_BACK).count()
            hands += 1
            taps += tapped(phone, page.locator("main .actions button").nth(0 if alone or back else 1))
            page.wait_for_timeout(300)
            continue
        asked.append(name)
        foot = page.locator(".foot").bounding_box()
        assert foot is not None
        assert foot["y"] + foot["height"] <= SMALL["height"], name
        first = page.locator("main input[name]").first.get_attribute("value")
        taps += tapped(phone, page.locator(f'label[for="o-{told.get(name, first)}"]'))
        if name in ("c_agree", "p_age", "s_private", "i_got"):
            taps += tapped(phone, page.locator("main button[type=submit]"))
        phone.until(lambda name=name: phone.asked() != name)
    taps += tapped(phone, page.locator("main .actions button").first)
    phone.at("done")
    taps += tapped(phone, page.locator("main .actions button").first)
    phone.at("home")
    return taps, asked, hands


def test_taps_and_hand_overs_are_counted_to_the_counts_of_a_round(phone: Phone, server: Server) -> None:
    aloud, order, once = interview_by_finger(phone, alone=False)
    alone, again, twice = interview_by_finger(phone, alone=True)
    print(f"read aloud: {aloud} taps, {once} hand-over; alone: {alone} taps, {twice} hand-overs and backs")
    assert (once, twice) == (1, 2)
    assert aloud <= MOST_ALOUD
    assert alone <= MOST_ALONE
    assert len(order) == len(again) == QUESTIONS
    # The trust items are drawn in another order each time; the block comes last and whole.
    assert order[-len(BLOCK) :] == again[-len(BLOCK) :] == list(BLOCK)
    phone.send()
    present = rounds.find(server.database, ROUND)
    found = counting.build(server.database, Scope.everywhere(), present)
    entered = {
        name: {mode: int(numbers.sum()) for mode, numbers in found.given[name].items()}
        for name in ("mode", "block_mode")
    }
    assert entered == {
        "mode": {"interviewer": 2, "handed_over": 0},
        "block_mode": {"interviewer": 1, "handed_over": 1},
    }
