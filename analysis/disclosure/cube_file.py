"""Anyone's table: the inner cells of a declared cube, read from a CSV file."""

from collections.abc import Iterable, Iterator, Sequence
from math import prod
from pathlib import Path

import numpy as np

from analysis.disclosure.cube import Cube, Table
from analysis.disclosure.declared.csv_rows import Row, flag, read_rows, whole_number
from analysis.disclosure.declared.declaration import Declaration
from analysis.disclosure.nodes import TOTAL, Dimension, nodes_of
from analysis.disclosure.primary import EVERY_OTHER

LARGEST_CUBE = 400_000_000


def leaves_in(dimension: Dimension, rows: Iterable[Row]) -> Dimension:
    """Give a dimension its leaves: those in the rows, and those its tree names.

    Totals and nodes of the tree, as protected tables hold them, are no
    leaves.

    Parameters
    ----------
    dimension, rows
        A dimension whose leaves of before do not count, and texts by column.

    Returns
    -------
    Dimension

    Examples
    --------
    >>> answer = Dimension("answer", ("answer",), (), (("content", ("4", "5")),))
    >>> leaves_in(answer, [{"answer": "3"}, {"answer": "4"}, {"answer": "content"}]).leaves
    (('3',), ('4',), ('5',))
    """
    nodes = {node for node, _ in dimension.tree}
    found = dict.fromkeys(tuple(row[column] for column in dimension.columns) for row in rows)
    leaves = [leaf for leaf in found if TOTAL not in leaf and leaf[-1] not in nodes]
    if len(dimension.columns) == 1:
        children = (child for _, children in dimension.tree for child in children)
        leaves += [(child,) for child in children if child not in nodes and (child,) not in found]
    return Dimension(
        dimension.name,
        dimension.columns,
        tuple(dict.fromkeys(leaves)),
        dimension.tree,
        dimension.answers,
        dimension.total,
    )


def cube_of(declaration: Declaration, rows: Sequence[Row]) -> Cube:
    """The cube a declaration describes, with the leaves that occur.

    Parameters
    ----------
    declaration, rows
        What the cube file says, and texts by column.

    Returns
    -------
    Cube

    Raises
    ------
    ValueError
        If it is contradictory, too large, or its ladder names no such node.

    Examples
    --------
    >>> declaration = Declaration("n", (Dimension("answer", ("answer",), ()),))
    >>> cube_of(declaration, [{"answer": "yes"}, {"answer": "no"}]).shape
    (3,)
    """
    cube = Cube(tuple(leaves_in(dimension, rows) for dimension in declaration.dimensions))
    check_cubes(declaration, [cube])
    return cube


def check_cubes(declaration: Declaration, cubes: Sequence[Cube]) -> None:
    """Refuse a cube that is too large, and a ladder that names a node of none.

    Parameters
    ----------
    declaration, cubes
        What the cube file says, and the cube of each of its tables.

    Raises
    ------
    ValueError
        With one line that says what is wrong.

    Examples
    --------
    >>> from analysis.disclosure.primary import Step
    >>> cube = Cube((Dimension("answer", ("answer",), (("yes",), ("no",)), answers=True),))
    >>> check_cubes(Declaration("n", cube.dimensions, (Step(10, ("maybe",)),)), [cube])
    Traceback (most recent call last):
        ...
    ValueError: The ladder names 'maybe', which is no answer and no node.
    """
    for cube in cubes:
        cells, inner = prod(cube.shape), prod(cube.inner_shape)
        if cells * inner > LARGEST_CUBE:
            raise ValueError(f"The cube is too large: {cells} cells over {inner} inner cells.")
    if declaration.ladder is None:
        return
    answers = [cube.dimensions[cube.answers] for cube in cubes if cube.answers is not None]
    if not answers:
        raise ValueError("A ladder needs a dimension with answers = true.")
    known = {
        TOTAL,
        EVERY_OTHER,
        *(label for one in answers for node in nodes_of(one) for label in node.labels),
    }
    strange = [name for step in declaration.ladder for name in step.nodes if name not in known]
    if strange:
        raise ValueError(f"The ladder names {strange[0]!r}, which is no answer and no node.")


