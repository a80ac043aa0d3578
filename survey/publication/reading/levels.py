"""The levels of geography that files and families of changes name: district, division, province, all districts."""

from __future__ import annotations

from typing import Final

from analysis.disclosure.nodes import TOTAL
from survey import geography

#: All districts together; in files also everyone interviewed in a place.
ALL: Final = "all"


def level_of(province: str, district: str) -> str:
    """The level of a place; the key of a division, or "Total", is in the place of a district."""
    if geography.is_division(district):
        return "division"
    return "district" if district != TOTAL else ALL if province == TOTAL else "province"
