"""Tables that hang together in one group, and every combination of their leaves that one person can be in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from survey.publication.protection.ties.tables import Seen
from survey.publication.protection.ties.wide import Folded
from survey.publication.protection.ties.worlds import People
from survey.questionnaire.model import Value
from survey.questionnaire.possible_answers import TooLargeError

#: Interviews of one component that are tried.
WORLDS: Final = 60_000

#: One row a possible person, one column a table: the class of leaves that the person is in.
Points = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Column:
    """A table as one component sees it: its leaves in classes that nothing tells apart, the last leaf's the last.

    The last field holds further tables that it stands for: asked of the same people, and seen by nothing else.
    """

    table: Seen
    classes: tuple[tuple[str, ...], ...]
    alike: tuple[Column, ...] = ()


@dataclass(frozen=True, slots=True)
class Component:
    """Tables whose questions hang together, and the persons who are possible."""

    group: str
    columns: tuple[Column, ...]
    points: Points


def components_of(people: People, stands: Folded, complain: Callable[[Seen], None]) -> Iterator[Component]:
    """Every component with two or more tables, or with one whose leaves cannot all occur.

    A component of more interviews than can be tried is given to `complain` by its last table, and left out.
    """
    for names in _connected_questions(people):
        tables = [table for table in people.tables if set(table.marks) & set(names)]
        if tables:
            columns = _columns(people, tables, stands)
            try:
                points = _points(people, names, columns)
            except TooLargeError:
                complain(tables[-1])
            else:
                yield Component(people.group, columns, points)


def _connected_questions(people: People) -> list[list[str]]:
    """The questions that rules or tables join; one that can be answered in one way joins nothing."""
    free = [name for name, values in people.values.items() if len(values) > 1]
    joined = {name: [name] for name in free}
    links = [(*rule.names, rule.owner) for rule in people.rules]
    links += [tuple(table.marks) for table in people.tables]
    for link in links:
        members = [name for name in link if name in joined]
        whole = list(dict.fromkeys(other for name in members for other in joined[name]))
        for name in whole:
            joined[name] = whole
    order = list(people.values)
    distinct = {id(part): sorted(part, key=order.index) for part in joined.values()}
    silent = [list(table.marks) for table in people.tables if joined.keys().isdisjoint(table.marks)]
    return [*distinct.values(), *silent]


def _columns(people: People, tables: Sequence[Seen], stands: Folded) -> tuple[Column, ...]:
    """One column for each table, those of the same kind put together."""
    found: dict[Any, Column] = {}
    for table in tables:
        others = tuple(Column(other, _classes(people, other)) for other in stands.get(table.name, ()))
        column = Column(table, _classes(people, table), others)
        key = _key(people, column)
        if key in found:
            found[key] = replace(found[key], alike=(*found[key].alike, column))
        else:
            found[key or table.name] = column
    return tuple(found.values())


def _classes(people: People, table: Seen) -> tuple[tuple[str, ...], ...]:
    numbers = people.classes.get(table.name, tuple(range(len(table.leaves))))
    order = [*sorted(set(numbers) - {numbers[-1]}), numbers[-1]]
    return tuple(
        tuple(leaf for leaf, number in zip(table.leaves, numbers, strict=True) if number == wanted)
        for wanted in order
    )


def _key(people: People, column: Column) -> Any:
    """The same for tables of questions that nothing else sees, opened by the same rules; None for all others.

    Of what opens them each says no more than "answered at most where it is open", so one may stand for all.
    """
    name = next(iter(column.table.marks))
    gates = people.gates(name)
    depends = people.seeing(name) or any(rule.own for rule in people.rules if rule.owner == name)
    if (
        not column.table.single
        or len(people.about(name)) > 1
        or depends
        or not gates
        or len(column.classes) != 2
    ):
        return None
    said = [(rule.names, people.outcomes(rule)) for rule in gates]
    return None if any(outcomes is None for _, outcomes in said) else tuple(said)


def _points(people: People, names: Sequence[str], columns: Sequence[Column]) -> Points:
    """Walk all interviews of a component, and keep the distinct combinations of classes."""
    left_out = {name for column in columns for one in column.alike for name in one.table.marks}
    left_out -= {name for column in columns for name in column.table.marks}
    walked = [name for name in names if name not in left_out]
    live = {name: values[0] for name, values in people.values.items() if len(values) == 1}
    worlds: list[dict[str, Value]] = [live]
    for name in walked:
        worlds = [{**world, name: value} for world in worlds for value in _possible(people, name, world)]
        if len(worlds) > WORLDS:
            raise TooLargeError(names)
    rows = set(zip(*(_classes_in(column, worlds) for column in columns), strict=True))
    return np.array(sorted(rows), np.int64)


def _classes_in(column: Column, worlds: Sequence[dict[str, Value]]) -> list[int]:
    """The class that each interview is in; many have the same answers to what a table is about."""
    places = {leaf: place for place, leaves in enumerate(column.classes) for leaf in leaves}
    table = column.table

    @cache
    def class_of(*answers: Value) -> int:
        marks = zip(table.marks.values(), answers, strict=True)
        return places[table.leaves[table.leaf([mark(answer) for mark, answer in marks])]]

    answers = ([world.get(name, "") for world in worlds] for name in table.marks)
    return list(map(class_of, *answers))


def _possible(people: People, name: str, live: dict[str, Value]) -> Iterator[Value]:
    """The answers that can follow earlier ones."""
    if not all(rule.holds(live, people.group) for rule in people.gates(name)):
        yield ""
        return
    constraints = [rule for rule in people.rules if rule.owner == name and rule.own]
    for value in people.values[name]:
        if value == "" and name in people.must:
            continue
        if all(rule.holds({**live, name: value}, people.group) for rule in constraints):
            yield value
