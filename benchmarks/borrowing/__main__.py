"""How well a figure borrowed from published cells does for a hidden one: `python -m benchmarks.borrowing`.

People of real surveys are parted at random: up to so many of each place and group are interviewed, the others are the truth, whose
own sampling error is taken off. Of the interviews a table is protected by the rules that ship; of what it hides by place and group
a share is borrowed, and compared with that of the group in the area, which a reader has without it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure.cube import Cube, Table
from analysis.disclosure.nodes import TOTAL, Dimension
from analysis.disclosure.primary import Rules, Step
from analysis.disclosure.protect import protect
from analysis.disclosure.protected_table import ProtectedTable
from benchmarks.borrowing.surveys import Survey, surveys
from survey.publication.reading.borrowed.figures import (
    Estimates,
    Floats,
    Shown,
    estimates,
    in_steps,
    log_odds,
)

Z = 1.96
#: As the rules that ship show "yes" and the two best answers.
RULES = Rules(raised=(), ladder=(Step(10, (TOTAL,)), Step(25, ("yes", "no"))))
#: A truth of fewer people says too little.
LEAST_TRUTH = 10


@dataclass(slots=True)
class Score:
    """Of hidden places by group: squared errors of estimates, less that of the truth, and whether intervals held it."""

    cells: int = 0
    places: int = 0
    squares: dict[str, list[float]] = field(default_factory=dict)
    held: dict[str, list[float]] = field(default_factory=dict)
    widths: dict[str, list[float]] = field(default_factory=dict)

    def error(self, name: str) -> float:
        """The root of the mean squared error, in points."""
        return 100 * float(max(np.mean(self.squares[name]), 0.0) ** 0.5)

    def add(self, other: Score) -> None:
        """Take in those of another table."""
        self.cells += other.cells
        self.places += other.places
        parts = ((self.squares, other.squares), (self.held, other.held), (self.widths, other.widths))
        for mine, its in parts:
            for name, values in its.items():
                mine.setdefault(name, []).extend(values)


def counted(survey: Survey, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Yes and people by place and group."""
    shape = len(survey.places), len(survey.groups)
    base, yes = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    np.add.at(base, (survey.place[rows], survey.group[rows]), 1)
    np.add.at(yes, (survey.place[rows], survey.group[rows]), survey.yes[rows])
    return yes, base


