"""Which districts a reader may ask for."""

from __future__ import annotations

from survey import geography
from survey.problems import NOT_FOUND, Problem
from survey.storage.scope import Scope
from survey.web.frame import guard


def demand(scope: Scope, district: str, what: str) -> None:
    """Refuse, and write down, a district outside the scope; what is no reporting district is not found."""
    place = geography.districts().get(district)
    if place is None or not place.census:
        raise Problem(NOT_FOUND)
    if not scope.holds(district):
        guard.refuse(guard.account(), f"{what} of {district}")
