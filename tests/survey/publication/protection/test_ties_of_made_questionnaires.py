"""Ties of made-up questionnaires against all interviews that are possible, counted by the product's own counting."""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property

import numpy as np
from hypothesis import HealthCheck, Phase, given, settings
from scipy.optimize import linprog

from survey.publication.counts import answers as counts_answers
from survey.publication.counts import index_counts
from survey.publication.counts.cube import _leaf_counts, topics_of
from survey.publication.counts.indicators import row_values
from survey.publication.counts.packed import count
from survey.publication.counts.shares import shares_of
from survey.publication.protection.ties import NOT_VALID, VALID, ties_of, valid_table
from survey.publication.protection.ties.derivation import TOO_ENTANGLED
from survey.questionnaire import codec
from survey.questionnaire.model import Questionnaire
from tests.support.questionnaire_maker import GROUPS, Made, every_interview, made

#: Table → leaf → for each possible interview whether it is in it.
Leaves = dict[str, dict[str, np.ndarray]]
OFTEN = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    phases=(Phase.generate,),
)


class Group:
    """All possible interviews of a group, and what the ties say of them."""

    def __init__(self, made: Made, group: str) -> None:
        self.group = group
        self.ties = ties_of(made.questionnaire)
        self.leaves = leaves_of(made.questionnaire, group)
        second = {same.second for same in self.ties.same}
        self.kept = [name for name in self.leaves if name not in second and name not in self.ties.unresolved]

    @cached_property
    def places(self) -> dict[tuple[str, str], int]:
        """Every leaf of a table that stands for itself."""
        return {leaf: place for place, leaf in enumerate((t, a) for t in self.kept for a in self.leaves[t])}

    @cached_property
    def people(self) -> np.ndarray:
        """The distinct persons: a row of ones and noughts by leaf."""
        return np.unique(np.array([self.leaves[t][a] for t, a in self.places]).T, axis=0)

    @cached_property
    def limits(self) -> tuple[np.ndarray, np.ndarray]:
        """The ties as rows and limits, for one person interviewed."""
        ties = [tie for tie in self.ties.inequalities if self.group in tie.groups]
        rows = np.zeros((len(ties), len(self.places)))
        for row, tie in zip(rows, ties, strict=True):
            for term in tie.terms:
                row[self.places[term.table, term.answer]] += term.factor
        return rows, np.array([-tie.base for tie in ties], float)

    def most(self, wanted: np.ndarray) -> float:
        """The largest value of a sum that the ties leave, and that the leaves of every table make up everybody."""
        rows, limits = self.limits
        whole = np.array([[table == t for t, _ in self.places] for table in self.kept], float)
        inside = {"A_ub": rows, "b_ub": limits} if len(rows) else {}
        done = linprog(
            -wanted, A_eq=whole, b_eq=np.ones(len(whole)), bounds=(0, None), method="highs", **inside
        )
        assert done.status == 0, done.message
        return -float(done.fun)


def leaves_of(questionnaire: Questionnaire, group: str) -> Leaves:
    """Every possible interview of a group by itself, through codec, counting and cube."""
    interviews = [*every_interview(questionnaire, group)]
    book, number = questionnaire.codebook, len(interviews)
    packed = b"".join(codec.pack(book, answers) for answers in interviews)
    shares = [counts_answers._derived(book, share) for share in shares_of(questionnaire)]
    counts = count(
        packed, book.width, (*counts_answers.columns_of(questionnaire), *shares), np.arange(number), number
    )
    told: dict[str, dict[str, np.ndarray]] = {}
    counts_answers._add_names(told, questionnaire, counts)
    found: Leaves = {}
    for topic in topics_of(questionnaire):
        if group in topic.groups:
            numbers = _leaf_counts(topic, np.ones(number, np.int64), told.get(topic.name, {}))
            found[topic.name] = dict(zip((name for name, _ in topic.leaves), numbers, strict=True))
    for part in index_counts.parts_of(questionnaire):
        if group in part.groups:
            valid = _valid(questionnaire, part, packed)
            found[valid_table(part.indicator.name, part.groups)] = {VALID: valid, NOT_VALID: 1 - valid}
    return found


