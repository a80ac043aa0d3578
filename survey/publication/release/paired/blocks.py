"""Two answers of the same people as a table of four: who gave both, the first or the second only, or neither."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure.cube import Table
from analysis.disclosure.tied.pairs import BOTH, FIRST, INSIDE, NEITHER, SECOND, Pair
from survey.publication.counts.answers import Dataset
from survey.publication.counts.cube import YES, Domain, Topic, table_of
from survey.publication.counts.gaps import Gap, gaps_of
from survey.storage.results.gaps.paired import OUTSIDE, pair_of


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """A gap with the true counts of its table of four, and of who gave the first answer among those within."""

    gap: Gap
    groups: tuple[str, ...]
    four: Table
    inside: Table

    @property
    def answers(self) -> tuple[str, str, str]:
        """The topics of both answers, and of everybody to whom the second can apply."""
        return self.gap.first, self.gap.second, self.gap.within

    @property
    def counted(self) -> tuple[str, str, str, str, str]:
        """What `leaves_of` makes the leaves of, as it is called among all that is counted."""
        return counted_names(self.gap)

    @property
    def topics(self) -> tuple[Topic, Topic]:
        """Its tables as questions of the cube."""
        return block_topics(self.gap, self.groups, sensitive=self.four.sensitive)

    @property
    def pair(self) -> Pair:
        """What joins them to the tables of the gap."""
        return pair_of(head_of(self.gap), self.groups)


def head_of(gap: Gap) -> dict[str, str]:
    """A gap as a release keeps how many gave both of its answers."""
    names = ("name", "first", "second", "answer", "within")
    return {name: str(getattr(gap, name)) for name in names}


def paired_gaps(topics: Sequence[Topic]) -> Iterator[tuple[Gap, tuple[str, ...]]]:
    """The gaps of which a table of four can be made, and the groups that are asked."""
    groups = {topic.name: topic.groups for topic in topics}
    for gap in gaps_of(topics):
        if gap.within and groups.get(gap.within) == groups[gap.first]:
            yield gap, groups[gap.first]


def block_topics(gap: Gap, groups: tuple[str, ...], *, sensitive: bool) -> tuple[Topic, Topic]:
    """The two tables of a gap as questions of the cube."""
    pair = pair_of(head_of(gap), groups)
    four = (*((leaf, (leaf,)) for leaf in (BOTH, FIRST, SECOND)), (NEITHER, None))
    two = ((INSIDE, (INSIDE,)), (OUTSIDE, None))
    return (
        Topic(pair.both, gap.first, groups, sensitive, four),
        Topic(pair.inside, gap.first, groups, sensitive, two),
    )


def blocks_of(
    topics: Sequence[Topic],
    groups: Sequence[str],
    counts: Dataset,
    not_asked: Mapping[str, Mapping[Domain, int]],
) -> Iterator[Block]:
    """The tables of four of a round; none of questions that somebody was not asked."""
    bases, sensitive = counts.bases_by_domain(), {topic.name: topic.sensitive for topic in topics}
    for gap, asked in paired_gaps(topics):
        sides = (gap.first, gap.second, gap.within)
        if not any(number for name in sides for number in not_asked[name].values()):
            tables = (
                table_of(topic, groups, bases, _given(gap, counts))
                for topic in block_topics(gap, asked, sensitive=any(sensitive[name] for name in sides))
            )
            yield Block(gap, asked, *tables)


def _given(gap: Gap, counts: Dataset) -> dict[Domain, dict[str, int]]:
    """How many of each domain are in each leaf of the two tables."""
    given = [counts.given_by_domain(name) for name in counted_names(gap)]
    return {domain: leaves_of(*(one[domain].get(YES, 0) for one in given)) for domain in counts.domains}


def counted_names(gap: Gap) -> tuple[str, str, str, str, str]:
    """The two answers, who gave one of them, those within, and who gave the first or is within."""
    return gap.first, gap.second, gap.either, gap.within, gap.around


#: A count, or counts by cell.
Count = TypeVar("Count", int, NDArray[np.int64])


def leaves_of(first: Count, second: Count, either: Count, within: Count, around: Count) -> dict[str, Count]:
    """The leaves of both tables from how many gave each answer, one of the two, and the first or are within."""
    return {
        BOTH: first + second - either,
        FIRST: either - second,
        SECOND: either - first,
        INSIDE: first + within - around,
    }
