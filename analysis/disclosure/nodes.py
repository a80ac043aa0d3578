"""The nodes of a dimension: every set of its leaves that a table can show, and the names it goes by."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

TOTAL = "Total"

Named = tuple[tuple[str, ...], str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Node:
    """One set of leaves of a dimension, with every name it goes by.

    Parameters
    ----------
    names
        Per name one text for each column of the dimension.
    labels
        Per name its short form: the text that names the node in a ladder.
    members
        Sorted positions of the leaves it holds.

    Examples
    --------
    >>> answer = Dimension("answer", ("answer",), (("yes",), ("no",)))
    >>> nodes_of(answer)[-1]
    Node(names=(('Total',),), labels=('Total',), members=(0, 1))
    """

    names: tuple[tuple[str, ...], ...]
    labels: tuple[str, ...]
    members: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Dimension:
    """One direction of a cube.

    Parameters
    ----------
    name
        What the dimension is called.
    columns
        Its columns from coarse to fine; each coarser one is a level of nodes.
    leaves
        One tuple of texts, as long as `columns`, for each leaf.
    tree
        Pairs of a node's name and its children, which are leaves, coarser
        column values or other nodes of the tree.
    answers
        Whether these are the answers to a question, whose total is the base.
    total
        Whether the sum over all leaves belongs to the cube.  A question that
        some groups are not asked has no such sum over groups.

    Examples
    --------
    >>> tree = (("content", ("4", "5")),)
    >>> scale = Dimension("answer", ("answer",), tuple((text,) for text in "12345"), tree, answers=True)
    >>> [node.labels[0] for node in nodes_of(scale)]
    ['1', '2', '3', '4', '5', 'content', 'Total']
    """

    name: str
    columns: tuple[str, ...]
    leaves: tuple[tuple[str, ...], ...]
    tree: tuple[tuple[str, tuple[str, ...]], ...] = ()
    answers: bool = False
    total: bool = True


@cache
def nodes_of(dimension: Dimension) -> tuple[Node, ...]:
    """Every set of leaves a dimension shows, each once, leaves first.

    Parameters
    ----------
    dimension
        The dimension.

    Returns
    -------
    tuple of Node
        Leaves in their order, then coarser column values, tree nodes and the
        total.  Sets with the same members are one node with several names.

    Raises
    ------
    ValueError
        If a leaf is repeated, a tree runs in a circle, or a name means two
        different sets.

    Examples
    --------
    The only province is all places: one node with two names.

    >>> place = Dimension("place", ("province", "district"), (("N", "a"), ("N", "b")))
    >>> [node.names for node in nodes_of(place)]
    [(('N', 'a'),), (('N', 'b'),), (('N', 'Total'), ('Total', 'Total'))]
    """
    _check_leaves(dimension)
    named: list[Named] = [(leaf, leaf[-1], (position,)) for position, leaf in enumerate(dimension.leaves)]
    named += _column_nodes(dimension)
    named += _tree_nodes(dimension, named)
    if dimension.total:
        every = tuple(range(len(dimension.leaves)))
        named.append(((TOTAL,) * len(dimension.columns), TOTAL, every))
    return _merged(dimension, named)


def _check_leaves(dimension: Dimension) -> None:
    if not dimension.columns:
        raise ValueError(f"Dimension {dimension.name!r} has no column.")
    if not dimension.leaves:
        raise ValueError(f"Dimension {dimension.name!r} has no leaf.")
    if len(set(dimension.leaves)) < len(dimension.leaves):
        raise ValueError(f"Dimension {dimension.name!r} has a leaf twice.")
    for leaf in dimension.leaves:
        if len(leaf) != len(dimension.columns):
            raise ValueError(f"A leaf of {dimension.name!r} needs {len(dimension.columns)} texts.")
        if TOTAL in leaf or "" in leaf:
            raise ValueError(f"A leaf of {dimension.name!r} is empty or called {TOTAL!r}.")


def _column_nodes(dimension: Dimension) -> list[Named]:
    width = len(dimension.columns)
    nodes: list[Named] = []
    for depth in range(width - 1, 0, -1):
        members: dict[tuple[str, ...], list[int]] = {}
        for position, leaf in enumerate(dimension.leaves):
            members.setdefault(leaf[:depth], []).append(position)
        for head, positions in members.items():
            nodes.append((head + (TOTAL,) * (width - depth), head[-1], tuple(positions)))
    return nodes


def _tree_nodes(dimension: Dimension, named: Sequence[Named]) -> list[Named]:
    tree = dict(dimension.tree)
    if len(tree) < len(dimension.tree):
        raise ValueError(f"The tree of {dimension.name!r} names a node twice.")
    known: dict[str, set[tuple[int, ...]]] = {}
    for _, label, members in named:
        known.setdefault(label, set()).add(members)
    nodes = []
    for name in tree:
        members = tuple(sorted(_members(dimension.name, name, tree, known, ())))
        nodes.append((_tree_name(dimension, name, members), name, members))
    return nodes


def _members(
    dimension: str,
    name: str,
    tree: Mapping[str, tuple[str, ...]],
    known: Mapping[str, set[tuple[int, ...]]],
    above: tuple[str, ...],
) -> set[int]:
    if name in above:
        raise ValueError(f"Node {name!r} of {dimension!r} contains itself.")
    if name in tree:
        if not tree[name]:
            raise ValueError(f"Node {name!r} of {dimension!r} has no children.")
        children = (_members(dimension, child, tree, known, (*above, name)) for child in tree[name])
        return set().union(*children)
    if name not in known:
        raise ValueError(f"The tree of {dimension!r} names {name!r}, which is no leaf and no node.")
    if len(known[name]) > 1:
        raise ValueError(f"The tree of {dimension!r} names {name!r}, which means several leaves.")
    return set(next(iter(known[name])))


def _tree_name(dimension: Dimension, name: str, members: tuple[int, ...]) -> tuple[str, ...]:
    """Columns all members share keep their text; the first other one takes the node's name."""
    if name == TOTAL:
        if len(members) < len(dimension.leaves):
            raise ValueError(f"Node {TOTAL!r} of {dimension.name!r} does not hold every leaf.")
        return (TOTAL,) * len(dimension.columns)
    shared = 0
    width = len(dimension.columns)
    while shared < width - 1 and len({dimension.leaves[m][shared] for m in members}) == 1:
        shared += 1
    return (*dimension.leaves[members[0]][:shared], name, *(TOTAL,) * (width - shared - 1))


def _merged(dimension: Dimension, named: Iterable[Named]) -> tuple[Node, ...]:
    nodes: dict[tuple[int, ...], Node] = {}
    meaning: dict[tuple[str, ...], tuple[int, ...]] = {}
    for name, label, members in named:
        if meaning.setdefault(name, members) != members:
            raise ValueError(f"{' / '.join(name)!r} means two different sets in {dimension.name!r}.")
        node = nodes.get(members, Node((), (), members))
        if name not in node.names:
            node = replace(node, names=(*node.names, name), labels=(*node.labels, label))
        nodes[members] = node
    return tuple(nodes.values())
