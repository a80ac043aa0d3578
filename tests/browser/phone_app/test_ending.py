"""A phone whose round ends while its records wait: it begins nothing new, sends what it holds, and says what became of it."""

from __future__ import annotations

import pytest

from survey.storage.field import late, rounds
from survey.storage.people import devices
from survey.storage.people.devices import Contact
from tests.browser.axe import violations
from tests.browser.phone import Phone, Server

pytestmark = pytest.mark.browser

ROUND = "2026-1"
OVER = "میں نئے انٹرویو نہیں لیے جاتے"
LATE = "اپنا دور ختم ہونے کے بعد پہنچے: 1۔ سرور انہیں مہر بند رکھتا ہے؛ فیصلہ منتظم کرتا ہے۔"
#: Marks the waiting records as an earlier server's refusal left them.
REFUSED_BEFORE = """new Promise((done) => {
  const request = indexedDB.open("notes-2");
  request.onsuccess = () => {
    const records = request.result.transaction("waiting", "readwrite").objectStore("waiting");
    records.getAll().onsuccess = (event) => {
      event.target.result.forEach((record) => records.put({ ...record, help: "round_closed" }));
    };
    records.transaction.oncomplete = () => { request.result.close(); done(); };
  };
})"""


def held(phone: Phone) -> None:
    """An interview without a network: refused at consent, which is sealed and sent like any other."""
    phone.fly()
    phone.begin(district="ژوب", form="فارم W")
    phone.choose("no")
    phone.at("stopped")
    phone.page.locator("main .actions button").first.click()
    phone.at("home")


def looked_at(phone: Phone) -> None:
    """The screen passes axe and does not scroll sideways."""
    assert violations(phone.page) == {}
    assert phone.page.evaluate("document.documentElement.scrollWidth <= innerWidth && innerWidth === 360")
    assert phone.page.locator("html").get_attribute("dir") == "rtl"


def tallies(server: Server) -> int:
    with server.database.read() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM tallies").scalar_one())


def test_a_round_that_ends_is_cut_short_and_hears_late_records_in_urdu(phone: Phone, server: Server) -> None:
    phone.speak("اردو")
    held(phone)
    rounds.end(server.database, ROUND, 14)
    assert [one.worker for one in devices.phones_awaited(server.database, ROUND)] == ["W01"]
    phone.land()
    phone.tap_home()
    phone.page.get_by_text(OVER).wait_for()
    assert phone.page.get_by_role("button", name="نیا انٹرویو").count() == 0
    assert phone.page.get_by_role("button", name="مشق", exact=True).count() == 1
    looked_at(phone)
    phone.send()
    assert tallies(server) == 1
    assert devices.phones_awaited(server.database, ROUND) == ()
    assert phone.page.locator(".late").count() == 0
    # It did not hear of the ending, held another one, and the round was cut short.
    with server.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE rounds SET state = 'open', ending_day = NULL, closing_day = NULL")
    phone.tap_home()
    phone.page.get_by_role("button", name="نیا انٹرویو").wait_for()
    held(phone)
    rounds.end(server.database, ROUND, 14)
    rounds.close(server.database, ROUND)
    phone.page.evaluate(REFUSED_BEFORE)
    phone.land()
    # By itself, although an earlier server had refused it.
    phone.until(lambda: phone.waiting() == 0)
    phone.page.locator(".late").wait_for()
    assert phone.page.locator(".late").inner_text() == LATE
    assert phone.page.locator(".help").count() == 0
    phone.page.get_by_text(OVER).wait_for()
    assert phone.page.get_by_role("button", name="نیا انٹرویو").count() == 0
    looked_at(phone)
    assert late.numbers(server.database) == {ROUND: 1}
    assert tallies(server) == 1


def test_a_draft_keeps_its_questionnaire_and_nothing_new_begins_after_it(
    phone: Phone, server: Server
) -> None:
    phone.begin()
    phone.choose("yes")
    phone.settled()
    phone.tap_home()
    rounds.end(server.database, ROUND, 14)
    assert phone.page.get_by_role("button", name="New interview").count() == 1
    phone.tap_home()
    phone.page.get_by_text("takes no new interviews").wait_for()
    assert phone.page.get_by_role("button", name="New interview").count() == 0
    phone.tap("Go on with the interview")
    phone.choose_preset("Form W")
    phone.at("question")
    phone.answer_all()
    phone.finish()
    phone.send()
    assert server.stored() == 1
    phone.page.get_by_text("takes no new interviews").wait_for()


def test_the_day_of_contact_is_noted_and_no_more(phone: Phone, server: Server) -> None:
    (seen,) = devices.active_phones(server.database)
    assert isinstance(seen, Contact)
    assert (seen.worker, len(str(seen.day))) == ("W01", 10)
