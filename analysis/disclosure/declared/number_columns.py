"""Numbers that are no counts of people, cell by cell: costs, weights, amounts."""

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from analysis.disclosure.cube import Cube
from analysis.disclosure.declared.csv_rows import Row, read_rows
from analysis.disclosure.problem import Reals


def inner_numbers(path: Path, cube: Cube, column: str) -> Reals:
    """Read a column of numbers of the inner cells.

    Parameters
    ----------
    path
        A CSV file with one row for each inner cell.
    cube
        The cells.
    column
        Its column of numbers, zero or more.

    Returns
    -------
    numpy.ndarray
        Shape `cube.inner_shape`; 0 where there is no row.

    Raises
    ------
    ValueError
        With one line that says what is wrong and where.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from analysis.disclosure.nodes import Dimension
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "cells.csv")
    ...     _ = path.write_text("answer,n,cost\\nyes,3,0.5\\nno,20,2\\n")
    ...     inner_numbers(path, Cube((Dimension("answer", ("answer",), (("yes",), ("no",))),)), "cost").tolist()
    [0.5, 2.0]
    """
    numbers = np.zeros(cube.inner_shape)
    for line, row in enumerate(read_rows(path, [*cube.columns, column]), start=2):
        numbers[inner_position(cube, row)] = amount(row[column], f"{path.name}, line {line}")
    return numbers


def inner_position(cube: Cube, row: Row) -> tuple[int, ...]:
    """The position of the leaf of each dimension that a row has.

    Parameters
    ----------
    cube, row
        The cells, and texts by column.

    Returns
    -------
    tuple of int

    Raises
    ------
    ValueError
        If it is no leaf.

    Examples
    --------
    >>> from analysis.disclosure.nodes import Dimension
    >>> inner_position(Cube((Dimension("answer", ("answer",), (("yes",), ("no",))),)), {"answer": "no"})
    (1,)
    """
    return tuple(
        _place(dimension.leaves, tuple(row[c] for c in dimension.columns)) for dimension in cube.dimensions
    )


def _place(leaves: Sequence[tuple[str, ...]], leaf: tuple[str, ...]) -> int:
    if leaf not in leaves:
        raise ValueError(f"{' / '.join(leaf)!r} is no leaf of the cube.")
    return leaves.index(leaf)


def amount(text: str, place: str) -> float:
    """Read a number that is zero or more.

    Parameters
    ----------
    text, place
        What the file says, and where, for the refusal.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If it is no number, infinite or negative.

    Examples
    --------
    >>> amount("2.5", "cells.csv, line 2")
    2.5
    """
    try:
        number = float(text)
    except ValueError as error:
        raise ValueError(f"{place}: {text!r} is no number.") from error
    if not math.isfinite(number) or number < 0:
        raise ValueError(f"{place}: {text!r} is no number from zero on.")
    return number
