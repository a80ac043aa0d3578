"""Ties of made-up questionnaires against all interviews that are possible, counted by the product's own counting."""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property
from itertools import product
from math import prod
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from scipy.optimize import linprog

from analysis.disclosure.tied.ties import Ties
from survey.publication.counts import answers as counts_answers
from survey.publication.counts import index_counts
from survey.publication.counts.cube import leaf_counts, topics_of
from survey.publication.counts.indicators import row_values
from survey.publication.counts.packed import count
from survey.publication.counts.shares import shares_of
from survey.publication.protection.ties import NOT_VALID, VALID, ties_of, ties_of_all, valid_table, wide
from survey.publication.protection.ties.derivation import TOO_ENTANGLED
from survey.questionnaire import codec
from survey.questionnaire.model import PRIVACY, Questionnaire
from tests.support.questionnaire_maker import GROUPS, Made, every_interview, limited, made, twins, versions

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

    def __init__(self, ties: Ties, leaves: Leaves, group: str) -> None:
        self.group, self.ties, self.leaves = group, ties, leaves
        second = {same.second for same in self.ties.same}
        self.kept = [name for name in self.leaves if name not in second and name not in self.ties.unresolved]

    @cached_property
    def places(self) -> dict[tuple[str, str], int]:
        """Every leaf of a table that stands for itself."""
        return {leaf: place for place, leaf in enumerate((t, a) for t in self.kept for a in self.leaves[t])}

    @cached_property
    def whole(self) -> np.ndarray:
        """For each table a row that adds up its leaves."""
        return np.array([[table == t for t, _ in self.places] for table in self.kept], float)

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

    def most(
        self, wanted: np.ndarray, shown: np.ndarray | None = None, crowd: np.ndarray | None = None
    ) -> float:
        """The largest value of a sum that the ties leave one person, or a crowd of which some counts are shown."""
        rows, limits = self.limits
        number = 1 if crowd is None else int(crowd.sum()) // len(self.kept)
        equal, counts = self.whole, np.full(len(self.whole), number)
        if crowd is not None:
            equal, counts = np.vstack([equal, np.eye(len(crowd))[shown]]), np.append(counts, crowd[shown])
        inside = {"A_ub": rows, "b_ub": number * limits} if len(rows) else {}
        done = linprog(-wanted, A_eq=equal, b_eq=counts, bounds=(0, None), method="highs", **inside)
        assert done.status == 0, done.message
        return -float(done.fun)

    def most_people(self, wanted: np.ndarray, shown: np.ndarray, crowd: np.ndarray) -> float:
        """The same for a crowd of possible persons, whatever the ties say."""
        number = int(crowd.sum()) // len(self.kept)
        equal = np.vstack([self.people.T[shown], np.ones(len(self.people))])
        counts = np.append(crowd[shown], number)
        done = linprog(-(self.people @ wanted), A_eq=equal, b_eq=counts, bounds=(0, None), method="highs")
        assert done.status == 0, done.message
        return -float(done.fun)


def groups_of(questionnaire: Questionnaire) -> list[Group]:
    """Every group with what the ties of the questionnaire say of it."""
    ties = ties_of(questionnaire)
    return [Group(ties, leaves_of(questionnaire, group), group) for group in GROUPS]


def leaves_of(questionnaire: Questionnaire, group: str, asked: Questionnaire | None = None) -> Leaves:
    """Every possible interview of a group by itself, through codec, counting and cube; asked in another version or not."""
    asked = asked or questionnaire
    interviews = list(every_interview(asked, group))
    book, number = asked.codebook, len(interviews)
    packed = b"".join(codec.pack(book, answers) for answers in interviews)
    shares = [counts_answers._derived(book, share) for share in shares_of(asked)]
    columns = (*counts_answers.columns_of(asked), *shares)
    counts = count(packed, book.width, columns, np.arange(number), number)
    told: dict[str, dict[str, np.ndarray]] = {}
    counts_answers._add_names(told, asked, counts)
    found: Leaves = {}
    for topic in topics_of(questionnaire):
        if group in topic.groups:
            numbers = leaf_counts(topic, np.ones(number, np.int64), told.get(topic.name, {}))
            # What the asked version does not offer is one nought for all.
            flags = np.broadcast_arrays(np.zeros(number, np.int64), *numbers)[1:]
            found[topic.name] = dict(zip((name for name, _ in topic.leaves), flags, strict=True))
    for part in index_counts.parts_of(questionnaire):
        if group in part.groups:
            valid = _valid(asked, part, packed)
            found[valid_table(part.indicator.name, part.groups)] = {VALID: valid, NOT_VALID: 1 - valid}
    return found


