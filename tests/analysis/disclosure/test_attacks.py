"""Each attack succeeds against tables that only hide small counts, and fails against protected ones."""

import numpy as np
import pytest

from analysis.disclosure.attack import audit
from analysis.disclosure.bounds import ranges, read_ranges
from analysis.disclosure.cube import Cube, Table, cell_counts, cells_by_name, incidence, without_answers
from analysis.disclosure.nodes import Dimension
from analysis.disclosure.primary import Rules, mark, mark_bases
from analysis.disclosure.problem import Figure, problem_over_bases, single_table_problem
from analysis.disclosure.protect import protect, protect_bases
from analysis.disclosure.search import safe_pattern
from tests.analysis.disclosure.disclosure_cubes import FIVE, GROUPS, LADDERED, PLAIN, attacked, people, shown

TOWN = Dimension("place", ("place",), (("town",),))
YES_NO = Dimension("answer", ("answer",), (("yes",), ("no",)), answers=True)


@pytest.mark.slow
def test_subtraction_from_margins() -> None:
    table = people(1, 30, number=8)
    only_primary = mark(table, PLAIN).shown
    assert attacked(table, only_primary).fails.any()
    assert not attacked(table, shown(protect(table, PLAIN))).fails.any()


def test_zeros_known_to_be_shown() -> None:
    counts = np.array([[1, 1, 40], [6, 6, 40], [9, 9, 30]])
    table = Table(
        Cube(
            (
                Dimension("a", ("a",), (("1",), ("2",), ("3",))),
                Dimension("b", ("b",), (("x",), ("y",), ("z",))),
            )
        ),
        counts,
    )
    rules = Rules(k=5, sensitive_k=5, raised=(), ladder=None)
    matrix, values = incidence(table.cube), cell_counts(table).astype(float)
    hidden = np.zeros(table.cube.inner_shape, dtype=bool)
    hidden[:2, :2] = True
    names = cells_by_name(table.cube)
    known = np.ones(len(values), dtype=bool)
    wanted = [names[str(i + 1), "xy"[j]] for i in range(2) for j in range(2)]
    known[wanted] = False
    least = hidden.ravel().astype(np.int64)
    low, high = ranges(matrix, values - matrix @ least, known, wanted)
    assert (low[wanted[:2]] == high[wanted[:2]]).all(), "where zeros are shown, hidden means one at least"
    protected = protect(Table(table.cube, np.where(counts == 1, 0, counts)), rules)
    assert protected.count(("1", "x")) is None
    assert protected.count(("1", "y")) is None


def test_percentage_beside_a_base_is_the_count() -> None:
    for base in range(1, 101):
        percents = [round(100 * count / base) for count in range(base + 1)]
        assert len(set(percents)) == base + 1
    table = Table(Cube((TOWN, FIVE)), np.array([[3, 12, 15, 20, 10]]))
    share = Figure("share of 1", (100 / 60, 0, 0, 0, 0), 4.5, 5.5)
    protected = protect(table, PLAIN, figures=(share,))
    assert protected.count(("town", "1")) is None
    assert protected.withheld == ("share of 1",)


@pytest.mark.slow
def test_weighted_percentage_with_known_weights() -> None:
    counts = np.array([[[2, 38], [30, 20], [25, 25]]])
    table = Table(Cube((Dimension("place", ("place",), (("town",),)), GROUPS, YES_NO)), counts)
    weights = np.array([[[0.61, 0], [1.37, 0], [1.73, 0]]])
    truth = float((weights * counts).sum())
    figure = Figure("weighted yes", tuple(weights.ravel()), truth - 0.05, truth + 0.05)
    marks, bases = mark(table, PLAIN), protect(table, PLAIN)
    settled = np.array([count is not None for count in bases.counts])
    with_figure = problem_over_bases(table, marks, PLAIN, settled, (figure,))
    careless = np.append(shown(bases), True)
    assert audit(with_figure, marks.primary, careless).failures
    assert protect(table, PLAIN, figures=(figure,)).audit.passed


@pytest.mark.slow
def test_mean_score_beside_hidden_cells() -> None:
    table = Table(Cube((TOWN, FIVE)), np.array([[0, 0, 0, 3, 37]]))
    mean = float(np.dot([1, 2, 3, 4, 5], table.counts[0]) / 40)
    figure = Figure("mean", tuple(np.array([1, 2, 3, 4, 5]) / 40), mean - 0.005, mean + 0.005)
    marks = mark(table, PLAIN)
    hidden = protect(table, PLAIN)
    problem = problem_over_bases(table, marks, PLAIN, shown(hidden), (figure,))
    assert audit(problem, marks.primary, np.append(shown(hidden), True)).failures
    assert protect(table, PLAIN, figures=(figure,)).withheld == ("mean",)
    assert not hidden.complete({"place": "town"})


@pytest.mark.slow
def test_known_bases() -> None:
    beaten = 0
    for seed in range(3):
        table = people(seed, 12, number=7)
        marks = mark(table, PLAIN)
        unaware = safe_pattern(single_table_problem(table, marks, PLAIN))
        beaten += bool(attacked(table, unaware).fails.any())
        assert not attacked(table, shown(protect(table, PLAIN))).fails.any()
    assert beaten


