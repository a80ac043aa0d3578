"""Controlled rounding: every cell to one of its two neighbouring multiples, all sums right, as close as possible."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from scipy import sparse

from analysis.disclosure.attack import attack_as_every_reader
from analysis.disclosure.bounds import Ranges
from analysis.disclosure.cube import Counts, Cube, Flags, Table, cell_counts, cell_names, incidence
from analysis.disclosure.linear.programs import PRIMAL_SIMPLEX, TOLERANCE, Programs, ends_of_sums
from analysis.disclosure.linear.worlds import Audit
from analysis.disclosure.primary import Rules, mark
from analysis.disclosure.problem import Problem, Reals, problem_over_bases, single_table_problem
from analysis.disclosure.search import UnsafeError
from analysis.disclosure.tied.whole_people import failures_of_whole_people

#: Nodes that the search for the closest rounding may open; what is found by then is additive too.
NODES = 5_000

ROUNDED = "rounded"


@dataclass(frozen=True, slots=True)
class RoundedTable:
    """Rounded numbers that add up and have withstood the attack.

    Parameters
    ----------
    cube
        The cells.
    counts
        Per cell a multiple of the base.
    base
        What is rounded to.
    audit
        The outcome of the attack.

    Raises
    ------
    UnsafeError
        If the attack succeeded anywhere.

    Examples
    --------
    >>> from analysis.disclosure.nodes import Dimension
    >>> cube = Cube((Dimension("place", ("place",), (("a",), ("b",))),))
    >>> list(RoundedTable(cube, (7, 21, 28), 7, Audit(3, 1, 3)).rows())[-1]
    (('Total',), 28, 'rounded')
    """

    cube: Cube
    counts: tuple[int, ...] = field(repr=False)
    base: int
    audit: Audit

    def __post_init__(self) -> None:
        """Refuse to exist unsafe."""
        failing = sorted({failure.cell for failure in self.audit.failures})
        if failing:
            name = " / ".join(cell_names(self.cube, failing[0])[0])
            raise UnsafeError(
                f"Rounded to {self.base}, {len(failing)} of {len(self.counts)} numbers are known too closely, "
                f"first {name!r}; a larger base may do."
            )

    def rows(self) -> Iterator[tuple[tuple[str, ...], int, str]]:
        """Every cell under every name: the columns' texts, the rounded number, the status.

        Yields
        ------
        tuple
            Name, number and `ROUNDED`.
        """
        for cell, count in enumerate(self.counts):
            for name in cell_names(self.cube, cell):
                yield name, count, ROUNDED


def rounded(table: Table, rules: Rules, base: int) -> RoundedTable:
    """Round a table additively, attack what it says, and freeze it.

    Parameters
    ----------
    table
        Numbers of people.
    rules
        Of which k is read, and the base under which a domain counts as small: a count under k must seem able to reach
        k and two more than it is, and to be one less.  Nothing is hidden.
    base
        What is rounded to, 2 or more.

    Returns
    -------
    RoundedTable

    Raises
    ------
    UnsafeError
        If there is no additive rounding, or the attack on it succeeds.
    ValueError
        If the base is less than 2.

    References
    ----------
    Zero-restricted controlled rounding: τ-ARGUS 4.1, User's manual, section 2.14; Salazar, Staggermeier and Bycroft
    (2005), Controlled rounding implementation.

    Examples
    --------
    A rounded 0 is at most 4 for base 5, and shown to be under 5; for base 7 it may be 6.

    >>> from analysis.disclosure.nodes import Dimension
    >>> table = Table(Cube((Dimension("place", ("place",), (("a",), ("b",))),)), np.array([1, 20]))
    >>> rounded(table, Rules(), 7).counts
    (0, 21, 21)
    >>> rounded(table, Rules(), 5)
    Traceback (most recent call last):
        ...
    analysis.disclosure.search.UnsafeError: Rounded to 5, 1 of 3 numbers are known too closely, first 'a'; a larger base may do.
    """
    if base < 2:
        raise ValueError("Numbers are rounded to 2 or more.")
    counts = _additive(table, base)
    return RoundedTable(
        table.cube, tuple(int(count) for count in counts), base, attacked(table, rules, counts, base)
    )


def _additive(table: Table, base: int) -> Counts:
    """The multiples next to the counts that add up and are closest to them together."""
    # It takes long to load, and few round.
    from scipy.optimize import Bounds, LinearConstraint, milp

    matrix, counts, inner = incidence(table.cube), cell_counts(table), table.counts.ravel()
    low, start = counts // base, inner // base
    high = low + (counts % base > 0)
    # A cell costs its distance from the truth, which is linear between two neighbouring multiples.
    slope = np.where(high > low, base - 2 * (counts % base), 0)
    found = milp(
        (matrix.T @ slope).astype(np.float64),
        integrality=np.ones(len(inner), dtype=np.int64),
        bounds=Bounds(0, (inner % base > 0).astype(np.float64)),
        constraints=LinearConstraint(matrix.astype(np.float64), low - matrix @ start, high - matrix @ start),
        options={"node_limit": NODES, "mip_rel_gap": 0.0},
    )
    if found.x is None:
        raise UnsafeError(f"No rounding to {base} leaves every number next to the truth and adds up.")
    rounded_counts: Counts = base * (matrix @ (start + np.rint(found.x).astype(np.int64)))
    return rounded_counts


def attacked(table: Table, rules: Rules, counts: Counts, base: int) -> Audit:
    """Attack rounded numbers as a reader who knows how they were rounded, and as one who knows every base besides.

    Parameters
    ----------
    table, rules
        The true counts, and the rules.
    counts
        Rounded ones in cell order.
    base
        What they were rounded to.

    Returns
    -------
    Audit
        A requirement that fractions of people barely meet is tried again with whole people.

    Raises
    ------
    ValueError
        If a number is not one of the two multiples next to the truth.

    Examples
    --------
    >>> from analysis.disclosure.nodes import Dimension
    >>> table = Table(Cube((Dimension("place", ("place",), (("a",), ("b",))),)), np.array([1, 20]))
    >>> attacked(table, Rules(), np.array([0, 21, 21]), 7).passed, attacked(table, Rules(), np.array([0, 20, 20]), 5).passed
    (True, False)
    """
    if (np.abs(cell_counts(table) - counts) >= base).any() or (counts % base).any():
        raise ValueError("A rounded number is a multiple of the base next to the true one.")
    problem, primary = _problem(table, rules, counts, base)
    published = np.concatenate(
        [np.zeros(problem.cells, dtype=np.bool_), np.ones(problem.cells, dtype=np.bool_)]
    )
    outcome = attack_as_every_reader(problem, published, failures_of=failures_of_whole_people)
    return Audit(problem.cells, int(primary.sum()), outcome.programs, outcome.failures)


def _problem(table: Table, rules: Rules, counts: Counts, base: int) -> tuple[Problem, Flags]:
    """No count is published, and of each its limits are: those that lead to the rounded number."""
    marks = mark(table, Rules(rules.k, rules.sensitive_k, rules.base, (), None))
    nothing = np.zeros(len(counts), dtype=np.bool_)
    if table.cube.answers is None:
        problem = single_table_problem(table, marks, rules)
    else:
        problem = problem_over_bases(table, marks, rules, nothing)
    limited = replace(
        problem,
        matrix=sparse.csr_array(sparse.vstack([problem.matrix, problem.matrix])),
        low=np.concatenate([problem.low, np.maximum(0.0, counts - base + 1.0)]),
        high=np.concatenate([problem.high, counts + base - 1.0]),
        shown=np.concatenate([problem.shown, ~nothing]),
        settled=np.concatenate([problem.settled, nothing]),
        figures=tuple(str(cell) for cell in range(len(counts))),
    )
    return limited, marks.primary


def rounded_ranges(cube: Cube, counts: Sequence[int] | Counts | Reals, base: int, k: int) -> Ranges:
    """What a reader concludes from rounded numbers who knows the base and nothing else.

    Parameters
    ----------
    cube
        The cells.
    counts
        Rounded numbers in cell order.
    base
        What they were rounded to.
    k
        A cell fails whose largest possible count is under k, or whose smallest and largest are equal.

    Returns
    -------
    Ranges

    Raises
    ------
    ContradictionError
        If the numbers cannot all be rounded ones of one table.

    Examples
    --------
    >>> from analysis.disclosure.nodes import Dimension
    >>> one = Cube((Dimension("place", ("place",), (("a",),)),))
    >>> [(found.low[0] + 0, found.high[0]) for n in (0, 15) for found in [rounded_ranges(one, [n], 5, 5)]]
    [(np.float64(0.0), np.float64(4.0)), (np.float64(11.0), np.float64(19.0))]
    """
    matrix = sparse.csr_array(incidence(cube).astype(np.float64))
    numbers = np.asarray(counts, dtype=np.float64)
    programs = Programs(
        matrix,
        np.maximum(0, numbers - base + 1),
        numbers + base - 1,
        float(numbers.max(initial=0)) + base,
        PRIMAL_SIMPLEX,
    )
    smallest, largest = ends_of_sums(programs, matrix)
    low, high = np.ceil(smallest - TOLERANCE), np.floor(largest + TOLERANCE)
    return Ranges(low, high, (high < k) | (low == high))
