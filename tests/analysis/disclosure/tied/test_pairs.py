"""What ties a table of pairs: all that follows for counts of people, and nothing that does not."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import linprog

from analysis.disclosure.tied.pairs import (
    BOTH,
    FIRST,
    INSIDE,
    SECOND,
    Pair,
    four_counts,
    four_ranges,
    pair_ties,
)
from analysis.disclosure.tied.ties import Term, Tie

Points = NDArray[np.int64]
REACHED = ("reached", "yes")


def pairs_of(kinds: int) -> list[Pair]:
    return [
        Pair(
            f"both {kind}",
            f"inside {kind}",
            (f"wants {kind}", "yes"),
            (f"got {kind}", "yes"),
            REACHED,
            ("all",),
        )
        for kind in range(kinds)
    ]


def ties_of_answers(pairs: list[Pair]) -> list[Tie]:
    """At most two are wanted; whoever got any is reached, and nobody else is."""
    wanted = Tie("", tuple(Term(*pair.first, 1) for pair in pairs), -2, ("all",))
    got = [Tie("", (Term(*pair.second, 1), Term(*REACHED, -1)), 0, ("all",)) for pair in pairs]
    any_ = Tie("", (Term(*REACHED, 1), *(Term(*pair.second, -1) for pair in pairs)), 0, ("all",))
    return [wanted, *got, any_]


def persons(pairs: list[Pair]) -> tuple[list[tuple[str, str]], Points]:
    """Every person who is possible: up to two kinds wanted, any got; a row for each, a column for each count."""
    rows = []
    for wanted in (pick for size in range(3) for pick in combinations(range(len(pairs)), size)):
        for got in product((0, 1), repeat=len(pairs)):
            wants = [int(kind in wanted) for kind in range(len(pairs))]
            both = [one * other for one, other in zip(wants, got, strict=True)]
            rows.append([*wants, *got, *both, int(any(got))])
    names = [
        *(pair.first for pair in pairs),
        *(pair.second for pair in pairs),
        *((pair.both, BOTH) for pair in pairs),
        REACHED,
    ]
    return names, np.array(rows)


def largest_within(ties: list[Tie], wanted: dict[tuple[str, str], int]) -> float:
    """The largest that a sum of shares of people can be as far as the ties say."""
    names = list(dict.fromkeys((term.table, term.answer) for tie in ties for term in tie.terms))
    rows, limits = np.zeros((len(ties), len(names))), np.array([-float(tie.base) for tie in ties])
    for row, tie in zip(rows, ties, strict=True):
        for term in tie.terms:
            row[names.index((term.table, term.answer))] += term.factor
    objective = np.array([-float(wanted.get(name, 0)) for name in names])
    return -float(linprog(objective, A_ub=rows, b_ub=limits, bounds=(0, 1), method="highs").fun)


def test_drawn_sums_of_as_many_kinds_as_ship_are_as_large_by_the_ties_as_for_persons() -> None:
    """No proof: every facet of fewer kinds is tried in tests/survey/publication/protection/test_completeness.py."""
    kinds = 6
    pairs = pairs_of(kinds)
    answers = ties_of_answers(pairs)
    ties, (names, points) = [*answers, *pair_ties(pairs, answers)], persons(pairs)
    random = np.random.default_rng(kinds)
    for number in range(120):
        chosen = random.random(len(names)) < random.uniform(0.2, 1)
        factors = random.integers(-3, 4, len(names)) * chosen
        if number % 3 == 0:
            # The same for all kinds but a few: what joins many of them shows in such sums.
            few = np.tile(random.random(kinds) < 0.4, 3)
            factors[: 3 * kinds] = np.where(few, np.repeat(random.integers(-3, 4, 3), kinds), 1)
        wanted = dict(zip(names, factors.tolist(), strict=True))
        assert largest_within(ties, wanted) == pytest.approx(float((points @ factors).max()), abs=1e-6)


def test_without_the_table_that_is_published_nowhere_something_would_be_missing() -> None:
    """Of some sums the ties that do not name it allow more than any person can be."""
    pairs = pairs_of(2)
    answers = ties_of_answers(pairs)
    every = [*answers, *pair_ties(pairs, answers)]
    inside = {pair.inside for pair in pairs}
    fewer = [tie for tie in every if inside.isdisjoint(term.table for term in tie.terms)]
    names, points = persons(pairs)
    random = np.random.default_rng(3)
    missed = 0
    for _ in range(60):
        factors = random.integers(-3, 4, len(names))
        wanted = dict(zip(names, factors.tolist(), strict=True))
        missed += largest_within(fewer, wanted) > float((points @ factors).max()) + 1e-6
    assert missed > 0


def test_the_parts_of_a_table_of_four() -> None:
    assert sum(four_counts(10, 40, 20, 100).values()) == 100
    for first, second, base in product((None, 12, 30), (None, 9, 25), (None, 40)):
        ranges = four_ranges(first, second, base)
        for a, b, n in product((12, 30), (9, 25), (40,)):
            agrees = first in (None, a) and second in (None, b) and base in (None, n)
            for both in range(max(0, a + b - n), min(a, b) + 1) if agrees else ():
                for leaf, count in four_counts(both, a, b, n).items():
                    low, high = ranges[leaf]
                    assert low <= count <= high
    # Where all is published, both ends occur.
    assert four_ranges(30, 25, 40)[BOTH] == (15, 25)
    assert four_ranges(30, 25, 40)[FIRST] == (5, 15)
    assert four_ranges(30, 25, 40)[SECOND] == (0, 10)


def test_what_holds_for_all_holds_inside_and_outside() -> None:
    pairs = pairs_of(3)
    lines = {tie.name for tie in pair_ties(pairs, ties_of_answers(pairs))}
    assert "inside 0[inside] + inside 1[inside] + inside 2[inside] <= 2 reached[yes]" in lines
    assert (
        "wants 0[yes] + wants 1[yes] + wants 2[yes] + 2 reached[yes] <= inside 0[inside] + inside 1[inside] "
        "+ inside 2[inside] + 2 interviewed"
    ) in lines
    assert INSIDE == "inside"
