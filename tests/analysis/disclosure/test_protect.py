"""Protected tables: who may make them, sabotage, odd cubes, district cubes, many questions."""

import pickle
from dataclasses import replace

import numpy as np
import pytest

from analysis.disclosure.bounds import read_ranges
from analysis.disclosure.cube import Cube, Table, cell_counts, cell_nodes, cells_by_name, without_answers
from analysis.disclosure.linear.worlds import Audit
from analysis.disclosure.nodes import Dimension
from analysis.disclosure.primary import RaisedBase, Rules, Step, mark
from analysis.disclosure.protect import protect, protect_bases, with_pattern
from analysis.disclosure.protected_table import ProtectedTable
from analysis.disclosure.questions import protected_in_turn
from analysis.disclosure.search import UnsafeError
from tests.analysis.disclosure.disclosure_cubes import (
    FIVE,
    GROUPS,
    LADDER,
    LADDERED,
    PLAIN,
    attacked,
    districts,
    people,
    shown,
)

LADDER_FROM_TEN = (
    Step(10, ("Total", "top2", "rest")),
    Step(25, ("3", "low")),
    Step(50, ("1", "2", "4", "5")),
)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("size", "ladder", "least"),
    [
        (40, LADDER, 1700),
        (20, LADDER, 1040),
        (10, LADDER, 520),
        (20, LADDER_FROM_TEN, 1150),
        (10, LADDER_FROM_TEN, 560),
    ],
)
def test_district_cube_is_safe_and_shows_enough(size: int, ladder: tuple[Step, ...], least: int) -> None:
    table = people(2, size)
    protected = protect(table, replace(LADDERED, ladder=ladder))
    assert len(protected.counts) == 2880
    assert protected.audit.passed
    assert protected.published >= least


@pytest.mark.slow
def test_uneven_district_cube_is_safe_in_every_range() -> None:
    table = people(11, 30, number=12, uneven=True)
    protected = protect(table, LADDERED)
    published = shown(protected)
    assert not attacked(table, published, LADDERED).fails.any()
    assert not read_ranges(table.cube, cell_counts(table), published, 5).fails.any()


