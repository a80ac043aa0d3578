"""Tables of amounts: suppressed, attacked by everybody who knows some of it, and refused where an attack succeeds."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from scipy import sparse

from analysis.disclosure.attack import Attack, audit
from analysis.disclosure.cube import Cube, Flags, cell_names, incidence, inner_cells
from analysis.disclosure.linear.effort import Effort
from analysis.disclosure.linear.worlds import Audit
from analysis.disclosure.primary import NEVER
from analysis.disclosure.problem import Problem, Reader, Reals, TieRows
from analysis.disclosure.protected_table import PUBLISHED, SUPPRESSED
from analysis.disclosure.repair import repair
from analysis.disclosure.search import UnsafeError, safe_pattern

#: The largest sum in the programs: amounts are scaled to it, so that tolerances mean the same for all of them.
SCALE = 1e6


@dataclass(frozen=True, slots=True)
class Contributor:
    """Somebody who contributes, and knows the own part of each cell.

    Parameters
    ----------
    own
        That part of each inner cell, shape (inner cells,).
    known
        The cells that hold nothing else, in cell order.
    low, high
        As for `ValueTable`, to this reader: of cells with others, what they contribute has to stay uncertain.

    Examples
    --------
    >>> one = Contributor(np.array([9.0]), np.array([True, False]), np.array([9.0, 3.0]), np.array([0.0, 6.0]))
    >>> one.known.tolist()
    [True, False]
    """

    own: Reals = field(repr=False)
    known: Flags = field(repr=False)
    low: Reals = field(repr=False)
    high: Reals = field(repr=False)


@dataclass(frozen=True, slots=True)
class ValueTable:
    """Amounts in the inner cells of a cube, and what has to stay uncertain of which cell.

    Parameters
    ----------
    cube
        The cells.
    inner
        Amounts, zero or more, shape (inner cells,).
    primary, shown
        Cells that are hidden for themselves, and cells that may be shown, in cell order.
    low, high
        What the smallest possible amount of a hidden primary must not exceed, and its largest must reach.
    contributors
        By holder what that one knows.

    Examples
    --------
    >>> from analysis.disclosure.nodes import Dimension
    >>> cube = Cube((Dimension("place", ("place",), (("a",), ("b",))),))
    >>> flags = np.array([True, False, False])
    >>> table = ValueTable(cube, np.array([3.0, 20.0]), flags, ~flags, np.zeros(3), np.array([6.0, 0, 0]))
    >>> table.sums.tolist()
    [3.0, 20.0, 23.0]
    """

    cube: Cube
    inner: Reals = field(repr=False)
    primary: Flags = field(repr=False)
    shown: Flags = field(repr=False)
    low: Reals = field(repr=False)
    high: Reals = field(repr=False)
    contributors: Mapping[str, Contributor] = field(default_factory=dict, repr=False)

    @property
    def sums(self) -> Reals:
        """Amounts in cell order."""
        sums: Reals = incidence(self.cube) @ self.inner
        return sums


@dataclass(frozen=True, slots=True)
class ProtectedValues:
    """Amounts that have withstood the attack of everybody; a hidden cell holds none.

    Parameters
    ----------
    cube
        The cells.
    values
        Per cell the amount, None where hidden.
    audits
        The outcome of the attack of each reader.

    Raises
    ------
    UnsafeError
        If an attack succeeded anywhere.

    Examples
    --------
    >>> from analysis.disclosure.nodes import Dimension
    >>> cube = Cube((Dimension("place", ("place",), (("a",), ("b",))),))
    >>> made = ProtectedValues(cube, (None, None, 23.0), (Audit(2, 1, 3),))
    >>> made.hidden, list(made.rows())[-1]
    (2, (('Total',), 23.0, 'published'))
    """

    cube: Cube
    values: tuple[float | None, ...] = field(repr=False)
    audits: tuple[Audit, ...]

    def __post_init__(self) -> None:
        """Refuse to exist unsafe."""
        failing = {failure.cell for outcome in self.audits for failure in outcome.failures}
        if failing:
            name = " / ".join(cell_names(self.cube, min(failing))[0])
            raise UnsafeError(f"{len(failing)} hidden cells fail, first {name!r}.")

    @property
    def hidden(self) -> int:
        """Number of hidden cells."""
        return sum(value is None for value in self.values)

    def rows(self) -> Iterator[tuple[tuple[str, ...], float | None, str]]:
        """Every cell under every name: the columns' texts, the amount, the status.

        Yields
        ------
        tuple
            Name, amount or None, and `PUBLISHED` or `SUPPRESSED`.
        """
        for cell, value in enumerate(self.values):
            for name in cell_names(self.cube, cell):
                yield name, value, SUPPRESSED if value is None else PUBLISHED


def protect_values(
    table: ValueTable, known: float | None = 100.0, effort: Effort | None = None
) -> ProtectedValues:
    """Hide what must be hidden of a table of amounts, attack the rest, and freeze it.

    Parameters
    ----------
    table
        The amounts.
    known
        Within how many per cent every reader knows each inner amount beforehand; 100 is that it is zero or more
        and at most twice as large; None that it is zero or more.
    effort
        As for `analysis.disclosure.protect.protect`.

    Returns
    -------
    ProtectedValues

    Raises
    ------
    UnsafeError
        If no choice of published cells is safe, or a reader knows too much beforehand.
    EffortError
        If the work that may be spent at all was spent before anything safe was found.

    Examples
    --------
    The 3 has to seem able to be 6, and the 20 is hidden with it.

    >>> from analysis.disclosure.nodes import Dimension
    >>> cube = Cube((Dimension("place", ("place",), (("a",), ("b",), ("c",))),))
    >>> flags = np.array([True, False, False, False])
    >>> high = np.array([6.0, 0, 0, 0])
    >>> table = ValueTable(cube, np.array([3.0, 20.0, 40.0]), flags, ~flags, np.zeros(4), high)
    >>> protect_values(table).values
    (None, None, 40.0, 63.0)
    """
    problem = _problem(table, known)
    pattern = safe_pattern(problem, effort)
    views = {name: _of_holder(table, problem, name, known) for name in table.contributors}
    tried: set[str] = set()
    # Each knows something that the others do not, so that no world of one is a world of another.
    while waiting := [name for name in views if name not in tried and _knows_more(table, name, pattern)]:
        for name in waiting:
            attack = Attack(views[name], views[name].readers[0], pattern, effort=effort)
            if not repair(views[name], [attack], 1):
                raise UnsafeError(f"Nothing is safe from {name!r}, who knows the own part.")
            pattern = attack.published
        tried.update(waiting)
    everybody = [problem, *(views[name] for name in sorted(tried))]
    audits = tuple(audit(one, table.primary, pattern) for one in everybody)
    sums = table.sums
    values = tuple(float(value) if show else None for value, show in zip(sums, pattern, strict=True))
    return ProtectedValues(table.cube, values, audits)


def _knows_more(table: ValueTable, name: str, pattern: Flags) -> bool:
    """Whether a holder has a part in a hidden inner cell: who has none knows what everybody knows."""
    return bool((table.contributors[name].own > 0)[~pattern[inner_cells(table.cube)]].any())


def _problem(table: ValueTable, known: float | None) -> Problem:
    unit = unit_of(table.sums)
    inner, sums = table.inner / unit, table.sums / unit
    nothing = np.zeros(len(sums), dtype=np.bool_)
    reader = Reader(
        "somebody who knows what is published",
        nothing,
        high=np.where(table.primary, table.high / unit, 0.0),
        low=np.where(table.primary, table.low / unit, float(NEVER)),
        spread=nothing,
    )
    return Problem(
        matrix=incidence(table.cube).astype(np.float64),
        low=sums,
        high=sums,
        cells=len(sums),
        shown=table.shown,
        settled=nothing,
        readers=(reader,),
        inner=inner,
        ties=None if known is None else _within(inner, np.zeros(len(inner)), known),
    )


def _within(inner: Reals, own: Reals, known: float | None) -> TieRows:
    """What a reader knows beforehand: the own part, and the rest within some per cent, or that it is not negative."""
    identity, others = sparse.csr_array(sparse.eye_array(len(inner), format="csr")), inner - own
    if known is None:
        return TieRows(identity, own, np.where(others > 0, np.inf, own))
    return TieRows(identity, own + others * max(0.0, 1 - known / 100), own + others * (1 + known / 100))


def _of_holder(table: ValueTable, problem: Problem, name: str, known: float | None) -> Problem:
    """The problem of somebody who knows the own part: nothing of a cell without others can stay uncertain."""
    holder, unit = table.contributors[name], unit_of(table.sums)
    open_to = table.primary & ~holder.known
    reader = Reader(
        f"{name!r}, who knows the own part",
        holder.known,
        high=np.where(open_to, holder.high / unit, 0.0),
        low=np.where(open_to, holder.low / unit, float(NEVER)),
        spread=problem.readers[0].spread,
    )
    return replace(problem, readers=(reader,), ties=_within(problem.inner, holder.own / unit, known))


def unit_of(amounts: Reals) -> float:
    """The amount that is 1 in the programs: the largest one is `SCALE` there.

    Parameters
    ----------
    amounts
        All that enter, or the largest of them.

    Returns
    -------
    float
        Above zero, also where there is nothing.

    Examples
    --------
    >>> unit_of(np.array([3.0, -2e6])), unit_of(np.zeros(1)) > 0
    (2.0, True)
    """
    return max(float(np.abs(amounts).max(initial=0)), 1e-300) / SCALE
