"""summary.csv: the kept figures of one round, tidy, for the districts of one reader."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from analysis.outputs import spreadsheet
from analysis.tables import TOTAL
from survey import geography
from survey.publication.figures import Figure
from survey.publication.labels import Labels, code_of
from survey.publication.release import Release
from survey.storage.scope import Scope

COLUMNS: Final = (
    "round",
    "adm1_pcode",
    "adm1_name",
    "adm2_pcode",
    "adm2_name",
    "district",
    "group",
    "question",
    "question_label",
    "answer",
    "answer_label",
    "base",
    "count",
    "percent",
    "ci_low",
    "ci_high",
    "status",
)

#: The group of everyone interviewed in a district.
ALL: Final = "all"

#: Stands before the round in every row of a file from a demonstration.
DEMONSTRATION: Final = "Demonstration data: "


def summary_csv(release: Release, scope: Scope, labels: Labels, *, demonstration: bool = False) -> bytes:
    """The figures inside the scope as a spreadsheet file; the columns are those of `COLUMNS`."""
    round_name = (DEMONSTRATION if demonstration else "") + release.round
    return spreadsheet.csv_bytes(COLUMNS, _rows(release.within(scope), round_name, labels))


def _rows(figures: tuple[Figure, ...], round_name: str, labels: Labels) -> Iterator[tuple[object, ...]]:
    for figure in figures:
        place = geography.districts()[figure.district]
        yield (
            round_name,
            place.adm1_pcode,
            place.adm1_name,
            place.adm2_pcode,
            place.adm2_name,
            figure.district,
            ALL if figure.group == TOTAL else figure.group,
            figure.question,
            labels.question(figure.question),
            code_of(figure.answer),
            labels.answer(figure.question, figure.answer),
            figure.base,
            figure.count,
            figure.percent,
            figure.ci_low,
            figure.ci_high,
            figure.status,
        )
