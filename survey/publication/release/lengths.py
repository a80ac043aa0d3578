"""How long interviews took: the band of the median, of every place, divisions too, where 50 were interviewed.

No number of interviews in a band is published anywhere. The band of a median says that half of the interviews with a known
length are in it or below, and less than half below it: two rows with limits, which are attacked with all others before
they are told. A band with fewer than `k` interviews is never told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure.cube import Cube, Table
from analysis.disclosure.nodes import TOTAL, Dimension
from analysis.disclosure.primary import Rules, Step
from analysis.disclosure.problem import Figure
from analysis.disclosure.protect import protect
from analysis.disclosure.protected_table import ProtectedTable
from survey.publication.counts.cube import ANSWER
from survey.publication.counts.workloads import Name
from survey.storage.engine.database import Database
from survey.storage.field.lengths import BAND_NAMES, numbers_by_band
from survey.storage.results.release_document import LEAST_LENGTHS, LENGTHS
from survey.storage.scope import Scope

#: The leaf of interviews whose length is not known. It holds a space, which no name of a band does.
UNKNOWN: Final = "not known"

Numbers = Mapping[tuple[str, int | None], int]


@dataclass(frozen=True, slots=True)
class Median:
    """One place, the band of its median, and the two figures that say it."""

    name: Name
    band: str
    figures: tuple[Figure, Figure]


def lengths_member(
    database: Database, round_name: str, bases: ProtectedTable | None, rules: Rules
) -> dict[str, Any]:
    """The member of a release that holds the bands which may be told of a round."""
    if bases is None:
        return {LENGTHS: []}
    table = _table(numbers_by_band(database, Scope.everywhere(), round_name), bases)
    told = _told(table, bases, rules, list(medians(table, bases, rules.k)))
    return {LENGTHS: [{"name": list(one.name), "band": one.band} for one in told]}


def _table(numbers: Numbers, bases: ProtectedTable) -> Table:
    """Interviews by place and band; a place is what it is among the bases."""
    place = bases.cube.dimensions[0]
    leaves = tuple((name,) for name in (*BAND_NAMES, UNKNOWN))
    places = (*range(len(BAND_NAMES)), None)
    counts = [[numbers.get((district, band), 0) for band in places] for _, district in place.leaves]
    cube = Cube((place, Dimension(ANSWER, (ANSWER,), leaves, answers=True)))
    return Table(cube, np.array(counts, np.int64), name="lengths")


def medians(table: Table, bases: ProtectedTable, least: int) -> Iterator[Median]:
    """The band of the lower median wherever the published base is large enough and `least` interviews are in it."""
    for name, inside in _places(table.cube):
        base = bases.count((*name, TOTAL))
        numbers = table.counts[inside].sum(axis=0)[: len(BAND_NAMES)]
        valid = int(numbers.sum())
        if base is None or base < LEAST_LENGTHS or not valid:
            continue
        band = int(np.argmax(2 * numbers.cumsum() >= valid))
        if numbers[band] >= least:
            yield Median((*name, TOTAL), BAND_NAMES[band], _figures(name, inside, band, base))


def _places(cube: Cube) -> Iterator[tuple[tuple[str, str], NDArray[np.bool_]]]:
    """Districts, divisions, provinces and all, and which districts are in each."""
    place = cube.dimensions[0]
    leaves, divisions = place.leaves, dict(place.tree)
    named = [(p, division) for division, inside in divisions.items() for p, d in leaves if d == inside[0]]
    names = [*leaves, *named, *dict.fromkeys((province, TOTAL) for province, _ in leaves), (TOTAL, TOTAL)]
    for province, district in names:
        within = divisions.get(district, (district,))
        inside = [province in (TOTAL, p) and (district == TOTAL or d in within) for p, d in leaves]
        yield (province, district), np.array(inside, np.bool_)


def _figures(name: tuple[str, str], inside: NDArray[np.bool_], band: int, base: int) -> tuple[Figure, Figure]:
    """Half or more in the band or below it, and less than half below it, of those whose length is known."""

    def row(below: int) -> tuple[float, ...]:
        factors = np.where(np.arange(len(BAND_NAMES)) < below, 0.5, -0.5)
        return tuple(np.outer(inside, np.append(factors, 0.0)).ravel())

    text = " / ".join(name)
    return (
        Figure(f"{text}: at least half", row(band + 1), 0.0, float(base)),
        Figure(f"{text}: less than half", row(band), -float(base), -0.5),
    )


def _told(table: Table, bases: ProtectedTable, rules: Rules, found: Sequence[Median]) -> list[Median]:
    """Those that an attack with all of them leaves; two rows that say one band are told together or not at all."""
    hidden = replace(rules, raised=(), ladder=(Step(rules.base, (TOTAL,)),))
    while found:
        figures = [figure for one in found for figure in one.figures]
        told = protect(table, hidden, bases, figures).figures
        left = [one for one in found if all(figure.name in told for figure in one.figures)]
        if len(left) == len(found):
            break
        found = left
    return list(found)


def read(document: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    """By province and district, or what is in its place above districts, the band of the median that a release keeps; one from before there were any has none."""
    return {(one["name"][0], one["name"][1]): str(one["band"]) for one in document.get(LENGTHS, ())}
