"""Odd days: a new version in mid-interview, a full phone, a wrong clock, two tabs, new keys, a phone signed out."""

from __future__ import annotations

import datetime
import shutil
from pathlib import Path

import pytest

from survey.keys import record_keys
from survey.questionnaire import xlsform
from survey.storage import questionnaires
from survey.storage.field import rounds
from survey.storage.people import accounts
from tests.browser.conftest import MakePhone
from tests.browser.examiner import opened
from tests.browser.phone import PIN, ROOT, Phone, Server

pytestmark = [pytest.mark.browser, pytest.mark.keeps]


@pytest.fixture
def own_icon(server: Server) -> Path:
    """Where an icon of one's own lies: to put one there makes a new version of the app."""
    folder = server.home / "icons"
    folder.mkdir()
    return folder / "icon-192.png"


def restart_with_new_version(server: Server, icon: Path) -> None:
    shutil.copy(ROOT / "static" / "icons" / "notes-512.png", icon)
    server.kill()
    server.start()


def test_a_new_version_waits_for_the_end_of_the_interview(
    phone: Phone, server: Server, own_icon: Path
) -> None:
    old = phone.version()
    phone.begin()
    phone.choose("yes")
    restart_with_new_version(server, own_icon)
    phone.page.evaluate("navigator.serviceWorker.getRegistration().then((found) => found.update())")
    phone.page.wait_for_function("navigator.serviceWorker.getRegistration().then((found) => !!found.waiting)")
    phone.page.wait_for_timeout(1000)
    assert phone.version() == old
    phone.answer_all()
    phone.seal()
    phone.at("lock")
    assert phone.version() != old
    phone.unlock()
    phone.at("home")
    phone.send()
    assert server.stored() == 1


def test_a_new_questionnaire_leaves_interviews_and_queue_alone(
    phone: Phone, server: Server, tmp_path: Path
) -> None:
    phone.fly()
    phone.begin()
    phone.answer_all()
    phone.finish()
    phone.begin()
    phone.choose("yes")
    changed = tmp_path / "second.md"
    text = (ROOT / "questionnaires" / "community_security.md").read_text(encoding="utf-8")
    changed.write_text(
        text.replace("| community_security | 1 |", "| community_security | 2 |"), encoding="utf-8"
    )
    edition = questionnaires.publish(server.database, xlsform.read(changed))
    rounds.start(server.database, "2026-2", edition)
    phone.land()
    phone.answer_all()
    phone.finish()
    phone.send()
    with server.database.read() as connection:
        versions = connection.exec_driver_sql(
            "SELECT version FROM responses JOIN questionnaires ON key = questionnaire"
        )
        assert versions.scalars().all() == ["1", "1"]


def test_a_full_phone_is_announced(phone: Phone) -> None:
    phone.page.evaluate("navigator.storage.estimate = () => Promise.resolve({ quota: 1e7, usage: 9e6 })")
    phone.tap("Practice")
    phone.tap("Back")
    phone.at("home")
    phone.page.get_by_text("almost full").wait_for()


def test_a_clock_wrong_by_a_year_is_put_right(make_phone: MakePhone, server: Server) -> None:
    phone = make_phone()
    last_year = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=365)
    phone.start()
    phone.context.clock.install(time=last_year)
    phone.page.goto(server.invitation())
    phone.enrol()
    phone.begin()
    phone.answer_all()
    phone.finish()
    phone.send()
    today = datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=5)
    with server.database.read() as connection:
        (day,) = connection.exec_driver_sql("SELECT day FROM responses").scalars().all()
    assert day == today.date().isoformat()


def test_two_tabs_do_not_disturb_each_other(phone: Phone) -> None:
    phone.begin()
    phone.choose("yes")
    second = phone.context.new_page()
    second.goto(f"{phone.base}/notes/")
    second.locator('body[data-screen="elsewhere"]').wait_for()
    phone.page.bring_to_front()
    phone.choose("woman")
    assert phone.asked() == "p_age"
    phone.page.close()
    second.get_by_role("button").last.click()
    second.locator('body[data-screen="lock"]').wait_for()
    phone.page = second


def test_records_sealed_before_a_new_key_still_arrive(phone: Phone, server: Server) -> None:
    old = record_keys.current_key(server.home).id
    phone.fly()
    phone.begin()
    phone.answer_all()
    phone.finish()
    new = record_keys.new_key(server.home).id
    phone.land()
    phone.tap_home()
    phone.until(lambda: len(phone.packs) > 1)
    phone.page.wait_for_timeout(500)
    phone.begin()
    phone.answer_all()
    phone.finish()
    assert old != new
    phone.send()
    assert server.stored() == 2


def test_a_phone_signed_out_while_away_keeps_its_sealed_records_only(phone: Phone, server: Server) -> None:
    phone.fly()
    phone.begin()
    phone.answer_all()
    phone.finish()
    accounts.revoke_tokens(server.database, server.worker.name)
    phone.page.wait_for_timeout(6000)
    phone.land()
    phone.tap("Send now")
    phone.at("start")
    assert "signed this phone out" in phone.page.locator("main").inner_text()
    assert phone.waiting() == 1
    assert not any(phone.kept(name) for name in ("lock", "safe", "pack", "draft"))
    assert opened(phone.profile, PIN) == []
    phone.page.goto("about:blank")
    phone.page.goto(server.invitation())
    phone.enrol()
    phone.send()
    assert server.stored() == 1


def test_a_refused_record_needs_help_and_who_can_help_frees_it(phone: Phone, server: Server) -> None:
    phone.fly()
    phone.begin()
    phone.answer_all()
    phone.finish()
    accounts.set_districts(server.database, server.worker.name, ("bannu",))
    phone.land()
    phone.tap("Send now")
    phone.page.locator(".help").wait_for()
    assert "Its district is not given to you." in phone.page.locator(".help").inner_text()
    assert phone.waiting() == 1
    assert server.stored() == 0
    accounts.set_districts(server.database, server.worker.name, ("lakki-marwat", "zhob"))
    phone.send()
    assert server.stored() == 1
