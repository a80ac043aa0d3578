"""Whether two rounds were held in nearly the same places: what a province says changes with the districts that are visited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from analysis.disclosure.nodes import TOTAL
from survey import geography
from survey.publication.counts.cube import is_above_districts
from survey.publication.counts.workloads import Name
from survey.publication.release.release import Release

#: Half the summed differences of the districts' shares; more is another mix of places.
MOST: Final = 0.1


def other_places(
    earlier: Release, later: Release, place: Name, *, mixed: bool, others: Sequence[str] = ()
) -> bool:
    """Whether the published numbers interviewed are spread over the districts of a place in another way.

    Where groups are `mixed`, weighing the same, each of them is looked at by itself, and so is the group of a place
    where it is compared with those `others`; else districts by group are.
    """
    province, district, group = place
    if geography.is_division(district) and _is_other_division(earlier, later, district):
        return True
    groups = _groups(earlier, later) if group == TOTAL else tuple(dict.fromkeys((group, *others)))
    parts = [(one,) for one in groups] if mixed or others else [groups]
    return any(
        _distance(_spread(earlier, province, district, part), _spread(later, province, district, part)) > MOST
        for part in parts
    )


def _is_other_division(earlier: Release, later: Release, division: str) -> bool:
    """Whether a district that both rounds visited is in the division in one of them alone."""
    moved = {*earlier.divisions[division]} ^ {*later.divisions[division]}
    visited = [{district for _, district, _ in release.bases} for release in (earlier, later)]
    return bool(moved & visited[0] & visited[1])


def _groups(earlier: Release, later: Release) -> tuple[str, ...]:
    """Those of either round: a group that one of them did not have makes others of all together."""
    return tuple(dict.fromkeys(name[2] for name in (*earlier.bases, *later.bases) if name[2] != TOTAL))


def _spread(
    release: Release, province: str, place: str, groups: tuple[str, ...]
) -> dict[tuple[str, str], float]:
    """The share of each district by group; the hidden ones are one part together."""
    bases = release.bases
    inside = {
        (district, group): count or 0
        for (above, district, group), count in bases.items()
        if not is_above_districts(district)
        and group in groups
        and province in (TOTAL, above)
        and (place == TOTAL or district in release.divisions[place])
    }
    whole = sum(bases.get((province, place, group)) or 0 for group in groups) or sum(inside.values())
    shares = {name: count / whole for name, count in inside.items() if count} if whole else {}
    return {**shares, ("", ""): max(1 - sum(shares.values()), 0.0)}


def _distance(one: Mapping[tuple[str, str], float], other: Mapping[tuple[str, str], float]) -> float:
    """The total variation of two distributions, between 0 and 1."""
    return sum(abs(one.get(name, 0.0) - other.get(name, 0.0)) for name in one.keys() | other.keys()) / 2
