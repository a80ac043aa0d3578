"""The figures of a release: each protected count with its share and interval, as they are kept and shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from analysis.disclosure.nodes import TOTAL
from analysis.disclosure.protected_table import ProtectedTable
from survey.publication.counts.design_effects import Known
from survey.publication.counts.workloads import Name
from survey.storage.results.published_numbers import share_limits, whole_percent

#: A domain from this base is shown plainly; below it the figures are marked "few answers".
PLAIN_FROM: Final = 50

PUBLISHED: Final = "published"
FEW: Final = "few answers"
HIDDEN: Final = "hidden"


@dataclass(frozen=True, slots=True)
class Figure:
    """One share: of `base` interviewed, `count` gave the answer. A hidden one has no numbers.

    `district` is the key of a division for that, "Total" for a province, and `province` too for both; `group` is "Total" for everyone interviewed. Where the
    number without an answer is published, the last four are how many `answered`, the share of these and its limits.
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
    answered: int | None = None
    answered_percent: int | None = None
    answered_low: int | None = None
    answered_high: int | None = None


Numbers = tuple[int | None, int | None, int | None, int | None, int | None]

NOTHING: Final[Numbers] = (None, None, None, None, None)


def figures_of(table: ProtectedTable, known: Known, seen: Mapping[Name, float]) -> Iterator[Figure]:
    """Every answer of a protected table in every domain.

    `known` is how alike a worker's interviews are in this question and `seen` how many of them a domain has: each figure
    has the design effect of its own. The base of a domain stands beside its answers and is no figure of its own.
    """
    bases = {(*place, group): count for (*place, group, answer), count, _ in table.rows() if answer == TOTAL}
    rows = [(name, count) for name, count, _ in table.rows() if name[-1] != TOTAL]
    number = np.array([bases[name[:-1]] or np.nan for name, _ in rows], np.float64)
    given = np.array([np.nan if count is None else count for _, count in rows], np.float64)
    shared = np.array([seen.get((name[0], name[1], name[2]), np.nan) for name, _ in rows])
    limits = share_limits(given, number, shared, known.correlation)
    for (name, count), low, high in zip(rows, *limits, strict=True):
        province, district, group, answer = name
        status, numbers = _numbers(bases[name[:-1]], count, low, high)
        yield Figure(province, district, group, table.name, answer, status, *numbers)


def _numbers(base: int | None, count: int | None, low: float, high: float) -> tuple[str, Numbers]:
    if base is None or count is None:
        return HIDDEN, NOTHING
    numbers = (base, count, whole_percent(count, base), percent(float(low)), percent(float(high)))
    return (PUBLISHED if base >= PLAIN_FROM else FEW), numbers


def percent(share: float) -> int:
    """A share as a whole percentage, halves up."""
    return int(100 * share + 0.5)