def _valid(questionnaire: Questionnaire, part: index_counts.Part, packed: bytes) -> np.ndarray:
    records = np.frombuffer(packed, np.uint8).reshape(-1, questionnaire.codebook.width)
    answers = {item: index_counts._answers(questionnaire, records, item) for item in part.indicator.items}
    return (~np.isnan(row_values(part.indicator, answers))).astype(np.int64)


def rank(rows: np.ndarray) -> int:
    """The rank of a matrix of whole numbers, in fractions."""
    left = [[Fraction(int(one)) for one in row] for row in rows]
    found = 0
    for column in range(rows.shape[1]):
        pivot = next((row for row in left[found:] if row[column]), None)
        if pivot is None:
            continue
        left.remove(pivot)
        left.insert(found, pivot)
        found += 1
        for row in left[found:]:
            if row[column]:
                factor = row[column] / pivot[column]
                row[:] = [one - factor * other for one, other in zip(row, pivot, strict=True)]
    return found


@given(made())
@OFTEN
def test_ties_are_all_that_follows_from_a_questionnaire_and_nothing_else(made: Made) -> None:
    groups = [Group(made, group) for group in GROUPS]
    for known in groups:
        _every_tie_holds(known)
        if known.kept:
            _nothing_else_is_equal(known)
            _what_follows_for_two_answers_follows_from_the_ties(known)
            _no_sum_is_narrower(known)

    for name, reason in ties_of(made.questionnaire).unresolved.items():
        if reason != TOO_ENTANGLED:
            assert any(_follows(known, name) for known in groups if name in known.leaves), name


def _follows(known: Group, name: str) -> bool:
    """Whether a table tells counts that follow from those of the tables that are kept."""
    tables = [*known.kept, name]
    people = np.array([known.leaves[table][leaf] for table in tables for leaf in known.leaves[table]]).T
    return rank(np.unique(people, axis=0)) < people.shape[1] - len(tables) + 1


def _every_tie_holds(known: Group) -> None:
    """Soundness, for every possible interview and so for all counts."""
    rows, limits = known.limits
    assert (known.people @ rows.T <= limits).all()
    for same in known.ties.same:
        for one, other in same.leaves if known.group in same.groups else ():
            assert (known.leaves[same.first][one] == known.leaves[same.second][other]).all()


def _nothing_else_is_equal(known: Group) -> None:
    """No sums of published tables are equal but those that are declared."""
    assert rank(known.people) == len(known.places) - len(known.kept) + 1


def _what_follows_for_two_answers_follows_from_the_ties(known: Group) -> None:
    for (one, first), (other, second) in _pairs(known):
        mine, its = known.people[:, first], known.people[:, second]
        wanted = np.zeros(len(known.places))
        if (mine <= its).all():
            wanted[[first, second]] = 1, -1
            assert known.most(wanted) < 1e-9, (one, other)
        if not (mine & its).any():
            wanted[[first, second]] = 1, 1
            assert known.most(wanted) < 1 + 1e-9, (one, other)


def _pairs(known: Group) -> list[tuple[tuple[str, int], tuple[str, int]]]:
    places = [(table, place) for (table, _), place in known.places.items()]
    return [(one, other) for one in places for other in places if one[0] != other[0]]


def _no_sum_is_narrower(known: Group) -> None:
    """Whatever a reader adds up over any tables, the ties leave no more than the possible interviews do."""
    random = np.random.default_rng(len(known.places))
    for wanted in random.integers(-2, 3, (4, len(known.places))):
        assert known.most(wanted.astype(float)) < float((known.people @ wanted).max()) + 1e-7
