"""What is said of how many people have a trait that chance hides, and when nothing is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from survey.problems import N_
from survey.publication.release.figures import Figure, percent

#: The figures of a place and group, by question and answer.
Rows = Mapping[str, Mapping[str, Figure]]

#: With fewer recorded answers, or an interval wider to either side, in points, nothing is said of a group.
LEAST: Final = 50
WIDEST: Final = 15

#: What an estimate is, or why there is none.
ESTIMATED: Final = "estimated"
CORRECTED: Final = "corrected"
TOO_FEW: Final = "too few"
NOT_FOLLOWED: Final = "not followed"
FROM_BOTH: Final = "from both lists"
LIST_FAILED: Final = "list failed"
LISTS_DISAGREE: Final = "lists disagree"
HIDDEN: Final = "hidden"
SAYS: Final[Mapping[str, str]] = {
    ESTIMATED: N_("estimated"),
    CORRECTED: N_("estimated, and corrected for people who did not follow the instructions"),
    TOO_FEW: N_("too few answers or workers for an estimate"),
    NOT_FOLLOWED: N_("do not use: people did not follow the instructions"),
    FROM_BOTH: N_("estimated from both lists"),
    LIST_FAILED: N_("do not use: the sensitive item changed how people answered the others"),
    LISTS_DISAGREE: N_("do not use: the two lists disagree"),
    HIDDEN: N_("not shown"),
}


@dataclass(frozen=True, slots=True)
class Estimate:
    """How many in a place and group have the trait, in whole per cent with its limits.

    `recorded` of `n` answers are recorded as 1, or of a list are numbers of the longer one; both are None where a count is
    hidden, and the others where `says` tells why.
    """

    province: str
    district: str
    group: str
    question: str
    says: str = HIDDEN
    n: int | None = None
    recorded: int | None = None
    value: int | None = None
    low: int | None = None
    high: int | None = None


def is_too_wide(low: float, high: float) -> bool:
    """Whether limits say too little of a group to be shown."""
    return 100 * (high - low) > 2 * WIDEST


def whole(estimate: float, low: float, high: float) -> tuple[int, int, int]:
    """The figure and its limits in whole per cent, none below nothing or above all."""
    value, least, most = (percent(min(max(float(one), 0.0), 1.0)) for one in (estimate, low, high))
    return value, least, most
