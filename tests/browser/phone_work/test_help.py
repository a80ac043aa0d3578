"""What helps a worker on the spot: lines of the province that dial, and which form is for whom."""

from __future__ import annotations

import pytest

from survey.accounts import enrolment
from survey.storage.people import accounts
from survey.storage.people.devices import Assignment
from tests.browser.axe import violations_in_turn
from tests.browser.conftest import MakePhone
from tests.browser.phone import Phone, Server
from tests.browser.phone_server import DISTRICTS
from tests.browser.photographs import photograph

pytestmark = pytest.mark.browser

LANGUAGES = ("English", "اردو", "پښتو")
#: What a tap on each link would dial, by the district of the interview.
DIALLED = {
    "Zhob": ["tel:1089", "tel:15"],
    "Lakki Marwat": ["tel:080022227", "tel:1097", "tel:1121", "tel:15"],
}


def looked_at(phone: Phone, name: str) -> None:
    """The screen passes axe, its links are as high as a thumb, and it does not scroll sideways."""
    for language in LANGUAGES:
        phone.speak(language)
        assert violations_in_turn(phone.page, name) == {}, (name, language)
        assert phone.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        heights = phone.page.eval_on_selector_all(
            ".referrals a, summary", "all => all.map(one => one.getBoundingClientRect().height)"
        )
        assert min(heights) >= 48, (name, heights)
        tag = phone.page.locator("html").get_attribute("lang")
        photograph(phone.page, f"{name}-{tag}")
    phone.speak("English")


@pytest.mark.parametrize("district", DIALLED)
def test_the_pause_names_the_lines_of_the_districts_province_and_dials_them(
    phone: Phone, district: str
) -> None:
    phone.begin(district)
    phone.fly()
    phone.tap("Pause and help")
    links = phone.page.locator(".referrals a")
    assert [link.get_attribute("href") for link in links.all()] == DIALLED[district]
    looked_at(phone, f"pause-{district}")


def test_a_worker_reads_which_form_is_for_whom_and_a_man_that_form_w_is_not_his(
    make_phone: MakePhone, server: Server
) -> None:
    man = accounts.add(server.database, "worker", "W02", woman=False, districts=DISTRICTS)
    code = enrolment.invite(server.database, man, Assignment("2026-1", "en")).code
    phone = make_phone()
    phone.open(f"{server.address}/notes/#i={code}&l=en")
    phone.enrol()
    phone.tap("New interview")
    phone.choose_preset("Zhob")
    assert phone.page.locator("button.choice").all_inner_texts() == ["Form M", "Form Y"]
    main = phone.page.locator("main")
    assert "Form W is for women and is asked by women only" in main.inner_text()
    # Folded: a glance at the phone does not say whom a form is for.
    assert "committee" not in main.inner_text()
    phone.page.locator("summary").click()
    assert "Form M: people who have a role in the local committee or jirga" in main.inner_text()
    looked_at(phone, "forms")


def test_a_woman_is_not_held_off_any_form(phone: Phone) -> None:
    phone.tap("New interview")
    phone.choose_preset("Zhob")
    assert phone.page.locator("button.choice").all_inner_texts() == ["Form M", "Form W", "Form Y"]
    assert "not among your forms" not in phone.page.locator("main").inner_text()
