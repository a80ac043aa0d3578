"""How many gave both answers of a gap, above districts: kept apart from the tables, and attacked together with them.

With the two answers and the number interviewed it tells all four parts of the people there, so each of them is large
enough to be shown. A reader knows it besides the counts of both answers and all that is tied to them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from analysis.disclosure.cube import Cube
from analysis.disclosure.nodes import TOTAL, Dimension
from analysis.disclosure.tied.pairs import (
    BOTH,
    FIRST,
    INSIDE,
    NEITHER,
    SECOND,
    Pair,
    four_counts,
    four_ranges,
    pair_ties,
)
from analysis.disclosure.tied.recheck import Published
from analysis.disclosure.tied.ties import Tie

#: The member of a release that holds them; releases of before have none.
PAIRED: Final = "paired"
#: Who did not give the first answer, or is not among those within.
OUTSIDE: Final = "outside"

Document = Mapping[str, Any]
Name = tuple[str, ...]


def both_by_domain(document: Document, gap: str) -> dict[Name, int]:
    """How many gave both answers of a gap, in the domains where that is published."""
    return {
        tuple(cell["name"]): cell["count"]
        for entry in document.get(PAIRED, ())
        if entry["name"] == gap
        for cell in entry["cells"]
    }


def pair_of(entry: Mapping[str, Any], groups: tuple[str, ...]) -> Pair:
    """What joins the tables of an entry, or of a gap, to each other."""
    first, second, within = ((entry[side], entry["answer"]) for side in ("first", "second", "within"))
    return Pair(f"{first[0]} and {second[0]}", f"{first[0]} and {within[0]}", first, second, within, groups)


@dataclass(frozen=True, slots=True)
class Sides:
    """An entry with the published tables of its answers."""

    entry: Mapping[str, Any]
    first: Published
    second: Published

    @property
    def pair(self) -> Pair:
        """What joins its tables."""
        return pair_of(self.entry, tuple(leaf[-1] for leaf in self.first.cube.dimensions[1].leaves))

    def numbers(self, domain: Name) -> tuple[int | None, int | None, int | None]:
        """How many of a domain gave each answer, and of how many."""
        answer = self.entry["answer"]
        first, second = (side.counts[(*domain, answer)] for side in (self.first, self.second))
        return first, second, self.first.counts[(*domain, TOTAL)]

    def tables(self) -> tuple[Published, Published]:
        """The table of four as far as it is published, and the one that is published nowhere."""
        told = {tuple(cell["name"]): cell["count"] for cell in self.entry["cells"]}
        four, two = (_with_answers(self.first.cube, leaves) for leaves in (_FOUR, (INSIDE, OUTSIDE)))
        counts: dict[Name, int | None] = {}
        ranges: dict[Name, tuple[float, float]] = {}
        for domain in _domains(self.first):
            first, second, base = self.numbers(domain)
            parts: Mapping[str, int | None] = dict.fromkeys(_FOUR)
            if domain in told:
                parts = four_counts(told[domain], first or 0, second or 0, base or 0)
            counts |= {(*domain, leaf): count for leaf, count in parts.items()} | {(*domain, TOTAL): base}
            ranges |= {(*domain, leaf): limits for leaf, limits in four_ranges(first, second, base).items()}
        inside = {
            (*domain, leaf): self.first.counts[(*domain, TOTAL)] if leaf == TOTAL else None
            for domain in _domains(self.first)
            for leaf in (INSIDE, OUTSIDE, TOTAL)
        }
        k = max(self.first.k, self.second.k)
        return (
            Published(self.pair.both, four, counts, k, self.first.k_of_hidden, ranges),
            Published(self.pair.inside, two, inside, k, free=True),
        )


_FOUR: Final = (BOTH, FIRST, SECOND, NEITHER)


def with_pairs(
    tables: Sequence[Published], ties: Sequence[Tie], document: Document
) -> tuple[list[Published], tuple[Tie, ...]]:
    """Tables with those of the pairs that are among them, and all that ties them."""
    sides = list(_sides(tables, document))
    further = [table for one in sides for table in one.tables()]
    return [*tables, *further], (*ties, *pair_ties([one.pair for one in sides], ties))


def _sides(tables: Sequence[Published], document: Document) -> Iterator[Sides]:
    by_name = {table.name: table for table in tables}
    for entry in document.get(PAIRED, ()):
        names = [entry[side] for side in ("first", "second", "within")]
        if by_name.keys() & set(names):
            # All of them are in one cluster; of one that has no table of its own nothing could be said.
            first, second, _ = (by_name[name] for name in names)
            yield Sides(entry, first, second)


def joined_clusters(
    clusters: Sequence[Collection[str]], entries: Sequence[Mapping[str, Any]], order: Sequence[str]
) -> list[tuple[str, ...]]:
    """Clusters of tied tables, those put together that a pair ties further, each in the order of all tables."""
    left = [set(cluster) for cluster in clusters]
    for entry in entries:
        names = {entry["first"], entry["second"], entry["within"]}
        met = [cluster for cluster in left if names & cluster]
        left = [cluster for cluster in left if cluster not in met] + [names.union(*met)]
    found = (tuple(name for name in order if name in cluster) for cluster in left)
    # Of tables that a release does not hold nothing is to be said.
    return [cluster for cluster in found if cluster]


def complaints(document: Document) -> Iterator[str]:
    """Counts that stand where they may not, or parts of people that are too small to be published; the attack looks at all others."""
    topics = {topic["name"]: topic for topic in document["topics"]}
    for entry in document.get(PAIRED, ()):
        sides = [topics[entry[side]] for side in ("first", "second", "within")]
        k = document["rules"]["sensitive_k" if any(side.get("sensitive") for side in sides) else "k"]
        counts = [{tuple(cell["name"]): cell["count"] for cell in side["cells"]} for side in sides[:2]]
        for cell in entry["cells"]:
            name = tuple(cell["name"])
            first, second = (one.get((*name, entry["answer"])) for one in counts)
            shown = _may_be_published(cell["count"], first, second, counts[0].get((*name, TOTAL)), k)
            if not shown or not _is_of_several_districts(sides[0], name):
                yield f"{PAIRED}: {entry['name']} of {' / '.join(name)} may not be published"


def _is_of_several_districts(topic: Mapping[str, Any], name: Name) -> bool:
    """Whether a place is the sum of two districts or more: what is published of one that is alone in its province is its own."""
    place, *_ = topic["cube"]
    parts = dict(place["tree"]).get(name[1], ())
    inside = [
        district
        for province, district in place["leaves"]
        if name[0] in (TOTAL, province) and (name[1] == TOTAL or district in parts)
    ]
    return len(inside) > 1


def _may_be_published(both: object, first: int | None, second: int | None, base: int | None, k: int) -> bool:
    """Whether it is a count next to published ones, and no part of these people is too small."""
    if type(both) is not int or first is None or second is None or base is None:
        return False
    return min(four_counts(both, first, second, base).values()) >= k


def _with_answers(cube: Cube, leaves: Sequence[str]) -> Cube:
    *domain, answers = cube.dimensions
    return Cube(
        (*domain, Dimension(answers.name, answers.columns, tuple((leaf,) for leaf in leaves), answers=True))
    )


def _domains(table: Published) -> Iterator[Name]:
    return (name[:-1] for name in table.counts if name[-1] == TOTAL)
