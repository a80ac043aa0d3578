"""The calendar day in Pakistan: the only measure of time that is ever stored."""

from __future__ import annotations

import time
from datetime import date, timedelta, timezone
from functools import lru_cache
from typing import Final

_AHEAD: Final = timedelta(hours=5)
#: Pakistan keeps one offset all year, so no time-zone database is needed.
PAKISTAN: Final = timezone(_AHEAD)
_DAY: Final = 86_400
_FIRST_DAY: Final = date(1970, 1, 1)


def today() -> str:
    """Today in Pakistan as YYYY-MM-DD."""
    return _day(int(time.time() + _AHEAD.seconds) // _DAY)


@lru_cache(maxsize=2)
def _day(since_first: int) -> str:
    return (_FIRST_DAY + timedelta(days=since_first)).isoformat()


def is_day(text: object) -> bool:
    """Whether a value is a calendar day written YYYY-MM-DD and nothing else."""
    try:
        return isinstance(text, str) and date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


@lru_cache(maxsize=1024)
def days_between(first: str, last: str) -> int:
    """How many days lie from one day to another; negative when `last` is earlier."""
    return (date.fromisoformat(last) - date.fromisoformat(first)).days


def later(day: str, days: int) -> str:
    """The day that comes so many days after another."""
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()
