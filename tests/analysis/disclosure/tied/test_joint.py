"""Tied tables: what their counts give away together, and that nothing is left of it after joint protection."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from analysis.disclosure.attack import Attack
from analysis.disclosure.cube import Cube, Flags, Table, without_answers
from analysis.disclosure.nodes import TOTAL, Dimension
from analysis.disclosure.primary import Rules, Step
from analysis.disclosure.problem import Problem, Reader
from analysis.disclosure.protect import protect, protect_bases, protect_together, with_patterns
from analysis.disclosure.protected_table import ProtectedTable
from analysis.disclosure.search import UnsafeError
from analysis.disclosure.tied import joint
from analysis.disclosure.tied.joint import TieError
from analysis.disclosure.tied.recheck import Published, exposed_tied_cells
from analysis.disclosure.tied.ties import Term, Tie
from analysis.disclosure.tied.whole_people import unconfirmed_requirements
from tests.analysis.disclosure.disclosure_cubes import districts

GROUPS = ("member", "woman", "youth")
GROUP = Dimension("group", ("group",), tuple((group,) for group in GROUPS))
REACHED = Dimension("answer", ("answer",), (("yes",), ("no",)), answers=True)
TREE = (("top", ("lot", "some")), ("low", ("little", "none")), ("rest", ("low", "no answer")))
ENOUGH = Dimension(
    "answer",
    ("answer",),
    tuple((leaf,) for leaf in ("lot", "some", "little", "none", "no answer")),
    TREE,
    answers=True,
)
POINTS = ("lot", "some", "little", "none")
TIE = Tie(
    "enough <= reached", (*(Term("enough", p, 1) for p in POINTS), Term("reached", "yes", -1)), 0, GROUPS
)
RULES = Rules(
    k=5,
    sensitive_k=5,
    base=10,
    raised=(),
    ladder=(Step(10, ("Total",)), Step(25, ("top", "rest", "low", "yes", "no")), Step(1000, ("*",))),
)


def tables(places: int, seed: int) -> tuple[Table, Table]:
    """Whether people were reached by help, and whether those thought it enough: few are, and few are displeased."""
    random = np.random.default_rng(seed)
    size = random.poisson(55, size=(places, 3))
    reached = random.binomial(size, 0.3)
    points = random.multinomial(reached, (0.5, 0.36, 0.08, 0.06))
    enough = np.concatenate([points, (size - reached)[..., None]], axis=-1)
    place = districts(places, 2)
    return (
        Table(Cube((place, GROUP, REACHED)), np.stack([reached, size - reached], axis=-1), name="reached"),
        Table(Cube((place, GROUP, ENOUGH)), enough, name="enough"),
    )


def one_by_one(several: tuple[Table, ...]) -> tuple[ProtectedTable, tuple[ProtectedTable, ...]]:
    bases = protect_bases(without_answers(several[0]), RULES)
    return bases, tuple(protect(table, RULES, bases) for table in several)


def shown(table: ProtectedTable) -> Flags:
    return np.array([count is not None for count in table.counts])


def told(several: tuple[ProtectedTable, ...]) -> list[Published]:
    return [Published(t.name, t.cube, {name: count for name, count, _ in t.rows()}, RULES.k) for t in several]


@pytest.mark.slow
@pytest.mark.parametrize("places", [6, 14])
def test_what_two_tables_give_away_together_is_hidden_together(places: int) -> None:
    """Six places are attacked all at once, fourteen by neighbourhoods; the reader of the result has the whole."""
    several = tables(places, 2)
    bases, apart = one_by_one(several)
    assert exposed_tied_cells(told(apart), []) == ()
    assert exposed_tied_cells(told(apart), [TIE]), "the attack has to succeed before it is repaired"
    chosen = protect_together(several, RULES, bases, [shown(table) for table in apart], [TIE])
    both, worlds = with_patterns(several, RULES, bases, chosen, [TIE])
    assert exposed_tied_cells(told(both), [TIE]) == ()
    assert exposed_tied_cells(told(both), [TIE], worlds) == ()
    hidden = sum(int((shown(one) & ~shown(other)).sum()) for one, other in zip(apart, both, strict=True))
    assert 0 < hidden < sum(int(shown(one).sum()) for one in apart) / 3


@pytest.mark.slow
def test_a_pattern_that_is_safe_table_by_table_is_refused_for_tied_tables() -> None:
    several = tables(6, 2)
    bases, apart = one_by_one(several)
    with pytest.raises(UnsafeError, match="requirements fail"):
        with_patterns(several, RULES, bases, [shown(table) for table in apart], [TIE])


@pytest.mark.slow
def test_where_no_repair_is_found_numbers_interviewed_alone_are_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Never each table by itself: the fallback is safe too, and it is the least that can be shown."""
    several = tables(6, 2)
    bases, apart = one_by_one(several)
    monkeypatch.setattr(joint, "CONFIRMATIONS", 0)
    chosen = protect_together(several, RULES, bases, [shown(table) for table in apart], [TIE])
    both, _ = with_patterns(several, RULES, bases, chosen, [TIE])
    published = [name[-1] for table in both for name, count, _ in table.rows() if count is not None]
    assert set(published) == {TOTAL}
    assert exposed_tied_cells(told(both), [TIE]) == ()


def test_counts_that_break_a_tie_stop_everything() -> None:
    reached, enough = tables(6, 2)
    counts = enough.counts.copy()
    counts[0, 0] = [0, 0, 0, counts[0, 0].sum(), 0]
    wrong = Table(enough.cube, counts, name="enough")
    bases, apart = one_by_one((reached, wrong))
    with pytest.raises(TieError):
        protect_together((reached, wrong), RULES, bases, [shown(table) for table in apart], [TIE])


@pytest.mark.slow
def test_a_world_that_disagrees_with_what_is_published_proves_nothing() -> None:
    several = tables(6, 2)
    bases, apart = one_by_one(several)
    chosen = protect_together(several, RULES, bases, [shown(table) for table in apart], [TIE])
    both, worlds = with_patterns(several, RULES, bases, chosen, [TIE])
    broken = worlds[0].copy()
    broken[0] += 1
    with pytest.raises(ValueError, match="does not agree"):
        exposed_tied_cells(told(both), [TIE], [broken])


def problem(need: float) -> Problem:
    """Two hidden counts a = 0 and b = 3, of which a reader knows 2a + 3b = 9: whole people reach a = 3, fractions 4.5."""
    known = np.array([False, False, True])
    reader = Reader(
        "who counts fractions",
        known,
        np.array([need, 0, 0]),
        np.array([2**60, 2**60, 2**60]),
        np.zeros(3, dtype=np.bool_),
    )
    sums = np.array([0.0, 3.0, 9.0])
    return Problem(
        matrix=sparse.csr_array(np.array([[1.0, 0.0], [0.0, 1.0], [2.0, 3.0]])),
        low=sums,
        high=sums,
        cells=3,
        shown=known,
        settled=known,
        readers=(reader,),
        inner=np.array([0.0, 3.0]),
    )


@pytest.mark.parametrize(("need", "failures"), [(3.0, 0), (4.0, 1)])
def test_what_only_fractions_of_people_reach_counts_as_failed(need: float, failures: int) -> None:
    small = problem(need)
    attack = Attack(small, small.readers[0], small.shown)
    assert list(attack.unproved()) == []
    assert len(list(unconfirmed_requirements(attack))) == failures
