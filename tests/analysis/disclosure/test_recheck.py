"""The attack that anybody can repeat on a finished table, from what it publishes alone."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.disclosure.cube import Cube, Table
from analysis.disclosure.nodes import TOTAL, Dimension
from analysis.disclosure.primary import Rules, Step
from analysis.disclosure.protect import protect
from analysis.disclosure.recheck import exposed_cells
from analysis.disclosure.tied.recheck import Published, exposed_tied_cells

DISTRICTS = ("a", "b", "c", "d")
CUBE = Cube(
    (
        Dimension("district", ("district",), tuple((name,) for name in DISTRICTS)),
        Dimension("answer", ("answer",), (("yes",), ("no",)), answers=True),
    )
)
RULES = Rules(ladder=(Step(10, ("Total",)), Step(25, ("yes", "no"))), raised=())


def published(counts: list[list[int]], sensitive: bool = False) -> dict[tuple[str, ...], int | None]:
    table = Table(CUBE, np.array(counts, np.int64), sensitive=sensitive, name="t")
    return {name: count for name, count, _ in protect(table, RULES).rows()}


SAFE = [[40, 30], [22, 4], [3, 30], [50, 41]]


@pytest.mark.slow
def test_a_protected_table_withstands_it():
    assert exposed_cells(CUBE, published(SAFE), 5) == ()


def test_a_count_written_back_is_found_with_what_it_tells():
    counts = published(SAFE)
    assert counts["b", "no"] is None
    assert counts["b", "yes"] is None
    counts["b", "yes"] = 22
    assert ("b", "no") in exposed_cells(CUBE, counts, 5)


def test_margins_alone_give_a_lone_hidden_cell_away():
    # Primary suppression only: of the two small cells the total of their column tells nothing, that of a row does.
    counts = published(SAFE) | {("c", "no"): 30}
    assert ("c", "yes") in exposed_cells(CUBE, counts, 5)


@pytest.mark.slow
def test_a_domain_that_is_itself_small_need_not_seem_large():
    """Of a hidden base under the k of a sensitive question no answer can seem to reach k; that tells nothing new."""
    counts = published([[40, 30], [3, 2], [2, 2], [50, 41]], sensitive=True)
    assert counts["b", "Total"] is None
    assert exposed_cells(CUBE, counts, 10) == ()


@pytest.mark.slow
def test_a_table_that_lacks_a_cell_or_tells_two_numbers_is_refused():
    counts = published(SAFE)
    with pytest.raises(ValueError, match="lacks"):
        exposed_cells(CUBE, {name: count for name, count in counts.items() if name != ("a", "no")}, 5)
    with pytest.raises(KeyError):
        exposed_cells(CUBE, {**counts, ("e", "no"): 3}, 5)


def test_where_the_number_interviewed_is_hidden_the_larger_k_of_sensitive_tables_is_not_asked_for() -> None:
    """In a hidden domain there are few people: an answer need not seem able to be as many as its base may have at most."""
    place = Dimension("place", ("place",), (("a",), ("b",)))
    cube = Cube((place, Dimension("answer", ("answer",), (("yes",), ("no",)), answers=True)))
    counts: dict[tuple[str, ...], int | None] = {
        (where, answer): None for where in "ab" for answer in ("yes", "no", TOTAL)
    }
    counts |= {(TOTAL, "yes"): 9, (TOTAL, "no"): 12, (TOTAL, TOTAL): 21}
    assert ("a", "yes") in exposed_cells(cube, counts, 10)
    assert exposed_cells(cube, counts, 10, 5) == ()
    assert exposed_tied_cells([Published("asked", cube, counts, 10, 5)], ()) == ()
    assert ("asked", ("a", "yes")) in exposed_tied_cells([Published("asked", cube, counts, 10)], ())
    # Of the general k nothing is let off, and where the number is published the larger one holds.
    assert ("a", "yes") in exposed_cells(cube, {**counts, (TOTAL, "yes"): 4, (TOTAL, "no"): 17}, 10, 5)
    known = {**counts, ("a", TOTAL): 10, ("b", TOTAL): 11}
    assert ("a", "yes") in exposed_cells(cube, known, 10, 5)
