"""Loss of the suppression against proven optima, and its time: `python -m benchmarks.disclosure`.

Small cubes are solved as integer programs (HiGHS): one yes or no per cell that
may be shown, and for every requirement of every reader one possible world that
may differ from what is published only where cells are hidden.
"""

import argparse
import sys
import time
from dataclasses import dataclass

import highspy
import numpy as np
from scipy import sparse

from analysis.disclosure.cube import Cube, Table
from analysis.disclosure.nodes import Dimension
from analysis.disclosure.primary import Marks, Rules, Step, mark
from analysis.disclosure.problem import Problem, Reader, Reals, single_table_problem
from analysis.disclosure.protect import protect
from analysis.disclosure.search import safe_pattern

LADDER = (Step(10, ("Total",)), Step(25, ("top2", "rest", "3", "low")), Step(50, ("*",)))


@dataclass(frozen=True, slots=True)
class Loss:
    """Hidden cells of one small cube, and the fewest that are safe."""

    hidden: int
    optimum: int

    @property
    def ratio(self) -> float:
        """Hidden cells over the optimum, less one."""
        return self.hidden / self.optimum - 1


def small_table(seed: int) -> Table:
    """A random cube of 4 to 6 districts, 3 groups and 2 or 3 answers, without a base rule."""
    random = np.random.default_rng(seed)
    sizes = (int(random.integers(4, 7)), 3, int(random.integers(2, 4)))
    dimensions = tuple(
        Dimension(name, (name,), tuple((f"{name}{i}",) for i in range(size)))
        for name, size in zip(("district", "group", "answer"), sizes, strict=True)
    )
    counts = random.poisson(random.gamma(2.0, random.uniform(4, 10), size=sizes))
    return Table(Cube(dimensions), counts)


def optimum(problem: Problem, primary: np.ndarray, seconds: float) -> int | None:
    """Fewest hidden cells that meet every requirement of primary cells; None if not proven in time."""
    candidates = np.flatnonzero(problem.shown & ~problem.settled)
    blocks, lows, highs = [], [], []
    worlds = [
        (reader, cell, sign) for reader in problem.readers for cell, sign in _worlds(problem, reader, primary)
    ]
    for position, (reader, cell, sign) in enumerate(worlds):
        block, low, high = _world(problem, reader, cell, sign, candidates)
        left = sparse.csr_array((block.shape[0], position * problem.matrix.shape[1]))
        right = sparse.csr_array((block.shape[0], (len(worlds) - position - 1) * problem.matrix.shape[1]))
        inner = block[:, len(candidates) :]
        blocks.append(sparse.hstack([block[:, : len(candidates)], left, inner, right]))
        lows.append(low)
        highs.append(high)
    matrix = sparse.csr_array(sparse.vstack(blocks))
    chosen = _solve(matrix, np.concatenate(lows), np.concatenate(highs), len(candidates), seconds)
    return None if chosen is None else chosen + int((~problem.shown).sum())


def _worlds(problem: Problem, reader: Reader, primary: np.ndarray) -> list[tuple[int, float]]:
    cells = np.flatnonzero(primary)
    raised = [(int(cell), 1.0) for cell in cells if reader.high[cell] > problem.counts[cell]]
    lowered = [(int(cell), -1.0) for cell in cells if reader.low[cell] < problem.counts[cell]]
    return raised + lowered


def _world(
    problem: Problem, reader: Reader, cell: int, sign: float, candidates: np.ndarray
) -> tuple[sparse.csr_array, Reals, Reals]:
    """Rows of one world: candidates move only if hidden, the watched cell reaches its need."""
    reach = float(problem.counts.max() + reader.high.max())
    rows = problem.matrix[candidates]
    counts = problem.low[candidates]
    slack = sparse.eye_array(len(candidates), format="csr") * reach
    target = sign * problem.matrix[[cell]]
    need = reader.high[cell] if sign > 0 else -reader.low[cell]
    block = sparse.vstack(
        [
            sparse.hstack([slack, rows]),
            sparse.hstack([-slack, rows]),
            sparse.hstack([sparse.csr_array((1, len(candidates))), target]),
        ]
    )
    low = np.concatenate([counts, np.full(len(counts), -np.inf), [float(need)]])
    high = np.concatenate([np.full(len(counts), np.inf), counts, [np.inf]])
    return sparse.csr_array(block), low, high


def _solve(matrix: sparse.csr_array, low: Reals, high: Reals, binaries: int, seconds: float) -> int | None:
    size = matrix.shape[1]
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = size, matrix.shape[0]
    model.col_cost_ = np.concatenate([np.ones(binaries), np.zeros(size - binaries)])
    model.col_lower_ = np.zeros(size)
    model.col_upper_ = np.concatenate([np.ones(binaries), np.full(size - binaries, 1e4)])
    model.row_lower_, model.row_upper_ = low, high
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_, model.a_matrix_.index_ = matrix.indptr, matrix.indices
    model.a_matrix_.value_ = matrix.data
    kinds = (highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous)
    model.integrality_ = [kinds[0]] * binaries + [kinds[1]] * (size - binaries)
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("time_limit", seconds)
    highs.passModel(model)
    highs.run()
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    return round(highs.getInfo().objective_function_value)


def loss(seed: int, seconds: float) -> Loss | None:
    """Compare one small cube with its proven optimum."""
    rules = Rules(k=5, sensitive_k=5, base=0, raised=(), ladder=None)
    table = small_table(seed)
    marks: Marks = mark(table, rules)
    if not marks.primary.any():
        return None
    problem = single_table_problem(table, marks, rules)
    fewest = optimum(problem, marks.primary, seconds)
    if fewest is None:
        return None
    return Loss(int((~safe_pattern(problem)).sum()), fewest)


def large_table(people: int, seed: int) -> Table:
    """4 provinces, 75 districts, 3 groups, 5 answers with their tree: 2,880 cells."""
    random = np.random.default_rng(seed)
    districts = tuple((f"province {i % 4}", f"district {i:02d}") for i in range(75))
    tree = (("top2", ("4", "5")), ("rest", ("3", "low")), ("low", ("1", "2")))
    cube = Cube(
        (
            Dimension("district", ("province", "district"), districts),
            Dimension("group", ("group",), (("member",), ("woman",), ("youth",))),
            Dimension("answer", ("answer",), tuple((str(i),) for i in range(1, 6)), tree, answers=True),
        )
    )
    sizes = random.poisson(people, size=(75, 3))
    shares = random.dirichlet([1.5, 2, 2.5, 2, 1.2], size=(75, 3))
    return Table(cube, random.multinomial(sizes, shares))


def main() -> None:
    """Print loss against proven optima, then time and cells published of large cubes."""
    parser = argparse.ArgumentParser(description="Loss and time of the suppression.")
    parser.add_argument("--cubes", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=60.0)
    options = parser.parse_args()
    losses = [found for seed in range(options.cubes) if (found := loss(seed, options.seconds))]
    ratios = [found.ratio for found in losses]
    for found in losses:
        sys.stdout.write(f"hidden {found.hidden}, optimum {found.optimum}, loss {found.ratio:.1%}\n")
    sys.stdout.write(f"{len(losses)} optima: mean loss {np.mean(ratios):.1%}, worst {max(ratios):.1%}\n")
    for people in (10, 20, 40, 100):
        table = large_table(people, 1)
        start = time.perf_counter()
        protected = protect(table, Rules(sensitive_k=5, raised=(), ladder=LADDER))
        seconds = time.perf_counter() - start
        sys.stdout.write(f"{people} people per domain: {protected.published} published, {seconds:.1f} s\n")


if __name__ == "__main__":
    main()
