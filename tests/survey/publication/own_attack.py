"""An attack of its own on a release: linear programs over its document, what an insider knows, and ties written by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import linprog
from scipy.sparse.csgraph import connected_components

HELP = ("money", "education", "job", "living", "compensation", "health")
HARM = ("jealousy", "quarrels", "less_safe", "pressure")
#: How many questions of an index must be answered.
NEEDED = {"safety": 3, "trust": 3, "cohesion": 2, "inclusion": 1, "protection_concern": 2}
#: By question the answers that have a score.
Scored = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Person:
    """Where somebody was interviewed, in which group, what counts of the answers, and what was asked."""

    district: str
    group: str
    answers: Mapping[str, Any]
    asked: frozenset[str]


@dataclass(frozen=True)
class Cell:
    """One cell: its inner counts, what is shown, and by the truth how many are in it and how many of these are known."""

    table: str
    name: tuple[str, ...]
    inner: tuple[int, ...]
    shown: int | None
    count: int
    known: int
    base: int
    known_base: int
    least: int
    primary: bool

    @property
    def high(self) -> int:
        """What its largest possible count must reach."""
        others = self.count - self.known
        wanted = max(self.least, others + 2) if self.primary else self.least
        return min(self.base - self.known_base + self.known, self.known + wanted)

    @property
    def low(self) -> float:
        """What its smallest possible count must not exceed."""
        return self.known + max(0, self.count - self.known - 1) if self.primary else np.inf


def questions_of(table: str) -> tuple[str, ...]:
    shares = {"reached": ("i_got",), "harm_signal": ("i_effect",), "private": ("s_private",)}
    return ("i_want1", "i_want2") if table.startswith("wants/") else shares.get(table, (table.split("/")[0],))


def leaf(table: str, answers: Mapping[str, Any], leaves: Sequence[str]) -> str:
    """Which answer to a question or share counts for somebody."""
    kind = table.partition("/")[2]
    sets = {
        "reached": ("i_got", HELP),
        "harm_signal": ("i_effect", HARM),
        "private": ("s_private", ("alone",)),
    }
    if table.startswith("wants/"):
        return leaves[kind not in (answers.get("i_want1"), answers.get("i_want2"))]
    if table in sets or kind:
        question, wanted = sets.get(table, (table.partition("/")[0], (kind,)))
        given = answers.get(question, ())
        return leaves[not {given} & set(wanted) if isinstance(given, str) else not set(given) & set(wanted)]
    return answers[table] if answers.get(table) in leaves else leaves[-1]


class OwnAttack:
    """Somebody who knows the number interviewed and who was not asked, everywhere, and reads a whole release."""

    def __init__(self, document: Mapping[str, Any], people: Sequence[Person], scored: Scored) -> None:
        self.document, self.people, self.scored = document, people, scored
        self.tables = {one["name"]: one for one in (*document["topics"], *document["valid"])}
        self.items = {f"index {one['name']} ({', '.join(one['groups'])})": one for one in document["indices"]}
        self.place: dict[tuple[str, str, str, str], int] = {}
        self.rows: list[tuple[list[int], list[float], float, float]] = []
        districts = document["bases"][0]["cube"][0]
        self.districts, self.sums = [tuple(one) for one in districts["leaves"]], dict(districts["tree"])
        truth: list[int] = []
        known: list[int] = []
        for name in self.tables:
            self._count(name, truth, known)
        self.truth, self.known = np.array(truth, np.float64), np.array(known, np.float64)
        self.cells = [cell for name in self.tables for cell in self._cells(name)]

    def leaves(self, table: str) -> list[str]:
        return [one[-1] for one in self.tables[table]["cube"][-1]["leaves"]]

    def groups(self, table: str) -> list[str]:
        return [one[-1] for one in self.tables[table]["cube"][1]["leaves"]]

    def _count(self, table: str, truth: list[int], known: list[int]) -> None:
        """The inner counts of a table, recounted person by person."""
        leaves, index = self.leaves(table), self.items.get(table)
        found: Counter[tuple[str, str, str]] = Counter()
        silent: Counter[tuple[str, str]] = Counter()
        for one in self.people:
            if index:
                items, needed = index["components"], NEEDED[index["name"]]
                answer = leaves[sum(one.answers.get(i) in self.scored[i] for i in items) < needed]
                asked = len(one.asked.intersection(items)) >= needed
            else:
                answer = leaf(table, one.answers, leaves)
                asked = bool(one.asked.intersection(questions_of(table)))
            found[one.district, one.group, answer] += 1
            silent[one.district, one.group] += not asked
        for _, district in self.districts:
            for group in self.groups(table):
                for answer in leaves:
                    self.place[table, district, group, answer] = len(truth)
                    truth.append(found[district, group, answer])
                    known.append(silent[district, group] if answer == leaves[-1] else 0)

    def inner(self, table: str, district: str, group: str, answers: Sequence[str]) -> list[int]:
        places = ((table, district, group, answer) for answer in answers)
        return [self.place[place] for place in places if place in self.place]

    def _cells(self, table: str) -> Iterator[Cell]:
        leaves, tree = self.leaves(table), dict(self.tables[table]["cube"][-1]["tree"])
        rules = self.document["rules"]
        least = rules["sensitive_k" if self.tables[table]["sensitive"] else "k"]

        def inside(node: str) -> list[str]:
            return [x for part in tree[node] for x in inside(part)] if node in tree else [node]

        seen = set()
        for entry in self.tables[table]["cells"]:
            province, district, group, answer = entry["name"]
            if answer == "Total":
                continue
            places = [
                (d, g)
                for p, d in self.districts
                for g in self.groups(table)
                if province in ("Total", p)
                and (district in ("Total", d) or d in self.sums.get(district, ()))
                and group in ("Total", g)
            ]
            own = tuple(sorted(i for d, g in places for i in self.inner(table, d, g, inside(answer))))
            every = [i for d, g in places for i in self.inner(table, d, g, leaves)]
            count, known, base, apart = (
                int(numbers[list(part)].sum())
                for part in (own, every)
                for numbers in (self.truth, self.known)
            )
            small = count - known < least or base < rules["base"] or (group == "member" and base < 20)
            if own not in seen:
                yield Cell(
                    table, (*entry["name"],), own, entry["count"], count, known, base, apart, least, small
                )
            seen.add(own)

    def knows(self) -> Iterator[tuple[list[int], list[float], float, float]]:
        """What is known beside the release: numbers interviewed, and what the questionnaire says of any answers."""
        for _, d in self.districts:
            for table in self.tables:
                for g in self.groups(table):
                    every = self.inner(table, d, g, self.leaves(table))
                    base = float(self.truth[every].sum())
                    yield every, [1.0] * len(every), base, base
            for g in ("member", "woman", "youth"):
                yield from self._ties(d, g)

    def _ties(self, d: str, g: str) -> Iterator[tuple[list[int], list[float], float, float]]:
        got = [self.inner(f"i_got/{kind}", d, g, ["said yes"]) for kind in HELP]
        wants = [i for kind in HELP for i in self.inner(f"wants/{kind}", d, g, ["said yes"])]
        reached = self.inner("reached", d, g, ["said yes"])
        further = [
            self.inner(t, d, g, self.leaves(t)[:-1]) for t in ("i_time", "i_enough") if t in self.tables
        ]
        n = sum((one.district, one.group) == (d, g) for one in self.people)
        for less in (*got, *further):
            yield less + reached, [1.0] * len(less) + [-1.0], -np.inf, 0.0
        any_kind = [i for kind in got for i in kind]
        yield reached + any_kind, [1.0] + [-1.0] * len(any_kind), -np.inf, 0.0
        yield wants, [1.0] * len(wants), -np.inf, 2.0 * n
        for table, index in self.items.items():
            if table in self.tables and g in index["groups"]:
                yield from self._index_ties(table, index, d, g, n)

    def _index_ties(
        self, table: str, index: Mapping[str, Any], d: str, g: str, n: int
    ) -> Iterator[tuple[list[int], list[float], float, float]]:
        """Of any of its questions enough were answered by who has a value, and not by the others."""
        items, valid = index["components"], self.inner(table, d, g, ["valid"])
        for size in range(1, len(items) + 1):
            for some in combinations(items, size):
                given = [i for item in some for i in self.inner(item, d, g, sorted(self.scored[item]))]
                needed, most = NEEDED[index["name"]] - len(items) + size, min(size, NEEDED[index["name"]] - 1)
                yield valid + given, [float(needed)] + [-1.0] * len(given), -np.inf, 0.0
                yield given + valid, [1.0] * len(given) + [float(most - size)], -np.inf, float(most * n)

    def exposed(self, shown: Mapping[tuple[str, tuple[str, ...]], int] | None = None) -> list[Cell]:
        """The hidden cells of which too much can be concluded; `shown` says what else is published."""
        more = shown or {}
        told = [
            cell.shown if cell.shown is not None else more.get((cell.table, cell.name)) for cell in self.cells
        ]
        rows = [row for row in self.knows() if row[0]]
        rows += [
            ([*cell.inner], [1.0] * len(cell.inner), float(number), float(number))
            for cell, number in zip(self.cells, told, strict=True)
            if number is not None
        ]
        matrix = _matrix([(row[0], row[1]) for row in rows], len(self.truth))
        low, high = np.array([row[2] for row in rows]), np.array([row[3] for row in rows])
        sums = matrix @ self.truth
        assert (sums >= low).all()
        assert (sums <= high).all()
        hidden = [cell for cell, number in zip(self.cells, told, strict=True) if number is None]
        every = _matrix([(cell.inner, [1.0] * len(cell.inner)) for cell in hidden], len(self.truth))
        joined = sparse.vstack([abs(matrix), every]).tocsr()
        number, label = connected_components(joined.T @ joined, directed=False)
        found = []
        for one in range(number):
            columns = np.flatnonzero(label == one)
            here = [at for at, cell in enumerate(hidden) if label[cell.inner[0]] == one]
            own = np.array([label[row[0][0]] == one for row in rows])
            parts = (matrix[own][:, columns], low[own], high[own], self.known[columns], self.truth[columns])
            found += [
                hidden[here[at]]
                for at in _failing([hidden[at] for at in here], every[here][:, columns], *parts)
            ]
        return found


def _matrix(rows: Sequence[tuple[Sequence[int], Sequence[float]]], size: int) -> Any:
    places = [(row, column) for row, (columns, _) in enumerate(rows) for column in columns]
    factors = [factor for _, row in rows for factor in row]
    where = tuple(np.array(places, np.int64).reshape(-1, 2).T)
    return sparse.csr_array((factors, where), shape=(len(rows), size))


def _failing(
    cells: Sequence[Cell],
    sums: Any,
    matrix: Any,
    low: NDArray[np.float64],
    high: NDArray[np.float64],
    known: NDArray[np.float64],
    truth: NDArray[np.float64],
) -> Iterator[int]:
    """Each requirement by a program of its own, unless a possible world that was found for another one meets it."""
    equal, most = low == high, (low != high) & np.isfinite(high)
    program = {
        "A_eq": matrix[equal], "b_eq": low[equal], "A_ub": matrix[most] if most.any() else None,
        "b_ub": high[most] if most.any() else None, "bounds": np.column_stack([known, np.full(len(known), np.inf)]),
    }  # fmt: skip
    largest = smallest = sums @ truth

    def is_met(at: int) -> bool:
        cell, width = cells[at], largest[at] - smallest[at]
        some = cell.primary or cell.base == cell.known_base - cell.known or width > 1 - 1e-6
        return bool(largest[at] > cell.high - 1e-6 and smallest[at] < cell.low + 1e-6 and some)

    for at in range(len(cells)):
        for sign in (-1.0, 1.0):
            if not is_met(at):
                world = linprog(sign * sums[[at]].toarray().ravel(), method="highs", **program).x
                largest, smallest = np.maximum(largest, sums @ world), np.minimum(smallest, sums @ world)
        if not is_met(at):
            yield at
