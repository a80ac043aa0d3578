"""Counts a closed round: true numbers, which are never shown and never kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from analysis.disclosure.primary import Rules
from analysis.disclosure.protect import protect_bases
from analysis.disclosure.protected_table import ProtectedTable
from analysis.disclosure.tied.ties import Ties, violations
from survey.problems import BROKEN_TIES, PURGED, Problem
from survey.publication.counts import answers, index_counts, not_asked
from survey.publication.counts.cube import Domain, Topic, bases_table, groups_of, table_of, topics_of
from survey.publication.counts.design_effects import Known, effects_of
from survey.publication.counts.index_counts import Counted
from survey.publication.counts.safeguarding import safeguarding_topics
from survey.publication.counts.workloads import Told, told
from survey.publication.protection import tied_tables
from survey.publication.protection.drafts import Task, Together
from survey.publication.protection.rules import rules_of
from survey.publication.protection.ties import index_tables, ties_of_all, valid_table
from survey.publication.release import gaps, interviewers, safeguarding
from survey.publication.release.asking import Asking, asking_of
from survey.publication.release.gaps import KnownGaps
from survey.publication.release.interviewers import Entered
from survey.publication.release.paired.blocks import Block, blocks_of
from survey.publication.release.pooled.spreads import Spread, spreads
from survey.publication.release.safeguarding import Secret
from survey.questionnaire.model import BLOCK_MODE, MODE, Questionnaire
from survey.questionnaire.self_entry import block_questions
from survey.storage import questionnaires
from survey.storage.engine.database import Database
from survey.storage.field import responses, rounds
from survey.storage.field.rounds import Round
from survey.storage.scope import Scope

#: A round was held in one way if so large a share of it was.
NEARLY_ALL: Final = 0.9


@dataclass(frozen=True, slots=True)
class Material:
    """What a release is made of: true counts, which are never shown and never kept."""

    round: Round
    rules: Rules
    bases: ProtectedTable | None
    topics: tuple[Topic, ...]
    tasks: tuple[Task, ...]
    effects: Mapping[str, Known]
    workloads: Told
    entered: Entered = field(default_factory=Entered)
    ties: Ties = field(default_factory=Ties)
    clusters: tuple[Together, ...] = ()
    counted: tuple[Counted, ...] = ()
    left_out: tuple[str, ...] = ()
    gaps: KnownGaps = field(default_factory=dict)
    asking: Mapping[str, Asking] = field(default_factory=dict)
    secret: tuple[Secret, ...] = ()
    asked: Questionnaire | None = None
    spreads: tuple[Spread, ...] = ()
    blocks: tuple[Block, ...] = ()


def gather(database: Database, name: str) -> Material:
    """Count a closed round; raises ROUND_OPEN or ROUND_ENDING before its close, BROKEN_TIES for counts against the rules."""
    present = rounds.closed_round(database, name)
    if present.purged_day:
        raise Problem(PURGED, round=name, day=present.purged_day)
    questionnaire = questionnaires.find(database, present.questionnaire, present.version).questionnaire
    groups, rules = groups_of(questionnaire), rules_of(database)
    counts = answers.build(database, Scope.everywhere(), present)
    numbers = counts.bases_by_domain()
    if not any(numbers.values()):
        return Material(present, rules, None, (), (), {}, Told((), np.zeros((0, 0)), {}, {}))
    ties, gone = _ties(database, present, questionnaire)
    topics = tuple(topic for topic in topics_of(questionnaire) if topic.name not in gone)
    bases = protect_bases(bases_table(groups, numbers), rules)
    workers = [(one.bases, one.given) for one in answers.by_worker(database, Scope.everywhere(), present)]
    entered = _entered(counts, questionnaire, topics)
    effects = effects_of(topics, counts.domains, workers, interviewers.borrowed(database, present, entered))
    workloads = told(effects.workloads, bases)
    index = index_counts.count(database, present, effects, workloads)
    names = {topic.name for topic in topics}
    index = tuple(one for one in index if names.issuperset(one.part.indicator.items))
    silent = _not_asked(database, present, (*topics, *safeguarding_topics(questionnaire)), index, counts)
    tables = [
        table_of(topic, groups, numbers, counts.given_by_domain(topic.name), silent[topic.name])
        for topic in topics
    ]
    tables += index_tables(index, topics, groups, numbers, silent)
    tasks = tuple(Task(table, rules, bases) for table in tables if table.name not in gone)
    if broken := violations(ties, tables):
        raise Problem(BROKEN_TIES, round=name, ties="; ".join(dict.fromkeys(one.tie for one in broken[:3])))
    clusters = tied_tables.tied_clusters(ties, tasks)
    out = tuple(topic.name for topic in topics_of(questionnaire) if topic.name in gone)
    known, apart = effects.by_topic, gaps.known_gaps(topics, effects, workers)
    ways = {topic.name: asking_of(questionnaire, topic) for topic in topics}
    secret = safeguarding.counted(questionnaire, counts, effects, silent)
    facts = (present, rules, bases, topics, tasks, known, workloads, entered)
    rest = (ties, clusters, index, out, apart, ways, secret, questionnaire)
    wide = spreads(database, present, [one.part for one in index])
    return Material(*facts, *rest, wide, tuple(blocks_of(topics, groups, counts, silent)))


def _not_asked(
    database: Database,
    present: Round,
    topics: Sequence[Topic],
    index: Sequence[Counted],
    counts: answers.Dataset,
) -> dict[str, dict[Domain, int]]:
    """By table and domain, how many were not asked enough to count in it."""
    wanted = {topic.name: not_asked.needed_by_topic(topic) for topic in topics}
    for one in index:
        name = valid_table(one.part.indicator.name, one.part.groups)
        wanted[name] = not_asked.needed_by_index(one.part)
    found = not_asked.not_asked(database, present, wanted, counts.domains)
    return {
        name: dict(zip(counts.domains, map(int, numbers), strict=True)) for name, numbers in found.items()
    }


def _entered(counts: answers.Dataset, asked: Questionnaire, topics: Sequence[Topic]) -> Entered:
    """Who entered the answers of nearly all interviews, and of nearly all that came to the self-entry block."""
    block = block_questions(asked)
    inside = frozenset(topic.name for topic in topics if topic.question in block)
    numbers = [
        {name: int(given.sum()) for name, given in counts.given.get(way, {}).items()}
        for way in (MODE, BLOCK_MODE)
    ]
    everybody = int(counts.bases.sum())
    return Entered(_usual(numbers[0], everybody), _usual(numbers[1], sum(numbers[1].values())), inside)


def _usual(numbers: Mapping[str, int], everybody: int) -> str:
    """The worker or the person, as entered nearly all; "" where both did, or nobody."""
    usual = max(numbers, key=lambda name: numbers[name], default="")
    return usual if everybody and usual and numbers[usual] >= NEARLY_ALL * everybody else ""


def unpublished_questions(database: Database, name: str) -> dict[str, str]:
    """The questions and shares that a round cannot publish beside the others, and why."""
    present = rounds.find(database, name)
    questionnaire = questionnaires.find(database, present.questionnaire, present.version).questionnaire
    _, gone = _ties(database, present, questionnaire)
    return {topic.name: gone[topic.name] for topic in topics_of(questionnaire) if topic.name in gone}


def _ties(database: Database, present: Round, asked: Questionnaire) -> tuple[Ties, dict[str, str]]:
    """The ties of the tables that are published, true in every version that was answered, and why others are not."""
    ties = ties_of_all(versions_asked(database, present))
    gone = tied_tables.unpublished_tables(ties, tied_tables.sizes_of(topics_of(asked)))
    return tied_tables.ties_without(ties, gone), gone


def versions_asked(database: Database, present: Round) -> list[Questionnaire]:
    """The round's own version, then every other one that was answered."""
    asked = questionnaires.find(database, present.questionnaire, present.version).questionnaire
    return list(dict.fromkeys([asked, *responses.versions(database, present)]))
