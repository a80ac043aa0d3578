"""Repair: hide as little more as makes an attack fail, then show again what need not be hidden."""

from collections.abc import Iterator, Sequence
from typing import Any

import highspy
import numpy as np
from scipy import sparse

from analysis.disclosure.attack import Attack
from analysis.disclosure.cube import Flags
from analysis.disclosure.linear.neighbourhood import Neighbourhood, padded_flags
from analysis.disclosure.linear.programs import TOLERANCE, ContradictionError
from analysis.disclosure.linear.worlds import Failure
from analysis.disclosure.problem import Problem, Reals

FIGURE_COST = 5.0
PASSES = 20
CLOSENESS = 0.3
RELUCTANCE = 0.1
#: Where so few cells of a neighbourhood are enough, no wider one is tried.
FEW = 4
#: What part of a repair it is to seek what fails.
SOUGHT = 0.2

Goal = tuple[int, float, float]


def repair(problem: Problem, attacks: Sequence[Attack], rounds: int) -> bool:
    """Hide further cells until every attack fails everywhere.

    Parameters
    ----------
    problem
        The cells, figures and readers.
    attacks
        One attack for each reader, all on the same pattern, which is changed.
    rounds
        How often to look for a sparser deviation, once at least.

    Returns
    -------
    bool
        Whether every requirement could be met.  For a cell that fails, the
        least-cost set of published cells is hidden whose deviation from the
        truth would let the cell reach its required value: a linear program
        that minimises the sum of absolute deviations.

    Examples
    --------
    The sum and the 20 give the 3 away: the 20 is hidden, which costs fewer people than the sum.

    >>> from analysis.disclosure.cube import Cube, Table
    >>> from analysis.disclosure.nodes import Dimension
    >>> from analysis.disclosure.primary import Rules, mark
    >>> from analysis.disclosure.problem import single_table_problem
    >>> table = Table(Cube((Dimension("place", ("place",), (("a",), ("b",))),)), np.array([3, 20]))
    >>> problem = single_table_problem(table, mark(table, Rules()), Rules())
    >>> attack = Attack(problem, problem.readers[0], np.array([False, True, True]))
    >>> repair(problem, [attack], 1), attack.published.tolist()
    (True, [False, False, True])
    """
    effort = attacks[0].effort
    stage = effort.stage
    for _ in range(PASSES):
        effort.begin_stage(0.0, SOUGHT, stage)
        failures = [failure for attack in attacks for failure in attack.unproved()]
        if not failures:
            return True
        effort.begin_stage(SOUGHT, 1.0, stage)
        for number, failure in enumerate(failures):
            effort.settle(number / len(failures))
            if attacks[_position(attacks, failure)].holds(failure):
                continue
            if effort.is_used_up or not hide_for(problem, attacks, failure, rounds):
                return False
    return False


def _position(attacks: Sequence[Attack], failure: Failure) -> int:
    return [attack.reader.name for attack in attacks].index(failure.reader)


def hide_for(
    problem: Problem, attacks: Sequence[Attack], failure: Failure, rounds: int, nodes: int | None = None
) -> bool:
    """Hide the cheapest cells that let a failing cell meet its need; whether there are any.

    With a limit of nodes the world that proves it holds whole people.

    Parameters
    ----------
    problem
        The cells, figures and readers.
    attacks
        One attack for each reader, all on the same pattern, which is changed.
    failure
        The requirement that is not met.
    rounds
        As for `repair`.
    nodes
        How many nodes a search for whole people may open; fractions of people without it.

    Returns
    -------
    bool

    Examples
    --------
    >>> from analysis.disclosure.cube import Cube, Table
    >>> from analysis.disclosure.nodes import Dimension
    >>> from analysis.disclosure.primary import Rules, mark
    >>> from analysis.disclosure.problem import single_table_problem
    >>> table = Table(Cube((Dimension("place", ("place",), (("a",), ("b",))),)), np.array([3, 20]))
    >>> problem = single_table_problem(table, mark(table, Rules()), Rules())
    >>> attack = Attack(problem, problem.readers[0], np.array([False, True, True]))
    >>> hide_for(problem, [attack], next(attack.unproved()), 1), attack.published.tolist()
    (True, [False, False, True])
    """
    position = _position(attacks, failure)
    attack = attacks[position]
    best = _cheapest_world(problem, attack, failure, rounds, nodes)
    if best is None:
        return False
    for sum_ in np.flatnonzero(_deviating(problem, attack.published, best)):
        for each in attacks:
            each.hide(int(sum_))
    for each in attacks[position:]:
        each.learn(best)
    return True


