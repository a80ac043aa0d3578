"""The range of every hidden amount of a published table, as its reader can compute it."""

import numpy as np
from scipy import sparse

from analysis.disclosure.bounds import Ranges
from analysis.disclosure.cube import Cube, Flags, incidence
from analysis.disclosure.linear.programs import PRIMAL_SIMPLEX, Programs, ends_of_sums
from analysis.disclosure.magnitudes.values import SCALE, ValueTable, unit_of
from analysis.disclosure.problem import Reals

#: Amounts of a table are taken to be below this many times its largest published one.
BEYOND = 100.0

#: A share of the largest amount that is no more than rounding.
EQUAL = 1e-9


def value_ranges(cube: Cube, values: Reals, published: Flags) -> Ranges:
    """What a reader concludes who knows what is published, and that no amount is negative.

    Parameters
    ----------
    cube
        The cells.
    values
        Amounts in cell order, read where published.
    published
        Which cells are published.

    Returns
    -------
    Ranges
        A hidden cell fails whose range is a single amount.

    Raises
    ------
    ContradictionError
        If the published amounts cannot all be true.

    Examples
    --------
    >>> from analysis.disclosure.nodes import Dimension
    >>> cube = Cube((Dimension("place", ("place",), (("a",), ("b",), ("c",))),))
    >>> published = np.array([False, False, True, True])
    >>> found = value_ranges(cube, np.array([0, 0, 40.5, 63.5]), published)
    >>> found.low.round(6).tolist(), found.high.round(6).tolist(), found.fails.tolist()
    ([0.0, 0.0, 40.5, 63.5], [23.0, 23.0, 40.5, 63.5], [False, False, False, False])
    """
    matrix, rows = incidence(cube).astype(np.float64), np.flatnonzero(published)
    unit = unit_of(values[rows])
    ceiling = SCALE * BEYOND
    programs = Programs(
        sparse.csr_array(matrix[rows]), values[rows] / unit, values[rows] / unit, ceiling, PRIMAL_SIMPLEX
    )
    low, high = values.astype(np.float64), values.astype(np.float64)
    low[~published], high[~published] = (
        end * unit for end in ends_of_sums(programs, matrix[np.flatnonzero(~published)])
    )
    high[high >= ceiling * unit / 2] = np.inf
    return Ranges(low, high, ~published & (high - low <= EQUAL * SCALE * unit))


def judged_values(table: ValueTable, found: Ranges, published: Flags) -> Ranges:
    """The same ranges, failing where a primary cell is known more closely than it may be.

    Parameters
    ----------
    table
        The true amounts.
    found
        What a reader concludes.
    published
        Which cells are published.

    Returns
    -------
    Ranges

    Examples
    --------
    >>> from analysis.disclosure.nodes import Dimension
    >>> cube, flags = Cube((Dimension("place", ("place",), (("a",), ("b",))),)), np.array([True, False, False])
    >>> table = ValueTable(cube, np.array([3.0, 20.0]), flags, ~flags, np.zeros(3), np.array([30.0, 0, 0]))
    >>> published = np.array([False, False, True])
    >>> judged_values(table, value_ranges(cube, table.sums, published), published).fails.tolist()
    [True, False, False]
    """
    slack = EQUAL * float(table.sums.max(initial=0))
    close = (found.high < table.high - slack) | (found.low > table.low + slack)
    return Ranges(found.low, found.high, ~published & table.primary & close)
