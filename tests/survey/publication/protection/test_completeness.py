"""All inequalities of a large piece: as many as others have found, and none that the ties of pairs lack."""

from __future__ import annotations

import os
from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pytest
from numpy.typing import NDArray

from analysis.disclosure.tied.pairs import (
    BOTH,
    FIRST,
    INSIDE,
    MOST_FIRSTS,
    MOST_PAIRS,
    SECOND,
    Pair,
    are_settled,
    pair_ties,
)
from analysis.disclosure.tied.ties import Term, Tie
from survey.publication.protection.ties import completeness, corners
from survey.publication.protection.ties.completeness import all_facets
from survey.publication.protection.ties.corners import TooManyCornersError, corners_within
from tests.analysis.disclosure.tied.test_pairs import REACHED, largest_within, pairs_of, ties_of_answers

Points = NDArray[np.int64]


def cuts(size: int) -> Points:
    """Which of every two of some things a division in two parts separates."""
    sides = product((0, 1), repeat=size)
    rows = {tuple(int(side[a] != side[b]) for a, b in combinations(range(size), 2)) for side in sides}
    return np.array(sorted(rows))


# M. M. Deza and M. Laurent, Geometry of Cuts and Metrics (1997), section 30.6: the cut polytope on 3, 4, 5 and 6 points
# has 4, 16, 56 and 368 facets.
@pytest.mark.parametrize(("size", "facets"), [(3, 4), (4, 16), (5, 56)])
def test_a_cut_polytope_has_as_many_facets_as_in_the_literature(size: int, facets: int) -> None:
    points = cuts(size)
    found = all_facets(points, [1] * points.shape[1], [])
    assert found is not None
    assert len({tuple(one.tolist()) for one in found}) == len(found) == facets
    # Each is known to hold, and known ones change nothing.
    known = all_facets(points, [1] * points.shape[1], found[::3])
    assert known is not None
    assert [one.tolist() for one in known] == [one.tolist() for one in found]


def test_what_has_more_facets_than_an_attack_can_take_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(completeness, "MOST", 15)
    assert all_facets(cuts(4), [1] * 6, []) is None
    monkeypatch.setattr(completeness, "MOST", 16)
    assert all_facets(cuts(4), [1] * 6, []) is not None


def test_what_has_more_corners_than_can_be_followed_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corners, "MOST_CORNERS", 15)
    with pytest.raises(TooManyCornersError):
        corners_within(4, [*np.hstack([np.eye(4, dtype=np.int64), -np.ones((4, 1), np.int64)])])
    assert all_facets(cuts(4), [1] * 6, []) is None


@pytest.mark.parametrize("width", [1, 2, 5])
def test_the_corners_of_a_cube(width: int) -> None:
    found = corners_within(
        width, [*np.hstack([np.eye(width, dtype=np.int64), -np.ones((width, 1), np.int64)])]
    )
    assert {tuple(row) for row in found.tolist()} == {(*row, 1) for row in product((0, 1), repeat=width)}


def test_a_mixture_that_every_combination_of_answers_obeys_is_found() -> None:
    """At most one of each two of three answers: all combinations that nobody gives break that, half of each does not."""
    points = np.array([(0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1)])
    pairwise = [np.array([*row, -1]) for row in ((1, 1, 0), (1, 0, 1), (0, 1, 1))]
    assert [1, 1, 1, 2] in corners_within(3, pairwise).tolist()
    found = all_facets(points, [1, 1, 1], pairwise)
    assert found is not None
    assert [1, 1, 1, -1] in [one.tolist() for one in found]


#: Pairs that are tried, with how many firsts there can be (None: any number), and whether everybody within gave a second.
#: Of one pair they would all be the same people as those within.
TRIED = [
    (1, None, False),
    *(
        (kinds, limit, some)
        for kinds in (2, 3)
        for limit in (None, *range(1, kinds))
        for some in (True, False)
    ),
    (4, 2, True),
]
#: `make tie-proof` tries all larger ones too, most of which take long.
LARGE = [
    *(
        (kinds, limit, some)
        for kinds in (4, 5)
        for limit in (None, *range(1, kinds))
        for some in (True, False)
    ),
    *((MOST_PAIRS, limit, some) for limit in (None, *range(1, MOST_FIRSTS + 1)) for some in (True, False)),
]


