"""summary.csv, indices.csv, gaps.csv and ratios.csv: the kept figures of one round, tidy, for the districts of one reader.

After the districts come divisions, provinces and all districts together, which everybody may read who reads a district. The
columns of before stand first, in their order; what a file learns to say comes after them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol

from analysis.disclosure.nodes import TOTAL
from analysis.outputs import spreadsheet
from survey import geography
from survey.publication.counts.cube import BOTTOM_TWO, REST, TOP_TWO, is_above_districts
from survey.publication.reading.comparable import GAP, INDEX, RATIO
from survey.publication.reading.gap_tables import GapRow, adjusted_p, gap_tables
from survey.publication.reading.labels import Labels, code_of
from survey.publication.reading.levels import ALL, level_of
from survey.publication.release.figures import Figure
from survey.publication.release.indices import Index
from survey.publication.release.release import Release, inside
from survey.storage.scope import Scope

PLACE: Final = ("round", "adm1_pcode", "adm1_name", "adm2_pcode", "adm2_name", "district", "group")
#: "district", "division", "province" or "all".
LEVEL: Final = "level"
#: What a row is: of one question and place the rows of kind "answer" are everybody, and those of kind "sum" are made of them.
KIND: Final = "kind"
#: What the place and the group are called in the reader's language, and whether the figures are made up.
NAMED: Final = ("place_label", "province_label", "group_label")
DEMONSTRATION: Final = "demonstration"
#: The last columns of every file of figures.
ENDS: Final = (LEVEL, KIND, *NAMED, DEMONSTRATION)
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
    *ENDS,
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
    *ENDS,
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
    *ENDS,
    "p_adjusted",
    "both",
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
    *ENDS,
)

#: Sums of answers: who filters them out has each person once.
SUMS: Final = frozenset((TOP_TWO, REST, BOTTOM_TWO))
ANSWER: Final = "answer"
SUM: Final = "sum"


class Placed(Protocol):
    """Anything that a release tells of a group in a place."""

    @property
    def province(self) -> str:
        """Its P-code."""

    @property
    def district(self) -> str:
        """Its key, or that of a division, or "Total"."""

    @property
    def group(self) -> str:
        """Its name, or "Total"."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What the rows of a file begin and end with."""

    round: str
    labels: Labels
    demonstration: bool

    def begins(self, told: Placed) -> tuple[str, ...]:
        """The columns of `PLACE`."""
        return place_columns(self.round, told.province, told.district, told.group)

    def names(self, told: Placed) -> tuple[str, ...]:
        """The columns of `NAMED`; all districts together are in no province."""
        labels = self.labels
        province = "" if told.province == TOTAL else labels.place(told.province, TOTAL)
        return (labels.place(told.province, told.district), province, labels.group(told.group))

    def marks(self) -> tuple[str]:
        """The column that says whether the figures are made up."""
        return ("yes" if self.demonstration else "no",)

    def ends(self, told: Placed, kind: str) -> tuple[str, ...]:
        """The columns of `ENDS`."""
        return (level_of(told.province, told.district), kind, *self.names(told), *self.marks())


def summary_csv(release: Release, scope: Scope, labels: Labels, *, demonstration: bool = False) -> bytes:
    """The figures that a reader of the scope may see as a spreadsheet file; the columns are those of `COLUMNS`."""
    frame = Frame(release.round, labels, demonstration)
    figures = (*release.within(scope), *release.above_for(release.figures, scope))
    return spreadsheet.csv_bytes(COLUMNS, _rows(figures, frame))


def district_csv(release: Release, district: str, labels: Labels, *, demonstration: bool = False) -> bytes:
    """The figures of one district alone, with the same columns."""
    frame = Frame(release.round, labels, demonstration)
    figures = release.within(Scope.of([district]))
    return spreadsheet.csv_bytes(COLUMNS, _rows(figures, frame))


def indices_csv(release: Release, scope: Scope, labels: Labels, *, demonstration: bool = False) -> bytes:
    """The mean indices that a reader of the scope may see as a spreadsheet file; the columns are those of `INDEX_COLUMNS`."""
    frame = Frame(release.round, labels, demonstration)
    told = (*inside(release.indices, scope), *release.above_for(release.indices, scope))
    rows = (_index_row(one, frame) for one in told)
    return spreadsheet.csv_bytes(INDEX_COLUMNS, rows)


def gaps_csv(release: Release, scope: Scope, labels: Labels, *, demonstration: bool = False) -> bytes:
    """The gaps that a reader of the scope may see as a spreadsheet file; the columns are those of `GAP_COLUMNS`."""
    frame = Frame(release.round, labels, demonstration)
    adjusted = adjusted_p(release.gaps)
    own = gap_tables(inside(release.gaps, scope), release.within(scope), adjusted)
    told = (release.above_for(release.gaps, scope), release.above_for(release.figures, scope))
    above = gap_tables(*told, adjusted)
    tables = (*own, *above)
    rows = (_gap_row(row, frame) for table in tables for row in table.rows)
    return spreadsheet.csv_bytes(GAP_COLUMNS, rows)


def ratios_csv(release: Release, scope: Scope, labels: Labels, *, demonstration: bool = False) -> bytes:
    """The ratios that a reader of the scope may see as a spreadsheet file; the columns are those of `RATIO_COLUMNS`."""
    frame = Frame(release.round, labels, demonstration)
    rows = (
        (
            *frame.begins(one),
            *(one.name, labels.ratio(one.name), one.question),
            *(one.n, one.value, one.low, one.high, one.status),
            *frame.ends(one, RATIO),
        )
        for one in (*inside(release.ratios, scope), *release.above_for(release.ratios, scope))
    )
    return spreadsheet.csv_bytes(RATIO_COLUMNS, rows)


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


def _index_row(one: Index, frame: Frame) -> tuple[object, ...]:
    return (
        *frame.begins(one),
        one.name,
        frame.labels.index(one.name),
        one.base,
        one.n,
        one.value,
        one.ci_low,
        one.ci_high,
        one.dont_know,
        one.refused,
        one.alpha,
        one.status,
        *frame.ends(one, INDEX),
        one.pooled,
        one.pooled_low,
        one.pooled_high,
    )


def _gap_row(row: GapRow, frame: Frame) -> tuple[object, ...]:
    gap = row.gap
    shares = (None, None) if gap.base is None else (row.first, row.second)
    return (
        *frame.begins(gap),
        gap.name,
        frame.labels.gap(gap.name),
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
        *frame.ends(gap, GAP),
        "" if row.p is None else f"{round(row.p, 4):g}",
        gap.both,
    )


def _rows(figures: tuple[Figure, ...], frame: Frame) -> Iterator[tuple[object, ...]]:
    labels = frame.labels
    for figure in figures:
        yield (
            *frame.begins(figure),
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
            *frame.ends(figure, SUM if figure.answer in SUMS else ANSWER),
        )
