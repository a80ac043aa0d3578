"""The main points in words, in the reader's language: one sentence each, and whether it is clear."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from survey.problems import N_
from survey.publication.briefing.indicators import LEADS
from survey.publication.briefing.main_points import (
    BETTER,
    HEARD,
    REACH,
    TARGET,
    UNCALLED,
    UNCHANGED,
    UNMET,
    WORSE,
    WORST_OFF,
    MainPoint,
)
from survey.publication.pictures.reader import between
from survey.publication.reading.labels import Labels

SENTENCES: Final[Mapping[str, str]] = {
    BETTER: N_("{what}: better than in round {round}, {first} then and {second} now ({range} points)."),
    WORSE: N_("{what}: worse than in round {round}, {first} then and {second} now ({range} points)."),
    UNCHANGED: N_("No indicator clearly changed since round {round}; {count} were compared."),
    UNCALLED: N_("No change since round {round} is called: too few workers met each group."),
    UNMET: N_("Largest gap in help: {what}, wanted by {first}, received by {second} ({range} points)."),
    HEARD: N_("{what}: {first} of members say a lot or some, {second} of the group itself ({range} points)."),
    WORST_OFF: N_("{what}: least among {group}, {first} ({range}); the highest group has {second}."),
    REACH: N_("Groups with less than half of the interviews wanted: {count}."),
    TARGET: N_("{what}: {first} ({range}); the target is {target}."),
}

LABELS: Final[Mapping[str, str]] = {lead.name: lead.label for lead in LEADS}

#: Left-to-right, in any language, as numbers are read.
_APART: Final = "\u2066{}\u2069"


def lead_label(name: str, labels: Labels) -> str:
    """The short name of a lead indicator."""
    return labels.translate(LABELS[name])


def sentence(point: MainPoint, labels: Labels, earlier: str = "") -> str:
    """A main point as a sentence; `earlier` is the round that it compares with."""
    named = {
        "what": _about(point, labels),
        "group": labels.group(point.group) if point.group else "",
        "round": earlier,
        "first": percent(point.first),
        "second": percent(point.second),
        "range": interval(point.low, point.high),
        "target": percent(point.target),
        "count": str(point.count),
    }
    return labels.translate(SENTENCES[point.kind]).format_map(named)


def _about(point: MainPoint, labels: Labels) -> str:
    if point.name in LABELS:
        name = lead_label(point.name, labels)
        return f"{name} ({labels.translate(N_('who answered'))})" if point.answered else name
    return labels.gap(point.name) if point.name else ""


def percent(value: int | None) -> str:
    """A share as it is written in a text."""
    return "" if value is None else _APART.format(f"{value}%")


def interval(low: int | None, high: int | None) -> str:
    """Two limits as they stand in a text of any direction, on one line."""
    return "" if low is None or high is None else _APART.format(limits(low, high))


def limits(low: int, high: int) -> str:
    """Two limits, in the one way that pages, pictures and paper have."""
    return f"{signed(low)}{between(low, high)}{signed(high)}"


def signed(value: int) -> str:
    """A whole number with a true minus sign."""
    return f"−{-value}" if value < 0 else str(value)