@pytest.mark.slow
def test_snapshots_while_data_arrive() -> None:
    before = people(3, 60, number=7)
    answers = []
    for answer in range(5):
        counts = before.counts.copy()
        counts[0, 0, answer] += 1
        answers.append(Table(before.cube, counts))
    told = [
        {answer for answer in range(5) if (cell_counts(table) - cell_counts(before))[answer] == 1}
        for table in answers
    ]
    assert told == [{0}, {1}, {2}, {3}, {4}], "a live table of answers tells the newest answer"
    live = {protect_bases(without_answers(table), LADDERED).counts for table in answers}
    assert len(live) == 1, "live numbers of interviews are the same whatever was answered"


@pytest.mark.slow
def test_two_releases_of_one_round_protected_apart() -> None:
    first = people(4, 40, number=8)
    late = np.random.default_rng(5).binomial(1, 0.4, size=first.counts.shape)
    second = Table(first.cube, first.counts + late)
    old, new = protect(first, PLAIN), protect(second, PLAIN)
    growth = [b - a for a, b in zip(old.counts, new.counts, strict=True) if a is not None and b is not None]
    assert any(0 < step < PLAIN.k for step in growth)
    again = protect(first, PLAIN)
    assert again.counts == old.counts
    assert again.digest == old.digest


@pytest.mark.slow
def test_exports_of_all_roles_joined() -> None:
    table = people(6, 25, number=8)
    harsh, mild = protect(table, Rules(8, 8, 10, (), None)), protect(table, PLAIN)
    reversed_table = Table(table.cube, table.counts)
    other = np.zeros(len(shown(mild)), dtype=bool)
    candidates = np.flatnonzero(mark(reversed_table, PLAIN).shown & ~shown(mild))
    other[candidates] = True
    assert attacked(table, shown(mild) | other).fails.any(), "another role's pattern would complete this one"
    for role in (mild, mild):
        assert not attacked(table, shown(role) | shown(mild)).fails.any()
    assert harsh.published <= mild.published


def test_unanimity() -> None:
    table = Table(Cube((TOWN, GROUPS, YES_NO)), np.array([[[30, 30], [25, 0], [30, 25]]]))
    only_primary = mark(table, PLAIN).shown
    names = cells_by_name(table.cube)
    assert only_primary[names["town", "woman", "yes"]], "hiding the zero alone leaves it plain to see"
    assert attacked(table, only_primary).fails[names["town", "woman", "no"]]
    protected = protect(table, PLAIN)
    assert protected.count(("town", "woman", "yes")) is None
    assert not attacked(table, shown(protected)).fails.any()


@pytest.mark.slow
def test_respondent_who_subtracts_the_own_answer() -> None:
    table = people(7, 20, number=8)
    only_primary, safe = mark(table, PLAIN).shown, shown(protect(table, PLAIN))
    counts, primary = cell_counts(table), mark(table, PLAIN).primary
    own = primary & (counts >= 1)
    bases = counts[np.arange(len(counts)) // 9 * 9 + 8]
    small = own & (bases >= 10) & (np.arange(len(counts)) % 9 < 8)
    exposed, hidden = attacked(table, only_primary), attacked(table, safe)
    assert (exposed.high[small] - exposed.low[small] == 0).any()
    others_high = hidden.high[small] - 1
    assert (others_high > counts[small] - 1).all(), "the others could be more than they are"
    assert (np.maximum(0, hidden.low[small] - 1) <= np.maximum(0, counts[small] - 2)).all()


def test_two_geographies_of_the_same_people() -> None:
    leaves = (("stayed",), ("moved",), ("other",))
    both = Dimension(
        "area",
        ("area",),
        leaves,
        (("now A", ("stayed", "moved")), ("then B", ("moved", "other"))),
        total=True,
    )
    counts = np.array([[40, 30], [2, 3], [35, 45]])
    table = Table(Cube((both, YES_NO)), counts)
    names = cells_by_name(table.cube)
    apart = np.zeros(len(names), dtype=bool)
    for area in ("now A", "then B", "Total", "other", "stayed"):
        for answer in ("yes", "no", "Total"):
            apart[names[area, answer]] = True
    found = read_ranges(table.cube, cell_counts(table), apart[: len(cell_counts(table))], 5)
    assert found.fails[names["moved", "yes"]], "current less reporting districts singles out who moved"
    protected = protect(table, PLAIN)
    assert not attacked(table, shown(protected)).fails.any()


@pytest.mark.slow
@pytest.mark.parametrize("base", [4, 9])
def test_hidden_bases_are_hidden_from_outsiders(base: int) -> None:
    counts = np.array([[base, 40, 50], [30, 35, 60]])
    table = Table(Cube((Dimension("place", ("place",), (("a",), ("b",))), GROUPS)), counts)
    only_primary = mark_bases(table, PLAIN, 10).shown
    found = read_ranges(table.cube, cell_counts(table), only_primary, 5)
    assert found.low[0] == found.high[0] == base
    protected = protect_bases(table, PLAIN)
    assert not read_ranges(table.cube, cell_counts(table), shown(protected), 5).fails.any()
