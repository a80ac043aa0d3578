"""How far the work on a release is, and about how long the rest of it takes."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

#: Tables done, with parts of those that are not, tables in all, seconds left (None while nothing is known).
Progress = Callable[[float, int, float | None], None]

#: The steps of freezing a release, and what part of the work each is, as measured for 10 districts.
FREEZING: Final = (("attack", 0.15), ("means and pairs", 0.6), ("weighted shares", 0.05), ("store", 0.2))


@dataclass(frozen=True, slots=True)
class Piece:
    """One table, or tied ones, and how much work that is."""

    name: str
    size: float


def course_of_freezing(progress: Progress) -> Course:
    """The course of freezing a release, step by step."""
    return Course([Piece(name, part) for name, part in FREEZING], len(FREEZING), 1, progress)


class Course:
    """How far the work on some tables is, and about how long the rest of it takes."""

    def __init__(self, waiting: Sequence[Piece], total: int, workers: int, progress: Progress) -> None:
        """Begin with what waits, of so many tables in all."""
        self._total, self._workers, self._progress = total, workers, progress
        self._sizes = {one.name: one.size for one in waiting}
        self._shares = dict.fromkeys(self._sizes, 0.0)
        self._begun = time.monotonic()
        progress(total - len(waiting), total, None)

    def move(self, name: str, share: float) -> None:
        """Take note of how much of a piece is done."""
        self._shares[name] = share
        ended = sum(share == 1.0 for share in self._shares.values())
        moving = sum(share for share in self._shares.values() if share < 1.0)
        # A tenth of a table is shown, and none of them as done that is not.
        done = self._total - len(self._shares) + ended + min(int(moving * 10) / 10, len(self._shares) - ended)
        self._progress(done if moving else int(done), self._total, self._left())

    def _left(self) -> float | None:
        """Seconds for all that is left at the pace of so far, or for the largest piece of it by one processor."""
        rest = [self._sizes[one] * (1 - share) for one, share in self._shares.items()]
        done = sum(self._sizes.values()) - sum(rest)
        if not done:
            return None
        return max(sum(rest), max(rest) * self._workers) * (time.monotonic() - self._begun) / done
