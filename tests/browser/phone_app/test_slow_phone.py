"""The phone on a slow line: 50 kbit/s, 0.8 s there and back, a processor four times slower."""

from __future__ import annotations

import time

import pytest

from tests.browser.conftest import MakePhone
from tests.browser.phone import PIN, Phone, Server

pytestmark = pytest.mark.browser

#: Journeys over the line until the first question of the first visit: each costs 0.8 s there and back.
FIRST_VISIT = 12
OWN_COUNTS = "/api/devices/counts"
#: Pictures of the screen until a tap shows the next question.
FRAMES = 2
LINE = {"offline": False, "latency": 800, "downloadThroughput": 6250, "uploadThroughput": 6250}


def slow_down(phone: Phone) -> None:
    devtools = phone.context.new_cdp_session(phone.page)
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", LINE)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": 4})


def to_first_question(phone: Phone) -> None:
    """With the keys: a tap waits until a screen has settled, and what is measured is the app's own work."""
    phone.page.locator("main .actions button").first.press("Enter")
    for label in ("Zhob", "Form W"):
        phone.page.locator("button.choice", has_text=label).first.press("Enter")
    phone.page.locator("#o-yes").wait_for()


def journeys(phone: Phone) -> list[str]:
    """The addresses that the page itself asks the line for from now on, and waits for.

    What the service worker fetches for later makes nobody wait, nor does the worker's own part of the round.
    """
    asked: list[str] = []
    phone.page.on("request", lambda request: request.url.endswith(OWN_COUNTS) or asked.append(request.url))
    return asked


def test_few_journeys_lead_to_the_first_question_and_taps_answer_at_once(
    make_phone: MakePhone, server: Server
) -> None:
    """What makes seconds on a phone is counted; `pytest -s` prints the seconds of this machine."""
    server.kill()
    server.start()
    phone = make_phone()
    phone.start()
    slow_down(phone)
    over_the_line, begun = journeys(phone), time.monotonic()
    phone.page.goto(server.invitation(), wait_until="commit")
    phone.page.locator('body[data-screen="choose-pin"]').wait_for(timeout=60_000)
    for name in ("pin", "again"):
        phone.page.locator(f"#{name}").fill(PIN)
    phone.page.locator("form button[type=submit]").click()
    phone.page.locator('body[data-screen="home"]').wait_for(timeout=60_000)
    to_first_question(phone)
    first_visit, first_journeys = time.monotonic() - begun, list(over_the_line)

    phone.page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    phone.fly()
    begun = time.monotonic()
    phone.page.goto(f"{server.address}/notes/?again", wait_until="commit")
    phone.unlock()
    phone.page.locator('body[data-screen="home"]').wait_for()
    to_first_question(phone)
    from_cache = time.monotonic() - begun

    taps = []
    for option in ("yes", "woman", "30_44", "village", "very_safe", "very_safe"):
        phone.page.locator(f'label[for="o-{option}"]').click()
        taps.append(phone.page.evaluate(FRAMES_OF_A_TAP))
    print(
        f"first visit {first_visit:.1f} s and {len(first_journeys)} journeys, from cache {from_cache:.1f} s, "
        f"slowest tap {max(taps)} frames"
    )
    assert len(first_journeys) <= FIRST_VISIT, first_journeys
    assert max(taps) <= FRAMES


#: Pictures of the screen from a tap on "Next" to the first that shows the next question.
FRAMES_OF_A_TAP = """new Promise((done) => {
  const question = document.querySelector("main form");
  document.querySelector("main button[type=submit]").click();
  let frames = 0;
  const look = () => {
    frames += 1;
    if (question.isConnected && frames < 600) requestAnimationFrame(look);
    else done(frames);
  };
  requestAnimationFrame(look);
})"""