def _valid(questionnaire: Questionnaire, part: index_counts.Part, packed: bytes) -> np.ndarray:
    records = np.frombuffer(packed, np.uint8).reshape(-1, questionnaire.codebook.width)
    answers = {item: index_counts.answers_of(questionnaire, records, item) for item in part.indicator.items}
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


@pytest.mark.slow
@given(made())
@OFTEN
def test_ties_are_all_that_follows_from_a_questionnaire_and_nothing_else(made: Made) -> None:
    groups = groups_of(made.questionnaire)
    for known in groups:
        _all_that_follows(known)
    for name, reason in ties_of(made.questionnaire).unresolved.items():
        if reason != TOO_ENTANGLED:
            assert any(_follows(known, name) for known in groups if name in known.leaves), name


@pytest.mark.slow
@given(twins())
@settings(OFTEN, max_examples=20)
def test_every_table_under_one_rule_is_tied_to_every_table_under_another(made: Made) -> None:
    _complete(made.questionnaire)


@pytest.mark.slow
@given(twins())
@settings(OFTEN, max_examples=20)
def test_so_are_the_options_of_long_lists(made: Made) -> None:
    """All multiple choices of three options count as long, so that the interviews can be walked."""
    ties_of.cache_clear()
    with patch.object(wide, "MOST_OPTIONS", 1):
        _complete(made.questionnaire)
    ties_of.cache_clear()


@pytest.mark.slow
@given(limited())
@settings(OFTEN, max_examples=6)
def test_a_rule_that_names_some_options_of_a_limited_choice(made: Made) -> None:
    _complete(made.questionnaire)


def _complete(questionnaire: Questionnaire) -> None:
    groups = groups_of(questionnaire)
    assert not groups[0].ties.unresolved
    _all_that_follows(groups[0])
    for known in groups:
        _every_tie_holds(known)


@pytest.mark.slow
@given(versions())
@settings(OFTEN, max_examples=25)
def test_what_follows_whichever_version_of_a_round_a_person_was_asked(pair: tuple[Made, Made]) -> None:
    first, other = (made.questionnaire for made in pair)
    ties = ties_of_all([first, other])
    for group in GROUPS:
        here, there = leaves_of(first, group), leaves_of(first, group, other)
        leaves = {
            table: {leaf: np.append(flags, there[table][leaf]) for leaf, flags in several.items()}
            for table, several in here.items()
        }
        _all_that_follows(Group(ties, leaves, group))
        alone = Group(ties, there, group)
        if alone.kept:
            _every_tie_holds(alone)
            # Where all were asked the other version: what it does not offer nobody gave.
            _nobody_else_seems_possible(alone, alone.people.any(axis=0))


def _all_that_follows(known: Group) -> None:
    if known.kept:
        _every_tie_holds(known)
        _nothing_else_is_equal(known)
        _what_follows_for_two_answers_follows_from_the_ties(known)
        _no_sum_is_narrower(known)
        _nobody_else_seems_possible(known, np.ones(len(known.places), bool))
        _no_hidden_count_is_narrower(known)


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


def _nobody_else_seems_possible(known: Group, offered: np.ndarray) -> None:
    """Whoever breaks no tie, with one leaf that is offered in each table, is somebody who is possible."""
    rows, limits = known.limits
    choices = [np.flatnonzero(row.astype(bool) & offered) for row in known.whole]
    assert prod(map(len, choices)) < 50_000
    people = {row.tobytes() for row in known.people.astype(np.int8)}
    for chosen in product(*choices):
        one = np.zeros(len(known.places), np.int8)
        one[list(chosen)] = 1
        if (rows @ one <= limits).all():
            assert one.tobytes() in people, [leaf for leaf, place in known.places.items() if one[place]]


def _no_hidden_count_is_narrower(known: Group) -> None:
    """Of made-up crowds with counts hidden at random, the ties leave a reader as much as the possible persons do."""
    random = np.random.default_rng(len(known.people))
    for _ in range(4):
        crowd = random.multinomial(40, random.dirichlet(np.full(len(known.people), 0.1))) @ known.people
        shown = random.random(len(crowd)) < 0.7
        wanted = np.zeros(len(crowd))
        wanted[random.choice(len(crowd))] = random.choice((1, -1))
        assert known.most(wanted, shown, crowd) < known.most_people(wanted, shown, crowd) + 1e-6


@pytest.mark.slow
def test_rules_of_made_questionnaires_name_who_was_near() -> None:
    """So that the number interviewed alone, which is published, is tied to what these rules open."""
    tied = []

    @given(made())
    @OFTEN
    def draw(one: Made) -> None:
        rules = "".join([*(row.relevant for row in one.rows), *one.page_rules.values()])
        ties = ties_of(one.questionnaire).inequalities
        tied.append(PRIVACY in rules and any(term.table == "private" for tie in ties for term in tie.terms))

    draw()
    assert sum(tied) >= 3