def _cheapest_world(
    problem: Problem, attack: Attack, failure: Failure, rounds: int, nodes: int | None
) -> Reals | None:
    """Of the worlds that would let a cell meet its need, the one for which least has to be hidden.

    A wider neighbourhood is not tried where few cells of a smaller one do: it takes many times as long and seldom spares one.
    """
    best, least = None, np.inf
    around, cell = attack.around, failure.cell
    neighbourhoods = around.near(cell) if attack.effort.is_hasty else iter(around.holding(cell))
    for near in neighbourhoods:
        for goal in _goals(attack, failure):
            for world in _sparse_worlds(problem, attack, goal, rounds, near, nodes):
                deviating = _deviating(problem, attack.published, world)
                cost = float(deviating.sum() if problem.cost is None else problem.cost[deviating].sum())
                if cost < least:
                    best, least = world, cost
        if best is None:
            continue
        if attack.effort.is_hasty or _deviating(problem, attack.published, best).sum() <= FEW:
            break
    return best


def _goals(attack: Attack, failure: Failure) -> list[Goal]:
    cell, count = failure.cell, float(attack.problem.counts[failure.cell])
    if failure.kind == "high":
        return [(cell, 1.0, float(attack.reader.high[cell]))]
    if failure.kind == "low":
        return [(cell, -1.0, -float(attack.reader.low[cell]))]
    down = [(cell, -1.0, 1 - count)] if count >= 1 else []
    return [(cell, 1.0, count + 1), *down]


def _sparse_worlds(
    problem: Problem, attack: Attack, goal: Goal, rounds: int, near: Neighbourhood, nodes: int | None
) -> Iterator[Reals]:
    """Worlds that reach a goal, each next one drawn to the cells that deviate most in the last."""
    weight = np.ones(len(problem.low))
    for _ in range(rounds):
        world = _least_deviation(problem, attack, goal, weight, near, nodes)
        if world is None:
            return
        yield world
        values = problem.matrix @ world
        deviation = np.maximum(problem.low - values, values - problem.high)
        if (deviation[attack.published] > TOLERANCE).sum() <= 1:
            return
        weight = 1 / (np.maximum(deviation, 0.0) + CLOSENESS)


def _deviating(problem: Problem, published: Flags, world: Reals) -> Flags:
    values = problem.matrix @ world
    outside = (values < problem.low - TOLERANCE) | (values > problem.high + TOLERANCE)
    deviating: Flags = published & outside & ~problem.settled
    return deviating


def _least_deviation(
    problem: Problem, attack: Attack, goal: Goal, price: Reals, near: Neighbourhood, nodes: int | None
) -> Reals | None:
    """The world closest to what is published in which a cell's count, times a sign, reaches its need.

    It differs from the truth in the neighbourhood only.
    """
    cell, sign, need = goal
    near.solved_apart += 1
    attack.effort.spend(len(problem.inner))
    known = padded_flags(attack.reader.known, problem)
    fixed = np.flatnonzero(known | (problem.settled & attack.published))
    loose = np.flatnonzero(attack.published & ~known & ~problem.settled)
    rows, low, high = near.local_rows(fixed)
    target, target_low, _ = near.local_rows(np.array([cell]))
    need += sign * float(target_low[0] - problem.low[cell])
    loose_rows, loose_low, loose_high = near.local_rows(loose)
    touched = np.diff(loose_rows.indptr) > 0
    loose, loose_rows = loose[touched], loose_rows[touched]
    ties, ties_low, ties_high = near.local_ties()
    matrix = _with_slack(sparse.vstack([rows, ties, sign * target, loose_rows]), len(loose))
    low = np.concatenate([low, ties_low, [need], loose_low[touched]])
    high = np.concatenate([high, ties_high, [np.inf], loose_high[touched]])
    found = _minimise(matrix, low, high, _cost(problem, loose) * price[loose], near.ceiling, nodes)
    return None if found is None else near.world(found)


