"""Numbers that are no counts of people, cell by cell: costs, weights, amounts."""

from pathlib import Path

import numpy as np

from analysis.disclosure.cube import Cube
from analysis.disclosure.cube_file import inner_positions
from analysis.disclosure.declared.csv_rows import amount, read_rows
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
    rows = read_rows(path, [*cube.columns, column])
    for line, (row, inner) in enumerate(zip(rows, inner_positions(cube, rows), strict=True), start=2):
        numbers[inner] = amount(row[column], f"{path.name}, line {line}")
    return numbers
