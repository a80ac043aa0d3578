"""Requirements met by fractions of people only, looked at again with whole ones."""

from collections.abc import Iterator

import numpy as np

from analysis.disclosure.attack import SIGNS, Attack, Failure, World
from analysis.disclosure.cube import Flags
from analysis.disclosure.linear.programs import TOLERANCE, Reals

#: Seconds that a search for whole people may take before a requirement counts as failed.
SECONDS = 5.0

#: A requirement that fractions of people exceed by so much is met by whole ones too.
STURDY = 1.0


def unconfirmed(attack: Attack) -> Iterator[Failure]:
    """Search a world of whole people where a world of fractions barely meets a requirement; yield what has none."""
    for kind in SIGNS:
        proved = _sturdy(attack, kind, attack.worlds)
        for cell in np.flatnonzero(attack.required(kind)):
            if proved[cell]:
                continue
            world = _whole_world(attack, kind, int(cell))
            if world is None:
                yield Failure(int(cell), attack.reader.name, kind)
                continue
            attack.learn(world)
            proved |= _sturdy(attack, kind, attack.worlds[-1:])


def _sturdy(attack: Attack, kind: str, worlds: tuple[World, ...]) -> Flags:
    """Where a requirement is met by whole people, or exceeded by a whole one."""
    counts = attack.problem.counts
    proved = attack.met(kind, counts, counts, 0.0)
    for world in worlds:
        whole = np.abs(world.inner - np.rint(world.inner)).max(initial=0) <= TOLERANCE
        sums = world.sums[: attack.problem.cells]
        proved |= attack.met(
            kind, np.maximum(counts, sums), np.minimum(counts, sums), 0.0 if whole else STURDY
        )
    return proved


def _whole_world(attack: Attack, kind: str, cell: int) -> Reals | None:
    row = attack.cells[[cell]]
    for near in attack.near(cell):
        for sign in SIGNS[kind]:
            found = near.whole(row, sign, _need(attack, kind, cell, sign), SECONDS)
            if found is not None:
                return found
    return None


def _need(attack: Attack, kind: str, cell: int, sign: float) -> float:
    if kind == "high":
        return float(attack.reader.high[cell])
    if kind == "low":
        return -float(attack.reader.low[cell])
    return float(sign * attack.problem.counts[cell] + 1)
