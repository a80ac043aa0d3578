"""People who were not asked: counted as a recount one by one has it, and no way to those who were asked and said nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analysis.disclosure.bounds import insider_ranges
from analysis.disclosure.cube import Table, cell_counts
from analysis.disclosure.protect import protect
from survey.made_up import send, shipped_round
from survey.publication.counts import not_asked
from survey.publication.counts.answers import domains_of
from survey.publication.counts.cube import Domain, topics_of
from survey.publication.protection.drafts import Task
from survey.publication.release.material import Material, gather
from survey.questionnaire import codec
from survey.questionnaire.model import DISTRICT, GROUP
from survey.questionnaire.path import reached_questions
from survey.storage.engine.database import Database, migrate
from survey.storage.field import responses, rounds
from survey.storage.scope import Scope

pytestmark = pytest.mark.slow

ROUND = "private"
PRIVATE = ("tr_body", "rep_safe", "w_tell", "y_online", "l_protect")


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Database:
    home: Path = tmp_path_factory.mktemp("private")
    url = f"sqlite:///{home / 'survey.sqlite'}"
    migrate(url)
    database = Database(url, home)
    shipped_round.open_shipped_round(database, ROUND)
    send.simulate(database, 420, 5, round_name=ROUND, districts=("karak", "bannu", "zhob"))
    rounds.close(database, ROUND)
    return database


@pytest.fixture(scope="module")
def material(closed: Database) -> Material:
    return gather(closed, ROUND)


def recounted(database: Database) -> tuple[Counter[tuple[str, Domain]], Counter[Domain]]:
    """One interview after the other: by question and domain who did not reach it, and how many there are."""
    silent, numbers = Counter[tuple[str, Domain]](), Counter[Domain]()
    for chunk in responses.packed_records(database, Scope.everywhere(), ROUND):
        asked, width = chunk.edition.questionnaire, chunk.edition.questionnaire.codebook.width
        for at in range(0, len(chunk.answers), width):
            answers = codec.unpack(asked.codebook, chunk.answers[at : at + width])
            domain = str(answers[DISTRICT]), str(answers[GROUP])
            numbers[domain] += 1
            reached = reached_questions(asked, answers)
            silent.update((name, domain) for name in asked.questions if name not in reached)
    return silent, numbers


def test_who_was_not_asked_is_counted_as_one_by_one(closed: Database) -> None:
    present = rounds.find(closed, ROUND)
    asked = next(responses.packed_records(closed, Scope.everywhere(), ROUND)).edition.questionnaire
    silent, numbers = recounted(closed)
    topics = {topic.name: topic for topic in topics_of(asked) if topic.share is None}
    wanted = {name: not_asked.needed_by_topic(topic) for name, topic in topics.items()}
    domains = domains_of(closed, present)
    assert set(numbers) <= set(domains)
    found = not_asked.not_asked(closed, present, wanted, domains)
    for name, topic in topics.items():
        for domain, count in zip(domains, found[name], strict=True):
            if domain[1] in topic.groups:
                assert count == silent[topic.question, domain], (name, domain)
    assert all(found[name].sum() > 0 for name in (*PRIVATE, "i_enough"))
    assert found["saf_day"].sum() == 0


def test_a_share_is_not_asked_where_none_of_its_questions_is(closed: Database, material: Material) -> None:
    tables = {task.table.name: task.table for task in material.tasks}
    silent, _ = recounted(closed)
    harm = tables["harm_signal"]
    districts = [place[-1] for place in harm.cube.dimensions[0].leaves]
    groups = [group[-1] for group in harm.cube.dimensions[1].leaves]
    assert harm.known is not None
    assert harm.known[..., -1].tolist() == [[silent["i_effect", (d, g)] for g in groups] for d in districts]
    assert harm.known[..., 0].sum() == 0
    # Everybody is asked what is wanted first.
    assert tables["wants/money"].known is not None
    assert tables["wants/money"].known.sum() == 0


def test_an_index_lacks_those_who_were_not_asked_enough_of_it(closed: Database, material: Material) -> None:
    table = next(t.table for t in material.tasks if t.table.name == "index protection_concern (member)")
    silent, _ = recounted(closed)
    # Two of its three questions need privacy, and a value needs two answers.
    districts = [place[-1] for place in table.cube.dimensions[0].leaves]
    assert table.known is not None
    assert table.known[:, 0, 1].tolist() == [
        silent["l_threat", (district, "member")] for district in districts
    ]


def failing(task: Task, known: bool) -> int:
    """Primary cells on which one learns too much who takes those away whom he knows not to have been asked."""
    table = task.table
    assert table.known is not None
    shown = protect(table if known else replace(table, known=None), task.rules, task.bases)
    others = Table(table.cube, table.counts - table.known, sensitive=table.sensitive)
    published = np.array([count is not None for count in shown.counts])
    assert cell_counts(table)[published].tolist() == [count for count in shown.counts if count is not None]
    small = (
        published
        & (cell_counts(others) < task.rules.k_of(table))
        & (cell_counts(table) > cell_counts(others))
    )
    return int(insider_ranges(others, published, task.rules).fails.sum() + small.sum())


def test_who_knows_who_was_alone_learns_nothing_of_who_was_asked(material: Material) -> None:
    tasks = [task for task in material.tasks if task.table.name in PRIVATE]
    assert len(tasks) == len(PRIVATE)
    # Counted together with those who were not asked, a few who were asked and said nothing are given away.
    assert sum(failing(task, known=False) for task in tasks) > 0
    assert sum(failing(task, known=True) for task in tasks) == 0
