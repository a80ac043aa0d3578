"""A phone that was set up with earlier code, with interviews waiting: today's server and today's app lose none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from tests.browser.earlier_phone import EarlierPhone, Server, serving

pytestmark = pytest.mark.browser


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with serving(tmp_path) as running:
        yield running


@pytest.fixture
def phone(browser_driver: Playwright, server: Server, tmp_path: Path) -> Iterator[EarlierPhone]:
    """A phone with the earlier app, one interview and one refusal waiting, in flight mode."""
    made = EarlierPhone(browser_driver, tmp_path / "phone")
    made.enrol(server.invitation())
    made.context.set_offline(True)
    made.interview()
    made.refusal()
    assert made.is_of(server.then.version)
    yield made
    made.context.close()
    assert made.complaints == []


def numbers(server: Server) -> tuple[int, int, int]:
    """Interviews, tallies and receipts."""
    return server.rows("responses"), server.rows("tallies"), server.rows("receipts")


def one_of_each_more(before: tuple[int, int, int]) -> tuple[int, int, int]:
    """What the two records of the phone make of those."""
    responses, tallies, receipts = before
    return responses + 1, tallies + 1, receipts + 2


def test_the_earlier_app_hands_its_records_to_todays_server_once(phone: EarlierPhone, server: Server) -> None:
    before = numbers(server)
    server.then.lose = 1
    phone.context.set_offline(False)
    phone.tend(lambda: server.then.taken >= 3)
    phone.tend(lambda: not phone.sends())
    assert numbers(server) == one_of_each_more(before)
    assert phone.is_of(server.then.version)


def test_todays_app_takes_over_what_waits_and_sends_it_once(phone: EarlierPhone, server: Server) -> None:
    before = numbers(server)
    server.then.earlier, server.then.shut, server.then.lose = False, True, 1
    phone.context.set_offline(False)
    phone.opened_until(lambda: not phone.is_of(server.then.version))
    phone.tend(phone.sends)
    assert numbers(server) == before
    server.then.shut = False
    phone.tend(lambda: server.then.taken >= 3)
    phone.tend(lambda: not phone.sends())
    assert numbers(server) == one_of_each_more(before)
