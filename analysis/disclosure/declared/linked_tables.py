"""Several tables of the same people in one file, with what holds between them: protected, and attacked, as one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from analysis.disclosure.cube import Cube, Flags, Table, without_answers
from analysis.disclosure.cube_file import check_cubes, check_leaf_texts, leaves_in, table_of
from analysis.disclosure.declared.csv_rows import Row, read_rows
from analysis.disclosure.declared.declaration import Declaration
from analysis.disclosure.linear.effort import Effort
from analysis.disclosure.nodes import Dimension
from analysis.disclosure.primary import Rules
from analysis.disclosure.protect import protect, protect_bases, protect_together, with_patterns
from analysis.disclosure.protected_table import ProtectedTable
from analysis.disclosure.tied.formulas import tie_of
from analysis.disclosure.tied.rows import tie_rows
from analysis.disclosure.tied.ties import Tie


@dataclass(frozen=True, slots=True)
class Linked:
    """Tables of the same people, and what holds between them.

    Parameters
    ----------
    tables
        Named apart, the answers in the last dimension.
    ties
        What a reader knows of them together.

    Examples
    --------
    >>> Linked((), ()).ties
    ()
    """

    tables: tuple[Table, ...] = field(repr=False)
    ties: tuple[Tie, ...]


def read_linked(path: Path, declaration: Declaration) -> Linked:
    """Read the inner cells of several tables.

    Parameters
    ----------
    path, declaration
        A CSV file with a column that names the table, and what the cube file says.

    Returns
    -------
    Linked

    Raises
    ------
    ValueError
        With one line that says what is wrong and where.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> place, answer = Dimension("place", ("place",), ()), Dimension("answer", ("answer",), (), answers=True)
    >>> ties = ("further[yes] <= asked[yes]",)
    >>> declaration = Declaration("n", (place, answer), table="question", ties=ties)
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "cells.csv")
    ...     _ = path.write_text("question,place,answer,n\\nasked,a,yes,9\\nasked,a,no,5\\nfurther,a,yes,14\\n")
    ...     read_linked(path, declaration)
    Traceback (most recent call last):
        ...
    ValueError: The counts break the tie 'further[yes] <= asked[yes]'.
    """
    flags = [declaration.primary] if declaration.primary else []
    name = declaration.table or ""
    rows = read_rows(path, [name, *declaration.columns, declaration.count, *flags])
    if not rows:
        raise ValueError(f"{path.name} has no rows.")
    check_leaf_texts(path.name, declaration, rows)
    cubes = linked_cubes(declaration, rows)
    numbered = list(enumerate(rows, start=2))
    tables = tuple(
        table_of(
            cube, declaration, [(line, row) for line, row in numbered if row[name] == key], path.name, key
        )
        for key, cube in cubes.items()
    )
    _check_same_people(tables)
    ties = linked_ties(declaration, cubes)
    inner = np.concatenate([table.counts.ravel() for table in tables])
    for tie in ties:
        if (tie_rows(cubes, [tie], ()).matrix @ inner > 0).any():
            raise ValueError(f"The counts break the tie {tie.name!r}.")
    return Linked(tables, ties)


def linked_cubes(declaration: Declaration, rows: Sequence[Row]) -> Mapping[str, Cube]:
    """The cube of each table by name: the places are those of all, the answers those of the table itself.

    Parameters
    ----------
    declaration, rows
        What the cube file says, and texts by column.

    Returns
    -------
    mapping of str to Cube

    Raises
    ------
    ValueError
        If there are no answers or nothing else, a table is too large, or the ladder names no node of any.

    Examples
    --------
    >>> place, answer = Dimension("place", ("place",), ()), Dimension("answer", ("answer",), (), answers=True)
    >>> declaration = Declaration("n", (answer, place), table="question")
    >>> rows = [{"question": "asked", "place": "a", "answer": "yes"}, {"question": "more", "place": "b", "answer": "no"}]
    >>> [(name, cube.columns, cube.inner_shape) for name, cube in linked_cubes(declaration, rows).items()]
    [('asked', ('place', 'answer'), (2, 1)), ('more', ('place', 'answer'), (2, 1))]
    """
    domains = [leaves_in(each, rows) for each in declaration.dimensions if not each.answers]
    answers = [each for each in declaration.dimensions if each.answers]
    if not domains or not answers:
        raise ValueError("Linked tables need a dimension with answers = true and one without.")
    cubes = {}
    for name in dict.fromkeys(row[declaration.table or ""] for row in rows):
        own = [row for row in rows if row[declaration.table or ""] == name]
        leaves = leaves_in(replace(answers[0], tree=()), own).leaves
        nodes = {node for node, _ in answers[0].tree}
        own_leaves = tuple(leaf for leaf in leaves if leaf[-1] not in nodes)
        tree = tuple(_tree_of(answers[0], {leaf[-1] for leaf in own_leaves}))
        cubes[name] = Cube((*domains, replace(answers[0], leaves=own_leaves, tree=tree)))
    check_cubes(declaration, list(cubes.values()))
    return cubes


def _tree_of(answers: Dimension, present: set[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The nodes of the tree all of whose leaves a table has."""
    known, found = set(present), True
    while found:
        found = False
        for node, children in answers.tree:
            if node not in known and set(children) <= known:
                known.add(node)
                found = True
    return ((node, children) for node, children in answers.tree if node in known)


