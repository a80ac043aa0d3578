"""Ties as rows over the inner counts of several tables, one row for each domain."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
from scipy import sparse

from analysis.disclosure.cube import Cube
from analysis.disclosure.problem import Problem, TieRows
from analysis.disclosure.tied.ties import Tie

#: The leaves of every dimension but the answers.
Domain = tuple[tuple[str, ...], ...]

#: By table and domain the place of each answer among the inner counts of all tables.
Columns = Mapping[tuple[str, Domain], Mapping[str, int]]


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
            parts.append(TieRows(moved, one.ties.low, one.ties.high))
        start += len(one.inner)
    return TieRows(
        sparse.csr_array(sparse.vstack([part.matrix for part in parts])),
        np.concatenate([part.low for part in parts]),
        np.concatenate([part.high for part in parts]),
    )


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


def _sparse(rows: Sequence[Mapping[int, int]], size: int) -> Any:
    data = [float(factor) for row in rows for factor in row.values()]
    places = [place for row in rows for place in row]
    starts = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int32)
    return sparse.csr_array((data, np.array(places, np.int32), starts), shape=(len(rows), size))
