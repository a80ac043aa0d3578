"""The day changes at midnight in Pakistan, five hours before it does in Greenwich."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from survey import days


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 25, 18, 59, 59, tzinfo=UTC), "2026-11-25"),
        (datetime(2026, 11, 25, 19, 0, 0, tzinfo=UTC), "2026-11-26"),
        (datetime(2028, 2, 28, 20, 0, 0, tzinfo=UTC), "2028-02-29"),
        (datetime(2026, 12, 31, 23, 30, 0, tzinfo=UTC), "2027-01-01"),
    ],
)
def test_today_is_the_day_in_pakistan(monkeypatch: pytest.MonkeyPatch, moment: datetime, day: str) -> None:
    monkeypatch.setattr(days.time, "time", moment.timestamp)
    assert days.today() == day == moment.astimezone(days.PAKISTAN).date().isoformat()
