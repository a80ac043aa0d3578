"""What hiding takes away from readers: cells, people and weight, as a whole and by dimension."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.disclosure.cube import Flags, Table, inner_cells
from analysis.disclosure.nodes import TOTAL, nodes_of
from analysis.disclosure.problem import Reals


@dataclass(frozen=True, slots=True)
class Loss:
    """What is hidden of all cells of one node of a dimension.

    Parameters
    ----------
    dimension, node
        Names of both; of everything together the dimension is empty.
    cells, hidden_cells
        All cells of the cube that have this node, and the hidden ones.
    people, hidden_people
        In all inner cells of the node, and in the hidden ones: true counts, not for readers.
    weight, hidden_weight
        The same of their weights.

    Examples
    --------
    >>> Loss("answer", "yes", 10, 4, 60, 15, 60.0, 15.0).shares
    (0.4, 0.25, 0.25)
    """

    dimension: str
    node: str
    cells: int
    hidden_cells: int
    people: int
    hidden_people: int
    weight: float
    hidden_weight: float

    @property
    def shares(self) -> tuple[float, float, float]:
        """Shares of cells, people and weight that are hidden; 0 where there are none."""
        return (
            self.hidden_cells / max(1, self.cells),
            self.hidden_people / max(1, self.people),
            self.hidden_weight / self.weight if self.weight else 0.0,
        )


def information_loss(table: Table, published: Flags, weights: Reals | None = None) -> tuple[Loss, ...]:
    """Count what a pattern of published cells hides.

    Parameters
    ----------
    table
        True counts.
    published
        Flags in cell order.
    weights
        Of each inner cell the sum of its people's weights; without it each person weighs 1.

    Returns
    -------
    tuple of Loss
        Everything, then dimension by dimension each node.

    Examples
    --------
    >>> from analysis.disclosure.cube import Cube
    >>> from analysis.disclosure.nodes import Dimension
    >>> table = Table(Cube((Dimension("place", ("place",), (("a",), ("b",), ("c",))),)), np.array([3, 20, 30]))
    >>> for loss in information_loss(table, np.array([False, False, True, True])):
    ...     print(loss.node, loss.hidden_cells, loss.cells, loss.hidden_people, loss.people)
    Total 2 4 23 53
    a 1 1 3 3
    b 1 1 20 20
    c 0 1 0 30
    Total 0 1 23 53
    """
    hidden = ~published.reshape(table.cube.shape)
    inner_hidden = ~published[inner_cells(table.cube)].reshape(table.cube.inner_shape)
    weight = table.counts.astype(np.float64) if weights is None else weights
    everything = [np.arange(size) for size in table.cube.inner_shape]
    whole = _loss("", TOTAL, hidden, table.counts, inner_hidden, weight, everything)
    return (whole, *_by_node(table, hidden, inner_hidden, weight, everything))


def _by_node(
    table: Table, hidden: Flags, inner_hidden: Flags, weight: Reals, everything: list[npt.NDArray[np.intp]]
) -> Iterator[Loss]:
    for axis, dimension in enumerate(table.cube.dimensions):
        for place, node in enumerate(nodes_of(dimension)):
            inside = [*everything[:axis], np.array(node.members), *everything[axis + 1 :]]
            name = " / ".join(node.names[0])
            of_node = hidden.take([place], axis=axis)
            yield _loss(dimension.name, name, of_node, table.counts, inner_hidden, weight, inside)


def _loss(
    dimension: str,
    node: str,
    hidden: Flags,
    counts: npt.NDArray[np.int64],
    inner_hidden: Flags,
    weight: Reals,
    inside: list[npt.NDArray[np.intp]],
) -> Loss:
    part = np.ix_(*inside)
    return Loss(
        dimension,
        node,
        hidden.size,
        int(hidden.sum()),
        int(counts[part].sum()),
        int(counts[part][inner_hidden[part]].sum()),
        float(weight[part].sum()),
        float(weight[part][inner_hidden[part]].sum()),
    )
