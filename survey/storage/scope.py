"""Scope: which reporting districts a reader may see, whole ones only. Every read of responses takes one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from survey import geography
from survey.problems import UNKNOWN_DISTRICT, Problem


@dataclass(frozen=True, slots=True)
class Scope:
    """The reporting districts that are visible; `districts` is None where that is all of them."""

    districts: frozenset[str] | None

    @classmethod
    def everywhere(cls) -> Scope:
        """All districts."""
        return cls(None)

    @classmethod
    def of(cls, districts: Iterable[str]) -> Scope:
        """These reporting districts and no other; raises UNKNOWN_DISTRICT."""
        return cls(check_districts(districts))

    def holds(self, reporting: str) -> bool:
        """Whether a reporting district is visible."""
        return self.districts is None or reporting in self.districts

    def current(self) -> tuple[str, ...] | None:
        """The current districts inside the scope, sorted; None where that is all of them."""
        if self.districts is None:
            return None
        inside = (d.id for d in geography.districts().values() if d.reporting in self.districts)
        return tuple(sorted(inside))


def check_districts(districts: Iterable[str]) -> frozenset[str]:
    """The keys as a set; raises UNKNOWN_DISTRICT for one that is not a reporting district."""
    chosen = frozenset(districts)
    for district in sorted(chosen - {known.id for known in geography.reporting_districts()}):
        raise Problem(UNKNOWN_DISTRICT, district=district)
    return chosen
