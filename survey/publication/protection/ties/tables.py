"""Published tables as a reader knows them: which answers of a person put that person into which leaf."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from survey.publication.counts.cube import NO, YES, Topic, topics_of
from survey.publication.counts.index_counts import Part, parts_of
from survey.publication.counts.shares import Share
from survey.questionnaire.model import Question, Questionnaire, Value

#: The leaves of the table behind the number of persons with a value of an index.
VALID: Final = "valid"
NOT_VALID: Final = "not valid"

#: What a table sees of an answer; the empty text is no answer.
Mark = Callable[[Value], int]


@dataclass(frozen=True, slots=True)
class Seen:
    """One table: by question what it sees of the answer, and the leaf that follows from all it sees.

    `single` is set where the table simply tells the answers to one question.
    """

    name: str
    groups: tuple[str, ...]
    leaves: tuple[str, ...]
    marks: Mapping[str, Mark]
    leaf: Callable[[Sequence[int]], int]
    single: bool = False


def tables_of(questionnaire: Questionnaire) -> tuple[Seen, ...]:
    """Every table that a release has: the topics of the cube, then the numbers of persons with an index value."""
    topics = (table_of_topic(topic) for topic in topics_of(questionnaire))
    return (*topics, *(_index(part, questionnaire.questions) for part in parts_of(questionnaire)))


def valid_table(index: str, groups: Sequence[str]) -> str:
    """The name of the table that holds how many persons of these groups have a value of an index."""
    return f"index {index} ({', '.join(groups)})"


def table_of_topic(topic: Topic) -> Seen:
    """The table of one topic of the cube."""
    leaves = tuple(name for name, _ in topic.leaves)
    if topic.share is not None:
        marks = dict(_parts(topic.share))
        return Seen(
            topic.name, topic.groups, leaves, marks, lambda seen: leaves.index(YES if any(seen) else NO)
        )
    places = {choice: place for place, (_, part) in enumerate(topic.leaves) for choice in part or ()}
    others = next(place for place, (_, part) in enumerate(topic.leaves) if part is None)
    mark: Mark = lambda value: places.get(value, others) if isinstance(value, str) else others  # noqa: E731
    return Seen(topic.name, topic.groups, leaves, {topic.question: mark}, lambda seen: seen[0], single=True)


def _parts(share: Share) -> Iterator[tuple[str, Mark]]:
    choices: dict[str, set[str]] = {}
    for part in share.parts:
        choices.setdefault(part.question, set()).update(part.choices)
    for question, wanted in choices.items():
        yield question, _any_of(frozenset(wanted))


def _any_of(wanted: frozenset[str]) -> Mark:
    def mark(value: Value) -> int:
        chosen = value if isinstance(value, tuple) else (value,)
        return int(not wanted.isdisjoint(chosen))

    return mark


def _index(part: Part, questions: Mapping[str, Question]) -> Seen:
    """Valid for everybody who gave enough answers with a score."""
    marks = {item: has_score(questions[item]) for item in part.indicator.items}
    needed = part.indicator.needed
    name = valid_table(part.indicator.name, part.groups)
    return Seen(name, part.groups, (VALID, NOT_VALID), marks, lambda seen: int(sum(seen) < needed))


def has_score(question: Question) -> Mark:
    """Tells whether an answer has a score."""
    return _any_of(
        frozenset(one.name for one in question.choices if one.score is not None and not one.missing)
    )
