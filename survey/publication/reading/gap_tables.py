"""Arranges kept gaps for reading: what is wanted and what was received, members and women and youth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from scipy.special import ndtr

from analysis.disclosure.nodes import TOTAL
from analysis.hypothesis_tests import adjust_families
from analysis.intervals import critical_value
from survey.publication.reading.change import NOT_CALLED
from survey.publication.reading.levels import level_of
from survey.publication.release.figures import HIDDEN, Figure
from survey.publication.release.gaps import GapFigure

#: Province, district, group, question and answer of a share.
Cell = tuple[str, str, str, str, str]
#: Province, district, group and name of a gap.
Key = tuple[str, str, str, str]

#: The level of the intervals, and half their width in standard errors: no degrees of freedom are kept of a gap.
LEVEL: Final = 0.95
WIDTH: Final = float(critical_value(LEVEL))

#: What a gap says: zero is outside its interval and p under .05, or not; `NOT_CALLED` where a part of the interval is assumed.
CLEAR: Final = "clear"
NOT_CLEAR: Final = "not clear"


@dataclass(frozen=True, slots=True)
class GapRow:
    """One gap in one domain, with the two published shares that it is the difference of, in per cent.

    `p` is adjusted over its family; a gap that is hidden or not called has none.
    """

    gap: GapFigure
    first: int | None
    second: int | None
    p: float | None

    @property
    def says(self) -> str:
        """What it says; nothing where it is hidden."""
        if self.gap.low is None or self.gap.high is None:
            return ""
        if self.p is None:
            return NOT_CALLED
        outside = self.gap.low > 0 or self.gap.high < 0
        return CLEAR if outside and self.p < 1 - LEVEL else NOT_CLEAR


@dataclass(frozen=True, slots=True)
class GapTable:
    """The gaps of the same people, or those of two groups."""

    rows: tuple[GapRow, ...]

    @property
    def shown(self) -> bool:
        """Whether anything is shown."""
        return any(row.gap.status != HIDDEN for row in self.rows)

    @property
    def parts(self) -> tuple[tuple[GapRow, ...], ...]:
        """The rows by place and gap, of those with something to read."""
        found: dict[tuple[str, str, str], list[GapRow]] = {}
        for row in self.rows:
            found.setdefault((row.gap.province, row.gap.district, row.gap.name), []).append(row)
        return tuple(tuple(rows) for rows in found.values() if GapTable(tuple(rows)).shown)

    @property
    def questions(self) -> tuple[str, ...]:
        """The questions whose answers are compared."""
        return tuple(dict.fromkeys(name for row in self.rows for name in (row.gap.first, row.gap.second)))

    @property
    def all_called(self) -> bool:
        """Whether of every gap that is shown it is said if it is clear."""
        return all(row.says != NOT_CALLED for row in self.rows)


def adjusted_p(gaps: Iterable[GapFigure]) -> dict[Key, float]:
    """Of all gaps of a release that are called, p after Benjamini and Hochberg over its family.

    A family is all gaps of the same people, or all of two groups, of all districts together; elsewhere one gap at one level. It
    has the gaps of every district, also of those that a reader may not see.
    """
    called = [one for one in gaps if one.called and one.points is not None]
    adjusted = adjust_families([_p(one) for one in called], [_family(one) for one in called])
    return {_key(one): float(p) for one, p in zip(called, adjusted, strict=True)}


def _p(gap: GapFigure) -> float:
    """Two-sided, from the limit towards zero, which rounding leaves half a point open."""
    points, low, high = (float(one or 0) for one in (gap.points, gap.low, gap.high))
    inward = max(points - low if points > 0 else high - points, 0.5)
    return float(2 * ndtr(-abs(points) * WIDTH / inward))


def _family(gap: GapFigure) -> tuple[str, ...]:
    if gap.province == TOTAL:
        return ("two groups" if gap.groups[0] != gap.groups[1] else "the same people",)
    return (level_of(gap.province, gap.district), gap.name)


def _key(gap: GapFigure) -> Key:
    return gap.province, gap.district, gap.group, gap.name


def gap_tables(
    gaps: Iterable[GapFigure], figures: Iterable[Figure], adjusted: Mapping[Key, float]
) -> tuple[GapTable, GapTable]:
    """The gaps of the same people and those of two groups, gap by gap and all districts last.

    `figures` hold the shares, and `adjusted` the p of all gaps of their release.
    """
    shares = {
        (one.province, one.district, one.group, one.question, one.answer): one.percent for one in figures
    }
    kept = tuple(gaps)
    order = {name: place for place, name in enumerate(dict.fromkeys(gap.name for gap in kept))}
    kept = tuple(sorted(kept, key=lambda gap: (order[gap.name], gap.province == TOTAL)))
    rows = [_row(gap, shares, adjusted.get(_key(gap))) for gap in kept]
    apart = [row.gap.groups[0] != row.gap.groups[1] for row in rows]
    same, two = (
        tuple(row for row, flag in zip(rows, apart, strict=True) if flag == kind) for kind in (False, True)
    )
    return GapTable(same), GapTable(two)


def _row(gap: GapFigure, shares: Mapping[Cell, int | None], p: float | None) -> GapRow:
    sides = zip((gap.first, gap.second), gap.groups, strict=True)
    first, second = (
        shares.get((gap.province, gap.district, group, question, gap.answer)) for question, group in sides
    )
    return GapRow(gap, first, second, p)
