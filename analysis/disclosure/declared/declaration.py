"""What a cube file says: a TOML file that describes anybody's table."""

import tomllib
from collections.abc import Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.disclosure.nodes import Dimension
from analysis.disclosure.primary import Step

Pairs = tuple[tuple[str, str], ...]

KNOWN = frozenset(
    {
        "count",
        "dimension",
        "ladder",
        "primary",
        "table",
        "ties",
        "open",
        "closed",
        "cost",
        "weight",
        "value",
        "holder",
    }
)
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
    open, closed
        Cells that must be shown, and cells that must be hidden: pairs of a column and a text.
    cost
        Column that says what it costs to hide an inner cell, None where there is none.
    weight
        Column with the sum of the weights of an inner cell's people, None where there is none.
    value, holder
        Columns of a contribution and of whose it is, None in a table of people.

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
    open: tuple[Pairs, ...] = ()
    closed: tuple[Pairs, ...] = ()
    cost: str | None = None
    weight: str | None = None
    value: str | None = None
    holder: str | None = None

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
        open=_cells(content, "open"),
        closed=_cells(content, "closed"),
        cost=_column(content, "cost"),
        weight=_column(content, "weight"),
        value=_column(content, "value"),
        holder=_column(content, "holder"),
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


def _cells(content: Mapping[str, Any], key: str) -> tuple[Pairs, ...]:
    entries = content.get(key, [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) and entry for entry in entries):
        raise ValueError(f'{key} needs a list of cells such as {{district = "a", answer = "yes"}}.')
    return tuple(
        tuple((column, _text(text, f"{column} of {key}")) for column, text in entry.items())
        for entry in entries
    )


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
            declaration.cost,
            declaration.weight,
            declaration.value,
            declaration.holder,
        ):
            raise ValueError(f"Column {column!r} is used twice.")
    _check_kind(declaration)
    if declaration.ties and declaration.table is None:
        raise ValueError("Ties need an entry table: the column that names the table of a row.")
    if sum(dimension.answers for dimension in declaration.dimensions) > 1:
        raise ValueError("At most one dimension can have answers = true.")
    if any(dimension.answers and not dimension.total for dimension in declaration.dimensions):
        raise ValueError("The dimension of answers needs its total: it is the base.")


def _check_kind(declaration: Declaration) -> None:
    """Refuse what would be read and not heeded: wishes of several tables, ladders of amounts and the like."""
    wishes = bool(declaration.open or declaration.closed or declaration.cost)
    amounts = declaration.value is not None
    if declaration.table is not None and (wishes or amounts or declaration.weight):
        raise ValueError("Cells to show or hide, their cost, weights and amounts are for one table alone.")
    if (amounts or declaration.weight) and wishes:
        raise ValueError("Cells to show or hide and their cost are for tables of people without weights.")
    if amounts and (declaration.weight or declaration.ladder or declaration.primary):
        raise ValueError("A table of amounts has its own rules, and no weight, ladder or primary.")
    if declaration.holder is not None and not amounts:
        raise ValueError("A holder is whose an amount is: it needs an entry value.")
