"""Requirements met by fractions of people only, looked at again with whole ones."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from analysis.disclosure.attack import SIGNS, Attack
from analysis.disclosure.linear.neighbourhood import Neighbourhood
from analysis.disclosure.linear.programs import TOLERANCE, Reals
from analysis.disclosure.linear.worlds import Failure

#: Nodes that a search for whole people may open before a requirement counts as failed.
NODES = 2_000

#: What part of it is to seek worlds by linear programs.
SOUGHT = 0.3


def unconfirmed_requirements(attack: Attack) -> Iterator[Failure]:
    """Search a world of whole people where a world of fractions barely meets a requirement; yield what has none.

    Parameters
    ----------
    attack
        Whose requirements fractions of people meet.

    Yields
    ------
    Failure

    Examples
    --------
    Of two hidden counts, 0 and 3, the reader knows that twice the first and three times the second make 9.
    The first could be 4.5 and so reach 4; of whole people it is 3 at most.

    >>> from scipy import sparse
    >>> from analysis.disclosure.problem import Problem, Reader
    >>> sums, known = np.array([0.0, 3.0, 9.0]), np.array([False, False, True])
    >>> need, nothing = np.array([4, 0, 0]), np.zeros(3, dtype=np.bool_)
    >>> reader = Reader("who counts", known, need, np.full(3, 2**60), nothing)
    >>> matrix = sparse.csr_array(np.array([[1.0, 0.0], [0.0, 1.0], [2.0, 3.0]]))
    >>> attack = Attack(Problem(matrix, sums, sums, 3, known, known, (reader,), sums[:2]), reader, known)
    >>> list(attack.unproved()), [failure.cell for failure in unconfirmed_requirements(attack)]
    ([], [0])
    """
    effort = attack.effort
    stage = effort.stage
    effort.begin_stage(0.0, SOUGHT, stage)
    unmet = list(attack.unconfirmed())
    effort.begin_stage(SOUGHT, 1.0, stage)
    for number, failure in enumerate(unmet):
        effort.settle(number / len(unmet))
        if attack.proofs.holds(failure.kind, failure.cell, whole=True):
            continue
        if effort.is_used_up:
            yield failure
            continue
        world = _whole_world(attack, failure.kind, failure.cell)
        if world is None:
            yield failure
        else:
            attack.learn(world)


def failures_of_whole_people(attack: Attack) -> Iterator[Failure]:
    """The requirements that no world of fractions meets, and then those that none of whole people does.

    Parameters
    ----------
    attack
        Of one reader.

    Yields
    ------
    Failure

    Examples
    --------
    The sum and the 20 give the 3 away.

    >>> from analysis.disclosure.cube import Cube, Table
    >>> from analysis.disclosure.nodes import Dimension
    >>> from analysis.disclosure.primary import Rules, mark
    >>> from analysis.disclosure.problem import single_table_problem
    >>> table = Table(Cube((Dimension("place", ("place",), (("a",), ("b",))),)), np.array([3, 20]))
    >>> problem = single_table_problem(table, mark(table, Rules()), Rules())
    >>> attack = Attack(problem, problem.readers[0], np.array([False, True, True]))
    >>> sorted({failure.kind for failure in failures_of_whole_people(attack)})
    ['high', 'low']
    """
    yield from attack.unproved()
    yield from unconfirmed_requirements(attack)


def _whole_world(attack: Attack, kind: str, cell: int) -> Reals | None:
    row = attack.cells[[cell]]
    for near in attack.around.near(cell):
        for sign in SIGNS[kind]:
            found = _whole_world_near(attack, near, row, sign, _need(attack, kind, cell, sign))
            if found is not None:
                return found
    return None


def _whole_world_near(
    attack: Attack, near: Neighbourhood, row: Any, sign: float, need: float
) -> Reals | None:
    """A search among all counts of a neighbourhood is the last resort.

    Where fractions of people fall short, whole ones do too. In the world of fractions closest to the truth few counts
    differ from it, and whole people nearly always do with these.
    """
    attack.effort.spend(len(near.free))
    if sign * float((row @ near.extreme(row, sign))[0]) < need - TOLERANCE:
        return None
    attack.effort.spend(2 * len(near.free))
    closest = near.closest(row, sign, need)
    if closest is None:
        return None
    whole = np.rint(closest)
    if np.abs(closest - whole).max() <= TOLERANCE:
        return whole
    changed = np.flatnonzero(np.abs(closest - attack.problem.inner) > TOLERANCE)
    few = Neighbourhood(attack.around.sight, attack.published, changed)
    for each in (few, near):
        found, opened = each.whole(row, sign, need, NODES)
        attack.effort.spend(len(each.free) * (1 + opened))
        if found is not None:
            return found
    return None


def _need(attack: Attack, kind: str, cell: int, sign: float) -> float:
    if kind == "high":
        return float(attack.reader.high[cell])
    if kind == "low":
        return -float(attack.reader.low[cell])
    return float(sign * attack.problem.counts[cell] + 1)
