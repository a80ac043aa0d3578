"""A release as its reader opens it: with the scope of the account and labels in its language; and files of it."""

from __future__ import annotations

from typing import Final

from flask import Response
from flask_babel import gettext

from survey import geography
from survey.accounts import sign_in
from survey.problems import NOT_FOUND, Problem
from survey.publication.briefing.material import earlier_releases
from survey.publication.counts.cube import is_above_districts
from survey.publication.reading.change import Change, changes
from survey.publication.reading.labels import Labels
from survey.publication.release import release as publication
from survey.publication.release.release import Release
from survey.storage import questionnaires
from survey.storage.scope import Scope
from survey.web.frame import guard, language
from survey.web.frame.current import database, settings
from survey.web.frame.file_names import attachment

#: Ending of a file's name → what it is.
TYPES: Final = {
    "csv": "text/csv",
    "pdf": "application/pdf",
    "png": "image/png",
    "svg": "image/svg+xml",
    "zip": "application/zip",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def open_release(round_name: str) -> tuple[Release, Scope, Labels]:
    """The release of a round, the reader's districts, and labels in the reader's language."""
    release = publication.read(database(), round_name)
    asked = questionnaires.find(database(), release.questionnaire, release.version).questionnaire
    labels = Labels(asked, language.current_language().code, gettext)
    return release, sign_in.scope_of(guard.account()), labels


def demand_figures(release: Release, scope: Scope) -> None:
    """Who has no district with a figure finds nothing of the whole round either."""
    if not release.is_read_in(scope):
        raise Problem(NOT_FOUND)


def demand_district(scope: Scope, district: str, what: str) -> None:
    """Refuse, and write down, a district outside the scope; what is no reporting district is not found."""
    place = geography.districts().get(district)
    if place is None or not place.census:
        raise Problem(NOT_FOUND)
    if not scope.holds(district):
        guard.refuse(guard.account(), f"{what} of {district}")


def file_response(content: bytes, name: str, ending: str = "csv") -> Response:
    """A file whose name says whose figures it holds, and whether they are made up."""
    marked = (
        f"{'demonstration-data-' if settings().demonstration else ''}{name}-of-those-interviewed.{ending}"
    )
    return Response(
        content,
        mimetype=TYPES[ending],
        headers={"Content-Disposition": attachment(marked)},
    )


def open_earlier(release: Release, earlier: str) -> Release:
    """A release before this one of the same questionnaire; any other is not found."""
    if earlier not in earlier_releases(database(), release):
        raise Problem(NOT_FOUND)
    return publication.read(database(), earlier)


def changes_within(earlier: Release, release: Release, scope: Scope) -> tuple[Change, ...]:
    """What changed in districts of the scope, and above them for everybody who reads a district."""
    compared = changes(earlier, release)
    above = release.is_read_in(scope)
    return tuple(
        one for one in compared if (above if is_above_districts(one.district) else scope.holds(one.district))
    )
