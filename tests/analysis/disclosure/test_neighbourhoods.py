"""Attacks place by place come to the same end as those on everything at once; what they count says how far they are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from analysis.disclosure.attack import Attack, audit
from analysis.disclosure.cube import Cube, Table, cell_names, without_answers
from analysis.disclosure.linear.effort import Effort
from analysis.disclosure.linear.neighbourhood import Sight
from analysis.disclosure.linear.tiers import SMALL, tiers_of_table
from analysis.disclosure.nodes import TOTAL
from analysis.disclosure.primary import mark
from analysis.disclosure.problem import Problem, Reader, TieRows, problem_over_bases
from analysis.disclosure.protect import protect, protect_bases, protect_together, with_patterns
from analysis.disclosure.questions import results_as_ready
from analysis.disclosure.search import safe_pattern
from analysis.disclosure.tied.recheck import Published, exposed_tied_cells
from tests.analysis.disclosure.disclosure_cubes import GROUPS, PLAIN, districts, people, shown
from tests.analysis.disclosure.tied.test_joint import RULES, TIE, tables

#: Districts in divisions of provinces.
PLACES = 24


def large_table(seed: int) -> Table:
    """Twenty-four districts in two provinces, each of four divisions: more counts than are attacked at once."""
    made = people(seed, 60, number=PLACES)
    place = replace(
        districts(PLACES, 2),
        tree=tuple(
            (f"division {part}", tuple(f"district {i:02d}" for i in range(PLACES) if i % 8 == part))
            for part in range(8)
        ),
    )
    return Table(Cube((place, GROUPS, made.cube.dimensions[2])), made.counts)


def posed(table: Table) -> Problem:
    bases = shown(protect_bases(without_answers(table), PLAIN))
    answers = table.cube.shape[-1]
    flags = np.zeros(int(np.prod(table.cube.shape)), np.bool_)
    flags[answers - 1 :: answers] = bases
    return problem_over_bases(table, mark(table, PLAIN), PLAIN, flags)


@pytest.mark.slow
def test_the_pattern_is_the_same_with_neighbourhoods_and_without() -> None:
    table = large_table(1)
    assert table.counts.size > SMALL
    tiers, problem = tiers_of_table(table.cube), posed(table)
    assert [len(tier) for tier in tiers] == [8, 1]
    near, far = safe_pattern(problem, Effort(), tiers), safe_pattern(problem, Effort())
    assert (near == far).all()
    assert not near.all()


@pytest.mark.slow
@pytest.mark.parametrize("seed", [3, 4])
def test_neighbourhoods_find_every_failure_that_an_attack_on_everything_finds(seed: int) -> None:
    """What alone is small is hidden here, so that much can be subtracted."""
    table = large_table(seed)
    problem = posed(table)
    primary = mark(table, PLAIN).primary
    near = audit(problem, primary, problem.shown, tiers_of_table(table.cube))
    far = audit(problem, primary, problem.shown)
    assert near.failures == far.failures
    assert near.failures, "an attack that never succeeds proves nothing"


@pytest.mark.slow
def test_worlds_that_were_dropped_come_back_with_all_that_they_proved() -> None:
    table = large_table(5)
    problem = posed(table)
    answers = problem.shown & ~problem.settled
    published = problem.shown & ~(answers & (np.random.default_rng(5).random(len(answers)) < 0.6))
    attack = Attack(problem, problem.readers[0], published, tiers_of_table(table.cube))
    list(attack.unproved())
    before = {kind: flags.copy() for kind, flags in attack.proofs.proved.items()}
    kept = attack.proofs.kept
    moved = np.abs(np.array([proof.world.sums for proof in kept]) - problem.low).max(axis=0) > 0.5
    cells = np.flatnonzero(answers & ~published & moved)[:3]
    for cell in cells.tolist():
        attack.publish(cell)
    assert len(attack.proofs.kept) < len(kept)
    assert any((attack.proofs.proved[kind] != flags).any() for kind, flags in before.items())
    for proof in attack.proofs.kept:
        assert np.allclose(proof.world.sums[cells], problem.low[cells])
    attack.proofs.restore(kept)
    assert all((attack.proofs.proved[kind] == flags).all() for kind, flags in before.items())


def cluster(places: int) -> tuple[object, ...]:
    """What `protect_together` takes."""
    several = tables(places, 2)
    bases = protect_bases(without_answers(several[0]), RULES)
    return several, RULES, bases, [shown(protect(table, RULES, bases)) for table in several], [TIE]


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_how_far_tied_tables_are_is_told_while_they_are_worked_on(workers: int) -> None:
    told: list[tuple[int, float]] = []
    job = cluster(6)
    found = dict(results_as_ready(protect_together, [job, job], workers, lambda *now: told.append(now)))
    for place in range(2):
        shares = [share for one, share in told if one == place]
        assert shares == sorted(set(shares))
        assert len(shares) >= 3
        assert 0 < shares[0] < 0.7 < shares[-1] <= 1
    same = protect_together(*job)  # type: ignore[arg-type]
    assert all((one == other).all() for one, other in zip(found[0], same, strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("limit", [None, 10**9])
def test_tied_tables_stay_safe_when_the_effort_is_spent(limit: int | None) -> None:
    """What could be shown again stays hidden, with a limit repairs are hasty too; no more is shown than with all the effort."""
    several, rules, bases, alone, ties = cluster(6)
    full, short = (
        protect_together(several, rules, bases, alone, ties, Effort(allowed, limit=limit))  # type: ignore[arg-type]
        for allowed in (10**9, 1)
    )
    assert sum(int(flags.sum()) for flags in short) <= sum(int(flags.sum()) for flags in full)
    protected, _ = with_patterns(several, rules, bases, short, ties)  # type: ignore[arg-type]
    assert all(table.audit.passed for table in protected)
    told = [Published(t.name, t.cube, {name: n for name, n, _ in t.rows()}, RULES.k) for t in protected]
    assert exposed_tied_cells(told, [TIE]) == ()


def test_of_tied_tables_that_reach_the_limit_of_effort_only_numbers_interviewed_are_shown() -> None:
    several, rules, bases, alone, ties = cluster(6)
    patterns = protect_together(several, rules, bases, alone, ties, Effort(1, limit=1))  # type: ignore[arg-type]
    for table, pattern in zip(several, patterns, strict=True):  # type: ignore[call-overload]
        names = [cell_names(table.cube, int(cell))[0][-1] for cell in np.flatnonzero(pattern)]
        assert names
        assert set(names) == {TOTAL}


def test_who_is_unaware_of_people_still_knows_what_is_published() -> None:
    """A published sum may have a low limit alone, as people known to be somewhere have: only these are known to few."""
    hidden = np.ones(2, np.bool_)
    rows = TieRows(
        sparse.csr_array(np.array([[1.0, -0.5], [1.0, 0.0]])),
        np.array([0.0, 3.0]),
        np.full(2, np.inf),
        np.array([False, True]),
    )
    nothing = np.zeros(2, np.bool_)
    counts = np.array([8, 12])
    for unaware, low in ((hidden, [0.0, -np.inf]), (None, [0.0, 3.0]), (nothing, [0.0, 3.0])):
        reader = Reader("anybody", nothing, counts, counts, nothing, unaware)
        matrix = sparse.csr_array(np.identity(2))
        problem = Problem(
            matrix, counts, counts, 2, nothing, nothing, (reader,), counts.astype(float), ties=rows
        )
        ties = Sight(problem, reader).ties
        assert ties is not None
        assert ties.low.tolist() == low
