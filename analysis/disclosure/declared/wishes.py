"""What the maker of a table wants of it besides safety: cells to show, cells to hide, and what hiding costs."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from analysis.disclosure.cube import Cube, Flags, Table, base_cells, cell_names, cells_by_name, incidence
from analysis.disclosure.declared.declaration import Declaration, Pairs
from analysis.disclosure.declared.number_columns import inner_numbers
from analysis.disclosure.linear.neighbourhood import padded_flags
from analysis.disclosure.nodes import TOTAL
from analysis.disclosure.primary import Marks
from analysis.disclosure.problem import Problem, Reals
from analysis.disclosure.repair import FIGURE_COST
from analysis.disclosure.search import UnsafeError

Name = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wishes:
    """Cells to show in any case, cells to hide in any case, and what it costs to hide each.

    Parameters
    ----------
    open
        Names of cells that must be shown: the search hides others for them.
    closed
        Names of cells that must be hidden, and protected as those that the rules hide.
    cost
        What it costs to hide each inner cell, shape of the inner cells; other cells cost the sum of theirs.
        Without it as many cells as possible are shown.

    Examples
    --------
    >>> from analysis.disclosure.nodes import Dimension
    >>> from analysis.disclosure.primary import Rules
    >>> from analysis.disclosure.protect import protect
    >>> place = Dimension("place", ("place",), (("a",), ("b",), ("c",)))
    >>> table, rules = Table(Cube((place,)), np.array([3, 20, 30])), Rules()
    >>> protect(table, rules).counts, protect(table, rules, wishes=Wishes(open=(("b",),))).counts
    ((None, None, 30, 53), (None, 20, None, 53))
    >>> protect(table, rules, wishes=Wishes(cost=np.array([1.0, 9.0, 2.0]))).counts
    (None, 20, None, 53)
    """

    open: tuple[Name, ...] = ()
    closed: tuple[Name, ...] = ()
    cost: Reals | None = field(default=None, repr=False)


def names_of(cube: Cube, cells: Sequence[Pairs], entry: str) -> tuple[Name, ...]:
    """The names of the cells that a cube file lists.

    Parameters
    ----------
    cube
        The cells.
    cells
        Pairs of a column and a text; a column that is left out stands for its total.
    entry
        Of the cube file, for the refusal.

    Returns
    -------
    tuple of tuple of str

    Raises
    ------
    ValueError
        If there is no such cell.

    Examples
    --------
    >>> from analysis.disclosure.nodes import Dimension
    >>> cube = Cube((Dimension("place", ("province", "district"), (("N", "a"), ("N", "b"))),))
    >>> names_of(cube, [(("province", "N"),)], "open")
    (('N', 'Total'),)
    """
    known, names = cells_by_name(cube), []
    for pairs in cells:
        texts = dict(pairs)
        strange = sorted(set(texts) - set(cube.columns))
        if strange:
            raise ValueError(f"{entry} names {strange[0]!r}, which is no column of the cube.")
        name = tuple(texts.get(column, TOTAL) for column in cube.columns)
        if name not in known:
            raise ValueError(f"{entry}: the cube has no cell {' / '.join(name)!r}.")
        names.append(name)
    return tuple(names)


def declared_wishes(path: Path, cube: Cube, declaration: Declaration) -> Wishes:
    """What a cube file wants of its table.

    Parameters
    ----------
    path
        The CSV file of its inner cells.
    cube, declaration
        The cells, and what the cube file says.

    Returns
    -------
    Wishes

    Raises
    ------
    ValueError
        If a cell is not there, or a cost is no number.

    Examples
    --------
    >>> from analysis.disclosure.nodes import Dimension
    >>> place = Dimension("place", ("place",), (("a",), ("b",)))
    >>> declared_wishes(Path("cells.csv"), Cube((place,)), Declaration("n", (place,), open=((("place", "b"),),))).open
    (('b',),)
    """
    return Wishes(
        names_of(cube, declaration.open, "open"),
        names_of(cube, declaration.closed, "closed"),
        None if declaration.cost is None else inner_numbers(path, cube, declaration.cost),
    )


def wishes_for_bases(table: Table, wishes: Wishes) -> Wishes:
    """What is wanted of the numbers of people alone.

    Parameters
    ----------
    table, wishes
        A table of answers, and what is wanted of it.

    Returns
    -------
    Wishes
        For the cube that `analysis.disclosure.cube.without_answers` makes.

    Examples
    --------
    >>> from analysis.disclosure.nodes import Dimension
    >>> place = Dimension("place", ("place",), (("a",), ("b",)))
    >>> cube = Cube((place, Dimension("answer", ("answer",), (("yes",), ("no",)), answers=True)))
    >>> wishes_for_bases(Table(cube, np.array([[9, 9], [8, 8]])), Wishes(open=(("a", "Total"), ("a", "yes")))).open
    (('a',),)
    """
    cube = table.cube
    cost = None if wishes.cost is None else wishes.cost.sum(axis=cube.answers)
    if len(cube.dimensions) == 1:
        cost = None if cost is None else cost.reshape(1)
    return Wishes(_of_bases(cube, wishes.open), _of_bases(cube, wishes.closed), cost)


def _of_bases(cube: Cube, names: Sequence[Name]) -> tuple[Name, ...]:
    bases, known = base_cells(cube), cells_by_name(cube)
    cells = [known[name] for name in names]
    columns = set(cube.dimensions[cube.answers or 0].columns)
    kept = [position for position, column in enumerate(cube.columns) if column not in columns]
    return tuple(
        tuple(name[position] for position in kept) or ("all",)
        for cell in cells
        if bases is not None and bases[cell] == cell
        for name in [cell_names(cube, cell)[0]]
    )


def marks_with(table: Table, marks: Marks, wishes: Wishes) -> Marks:
    """What the rules and the wishes hide.

    Parameters
    ----------
    table, marks
        A table, and what the rules say of it.
    wishes
        Of which the closed cells are read.

    Returns
    -------
    Marks

    Examples
    --------
    >>> from analysis.disclosure.nodes import Dimension
    >>> from analysis.disclosure.primary import Rules, mark
    >>> table = Table(Cube((Dimension("place", ("place",), (("a",), ("b",))),)), np.array([30, 20]))
    >>> marks_with(table, mark(table, Rules()), Wishes(closed=(("a",),))).shown.tolist()
    [False, True, True]
    """
    if not wishes.closed:
        return marks
    closed = _flags(table.cube, wishes.closed)
    return Marks(marks.primary | closed, marks.shown & ~closed)


def problem_with(table: Table, problem: Problem, wishes: Wishes) -> Problem:
    """A problem whose open cells are settled, and whose cells have their cost.

    Parameters
    ----------
    table, problem
        A table, and its problem without wishes.
    wishes
        What is wanted.

    Returns
    -------
    Problem

    Raises
    ------
    UnsafeError
        If a cell that must be shown is hidden by the rules, or one that must be hidden is shown as a shared base.
    ValueError
        If a cell must be shown and hidden.

    Examples
    --------
    >>> from analysis.disclosure.nodes import Dimension
    >>> from analysis.disclosure.primary import Rules, mark
    >>> from analysis.disclosure.problem import single_table_problem
    >>> table = Table(Cube((Dimension("place", ("place",), (("a",), ("b",))),)), np.array([3, 20]))
    >>> problem = single_table_problem(table, mark(table, Rules()), Rules())
    >>> problem_with(table, problem, Wishes(open=(("b",),))).settled.tolist()
    [False, True, False]
    >>> problem_with(table, problem, Wishes(open=(("a",),)))
    Traceback (most recent call last):
        ...
    analysis.disclosure.search.UnsafeError: 'a' is to be shown, and the rules hide it.
    """
    both = sorted(set(wishes.open) & set(wishes.closed))
    if both:
        raise ValueError(f"{' / '.join(both[0])!r} is to be shown and to be hidden.")
    kept = np.flatnonzero(_flags(table.cube, wishes.closed) & problem.shown[: problem.cells])
    if len(kept):
        name = " / ".join(cell_names(table.cube, int(kept[0]))[0])
        raise UnsafeError(
            f"{name!r} is to be hidden, and the numbers of people that all tables share show it."
        )
    opened = padded_flags(_flags(table.cube, wishes.open), problem)
    hidden = np.flatnonzero(opened & ~problem.shown)
    if len(hidden):
        name = " / ".join(cell_names(table.cube, int(hidden[0]))[0])
        raise UnsafeError(f"{name!r} is to be shown, and the rules hide it.")
    if wishes.cost is None:
        return replace(problem, settled=problem.settled | opened) if wishes.open else problem
    cost: Reals = incidence(table.cube) @ wishes.cost.ravel()
    figures = np.full(len(problem.figures), FIGURE_COST * float(cost.mean()))
    return replace(problem, settled=problem.settled | opened, cost=np.concatenate([cost, figures]))


def _flags(cube: Cube, names: Sequence[Name]) -> Flags:
    flags = np.zeros(int(np.prod(cube.shape)), dtype=np.bool_)
    flags[[cells_by_name(cube)[name] for name in names]] = True
    return flags
