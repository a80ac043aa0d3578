"""Ties as rows over the inner counts of several tables, one row for each domain."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy import sparse

from analysis.disclosure.cube import Cube, Flags, cells_by_name, incidence
from analysis.disclosure.problem import Problem, Reals, TieRows
from analysis.disclosure.tied.ties import Tie

#: The leaves of every dimension but the answers.
Domain = tuple[tuple[str, ...], ...]

#: By table and domain the place of each answer among the inner counts of all tables.
Columns = Mapping[tuple[str, Domain], Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Sum:
    """A published figure that is made of the counts of several answers in one domain, which are hidden or not.

    Parameters
    ----------
    domain
        One text for each column but the answer.
    factors
        By table and answer what one person counts.
    low, high
        Between which values the true sum is, rounding allowed for.

    Examples
    --------
    Of so many youth in place a 30 to 40 % said yes: 0.7 of each yes less 0.3 of each no is above zero.

    >>> Sum(("a", "youth"), {("asked", "yes"): 0.7, ("asked", "no"): -0.3}, 0.0, np.inf).domain
    ('a', 'youth')
    """

    domain: tuple[str, ...]
    factors: Mapping[tuple[str, str], float]
    low: float
    high: float


def tie_rows(cubes: Mapping[str, Cube], ties: Sequence[Tie], hidden: Collection[Domain]) -> TieRows:
    """Each tie in each of its domains, and the equal number interviewed of all tables where it is hidden.

    Parameters
    ----------
    cubes
        The cube of each table by name, in the order of the inner counts.
    ties
        What joins the tables.  A tie of a table that is not there is left out.
    hidden
        Domains whose number interviewed is not published.

    Returns
    -------
    TieRows

    Examples
    --------
    The number interviewed is hidden: then both tables have the same.

    >>> from analysis.disclosure.nodes import Dimension
    >>> from analysis.disclosure.tied.ties import Term
    >>> place = Dimension("place", ("place",), (("a",),))
    >>> group = Dimension("group", ("group",), (("youth",),))
    >>> cube = Cube((place, group, Dimension("answer", ("answer",), (("yes",), ("no",)), answers=True)))
    >>> tie = Tie("", (Term("further", "yes", 1), Term("asked", "yes", -1)), 0, ("youth",))
    >>> rows = tie_rows({"asked": cube, "further": cube}, [tie], {(("a",), ("youth",))})
    >>> rows.matrix.toarray().tolist(), rows.low.tolist(), rows.high.tolist()
    ([[-1.0, 0.0, 1.0, 0.0], [1.0, 1.0, -1.0, -1.0]], [-inf, 0.0], [0.0, 0.0])
    """
    columns = _columns(cubes)
    rows: list[Mapping[int, int]] = []
    equal: list[Mapping[int, int]] = []
    for domain in dict.fromkeys(domain for _, domain in columns):
        rows += [_row(tie, domain, columns) for tie in ties if _tie_applies(tie, domain, columns)]
        if domain in hidden:
            equal += _equal_bases([columns[name, domain] for name in cubes if (name, domain) in columns])
    size = sum(int(np.prod(cube.inner_shape)) for cube in cubes.values())
    low = np.concatenate([np.full(len(rows), -np.inf), np.zeros(len(equal))])
    return TieRows(_sparse([*rows, *equal], size), low, np.zeros(len(low)))


def sum_rows(cubes: Mapping[str, Cube], sums: Sequence[Sum]) -> TieRows:
    """Published sums as rows over the inner counts of all tables, each so that its largest factor is 1.

    Parameters
    ----------
    cubes
        The cube of each table by name, in the order of the inner counts.
    sums
        Of answers of these tables.  One of a table that is not there is left out.

    Returns
    -------
    TieRows

    Raises
    ------
    KeyError
        If a table has no such domain or answer.

    Examples
    --------
    >>> from analysis.disclosure.nodes import Dimension
    >>> place = Dimension("place", ("place",), (("a",), ("b",)))
    >>> cube = Cube((place, Dimension("answer", ("answer",), (("yes",), ("no",)), answers=True)))
    >>> rows = sum_rows({"asked": cube}, [Sum(("Total",), {("asked", "yes"): 2.0, ("asked", "no"): -1.0}, 0.0, 8.0)])
    >>> rows.matrix.toarray().tolist(), rows.high.tolist()
    ([[1.0, -0.5, 1.0, -0.5]], [4.0])
    """
    sizes = [int(np.prod(cube.inner_shape)) for cube in cubes.values()]
    starts = dict(zip(cubes, np.cumsum([0, *sizes]).tolist(), strict=False))
    inside = {name: sparse.csr_array(incidence(cube)) for name, cube in cubes.items()}
    kept = [one for one in sums if all(table in cubes for table, _ in one.factors)]
    scale = np.array([max(map(abs, one.factors.values())) for one in kept])
    rows: list[Mapping[int, float]] = []
    for one, largest in zip(kept, scale, strict=True):
        row: dict[int, float] = {}
        for (table, answer), factor in one.factors.items():
            cell = cells_by_name(cubes[table])[(*one.domain, answer)]
            for place in inside[table][[cell]].indices.tolist():
                row[starts[table] + place] = row.get(starts[table] + place, 0.0) + factor / float(largest)
        rows.append(row)
    limits = (np.array([getattr(one, side) for one in kept]) / scale for side in ("low", "high"))
    return TieRows(_sparse(rows, sum(sizes)), *limits)


def with_sums(problem: Problem, cubes: Mapping[str, Cube], sums: Sequence[Sum]) -> Problem:
    """The same problem for readers who know published sums of several answers too.

    Parameters
    ----------
    problem
        Of the tables, one after the other.
    cubes
        The cube of each by name, in their order.
    sums
        What is published.

    Returns
    -------
    Problem

    Examples
    --------
    >>> from analysis.disclosure.cube import Table
    >>> from analysis.disclosure.nodes import Dimension
    >>> from analysis.disclosure.primary import Rules, mark
    >>> from analysis.disclosure.problem import single_table_problem
    >>> cube = Cube((Dimension("answer", ("answer",), (("yes",), ("no",))),))
    >>> table = Table(cube, np.array([9, 20]), name="asked")
    >>> problem = single_table_problem(table, mark(table, Rules()), Rules())
    >>> with_sums(problem, {"asked": cube}, [Sum((), {("asked", "yes"): 1.0}, 8.0, 10.0)]).ties.low.tolist()
    [8.0]
    """
    rows = sum_rows(cubes, sums)
    return replace(problem, ties=rows if problem.ties is None else together([problem.ties, rows]))


def together(several: Sequence[TieRows]) -> TieRows:
    """Rows over the same inner counts, one below the other.

    Parameters
    ----------
    several
        At least one.

    Returns
    -------
    TieRows

    Examples
    --------
    >>> one = TieRows(sparse.csr_array(np.array([[1.0, -1.0]])), np.zeros(1), np.ones(1))
    >>> together([one, one]).matrix.shape
    (2, 2)
    """
    return TieRows(
        sparse.csr_array(sparse.vstack([part.matrix for part in several])),
        np.concatenate([part.low for part in several]),
        np.concatenate([part.high for part in several]),
        np.concatenate([_of_people(part) for part in several]),
    )


def _of_people(part: TieRows) -> Flags:
    return np.zeros(len(part.low), np.bool_) if part.people is None else part.people


def cell_limits(cube: Cube, ranges: Mapping[tuple[str, ...], tuple[float, float]]) -> tuple[Reals, Reals]:
    """What is known of the smallest and the largest count of each cell: 0 and infinity where nothing is.

    Parameters
    ----------
    cube
        The cells.
    ranges
        By name the fewest and the most.

    Returns
    -------
    low, high
        Shape (cells,) each.

    Examples
    --------
    >>> from analysis.disclosure.nodes import Dimension
    >>> low, high = cell_limits(Cube((Dimension("place", ("place",), (("a",), ("b",))),)), {("b",): (2, 7)})
    >>> low.tolist(), high.tolist()
    ([0.0, 2.0, 0.0], [inf, 7.0, inf])
    """
    size, cells = int(np.prod(cube.shape)), cells_by_name(cube)
    low, high = np.zeros(size), np.full(size, np.inf)
    for name, limits in ranges.items():
        low[cells[name]], high[cells[name]] = limits
    return low, high


def domain_of(cube: Cube, index: Sequence[int]) -> tuple[str, Domain]:
    """The answer and the domain of an inner cell.

    Parameters
    ----------
    cube
        With answers.
    index
        Position of the leaf of each dimension.

    Returns
    -------
    answer, domain

    Examples
    --------
    >>> from analysis.disclosure.nodes import Dimension
    >>> place = Dimension("place", ("place",), (("a",), ("b",)))
    >>> answer = Dimension("answer", ("answer",), (("yes",), ("no",)), answers=True)
    >>> domain_of(Cube((place, answer)), (1, 0))
    ('yes', (('b',),))
    """
    leaves = [dimension.leaves[place] for dimension, place in zip(cube.dimensions, index, strict=True)]
    answer = leaves.pop(cube.answers or 0)
    return answer[-1], tuple(leaves)


def with_own_rows(ties: TieRows, problems: Sequence[Problem]) -> TieRows:
    """The ties, and below them what is known of each table by itself.

    Parameters
    ----------
    ties
        Over the inner counts of all tables, one after the other.
    problems
        Of the tables, in their order.

    Returns
    -------
    TieRows

    Examples
    --------
    Of two tables of two counts each, 18 people of the last count are known not to have been asked.

    >>> from analysis.disclosure.cube import Cube, Table
    >>> from analysis.disclosure.nodes import Dimension
    >>> from analysis.disclosure.primary import Rules, mark
    >>> from analysis.disclosure.problem import single_table_problem
    >>> cube = Cube((Dimension("answer", ("answer",), (("yes",), ("no",))),))
    >>> tables = [Table(cube, np.array([9, 20]), known=known) for known in (None, np.array([0, 18]))]
    >>> problems = [single_table_problem(table, mark(table, Rules()), Rules()) for table in tables]
    >>> none = TieRows(sparse.csr_array((0, 4)), np.zeros(0), np.zeros(0))
    >>> rows = with_own_rows(none, problems)
    >>> rows.matrix.toarray().tolist(), rows.low.tolist()
    ([[0.0, 0.0, 0.0, 1.0]], [18.0])
    """
    start, parts = 0, [ties]
    size = sum(len(one.inner) for one in problems)
    for one in problems:
        if one.ties is not None:
            own = sparse.coo_array(one.ties.matrix)
            place = (own.row, own.col + start)
            moved = sparse.csr_array((own.data, place), shape=(own.shape[0], size))
            parts.append(replace(one.ties, matrix=moved))
        start += len(one.inner)
    return together(parts)


def _columns(cubes: Mapping[str, Cube]) -> Columns:
    found: dict[tuple[str, Domain], dict[str, int]] = {}
    start = 0
    for name, cube in cubes.items():
        for place, index in enumerate(np.ndindex(*cube.inner_shape), start=start):
            answer, domain = domain_of(cube, index)
            found.setdefault((name, domain), {})[answer] = place
        start += int(np.prod(cube.inner_shape))
    return found


def _tie_applies(tie: Tie, domain: Domain, columns: Columns) -> bool:
    """Whether a tie holds in a domain, whose last part is its group, and all its tables are there."""
    return domain[-1][-1] in tie.groups and all((name, domain) in columns for name in tie.tables)


def _row(tie: Tie, domain: Domain, columns: Columns) -> Mapping[int, int]:
    """The number interviewed is the sum of all answers to the first question named."""
    row = dict.fromkeys(columns[tie.terms[0].table, domain].values(), tie.base)
    for term in tie.terms:
        place = columns[term.table, domain][term.answer]
        row[place] = row.get(place, 0) + term.factor
    return row


def _equal_bases(present: Sequence[Mapping[str, int]]) -> list[Mapping[int, int]]:
    first = dict.fromkeys(present[0].values(), 1)
    return [first | dict.fromkeys(other.values(), -1) for other in present[1:]]


def _sparse(rows: Sequence[Mapping[int, int] | Mapping[int, float]], size: int) -> Any:
    data = [float(factor) for row in rows for factor in row.values()]
    places = [place for row in rows for place in row]
    starts = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int32)
    return sparse.csr_array((data, np.array(places, np.int32), starts), shape=(len(rows), size))
