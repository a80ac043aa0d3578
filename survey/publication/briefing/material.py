"""What a briefing is made of: a release, the one before it, and what coverage shows of the fieldwork, as a reader may see them."""

from __future__ import annotations

from dataclasses import dataclass

from survey.publication.briefing.district import DistrictBriefing, district_briefing
from survey.publication.briefing.indicators import LEADS, Lead, with_aims
from survey.publication.briefing.overview import OverviewBriefing, overview_briefing
from survey.publication.briefing.reach import Fieldwork
from survey.publication.release import release as publication
from survey.publication.release.release import Release
from survey.questionnaire.model import Questionnaire
from survey.storage import questionnaires
from survey.storage.engine.database import Database
from survey.storage.field import aims, coverage, rounds
from survey.storage.results import releases
from survey.storage.scope import Scope


@dataclass(frozen=True, slots=True)
class Material:
    """One release for one reader; `earlier` is the last one before it of the same questionnaire, None where there is none.

    `leads` are the lead indicators with the targets and baselines of its round.
    `before` are the names of all such rounds, the last one first.
    """

    release: Release
    asked: Questionnaire
    scope: Scope
    earlier: Release | None
    fieldwork: Fieldwork
    leads: tuple[Lead, ...] = LEADS
    before: tuple[str, ...] = ()

    def of_district(self, district: str) -> DistrictBriefing | None:
        """The briefing of a district; None where there was no interview."""
        parts = (self.release, self.asked, district, self.earlier, self.fieldwork)
        return district_briefing(*parts, wanted=self.leads)

    def of_round(self) -> OverviewBriefing | None:
        """The briefing of the round in the scope; None where that has no district of it."""
        parts = (self.release, self.scope, self.earlier, self.fieldwork)
        return overview_briefing(*parts, wanted=self.leads)


def gather(database: Database, round_name: str, scope: Scope) -> Material:
    """The material of a released round within a scope; raises Problem where it has no release."""
    release = publication.read(database, round_name)
    asked = questionnaires.find(database, release.questionnaire, release.version).questionnaire
    before = earlier_releases(database, release)
    earlier = publication.read(database, before[0]) if before else None
    leads = with_aims(aims.aims_of(database, round_name))
    fieldwork = fieldwork_of(database, round_name, scope)
    return Material(release, asked, scope, earlier, fieldwork, leads, tuple(before))


def earlier_releases(database: Database, release: Release) -> list[str]:
    """The released rounds of the same questionnaire before this one, the last one first."""
    released = list(releases.released_rounds(database, release.questionnaire))
    return released[released.index(release.round) + 1 :]


def fieldwork_of(database: Database, round_name: str, scope: Scope) -> Fieldwork:
    """What coverage shows of a round in the districts of a scope: interviews wanted, and refusals."""
    wanted = rounds.targets_of(database, round_name)
    refused = coverage.not_counted(database, scope, round_name)
    return Fieldwork(
        {place: target for place, target in wanted.items() if scope.holds(place[0])},
        {one.district: one.refused for one in refused},
    )
