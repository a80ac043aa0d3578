"""Who was not reached: interviews against targets, and what else of the fieldwork readers may see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from analysis.disclosure.nodes import TOTAL
from survey.publication.briefing.readings import Place, districts_of, groups_of
from survey.publication.release.release import Release


@dataclass(frozen=True, slots=True)
class Fieldwork:
    """What coverage shows of a round besides its release: interviews wanted by district and group, and refusals by district."""

    targets: Mapping[tuple[str, str], int] = field(default_factory=dict)
    refused: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reached:
    """One group of a district: `done` as published, None where that is hidden, and the `target`, None where there was none."""

    district: str
    group: str
    done: int | None
    target: int | None

    @property
    def under_half(self) -> bool:
        """Whether less than half of what was wanted was done; of a hidden number nothing is said."""
        return self.done is not None and self.target is not None and 2 * self.done < self.target

    @property
    def percent(self) -> int | None:
        """Done of wanted, at most 100."""
        return None if self.done is None or not self.target else min(100, 100 * self.done // self.target)


@dataclass(frozen=True, slots=True)
class Reach:
    """The groups of some districts, and how many people refused there, None where nothing is known of it."""

    groups: tuple[Reached, ...]
    refused: int | None

    @property
    def missed(self) -> tuple[Reached, ...]:
        """The groups under half of their target."""
        return tuple(one for one in self.groups if one.under_half)

    @property
    def hidden(self) -> tuple[Reached, ...]:
        """The groups whose number is not shown."""
        return tuple(one for one in self.groups if one.done is None)

    @property
    def planned(self) -> bool:
        """Whether there was a target at all."""
        return any(one.target is not None for one in self.groups)

    @property
    def by_group(self) -> Mapping[str, Reached]:
        """Each group over all districts with a target and a number: more in one place makes up for nothing in another."""
        found: dict[str, list[Reached]] = {}
        for one in self.groups:
            if one.done is not None and one.target is not None:
                found.setdefault(one.group, []).append(one)
        return {group: _summed(group, several) for group, several in found.items()}


def _summed(group: str, several: Iterable[Reached]) -> Reached:
    pairs = [(min(one.done or 0, one.target or 0), one.target or 0) for one in several]
    return Reached(TOTAL, group, sum(done for done, _ in pairs), sum(target for _, target in pairs))


def reach_of(release: Release, places: Iterable[Place], fieldwork: Fieldwork) -> Reach:
    """Who was reached in some districts of a release."""
    groups = groups_of(release)[1:]
    here = tuple(places)
    counted = [fieldwork.refused[district] for _, district in here if district in fieldwork.refused]
    return Reach(
        tuple(
            Reached(
                district,
                group,
                release.bases.get((province, district, group)),
                fieldwork.targets.get((district, group)),
            )
            for province, district in here
            for group in groups
        ),
        sum(counted) if counted else None,
    )


def unvisited(release: Release, fieldwork: Fieldwork) -> Iterator[str]:
    """The districts with a target and no interview at all."""
    visited = {district for _, district in districts_of(release)}
    return iter(dict.fromkeys(district for district, _ in fieldwork.targets if district not in visited))
