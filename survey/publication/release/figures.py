"""The figures of a release: each protected count with its share and interval, as they are kept and shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from analysis.disclosure.cube import TOTAL
from analysis.disclosure.protect import ProtectedTable
from analysis.intervals import wilson

#: A domain from this base is shown plainly; below it the figures are marked "few answers".
PLAIN_FROM: Final = 50

PUBLISHED: Final = "published"
FEW: Final = "few answers"
HIDDEN: Final = "hidden"


@dataclass(frozen=True, slots=True)
class Figure:
    """One share: of `base` interviewed, `count` gave the answer. A hidden one has no numbers.

    `district` is "Total" for a province, and `province` too for both; `group` is "Total" for everyone interviewed.
    """

    province: str
    district: str
    group: str
    question: str
    answer: str
    status: str
    base: int | None = None
    count: int | None = None
    percent: int | None = None
    ci_low: int | None = None
    ci_high: int | None = None


Numbers = tuple[int | None, int | None, int | None, int | None, int | None]

NOTHING: Final[Numbers] = (None, None, None, None, None)


def figures_of(table: ProtectedTable, effect: float) -> Iterator[Figure]:
    """Every answer of a protected table in every domain; `effect` is the design effect of the question.

    The base of a domain stands beside its answers and is no figure of its own.
    """
    bases = {(*place, group): count for (*place, group, answer), count, _ in table.rows() if answer == TOTAL}
    for (province, district, group, answer), count, _ in table.rows():
        if answer != TOTAL:
            base = bases[province, district, group]
            status, numbers = _numbers(base, count, effect)
            yield Figure(province, district, group, table.name, answer, status, *numbers)


def _numbers(base: int | None, count: int | None, effect: float) -> tuple[str, Numbers]:
    if base is None or count is None:
        return HIDDEN, NOTHING
    low, high = wilson(count / base, base / effect)
    numbers = (base, count, percent(count / base), percent(float(low)), percent(float(high)))
    return (PUBLISHED if base >= PLAIN_FROM else FEW), numbers


def percent(share: float) -> int:
    """A share as a whole percentage, halves up."""
    return int(100 * share + 0.5)
