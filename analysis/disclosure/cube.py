"""The declared cube: which sums of people a table can show, and under which names.

A cube is the product of its dimensions.  Every dimension has leaves (one per
path through its nested columns), may group them in a tree, and has a total.
All that is published about people is a cell of a declared cube: a new filter
is a new dimension here, never a query.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from analysis.disclosure.nodes import Dimension, Node, nodes_of

Counts = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Cube:
    """All products of the nodes of some dimensions.

    A cell is numbered by the position of its nodes, last dimension fastest;
    an inner cell likewise by its leaves.

    Parameters
    ----------
    dimensions
        At least one, of which one may hold answers.

    Raises
    ------
    ValueError
        If a column is used twice, two dimensions hold answers, or one cannot be laid out.

    Examples
    --------
    >>> place = Dimension("place", ("place",), (("a",), ("b",)))
    >>> cube = Cube((place, Dimension("answer", ("answer",), (("yes",), ("no",)), answers=True)))
    >>> cube.columns, cube.inner_shape, cube.shape, cube.answers
    (('place', 'answer'), (2, 2), (3, 3), 1)
    """

    dimensions: tuple[Dimension, ...]

    def __post_init__(self) -> None:
        """Refuse a cube that cannot be laid out."""
        if not self.dimensions:
            raise ValueError("A cube needs at least one dimension.")
        columns = [column for dimension in self.dimensions for column in dimension.columns]
        twice = sorted({column for column in columns if columns.count(column) > 1})
        if twice:
            raise ValueError(f"Column {twice[0]!r} is used twice in the cube.")
        if sum(dimension.answers for dimension in self.dimensions) > 1:
            raise ValueError("At most one dimension of a cube can hold the answers.")
        for dimension in self.dimensions:
            nodes_of(dimension)

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns, dimension by dimension."""
        return tuple(column for dimension in self.dimensions for column in dimension.columns)

    @property
    def inner_shape(self) -> tuple[int, ...]:
        """Number of leaves of each dimension."""
        return tuple(len(dimension.leaves) for dimension in self.dimensions)

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of nodes of each dimension."""
        return tuple(len(nodes_of(dimension)) for dimension in self.dimensions)

    @property
    def answers(self) -> int | None:
        """Position of the dimension of answers, None without one."""
        positions = [i for i, dimension in enumerate(self.dimensions) if dimension.answers]
        return positions[0] if positions else None


@dataclass(frozen=True, slots=True)
class Table:
    """The numbers of people in the inner cells of a cube.

    Parameters
    ----------
    cube
        What the numbers are about.
    counts
        Numbers of people, shape `cube.inner_shape`.
    flagged
        Where given, which inner cells are sensitive, in place of the rule by
        count; same shape.
    sensitive
        Whether the stricter count for sensitive questions applies.
    name
        What the table is called, a question's name for instance.
    known
        Where given, how many people of each inner cell every reader is taken
        to know of, those who were not asked for instance; same shape.  They
        are in the counts, and the rules by count look at the others.

    Raises
    ------
    ValueError
        If the counts are not whole numbers from zero on, or not of the shape of the cube, or fewer than are known.

    Examples
    --------
    >>> place = Dimension("place", ("place",), (("a",), ("b",)))
    >>> Table(Cube((place,)), np.array([3, 20]), name="interviewed").counts.tolist()
    [3, 20]
    """

    cube: Cube
    counts: Counts
    flagged: Flags | None = None
    sensitive: bool = False
    name: str = ""
    known: Counts | None = None

    def __post_init__(self) -> None:
        """Refuse numbers that are no counts of this cube."""
        if self.counts.shape != self.cube.inner_shape:
            raise ValueError(f"Counts have shape {self.counts.shape}, the cube {self.cube.inner_shape}.")
        if self.flagged is not None and self.flagged.shape != self.cube.inner_shape:
            raise ValueError("Flags and cube differ in shape.")
        if self.counts.dtype.kind not in "iu" or (self.counts.size and self.counts.min() < 0):
            raise ValueError("Counts must be whole numbers, zero or more.")
        if self.known is not None and self.known.shape != self.cube.inner_shape:
            raise ValueError("Known people and cube differ in shape.")
        if self.known is not None and ((self.known < 0) | (self.known > self.counts)).any():
            raise ValueError("Of a cell no more people are known than are in it.")


@cache
def incidence(cube: Cube) -> Any:
    """Which inner cells each cell adds up.

    Parameters
    ----------
    cube
        The cube.

    Returns
    -------
    scipy.sparse.csr_array
        Zeros and ones, shape (cells, inner cells).

    Examples
    --------
    >>> incidence(Cube((Dimension("place", ("place",), (("a",), ("b",))),))).toarray().tolist()
    [[1, 0], [0, 1], [1, 1]]
    """
    matrix: Any = sparse.csr_array(np.ones((1, 1), dtype=np.int64))
    for dimension in cube.dimensions:
        matrix = sparse.kron(matrix, _dimension_incidence(dimension), format="csr")
    return sparse.csr_array(matrix)


def _dimension_incidence(dimension: Dimension) -> Any:
    nodes = nodes_of(dimension)
    rows = [row for row, node in enumerate(nodes) for _ in node.members]
    columns = [member for node in nodes for member in node.members]
    shape = (len(nodes), len(dimension.leaves))
    return sparse.csr_array((np.ones(len(rows), dtype=np.int64), (rows, columns)), shape=shape)


def cell_counts(table: Table) -> Counts:
    """Numbers of people in every cell of a table's cube, in cell order.

    Parameters
    ----------
    table
        Its inner cells.

    Returns
    -------
    numpy.ndarray
        Whole numbers, shape (cells,).

    Examples
    --------
    >>> cube = Cube((Dimension("place", ("place",), (("a",), ("b",))),))
    >>> cell_counts(Table(cube, np.array([3, 20]))).tolist()
    [3, 20, 23]
    """
    sums: Counts = incidence(table.cube) @ table.counts.ravel().astype(np.int64)
    return sums


def known_counts(table: Table) -> Counts:
    """How many people of every cell every reader is taken to know of, in cell order.

    Parameters
    ----------
    table
        Its inner cells.

    Returns
    -------
    numpy.ndarray
        Whole numbers, shape (cells,); zeros for a table of which nothing is known.

    Examples
    --------
    Of the 20, 18 were not asked, as everybody knows.

    >>> cube = Cube((Dimension("answer", ("answer",), (("yes",), ("no answer",))),))
    >>> known_counts(Table(cube, np.array([9, 20]), known=np.array([0, 18]))).tolist()
    [0, 18, 18]
    """
    if table.known is None:
        return np.zeros(int(np.prod(table.cube.shape)), dtype=np.int64)
    sums: Counts = incidence(table.cube) @ table.known.ravel().astype(np.int64)
    return sums


def inner_cells(cube: Cube) -> npt.NDArray[np.intp]:
    """Cell numbers of the inner cells, in inner order.

    Parameters
    ----------
    cube
        The cube.

    Returns
    -------
    numpy.ndarray
        Shape (inner cells,).

    Examples
    --------
    >>> place = Dimension("place", ("place",), (("a",), ("b",)))
    >>> inner_cells(Cube((place, Dimension("answer", ("answer",), (("yes",), ("no",)))))).tolist()
    [0, 1, 3, 4]
    """
    grid = np.ix_(*(np.arange(size) for size in cube.inner_shape))
    return np.ravel_multi_index(grid, cube.shape).ravel()


def base_cells(cube: Cube) -> npt.NDArray[np.intp] | None:
    """For every cell the cell that is its base; None for a cube without answers.

    Parameters
    ----------
    cube
        The cube.

    Returns
    -------
    numpy.ndarray or None
        Shape (cells,).

    Raises
    ------
    ValueError
        If the dimension of answers was declared without a total.

    Examples
    --------
    >>> base_cells(Cube((Dimension("answer", ("answer",), (("yes",), ("no",)), answers=True),))).tolist()
    [2, 2, 2]
    """
    if cube.answers is None:
        return None
    leaves = len(cube.dimensions[cube.answers].leaves)
    sizes = [len(node.members) for node in nodes_of(cube.dimensions[cube.answers])]
    if leaves not in sizes:
        raise ValueError("The dimension of answers needs its total: it is the base.")
    positions = list(np.unravel_index(np.arange(int(np.prod(cube.shape))), cube.shape))
    positions[cube.answers] = np.full_like(positions[cube.answers], sizes.index(leaves))
    return np.ravel_multi_index(positions, cube.shape)


def cell_nodes(cube: Cube, cell: int) -> tuple[Node, ...]:
    """The nodes whose product a cell is, one of each dimension.

    Parameters
    ----------
    cube
        The cube.
    cell
        Number of the cell.

    Returns
    -------
    tuple of Node

    Examples
    --------
    >>> cube = Cube((Dimension("place", ("place",), (("a",), ("b",))),))
    >>> cell_nodes(cube, 2)[0].members
    (0, 1)
    """
    positions = np.unravel_index(cell, cube.shape)
    return tuple(
        nodes_of(dimension)[int(position)]
        for dimension, position in zip(cube.dimensions, positions, strict=True)
    )


def cell_names(cube: Cube, cell: int) -> tuple[tuple[str, ...], ...]:
    """Every name of a cell: one text for each column of the cube.

    Parameters
    ----------
    cube, cell
        As for `cell_nodes`.

    Returns
    -------
    tuple of tuple of str

    Examples
    --------
    >>> cube = Cube((Dimension("place", ("province", "district"), (("N", "a"), ("N", "b"))),))
    >>> cell_names(cube, 2)
    (('N', 'Total'), ('Total', 'Total'))
    """
    choices = (node.names for node in cell_nodes(cube, cell))
    return tuple(tuple(text for part in parts for text in part) for parts in product(*choices))


@cache
def cells_by_name(cube: Cube) -> Mapping[tuple[str, ...], int]:
    """The cell behind each name.

    Parameters
    ----------
    cube
        The cube.

    Returns
    -------
    mapping of tuple of str to int

    Examples
    --------
    >>> cells_by_name(Cube((Dimension("place", ("place",), (("a",), ("b",))),)))
    {('a',): 0, ('b',): 1, ('Total',): 2}
    """
    cells = range(int(np.prod(cube.shape)))
    return {name: cell for cell in cells for name in cell_names(cube, cell)}


def without_answers(table: Table) -> Table:
    """The bases of a table: its numbers of people with the answers summed over.

    A table whose only dimension holds the answers has a single base, kept as
    a cube of one leaf.

    Parameters
    ----------
    table
        A table of answers.

    Returns
    -------
    Table

    Raises
    ------
    ValueError
        If the table has no answers.

    Examples
    --------
    >>> place = Dimension("place", ("place",), (("a",), ("b",)))
    >>> cube = Cube((place, Dimension("answer", ("answer",), (("yes",), ("no",)), answers=True)))
    >>> without_answers(Table(cube, np.array([[3, 20], [9, 1]]))).counts.tolist()
    [23, 10]
    """
    axis = table.cube.answers
    if axis is None:
        raise ValueError("The table has no dimension of answers.")
    dimensions = tuple(d for i, d in enumerate(table.cube.dimensions) if i != axis)
    counts = table.counts.sum(axis=axis)
    if not dimensions:
        dimensions = (Dimension("all", ("all",), (("all",),)),)
        counts = counts.reshape(1)
    return Table(Cube(dimensions), counts)
