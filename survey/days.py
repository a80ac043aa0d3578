"""The calendar day in Pakistan: the only measure of time that is ever stored."""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta, timezone
from typing import Final

#: Pakistan keeps one offset all year, so no time-zone database is needed.
PAKISTAN: Final = timezone(timedelta(hours=5))


def today() -> str:
    """Today in Pakistan as YYYY-MM-DD."""
    return datetime.fromtimestamp(time.time(), PAKISTAN).date().isoformat()


def is_day(text: object) -> bool:
    """Whether a value is a calendar day written YYYY-MM-DD and nothing else."""
    try:
        return isinstance(text, str) and date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def days_between(first: str, last: str) -> int:
    """The number of days from one day to another; negative when `last` is earlier."""
    return (date.fromisoformat(last) - date.fromisoformat(first)).days


def later(day: str, days: int) -> str:
    """The day that comes so many days after another."""
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()