def parted(
    survey: Survey, each: int, random: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows that are interviewed, up to so many of each place and group and half of them at most; and the others."""
    mine, others = [], []
    key = survey.place * len(survey.groups) + survey.group
    for cell in np.unique(key):
        rows = random.permutation(np.flatnonzero(key == cell))
        number = min(each, len(rows) // 2)
        mine.append(rows[:number])
        others.append(rows[number:])
    return np.concatenate(mine), np.concatenate(others)


def published(survey: Survey, yes: NDArray[np.int64], base: NDArray[np.int64]) -> Shown:
    """What the rules leave of a table, NaN for the rest."""
    place = Dimension("place", ("area", "place"), survey.places)
    group = Dimension("group", ("group",), tuple((one,) for one in survey.groups))
    answer = Dimension("answer", ("answer",), (("yes",), ("no",)), answers=True)
    table = protect(Table(Cube((place, group, answer)), np.stack([yes, base - yes], axis=-1)), RULES)
    areas = sorted({area for area, _ in survey.places})
    several = [(TOTAL, TOTAL)] if len(areas) == 1 else [(area, TOTAL) for area in areas]

    def told(names: list[tuple[str, str]], groups: tuple[str, ...]) -> tuple[Floats, Floats]:
        return tuple(  # type: ignore[return-value]
            np.array([[_number(table, (*one, g, a)) for g in groups] for one in names])
            for a in ("yes", TOTAL)
        )

    whole = told(list(survey.places), (TOTAL,)), told(several, (TOTAL,))
    at = np.array([areas.index(area) for area, _ in survey.places])
    cells, by_group = told(list(survey.places), survey.groups), told(several, survey.groups)
    flat = [(count[:, 0], number[:, 0]) for count, number in whole]
    return Shown(at, cells, flat[0], by_group, flat[1])


def _number(table: ProtectedTable, name: tuple[str, ...]) -> float:
    # A place without anybody of a group has no such cell to show.
    count = table.count(name)
    return np.nan if count is None else float(count)


def scored(survey: Survey, each: int, random: np.random.Generator) -> Score:
    """One table of one question."""
    mine, others = parted(survey, each, random)
    (yes, base), (true, people) = counted(survey, mine), counted(survey, others)
    shown = published(survey, yes, base)
    found = estimates(shown)
    share, low, high = (one / 100 for one in in_steps(found))
    area = np.asarray(shown.area_group[0] / shown.area_group[1])[shown.area]
    place = np.broadcast_to((shown.place[0] / shown.place[1])[:, None], area.shape)
    hidden = np.isnan(shown.cell[0]) & (people >= LEAST_TRUTH) & (base >= 1)
    at = hidden & np.isfinite(found.logit) & np.isfinite(found.error) & np.isfinite(area) & np.isfinite(place)
    score = Score(cells=int(at.sum()), places=int(hidden.sum()))
    if not at.any():
        return score
    truth = true / np.maximum(people, 1)
    noise = truth * (1 - truth) / np.maximum(people - 1, 1)
    own = np.full(truth.shape, np.nan)
    np.divide(yes, base, out=own, where=base > 0)
    several = {"borrowed": share, "unrounded": found.share, "area": area, "place": place, "own": own}
    score.squares = {name: list(((one - truth) ** 2 - noise)[at]) for name, one in several.items()}
    score.held["borrowed"], score.held["area"], score.held["place"] = _held(found, shown, (true, people), at)
    score.widths["borrowed"] = list((high - low)[at])
    return score


def _held(
    found: Estimates, shown: Shown, truth: tuple[NDArray[np.int64], NDArray[np.int64]], at: NDArray[np.bool_]
) -> list[list[float]]:
    """Whether intervals that allow for the truth's own sampling error hold it."""
    logit, noise = log_odds(truth[0].astype(float), truth[1].astype(float))
    area = [one[shown.area] for one in log_odds(*shown.area_group)]
    place = [np.broadcast_to(one[:, None], logit.shape) for one in log_odds(*shown.place)]
    several = (found.logit, found.error**2), (area[0], area[1]), (place[0], place[1])
    return [list((np.abs(one - logit) <= Z * np.sqrt(error + noise))[at]) for one, error in several]


def lines(each: int, draws: int, seed: int) -> Iterator[tuple[str, Score]]:
    """The score of each survey, and of all."""
    by_survey: dict[str, Score] = {}
    for survey in surveys():
        for draw in range(draws):
            random = np.random.default_rng([seed, each, draw, *map(ord, survey.question)])
            score = scored(survey, each, random)
            by_survey.setdefault(survey.name, Score()).add(score)
            sys.stderr.write(f"{each} {survey.name} {survey.question}: {score.cells} of {score.places}\n")
    yield from by_survey.items()
    together = Score()
    for score in by_survey.values():
        together.add(score)
    yield "all", together


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--each", type=int, nargs="+", default=[30, 40], help="interviews of a place and group"
    )
    asked = parser.parse_args()
    print(
        "| survey | interviews each | hidden cells, of them borrowed | error: borrowed | to 5 points | area | place | own, hidden"
        " | held: borrowed | area | place | width |"
    )
    print("|" + "---|" * 12)
    for each in asked.each:
        for name, score in lines(each, asked.draws, asked.seed):
            if score.cells:
                errors = [score.error(one) for one in ("unrounded", "borrowed", "area", "place", "own")]
                held = [100 * np.mean(score.held[one]) for one in ("borrowed", "area", "place")]
                numbers = " | ".join([*(f"{one:.1f}" for one in errors), *(f"{one:.0f}" for one in held)])
                width = 100 * float(np.mean(score.widths["borrowed"]))
                print(
                    f"| {name} | {each} | {score.places}, {score.cells} | {numbers} | {width:.0f} |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
