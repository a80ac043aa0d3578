"""The rows of a briefing: lead indicators, kinds of help, who is heard, and the scales of safety and trust."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analysis.disclosure.nodes import TOTAL
from survey.publication.briefing.indicators import LEADS, SCALES, Lead
from survey.publication.briefing.readings import Changes, Published, Reading
from survey.publication.counts.cube import ranked_points
from survey.publication.reading.change import NOT_CALLED, NOT_COMPARED, OTHERS_ASKED, Change
from survey.publication.reading.gap_tables import GapRow, gap_tables
from survey.publication.release.gaps import GapFigure
from survey.questionnaire.model import DOES_NOT_APPLY, Questionnaire
from survey.storage.results.release_document import NO_ANSWER

HIGHER = "higher"
LOWER = "lower"


@dataclass(frozen=True, slots=True)
class LeadRow:
    """A lead indicator in one place: everybody interviewed first, then each group; what changed; and the same of all districts.

    All of them are of all interviewed, as on every page. `before` is the figure of everybody in the earlier round where the two are compared;
    the change weighs all groups the same.
    `differs` says how it compares with all districts: "higher" or "lower" where the two intervals do not meet, "" where they do, and why
    where nothing is called.
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
    def changed_of_answered(self) -> bool:
        """Whether the change is of those who answered while the row is of all interviewed, and has to say so."""
        return self.change is not None and self.change.answered and not self.now.answered

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
    def short(self) -> int:
        """By how many points it misses its target; 0 where it does not."""
        return abs((self.now.value or 0) - (self.lead.target or 0)) if self.misses else 0

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
    """The `wanted` lead indicators that a release has, of one place: now, `before`, and of `everywhere`, which is all districts together.

    A share is of all interviewed in every place: how many answered is seldom published in a district, and what has one name
    has one base.
    """
    leads = [lead for lead in wanted if lead.name in here.questions or (lead.name, TOTAL) in here.ratios]
    return tuple(_lead_row(lead, here, groups, moved, before, everywhere) for lead in leads)


def _lead_row(
    lead: Lead,
    here: Published,
    groups: Sequence[str],
    moved: Changes,
    before: Published | None,
    everywhere: Published | None,
) -> LeadRow:
    readings = tuple(here.reading(lead, group, answered=False) for group in groups)
    then = before.reading(lead, TOTAL, answered=False) if before else None
    of_all = everywhere.reading(lead, TOTAL, answered=False) if everywhere else None
    differs = apart(readings[0], of_all) if of_all else ""
    change = moved.get((lead.kind, lead.name))
    # A picture shows no comparison that the table refuses.
    compared = change is not None and change.verdict not in NOT_COMPARED and not readings[0].some
    shown_then = then if compared and then is not None and then.shown and not then.some else None
    return LeadRow(lead, readings, change, shown_then, of_all, differs)


def apart(one: Reading, other: Reading, *, above: bool = False) -> str:
    """Whether one figure is clearly "higher" or "lower" than another; "" where their intervals meet or one is hidden.

    In districts nothing is called where the worker's part is assumed; `above` them there are many workers, and what is assumed is on
    the safe side. Of all interviewed where not everybody was asked nothing is called anywhere.
    """
    if one.low is None or one.high is None or other.low is None or other.high is None:
        return ""
    if one.some or other.some or one.answered != other.answered:
        return OTHERS_ASKED
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
        # The top two are on the base of the points.
        if answers := here.answers(name, group):
            share = {answer: figure.percent for answer, figure in answers.items()}
            bases = (figure.base for figure in answers.values() if figure.base is not None)
            points = tuple((point, share.get(point)) for point in ranked)
            aside = (share.get(DOES_NOT_APPLY), share.get(NO_ANSWER))
            yield ScaleRow(name, group, next(bases, None), points, *aside, here.best_of_all(name, group))
