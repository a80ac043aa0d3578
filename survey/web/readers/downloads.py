"""Files of a whole release: one row a district and group."""

from __future__ import annotations

from flask import Blueprint, Response

from survey.publication.reading.indicator_table import wide_csv
from survey.web.frame import guard
from survey.web.frame.current import settings
from survey.web.readers.opened import file_response, open_release

pages = Blueprint("downloads", __name__)


@pages.get("/rounds/<round_name>/wide.csv")
@guard.needs("summary.download")
def wide(round_name: str) -> Response:
    """The indicators of the reader's districts and of what is above them: a row for each district and group."""
    content = wide_csv(*open_release(round_name), demonstration=settings().demonstration)
    return file_response(content, f"wide-{round_name}")
