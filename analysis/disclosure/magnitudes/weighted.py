"""Tables of weighted people: hidden by how many people there are, attacked in weights."""

import numpy as np

from analysis.disclosure.cube import Table, base_cells, cell_counts, incidence
from analysis.disclosure.magnitudes.values import ValueTable
from analysis.disclosure.primary import Rules, mark
from analysis.disclosure.problem import Reals


def weighted_table(table: Table, weights: Reals, rules: Rules) -> ValueTable:
    """The sums of weights of a table of people, which of them are hidden, and how uncertain those have to stay.

    Parameters
    ----------
    table
        Numbers of people.
    weights
        Of each inner cell the sum of its people's weights, shape of the inner cells.
    rules
        The rules, by number of people.

    Returns
    -------
    ValueTable
        A cell of n people and weight w counts as w / n for each of them: its largest possible weight has to reach
        that of k people and of two more than there are, its smallest that of one less.  In a cell of nobody
        each counts as the mean of the whole table.

    Raises
    ------
    ValueError
        If somebody has no weight, or nobody has one.

    Examples
    --------
    Three people weigh 12: the cell has to seem able to weigh 20, as five people would.

    >>> from analysis.disclosure.cube import Cube
    >>> from analysis.disclosure.magnitudes.values import protect_values
    >>> from analysis.disclosure.nodes import Dimension
    >>> table = Table(Cube((Dimension("place", ("place",), (("a",), ("b",), ("c",))),)), np.array([3, 20, 30]))
    >>> weighted = weighted_table(table, np.array([12.0, 30.0, 45.0]), Rules())
    >>> weighted.high[:1].tolist(), weighted.low[:1].tolist(), protect_values(weighted, None).values
    ([20.0], [8.0], (None, None, 45.0, 87.0))
    """
    if ((table.counts > 0) != (weights > 0)).any():
        raise ValueError("Cells with people have a weight, and cells without have none.")
    counts, marks = cell_counts(table), mark(table, rules)
    sums: Reals = incidence(table.cube) @ weights.ravel()
    mean = float(weights.sum()) / max(1, int(table.counts.sum()))
    each = np.where(counts > 0, sums / np.maximum(counts, 1), mean)
    bases = base_cells(table.cube)
    shown = marks.shown if bases is None else marks.shown & marks.shown[bases]
    high = np.maximum(sums + 2 * each, rules.k_of(table) * each)
    return ValueTable(table.cube, weights.ravel(), marks.primary, shown, np.maximum(0, sums - each), high)
