"""The main points: at most five findings, made by rule from published figures, each clear or not clear."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from analysis.disclosure.nodes import TOTAL
from survey.publication.briefing.indicators import MOST_UNHEARD, MOST_UNMET, SAFETY
from survey.publication.briefing.reach import Reach
from survey.publication.briefing.readings import Reading
from survey.publication.briefing.rows import HeardRow, HelpRow, LeadRow, apart
from survey.publication.reading.change import NOT_CALLED, OTHERS_ASKED, Change
from survey.publication.reading.gap_tables import CLEAR, NOT_CLEAR, GapRow
from survey.publication.release.gaps import GapFigure

MOST: Final = 5

#: The kinds of findings, in the order in which they are said.
UNMET: Final = "unmet"
BETTER: Final = "better"
WORSE: Final = "worse"
UNCHANGED: Final = "unchanged"
UNCALLED: Final = "uncalled"
HEARD: Final = "heard"
WORST_OFF: Final = "worst off"
REACH: Final = "reach"
TARGET: Final = "target"


@dataclass(frozen=True, slots=True)
class MainPoint:
    """One finding: its kind, what it is about, and the published numbers in it. `says` is clear, not clear, not called, or "" for a count.

    `first` and `second` are the two figures that are compared, `points` their difference, `low` and `high` the limits of that or, of one
    figure, its own; `target` is that of an indicator, or the most that a gap should be, and `count` a number of indicators or groups.
    `answered` if it is of those who answered while the page has all interviewed.
    """

    kind: str
    says: str
    name: str = ""
    group: str = ""
    first: int | None = None
    second: int | None = None
    points: int | None = None
    low: int | None = None
    high: int | None = None
    target: int | None = None
    count: int | None = None
    answered: bool = False


@dataclass(frozen=True, slots=True)
class Findings:
    """What the main points are found in; `above` where it is more than a district."""

    leads: Sequence[LeadRow]
    help: Sequence[HelpRow]
    heard: Sequence[HeardRow]
    reach: Reach
    above: bool = False


def main_points(findings: Findings) -> tuple[MainPoint, ...]:
    """The first five that there are, in their declared order; the largest clear miss of a target is always among them."""
    found = tuple(point for rule in RULES for point in rule(findings))
    # Clear misses come first among those of targets, and the largest first among them.
    largest = next((point for point in found if point.kind == TARGET and point.says == CLEAR), None)
    if largest is None or largest in found[:MOST]:
        return found[:MOST]
    return (*found[: MOST - 1], largest)


def _unmet(findings: Findings) -> Iterator[MainPoint]:
    """The kind of help with the largest gap between what is wanted and what was received."""
    largest = next((row for row in findings.help if row.shown), None)
    if largest is not None and (largest.everyone.gap.points or 0) > 0:
        yield _of_gap(UNMET, largest.everyone, MOST_UNMET)


def _of_gap(kind: str, row: GapRow, target: int) -> MainPoint:
    gap: GapFigure = row.gap
    numbers = (row.first, row.second, gap.points, gap.low, gap.high)
    return MainPoint(kind, row.says, gap.name, gap.group, *numbers, target=target)


def _changed(findings: Findings) -> Iterator[MainPoint]:
    """The lead indicator that clearly changed most; else that none did, or that none is called."""
    compared = [row for row in findings.leads if row.change is not None]
    moved = sorted((row for row in compared if row.moved), key=lambda row: -_size(row.change))
    if moved and moved[0].change is not None:
        row, change = moved[0], moved[0].change
        numbers = (change.earlier, change.later, change.points, change.low, change.high)
        kind, others = BETTER if row.better else WORSE, len(moved) - 1
        yield MainPoint(
            kind, CLEAR, row.lead.name, TOTAL, *numbers, count=others, answered=row.changed_of_answered
        )
    elif compared:
        called = [row for row in compared if row.change is not None and row.change.p is not None]
        kind, says = (UNCHANGED, NOT_CLEAR) if called else (UNCALLED, NOT_CALLED)
        yield MainPoint(kind, says, count=len(called or compared))


def _size(change: Change | None) -> int:
    return 0 if change is None else abs(change.points)


def _worst_off(findings: Findings) -> Iterator[MainPoint]:
    """The group that feels least safe, clear where its interval does not meet that of the group that feels safest."""
    row = next((row for row in findings.leads if row.lead.name == SAFETY.name), None)
    shown = [reading for reading in row.readings if reading.shown and reading.group != TOTAL] if row else []
    if len(shown) > 1:
        lowest, highest = _extremes(shown)
        verdict = apart(lowest, highest, above=findings.above)
        says = verdict if verdict in (NOT_CALLED, OTHERS_ASKED) else CLEAR if verdict else NOT_CLEAR
        numbers = (lowest.value, highest.value, None, lowest.low, lowest.high)
        yield MainPoint(WORST_OFF, says, SAFETY.name, lowest.group, *numbers)


def _extremes(readings: Iterable[Reading]) -> tuple[Reading, Reading]:
    ranked = sorted(readings, key=lambda reading: reading.value or 0)
    return ranked[0], ranked[-1]


def _heard(findings: Findings) -> Iterator[MainPoint]:
    """The group that members think is heard most beyond what it says itself."""
    shown = [one for one in findings.heard if one.gap.points is not None]
    largest = max(shown, key=lambda one: one.gap.points or 0, default=None)
    if largest is not None and (largest.gap.points or 0) > 0:
        yield _of_gap(HEARD, largest.row, MOST_UNHEARD)


def _reach(findings: Findings) -> Iterator[MainPoint]:
    """How many groups are under half of their target."""
    if findings.reach.missed:
        yield MainPoint(REACH, "", count=len(findings.reach.missed))


def _target(findings: Findings) -> Iterator[MainPoint]:
    """The lead indicators that miss their target: what is clear first, and then what misses it by most."""
    missed = [(row, _of_missed(row, above=findings.above)) for row in findings.leads if row.misses]
    for row, says in sorted(missed, key=lambda found: (found[1] != CLEAR, -found[0].short)):
        numbers = (row.now.value, None, None, row.now.low, row.now.high)
        yield MainPoint(TARGET, says, row.lead.name, TOTAL, *numbers, target=row.lead.target)


def _of_missed(row: LeadRow, *, above: bool) -> str:
    # Of all interviewed fewer are safe where fewer were asked; what should be little is no less too much.
    if row.now.some and row.lead.up:
        return OTHERS_ASKED
    if row.now.assumed and not above:
        return NOT_CALLED
    return CLEAR if row.clearly_misses else NOT_CLEAR


RULES: Final[tuple[Callable[[Findings], Iterator[MainPoint]], ...]] = (
    _changed,
    _unmet,
    _worst_off,
    _heard,
    _reach,
    _target,
)
