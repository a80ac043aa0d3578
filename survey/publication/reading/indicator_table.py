"""A table with a row for each place and group and a column for each indicator, as a value and as wide.csv.

An indicator is a mean index, a gap, a ratio, or of a question the share that is compared between rounds: that of the two best
answers, or of yes. All of them are kept figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from analysis.outputs import spreadsheet
from survey.problems import N_
from survey.publication.counts.cube import is_above_districts
from survey.publication.reading.comparable import GAP, INDEX, RATIO, SHARE
from survey.publication.reading.csv_files import DEMONSTRATION, LEVEL, NAMED, PLACE, Frame
from survey.publication.reading.labels import Labels
from survey.publication.reading.levels import level_of
from survey.publication.release.figures import Figure
from survey.publication.release.fixed_mix import compared_answer
from survey.publication.release.gaps import GapFigure
from survey.publication.release.indices import Index
from survey.publication.release.ratios import RatioFigure
from survey.publication.release.release import Release
from survey.storage.scope import Scope

#: The columns before those of the indicators.
COLUMNS: Final = (*PLACE, LEVEL, *NAMED, DEMONSTRATION, "base")
#: What is added to an indicator's name for the columns of its limits and of the number of people that it is of.
LIMITS: Final = ("low", "high", "n")

KINDS: Final = {INDEX: N_("Index"), GAP: N_("Gap"), RATIO: N_("Ratio"), SHARE: N_("Share")}

Told = Figure | Index | GapFigure | RatioFigure
#: Province, district and group.
Place = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Indicator:
    """Its kind (index, gap, ratio or share), its name, and of a share the answer."""

    kind: str
    name: str
    answer: str = ""

    @property
    def column(self) -> str:
        """The name of its column; no question or option has a colon in its name, so that none has the name of another."""
        return f"{self.kind}:{self.name}"

    def label(self, labels: Labels) -> str:
        """What it is called for a reader."""
        what = labels.compared(self.kind, self.name)
        return f"{what} – {labels.answer(self.name, self.answer)}" if self.answer else what

    def title(self, labels: Labels) -> str:
        """The same with its kind, for a gap is called after the help alone."""
        return f"{labels.translate(KINDS[self.kind])}: {self.label(labels)}"


@dataclass(frozen=True, slots=True)
class Value:
    """One indicator of one place and group: in per cent, points or of 100, with its limits, of `n` people; hidden, it has none."""

    status: str
    n: int | None
    value: int | None
    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class Row:
    """The indicators of one group in one place, of `base` interviewed; those that it does not have are absent."""

    province: str
    district: str
    group: str
    base: int | None
    values: Mapping[Indicator, Value]


@dataclass(frozen=True, slots=True)
class IndicatorTable:
    """All indicators of a release, and the rows of one reader: districts first, then what is above them."""

    indicators: tuple[Indicator, ...]
    rows: tuple[Row, ...]


def indicator_table(release: Release, scope: Scope) -> IndicatorTable:
    """The indicators of a release in the districts of a reader, and above districts for everybody who reads one."""
    every: tuple[Told, ...] = (
        *release.indices,
        *release.gaps,
        *release.ratios,
        *_compared(release.figures),
    )
    values: dict[Place, dict[Indicator, Value]] = {place: {} for place in _places(release, scope)}
    above = release.is_read_in(scope)
    for one in every:
        if above if is_above_districts(one.district) else scope.holds(one.district):
            # A gap of two groups is with the one that is compared with members.
            values.setdefault((one.province, one.district, one.group), {})[_indicator(one)] = _value(one)
    rows = (Row(*place, release.bases.get(place), own) for place, own in values.items())
    return IndicatorTable(tuple(dict.fromkeys(_indicator(one) for one in every)), tuple(rows))


def _places(release: Release, scope: Scope) -> Iterator[Place]:
    """Every place and group with a figure, in the order of the files."""
    for one in (*release.within(scope), *release.above_for(release.figures, scope)):
        yield (one.province, one.district, one.group)


def _compared(figures: Iterable[Figure]) -> tuple[Figure, ...]:
    """The figures of the answer that is compared between rounds."""
    kept = tuple(figures)
    answers: dict[str, dict[str, tuple[str, ...]]] = {}
    for one in kept:
        answers.setdefault(one.question, {})[one.answer] = ()
    compared = {name: compared_answer(list(several), several) for name, several in answers.items()}
    return tuple(one for one in kept if one.answer == compared[one.question])


def _indicator(one: Told) -> Indicator:
    if isinstance(one, Figure):
        return Indicator(SHARE, one.question, one.answer)
    kinds = {Index: INDEX, GapFigure: GAP, RatioFigure: RATIO}
    return Indicator(kinds[type(one)], one.name)


def _value(one: Told) -> Value:
    if isinstance(one, Figure):
        return Value(one.status, one.base, one.percent, one.ci_low, one.ci_high)
    if isinstance(one, Index):
        return Value(one.status, one.n, one.value, one.ci_low, one.ci_high)
    if isinstance(one, GapFigure):
        return Value(one.status, one.base, one.points, one.low, one.high)
    return Value(one.status, one.n, one.value, one.low, one.high)


def wide_csv(release: Release, scope: Scope, labels: Labels, *, demonstration: bool = False) -> bytes:
    """The table as a spreadsheet file: the columns are `COLUMNS`, then of every indicator the value, `LIMITS`."""
    table = indicator_table(release, scope)
    frame = Frame(release.round, labels, demonstration)
    return spreadsheet.csv_bytes(wide_columns(table), _rows(table, frame))


def wide_columns(table: IndicatorTable) -> tuple[str, ...]:
    """The header of wide.csv."""
    own = ((one.column, *(f"{one.column}:{limit}" for limit in LIMITS)) for one in table.indicators)
    return (*COLUMNS, *(column for several in own for column in several))


_ABSENT: Final = Value("", None, None, None, None)


def _rows(table: IndicatorTable, frame: Frame) -> Iterator[tuple[object, ...]]:
    for row in table.rows:
        found = [row.values.get(one, _ABSENT) for one in table.indicators]
        numbers = (number for one in found for number in (one.value, one.low, one.high, one.n))
        level = level_of(row.province, row.district)
        yield (*frame.begins(row), level, *frame.names(row), *frame.marks(), row.base, *numbers)
