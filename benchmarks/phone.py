"""The app on a slow phone: processor time from its cache to the first question, and memory over many interviews.

A browser's own throttle slows the page and not the threads that derive a key. So nothing is throttled here: the processor time of
all processes of the browser is counted, and taken four times. The phone is set up with a clock that runs four times as fast,
so that it chooses the rounds of the derivation that a phone four times slower would choose.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from playwright.sync_api import Playwright, sync_playwright

from benchmarks import measure
from tests.browser.phone import PIN, Phone, Server, serving

#: How much slower than this machine's processor the phone's is.
SLOWER: Final = 4
START, UNLOCK, QUESTION, WHOLE = (
    "cache to lock",
    "unlock",
    "home to first question",
    "cache to first question",
)
#: Seconds of the slow processor.
GOALS: Final[Mapping[str, float]] = {UNLOCK: 1.0, WHOLE: 3.0}
SLOW_CLOCK: Final = (
    f"const now = performance.now.bind(performance); performance.now = () => {SLOWER} * now();"
)
KEPT: Final = """new Promise((done) => {
  const request = indexedDB.open("notes-2");
  request.onsuccess = () => {
    const lock = request.result.transaction("things").objectStore("things").get("lock");
    lock.onsuccess = () => { request.result.close(); done(lock.result.rounds); };
  };
})"""


def processor_seconds(profile: Path) -> float:
    """What all processes of a phone's browser have used of processors until now."""
    mine = f"--user-data-dir={profile}".encode()
    used: dict[int, int] = {}
    parents: dict[int, int] = {}
    family: set[int] = set()
    for folder in Path("/proc").iterdir():
        with suppress(OSError, ValueError):
            number, fields = int(folder.name), (folder / "stat").read_text().rpartition(")")[2].split()
            parents[number], used[number] = int(fields[1]), int(fields[11]) + int(fields[12])
            if mine in (folder / "cmdline").read_bytes():
                family.add(number)
    # Not every process of a browser has the profile in its own command.
    while more := {number for number, parent in parents.items() if parent in family} - family:
        family |= more
    return sum(used[number] for number in family) / os.sysconf("SC_CLK_TCK")


def set_up(driver: Playwright, server: Server, profile: Path) -> Phone:
    """A phone that chose its rounds as a slow one does, with everything in its cache."""
    phone = Phone(driver, profile, server)
    phone.start()
    phone.page.add_init_script(SLOW_CLOCK)
    phone.page.goto(server.invitation())
    phone.enrol()
    phone.page.wait_for_timeout(2000)
    print(f"rounds of the key derivation: {phone.page.evaluate(KEPT):,}")
    phone.close()
    return phone


def opening(phone: Phone) -> measure.Figures:
    """Open the app from its cache, without a network, and go to the first question."""
    phone.start()
    phone.fly()
    phone.page.wait_for_timeout(1500)
    found: dict[str, float] = {}

    def step(name: str, act: Callable[[], None]) -> None:
        before = processor_seconds(phone.profile)
        act()
        found[name] = SLOWER * (processor_seconds(phone.profile) - before)

    step(START, lambda: _to_lock(phone))
    step(UNLOCK, lambda: _to_home(phone))
    step(QUESTION, lambda: _to_question(phone))
    phone.close()
    return {**found, WHOLE: sum(found.values())}


def _to_lock(phone: Phone) -> None:
    phone.page.goto(f"{phone.base}/notes/", wait_until="commit")
    phone.at("lock")


def _to_home(phone: Phone) -> None:
    phone.unlock(PIN)
    phone.at("home")


def _to_question(phone: Phone) -> None:
    """With the keys: a tap waits until a screen has settled."""
    phone.page.locator("main .actions button.wide").first.press("Enter")
    for label in ("Zhob", "Form W"):
        phone.page.locator("button.choice", has_text=label).first.press("Enter")
    phone.page.locator("#o-yes").wait_for()


def session(phone: Phone, interviews: int, look: int) -> list[tuple[int, dict[str, float]]]:
    """One long session: so many interviews that end early, and what is held after every `look` of them."""
    phone.start()
    phone.page.goto(f"{phone.base}/notes/")
    phone.unlock(PIN)
    phone.at("home")
    found = []
    for number in range(1, interviews + 1):
        phone.short_interview()
        if number % look == 0:
            found.append((number, phone.memory()))
    phone.close()
    return found


def report(found: measure.Rounds) -> str:
    """The seconds of the slow processor, and the goals."""
    rows = [(name, measure.values(found, name, "phone")) for name in (START, UNLOCK, QUESTION, WHOLE)]
    lines = [
        (name, measure.spread(seconds), f"<= {GOALS[name]}" if name in GOALS else "")
        for name, seconds in rows
    ]
    return measure.table(("step", f"processor seconds x {SLOWER}", "goal"), lines)


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=5, help="openings; the medians are over them")
    options.add_argument("--interviews", type=int, default=50, help="interviews of the long session")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        home = Path(folder) / "home"
        home.mkdir()
        with serving(home) as server:
            phone = set_up(driver, server, Path(folder) / "phone")
            found = measure.in_turn({"phone": lambda: opening(phone)}, chosen.rounds)
            held = session(phone, chosen.interviews, max(1, chosen.interviews // 5))
    print(report(found))
    print()
    print(
        measure.table(
            ("interviews", *held[0][1]), [(str(n), *(f"{v:,.0f}" for v in one.values())) for n, one in held]
        )
    )
    print(f"\nload average at the end: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")


if __name__ == "__main__":
    main()
