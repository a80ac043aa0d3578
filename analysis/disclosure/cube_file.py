"""Anyone's table: the cube described in a TOML file, its inner cells in a CSV file."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from analysis.disclosure.cube import Cube, Table
from analysis.disclosure.declared.csv_rows import Row, flag, read_rows, whole_number
from analysis.disclosure.nodes import TOTAL, Dimension, nodes_of
from analysis.disclosure.primary import EVERY_OTHER, Step

LARGEST_CUBE = 400_000_000
KNOWN = frozenset({"count", "dimension", "ladder", "primary", "table", "ties"})
RESERVED = ("n", "status", "low", "high", "fails")


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a cube file says: dimensions still without leaves, the ladder, column names.

    Parameters
    ----------
    count
        Column that holds the counts.
    dimensions
        Dimensions; their leaves are those the tree names.
    ladder
        Steps, None where the file has none.
    primary
        Column that flags sensitive inner cells, None where there is none.
    table
        Column that names the table of a row, None where there is only one.
    ties
        What holds between the tables in every domain, as `line` of `analysis.disclosure.tied.ties` writes it.

    Examples
    --------
    >>> Declaration("n", (Dimension("place", ("province", "district"), ()),)).columns
    ('province', 'district')
    """

    count: str
    dimensions: tuple[Dimension, ...]
    ladder: tuple[Step, ...] | None = None
    primary: str | None = None
    table: str | None = None
    ties: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns of all dimensions."""
        return tuple(column for dimension in self.dimensions for column in dimension.columns)


def read_declaration(path: Path) -> Declaration:
    """Read a cube file.

    Parameters
    ----------
    path
        A TOML file.

    Returns
    -------
    Declaration

    Raises
    ------
    ValueError
        With one line that says what is wrong.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "cube.toml")
    ...     _ = path.write_text('dimension = [{name = "answer", answers = true}]')
    ...     read_declaration(path).columns
    ('answer',)
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path.name} is no TOML file: {error}") from error
    _only_keys(path.name, content, KNOWN)
    entries = content.get("dimension")
    if not isinstance(entries, list) or not entries:
        raise ValueError(f"{path.name} declares no [[dimension]].")
    declaration = Declaration(
        count=_text(content.get("count", "n"), "count"),
        dimensions=tuple(_dimension(entry) for entry in entries),
        ladder=_ladder(content["ladder"]) if "ladder" in content else None,
        primary=_column(content, "primary"),
        table=_column(content, "table"),
        ties=_texts(content["ties"], "ties") if "ties" in content else (),
    )
    _check_columns(declaration)
    return declaration


def _only_keys(place: str, content: Mapping[str, Any], known: Set[str]) -> None:
    unknown = sorted(set(content) - known)
    if unknown:
        raise ValueError(f"{place} has an unknown entry {unknown[0]!r}.")


def _text(value: Any, place: str) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError(f"{place} needs a text, not {value!r}.")
    return str(value).strip()


def _column(content: Mapping[str, Any], key: str) -> str | None:
    return _text(content[key], key) if key in content else None


def _texts(value: Any, place: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise ValueError(f"{place} needs a list of texts.")
    return tuple(_text(item, place) for item in value)


def _dimension(entry: Any) -> Dimension:
    if not isinstance(entry, dict) or "name" not in entry:
        raise ValueError("Every [[dimension]] needs a name.")
    name = _text(entry["name"], "name")
    _only_keys(f"Dimension {name!r}", entry, {"name", "columns", "tree", "answers", "total"})
    for switch in ("answers", "total"):
        if not isinstance(entry.get(switch, False), bool):
            raise ValueError(f"{switch} of dimension {name!r} is true or false.")
    tree = entry.get("tree", {})
    if not isinstance(tree, dict):
        raise ValueError(f"The tree of dimension {name!r} needs lines such as node = [children].")
    return Dimension(
        name=name,
        columns=_texts(entry.get("columns", [name]), f"columns of dimension {name!r}"),
        leaves=(),
        tree=tuple(
            (_text(node, name), _texts(children, f"Node {node!r}")) for node, children in tree.items()
        ),
        answers=entry.get("answers", False),
        total=entry.get("total", True),
    )


def _ladder(content: Any) -> tuple[Step, ...]:
    if not isinstance(content, dict):
        raise ValueError("[ladder] needs lines such as 10 = [nodes].")
    steps = []
    for base, names in content.items():
        if not str(base).isdigit():
            raise ValueError(f"A step of the ladder begins with a base, not {base!r}.")
        steps.append(Step(int(base), _texts(names, f"Step {base} of the ladder")))
    return tuple(sorted(steps, key=lambda step: step.base))


def _check_columns(declaration: Declaration) -> None:
    columns = declaration.columns
    for column in columns:
        if column in RESERVED:
            raise ValueError(f"A column of a dimension cannot be called {column!r}.")
        if columns.count(column) > 1 or column in (
            declaration.count,
            declaration.primary,
            declaration.table,
        ):
            raise ValueError(f"Column {column!r} is used twice.")
    if declaration.ties and declaration.table is None:
        raise ValueError("Ties need an entry table: the column that names the table of a row.")
    if sum(dimension.answers for dimension in declaration.dimensions) > 1:
        raise ValueError("At most one dimension can have answers = true.")
    if any(dimension.answers and not dimension.total for dimension in declaration.dimensions):
        raise ValueError("The dimension of answers needs its total: it is the base.")


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
    cells, inner = int(np.prod(cube.shape)), int(np.prod(cube.inner_shape))
    if cells * inner > LARGEST_CUBE:
        raise ValueError(f"The cube is too large: {cells} cells over {inner} inner cells.")
    _check_ladder(declaration, cube)
    return cube


def _check_ladder(declaration: Declaration, cube: Cube) -> None:
    if declaration.ladder is None:
        return
    if cube.answers is None:
        raise ValueError("A ladder needs a dimension with answers = true.")
    answers = cube.dimensions[cube.answers]
    labels = {label for node in nodes_of(answers) for label in node.labels} | {TOTAL, EVERY_OTHER}
    for step in declaration.ladder:
        for name in step.nodes:
            if name not in labels:
                raise ValueError(f"The ladder names {name!r}, which is no answer and no node.")


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
    positions = _leaf_positions(cube)
    seen: set[tuple[int, ...]] = set()
    for line, row in rows:
        place = f"{file}, line {line}"
        inner = tuple(positions[leaf] for leaf in _leaf_names(cube, row))
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


def _leaf_positions(cube: Cube) -> dict[tuple[int, tuple[str, ...]], int]:
    return {
        (axis, leaf): position
        for axis, dimension in enumerate(cube.dimensions)
        for position, leaf in enumerate(dimension.leaves)
    }


def _leaf_names(cube: Cube, row: Row) -> list[tuple[int, tuple[str, ...]]]:
    return [
        (axis, tuple(row[column] for column in dimension.columns))
        for axis, dimension in enumerate(cube.dimensions)
    ]
