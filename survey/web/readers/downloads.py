"""Files of a whole release: indicators with a row for each district and group, a workbook, and a data package."""

from __future__ import annotations

from flask import Blueprint, Response

from survey.publication.briefing.material import earlier_releases
from survey.publication.files.data_package import data_package
from survey.publication.files.sheets import Compared
from survey.publication.files.workbook import workbook
from survey.publication.reading.borrowed.files import borrowed_csv
from survey.publication.reading.hidden.files import estimates_csv
from survey.publication.reading.indicator_table import wide_csv
from survey.publication.release.release import Release
from survey.storage.scope import Scope
from survey.web.frame import guard
from survey.web.frame.current import database, settings
from survey.web.readers.opened import (
    changes_within,
    demand_figures,
    file_response,
    open_earlier,
    open_release,
)

pages = Blueprint("downloads", __name__)


@pages.get("/rounds/<round_name>/wide.csv")
@guard.needs("summary.download")
def wide(round_name: str) -> Response:
    """The indicators of the reader's districts and of what is above them: a row for each district and group."""
    content = wide_csv(*open_release(round_name), demonstration=settings().demonstration)
    return file_response(content, f"wide-{round_name}")


@pages.get("/rounds/<round_name>/borrowed.csv")
@guard.needs("summary.download")
def borrowed(round_name: str) -> Response:
    """Hidden shares of the reader's districts, estimated from what is shown."""
    content = borrowed_csv(*open_release(round_name), demonstration=settings().demonstration)
    return file_response(content, f"borrowed-{round_name}")


@pages.get("/rounds/<round_name>/estimates.csv")
@guard.needs("summary.download")
def hidden_estimates(round_name: str) -> Response:
    """What the counts of answers that chance hides say of people, in the reader's districts and above them."""
    content = estimates_csv(*open_release(round_name), demonstration=settings().demonstration)
    return file_response(content, f"estimates-{round_name}")


@pages.get("/rounds/<round_name>/workbook.xlsx")
@guard.needs("summary.download")
def whole_workbook(round_name: str) -> Response:
    """The same places in an Excel workbook, with what changed since the round before."""
    release, scope, labels = open_release(round_name)
    demand_figures(release, scope)
    compared = _compared(release, scope)
    content = workbook(release, scope, labels, compared, demonstration=settings().demonstration)
    return file_response(content, f"workbook-{round_name}", "xlsx")


@pages.get("/rounds/<round_name>/data-package.zip")
@guard.needs("summary.download")
def package(round_name: str) -> Response:
    """The same places as a data package: every file, what its columns mean, and a codebook in all languages."""
    release, scope, labels = open_release(round_name)
    demand_figures(release, scope)
    compared = _compared(release, scope)
    content = data_package(release, scope, labels, compared, demonstration=settings().demonstration)
    return file_response(content, f"data-package-{round_name}", "zip")


def _compared(release: Release, scope: Scope) -> Compared | None:
    """What changed since the last released round of the same questionnaire, if there is one."""
    before = earlier_releases(database(), release)
    return (
        Compared(before[0], changes_within(open_earlier(release, before[0]), release, scope))
        if before
        else None
    )
