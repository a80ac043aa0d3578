"""summary.csv, indices.csv, gaps.csv and ratios.csv: the kept figures of one round, tidy, for the districts of one reader.

After the districts come divisions, provinces and all districts together, which everybody may read who reads a district.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from analysis.disclosure.nodes import TOTAL
from analysis.outputs import spreadsheet
from survey import geography
from survey.publication.counts.cube import is_above_districts
from survey.publication.reading.gap_tables import GapRow, adjusted_p, gap_tables
from survey.publication.reading.labels import Labels, code_of
from survey.publication.reading.levels import ALL, level_of
from survey.publication.release.figures import Figure
from survey.publication.release.indices import Index
from survey.publication.release.release import Release, inside
from survey.storage.scope import Scope

PLACE: Final = ("round", "adm1_pcode", "adm1_name", "adm2_pcode", "adm2_name", "district", "group")
#: The last column: "district", "division", "province" or "all".
LEVEL: Final = "level"
COLUMNS: Final = (
    *PLACE,
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
    "answered",
    "answered_percent",
    "answered_ci_low",
    "answered_ci_high",
    LEVEL,
)

#: `base` were interviewed and `n` of them have a value; the shares are of all answers to the index's questions. Where the mean
#: by person is hidden, that of all answers to the questions may stand in the last columns.
INDEX_COLUMNS: Final = (
    *PLACE,
    "index",
    "index_label",
    "base",
    "n",
    "mean",
    "ci_low",
    "ci_high",
    "dont_know_percent",
    "refused_percent",
    "alpha",
    "status",
    LEVEL,
    "pooled_mean",
    "pooled_ci_low",
    "pooled_ci_high",
)

#: The first share less the second one, in points; each of those who gave `answer` to its question.
GAP_COLUMNS: Final = (
    *PLACE,
    "gap",
    "gap_label",
    "first",
    "second",
    "answer",
    "base",
    "first_percent",
    "second_percent",
    "points",
    "ci_low",
    "ci_high",
    "difference",
    "status",
    LEVEL,
    "p_adjusted",
)

#: Of the `n` to whom it applies, in per cent or points.
RATIO_COLUMNS: Final = (
    *PLACE,
    "ratio",
    "ratio_label",
    "question",
    "n",
    "value",
    "ci_low",
    "ci_high",
    "status",
    LEVEL,
)

#: Written before the round in every row of a file from a demonstration.
DEMONSTRATION: Final = "Demonstration data: "


def summary_csv(release: Release, scope: Scope, labels: Labels, *, demonstration: bool = False) -> bytes:
    """The figures that a reader of the scope may see as a spreadsheet file; the columns are those of `COLUMNS`."""
    round_name = marked_round(release, demonstration)
    figures = (*release.within(scope), *release.above_for(release.figures, scope))
    return spreadsheet.csv_bytes(COLUMNS, _rows(figures, round_name, labels))


def district_csv(release: Release, district: str, labels: Labels, *, demonstration: bool = False) -> bytes:
    """The figures of one district alone, with the same columns."""
    round_name = marked_round(release, demonstration)
    figures = release.within(Scope.of([district]))
    return spreadsheet.csv_bytes(COLUMNS, _rows(figures, round_name, labels))


def indices_csv(release: Release, scope: Scope, labels: Labels, *, demonstration: bool = False) -> bytes:
    """The mean indices that a reader of the scope may see as a spreadsheet file; the columns are those of `INDEX_COLUMNS`."""
    round_name = marked_round(release, demonstration)
    told = (*inside(release.indices, scope), *release.above_for(release.indices, scope))
    rows = (_index_row(one, round_name, labels) for one in told)
    return spreadsheet.csv_bytes(INDEX_COLUMNS, rows)


def gaps_csv(release: Release, scope: Scope, labels: Labels, *, demonstration: bool = False) -> bytes:
    """The gaps that a reader of the scope may see as a spreadsheet file; the columns are those of `GAP_COLUMNS`."""
    round_name = marked_round(release, demonstration)
    adjusted = adjusted_p(release.gaps)
    own = gap_tables(inside(release.gaps, scope), release.within(scope), adjusted)
    told = (release.above_for(release.gaps, scope), release.above_for(release.figures, scope))
    above = gap_tables(*told, adjusted)
    tables = (*own, *above)
    rows = (_gap_row(row, round_name, labels) for table in tables for row in table.rows)
    return spreadsheet.csv_bytes(GAP_COLUMNS, rows)


def ratios_csv(release: Release, scope: Scope, labels: Labels, *, demonstration: bool = False) -> bytes:
    """The ratios that a reader of the scope may see as a spreadsheet file; the columns are those of `RATIO_COLUMNS`."""
    round_name = marked_round(release, demonstration)
    rows = (
        (
            *place_columns(round_name, one.province, one.district, one.group),
            *(one.name, labels.ratio(one.name), one.question),
            *(one.n, one.value, one.low, one.high, one.status),
            level_of(one.province, one.district),
        )
        for one in (*inside(release.ratios, scope), *release.above_for(release.ratios, scope))
    )
    return spreadsheet.csv_bytes(RATIO_COLUMNS, rows)


def marked_round(release: Release, demonstration: bool) -> str:
    """The name of the round as files write it."""
    return (DEMONSTRATION if demonstration else "") + release.round


def place_columns(round_name: str, province: str, district: str, group: str) -> tuple[str, ...]:
    """The columns of `PLACE`; a province, or all districts together, has no district, and a division its key in that place."""
    if is_above_districts(district):
        names = {place.adm1_pcode: place.adm1_name for place in geography.reporting_districts()}
        code = "" if province == TOTAL else province
        named = (code, names.get(code, ""), "", "", ALL if district == TOTAL else district)
    else:
        place = geography.districts()[district]
        named = (place.adm1_pcode, place.adm1_name, place.adm2_pcode, place.adm2_name, district)
    return (round_name, *named, ALL if group == TOTAL else group)


def _index_row(one: Index, round_name: str, labels: Labels) -> tuple[object, ...]:
    return (
        *place_columns(round_name, one.province, one.district, one.group),
        one.name,
        labels.index(one.name),
        one.base,
        one.n,
        one.value,
        one.ci_low,
        one.ci_high,
        one.dont_know,
        one.refused,
        one.alpha,
        one.status,
        level_of(one.province, one.district),
        one.pooled,
        one.pooled_low,
        one.pooled_high,
    )


def _gap_row(row: GapRow, round_name: str, labels: Labels) -> tuple[object, ...]:
    gap = row.gap
    shares = (None, None) if gap.base is None else (row.first, row.second)
    return (
        *place_columns(round_name, gap.province, gap.district, gap.group),
        gap.name,
        labels.gap(gap.name),
        gap.first,
        gap.second,
        code_of(gap.answer),
        gap.base,
        *shares,
        gap.points,
        gap.low,
        gap.high,
        code_of(row.says),
        gap.status,
        level_of(gap.province, gap.district),
        None if row.p is None else round(row.p, 4),
    )


def _rows(figures: tuple[Figure, ...], round_name: str, labels: Labels) -> Iterator[tuple[object, ...]]:
    for figure in figures:
        yield (
            *place_columns(round_name, figure.province, figure.district, figure.group),
            figure.question,
            labels.question(figure.question),
            labels.code(figure.question, figure.answer),
            labels.answer(figure.question, figure.answer),
            figure.base,
            figure.count,
            figure.percent,
            figure.ci_low,
            figure.ci_high,
            figure.status,
            figure.answered,
            figure.answered_percent,
            figure.answered_low,
            figure.answered_high,
            level_of(figure.province, figure.district),
        )
