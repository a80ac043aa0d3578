"""Our own tables as JJ files, so that other programs can protect or check them."""

from collections.abc import Iterator

import numpy as np

from analysis.disclosure.cube import Cube, Flags, Table, base_cells, cell_counts
from analysis.disclosure.exchange.jj import JJCell, JJTable, Relation
from analysis.disclosure.magnitudes.values import ValueTable
from analysis.disclosure.nodes import nodes_of
from analysis.disclosure.primary import Rules, mark
from analysis.disclosure.problem import Reals

#: The upper bound that τ-ARGUS writes: so many times the largest value.
ROOM = 1.5


def relations_of(cube: Cube) -> tuple[Relation, ...]:
    """Every node of a dimension as the sum of its leaves, for each cell of the other dimensions.

    Parameters
    ----------
    cube
        The cells, numbered as in the file.

    Returns
    -------
    tuple of Relation

    Examples
    --------
    >>> from analysis.disclosure.nodes import Dimension
    >>> cube = Cube((Dimension("place", ("place",), (("a",), ("b",))),))
    >>> relations_of(cube)
    (Relation(constant=0.0, terms=((2, -1.0), (0, 1.0), (1, 1.0))),)
    """
    return tuple(_relations(cube))


def _relations(cube: Cube) -> Iterator[Relation]:
    for axis, dimension in enumerate(cube.dimensions):
        nodes = nodes_of(dimension)
        sums = [(place, node.members) for place, node in enumerate(nodes) if len(node.members) > 1]
        for others in np.ndindex(*cube.shape[:axis], *cube.shape[axis + 1 :]):
            for place, members in sums:
                cells = [_cell(cube, axis, others, node) for node in (place, *members)]
                yield Relation(0.0, tuple((cell, 1.0 if term else -1.0) for term, cell in enumerate(cells)))


def _cell(cube: Cube, axis: int, others: tuple[int, ...], node: int) -> int:
    return int(np.ravel_multi_index((*others[:axis], node, *others[axis:]), cube.shape))


def jj_of_people(table: Table, rules: Rules, published: Flags | None = None) -> JJTable:
    """A table of people as a JJ file, with its true counts.

    Parameters
    ----------
    table
        Counts of people.
    rules
        The rules, of which a ladder is not in the file: what it hides is hidden.
    published
        Flags of the published cells; without them the table is as before protection, and what the rules hide is unsafe.

    Returns
    -------
    JJTable

    Examples
    --------
    >>> from analysis.disclosure.nodes import Dimension
    >>> table = Table(Cube((Dimension("place", ("place",), (("a",), ("b",))),)), np.array([3, 20]))
    >>> [(cell.status, cell.lower_level, cell.upper_level) for cell in jj_of_people(table, Rules()).cells]
    [('u', 1.0, 2.0), ('s', 0.0, 0.0), ('s', 0.0, 0.0)]
    """
    counts, marks = cell_counts(table).astype(np.float64), mark(table, rules)
    shown = marks.shown if published is None else published
    bases = base_cells(table.cube)
    high = np.maximum(rules.k_of(table), counts + 2)
    if bases is not None:
        # Nobody takes an answer to be larger than its base; a base itself has no such limit.
        high = np.where(bases == np.arange(len(bases)), high, np.minimum(high, counts[bases]))
    return _jj(table.cube, counts, marks.primary, shown, np.maximum(0, counts - 1), high)


def jj_of_values(table: ValueTable, published: Flags | None = None) -> JJTable:
    """A table of amounts as a JJ file, with its true amounts.

    Parameters
    ----------
    table
        Amounts, and how uncertain unsafe ones have to stay.
    published
        As for `jj_of_people`.

    Returns
    -------
    JJTable

    Examples
    --------
    >>> from analysis.disclosure.nodes import Dimension
    >>> cube, flags = Cube((Dimension("place", ("place",), (("a",), ("b",))),)), np.array([True, False, False])
    >>> table = ValueTable(cube, np.array([3.5, 20.0]), flags, ~flags, np.array([1.5, 0, 0]), np.array([5.5, 0, 0]))
    >>> jj_of_values(table, np.array([False, False, True])).cells[0].upper_level
    2.0
    """
    shown = table.shown if published is None else published
    return _jj(table.cube, table.sums, table.primary, shown, table.low, table.high)


def _jj(cube: Cube, values: Reals, primary: Flags, shown: Flags, low: Reals, high: Reals) -> JJTable:
    unsafe = primary & ~shown
    most = max(ROOM * float(values.max(initial=0)), float(np.where(unsafe, high, 0).max(initial=0)))
    cells = []
    for place, value in enumerate(values):
        below, above = (
            (float(value - low[place]), float(high[place] - value)) if unsafe[place] else (0.0, 0.0)
        )
        status = "s" if shown[place] else "u" if primary[place] else "m"
        # τ-ARGUS reads whole costs.
        cost = float(max(1, round(float(value))))
        cells.append(JJCell(float(value), cost, status, 0.0, most, below, above, 0.0))
    return JJTable(tuple(cells), relations_of(cube))
