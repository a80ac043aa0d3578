"""Anyone's table: the cube described in a TOML file, its inner cells in a CSV file."""

import csv
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from analysis.disclosure.cube import Cube, Table
from analysis.disclosure.nodes import TOTAL, Dimension, nodes_of
from analysis.disclosure.primary import EVERY_OTHER, Step

Row = Mapping[str, str]

YES = frozenset({"true", "t", "yes", "y", "1"})
NO = frozenset({"false", "f", "no", "n", "0", ""})
LARGEST_CUBE, LARGEST_COUNT = 400_000_000, 1_000_000_000
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

    Examples
    --------
    >>> Declaration("n", (Dimension("place", ("province", "district"), ()),)).columns
    ('province', 'district')
    """

    count: str
    dimensions: tuple[Dimension, ...]
    ladder: tuple[Step, ...] | None = None
    primary: str | None = None

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
    _only_keys(path.name, content, {"count", "dimension", "ladder", "primary"})
    entries = content.get("dimension")
    if not isinstance(entries, list) or not entries:
        raise ValueError(f"{path.name} declares no [[dimension]].")
    declaration = Declaration(
        count=_text(content.get("count", "n"), "count"),
        dimensions=tuple(_dimension(entry) for entry in entries),
        ladder=_ladder(content["ladder"]) if "ladder" in content else None,
        primary=_text(content["primary"], "primary") if "primary" in content else None,
    )
    _check_columns(declaration)
    return declaration


def _only_keys(place: str, content: Mapping[str, Any], known: set[str]) -> None:
    unknown = sorted(set(content) - known)
    if unknown:
        raise ValueError(f"{place} has an unknown entry {unknown[0]!r}.")


def _text(value: Any, place: str) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError(f"{place} needs a text, not {value!r}.")
    return str(value).strip()


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
        if columns.count(column) > 1 or column in (declaration.count, declaration.primary):
            raise ValueError(f"Column {column!r} is used twice.")
    if sum(dimension.answers for dimension in declaration.dimensions) > 1:
        raise ValueError("At most one dimension can have answers = true.")
    if any(dimension.answers and not dimension.total for dimension in declaration.dimensions):
        raise ValueError("The dimension of answers needs its total: it is the base.")


def read_rows(path: Path, columns: Sequence[str]) -> list[dict[str, str]]:
    """Read a CSV file that has at least the given columns.

    Parameters
    ----------
    path, columns
        A CSV file in UTF-8, and the columns that it must have.

    Returns
    -------
    list of dict
        By column the text of each row, without space around it.

    Raises
    ------
    ValueError
        With one line that says what is wrong and where.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "cells.csv")
    ...     _ = path.write_text("answer,n\\nyes, 3\\nno,20\\n")
    ...     read_rows(path, ["n"])
    [{'answer': 'yes', 'n': '3'}, {'answer': 'no', 'n': '20'}]
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path.name} is not UTF-8 text.") from error
    reader = csv.DictReader(text.splitlines())
    missing = [column for column in columns if column not in (reader.fieldnames or ())]
    if missing:
        raise ValueError(f"{path.name} has no column {missing[0]!r}.")
    rows = []
    for row in reader:
        if None in row or None in row.values():
            raise ValueError(f"{path.name}, line {reader.line_num}: the number of columns differs.")
        rows.append({column: value.strip() for column, value in row.items()})
    return rows


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
    _check_leaf_texts(path, declaration, rows)
    cube = cube_of(declaration, rows)
    counts = np.zeros(cube.inner_shape, dtype=np.int64)
    flags = np.zeros(cube.inner_shape, dtype=np.bool_)
    positions = _leaf_positions(cube)
    seen: set[tuple[int, ...]] = set()
    for line, row in enumerate(rows, start=2):
        place = f"{path.name}, line {line}"
        inner = tuple(positions[leaf] for leaf in _leaf_names(cube, row))
        if inner in seen:
            raise ValueError(f"{place}: this combination was given before.")
        seen.add(inner)
        counts[inner] = whole_number(row[declaration.count], place)
        flags[inner] = bool(declaration.primary) and _flag(row[declaration.primary or ""], place)
    return Table(cube, counts, flags if declaration.primary else None)


def _check_leaf_texts(path: Path, declaration: Declaration, rows: Sequence[Row]) -> None:
    for dimension in declaration.dimensions:
        nodes = {node for node, _ in dimension.tree}
        for line, row in enumerate(rows, start=2):
            texts = [row[column] for column in dimension.columns]
            if "" in texts or TOTAL in texts or texts[-1] in nodes:
                name = " / ".join(texts)
                raise ValueError(
                    f"{path.name}, line {line}: {name!r} cannot be an inner cell of {dimension.name!r}."
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


def whole_number(text: str, place: str) -> int:
    """Read a count of people.

    Parameters
    ----------
    text, place
        What the file says, and where, for the refusal.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        If the text is no whole number from zero on, or too large.

    Examples
    --------
    >>> whole_number("12", "cells.csv, line 2")
    12
    """
    try:
        number = float(text)
    except ValueError as error:
        raise ValueError(f"{place}: {text!r} is no number.") from error
    if number > LARGEST_COUNT:
        raise ValueError(f"{place}: {text!r} is too large, {LARGEST_COUNT:,} is the largest count.")
    if not number.is_integer() or number < 0:
        raise ValueError(f"{place}: {text!r} is no whole number of people.")
    return int(number)


def _flag(text: str, place: str) -> bool:
    if text.lower() not in YES | NO:
        raise ValueError(f"{place}: {text!r} is neither true nor false.")
    return text.lower() in YES
