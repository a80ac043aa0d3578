"""Ties on made counts: what breaks one is told with its place, and clusters are what hangs together."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.disclosure.cube import Cube, Table
from analysis.disclosure.nodes import Dimension
from analysis.disclosure.tied.ties import Same, Term, Tie, Ties, Violation, clusters, line, violations

PLACES = (("N", "a"), ("N", "b"))
GROUPS = ("woman", "youth")


def table(name: str, answers: tuple[str, ...], counts: list, groups: tuple[str, ...] = GROUPS) -> Table:
    cube = Cube(
        (
            Dimension("place", ("province", "district"), PLACES),
            Dimension("group", ("group",), tuple((group,) for group in groups)),
            Dimension("answer", ("answer",), tuple((answer,) for answer in answers), answers=True),
        )
    )
    return Table(cube, np.array(counts, np.int64), name=name)


ASKED = table("asked", ("yes", "no"), [[[6, 4], [5, 5]], [[9, 0], [3, 3]]])
AFTER = table("after", ("good", "bad", "none"), [[[3, 3, 4], [1, 1, 8]], [[9, 0, 0], [0, 3, 3]]])
WITHIN = Tie("", (Term("after", "good", 1), Term("after", "bad", 1), Term("asked", "yes", -1)), 0, GROUPS)
NEVER_BOTH = Tie("", (Term("after", "none", 1), Term("asked", "no", 1)), -1, ("woman",))


def test_a_tie_is_written_as_a_formula() -> None:
    assert line(WITHIN) == "after[good + bad] <= asked[yes]"
    assert line(NEVER_BOTH) == "after[none] + asked[no] <= interviewed"
    assert (
        line(Tie("", (Term("one", "a", 2), Term("two", "b", -3)), 1, GROUPS))
        == "2 one[a] + interviewed <= 3 two[b]"
    )
    assert line(Tie("", (Term("one", "a", 1),), 0, GROUPS)) == "one[a] <= 0"


def test_possible_counts_break_nothing() -> None:
    assert violations(Ties((WITHIN, NEVER_BOTH)), [ASKED, AFTER]) == ()


@pytest.mark.parametrize(("place", "group"), [(0, 0), (1, 1)])
def test_one_person_too_many_is_told_where_it_is(place: int, group: int) -> None:
    counts = AFTER.counts.copy()
    counts[place, group] += [0, 1 + int(ASKED.counts[place, group, 0] - counts[place, group, :2].sum()), 0]
    broken = table("after", ("good", "bad", "none"), counts.tolist())
    told = violations(Ties((WITHIN,)), [ASKED, broken])
    assert told == (Violation("after[good + bad] <= asked[yes]", PLACES[place], GROUPS[group]),)


def test_a_tie_is_looked_at_in_its_groups_and_where_its_tables_are() -> None:
    for_all = Tie("", NEVER_BOTH.terms, -1, GROUPS)
    assert [one.group for one in violations(Ties((for_all,)), [ASKED, AFTER])] == ["youth"]
    assert violations(Ties((NEVER_BOTH, WITHIN)), [ASKED]) == ()
    only = table("after", ("good", "bad", "none"), [[[9, 9, 0]], [[0, 0, 0]]], ("youth",))
    found = violations(Ties((Tie("", WITHIN.terms, 0, ("youth",)),)), [ASKED, only])
    assert [(one.place, one.group) for one in found] == [(PLACES[0], "youth")]


def test_tables_that_are_the_same_differ_nowhere() -> None:
    same = Same("asked", "again", (("yes", "no"), ("no", "yes")), GROUPS)
    again = table("again", ("no", "yes"), ASKED.counts.tolist())
    assert violations(Ties((), (same,)), [ASKED, again]) == ()
    counts = ASKED.counts.copy()
    counts[1, 0] = [8, 1]
    told = violations(Ties((), (same,)), [ASKED, table("again", ("no", "yes"), counts.tolist())])
    assert told == (Violation("asked and again are the same people", PLACES[1], "woman"),)


def test_clusters_join_what_hangs_together_through_others() -> None:
    def tie(*tables: str) -> Tie:
        return Tie("", tuple(Term(name, "a", 1) for name in tables), 0, GROUPS)

    ties = Ties((tie("a", "b"), tie("c", "d"), tie("b", "c"), tie("x", "y")), (Same("y", "z", (), GROUPS),))
    assert {frozenset(one) for one in clusters(ties)} == {frozenset("abcd"), frozenset("xyz")}
    assert clusters(Ties()) == ()
