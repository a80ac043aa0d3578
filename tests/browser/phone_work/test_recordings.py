"""Recordings: question, note and option are heard without a network, locked by the PIN, and go when they are not wanted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from survey.questionnaire import xlsform
from survey.questionnaire.model import Question, Questionnaire
from survey.storage import questionnaires
from survey.storage.field import rounds
from tests.browser import tones
from tests.browser.axe import violations
from tests.browser.conftest import MakePhone
from tests.browser.phone import ROOT, Phone, Server
from tests.browser.photographs import photograph

pytestmark = [pytest.mark.browser, pytest.mark.keeps]


ROUND = "2026-2"
QUESTION, OPTION, ODD = "saf_day-en.opus", "very_safe-en.opus", "odd.opus"
HELD = "caches.open('sound').then((all) => all.keys()).then((keys) => keys.map((key) => key.url))"
#: Notes what is played, and how long it is.
LISTEN = """() => {
  window.heard = [];
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function () {
    window.player = this;
    return play.call(this).then(() => { window.heard.push(this.duration); });
  };
}"""
#: On how many lines the word of each button stands.
LINES = """[...document.querySelectorAll(".listen")].map((button) => {
  const range = document.createRange();
  range.selectNodeContents(button);
  return range.getClientRects().length;
})"""
#: A network that says what it is like.
NETWORK = (
    "Object.defineProperty(navigator, 'connection', {{ value: {{ effectiveType: '{}', saveData: {} }} }})"
)


def spoken(asked: Questionnaire) -> Questionnaire:
    """The questionnaire with an English recording of one question and of one option, as version 2."""
    pages = tuple(replace(page, questions=tuple(map(_spoken, page.questions))) for page in asked.pages)
    return replace(asked, pages=pages, version="2")


def _spoken(question: Question) -> Question:
    if question.name == "saf_night":
        return replace(question, audio={"en": ODD})
    if question.name != "saf_day":
        return question
    first, *others = question.choices
    choices = (replace(first, audio={"en": OPTION}), *others)
    return replace(question, audio={"en": QUESTION}, choices=choices)


def speaking(server: Server, phone: Phone) -> None:
    """A round whose questionnaire has recordings, and their files: Opus, and one that no browser plays with a fallback."""
    phone.start()
    phone.page.goto(f"{server.address}/notes/")
    folder = server.home / "sound"
    folder.mkdir()
    for number, name in enumerate((QUESTION, OPTION)):
        (folder / name).write_bytes(tones.opus(phone.page, hertz=440 + 220 * number))
    (folder / "odd.wav").write_bytes(tones.wav())
    asked = spoken(xlsform.read(ROOT / "questionnaires" / "community_security.md"))
    rounds.close(server.database, "2026-1")
    rounds.start(server.database, ROUND, questionnaires.publish(server.database, asked))


def set_up(make_phone: MakePhone, server: Server, network: str = "") -> Phone:
    phone = make_phone()
    speaking(server, phone)
    if network:
        phone.context.add_init_script(network)
    phone.page.goto("about:blank")
    phone.page.goto(server.invitation("en", round_name=ROUND))
    phone.enrol()
    return phone


def held(phone: Phone) -> list[str]:
    found: list[str] = phone.page.evaluate(HELD)
    return found


def fetched(phone: Phone, count: int) -> None:
    phone.until(lambda: len(held(phone)) == count)


def heard(phone: Phone) -> list[float]:
    found: list[float] = phone.page.evaluate("window.heard")
    return found


def summary(phone: Phone) -> str:
    """What the home screen says of recordings."""
    phone.at("home")
    return phone.page.locator("summary", has_text="Recordings").inner_text()


def test_they_are_heard_again_and_again_without_a_network(make_phone: MakePhone, server: Server) -> None:
    phone = set_up(make_phone, server)
    fetched(phone, 3)
    phone.fly()
    phone.begin()
    phone.answer_until("saf_day")
    assert violations(phone.page) == {}
    photograph(phone.page, "recordings-question", full_page=False)
    assert phone.page.evaluate(LINES) == [1, 1]
    phone.page.evaluate(LISTEN)
    listen = phone.page.get_by_role("button", name="Listen")
    assert listen.count() == 2
    phone.page.get_by_role("button", name="Listen", exact=True).click()
    phone.until(lambda: len(heard(phone)) == 1)
    # Again from its beginning, and one at a time.
    first = phone.page.evaluate_handle("window.player")
    phone.page.get_by_role("button", name="Listen: Very safe").click()
    phone.until(lambda: len(heard(phone)) == 2)
    assert first.evaluate("player => player.paused")
    assert all(0.9 < seconds < 1.1 for seconds in heard(phone))
    phone.choose("very_safe")
    assert phone.page.evaluate("window.player.paused")
    # No Opus file of that name is there: the form that takes its place is heard.
    phone.page.get_by_role("button", name="Listen").click()
    phone.until(lambda: len(heard(phone)) == 3)
    assert heard(phone)[2] == pytest.approx(0.2, abs=0.05)


def test_nobody_hears_a_question_without_the_pin(make_phone: MakePhone, server: Server) -> None:
    phone = set_up(make_phone, server)
    fetched(phone, 3)
    assert not any(name in address for address in held(phone) for name in (QUESTION, OPTION, "odd"))
    phone.begin()
    phone.answer_until("saf_day")
    phone.page.locator("header .hide").click()
    phone.come_back()
    phone.unlock()
    phone.at("question")
    assert phone.page.get_by_role("button", name="Listen").count() == 2
    phone.close()
    kept = b"".join(path.read_bytes() for path in phone.profile.rglob("*") if path.is_file())
    for file in (server.home / "sound").iterdir():
        assert file.read_bytes()[200:400] not in kept, file.name
        assert file.name.encode() not in kept, file.name


@pytest.mark.parametrize(("kind", "saving"), [("3g", "false"), ("4g", "true")])
def test_a_poor_network_fetches_them_only_when_somebody_asks(
    make_phone: MakePhone, server: Server, kind: str, saving: str
) -> None:
    phone = set_up(make_phone, server, NETWORK.format(kind, saving))
    phone.until(lambda: "Recordings: 0 of 3" in summary(phone))
    phone.page.wait_for_timeout(1000)
    assert held(phone) == []
    phone.page.locator("summary", has_text="Recordings").click()
    phone.tap("Fetch the recordings")
    fetched(phone, 3)
    phone.until(lambda: "All recordings are on this phone." in phone.page.locator("main").inner_text())
    assert "Recordings: 3 of 3" in summary(phone)


def test_removed_ones_stay_away_until_they_are_asked_for(make_phone: MakePhone, server: Server) -> None:
    phone = set_up(make_phone, server)
    fetched(phone, 3)
    phone.until(lambda: "3 of 3" in summary(phone))
    phone.page.locator("summary", has_text="Recordings").click()
    photograph(phone.page, "recordings-home")
    phone.tap("Remove the recordings")
    fetched(phone, 0)
    phone.tap_home()
    phone.page.wait_for_timeout(1000)
    assert held(phone) == []
    phone.begin()
    phone.answer_until("saf_day")
    assert phone.page.get_by_role("button", name="Listen").count() == 0


def test_a_new_recording_takes_the_place_of_the_old_one(make_phone: MakePhone, server: Server) -> None:
    phone = set_up(make_phone, server)
    fetched(phone, 3)
    before = set(held(phone))
    (server.home / "sound" / "odd.wav").write_bytes(tones.wav(880))
    phone.tap_home()
    phone.until(lambda: set(held(phone)) != before and len(held(phone)) == 3)
    assert len(before & set(held(phone))) == 2
