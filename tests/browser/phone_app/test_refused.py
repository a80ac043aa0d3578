"""Refusals on the way: only what our own server signed is believed, everything else is sent again by itself."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Route

from survey.questionnaire import xlsform
from survey.questionnaire.model import Questionnaire, from_json, to_json
from survey.storage import questionnaires
from survey.storage.field import rounds
from tests.browser.conftest import MakePhone
from tests.browser.phone import ROOT, Phone, Server

pytestmark = pytest.mark.browser

#: What stands between says anything, our own words among it, and even a signature of another answer.
FORGED = (
    (403, {"code": "Forbidden"}),
    (409, {"code": "conflict"}),
    (400, {"code": "round_closed", "proof": "A" * 86}),
    (401, {"code": "device_revoked"}),
    (401, {"code": "no_token"}),
    (410, {"code": "invitation_unknown"}),
    (502, {"code": "busy"}),
)


def refuse(phone: Phone) -> None:
    """Give an interview that ends at once."""
    phone.begin()
    phone.choose("no")
    phone.at("stopped")
    phone.tap("Done")
    phone.at("home")


def test_what_a_gateway_says_is_never_believed(phone: Phone, server: Server) -> None:
    phone.fly()
    refuse(phone)
    # The phone reports by itself when the network is back.
    said: list[tuple[int, dict[str, Any]]] = [FORGED[0]]

    def answer(route: Route) -> None:
        status, content = said[-1]
        route.fulfill(status=status, body=json.dumps(content), content_type="application/json")

    phone.context.route("**/api/**", answer)
    phone.land()
    status = phone.page.locator("#status")
    for forged in FORGED:
        said.append(forged)
        phone.tap("Send now")
        phone.until(lambda: "did not take it" in status.inner_text())
        assert phone.page.locator(".help").count() == 0, forged
        assert phone.page.locator("main .mistake").count() == 0, forged
    assert all(phone.kept(name) for name in ("lock", "safe", "pack"))
    phone.context.unroute("**/api/**")
    # By itself: nobody taps.
    phone.until(lambda: phone.waiting() == 0, 60_000)
    with server.database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM tallies").scalar_one() == 1


def test_a_refusal_that_an_earlier_version_believed_is_sent_again(phone: Phone) -> None:
    phone.fly()
    refuse(phone)
    phone.page.evaluate(BELIEVED)
    phone.tap_home()
    assert phone.page.locator(".help").count() == 0
    phone.land()
    phone.send()


#: The record as the version before kept it, when a gateway had refused it.
BELIEVED = """new Promise((done) => {
  const request = indexedDB.open("notes-2");
  request.onsuccess = () => {
    const store = request.result.transaction("waiting", "readwrite").objectStore("waiting");
    store.openCursor().onsuccess = ({ target }) => {
      const { sure, ...record } = target.result.value;
      target.result.update({ ...record, help: "Forbidden" }).onsuccess = () => { request.result.close(); done(); };
    };
  };
})"""


def test_a_phone_that_the_server_does_not_know_is_told_and_keeps_its_records(
    phone: Phone, server: Server
) -> None:
    phone.fly()
    refuse(phone)
    # As after a restored backup from before this phone was let in.
    server.database.change(lambda connection: connection.exec_driver_sql("DELETE FROM tokens"))
    phone.page.wait_for_timeout(5500)
    phone.land()
    unknown = phone.page.get_by_text("The server does not know this phone: ask")
    for count in range(3):
        assert unknown.count() == 0, count
        phone.tap("Send now")
        phone.until(lambda: "later" in phone.page.locator("#status").inner_text() or unknown.count() > 0)
        if unknown.count():
            break
    unknown.wait_for()
    assert phone.waiting() == 1
    assert all(phone.kept(name) for name in ("lock", "safe", "pack"))


def without_english(asked: Questionnaire) -> Questionnaire:
    """The questionnaire in Urdu and Pashto alone, as version 2."""

    def stripped(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: stripped(inner) for name, inner in value.items() if name != "en"}
        return [stripped(inner) for inner in value] if isinstance(value, list) else value

    content = stripped(json.loads(to_json(asked)))
    changed = {**content, "languages": ["ur", "ps"], "default_language": "ur", "version": "2"}
    return from_json(json.dumps(changed))


def test_an_interview_in_a_language_that_the_questionnaire_lacks_is_stored(
    make_phone: MakePhone, server: Server
) -> None:
    asked = without_english(xlsform.read(ROOT / "questionnaires" / "community_security.md"))
    rounds.start(server.database, "2026-2", questionnaires.publish(server.database, asked))
    phone = make_phone()
    phone.open(server.invitation("en", round_name="2026-2"))
    phone.enrol()
    assert phone.page.locator("html").get_attribute("lang") == "en"
    phone.begin(district="ژوب", form="W")
    phone.choose("yes")
    phone.tap("Pause and help")
    phone.tap("End here and keep the answers given")
    phone.finish()
    phone.send()
    with server.database.read() as connection:
        rows = connection.exec_driver_sql("SELECT language, flags FROM responses").all()
    assert [row[0] for row in rows] == ["ur"]
    assert "unread_field" not in (rows[0][1] or "")
