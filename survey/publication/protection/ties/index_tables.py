"""The true numbers of persons with a value of each index, as tables next to those of the questions."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

import numpy as np

from analysis.disclosure.cube import Table
from survey.publication.counts.cube import Domain, Topic, cube_of, places_of, topics_of
from survey.publication.counts.index_counts import Counted, Part, parts_of
from survey.publication.protection.ties.tables import NOT_VALID, VALID, valid_table
from survey.questionnaire.model import Questionnaire


def valid_topics(questionnaire: Questionnaire) -> Iterator[Topic]:
    """The table of each index, as a topic of the cube."""
    sensitive = {topic.name for topic in topics_of(questionnaire) if topic.sensitive}
    return (_topic(part, sensitive) for part in parts_of(questionnaire))


def _topic(part: Part, sensitive: Collection[str]) -> Topic:
    return Topic(
        valid_table(part.indicator.name, part.groups),
        part.indicator.items[0],
        part.groups,
        any(item in sensitive for item in part.indicator.items),
        ((VALID, ()), (NOT_VALID, None)),
    )


def index_tables(
    counted: Sequence[Counted],
    topics: Sequence[Topic],
    groups: Sequence[str],
    bases: Mapping[Domain, int],
    not_asked: Mapping[str, Mapping[Domain, int]] | None = None,
) -> Iterator[Table]:
    """One table for each index and the groups that are asked the same questions; sensitive where a question of it is.

    Of those who were `not_asked` enough of its questions every reader is taken to know that they have no value.
    """
    places = places_of(bases)
    sensitive = {topic.name for topic in topics if topic.sensitive}
    for index in counted:
        part, level = index.part, index.levels[0]
        names = ((district, group) for _, district, group in level.names)
        valid = dict(zip(names, map(int, level.table.figures.n), strict=True))
        topic = _topic(part, sensitive)
        domains = [[(district, group) for group in part.groups] for _, district in places]
        inner = [[(valid[one], bases.get(one, 0) - valid[one]) for one in row] for row in domains]
        silent = (not_asked or {}).get(topic.name, {})
        yield Table(
            cube_of(topic, groups, places),
            np.array(inner, np.int64),
            sensitive=topic.sensitive,
            name=topic.name,
            known=np.array([[(0, silent.get(one, 0)) for one in row] for row in domains], np.int64),
        )
