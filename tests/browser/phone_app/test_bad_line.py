"""Interviews through a server that dies and a line that loses, delays, cuts and repeats: a hundred, or in `make journeys` two."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Route

from tests.browser.axe import is_whole
from tests.browser.bad_line import FAULTS, BadLine
from tests.browser.conftest import MakePhone
from tests.browser.phone import Phone, Server

pytestmark = pytest.mark.browser

COUNT = 200 if is_whole() else 100
SEED = 20261129
#: Seals records with the app's own modules, as many finished interviews would.
SEAL = """async ({ base, count, answers, pack }) => {
  const seal = await import(`${base}/device/seal.js`);
  const { sealedRecord } = await import(`${base}/device/queue.js`);
  const { open } = await import(`${base}/vault/store.js`);
  const store = await open();
  const { name, version } = pack.questionnaire;
  for (let number = 0; number < count; number += 1) {
    const id = seal.randomId();
    const record = {
      questionnaire: name, version, answers, day: pack.day, language: "ur", minutes: "15_to_19", odd_hours: false,
      option_seed: number, withdrawal_code: "",
    };
    const fields = { key: pack.key.id, questionnaire: name, version, id, round: pack.round };
    const body = await seal.envelope(seal.fromBase64(pack.key.point), fields, record, pack.size);
    await store.waiting.keep(await sealedRecord(id, body));
  }
  store.close();
}"""
ANSWERS = {
    "round": "2026-1",
    "district": "zhob",
    "p_group": "woman",
    "mode": "interviewer",
    "c_agree": "yes",
    "p_gender": "woman",
    "p_age": "30_44",
    "s_private": "alone",
    "saf_day": "very_safe",
}


@pytest.fixture
def line(server: Server) -> Iterator[BadLine]:
    bad = BadLine(server.port, SEED, share=0.12)
    yield bad
    bad.close()


def seal(phone: Phone, count: int) -> None:
    phone.page.evaluate(
        SEAL, {"base": "/static/js", "count": count, "answers": ANSWERS, "pack": phone.pack()}
    )
    assert phone.waiting() == count


def sent(phone: Phone) -> str:
    return phone.page.locator(".counts").inner_text()


def test_every_interview_is_stored_exactly_once(server: Server, line: BadLine, make_phone: MakePhone) -> None:
    server.kill()
    server.start()
    phone = make_phone(base=line.address)
    phone.open(server.invitation().replace(server.address, line.address))
    phone.enrol()
    seal(phone, COUNT)
    phone.tap_home()
    phone.tap("Send now")

    killed_at = [3 * COUNT // 4, 3 * COUNT // 10]
    end = time.monotonic() + 240
    while (left := phone.waiting()) and time.monotonic() < end:
        if killed_at and left <= killed_at[0]:
            killed_at.pop(0)
            server.kill()
            phone.page.wait_for_timeout(1500)
            server.start()
        phone.page.wait_for_timeout(100)

    assert phone.waiting() == 0
    assert server.stored() == COUNT
    assert killed_at == []
    assert set(line.happened) == set(FAULTS)
    phone.until(lambda: f"{COUNT} sent today" in sent(phone))
    phone.tap_home()
    assert f"{COUNT} sent today" in sent(phone)


def test_a_phone_that_goes_out_while_it_sends_knows_what_left(phone: Phone, server: Server) -> None:
    held: list[Route] = []
    left = 4

    def hold_the_rest(route: Route) -> None:
        if server.stored() < left:
            route.continue_()
        else:
            held.append(route)

    phone.context.route("**/api/submissions/*", hold_the_rest)
    seal(phone, left + 2)
    phone.tap_home()
    phone.tap("Send now")
    phone.until(lambda: bool(held) and f"{left} sent today" in sent(phone))
    phone.tap_home()
    assert f"{left} sent today" in sent(phone)
    assert phone.waiting() == 2
