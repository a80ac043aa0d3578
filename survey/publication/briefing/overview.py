"""The briefing of a whole round: main points, lead indicators, the map, who was not reached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.disclosure.nodes import TOTAL
from survey.publication.briefing.indicators import ALONE, LEADS, SAFETY, Lead
from survey.publication.briefing.layers import OnMap
from survey.publication.briefing.main_points import Findings, MainPoint, main_points
from survey.publication.briefing.reach import Fieldwork, Reach, Reached, reach_of, unvisited
from survey.publication.briefing.readings import (
    Place,
    Published,
    Reading,
    changes_in,
    districts_of,
    groups_of,
    place_before,
    published,
    whole_place,
)
from survey.publication.briefing.rows import HeardRow, HelpRow, LeadRow, heard_rows, help_rows, lead_rows
from survey.publication.counts.cube import is_above_districts
from survey.publication.release.release import Release
from survey.storage.scope import Scope


@dataclass(frozen=True, slots=True)
class OverviewBriefing:
    """One round over all districts, for a meeting; of single districts it holds those of a reader's scope alone.

    `place` is the province and district that all districts together are called by in the release. `districts` are in the order of
    the release: pages order them by name. `unvisited` had a target and no interview; `whole` if the scope leaves out no district.
    """

    round: str
    earlier: str
    day: str
    digest: str
    place: Place
    groups: tuple[str, ...]
    interviews: int | None
    points: tuple[MainPoint, ...]
    leads: tuple[LeadRow, ...]
    help: tuple[HelpRow, ...]
    heard: tuple[HeardRow, ...]
    mapped: Lead
    districts: tuple[OnMap, ...]
    reach: Reach
    alone: Reading
    unvisited: tuple[str, ...]
    whole: bool


def overview_briefing(
    release: Release,
    scope: Scope,
    earlier: Release | None = None,
    fieldwork: Fieldwork | None = None,
    mapped: Lead = SAFETY,
    wanted: Sequence[Lead] = LEADS,
) -> OverviewBriefing | None:
    """The briefing of a round for readers of a scope; None where they have no district of it. `wanted` are the lead indicators with their targets."""
    inside = [place for place in districts_of(release) if scope.holds(place[1])]
    if not release.is_read_in(scope):
        return None
    every, groups, place = published(release), groups_of(release), whole_place(release)
    here = every.get(place, Published())
    moved = changes_in(earlier, release, place)
    above = is_above_districts(place[1])
    leads = lead_rows(here, groups, moved, place_before(earlier, place), wanted=wanted)
    help_, heard = help_rows(here), heard_rows(here)
    known = fieldwork or Fieldwork()
    reach = reach_of(release, inside, known)
    return OverviewBriefing(
        release.round,
        earlier.round if earlier else "",
        release.created_day,
        release.digest,
        place,
        groups,
        release.bases.get((*place, TOTAL)),
        main_points(Findings(leads, help_, heard, reach, above=above)),
        leads,
        help_,
        heard,
        mapped,
        _on_map(every, inside, mapped, reach),
        reach,
        here.best(ALONE, TOTAL),
        tuple(district for district in unvisited(release, known) if scope.holds(district)),
        scope.districts is None,
    )


def _on_map(
    every: Mapping[Place, Published], inside: Sequence[Place], lead: Lead, reach: Reach
) -> tuple[OnMap, ...]:
    reached: dict[str, list[Reached]] = {}
    for one in reach.groups:
        reached.setdefault(one.district, []).append(one)
    return tuple(
        OnMap(
            place[1],
            every.get(place, Published()).reading(lead, TOTAL, answered=False),
            tuple(reached.get(place[1], ())),
        )
        for place in inside
    )
