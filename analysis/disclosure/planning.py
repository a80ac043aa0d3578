"""Planning: what will be publishable for the interviews a programme plans, before fieldwork."""

from dataclasses import dataclass

import numpy as np

from analysis.disclosure.cube import TOTAL, Counts, Cube, Dimension, Table, cell_nodes, nodes_of
from analysis.disclosure.primary import Rules
from analysis.disclosure.problem import Reals
from analysis.disclosure.protect import ProtectedTable, protect

SPREAD = 8.0


@dataclass(frozen=True, slots=True)
class Outlook:
    """What share of the domains of one level can be published.

    Parameters
    ----------
    level
        For each dimension of the domains the column that tells them apart,
        or ``Total``.
    domains
        Number of domains of the level.
    shares
        Pairs of a node of the answers and the share of domains, between 0
        and 1, in which it can be shown; the base is called ``Total``.
    complete
        The share of domains in which every answer can be shown.
    """

    level: tuple[str, ...]
    domains: int
    shares: tuple[tuple[str, float], ...]
    complete: float


def publishable(
    planned: Table, answers: Dimension, rules: Rules, seed: int, draws: int = 3, sensitive: bool = False
) -> tuple[Outlook, ...]:
    """Simulate a question and see what of it can be published.

    Parameters
    ----------
    planned
        Planned interviews, a cube without answers.
    answers
        The dimension of answers of a typical question.
    rules
        The rules of the release.
    seed
        Seed of the simulation; the same seed gives the same outlook.
    draws
        Number of simulated rounds to average.
    sensitive
        Whether the question is marked sensitive.

    Returns
    -------
    tuple of Outlook
        One for each level of the domains, the finest first.

    Notes
    -----
    Interviews achieved vary around the plan as Poisson numbers; answers are
    multinomial with shares drawn for each domain from a symmetric Dirichlet
    distribution, so that no answer is typically rare.  Questions with rare
    answers fare worse.
    """
    random = np.random.default_rng(seed)
    cube = Cube((*planned.cube.dimensions, answers))
    tables = [
        Table(cube, _simulated(planned, len(answers.leaves), random), None, sensitive) for _ in range(draws)
    ]
    shown = np.mean([_shown(protect(table, rules)) for table in tables], axis=0)
    return _outlooks(cube, shown)


def _simulated(planned: Table, leaves: int, random: np.random.Generator) -> Counts:
    achieved = random.poisson(planned.counts)
    shares = random.dirichlet(np.full(leaves, SPREAD / leaves), size=achieved.shape)
    return random.multinomial(achieved, shares).astype(np.int64)


def _shown(protected: ProtectedTable) -> Reals:
    return np.array([count is not None for count in protected.counts], dtype=np.float64)


def _outlooks(cube: Cube, shown: Reals) -> tuple[Outlook, ...]:
    by_answer = shown.reshape(-1, cube.shape[-1])
    levels: dict[tuple[str, ...], list[int]] = {}
    for domain in range(len(by_answer)):
        levels.setdefault(_level(cube, domain * cube.shape[-1]), []).append(domain)
    labels = [node.labels[-1] for node in nodes_of(cube.dimensions[-1])]
    leaves = cube.inner_shape[-1]
    return tuple(
        Outlook(
            level=level,
            domains=len(domains),
            shares=tuple(zip(labels, (float(x) for x in by_answer[domains].mean(axis=0)), strict=True)),
            complete=float(by_answer[domains][:, :leaves].min(axis=1).mean()),
        )
        for level, domains in levels.items()
    )


def _level(cube: Cube, cell: int) -> tuple[str, ...]:
    """For each dimension of the domain its finest column that is no total."""
    level = []
    for dimension, node in zip(cube.dimensions[:-1], cell_nodes(cube, cell)[:-1], strict=True):
        named = [
            column for column, text in zip(dimension.columns, node.names[0], strict=True) if text != TOTAL
        ]
        level.append(named[-1] if named else TOTAL)
    return tuple(level)