@pytest.mark.parametrize(
    ("kinds", "limit", "gate"), [*TRIED, *(LARGE if os.environ.get("SURVEY_TEST_TIES") else ())]
)
def test_what_ties_pairs_is_all_that_follows_from_the_possible_persons(
    kinds: int, limit: int | None, gate: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every facet of the possible persons follows from the ties, and every tie holds for each person."""
    monkeypatch.setattr(completeness, "COMBINATIONS", 1 << 19)
    monkeypatch.setattr(corners, "MOST_CORNERS", 1 << 16)
    pairs, (most, *gates, some) = pairs_of(kinds), ties_of_answers(pairs_of(kinds))
    answers = [*([] if limit is None else [replace(most, base=-limit)]), *gates, *([some] if gate else [])]
    assert are_settled(pairs, answers)
    points = _persons(kinds, kinds if limit is None else limit, gate)
    names = [*(one.first for one in pairs), *(one.second for one in pairs)]
    names += [*((one.both, BOTH) for one in pairs), REACHED]
    found = all_facets(points, [1] * points.shape[1], [])
    assert found is not None
    ties = [*answers, *pair_ties(pairs, answers)]
    for facet in found:
        sums = dict(zip(names, facet[:-1].tolist(), strict=True))
        assert largest_within(ties, sums) + facet[-1] < 1e-9, sums
    counts = _answers_of(pairs, dict(zip(names, points.T, strict=True)))
    for tie in ties:
        assert sum(term.factor * counts[term.table, term.answer] for term in tie.terms).max() + tie.base <= 0


def _answers_of(pairs: list[Pair], given: dict[tuple[str, str], Points]) -> dict[tuple[str, str], Points]:
    """Who gave each answer that a tie can name, also those of tables that are there for pairs alone."""
    found = dict(given)
    for pair in pairs:
        both = given[pair.both, BOTH]
        found[pair.both, FIRST], found[pair.both, SECOND] = (
            given[pair.first] - both,
            given[pair.second] - both,
        )
        found[pair.inside, INSIDE] = given[pair.first] * given[REACHED]
    return found


def _persons(kinds: int, limit: int, gate: bool) -> Points:
    """Who gave which firsts, which seconds, both, and is within."""
    return np.array(
        [
            (*firsts, *seconds, *(one * other for one, other in zip(firsts, seconds, strict=True)), within)
            for firsts in product((0, 1), repeat=kinds)
            for seconds in product((0, 1), repeat=kinds)
            for within in (0, 1)
            if sum(firsts) <= limit and max(seconds) <= within and (not gate or within <= max(seconds))
        ]
    )


def test_of_pairs_that_are_tied_in_another_way_nothing_is_known() -> None:
    pairs = pairs_of(3)
    answers = ties_of_answers(pairs)
    most, *gates, some = answers
    other = Tie("", (Term(*pairs[0].first, 1), Term("else", "yes", -1)), 0, ("all",))
    fewer = replace(most, terms=most.terms[:2])
    for wrong in (
        [*answers, other],
        [fewer, *gates, some],
        [most, most, *gates, some],
        [most, *gates[1:], some],
        [most, *gates, replace(some, terms=some.terms[:-1])],
        [replace(most, groups=("others",)), *gates, some],
    ):
        assert not are_settled(pairs, wrong)
        with pytest.raises(ValueError, match="all that ties these pairs"):
            pair_ties(pairs, wrong)
    assert not are_settled(pairs[:2], answers)
    assert not are_settled([*pairs[:2], replace(pairs[2], groups=("others",))], answers)
    # Two answers to one question: nobody gives both, and no tie says it.
    alike = [replace(pair, first=("wants", pair.first[0])) for pair in pairs]
    assert not are_settled(alike, ties_of_answers(alike))
    six = pairs_of(MOST_PAIRS)
    limit, *others = ties_of_answers(six)
    assert are_settled(six, [replace(limit, base=-MOST_FIRSTS), *others])
    assert not are_settled(six, [replace(limit, base=-MOST_FIRSTS - 1), *others])
    many = pairs_of(MOST_PAIRS + 1)
    assert not are_settled(many, ties_of_answers(many))
    # What is said of anything else may stand there.
    assert are_settled(pairs, [*answers, Tie("", (Term("else", "yes", 1), Term(*REACHED, -1)), 0, ("all",))])
