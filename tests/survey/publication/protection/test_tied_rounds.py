"""Tied questions of a round: given away when protected one by one, and not any more; the long form is a benchmark."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analysis.disclosure.cube import Cube, Table, without_answers
from analysis.disclosure.nodes import Dimension
from analysis.disclosure.primary import Rules
from analysis.disclosure.protect import protect, protect_bases, with_pattern
from analysis.disclosure.protected_table import ProtectedTable
from analysis.disclosure.tied.ties import Same, Term, Tie, Ties
from benchmarks import tied_rounds
from survey.publication.counts.cube import cube_of
from survey.publication.protection import tied_tables
from survey.publication.protection.drafts import Task, Together
from survey.publication.release import release
from survey.publication.release.material import gather
from survey.storage.engine.database import Database
from survey.storage.results import release_document

PLACE = Dimension("place", ("province", "district"), (("a", "one"), ("a", "two"), ("b", "three")))
GROUPS = ("member", "woman", "youth")
GROUP = Dimension("group", ("group",), tuple((group,) for group in GROUPS))


@pytest.fixture(scope="module")
def closed(tmp_path_factory) -> Database:
    home = tmp_path_factory.mktemp("tied")
    with tied_rounds.changed_answers(few_silent=False, few_reached=True):
        return tied_rounds.closed_round(home, 600, tied_rounds.DISTRICTS[:4], 1)


@pytest.fixture(scope="module")
def cluster(closed: Database) -> Together:
    """Without what is known of people who were not asked: that hides so much here that the ties give nothing away."""
    found = gather(closed, tied_rounds.ROUND).clusters
    tied = next(one for one in found if any(task.table.name == "reached" for task in one.tasks))
    return replace(tied, tasks=tuple(replace(t, table=replace(t.table, known=None)) for t in tied.tasks))


@pytest.fixture(scope="module")
def apart(cluster: Together) -> tuple[ProtectedTable, ...]:
    return tied_rounds.one_by_one(cluster)


@pytest.mark.slow
def test_what_tied_questions_give_away_one_by_one_they_do_not_together(cluster: Together, apart) -> None:
    assert len(cluster.tasks) > 5
    found = tied_rounds.compare_cluster(cluster, apart)
    assert found.exposed > 0, "an attack that never succeeds proves nothing"
    assert found.exposed_together == 0
    assert found.hidden_more < found.shown / 10


def table(name: str, yes: list[list[int]], base: int, sensitive: bool = False) -> Table:
    answers = Dimension("answer", ("answer",), (("y",), ("n",)), answers=True)
    counts = np.array([[[number, base - number] for number in row] for row in yes], np.int64)
    return Table(Cube((PLACE, GROUP, answers)), counts, sensitive=sensitive, name=name)


@pytest.mark.slow
def test_a_table_of_the_same_people_shows_what_the_first_one_shows() -> None:
    rules = Rules(raised=(), ladder=None)
    first = table("first", [[30, 20, 3], [25, 30, 28], [30, 31, 33]], 60)
    bases = protect_bases(without_answers(first), rules)
    protected = protect(first, rules, bases)
    assert protected.hidden > 0
    other = Table(first.cube, first.counts[..., ::-1].copy(), name="second")
    same = Same("first", "second", (("y", "n"), ("n", "y")), GROUPS)
    second = with_pattern(other, rules, tied_tables.copied_pattern(same, protected, other.cube), bases)
    for name, count, _ in protected.rows():
        *domain, answer = name
        turned = {"y": "n", "n": "y"}.get(answer, answer)
        assert second.count((*domain, turned)) == count


def test_what_is_tied_to_too_many_is_not_published_the_last_asked_first() -> None:
    names = [f"q{number}" for number in range(30)]
    ties = tuple(Tie(name, (Term(name, "y", 1), Term("q0", "y", -1)), 0, GROUPS) for name in names[1:])
    gone = tied_tables.unpublished_tables(Ties(ties, (), {"x": "why"}), dict.fromkeys(names, 40))
    assert gone.keys() == {"x", *names[25:]}
    assert tied_tables.unpublished_tables(Ties(ties, (), {}), dict.fromkeys(names, 3)) == {}
    assert {
        name for tie in tied_tables.ties_without(Ties(ties, (), {}), gone).inequalities for name in tie.tables
    } == set(names[:25])


def test_ties_are_kept_as_they_are() -> None:
    ties = Ties(
        (Tie("a <= b", (Term("a", "y", 1), Term("b", "y", -1)), -2, GROUPS),),
        (Same("a", "c", (("y", "n"), ("n", "y")), ("woman",)),),
        {},
    )
    assert release_document.ties_from(release_document.describe_ties(ties)) == ties


def test_clusters_leave_out_the_second_of_two_tables_that_are_the_same() -> None:
    rules = Rules(raised=(), ladder=None)
    several = [table(name, [[30] * 3] * 3, 60) for name in ("a", "b", "c")]
    bases = protect_bases(without_answers(several[0]), rules)
    tasks = [Task(one, rules, bases) for one in several]
    ties = Ties(
        (
            Tie("a <= b", (Term("a", "y", 1), Term("b", "y", -1)), 0, GROUPS),
            Tie("c <= b", (Term("c", "y", 1), Term("b", "y", -1)), 0, GROUPS),
        ),
        (Same("a", "c", (("y", "y"), ("n", "n")), GROUPS),),
        {},
    )
    (found,) = tied_tables.tied_clusters(ties, tasks)
    assert [task.table.name for task in found.tasks] == ["a", "b"]
    assert [tie.name for tie in found.ties] == ["a <= b"]


def test_the_store_repeats_the_joint_attack_from_what_a_release_publishes(cluster: Together, apart) -> None:
    """A document whose questions are safe one by one is refused for its ties."""
    document = {
        "rules": {"k": cluster.tasks[0].rules.k, "sensitive_k": cluster.tasks[0].rules.sensitive_k},
        "bases": [],
        "topics": [release._table(one, {}) | {"sensitive": one.sensitive} for one in apart],
    }
    assert list(release_document.complaints(document)) == []
    ties = release_document.describe_ties(Ties(cluster.ties, (), {}))
    (complaint,) = release_document.complaints(document | {"ties": ties})
    assert "reached" in complaint
    assert list(release_document.complaints(document, ties=Ties(cluster.ties, (), {}))) == [complaint]


def test_the_cube_of_a_table_is_that_of_its_topic(closed: Database, cluster: Together) -> None:
    material = gather(closed, tied_rounds.ROUND)
    topics = {topic.name: topic for topic in material.topics}
    task = cluster.tasks[0]
    places = task.table.cube.dimensions[0].leaves
    assert cube_of(topics[task.table.name], GROUPS, places) == task.table.cube


def test_a_table_of_the_same_people_is_not_published_without_the_first() -> None:
    """Its ties are those of the first, which nobody attacks when that is left out."""
    same = Same("a", "c", (("y", "y"), ("n", "n")), GROUPS)
    ties = Ties((Tie("a <= b", (Term("a", "y", 1), Term("b", "y", -1)), 0, GROUPS),), (same,), {"a": "why"})
    assert tied_tables.unpublished_tables(ties, dict.fromkeys("abc", 6)).keys() == {"a", "c"}


def test_two_tables_of_the_same_people_that_differ_are_refused(cluster: Together, apart) -> None:
    first = release._table(apart[0], {}) | {"sensitive": False}
    names = [name for (name,) in apart[0].cube.dimensions[-1].leaves]
    twin = {**first, "name": "twin"}
    same = Same(first["name"], "twin", tuple((name, name) for name in names), GROUPS)
    rules = {"k": cluster.tasks[0].rules.k, "sensitive_k": cluster.tasks[0].rules.sensitive_k}
    document = {"rules": rules, "bases": [], "topics": [first, twin]}
    assert list(release_document.complaints(document, ties=Ties((), (same,), {}))) == []
    cells = [{**cell, "count": None} if cell["count"] else cell for cell in twin["cells"]]
    changed = {**document, "topics": [first, {**twin, "cells": cells}]}
    assert any(
        "is not as in" in one for one in release_document.complaints(changed, ties=Ties((), (same,), {}))
    )
