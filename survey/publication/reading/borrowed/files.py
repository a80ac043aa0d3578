"""borrowed.csv: hidden shares that are estimated from published ones, each marked with what it is estimated from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from analysis.outputs import spreadsheet
from survey.problems import N_
from survey.publication.reading.borrowed.figures import Borrowed, all_borrowed
from survey.publication.reading.csv_files import ENDS, PLACE, Frame
from survey.publication.reading.labels import Labels
from survey.publication.release.release import Release
from survey.storage.scope import Scope

BORROWED: Final = "borrowed"
#: The share and its limits are in steps of five; there is no count and no base.
COLUMNS: Final = (
    *PLACE,
    "question",
    "question_label",
    "answer",
    "answer_label",
    "estimated_percent",
    "ci_low",
    "ci_high",
    "estimated_from",
    *ENDS,
)
ESTIMATED_FROM: Final = N_(
    "estimated from what all people of the district said and what the group differs by in its province"
)


def borrowed_csv(release: Release, scope: Scope, labels: Labels, *, demonstration: bool = False) -> bytes:
    """The estimates of the reader's districts as a spreadsheet file; the columns are those of `COLUMNS`."""
    frame = Frame(release.round, labels, demonstration)
    found = all_borrowed(release, labels.questionnaire, scope)
    return spreadsheet.csv_bytes(COLUMNS, _rows(found, frame))


def _rows(found: Iterator[Borrowed], frame: Frame) -> Iterator[tuple[object, ...]]:
    labels = frame.labels
    for one in found:
        yield (
            *frame.begins(one),
            one.question,
            labels.question(one.question),
            labels.code(one.question, one.answer),
            labels.answer(one.question, one.answer),
            *(one.percent, one.low, one.high),
            labels.translate(ESTIMATED_FROM),
            *frame.ends(one, BORROWED),
        )