def read_table(path: Path, declaration: Declaration) -> Table:
    """Read the inner cells of a declared cube.

    Parameters
    ----------
    path, declaration
        A CSV file with one row per inner cell that has people, and what the cube file says.

    Returns
    -------
    Table
        Combinations that are not in the file have nobody.

    Raises
    ------
    ValueError
        With one line that says what is wrong and where.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "cells.csv")
    ...     _ = path.write_text("answer,n\\nyes,3\\nno,20\\n")
    ...     read_table(path, Declaration("n", (Dimension("answer", ("answer",), ()),))).counts.tolist()
    [3, 20]
    """
    flag = [declaration.primary] if declaration.primary else []
    rows = read_rows(path, [*declaration.columns, declaration.count, *flag])
    if not rows:
        raise ValueError(f"{path.name} has no rows.")
    check_leaf_texts(path.name, declaration, rows)
    return table_of(cube_of(declaration, rows), declaration, list(enumerate(rows, start=2)), path.name)


def table_of(
    cube: Cube, declaration: Declaration, rows: Sequence[tuple[int, Row]], file: str, name: str = ""
) -> Table:
    """Fill the inner cells of a cube.

    Parameters
    ----------
    cube, declaration
        The cells, and what the cube file says.
    rows
        The number of each line, and its texts by column.
    file
        What the file is called, for refusals.
    name
        What the table is called.

    Returns
    -------
    Table
        Combinations that are not in the rows have nobody.

    Raises
    ------
    ValueError
        With one line that says what is wrong and where.

    Examples
    --------
    >>> declaration = Declaration("n", (Dimension("answer", ("answer",), ()),))
    >>> rows = [{"answer": "yes", "n": "3"}, {"answer": "no", "n": "20"}]
    >>> table_of(cube_of(declaration, rows), declaration, list(enumerate(rows)), "cells.csv").counts.tolist()
    [3, 20]
    """
    counts = np.zeros(cube.inner_shape, dtype=np.int64)
    flags = np.zeros(cube.inner_shape, dtype=np.bool_)
    seen: set[tuple[int, ...]] = set()
    for (line, row), inner in zip(rows, inner_positions(cube, (row for _, row in rows)), strict=True):
        place = f"{file}, line {line}"
        if inner in seen:
            raise ValueError(f"{place}: this combination was given before.")
        seen.add(inner)
        counts[inner] = whole_number(row[declaration.count], place)
        flags[inner] = bool(declaration.primary) and flag(row[declaration.primary or ""], place)
    return Table(cube, counts, flags if declaration.primary else None, name=name)


def check_leaf_texts(file: str, declaration: Declaration, rows: Sequence[Row]) -> None:
    """Refuse totals and nodes of trees among inner cells.

    Parameters
    ----------
    file
        What the file is called, for the refusal.
    declaration, rows
        What the cube file says, and texts by column.

    Raises
    ------
    ValueError
        With one line that says what is wrong and where.

    Examples
    --------
    >>> declaration = Declaration("n", (Dimension("answer", ("answer",), ()),))
    >>> check_leaf_texts("cells.csv", declaration, [{"answer": "Total"}])
    Traceback (most recent call last):
        ...
    ValueError: cells.csv, line 2: 'Total' cannot be an inner cell of 'answer'.
    """
    for dimension in declaration.dimensions:
        nodes = {node for node, _ in dimension.tree}
        for line, row in enumerate(rows, start=2):
            texts = [row[column] for column in dimension.columns]
            if "" in texts or TOTAL in texts or texts[-1] in nodes:
                name = " / ".join(texts)
                raise ValueError(
                    f"{file}, line {line}: {name!r} cannot be an inner cell of {dimension.name!r}."
                )


def inner_positions(cube: Cube, rows: Iterable[Row]) -> Iterator[tuple[int, ...]]:
    """The position among the leaves of each dimension that every row has.

    Parameters
    ----------
    cube, rows
        The cells, and texts by column.

    Yields
    ------
    tuple of int

    Raises
    ------
    ValueError
        If a row has no leaf of a dimension.

    Examples
    --------
    >>> cube = Cube((Dimension("answer", ("answer",), (("yes",), ("no",))),))
    >>> list(inner_positions(cube, [{"answer": "no"}, {"answer": "yes"}]))
    [(1,), (0,)]
    """
    places = [{leaf: place for place, leaf in enumerate(one.leaves)} for one in cube.dimensions]
    for row in rows:
        leaves = [tuple(row[column] for column in one.columns) for one in cube.dimensions]
        strange = [leaf for leaf, known in zip(leaves, places, strict=True) if leaf not in known]
        if strange:
            raise ValueError(f"{' / '.join(strange[0])!r} is no leaf of the cube.")
        yield tuple(known[leaf] for leaf, known in zip(leaves, places, strict=True))
