"""An attack of its own on two released rounds and the file of what changed between them, read to its last digit.

Whoever reads a change knows both figures and both bases, were they printed with all their digits: then a share gives away how
many gave the answer in every group that it is made of, a mean of a person all answers to its questions, a difference both of its
parts, and an interval the number of those who answered. So all of that is granted to the reader, for both rounds.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.survey.publication.own_attack import OwnAttack

#: A table and a cell of it.
Place = tuple[str, tuple[str, ...]]
#: By ratio its question, and which answers it is of; none for all with an answer.
RATIOS = {
    "on_time": ("i_time", ("yes",), (), ("yes", "partly_late", "very_late")),
    "adequacy_shortfall": ("i_enough", ("little", "not_at_all"), (), ()),
    "trend_balance": ("saf_trend", ("safer",), ("less_safe",), ()),
}
SILENT = "no answer"


@dataclass(frozen=True)
class Row:
    """A row of the file."""

    kind: str
    name: str
    province: str
    district: str
    group: str
    answered: bool
    numbers: tuple[int, int]


def rows_of(content: bytes) -> list[Row]:
    """The rows of the file of changes."""
    lines = csv.DictReader(content.decode("utf-8-sig").splitlines())
    return [
        Row(
            line["kind"],
            line["name"],
            line["adm1_pcode"] or "Total",
            "Total" if line["district"] == "all" else line["district"],
            "Total" if line["group"] == "all" else line["group"],
            line["base"] == "answered",
            (int(line["earlier"]), int(line["later"])),
        )
        for line in lines
    ]


class Reader:
    """Somebody who reads one of two rounds, and what both tell together."""

    def __init__(self, attack: OwnAttack) -> None:
        self.attack = attack
        self.numbers = {
            table: {tuple(one["name"]): one["count"] for one in entry["cells"]}
            for table, entry in attack.tables.items()
        }

    def count(self, place: Place) -> int:
        """The true number: of a cell, or of all whom its domain holds."""
        return int(self.attack.truth[self._inner(place)].sum())

    def _inner(self, place: Place) -> list[int]:
        table, (province, district, group, answer) = place
        attack = self.attack
        return [
            i
            for p, d in attack.districts
            if province in ("Total", p) and (district in ("Total", d) or d in attack.sums.get(district, ()))
            for g in attack.groups(table)
            if group in ("Total", g)
            for i in attack.inner(table, d, g, self._inside(table, answer))
        ]

    def _inside(self, table: str, answer: str) -> list[str]:
        if answer == "Total":
            return self.attack.leaves(table)
        tree = dict(self.attack.tables[table]["cube"][-1]["tree"])
        return [x for part in tree[answer] for x in self._inside(table, part)] if answer in tree else [answer]

    def granted(self, row: Row) -> Iterator[Place]:
        """All that a figure of a row could give away."""
        where = (row.province, row.district)
        if row.kind == "share":
            groups = self.attack.groups(row.name) if row.group == "Total" else [row.group]
            for group in groups:
                yield from self._told(row.name, (*where, group), [self.compared(row.name)], row.answered)
        elif row.kind == "ratio":
            question, more, less, of = RATIOS[row.name]
            # Several answers that a release has the sum of are told as that sum.
            parts = [part for several in (more, less, of) for part in self._sums(question, several)]
            yield from self._told(question, (*where, row.group), dict.fromkeys(parts), not of)
        elif row.kind == "gap":
            for table, answer, group in self.sides(row):
                yield from self._told(table, (*where, group), [answer], answered=False)
        else:
            for table in self._items(row):
                yield from self._told(table, (*where, row.group), self.attack.leaves(table), answered=False)

    @staticmethod
    def _told(
        table: str, domain: tuple[str, ...], answers: Sequence[str] | Mapping[str, Any], answered: bool
    ) -> Iterator[Place]:
        for answer in (*answers, *([SILENT] if answered else []), "Total"):
            yield table, (*domain, answer)

    def _sums(self, table: str, answers: Sequence[str]) -> Sequence[str]:
        tree = dict(self.attack.tables[table]["cube"][-1]["tree"])
        return next(([node] for node in tree if set(self._inside(table, node)) == set(answers)), answers)

    def compared(self, table: str) -> str:
        """The two best answers, or yes."""
        tree = dict(self.attack.tables[table]["cube"][-1]["tree"])
        return "top two" if "top two" in tree else self.attack.leaves(table)[0]

    def sides(self, row: Row) -> list[tuple[str, str, str]]:
        """Of a gap, the table, answer and group of what is taken from, and of what is taken."""
        entries = [one for one in self.attack.document["gaps"] if one["name"] == row.name]
        one = entries[0]
        groups = one.get("groups") or (row.group, row.group)
        return [
            (one[side], one["answer"], group) for side, group in zip(("first", "second"), groups, strict=True)
        ]

    def _items(self, row: Row) -> Iterator[str]:
        for entry in self.attack.document["indices"]:
            asked = sorted(entry["groups"]) == sorted(self._whole(entry)) if row.group == "Total" else True
            if entry["name"] == row.name and asked and (row.group == "Total" or row.group in entry["groups"]):
                yield from entry["components"]
                if len(entry["components"]) > 1:
                    yield f"index {entry['name']} ({', '.join(entry['groups'])})"

    def _whole(self, entry: Mapping[str, Any]) -> set[str]:
        return {group for item in entry["components"] for group in self.attack.groups(item)}

    def value(self, row: Row) -> float | None:
        """The figure of a row, recounted; None for a mean by person, which counts by question do not tell."""

        def share(table: str, group: str, answer: str) -> float:
            domain = (row.province, row.district, group)
            silent = self.count((table, (*domain, SILENT))) if row.answered else 0
            return (
                100
                * self.count((table, (*domain, answer)))
                / (self.count((table, (*domain, "Total"))) - silent)
            )

        if row.kind == "share":
            groups = self.attack.groups(row.name) if row.group == "Total" else [row.group]
            return sum(share(row.name, group, self.compared(row.name)) for group in groups) / len(groups)
        if row.kind == "gap":
            first, second = (share(table, group, answer) for table, answer, group in self.sides(row))
            return first - second
        if row.kind == "ratio":
            question, more, less, of = RATIOS[row.name]
            domain = (row.province, row.district, row.group)
            counts = [sum(self.count((question, (*domain, a))) for a in part) for part in (more, less, of)]
            whole = counts[2] or self.count((question, (*domain, "Total"))) - self.count(
                (question, (*domain, SILENT))
            )
            return 100 * (counts[0] - counts[1]) / whole
        return None

    def new(self, rows: Sequence[Row]) -> dict[Place, int]:
        """What the rows could give away of this round that its release hides."""
        places = {place for row in rows for place in self.granted(row)}
        return {place: self.count(place) for place in sorted(places) if self._shown(place) is None}

    def _shown(self, place: Place) -> int | None:
        table, name = place
        return self.numbers[table][name]

    def given_away(self, rows: Sequence[Row]) -> set[tuple[str, tuple[str, ...]]]:
        """The cells that are hidden for themselves of which the release and these rows tell too much."""
        # Sets with the same members are one cell, under the first of its names.
        first = {(cell.table, cell.inner): cell for cell in self.attack.cells}
        more = {}
        for (table, name), count in self.new(rows).items():
            if name[-1] != "Total":
                cell = first[table, tuple(sorted(self._inner((table, name))))]
                more[table, cell.name] = count
        told = {(cell.table, cell.name) for cell in self.attack.cells if cell.primary} & more.keys()
        return told | {(cell.table, cell.name) for cell in self.attack.exposed(more)}
