"""Arranges kept gaps for reading: what is wanted and what was received, members and women and youth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from analysis.disclosure.nodes import TOTAL
from survey.publication.reading.change import NOT_CALLED
from survey.publication.release.figures import HIDDEN, Figure
from survey.publication.release.gaps import GapFigure

#: Province, district, group, question and answer of a share.
Cell = tuple[str, str, str, str, str]

#: What an interval says: zero is outside it, or inside; `NOT_CALLED` where a part of it is assumed.
CLEAR: Final = "clear"
NOT_CLEAR: Final = "not clear"


@dataclass(frozen=True, slots=True)
class GapRow:
    """One gap in one domain, with the two published shares that it is the difference of, in per cent."""

    gap: GapFigure
    first: int | None
    second: int | None

    @property
    def says(self) -> str:
        """What its interval says; nothing where it is hidden."""
        if self.gap.low is None or self.gap.high is None:
            return ""
        if not self.gap.called:
            return NOT_CALLED
        return CLEAR if self.gap.low > 0 or self.gap.high < 0 else NOT_CLEAR


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


def gap_tables(gaps: Iterable[GapFigure], figures: Iterable[Figure]) -> tuple[GapTable, GapTable]:
    """The gaps of the same people and those of two groups, gap by gap and all districts last; `figures` hold the shares."""
    shares = {
        (one.province, one.district, one.group, one.question, one.answer): one.percent for one in figures
    }
    kept = tuple(gaps)
    order = {name: place for place, name in enumerate(dict.fromkeys(gap.name for gap in kept))}
    kept = tuple(sorted(kept, key=lambda gap: (order[gap.name], gap.province == TOTAL)))
    rows = [_row(gap, shares) for gap in kept]
    apart = [row.gap.groups[0] != row.gap.groups[1] for row in rows]
    same, two = (
        tuple(row for row, flag in zip(rows, apart, strict=True) if flag == kind) for kind in (False, True)
    )
    return GapTable(same), GapTable(two)


def _row(gap: GapFigure, shares: Mapping[Cell, int | None]) -> GapRow:
    sides = zip((gap.first, gap.second), gap.groups, strict=True)
    first, second = (
        shares.get((gap.province, gap.district, group, question, gap.answer)) for question, group in sides
    )
    return GapRow(gap, first, second)
