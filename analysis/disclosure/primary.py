"""The rules as data, and the cells they hide before anybody subtracts."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from analysis.disclosure.cube import (
    Cube,
    Flags,
    Table,
    base_cells,
    cell_counts,
    inner_cells,
    known_counts,
)
from analysis.disclosure.nodes import nodes_of

EVERY_OTHER = "*"
NEVER = 2**60


@dataclass(frozen=True, slots=True)
class Step:
    """From this base on, these nodes of the answers may be shown.

    The name ``*`` stands for every node that no step names.

    Parameters
    ----------
    base
        People interviewed in the domain.
    nodes
        Labels of nodes of the answers.

    Examples
    --------
    >>> Step(25, ("said yes",)).base
    25
    """

    base: int
    nodes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RaisedBase:
    """A larger base that the answers of one node of a dimension need.

    Parameters
    ----------
    dimension, node
        A dimension's name, and the label of one of its nodes.
    base
        People interviewed in the domain.

    Examples
    --------
    >>> Rules().raised
    (RaisedBase(dimension='group', node='member', base=20),)
    """

    dimension: str
    node: str
    base: int


SHIPPED_LADDER = (
    Step(10, ("Total",)),
    Step(25, ("top two", "all others", "said yes")),
    Step(50, (EVERY_OTHER,)),
)


@dataclass(frozen=True, slots=True)
class Rules:
    """What may be shown, as data printed with every release.

    Parameters
    ----------
    k
        A count under k is never shown, zero included.
    sensitive_k
        The same for questions marked sensitive.
    base
        Nothing is shown of a domain with fewer people interviewed.
    raised
        Larger bases for the answers of some nodes.
    ladder
        Which nodes of the answers are shown from which base; None shows
        every node from `base`.

    Raises
    ------
    ValueError
        If k is under 1 or larger than that for sensitive questions, or the base negative.

    Examples
    --------
    >>> from analysis.disclosure.nodes import Dimension
    >>> table = Table(Cube((Dimension("place", ("place",), (("a",),)),)), np.array([7]), sensitive=True)
    >>> Rules(k=5, sensitive_k=10).k_of(table)
    10
    """

    k: int = 5
    sensitive_k: int = 10
    base: int = 10
    raised: tuple[RaisedBase, ...] = (RaisedBase("group", "member", 20),)
    ladder: tuple[Step, ...] | None = SHIPPED_LADDER

    def __post_init__(self) -> None:
        """Refuse rules without a meaning."""
        if self.k < 1 or self.sensitive_k < self.k:
            raise ValueError("k is at least 1, and no larger than k for sensitive questions.")
        if self.base < 0:
            raise ValueError("The smallest base is zero or more.")

    def k_of(self, table: Table) -> int:
        """The k that holds for a table.

        Parameters
        ----------
        table
            Sensitive or not.

        Returns
        -------
        int
        """
        return self.sensitive_k if table.sensitive else self.k


@dataclass(frozen=True, slots=True)
class Marks:
    """What the rules say of every cell of a cube, before any attack.

    Parameters
    ----------
    primary
        Cells that must be hidden for themselves.
    shown
        Cells that may be shown: not primary and on their step of the ladder.

    Examples
    --------
    >>> from analysis.disclosure.nodes import Dimension
    >>> table = Table(Cube((Dimension("place", ("place",), (("a",), ("b",))),)), np.array([3, 20]))
    >>> mark(table, Rules()).shown.tolist()
    [False, True, True]
    """

    primary: Flags = field(repr=False)
    shown: Flags = field(repr=False)


def mark(table: Table, rules: Rules) -> Marks:
    """Apply the rules to every cell of a table, shown or not.

    A cell is too small by the people in it that not every reader knows of.

    Parameters
    ----------
    table
        Counts of people.
    rules
        The rules.

    Returns
    -------
    Marks
        Flags in cell order.  A cell with several names is shown only where
        the ladder shows all of them.

    Examples
    --------
    Of 23 people 3 said yes, which is under k = 5; the first step of the ladder shows the base alone.

    >>> from analysis.disclosure.nodes import Dimension
    >>> answer = Dimension("answer", ("answer",), (("yes",), ("no",)), answers=True)
    >>> marks = mark(Table(Cube((answer,)), np.array([3, 20])), Rules())
    >>> marks.primary.tolist(), marks.shown.tolist()
    ([True, False, False], [False, False, True])
    """
    counts = cell_counts(table)
    primary = counts - known_counts(table) < rules.k_of(table)
    if table.flagged is not None:
        primary[inner_cells(table.cube)] = table.flagged.ravel()
    bases = base_cells(table.cube)
    if bases is None:
        return Marks(primary, ~primary)
    is_base = bases == np.arange(len(bases))
    primary[is_base] = counts[is_base] < rules.k
    base = counts[bases]
    primary |= base < rules.base
    primary |= ~is_base & (base < _raised_bases(table.cube, rules))
    return Marks(primary, ~primary & (base >= _steps(table.cube, rules)))


def mark_bases(table: Table, rules: Rules, first_step: int) -> Marks:
    """Apply the rules to a cube of bases, which has no answers.

    Parameters
    ----------
    table
        Numbers of people interviewed.
    rules
        The rules.
    first_step
        The base from which the ladder shows the base itself.

    Returns
    -------
    Marks

    Examples
    --------
    >>> from analysis.disclosure.nodes import Dimension
    >>> table = Table(Cube((Dimension("place", ("place",), (("a",), ("b",))),)), np.array([8, 12]))
    >>> marks = mark_bases(table, Rules(), 15)
    >>> marks.primary.tolist(), marks.shown.tolist()
    ([True, False, False], [False, False, True])
    """
    counts = cell_counts(table)
    primary = counts < max(rules.k, rules.base)
    return Marks(primary, ~primary & (counts >= first_step))


def first_step(rules: Rules, labels: tuple[str, ...]) -> int:
    """The base from which the ladder shows the base itself, which goes by these labels.

    Parameters
    ----------
    rules
        The rules.
    labels
        What the node of all answers is called.

    Returns
    -------
    int

    Examples
    --------
    >>> first_step(Rules(), ("Total",))
    10
    """
    return _ladder_base(labels, rules.ladder)


def _raised_bases(cube: Cube, rules: Rules) -> npt.NDArray[np.int64]:
    raised = np.zeros(cube.shape, dtype=np.int64)
    for rule in rules.raised:
        for axis, dimension in enumerate(cube.dimensions):
            if dimension.name == rule.dimension:
                hit = np.array([rule.node in node.labels for node in nodes_of(dimension)])
                floor = np.where(hit, rule.base, 0)
                raised = np.maximum(
                    raised, floor.reshape([-1 if i == axis else 1 for i in range(len(cube.shape))])
                )
    return raised.ravel()


def _steps(cube: Cube, rules: Rules) -> npt.NDArray[np.int64]:
    steps = np.zeros(cube.shape, dtype=np.int64)
    if rules.ladder is None or cube.answers is None:
        return steps.ravel()
    answers = nodes_of(cube.dimensions[cube.answers])
    along = np.array([_ladder_base(node.labels, rules.ladder) for node in answers])
    shape = [-1 if axis == cube.answers else 1 for axis in range(len(cube.shape))]
    full: npt.NDArray[np.int64] = (steps + along.reshape(shape)).ravel()
    return full


def _ladder_base(labels: tuple[str, ...], ladder: tuple[Step, ...] | None) -> int:
    if ladder is None:
        return 0
    named = {node: step.base for step in sorted(ladder, key=_step_base, reverse=True) for node in step.nodes}
    return max(named.get(label, named.get(EVERY_OTHER, NEVER)) for label in labels)


def _step_base(step: Step) -> int:
    return step.base


def looser(rules: Rules, shipped: Rules) -> tuple[str, ...]:
    """In what respects rules are looser than the shipped ones; empty if in none.

    Parameters
    ----------
    rules
        Rules somebody configured.
    shipped
        The rules they may make stricter only.

    Returns
    -------
    tuple of str
        Names of the offending parts: ``k``, ``sensitive_k``, ``base``,
        ``raised`` or ``ladder``.

    Examples
    --------
    >>> looser(Rules(k=3, base=25), Rules())
    ('k',)
    """
    raised = {(rule.dimension, rule.node): rule.base for rule in rules.raised}
    checks = {
        "k": rules.k >= shipped.k,
        "sensitive_k": rules.sensitive_k >= shipped.sensitive_k,
        "base": rules.base >= shipped.base,
        "raised": all(raised.get((r.dimension, r.node), 0) >= r.base for r in shipped.raised),
        "ladder": _climbs_later(rules.ladder, shipped.ladder),
    }
    return tuple(name for name, held in checks.items() if not held)


def stricter(rules: Rules, shipped: Rules) -> bool:
    """Whether rules are nowhere looser than the shipped ones.

    Parameters
    ----------
    rules, shipped
        As in `looser`.

    Returns
    -------
    bool

    Examples
    --------
    >>> stricter(Rules(base=25), Rules()), stricter(Rules(k=3), Rules())
    (True, False)
    """
    return not looser(rules, shipped)


def _climbs_later(ladder: tuple[Step, ...] | None, shipped: tuple[Step, ...] | None) -> bool:
    if shipped is None:
        return True
    if ladder is None:
        return False
    names = {name for step in (*ladder, *shipped) for name in step.nodes} | {EVERY_OTHER}
    return all(_ladder_base((name,), ladder) >= _ladder_base((name,), shipped) for name in names)
