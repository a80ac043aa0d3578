"""Ties: what a reader knows of the counts of different tables together, because the same people gave all answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from analysis.disclosure.cube import Counts, Flags, Table


@dataclass(frozen=True, slots=True)
class Term:
    """`factor` times the count of one answer leaf of one table.

    Parameters
    ----------
    table, answer
        Names of a table and of one of its answer leaves.
    factor
        Of its count.

    Examples
    --------
    >>> Term("further", "yes", 1).answer
    'yes'
    """

    table: str
    answer: str
    factor: int


@dataclass(frozen=True, slots=True)
class Tie:
    """An inequality: in every district and each of `groups`, the terms and `base` times the interviewed are at most 0.

    Parameters
    ----------
    name
        What the tie is called.
    terms
        What is summed.
    base
        Factor of the number interviewed.
    groups
        The groups in which it holds.

    Examples
    --------
    >>> Tie("", (Term("further", "yes", 1), Term("asked", "yes", -1)), 0, ("youth",)).tables
    ('further', 'asked')
    """

    name: str
    terms: tuple[Term, ...]
    base: int
    groups: tuple[str, ...]

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables it ties, each once."""
        return tuple(dict.fromkeys(term.table for term in self.terms))


@dataclass(frozen=True, slots=True)
class Same:
    """Two tables that always split people in the same way; `leaves` pairs the leaves of the first with those of the second.

    They are protected as one table: the second takes the pattern of the first.

    Parameters
    ----------
    first, second
        Names of the tables.
    leaves
        Pairs of their answers.
    groups
        The groups in which it holds.

    Examples
    --------
    >>> Same("asked", "again", (("yes", "yes"), ("no", "no")), ("youth",)).second
    'again'
    """

    first: str
    second: str
    leaves: tuple[tuple[str, str], ...]
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ties:
    """All ties of a questionnaire's tables.

    `unresolved` names the tables that cannot be protected together with those they are tied to, and why: they must
    not be published where those are.

    Parameters
    ----------
    inequalities, same
        What holds.
    unresolved
        By table the reason why it cannot be protected together with others.

    Examples
    --------
    >>> Ties((Tie("", (Term("asked", "yes", 1),), -1, ("youth",)),)).unresolved
    {}
    """

    inequalities: tuple[Tie, ...] = ()
    same: tuple[Same, ...] = ()
    unresolved: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Violation:
    """A tie that counts break, written as a line, and where.

    Parameters
    ----------
    tie
        Written as `line` writes it.
    place, group
        Where it does not hold.

    Examples
    --------
    >>> Violation("further[yes] <= asked[yes]", ("N", "a"), "youth").group
    'youth'
    """

    tie: str
    place: tuple[str, ...]
    group: str


def line(tie: Tie) -> str:
    """A tie as a readable formula, such as "i_time[yes + late] <= reached[yes]".

    Parameters
    ----------
    tie
        What holds.

    Returns
    -------
    str

    Examples
    --------
    >>> line(Tie("", (Term("further", "yes", 1), Term("asked", "yes", -1)), 0, ("youth",)))
    'further[yes] <= asked[yes]'
    """
    left = [*_sums(tie, positive=True), *([_times(tie.base, "interviewed")] if tie.base > 0 else [])]
    right = [*_sums(tie, positive=False), *([_times(-tie.base, "interviewed")] if tie.base < 0 else [])]
    return f"{' + '.join(left) or '0'} <= {' + '.join(right) or '0'}"


def _sums(tie: Tie, *, positive: bool) -> Iterator[str]:
    """One side of a tie: the answers of a table that count the same are put together."""
    together: dict[tuple[str, int], list[str]] = {}
    for term in tie.terms:
        if (term.factor > 0) == positive:
            together.setdefault((term.table, abs(term.factor)), []).append(term.answer)
    for (table, factor), answers in together.items():
        yield _times(factor, f"{table}[{' + '.join(answers)}]")


def _times(factor: int, what: str) -> str:
    return what if factor == 1 else f"{factor} {what}"


