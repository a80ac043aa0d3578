"""A day without closing the app: what one interview leaves in memory does not add up."""

from __future__ import annotations

import pytest

from tests.browser.phone import Phone

pytestmark = pytest.mark.browser

#: Interviews until everything that is made once is there, and those that must leave nothing.
FIRST, THEN = 3, 8
#: What may be more afterwards: a screen with another number of lines, and the sealed records that wait.
MORE = {"nodes": 40, "listeners": 20, "heap, kB": 400}


def test_interviews_leave_nothing_in_memory(phone: Phone) -> None:
    phone.fly()
    for _ in range(FIRST):
        phone.short_interview()
    before = phone.memory()
    for _ in range(THEN):
        phone.short_interview()

    def grown() -> dict[str, float]:
        after = phone.memory()
        return {name: more for name in MORE if (more := after[name] - before[name]) > MORE[name]}

    # What nobody holds goes sooner or later; what somebody holds never does.
    phone.until(lambda: not grown())
    assert phone.waiting() == FIRST + THEN


def test_what_is_never_let_go_is_seen(phone: Phone) -> None:
    """The measure itself: screens that somebody keeps count."""
    before = phone.memory()
    phone.page.evaluate(
        "window.kept = [...Array(50)].map(() => document.querySelector('main').cloneNode(true))"
    )
    assert phone.memory()["nodes"] - before["nodes"] > MORE["nodes"]
