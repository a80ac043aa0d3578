"""The lead indicators as data: which published figure each one is, which way is better, and what target it has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from survey.problems import N_
from survey.publication.reading.comparable import RATIO, SHARE


@dataclass(frozen=True, slots=True)
class Lead:
    """One lead indicator: the share of the two best answers or of yes, or a ratio, in per cent.

    `name` is the question or ratio, `up` whether more is better, and `target` what `docs/questionnaire.md` names for it, at least or, where
    less is better, at most.
    """

    kind: str
    name: str
    label: str
    up: bool = True
    target: int | None = None


#: In the order of the form, which is that of every page: never by value.
LEADS: Final = (
    Lead(SHARE, "saf_night", N_("Safe after dark")),
    Lead(SHARE, "tr_police", N_("Trust the police")),
    Lead(SHARE, "tr_admin", N_("Trust the district administration")),
    Lead(SHARE, "rep_safe", N_("Safe to tell an official")),
    Lead(SHARE, "mob_avoid", N_("Seldom or never kept home by fear")),
    Lead(SHARE, "coh_help", N_("Neighbours help each other")),
    Lead(SHARE, "reached", N_("Got any help")),
    Lead(RATIO, "on_time", N_("Help came on time"), target=80),
    Lead(SHARE, "i_fair", N_("Help is shared fairly")),
    Lead(SHARE, "harm_signal", N_("Help had a bad effect"), up=False, target=5),
)

#: What safety and trust are made of, line by line: an index of trust is never read alone.
SCALES: Final = (
    *("saf_day", "saf_night", "saf_market", "saf_school", "saf_road"),
    *("tr_police", "tr_admin", "tr_body", "tr_elders"),
)

#: The question of the worst-off group and of the map.
SAFETY: Final = LEADS[0]

#: At most so many points more wanted a help than got it, and members' view of who is heard is so near to that of women and youth.
MOST_UNMET: Final = 20
MOST_UNHEARD: Final = 10

#: What those who got help say of it.
OF_RECEIVERS: Final = ("on_time", "adequacy_shortfall")

#: The share interviewed with nobody near who could hear: others were asked less.
ALONE: Final = "private"