def _check_same_people(tables: Sequence[Table]) -> None:
    first = tables[0]
    for table in tables[1:]:
        differing = np.argwhere(first.counts.sum(axis=-1) != table.counts.sum(axis=-1))
        if len(differing):
            place = tuple(int(position) for position in differing[0])
            domain = " / ".join(
                text
                for dimension, position in zip(table.cube.dimensions, place, strict=False)
                for text in dimension.leaves[position]
            )
            one, other = int(first.counts.sum(axis=-1)[place]), int(table.counts.sum(axis=-1)[place])
            raise ValueError(
                f"Linked tables are of the same people: {first.name!r} has {one} of {domain!r}, {table.name!r} {other}."
            )


def linked_ties(declaration: Declaration, cubes: Mapping[str, Cube]) -> tuple[Tie, ...]:
    """The ties of a cube file, which hold in every domain.

    Parameters
    ----------
    declaration, cubes
        What the cube file says, and the cube of each table by name.

    Returns
    -------
    tuple of Tie

    Raises
    ------
    ValueError
        If one cannot be read, or names a table or an answer that is not there.

    Examples
    --------
    >>> place = Dimension("place", ("place",), (("a",),))
    >>> cube = Cube((place, Dimension("answer", ("answer",), (("yes",), ("no",)), answers=True)))
    >>> declaration = Declaration("n", cube.dimensions, table="question", ties=("further[yes] <= asked[yes]",))
    >>> linked_ties(declaration, {"asked": cube, "further": cube})[0].groups
    ('a',)
    """
    first = next(iter(cubes.values()))
    groups = tuple(dict.fromkeys(leaf[-1] for leaf in first.dimensions[-2].leaves))
    ties = tuple(tie_of(formula, groups) for formula in declaration.ties)
    answers = {name: {leaf[-1] for leaf in cube.dimensions[-1].leaves} for name, cube in cubes.items()}
    for tie in ties:
        for term in tie.terms:
            if term.table not in answers:
                raise ValueError(f"The tie {tie.name!r} names {term.table!r}, which is no table.")
            if term.answer not in answers[term.table]:
                raise ValueError(
                    f"The tie {tie.name!r} names {term.answer!r}, which is no answer of {term.table!r}."
                )
    return ties


def protect_linked(linked: Linked, rules: Rules, effort: Effort | None = None) -> tuple[ProtectedTable, ...]:
    """Protect tables each by itself, then hide what the ties would give away, and attack them together.

    Parameters
    ----------
    linked
        The tables and their ties.
    rules
        The rules.
    effort
        As for `protect`, of all tables and of them together.

    Returns
    -------
    tuple of ProtectedTable
        In the order of the tables.

    Raises
    ------
    UnsafeError
        If no choice of published cells is safe.
    EffortError
        If the work that may be spent at all was spent before anything safe was found.

    Examples
    --------
    >>> place = Dimension("place", ("place",), (("a",), ("b",)))
    >>> cube = Cube((place, Dimension("answer", ("answer",), (("yes",), ("no",)), answers=True)))
    >>> asked = Table(cube, np.array([[30, 30], [20, 30]]), name="asked")
    >>> further = Table(cube, np.array([[20, 40], [10, 40]]), name="further")
    >>> linked = Linked((asked, further), (tie_of("further[yes] <= asked[yes]", ("a", "b")),))
    >>> [table.hidden for table in protect_linked(linked, Rules(ladder=None))]
    [0, 0]
    """
    tables = linked.tables
    bases = protect_bases(without_answers(tables[0]), rules)
    alone = [protect(table, rules, bases, effort=effort) for table in tables]
    patterns = [_pattern(table) for table in alone]
    together = protect_together(tables, rules, bases, patterns, linked.ties, effort)
    return with_patterns(tables, rules, bases, together, linked.ties)[0]


def _pattern(table: ProtectedTable) -> Flags:
    return np.array([count is not None for count in table.counts])
