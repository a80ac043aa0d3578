"""Days without a network: interviews are made, survive the end of the browser, and arrive exactly once."""

from __future__ import annotations

import pytest

from tests.browser.conftest import MakePhone
from tests.browser.phone import PIN, Phone, Server

pytestmark = [pytest.mark.browser, pytest.mark.keeps]


BODIES = """new Promise((done) => {
  const request = indexedDB.open("notes-2");
  request.onsuccess = () => {
    const all = request.result.transaction("waiting").objectStore("waiting").getAll();
    all.onsuccess = () => { window.bodies = all.result; request.result.close(); done(all.result.length); };
  };
})"""
PUT_BACK = """new Promise((done) => {
  const request = indexedDB.open("notes-2");
  request.onsuccess = () => {
    const change = request.result.transaction("waiting", "readwrite");
    window.bodies.forEach((record) => change.objectStore("waiting").put(record));
    change.oncomplete = () => { request.result.close(); done(null); };
  };
})"""


def test_five_interviews_in_flight_mode_arrive_exactly_once(phone: Phone, server: Server) -> None:
    phone.fly()
    for language in ("English", "اردو", "English", "پښتو", "اردو"):
        phone.speak(language)
        phone.begin(district="Zhob" if language == "English" else "ژوب", form="W")
        phone.answer_all()
        phone.finish()
    assert phone.waiting() == 5
    phone.kill()

    phone.open(offline=True)
    phone.unlock(PIN)
    phone.at("home")
    assert phone.waiting() == 5
    assert "5" in phone.page.locator(".counts").inner_text()
    phone.page.evaluate(BODIES)
    phone.land()
    phone.send()
    assert server.stored() == 5

    phone.page.evaluate(PUT_BACK)
    phone.tap_home()
    phone.send()
    assert server.stored() == 5


def test_an_interview_is_picked_up_where_the_browser_was_killed(phone: Phone) -> None:
    phone.begin()
    for option in ("yes", "woman", "30_44", "village", "very_safe"):
        phone.choose(option)
    asked = phone.asked()
    phone.settled()
    phone.kill()
    phone.open()
    phone.unlock()
    phone.at("home")
    phone.tap("Go on with the interview")
    phone.page.get_by_text("Which form was it?").wait_for()
    phone.choose_preset("Form W")
    phone.at("question")
    assert phone.asked() == asked == "saf_night"
    phone.tap("Back")
    assert phone.page.locator("#o-very_safe").is_checked()


def test_an_unfinished_interview_is_not_taken_for_another_form_or_replaced_by_one_tap(phone: Phone) -> None:
    page = phone.page
    phone.begin()
    phone.answer_all_until("w_space")
    phone.choose("yes")
    phone.settled()
    phone.tap_home()
    phone.tap("New interview")
    page.get_by_text("Remove the unfinished interview?").wait_for()
    phone.tap("No, go back")
    phone.at("home")
    assert phone.kept("draft")
    phone.tap("Go on with the interview")
    for other in ("Form M", "Form Y"):
        phone.choose_preset(other)
        page.get_by_role("heading", name="It was another form").wait_for()
        # It is refused: no button takes it all the same.
        assert page.locator("main button").all_inner_texts() == ["Choose the form again", "Back"]
        phone.tap("Choose the form again")
    phone.choose_preset("Form W")
    # What a draft never holds is asked again first.
    page.get_by_role("heading", name="Give the phone to the person").wait_for()
    phone.tap("Pause and help")
    phone.tap("Stop and throw all answers away")
    page.get_by_text("This cannot be undone.").wait_for()
    assert phone.kept("draft")
    phone.tap("Yes, throw them away")
    phone.at("stopped")
    assert not phone.kept("draft")


def test_refusals_and_minors_leave_a_tally_and_nothing_else(phone: Phone, server: Server) -> None:
    phone.fly()
    for answers in (["no"], ["yes", "woman", "under_18"]):
        phone.begin()
        for option in answers:
            phone.choose(option)
        phone.at("stopped")
        phone.tap("Done")
        phone.at("home")
    assert phone.waiting() == 2
    phone.land()
    phone.send()
    assert server.stored() == 0
    with server.database.read() as connection:
        kinds = connection.exec_driver_sql("SELECT kind FROM tallies ORDER BY kind").scalars().all()
    assert kinds == ["refused", "under_age"]


def test_practice_never_counts(phone: Phone) -> None:
    phone.tap("Practice")
    phone.choose_preset("Zhob")
    phone.choose_preset("Form W")
    assert phone.page.locator(".practice[role=note]").is_visible()
    phone.answer_all()
    phone.finish()
    assert phone.waiting() == 0


def test_the_saved_file_holds_the_queue(phone: Phone, server: Server) -> None:
    from survey.intake import envelope

    phone.fly()
    phone.begin()
    phone.answer_all()
    phone.finish()
    with phone.page.expect_download() as download:
        phone.tap("Save as a file")
    text = download.value.path().read_text()
    (body,) = envelope.envelopes_in_file(text)
    receipt = envelope.accept(server.database, body, str(envelope.read(body).id), server.worker)
    assert receipt.outcome == "stored"
    phone.land()
    phone.send()
    assert server.stored() == 1


def test_a_link_works_once(phone: Phone, make_phone: MakePhone, server: Server) -> None:
    link = server.invitation()
    first, second = make_phone("first"), make_phone("second")
    first.open(link)
    first.enrol()
    second.open(link)
    second.at("choose-pin")
    for name in ("pin", "again"):
        second.page.locator(f"#{name}").fill(PIN)
    second.page.locator("form button[type=submit]").click()
    second.at("start")
    assert "used before" in second.page.locator("main").inner_text()
