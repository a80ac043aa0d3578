"""A phone that is taken away and searched: nothing on its disk tells what was asked, answered, where or of whom."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.browser.phone import PIN, Phone, Server

pytestmark = [pytest.mark.browser, pytest.mark.keeps]

DUMP = """(async () => {
  const hex = (value) => value instanceof ArrayBuffer || ArrayBuffer.isView(value)
    ? new TextDecoder("latin1").decode(value) : value;
  const found = [];
  for (const { name } of await indexedDB.databases()) {
    const database = await new Promise((done) => (indexedDB.open(name).onsuccess = (e) => done(e.target.result)));
    for (const store of database.objectStoreNames) {
      const all = await new Promise(
        (done) => (database.transaction(store).objectStore(store).getAll().onsuccess = (e) => done(e.target.result)));
      found.push(...all.map((value) => JSON.stringify(value, (key, inner) => hex(inner))));
    }
    database.close();
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      found.push(request.url, await (await cache.match(request)).text());
    }
  }
  found.push(JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage }), document.cookie);
  return found.join("\\n");
})()"""

#: Districts, answers and questions that were in the interviews, in every language they were shown in.
PLANTED = (
    *("zhob", "Zhob", "ژوب", "lakki-marwat", "Lakki Marwat"),
    *("very_unsafe", "jealousy", "compensation", "once_twice", "30_44"),
    *("saf_night", "rep_safe", "i_effect", "tr_body", "p_settle"),
    *("Very unsafe", "بہت غیر محفوظ", "peace committee", "امن کمیٹی", "Form W", "فارم W"),
    PIN,
)
#: What a search must find, so that its silence means something.
PRESENT = ("community_security", "2026-1", "Cooking oil")


def everything_on_disk(folder: Path) -> bytes:
    """Every file of the profile."""
    return b"\n".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def found(text: bytes, word: str) -> bool:
    return any(word.encode(encoding) in text for encoding in ("utf-8", "utf-16-le"))


def test_three_interviews_and_a_draft_leave_nothing_to_read(phone: Phone, server: Server) -> None:
    token = json.loads(phone.enrolments[-1])["token"]
    phone.fly()
    answers = {
        "saf_day": "very_unsafe",
        "mob_avoid": "once_twice",
        "i_effect": "jealousy",
        "i_got": "compensation",
    }
    for language in ("English", "اردو", "English"):
        phone.speak(language)
        phone.begin(district="Zhob" if language == "English" else "ژوب", form="W")
        phone.answer_all(answers)
        phone.finish()
    phone.begin(district="Lakki Marwat")
    for option in ("yes", "woman", "30_44", "village", "very_unsafe"):
        phone.choose(option)
    phone.settled()

    readable = phone.page.evaluate(DUMP)
    phone.close()
    on_disk = everything_on_disk(phone.profile)
    whole = readable.encode() + on_disk
    assert all(found(whole, word) for word in PRESENT[:2])
    assert not [word for word in (*PLANTED, token) if found(whole, word)]


def test_a_sealed_record_tells_six_things(phone: Phone) -> None:
    phone.fly()
    phone.begin()
    phone.answer_all()
    phone.finish()
    readable = phone.page.evaluate(DUMP)
    header = re.search(r"\{\\\\?\"format.*?\}", readable)
    assert header is not None
    members = re.findall(r'"(\w+)\\*":', header.group(0).replace("\\", ""))
    assert members == ["format", "key", "questionnaire", "version", "id", "round"]


def test_a_draft_is_gone_after_twelve_hours_without_a_pin(phone: Phone) -> None:
    phone.begin()
    phone.choose("yes")
    phone.settled()
    assert phone.kept("draft")
    phone.close()
    phone.open()
    phone.at("lock")
    assert phone.kept("draft")
    phone.page.clock.install()
    phone.page.clock.fast_forward(13 * 3600 * 1000)
    phone.page.reload()
    phone.at("lock")
    assert not phone.kept("draft")


def test_ten_wrong_pins_leave_sealed_records_only(phone: Phone) -> None:
    phone.fly()
    phone.begin()
    phone.answer_all()
    phone.finish()
    phone.tap("Lock")
    for left in range(9, 0, -1):
        phone.unlock("000001")
        phone.page.get_by_text(f"Tries left: {left}.").wait_for()
    phone.unlock("000001")
    phone.at("start")
    assert [name for name in ("lock", "safe", "pack", "draft", "language") if phone.kept(name)] == []
    assert phone.waiting() == 1
    assert "1 waiting" in phone.page.locator("main").inner_text()


def test_hiding_shows_prices_within_a_second_and_the_pin_brings_the_interview_back(phone: Phone) -> None:
    phone.begin()
    for option in ("yes", "woman", "30_44"):
        phone.choose(option)
    asked = phone.asked()
    took = phone.page.evaluate(
        """() => { const begin = performance.now();
        document.querySelector("button.hide").click();
        return document.body.dataset.screen === "harmless" ? performance.now() - begin : Infinity; }"""
    )
    assert took < 1000
    assert "Cooking oil" in phone.page.locator("main").inner_text()
    assert phone.page.locator("header button").count() == 0
    phone.come_back()
    phone.unlock()
    phone.at("question")
    assert phone.asked() == asked
    phone.tap("Back")
    assert phone.page.locator("#o-30_44").is_checked()


def test_the_phone_locks_itself_after_two_minutes(phone: Phone) -> None:
    phone.begin()
    phone.choose("yes")
    phone.close()
    phone.open()
    phone.unlock()
    phone.at("home")
    phone.page.evaluate("performance.now = ((now) => () => now + 130000)(performance.now())")
    phone.at("lock")
    assert phone.page.locator("header .hide").count() == 0


def test_what_was_entered_alone_is_not_shown_again(phone: Phone) -> None:
    phone.begin()
    phone.answer_until("tr_body")
    phone.hand_over(alone=True)
    name = phone.asked()
    phone.choose("very_safe" if name == "rep_safe" else "lot")
    while not phone.page.locator("main h1", has_text="Give the phone back").count():
        phone.next()
    phone.tap("The worker has the phone")
    seen = set()
    for _ in range(60):
        if phone.asked() == "c_agree":
            break
        phone.tap("Back")
        seen.add(phone.asked())
    assert "s_private" in seen
    assert name not in seen
