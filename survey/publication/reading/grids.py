"""Arranges kept figures as tables for reading: one question over districts, one district over questions, indices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, groupby
from typing import Final, TypeVar

from survey.publication.counts.cube import BOTTOM_TWO, NO, REST, TOP_TWO, YES, is_above_districts
from survey.publication.counts.design_effects import Known
from survey.publication.release.figures import HIDDEN, Figure
from survey.publication.release.indices import Index
from survey.publication.release.ratios import RatioFigure
from survey.storage.results.release_document import NO_ANSWER

ORDER: Final = {TOP_TWO: 0, YES: 0, REST: 1, NO: 1, BOTTOM_TWO: 3, NO_ANSWER: 4}


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of one question in one domain, in the order of the answers."""

    province: str
    district: str
    group: str
    figures: tuple[Figure, ...]

    @property
    def is_above_districts(self) -> bool:
        """Whether it is of a sum of districts."""
        return is_above_districts(self.district)

    @property
    def shown(self) -> bool:
        """Whether anything is shown."""
        return any(figure.status != HIDDEN for figure in self.figures)

    @property
    def base(self) -> int | None:
        """Interviews behind the row, where a figure of it is shown."""
        return next((figure.base for figure in self.figures if figure.base is not None), None)

    @property
    def answered(self) -> int | None:
        """How many of them answered, where a figure of it says so."""
        return next((figure.answered for figure in self.figures if figure.answered is not None), None)


Placed = TypeVar("Placed", Row, Index)


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows that share the same answers."""

    question: str
    answers: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def shown(self) -> tuple[Row, ...]:
        """The rows with something to read."""
        return tuple(row for row in self.rows if row.shown)

    @property
    def by_place(self) -> tuple[tuple[Row, ...], ...]:
        """The rows with something to read, those of each place together."""
        return _by_place(self.shown)

    @property
    def hidden(self) -> tuple[Row, ...]:
        """The rows of which nothing is shown."""
        return tuple(row for row in self.rows if not row.shown)


def grids(figures: Iterable[Figure]) -> tuple[Grid, ...]:
    """One grid per question, in the order of the figures; figures of a domain and question lie together."""
    by_question: dict[str, list[Row]] = {}
    for row in _rows(figures):
        by_question.setdefault(row.figures[0].question, []).append(row)
    return tuple(
        Grid(question, tuple(figure.answer for figure in rows[0].figures), tuple(rows))
        for question, rows in by_question.items()
    )


@dataclass(frozen=True, slots=True)
class IndexTable:
    """One index in some domains, and the questions it is made of in any of them."""

    name: str
    rows: tuple[Index, ...]

    @property
    def components(self) -> tuple[str, ...]:
        """The questions; an index is never read without them."""
        return tuple(dict.fromkeys(item for row in self.rows for item in row.components))

    @property
    def known(self) -> tuple[Known, ...]:
        """How alike the interviews of one worker are, of each set of groups that is asked the same."""
        return tuple(dict.fromkeys(row.known for row in self.rows if row.known and row.told))

    @property
    def shown(self) -> bool:
        """Whether anything is shown."""
        return any(row.told for row in self.rows)

    @property
    def by_place(self) -> tuple[tuple[Index, ...], ...]:
        """The rows that are shown, those of each place together."""
        return _by_place(tuple(row for row in self.rows if row.told))


def index_tables(indices: Iterable[Index]) -> tuple[IndexTable, ...]:
    """One table per index, in their declared order; the groups of a place lie together."""
    by_name: dict[str, dict[tuple[str, str], list[Index]]] = {}
    for index in indices:
        by_name.setdefault(index.name, {}).setdefault((index.province, index.district), []).append(index)
    return tuple(IndexTable(name, tuple(chain(*places.values()))) for name, places in by_name.items())


def ratio_parts(ratios: Iterable[RatioFigure]) -> list[list[RatioFigure]]:
    """The shown ratios, those of a place and name together."""
    shown = (one for one in ratios if one.value is not None)
    return [
        list(several) for _, several in groupby(shown, key=lambda one: (one.name, one.province, one.district))
    ]


def _by_place(rows: Iterable[Placed]) -> tuple[tuple[Placed, ...], ...]:
    places: dict[tuple[str, str], list[Placed]] = {}
    for row in rows:
        places.setdefault((row.province, row.district), []).append(row)
    return tuple(map(tuple, places.values()))


def _rows(figures: Iterable[Figure]) -> Iterator[Row]:
    # A dictionary keeps the order of asking and the order of districts, which the release has.
    rows: dict[tuple[str, str, str, str], list[Figure]] = {}
    for figure in figures:
        rows.setdefault((figure.question, figure.province, figure.district, figure.group), []).append(figure)
    for (_, province, district, group), several in rows.items():
        yield Row(province, district, group, tuple(sorted(several, key=_place)))


def _place(figure: Figure) -> int:
    """What is most often shown first, then the points in their order."""
    return ORDER.get(figure.answer, 2)
