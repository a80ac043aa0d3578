"""The attack on tables that other programs protected, and protection of tables that they left open."""

from dataclasses import replace

import numpy as np
from scipy import sparse

from analysis.disclosure.attack import Attack
from analysis.disclosure.bounds import Ranges
from analysis.disclosure.exchange.jj import JJTable
from analysis.disclosure.linear.effort import Effort
from analysis.disclosure.linear.programs import DUAL_SIMPLEX, Programs, ends_of_sums
from analysis.disclosure.magnitudes.values import unit_of
from analysis.disclosure.primary import NEVER
from analysis.disclosure.problem import Problem, Reader, Reals, TieRows
from analysis.disclosure.repair import repair, show_again
from analysis.disclosure.search import UnsafeError

#: A share of the largest value that is no more than the tolerance of the programs.
EQUAL = 1e-9


def checked_jj(table: JJTable) -> Ranges:
    """What a reader concludes of the hidden cells of a JJ file, and which unsafe ones are known too closely.

    Parameters
    ----------
    table
        With the statuses of a protected table.

    Returns
    -------
    Ranges
        Smallest and largest value of each cell. An unsafe cell fails whose range does not reach from its value less
        the lower level to its value and the upper level, or is narrower than the sliding level.

    Examples
    --------
    >>> from analysis.disclosure.exchange.jj import read_jj
    >>> cells = "0 23 1 s 0 99 0 0 0\\n1 3 1 u 0 99 3 3 0\\n2 20 1 {} 0 99 0 0 0\\n"
    >>> text = "0\\n3\\n" + cells + "1\\n0 3 : 0 (-1) 1 (1) 2 (1)\\n"
    >>> for status in "ms":
    ...     found = checked_jj(read_jj(text.format(status)))
    ...     print(found.low[1] + 0, found.high[1], found.fails.tolist())
    0.0 23.0 [False, False, False]
    3.0 3.0 [False, True, False]
    """
    values = table.values
    hidden = np.flatnonzero([cell.hidden for cell in table.cells])
    low, high = values.copy(), values.copy()
    if len(hidden):
        low[hidden], high[hidden] = _extremes(table, hidden)
    slack = 100 * EQUAL * max(1.0, float(np.abs(values).max(initial=0)))
    fails = np.zeros(len(values), dtype=np.bool_)
    for place, cell in enumerate(table.cells):
        if cell.status == "u":
            fails[place] = (
                high[place] < cell.value + cell.upper_level - slack
                or low[place] > cell.value - cell.lower_level + slack
                or high[place] - low[place] < cell.sliding_level - slack
            )
    return Ranges(low, high, fails)


def _extremes(table: JJTable, hidden: np.ndarray[tuple[int], np.dtype[np.intp]]) -> tuple[Reals, Reals]:
    """Programs over how far each hidden value is above its lower bound; sums stay what they are in the file."""
    cells = [table.cells[place] for place in hidden]
    low = np.array([cell.lower for cell in cells])
    start = np.array([cell.value for cell in cells]) - low
    room = np.array([cell.upper for cell in cells]) - low
    unit = unit_of(table.values)
    relations = sparse.csr_array(sparse.csc_array(table.matrix)[:, hidden])
    identity = sparse.eye_array(len(hidden), format="csr")
    sums = relations @ start / unit
    programs = Programs(
        sparse.csr_array(sparse.vstack([relations, identity])),
        np.concatenate([sums, np.zeros(len(hidden))]),
        np.concatenate([sums, room / unit]),
        float(room.max(initial=0)) / unit + 1,
        DUAL_SIMPLEX,
    )
    smallest, largest = ends_of_sums(programs, identity)
    return low + smallest * unit, low + largest * unit


def protected_jj(table: JJTable, effort: Effort | None = None) -> JJTable:
    """Hide further cells of a JJ file until no unsafe one is known too closely.

    Parameters
    ----------
    table
        Its unsafe cells are hidden, those of status ``z`` stay as they are, cells hidden for others are decided again.
    effort
        Where the work is counted.

    Returns
    -------
    JJTable
        The same with the status ``m`` for what is hidden besides.

    Raises
    ------
    UnsafeError
        If nothing that could be shown is safe.
    ValueError
        If an unsafe cell has a sliding level, or a lower bound is negative.

    Examples
    --------
    >>> from analysis.disclosure.exchange.jj import read_jj
    >>> cells = "0 23 9 s 0 99 0 0 0\\n1 3 1 u 0 99 3 3 0\\n2 20 1 s 0 99 0 0 0\\n"
    >>> table = read_jj("0\\n3\\n" + cells + "1\\n0 3 : 0 (-1) 1 (1) 2 (1)\\n")
    >>> [cell.status for cell in protected_jj(table).cells]
    ['s', 'u', 'm']
    """
    if any(cell.lower < 0 or (cell.status == "u" and cell.sliding_level) for cell in table.cells):
        raise ValueError("Values below zero and sliding levels can be checked, not protected.")
    problem = _problem(table)
    attack = Attack(problem, problem.readers[0], problem.shown, effort=effort)
    if not repair(problem, [attack], 1):
        raise UnsafeError("Nothing that could be shown of the JJ file is safe.")
    hidden = np.flatnonzero(problem.shown & ~attack.published)
    cost = np.array([cell.cost for cell in table.cells])
    show_again([attack], [int(cell) for cell in hidden[np.argsort(-cost[hidden], kind="stable")]])
    made = JJTable(
        tuple(
            cell if cell.status in ("u", "z") else replace(cell, status="s" if shown else "m")
            for cell, shown in zip(table.cells, attack.published, strict=True)
        ),
        table.relations,
    )
    failing = int(checked_jj(made).fails.sum())
    if failing:
        raise UnsafeError(f"{failing} unsafe cells of the JJ file are known too closely.")
    return made


def _problem(table: JJTable) -> Problem:
    """Every cell is an inner one; what joins them, and what is known beforehand, are ties."""
    unit = unit_of(table.values)
    cells, values = table.cells, table.values / unit
    identity = sparse.csr_array(sparse.eye_array(len(cells), format="csr"))
    unsafe = np.array([cell.status == "u" for cell in cells])
    reader = Reader(
        "somebody who knows what is published",
        np.zeros(len(cells), dtype=np.bool_),
        np.where(unsafe, values + np.array([cell.upper_level for cell in cells]) / unit, 0.0),
        np.where(unsafe, values - np.array([cell.lower_level for cell in cells]) / unit, float(NEVER)),
        np.zeros(len(cells), dtype=np.bool_),
    )
    sums = table.matrix @ values
    ties = TieRows(
        sparse.csr_array(sparse.vstack([table.matrix, identity])),
        np.concatenate([sums, np.array([cell.lower for cell in cells]) / unit]),
        np.concatenate([sums, np.array([cell.upper for cell in cells]) / unit]),
    )
    cost = np.array([max(cell.cost, 0.0) for cell in cells])
    return Problem(
        matrix=identity,
        low=values,
        high=values,
        cells=len(cells),
        shown=~unsafe,
        settled=np.array([cell.status == "z" for cell in cells]),
        readers=(reader,),
        inner=values,
        ties=ties,
        cost=np.maximum(cost, 1e-6),
    )