ODD = {
    "one leaf each": Cube(
        (Dimension("a", ("a",), (("x",),)), Dimension("b", ("b",), (("y",),), answers=True))
    ),
    "answers alone": Cube((FIVE,)),
    "one child": Cube(
        (
            Dimension("a", ("a",), (("x",), ("y",))),
            replace(FIVE, tree=(("only", ("1",)), ("same", ("only",)))),
        )
    ),
    "overlapping": Cube((districts(5, 2), replace(FIVE, tree=(("u", ("1", "2", "3")), ("v", ("3", "4")))))),
    "three columns": Cube(
        (
            Dimension(
                "p", ("z", "p", "d"), (("N", "a", "1"), ("N", "a", "2"), ("N", "b", "1"), ("S", "c", "1"))
            ),
            Dimension("sex", ("sex",), (("f",), ("m",))),
        )
    ),
    "no total": Cube((districts(4, 2), replace(GROUPS, total=False), FIVE)),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("size", [0, 2, 12])
def test_odd_cubes_are_safe(name: str, size: int) -> None:
    cube = ODD[name]
    counts = np.random.default_rng(size).poisson(size, size=cube.inner_shape)
    counts[0] = 0
    table = Table(cube, counts)
    published = shown(protect(table, PLAIN))
    assert not (published & mark(table, PLAIN).primary).any()
    assert not attacked(table, published).fails.any()
    assert not read_ranges(cube, cell_counts(table), published, 5).fails.any()


def test_nobody_else_makes_a_protected_table() -> None:
    table = protect(people(1, 40, number=7), LADDERED)
    with pytest.raises(TypeError):
        ProtectedTable("", table.cube, table.counts, (), (), LADDERED, False, Audit(0, 0, 0), object())
    with pytest.raises(ValueError, match="seal"):
        replace(table, counts=table.counts)  # type: ignore[call-arg]
    assert pickle.loads(pickle.dumps(table)).digest == table.digest


@pytest.mark.slow
def test_sabotaged_patterns_are_refused() -> None:
    table = people(2, 30, number=7)
    protected = protect(table, PLAIN)
    published, marks = shown(protected), mark(table, PLAIN)
    assert with_pattern(table, PLAIN, published).counts == protected.counts
    primary = published.copy()
    primary[np.flatnonzero(marks.primary)[0]] = True
    with pytest.raises(UnsafeError, match="rules hide"):
        with_pattern(table, PLAIN, primary)
    refused = 0
    for cell in np.flatnonzero(marks.shown & ~published):
        complement = published.copy()
        complement[cell] = True
        try:
            with_pattern(table, PLAIN, complement)
        except UnsafeError:
            refused += 1
    assert refused


@pytest.mark.slow
def test_hidden_cells_hold_no_number() -> None:
    protected = protect(people(2, 15, number=7), LADDERED)
    for _, count, status in protected.rows():
        assert (count is None) == (status == "suppressed")
    assert protected.hidden + protected.published == len(protected.counts)


@pytest.mark.slow
def test_ladder_and_raised_base_bind_every_cell() -> None:
    rules = replace(LADDERED, raised=(RaisedBase("group", "member", 45),))
    table = people(5, 40, number=9)
    counts, protected = cell_counts(table), protect(table, rules)
    needed = {node: step.base for step in LADDER for node in step.nodes}
    for cell in np.flatnonzero(shown(protected)):
        _, group, answer = cell_nodes(table.cube, int(cell))
        base = counts[cell // 9 * 9 + 8]
        assert base >= needed[answer.labels[0]]
        if group.labels == ("member",) and answer.labels != ("Total",):
            assert base >= 45


@pytest.mark.slow
def test_sensitive_question_uses_the_larger_k() -> None:
    table = replace(people(5, 40, number=9), sensitive=True)
    protected = protect(table, replace(PLAIN, sensitive_k=10))
    answers = [count for cell, count in enumerate(protected.counts) if cell % 9 < 8 and count is not None]
    assert min(answers) >= 10


@pytest.mark.slow
def test_questions_share_bases_in_any_number_of_processes() -> None:
    tables = [replace(people(seed, 25, number=7), name=f"q{seed}") for seed in (1, 2)]
    same_bases = replace(tables[1], counts=np.flip(tables[0].counts, axis=2).copy())
    bases = protect_bases(without_answers(tables[0]), LADDERED)
    asked = [tables[0], same_bases]
    alone, together = (
        {one.name: one for one in protected_in_turn(asked, LADDERED, bases, {}, workers)}
        for workers in (1, 2)
    )
    for table in alone.values():
        for name, cell in cells_by_name(bases.cube).items():
            assert table.count((*name, "Total")) == bases.counts[cell]
    assert {name: table.digest for name, table in together.items()} == {n: t.digest for n, t in alone.items()}
    with pytest.raises(ValueError, match="add up"):
        protect(tables[1], LADDERED, bases)


@pytest.mark.slow
def test_question_for_some_groups_finds_its_bases_by_name() -> None:
    table = people(8, 40, number=9)
    bases = protect_bases(without_answers(table), LADDERED)
    women = replace(GROUPS, leaves=(("woman",), ("youth",)), total=False)
    cube = Cube((table.cube.dimensions[0], women, FIVE))
    protected = protect(Table(cube, table.counts[:, 1:]), LADDERED, bases)
    assert protected.audit.passed
    assert ("province 0", "Total", "Total", "Total") not in cells_by_name(cube)


@pytest.mark.parametrize("rules", [{"k": 0}, {"k": 6, "sensitive_k": 5}, {"base": -1}])
def test_rules_without_meaning_are_refused(rules: dict[str, int]) -> None:
    with pytest.raises(ValueError):
        Rules(**rules)  # type: ignore[arg-type]


def test_count_that_cannot_be_smaller_is_refused() -> None:
    sides = (Dimension("a", ("a",), (("1",), ("2",))), Dimension("b", ("b",), (("x",), ("y",))))
    table = Table(Cube(sides), np.array([[3, 6], [40, 0]]))
    margins = np.array([any("Total" in node.labels for node in cell_nodes(table.cube, i)) for i in range(9)])
    with pytest.raises(UnsafeError, match="first low of '1 / x'"):
        with_pattern(table, PLAIN, margins)
    assert protect(table, PLAIN).audit.passed


@pytest.mark.parametrize("seed", range(40))
def test_a_table_is_made_however_many_people_everybody_knows(seed: int) -> None:
    """Of a small place all people may be known, as where nobody was asked alone: of their number nothing is left to hide."""
    chance = np.random.default_rng(seed)
    place = Dimension("place", ("place",), tuple((name,) for name in "abcd"))
    answer = Dimension("answer", ("answer",), (("yes",), ("no",)), answers=True)
    counts = chance.poisson((1, 1, 9, 30), (2, 4)).T
    known = np.zeros_like(counts)
    known[:, 1] = chance.binomial(counts[:, 1], 0.5)
    counts[0] = (0, known[0, 1] + 1)
    known[0, 1] += 1
    table = Table(Cube((place, answer)), counts, known=known)
    protected = protect(table, Rules(ladder=None))
    assert protected.count(("a", "Total")) is None
