"""The true numbers of persons with a value of each index, as tables beside those of the questions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from analysis.tables import Table
from survey.publication.cube import Domain, Topic, cube_of, places_of
from survey.publication.index_counts import Counted
from survey.publication.ties.tables import NOT_VALID, VALID, valid_table


def index_tables(
    counted: Sequence[Counted],
    topics: Sequence[Topic],
    groups: Sequence[str],
    bases: Mapping[Domain, int],
) -> Iterator[Table]:
    """One table for each index and the groups that are asked the same questions; sensitive where a question of it is."""
    places = places_of(bases)
    sensitive = {topic.name for topic in topics if topic.sensitive}
    for index in counted:
        part, level = index.part, index.levels[0]
        names = ((district, group) for _, district, group in level.names)
        valid = dict(zip(names, map(int, level.table.figures.n), strict=True))
        topic = Topic(
            valid_table(part.indicator.name, part.groups),
            part.indicator.items[0],
            part.groups,
            not sensitive.isdisjoint(part.indicator.items),
            ((VALID, ()), (NOT_VALID, None)),
        )
        domains = [[(district, group) for group in part.groups] for _, district in places]
        inner = [[(valid[one], bases.get(one, 0) - valid[one]) for one in row] for row in domains]
        yield Table(
            cube_of(topic, groups, places),
            np.array(inner, np.int64),
            sensitive=topic.sensitive,
            name=topic.name,
        )
