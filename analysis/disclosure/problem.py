"""What has to stay hidden from whom, in numbers: the common ground of suppression and attack."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from analysis.disclosure.cube import (
    Counts,
    Cube,
    Flags,
    Table,
    base_cells,
    cell_counts,
    incidence,
    inner_cells,
    known_counts,
)
from analysis.disclosure.primary import NEVER, Marks, Rules

Reals = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Figure:
    """A published figure next to the counts, a rounded weighted percentage for instance.

    A reader who knows the weights learns that the sum of `weights` times the
    inner counts is between `low` and `high`.

    Parameters
    ----------
    name
        What the figure is called.
    weights
        One known factor for each inner cell, in inner order.
    low, high
        Between which values the true sum is, rounding allowed for.

    Examples
    --------
    Three answered 4 and twenty 5; the mean is shown as 4.9, so it is between 4.85 and 4.95.

    >>> mean = Figure("mean", weights=(4.0, 5.0), low=4.85 * 23, high=4.95 * 23)
    >>> mean.low < 3 * 4 + 20 * 5 < mean.high
    True
    """

    name: str
    weights: tuple[float, ...] = field(repr=False)
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Reader:
    """An attacker: what is known beforehand, and what must stay uncertain.

    Parameters
    ----------
    name
        Who reads.
    known
        Cells known in any case.
    high
        Per cell the value its largest possible count must reach while hidden.
    low
        Per cell the value its smallest possible count must not exceed.
    spread
        Cells that must have at least two possible counts while hidden.
    unaware
        Inner counts of which this reader does not know that some people are among them, though others do; None for none.

    Examples
    --------
    >>> flags, counts = np.array([True, False]), np.array([5, 5])
    >>> Reader("who knows one cell", flags, counts, counts - 3, ~flags)
    Reader(name='who knows one cell')
    """

    name: str
    known: Flags = field(repr=False)
    high: Counts | Reals = field(repr=False)
    low: Counts | Reals = field(repr=False)
    spread: Flags = field(repr=False)
    unaware: Flags | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class TieRows:
    """Sums of inner counts whose limits follow from the questionnaire alone.

    Parameters
    ----------
    matrix
        Sparse factors, shape (ties, inner cells).
    low, high
        Between which values each sum is, with any answers.
    people
        Flags of the rows that tell of people known to be somewhere, which
        readers who are `unaware` of them do not know; None for none.

    Examples
    --------
    No more people answer (the second count) than were asked (the first).

    >>> ties = TieRows(sparse.csr_array(np.array([[-1.0, 1.0]])), np.array([-np.inf]), np.zeros(1))
    >>> (ties.matrix @ np.array([30.0, 12.0]) <= ties.high).tolist()
    [True]
    """

    matrix: Any = field(repr=False)
    low: Reals = field(repr=False)
    high: Reals = field(repr=False)
    people: Flags | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Problem:
    """Cells and figures to publish, and the readers who must learn nothing more.

    Parameters
    ----------
    matrix
        Sparse factors, shape (cells + figures, inner cells).
    low, high
        Limits of each sum: equal, and the count, for a cell.
    cells
        Number of cells; figures follow after them.
    shown
        Cells and figures that may be published.
    settled
        Cells whose status was decided before (bases), among them
        `published`.
    readers
        The attackers, the best informed first.
    inner
        The true counts of the inner cells.
    figures
        Names of the figures.
    ties
        What every reader knows before anything is published.
    cost
        What it costs to hide each sum; without it every cell costs the same, a little more where it holds more people.

    Examples
    --------
    >>> from analysis.disclosure.cube import Cube
    >>> from analysis.disclosure.nodes import Dimension
    >>> from analysis.disclosure.primary import mark
    >>> table = Table(Cube((Dimension("place", ("place",), (("a",), ("b",))),)), np.array([3, 20]))
    >>> single_table_problem(table, mark(table, Rules()), Rules()).counts.tolist()
    [3.0, 20.0, 23.0]
    """

    matrix: Any = field(repr=False)
    low: Reals = field(repr=False)
    high: Reals = field(repr=False)
    cells: int
    shown: Flags = field(repr=False)
    settled: Flags = field(repr=False)
    readers: tuple[Reader, ...]
    inner: Reals = field(repr=False)
    figures: tuple[str, ...] = ()
    ties: TieRows | None = field(default=None, repr=False)
    cost: Reals | None = field(default=None, repr=False)

    @property
    def counts(self) -> Reals:
        """The true counts of the cells."""
        return self.low[: self.cells]


def single_table_problem(table: Table, marks: Marks, rules: Rules, figures: Sequence[Figure] = ()) -> Problem:
    """The problem of a table whose readers know nothing beforehand.

    Parameters
    ----------
    table
        A table without answers, or one whose bases need no shelter.
    marks
        What the rules say of its cells.
    rules
        The rules.
    figures
        Figures to publish next to the counts.

    Returns
    -------
    Problem
        Every hidden primary cell must seem able to reach max(k, count + 2)
        and to fall to max(0, count - 1); any other hidden cell must seem able
        to reach k and have two possible counts.

    Raises
    ------
    ValueError
        If a figure contradicts the counts.

    Examples
    --------
    A hidden 3 must seem able to be 5 or more, and to be 2 or fewer.

    >>> from analysis.disclosure.cube import Cube
    >>> from analysis.disclosure.nodes import Dimension
    >>> from analysis.disclosure.primary import mark
    >>> table = Table(Cube((Dimension("place", ("place",), (("a",), ("b",))),)), np.array([3, 20]))
    >>> reader, = single_table_problem(table, mark(table, Rules()), Rules()).readers
    >>> reader.high.tolist()[0], reader.low.tolist()[0]
    (5, 2)
    """
    counts = cell_counts(table)
    k = rules.k_of(table)
    high = np.where(marks.primary, np.maximum(k, counts + 2), k)
    reader = _outsider(marks.primary, high, np.maximum(0, counts - 1))
    settled = np.zeros(len(counts), dtype=np.bool_)
    return _problem(table, marks.shown, settled, (reader,), figures)


def problem_over_bases(
    table: Table, marks: Marks, rules: Rules, published: Flags, figures: Sequence[Figure] = ()
) -> Problem:
    """The problem of a question whose bases are settled.

    Parameters
    ----------
    table
        Counts of answers.
    marks
        What the rules say of its cells.
    rules
        The rules.
    published
        Flags in cell order, of which those of the bases are read: the
        domains whose base is published.
    figures
        Figures to publish next to the counts.

    Returns
    -------
    Problem
        Two readers: one knows every base, published or not; the other knows
        what is published only, and must not learn the hidden bases: where one
        is hidden, nor does this reader know of anybody there.  Nobody
        can take an answer to be larger than its base, so that this is all a
        hidden answer must seem able to reach.  A domain whose base is hidden
        shows no answers.

    Raises
    ------
    ValueError
        If the table has no answers, or a figure contradicts the counts.

    Examples
    --------
    Of 4 people no answer can be larger than 4, and everybody who knows the base knows it.

    >>> from analysis.disclosure.cube import Cube
    >>> from analysis.disclosure.nodes import Dimension
    >>> from analysis.disclosure.primary import mark
    >>> answer = Dimension("answer", ("answer",), (("yes",), ("no",)), answers=True)
    >>> table = Table(Cube((answer,)), np.array([3, 1]))
    >>> insider, _ = problem_over_bases(table, mark(table, Rules()), Rules(), np.zeros(3, dtype=np.bool_)).readers
    >>> insider.high.tolist(), insider.known.tolist()
    ([4, 4, 0], [False, False, True])
    """
    bases = base_cells(table.cube)
    if bases is None:
        raise ValueError("The table has no answers, so it has no bases.")
    is_base = bases == np.arange(len(bases))
    shown = np.where(is_base, published, marks.shown & published[bases])
    needs = _needs_of_answers(table, marks.primary, rules.k_of(table), bases)
    insider = _insider(needs, marks.primary, inner_bases(table.cube), is_base)
    high = _outside_requirements(cell_counts(table), marks.primary, bases, published, needs.high, rules.k)
    unaware = ~published[bases[inner_cells(table.cube)]]
    outsider = _outsider(marks.primary, high, needs.low, unaware)
    return _problem(table, shown, is_base, (insider, outsider), figures)


@dataclass(frozen=True, slots=True)
class _Needs:
    """Per cell what it can be at most, and what its largest and its smallest possible count must reach."""

    largest: Counts
    high: Counts
    low: Counts


def _needs_of_answers(table: Table, primary: Flags, k: int, bases: npt.NDArray[np.intp]) -> _Needs:
    """The rules by count, applied to the people of a cell of whom not every reader knows; the known ones come on top."""
    counts, known = cell_counts(table), known_counts(table)
    # No answer can be larger than its base, less what is known to be elsewhere.
    largest = counts[bases] - (known[bases] - known)
    # The number interviewed is published or hidden by rules of its own, which look at everybody.
    apart = np.where(bases == np.arange(len(bases)), 0, known)
    others = counts - apart
    high = apart + np.where(primary, np.maximum(k, others + 2), k)
    return _Needs(largest, np.minimum(largest, high), apart + np.maximum(0, others - 1))


def inner_bases(cube: Cube) -> Flags:
    """The cells that somebody knows who knows how many people were asked in every domain, and nothing else.

    Parameters
    ----------
    cube
        The cube.

    Returns
    -------
    numpy.ndarray
        Flags in cell order: the bases of the inner cells; of a cube without answers these themselves.

    Examples
    --------
    >>> from analysis.disclosure.nodes import Dimension
    >>> answer = Dimension("answer", ("answer",), (("yes",), ("no",)), answers=True)
    >>> inner_bases(Cube((answer,))).tolist()
    [False, False, True]
    """
    bases, inner = base_cells(cube), inner_cells(cube)
    flags = np.zeros(int(np.prod(cube.shape)), dtype=np.bool_)
    flags[inner if bases is None else bases[inner]] = True
    return flags


def _outside_requirements(
    counts: Counts, primary: Flags, bases: npt.NDArray[np.intp], published: Flags, capped: Counts, k: int
) -> Counts:
    """What cells must seem able to reach: an answer what it can be at most, a hidden base at least k."""
    answers = np.where(published[bases], capped, np.maximum(k, capped))
    own = np.where(primary, np.maximum(k, counts + 2), k)
    return np.where(bases == np.arange(len(bases)), own, answers)


def _outsider(primary: Flags, high: Counts, low: Counts, unaware: Flags | None = None) -> Reader:
    known = np.zeros(len(primary), dtype=np.bool_)
    low = np.where(primary, low, NEVER)
    return Reader("who knows what is published", known, high, low, ~primary, unaware)


def _insider(needs: _Needs, primary: Flags, known: Flags, is_base: Flags) -> Reader:
    watched = primary & ~is_base
    high, low = np.where(watched, needs.high, 0), np.where(watched, needs.low, NEVER)
    return Reader("who knows every base", known, high, low, ~primary & ~is_base & (needs.largest > 0))


def _known_rows(table: Table) -> TieRows | None:
    """No cell holds fewer people than every reader knows of."""
    if table.known is None or not table.known.any():
        return None
    known = table.known.ravel().astype(np.float64)
    rows = sparse.csr_array(sparse.identity(len(known), format="csr")[np.flatnonzero(known)])
    every = np.ones(rows.shape[0], np.bool_)
    return TieRows(rows, known[known > 0], np.full(rows.shape[0], np.inf), every)


def _problem(
    table: Table, shown: Flags, settled: Flags, readers: tuple[Reader, ...], figures: Sequence[Figure]
) -> Problem:
    counts = cell_counts(table).astype(np.float64)
    extra = len(figures)
    weights = np.array([figure.weights for figure in figures], dtype=np.float64)
    scale = np.abs(weights).max(axis=1, initial=0.0) if extra else np.ones(0)
    scale = np.where(scale > 0, scale, 1.0)
    matrix = incidence(table.cube).astype(np.float64)
    if extra:
        matrix = sparse.csr_array(sparse.vstack([matrix, sparse.csr_array(weights / scale[:, None])]))
    low = np.concatenate([counts, np.array([figure.low for figure in figures]) / scale])
    high = np.concatenate([counts, np.array([figure.high for figure in figures]) / scale])
    _check_figures(table, figures, low, high, matrix)
    return Problem(
        matrix=matrix,
        low=low,
        high=high,
        cells=len(counts),
        shown=np.concatenate([shown, np.ones(extra, dtype=np.bool_)]),
        settled=np.concatenate([settled, np.zeros(extra, dtype=np.bool_)]),
        readers=readers,
        inner=table.counts.ravel().astype(np.float64),
        figures=tuple(figure.name for figure in figures),
        ties=_known_rows(table),
    )


def _check_figures(table: Table, figures: Sequence[Figure], low: Reals, high: Reals, matrix: Any) -> None:
    values = matrix @ table.counts.ravel()
    outside = (values < low - 1e-9) | (values > high + 1e-9)
    if outside.any():
        first = int(np.flatnonzero(outside)[0]) - (matrix.shape[0] - len(figures))
        raise ValueError(f"Figure {figures[first].name!r} contradicts the counts.")