def _cost(problem: Problem, sums: Any) -> Reals:
    """What it costs that a sum deviates: one for each, a little more for many people, or what the maker says."""
    if problem.cost is not None:
        cost: Reals = problem.cost[sums] / max(float(problem.cost.mean()), TOLERANCE)
        return cost
    return np.where(sums < problem.cells, 1.0 + RELUCTANCE * _size(problem, sums), FIGURE_COST)


def _size(problem: Problem, sums: Any) -> Reals:
    """Share of the largest count, to prefer hiding few people among equal choices."""
    sizes: Reals = problem.low[sums] / max(1.0, float(problem.counts.max(initial=0)))
    return sizes


def _with_slack(matrix: Any, loose: int) -> Any:
    """Add to the last rows one column each for falling short and for exceeding."""
    rows = matrix.shape[0]
    places = (np.arange(rows - loose, rows), np.arange(loose))
    slack = sparse.csr_array((np.ones(loose), places), shape=(rows, loose))
    return sparse.csr_array(sparse.hstack([matrix, slack, -slack]))


def _minimise(
    matrix: Any, low: Reals, high: Reals, cost: Reals, ceiling: float, nodes: int | None
) -> Reals | None:
    inner = matrix.shape[1] - 2 * len(cost)
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = matrix.shape[1], matrix.shape[0]
    model.col_cost_ = np.concatenate([np.zeros(inner), cost, cost])
    model.col_lower_ = np.zeros(matrix.shape[1])
    model.col_upper_ = np.concatenate([np.full(inner, ceiling), np.full(2 * len(cost), np.inf)])
    model.row_lower_, model.row_upper_ = low, high
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_, model.a_matrix_.index_ = matrix.indptr, matrix.indices
    model.a_matrix_.value_ = matrix.data
    highs: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    if nodes is not None:
        whole, part = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
        model.integrality_ = [whole] * inner + [part] * (2 * len(cost))
        highs.setOptionValue("mip_max_nodes", nodes)
    highs.passModel(model)
    highs.run()
    if not _usable(highs, nodes):
        return None
    found = np.array(highs.getSolution().col_value[:inner])
    return found if nodes is None else np.rint(found)


def _usable(highs: Any, nodes: int | None) -> bool:
    """Whether there is an optimum, or for whole people any solution: one that hides more is safe too."""
    if highs.getModelStatus() == highspy.HighsModelStatus.kOptimal:
        return True
    return nodes is not None and highs.getInfo().primal_solution_status == int(
        highspy.SolutionStatus.kSolutionStatusFeasible
    )


def show_again(attacks: Sequence[Attack], hidden: Sequence[int], share: float = np.inf) -> None:
    """Publish again, in the given order, each hidden cell that every attack survives.

    Parameters
    ----------
    attacks
        One attack for each reader, all on the same safe pattern, which is
        changed and stays safe.
    hidden
        Cells and figures to try.
    share
        Of the effort that is allowed; when all of it is spent, no further one is tried.

    Examples
    --------
    Everything was hidden; the sum can be shown, and then the 20 cannot.

    >>> from analysis.disclosure.cube import Cube, Table
    >>> from analysis.disclosure.nodes import Dimension
    >>> from analysis.disclosure.primary import Rules, mark
    >>> from analysis.disclosure.problem import single_table_problem
    >>> table = Table(Cube((Dimension("place", ("place",), (("a",), ("b",))),)), np.array([3, 20]))
    >>> problem = single_table_problem(table, mark(table, Rules()), Rules())
    >>> attack = Attack(problem, problem.readers[0], np.zeros(3, dtype=np.bool_))
    >>> show_again([attack], [2, 1])
    >>> attack.published.tolist()
    [False, False, True]
    """
    effort = attacks[0].effort
    stage = effort.stage
    for number, sum_ in enumerate(hidden):
        if effort.exceeds(share):
            return
        effort.begin_stage(number / len(hidden), (number + 1) / len(hidden), stage)
        before = [attack.proofs.kept for attack in attacks]
        for attack in attacks:
            attack.publish(sum_)
        if all(_safe(attack) for attack in attacks):
            continue
        for attack, kept in zip(attacks, before, strict=True):
            attack.hide(sum_)
            attack.proofs.restore(kept)


def _safe(attack: Attack) -> bool:
    try:
        return attack.is_safe()
    except ContradictionError:
        return False
