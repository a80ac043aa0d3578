"""The briefing of one district: what a meeting decides on, box by box."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from survey.publication.briefing.indicators import ALONE, LEADS, OF_RECEIVERS, Lead
from survey.publication.briefing.main_points import Findings, MainPoint, main_points
from survey.publication.briefing.reach import Fieldwork, Reach, reach_of
from survey.publication.briefing.readings import (
    Changes,
    Published,
    Reading,
    changes_in,
    districts_of,
    groups_of,
    place_before,
    published,
    whole_place,
)
from survey.publication.briefing.rows import (
    HIGHER,
    LOWER,
    HeardRow,
    HelpRow,
    LeadRow,
    ScaleRow,
    heard_rows,
    help_rows,
    lead_rows,
    scale_rows,
)
from survey.publication.reading.change import Change
from survey.publication.reading.comparable import SHARE
from survey.publication.release.release import Release
from survey.questionnaire.model import Questionnaire


@dataclass(frozen=True, slots=True)
class Receivers:
    """What those who got help say of it, everybody interviewed first and then each group."""

    name: str
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class DistrictBriefing:
    """One district in one round, for a meeting.

    `interviews` is the published number of all interviewed, `within` and `group_within` the points by which the widest interval of a lead
    indicator, and that of one group, reaches from its middle; `earlier` is the round it is compared with, "" for none. `changed` are
    the clear changes of questions that are no lead indicator, `alone` is the share of all interviewed with nobody near, `length` the band of the median interview, "" where it is hidden.
    """

    round: str
    earlier: str
    day: str
    digest: str
    province: str
    district: str
    groups: tuple[str, ...]
    interviews: int | None
    within: int | None
    group_within: int | None
    points: tuple[MainPoint, ...]
    leads: tuple[LeadRow, ...]
    changed: tuple[Change, ...]
    help: tuple[HelpRow, ...]
    receivers: tuple[Receivers, ...]
    heard: tuple[HeardRow, ...]
    scales: tuple[ScaleRow, ...]
    reach: Reach
    alone: Reading
    length: str = ""
    unshown: tuple[str, ...] = field(default=())


def district_briefing(
    release: Release,
    asked: Questionnaire,
    district: str,
    earlier: Release | None = None,
    fieldwork: Fieldwork | None = None,
    wanted: Sequence[Lead] = LEADS,
) -> DistrictBriefing | None:
    """The briefing of a district; None where there was no interview. `wanted` are the lead indicators with their targets."""
    place = next((place for place in districts_of(release) if place[1] == district), None)
    if place is None:
        return None
    every, groups = published(release), groups_of(release)
    here = every.get(place, Published())
    moved = changes_in(earlier, release, place)
    everywhere = every.get(whole_place(release))
    leads = lead_rows(here, groups, moved, place_before(earlier, place), everywhere, wanted)
    # How sure is said of the share that everybody interviewed is in.
    of_all = [row for row in leads if row.lead.kind == SHARE]
    help_, heard = help_rows(here), heard_rows(here)
    reach = reach_of(release, [place], fieldwork or Fieldwork())
    return DistrictBriefing(
        release.round,
        earlier.round if earlier else "",
        release.created_day,
        release.digest,
        *place,
        groups,
        release.bases.get((*place, groups[0])),
        within([row.now for row in of_all]),
        within([one for row in of_all for one in row.readings[1:]]),
        main_points(Findings(leads, help_, heard, reach)),
        leads,
        _other_changes(moved, leads),
        help_,
        _receivers(here, groups),
        heard,
        scale_rows(here, asked, groups),
        reach,
        here.best(ALONE, groups[0]),
        release.lengths.get(place, ""),
        tuple(name for name in here.questions if not _is_shown(here, name)),
    )


def within(readings: Iterable[Reading]) -> int | None:
    """Points by which the widest of these intervals reaches from its middle, upward; None where none is shown."""
    widths = [one.high - one.low for one in readings if one.high is not None and one.low is not None]
    return (max(widths) + 1) // 2 if widths else None


def _receivers(here: Published, groups: Iterable[str]) -> tuple[Receivers, ...]:
    return tuple(Receivers(name, tuple(here.ratio(name, group) for group in groups)) for name in OF_RECEIVERS)


def _other_changes(moved: Changes, leads: Iterable[LeadRow]) -> tuple[Change, ...]:
    leading = {(row.lead.kind, row.lead.name) for row in leads}
    return tuple(one for key, one in moved.items() if key not in leading and one.verdict in (HIGHER, LOWER))


def _is_shown(here: Published, question: str) -> bool:
    return any(
        figure.percent is not None
        for (name, _), answers in here.figures.items()
        if name == question
        for figure in answers.values()
    )
