"""How many interviewed people a question was not asked, by domain: whoever knows how an interview went knows of them.

A worker knows who was interviewed alone, and so whom the questions that need privacy were not asked. These people are
among those without an answer, and the rules must look at the others among them: at those who were asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from survey.publication.counts.answers import domain_of
from survey.publication.counts.cube import Domain, Topic
from survey.publication.counts.index_counts import Part
from survey.questionnaire import codec
from survey.questionnaire.expressions.values import references
from survey.questionnaire.model import DISTRICT, GROUP, Questionnaire
from survey.questionnaire.path import reached_questions
from survey.storage.field import responses
from survey.storage.scope import Scope

if TYPE_CHECKING:
    from survey.storage.engine.database import Database
    from survey.storage.field.rounds import Round

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Needed:
    """So many of these questions have to be asked for somebody to be able to count in a table."""

    questions: tuple[str, ...]
    number: int = 1


def needed_by_topic(topic: Topic) -> Needed:
    """One of the questions that a topic is made of."""
    share = topic.share
    return Needed((topic.question,) if share is None else tuple(part.question for part in share.parts))


def needed_by_index(part: Part) -> Needed:
    """As many questions of an index as it needs answers."""
    return Needed(part.indicator.items, part.indicator.needed)


def not_asked(
    database: Database, present: Round, wanted: Mapping[str, Needed], domains: Sequence[Domain]
) -> dict[str, Numbers]:
    """By table, how many people of each domain were not asked enough to count in it."""
    found = {name: np.zeros(len(domains), np.int64) for name in wanted}
    for chunk in responses.packed_records(database, Scope.everywhere(), present.name):
        questionnaire = chunk.edition.questionnaire
        records = np.frombuffer(chunk.answers, np.uint8).reshape(-1, questionnaire.codebook.width)
        for name, numbers in _of_records(questionnaire, records, wanted, domains).items():
            found[name] += numbers
    return found


def _of_records(
    questionnaire: Questionnaire,
    records: NDArray[np.uint8],
    wanted: Mapping[str, Needed],
    domains: Sequence[Domain],
) -> dict[str, Numbers]:
    entries = questionnaire.codebook.by_name
    domain = domain_of(questionnaire, domains)[
        records[:, entries[DISTRICT].offset], records[:, entries[GROUP].offset]
    ]
    # Interviews that went the same way are looked at once.
    ways, way = np.unique(_looked_at(questionnaire, records), axis=0, return_inverse=True)
    asked = [
        reached_questions(questionnaire, codec.unpack(questionnaire.codebook, w.tobytes())) for w in ways
    ]
    found = {}
    for name, needed in wanted.items():
        missing = np.array(
            [len(one.intersection(needed.questions)) < needed.number for one in asked], np.bool_
        )
        found[name] = np.bincount(domain[missing[way.ravel()]], minlength=len(domains))
    return found


def _looked_at(questionnaire: Questionnaire, records: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The records with no answers but those that skip rules look at."""
    blank = codec.pack(questionnaire.codebook, {})
    kept = np.tile(np.frombuffer(blank, np.uint8), (len(records), 1))
    for name in _named_by_skip_rules(questionnaire):
        if entry := questionnaire.codebook.by_name.get(name):
            part = slice(entry.offset, entry.offset + entry.width)
            kept[:, part] = records[:, part]
    return kept


def _named_by_skip_rules(questionnaire: Questionnaire) -> Iterable[str]:
    rules = [page.relevant for page in questionnaire.pages]
    rules += [question.relevant for question in questionnaire.questions.values()]
    return sorted({name for rule in rules if rule is not None for name in references(rule)})
