"""How many interviews each worker brought, and what of it may be told beside the published bases: no answer is in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure.nodes import TOTAL
from analysis.disclosure.protected_table import ProtectedTable
from analysis.models.interviewers import interviews_seen
from survey.publication.counts.cube import Domain, division_of, is_above_districts

#: Province, district, group; "Total" stands for all of a province's districts, and for all provinces. The key of a division
#: stands in the place of a district.
Name = tuple[str, str, str]
Loads = NDArray[np.float64]

#: A correlation is measured from so many districts by group that two workers visited, so many workers with so many
#: interviews each, and so many interviews.
LEAST_CELLS: Final = 20
LEAST_WORKERS: Final = 10
LEAST_EACH: Final = 10
LEAST_INTERVIEWS: Final = 500


@dataclass(frozen=True, slots=True)
class Workloads:
    """How many interviews each worker brought by domain, shape (workers, domains)."""

    domains: tuple[Domain, ...]
    loads: NDArray[np.int64]

    def asked(self, groups: Sequence[str]) -> NDArray[np.bool_]:
        """Which domains are of these groups."""
        return np.array([group in groups for _, group in self.domains], np.bool_)

    def enough(self, groups: Sequence[str]) -> bool:
        """Whether a correlation among these groups can be measured, and stands for nobody's answers alone."""
        loads = self.loads[:, self.asked(groups)]
        return bool(
            ((loads > 0).sum(axis=0) > 1).sum() >= LEAST_CELLS
            and (loads.sum(axis=1) >= LEAST_EACH).sum() >= LEAST_WORKERS
            and loads.sum() >= LEAST_INTERVIEWS
        )

    def alone(self, groups: Sequence[str]) -> bool:
        """Whether most of the visited districts by group had one worker: of these nothing can be measured."""
        workers = (self.loads[:, self.asked(groups)] > 0).sum(axis=0)
        return bool((workers == 1).sum() > (workers > 1).sum())


@dataclass(frozen=True, slots=True)
class Told:
    """Workloads as published bases and nothing else let them be known, shape (workers, domains).

    `bases` are the published ones, and `seen` tells for each how many interviews of its own worker an interview there
    sees (Σm²/Σm), to one decimal.
    """

    domains: tuple[Domain, ...]
    loads: Loads
    bases: Mapping[Name, int]
    seen: Mapping[Name, float]

    def base(self, name: Name) -> float:
        """A published base; NaN for a hidden one, of which no figure is told."""
        return self.bases.get(name, np.nan)

    def of(self, districts: Sequence[str], groups: Sequence[str]) -> Loads:
        """The workloads of some districts together, by group: a worker in two of them is one worker."""
        places = {domain: place for place, domain in enumerate(self.domains)}
        return sum(
            (self.loads[:, [places[district, group] for group in groups]] for district in districts),
            np.zeros((len(self.loads), len(groups))),
        )


def told(workloads: Workloads, bases: ProtectedTable | None) -> Told:
    """What may be told; a hidden base counts as an equal part of what is left of its district, else of its province, else of all, as published.

    The busiest worker of its district is taken to have brought all of it, so that no width tells a hidden number, and
    none is too small for it.
    """
    published = {} if bases is None else {_name(name): count for name, count, _ in bases.rows()}
    place = {district: province for province, district, _ in published if not is_above_districts(district)}
    loads = _filled(workloads, published, place)
    shown = {name: count for name, count in published.items() if count is not None}
    seen = {
        name: round(float(interviews_seen(loads[:, _members(name, workloads.domains, place)])), 1)
        for name in shown
    }
    return Told(workloads.domains, loads, shown, seen)


def _name(name: Sequence[str]) -> Name:
    province, district, group = name
    return province, district, group


def _members(name: Name, domains: Sequence[Domain], place: Mapping[str, str]) -> NDArray[np.bool_]:
    """Which domains are inside; of a district without an interview there is no name."""
    return np.array(
        [
            name[0] in (TOTAL, place.get(district, ""))
            and name[1] in (TOTAL, district, division_of(district))
            and name[2] in (TOTAL, group)
            for district, group in domains
        ],
        np.bool_,
    )


def _filled(workloads: Workloads, published: Mapping[Name, int | None], place: Mapping[str, str]) -> Loads:
    loads = workloads.loads.astype(np.float64)
    parts = dict(_parts(published, place))
    names = [(place.get(district, ""), district, group) for district, group in workloads.domains]
    hidden = [name in parts for name in names]
    loads[:, hidden] = 0
    nameless = {name[1]: len(loads) + at for at, name in enumerate(parts)}
    loads = np.vstack([loads, np.zeros((len(parts), loads.shape[1]))])
    for column in np.flatnonzero(hidden):
        inside = [at for at, name in enumerate(names) if name[1] == names[column][1] and not hidden[at]]
        whole = loads[:, inside].sum(axis=1)
        worker = int(whole.argmax()) if whole.any() else nameless[names[column][1]]
        loads[worker, column] += parts[names[column]]
    return loads


def _parts(published: Mapping[Name, int | None], place: Mapping[str, str]) -> Iterator[tuple[Name, float]]:
    """Every hidden base of a district and group, and the part that it counts as."""
    open_, known = dict[str, list[Name]](), dict[str, int]()
    for district, province in place.items():
        groups = [name for name in published if name[1] == district and name[2] != TOTAL]
        hidden = [name for name in groups if published[name] is None]
        shown = sum(published[name] or 0 for name in groups)
        whole = published[province, district, TOTAL]
        if whole is not None:
            yield from ((name, (whole - shown) / len(hidden)) for name in hidden)
        else:
            open_.setdefault(province, []).extend(hidden)
        known[province] = known.get(province, 0) + (shown if whole is None else whole)
    yield from _above(published, open_, known)


def _above(
    published: Mapping[Name, int | None], hidden: Mapping[str, Sequence[Name]], known: Mapping[str, int]
) -> Iterator[tuple[Name, float]]:
    """The same for districts whose own base is hidden: what is left of their province, else of all districts."""
    rest: list[Name] = []
    left = published.get((TOTAL, TOTAL, TOTAL))
    for province, number in known.items():
        whole, names = published[province, TOTAL, TOTAL], hidden.get(province, ())
        if whole is None:
            rest.extend(names)
        else:
            yield from ((name, (whole - number) / len(names)) for name in names)
        left = None if left is None else left - (number if whole is None else whole)
    yield from ((name, (left or 0) / len(rest)) for name in rest)
