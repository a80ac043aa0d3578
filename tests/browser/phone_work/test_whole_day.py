"""A whole day: a woman and a man hold interviews in three languages without a network, and send them over a bad line.

`make journeys` disturbs each of them in every way, twelve times; here each disturbance comes once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Final

import pytest

from survey.storage.people import accounts
from tests.browser.axe import is_whole
from tests.browser.bad_line import BadLine
from tests.browser.conftest import MakePhone
from tests.browser.phone import Phone, Server

pytestmark = [pytest.mark.browser, pytest.mark.keeps, pytest.mark.slow]


LANGUAGES: Final = ("English", "اردو", "پښتو")
SEED: Final = 7


@pytest.fixture
def line(server: Server) -> Iterator[BadLine]:
    bad = BadLine(server.port, SEED, share=0.4)
    yield bad
    bad.close()


def tap(phone: Phone, where: str) -> None:
    phone.page.locator(where).first.click()


def hide(phone: Phone, _form: str) -> None:
    """A checkpoint."""
    tap(phone, "header .hide")
    phone.come_back()
    phone.unlock()
    phone.at("question")


def sleep(phone: Phone, _form: str) -> None:
    """The phone in a pocket, locked when it comes out."""
    phone.sleep()
    phone.unlock()
    phone.at("question")


def call(phone: Phone, _form: str) -> None:
    """A call in between: the pause, and on."""
    tap(phone, "header .pause")
    phone.at("pause")
    tap(phone, "main .actions button")
    phone.at("question")


def mistype(phone: Phone, _form: str) -> None:
    """Hidden in haste, and a wrong PIN first."""
    tap(phone, "header .hide")
    phone.come_back()
    phone.unlock("111111")
    phone.page.locator(".mistake").wait_for()
    phone.unlock()
    phone.at("question")


def run_empty(phone: Phone, form: str) -> None:
    """An empty battery; the interview goes on with another one."""
    phone.settled()
    phone.kill()
    phone.open(offline=True)
    phone.unlock()
    phone.at("home")
    phone.speak("English")
    phone.tap("Go on with the interview")
    phone.choose_preset(f"Form {form}")
    phone.at("question")


def nothing(_phone: Phone, _form: str) -> None:
    """An interview that nobody disturbs."""


#: What happens in each interview of a day.
DAY: Final[tuple[Callable[[Phone, str], None], ...]] = (hide, call, mistype, run_empty, sleep, nothing)


def hold(phone: Phone, language: str, form: str, gender: str, between: Callable[[Phone, str], None]) -> None:
    """One interview, from the first screen to the code."""
    phone.speak(language)
    phone.begin(district="Zhob" if language == "English" else "ژوب", form=form)
    phone.choose("yes")
    phone.choose(gender)
    between(phone, form)
    phone.answer_all({"p_gender": gender})
    phone.finish()


def send_all(phone: Phone) -> None:
    """Try again where the line failed, as a worker would."""
    for _ in range(40):
        with suppress(AssertionError):
            phone.send(timeout=4000)
            return
    raise AssertionError(f"{phone.waiting()} interviews are still here")


def test_all_interviews_of_two_workers_arrive_once(
    server: Server, line: BadLine, make_phone: MakePhone
) -> None:
    days = (DAY, DAY) if is_whole() else (DAY[:3], DAY[3:])
    man = accounts.add(server.database, "worker", "W02", woman=False, districts=("lakki-marwat", "zhob"))
    workers = ((server.worker, "W", "woman"), (man, "M", "man"))
    for day, (worker, form, gender) in zip(days, workers, strict=True):
        server.worker = worker
        phone = make_phone(worker.name, base=line.address)
        phone.open(server.invitation().replace(server.address, line.address))
        phone.enrol()
        phone.fly()
        for number, between in enumerate(day):
            hold(phone, LANGUAGES[number % 3], form, gender, between)
            assert phone.waiting() == number + 1
        phone.land()
        send_all(phone)
    assert server.stored() == sum(map(len, days)) >= len(DAY)
    groups = Counter(str(found["p_group"]) for found in server.answers())
    assert groups == {"woman": len(days[0]), "member": len(days[1])}
    assert sum(line.happened.values()) > 0
