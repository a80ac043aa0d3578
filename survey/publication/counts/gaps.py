"""The declared gaps: how many more of 100 say one thing than another, of the same people or of two groups."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from survey.publication.counts.cube import TOP_TWO, YES, Topic
from survey.publication.counts.shares import HELP, REACHED, Share, shares_of
from survey.questionnaire.model import Questionnaire


@dataclass(frozen=True, slots=True)
class Gap:
    """What gave `answer` to `first`, less what gave it to `second`; both are topics of the cube.

    Without `groups` the same people answered both, and nobody outside of the topic `within` can have given the answer to
    `second`. With them, the first group's answers to `first` are set against the second group's answers to `second`.
    """

    name: str
    first: str
    second: str
    answer: str
    groups: tuple[str, str] | None = None
    within: str = ""

    @property
    def either(self) -> str:
        """What those who gave the answer to one or the other are counted as."""
        return f"{self.first} or {self.second}"

    @property
    def around(self) -> str:
        """What those who gave the answer to the first, or are those within, are counted as."""
        return f"{self.first} or {self.within}"


GAPS: Final = (
    *(Gap(f"gap_{kind}", f"wants/{kind}", f"i_got/{kind}", YES, within=REACHED) for kind in HELP),
    Gap("perception_woman", "l_women", "w_voice", TOP_TWO, ("member", "woman")),
    Gap("perception_youth", "l_youth", "y_voice", TOP_TWO, ("member", "youth")),
)


def difference_key(first: str, second: str) -> str:
    """What the likeness of a worker's answers in a gap is kept as among those of questions: none has a space in its name."""
    return f"{first} less {second}"


def gaps_of(topics: Sequence[Topic]) -> tuple[Gap, ...]:
    """The gaps of a questionnaire: those of which both sides are published, of groups that are asked."""
    by_name = {topic.name: topic for topic in topics}
    return tuple(gap for gap in GAPS if {gap.first, gap.second} <= by_name.keys() and _fits(gap, by_name))


def _fits(gap: Gap, topics: dict[str, Topic]) -> bool:
    first, second = topics[gap.first], topics[gap.second]
    if gap.groups is None:
        return first.groups == second.groups and _has(first, gap.answer) and _has(second, gap.answer)
    sides = zip((first, second), gap.groups, strict=True)
    return all(group in topic.groups and _has(topic, gap.answer) for topic, group in sides)


def _has(topic: Topic, answer: str) -> bool:
    return answer in dict(topic.leaves) or answer in dict(topic.tree)


def either_of(questionnaire: Questionnaire) -> Iterator[Share]:
    """For every gap of the same people, those who gave the answer to one or the other; likewise with those within.

    They are counted for the likeness of a worker's interviews and for how many gave both. In a version that lacks one side
    it is the other.
    """
    shares = {share.name: share for share in shares_of(questionnaire)}
    for gap in GAPS:
        for name, second in ((gap.either, gap.second), (gap.around, gap.within)):
            sides = [shares[side] for side in (gap.first, second) if side in shares]
            if gap.groups is None and sides:
                yield Share(name, tuple(part for side in sides for part in side.parts))
