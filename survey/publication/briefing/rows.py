"""The rows of a briefing: lead indicators, kinds of help, who is heard, and the scales of safety and trust."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from analysis.disclosure.nodes import TOTAL
from survey.publication.briefing.indicators import LEADS, SCALES, Lead
from survey.publication.briefing.readings import Changes, Published, Reading
from survey.publication.counts.cube import ranked_points
from survey.publication.reading.change import NOT_CALLED, Change
from survey.publication.reading.gap_tables import GapRow, gap_tables
from survey.publication.release.gaps import GapFigure
from survey.questionnaire.model import DOES_NOT_APPLY, Questionnaire
from survey.storage.results.release_document import NO_ANSWER

HIGHER = "higher"
LOWER = "lower"


@dataclass(frozen=True, slots=True)
class LeadRow:
    """A lead indicator in one place: everybody interviewed first, then each group; what changed; and the same of all districts.

    `before` is the figure of everybody in the earlier round, where it is on the same base; the change weighs all groups the same.
    `differs` says how it compares with all districts: "higher" or "lower" where the two intervals do not meet, "" where they do, "not
    called" where the worker's part of them is assumed.
    """

    lead: Lead
    readings: tuple[Reading, ...]
    change: Change | None = None
    before: Reading | None = None
    everywhere: Reading | None = None
    differs: str = ""

    @property
    def now(self) -> Reading:
        """That of everybody interviewed."""
        return self.readings[0]

    @property
    def moved(self) -> bool:
        """Whether it clearly changed."""
        return self.change is not None and self.change.verdict in (HIGHER, LOWER)

    @property
    def better(self) -> bool:
        """Whether it clearly changed for the better."""
        return self.moved and self.change is not None and (self.change.verdict == HIGHER) == self.lead.up

    @property
    def misses(self) -> bool:
        """Whether its value is on the wrong side of its target."""
        aim, value = self.lead.target, self.now.value
        return aim is not None and value is not None and (value < aim if self.lead.up else value > aim)

    @property
    def clearly_misses(self) -> bool:
        """Whether its whole interval is."""
        near = self.now.high if self.lead.up else self.now.low
        aim = self.lead.target
        return self.misses and aim is not None and near is not None and (near < aim) == self.lead.up


def lead_rows(
    here: Published,
    groups: Sequence[str],
    moved: Changes,
    before: Published | None = None,
    everywhere: Published | None = None,
    wanted: Sequence[Lead] = LEADS,
) -> tuple[LeadRow, ...]:
    """The `wanted` lead indicators that a release has, of one place: now, `before`, and of `everywhere`, which is all districts together."""
    leads = [lead for lead in wanted if lead.name in here.questions or (lead.name, TOTAL) in here.ratios]
    rows = (
        LeadRow(lead, tuple(here.reading(lead, group) for group in groups), moved.get((lead.kind, lead.name)))
        for lead in leads
    )
    return tuple(_placed(row, before, everywhere) for row in rows)


def _placed(row: LeadRow, before: Published | None, everywhere: Published | None) -> LeadRow:
    """A row next to the earlier round and to all districts."""
    then = before.reading(row.lead, TOTAL) if before else None
    if then is not None and (not then.shown or then.answered != row.now.answered):
        then = None
    of_all = everywhere.reading(row.lead, TOTAL) if everywhere else None
    return replace(row, before=then, everywhere=of_all, differs=apart(row.now, of_all) if of_all else "")


def apart(one: Reading, other: Reading, *, above: bool = False) -> str:
    """Whether one figure is clearly "higher" or "lower" than another; "" where their intervals meet or one is hidden.

    In districts nothing is called where the worker's part is assumed; `above` them there are many workers, and what is assumed is on
    the safe side.
    """
    if one.low is None or one.high is None or other.low is None or other.high is None:
        return ""
    if (one.assumed or other.assumed) and not above:
        return NOT_CALLED
    return HIGHER if one.low > other.high else LOWER if one.high < other.low else ""


@dataclass(frozen=True, slots=True)
class HelpRow:
    """One kind of help: what everybody interviewed wanted and got, then each group."""

    name: str
    rows: tuple[GapRow, ...]

    @property
    def everyone(self) -> GapRow:
        """That of everybody interviewed."""
        return next(row for row in self.rows if row.gap.group == TOTAL)

    @property
    def shown(self) -> bool:
        """Whether the gap of everybody is shown."""
        return self.everyone.gap.points is not None


def help_rows(here: Published) -> tuple[HelpRow, ...]:
    """Every kind of help, the largest gap first; those that are not shown come last, in the order of the form."""
    same, _ = gap_tables(here.gaps, here.all_figures(), here.adjusted)
    by_name: dict[str, list[GapRow]] = {}
    for row in same.rows:
        by_name.setdefault(row.gap.name, []).append(row)
    found = (
        HelpRow(name, tuple(sorted(rows, key=lambda row: row.gap.group != TOTAL)))
        for name, rows in by_name.items()
        if any(row.gap.group == TOTAL for row in rows)
    )
    return tuple(sorted(found, key=lambda one: -(one.everyone.gap.points or 0) if one.shown else 1000))


@dataclass(frozen=True, slots=True)
class HeardRow:
    """How much a group is heard: what members say, what the group itself says, and the gap between them."""

    row: GapRow
    members: Reading
    own: Reading

    @property
    def gap(self) -> GapFigure:
        """The gap."""
        return self.row.gap


def heard_rows(here: Published) -> tuple[HeardRow, ...]:
    """How much women and young people are heard: what members say, and what they say themselves."""
    _, two = gap_tables(here.gaps, here.all_figures(), here.adjusted)
    return tuple(
        HeardRow(
            row,
            here.best_of_all(row.gap.first, row.gap.groups[0]),
            here.best_of_all(row.gap.second, row.gap.groups[1]),
        )
        for row in two.rows
    )


@dataclass(frozen=True, slots=True)
class ScaleRow:
    """The answers of one group to a scale: the points from the best to the worst, what does not apply, and no answer, in per cent of `base`.

    A hidden one is None: with few answers the points are, and `top` may still be shown.
    """

    question: str
    group: str
    base: int | None
    points: tuple[tuple[str, int | None], ...]
    beside: int | None
    silent: int | None
    top: Reading


def scale_rows(here: Published, asked: Questionnaire, groups: Sequence[str]) -> tuple[ScaleRow, ...]:
    """The scales of safety and trust, question by question."""
    present = [name for name in SCALES if name in here.questions and name in asked.questions]
    return tuple(row for name in present for row in _of_question(here, asked, name, groups))


def _of_question(
    here: Published, asked: Questionnaire, name: str, groups: Sequence[str]
) -> Iterator[ScaleRow]:
    ranked = ranked_points(asked.questions[name])
    for group in groups:
        if answers := here.answers(name, group):
            share = {answer: figure.percent for answer, figure in answers.items()}
            bases = (figure.base for figure in answers.values() if figure.base is not None)
            points = tuple((point, share.get(point)) for point in ranked)
            aside = (share.get(DOES_NOT_APPLY), share.get(NO_ANSWER))
            yield ScaleRow(name, group, next(bases, None), points, *aside, here.best(name, group))
