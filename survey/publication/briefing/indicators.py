"""The lead indicators as data: which published figure each one is, which way is better, and what target it has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from survey.problems import N_
from survey.publication.counts.cube import topics_of
from survey.publication.reading.comparable import RATIO, SHARE
from survey.publication.release.ratios import ratios_of
from survey.questionnaire.model import Questionnaire
from survey.storage.field.aims import Aim


@dataclass(frozen=True, slots=True)
class Lead:
    """One lead indicator: the share of the two best answers or of yes, or a ratio, in per cent.

    `name` is the question or ratio, `up` whether more is better, and `target` what it should be, at least or, where less is better, at
    most: what `docs/questionnaire.md` names for it, or a setting of the round. `baseline` is what it was before the programme, where a
    round has that set.
    """

    kind: str
    name: str
    label: str
    up: bool = True
    target: int | None = None
    baseline: int | None = None


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


def with_aims(aims: Mapping[str, Aim]) -> tuple[Lead, ...]:
    """The lead indicators with the targets and baselines that were set for a round."""
    return tuple(
        replace(lead, target=aims[lead.name].target, baseline=aims[lead.name].baseline)
        if lead.name in aims
        else lead
        for lead in LEADS
    )


def names_asked(asked: Questionnaire) -> frozenset[str]:
    """The names of the lead indicators that a questionnaire has."""
    topics = topics_of(asked)
    shares, ratios = {topic.name for topic in topics}, {ratio.name for ratio in ratios_of(topics)}
    return frozenset(lead.name for lead in LEADS if lead.name in (ratios if lead.kind == RATIO else shares))


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