def clusters(ties: Ties) -> tuple[tuple[str, ...], ...]:
    """Tables that are tied to each other, directly or through others; a table without ties is in none.

    Parameters
    ----------
    ties
        Of all tables.

    Returns
    -------
    tuple of tuple of str

    Examples
    --------
    >>> tie = Tie("", (Term("a", "yes", 1), Term("b", "yes", -1)), 0, ("youth",))
    >>> clusters(Ties((tie,), (Same("b", "c", (), ("youth",)), Same("x", "y", (), ("youth",)))))
    (('a', 'b', 'c'), ('x', 'y'))
    """
    joined: dict[str, list[str]] = {}
    for names in (*(tie.tables for tie in ties.inequalities), *((s.first, s.second) for s in ties.same)):
        whole = [name for part in _distinct(joined.get(name, [name]) for name in names) for name in part]
        for name in whole:
            joined[name] = whole
    return tuple(tuple(part) for part in _distinct(joined.values()))


def _distinct(parts: Iterable[list[str]]) -> list[list[str]]:
    return list({id(part): part for part in parts}.values())


def violations(ties: Ties, tables: Sequence[Table]) -> tuple[Violation, ...]:
    """The ties that true counts break.

    Parameters
    ----------
    ties
        What is thought to hold.
    tables
        True counts, each with the dimensions place, group, answers; the places are those of all tables.

    Returns
    -------
    tuple of Violation
        None if the counts are possible. Ties of tables that are not given are not looked at.

    Examples
    --------
    >>> from analysis.disclosure.cube import Cube
    >>> from analysis.disclosure.nodes import Dimension
    >>> place = Dimension("place", ("place",), (("a",),))
    >>> group = Dimension("group", ("group",), (("youth",),))
    >>> cube = Cube((place, group, Dimension("answer", ("answer",), (("yes",), ("no",)), answers=True)))
    >>> asked = Table(cube, np.array([[[5, 9]]]), name="asked")
    >>> further = Table(cube, np.array([[[6, 8]]]), name="further")
    >>> tie = Tie("", (Term("further", "yes", 1), Term("asked", "yes", -1)), 0, ("youth",))
    >>> violations(Ties((tie,)), [asked, further])
    (Violation(tie='further[yes] <= asked[yes]', place=('a',), group='youth'),)
    """
    known = {table.name: table for table in tables}
    found = [
        violation
        for tie in ties.inequalities
        if all(name in known for name in tie.tables)
        for violation in _broken(line(tie), _excess(tie, known) > 0, known[tie.tables[0]], tie.groups)
    ]
    for same in ties.same:
        if same.first in known and same.second in known:
            name = f"{same.first} and {same.second} are the same people"
            found += _broken(name, _differs(same, known), known[same.first], same.groups)
    return tuple(found)


def _broken(name: str, flags: Flags, table: Table, groups: Sequence[str]) -> Iterator[Violation]:
    places = table.cube.dimensions[0].leaves
    for row, column in np.argwhere(flags):
        yield Violation(name, places[row], groups[column])


def _excess(tie: Tie, tables: Mapping[str, Table]) -> Counts:
    """By place and group, how far a tie is broken; not broken where it is at most 0."""
    total = tie.base * _counts(tables[tie.tables[0]], tie.groups).sum(axis=-1)
    for term in tie.terms:
        total = total + term.factor * _answer(tables[term.table], tie.groups, term.answer)
    return np.asarray(total)


def _differs(same: Same, tables: Mapping[str, Table]) -> Flags:
    pairs = [
        _answer(tables[same.first], same.groups, one) != _answer(tables[same.second], same.groups, other)
        for one, other in same.leaves
    ]
    return np.asarray(np.any(pairs, axis=0))


def _counts(table: Table, groups: Sequence[str]) -> Counts:
    """The inner counts of some groups, shape (places, groups, answers)."""
    present = [leaf[-1] for leaf in table.cube.dimensions[1].leaves]
    return np.asarray(table.counts[:, [present.index(group) for group in groups]])


def _answer(table: Table, groups: Sequence[str], answer: str) -> Counts:
    answers = [leaf[-1] for leaf in table.cube.dimensions[2].leaves]
    return np.asarray(_counts(table, groups)[:, :, answers.index(answer)])
