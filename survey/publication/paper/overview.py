"""A whole round on two sides of A4: main points and indicators; the map, the districts from A to Z, who was not reached."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final

from analysis.disclosure.nodes import TOTAL
from survey import geography
from survey.problems import N_
from survey.publication.briefing.layers import OnMap
from survey.publication.briefing.overview import OverviewBriefing
from survey.publication.briefing.sentences import lead_label
from survey.publication.paper.sheets import Box, Part, Picture, Sheet, Table, Text
from survey.publication.paper.words import Writer, apart, shown

#: So many places are named one by one.
MOST_NAMED: Final = 15


def overview_sheets(briefing: OverviewBriefing, writer: Writer, width: int) -> tuple[Sheet, ...]:
    """Both sheets of a round, their pictures drawn at a width."""
    draw = writer.drawer(width)
    title = writer.say(N_("Results of round {round}"), round=briefing.round)
    points = writer.points(briefing.points, briefing.earlier)
    left = (Box(writer.say(N_("Lead indicators")), writer.drawn(briefing.leads, draw.leads)),)
    right = (
        Box(writer.say(N_("Wanted and received")), writer.drawn(briefing.help, draw.help)),
        Box(writer.say(N_("Is everybody heard?")), writer.drawn(briefing.heard, draw.heard)),
    )
    mapped = writer.say(N_("{what}, by district")).format(
        what=lead_label(briefing.mapped.name, writer.labels)
    )
    drawn = (
        Box(mapped, (Picture(draw.map(briefing.districts, whole=briefing.whole)),)),
        Box(writer.say(N_("Who was not reached")), tuple(_reach(briefing, writer))),
    )
    districts = tuple(_by_province(briefing.districts, writer))
    order = writer.say(N_("Districts are in the order of the alphabet and are not ranked."))
    return (
        Sheet(title, _facts(briefing, writer), points, (left, right)),
        Sheet(mapped, (order,), (), (drawn, *((box,) for box in districts)), (1.25, *(1 for _ in districts))),
    )


def _facts(briefing: OverviewBriefing, writer: Writer) -> tuple[str, ...]:
    named = (("Interviews", shown(briefing.interviews)), ("Districts", str(len(briefing.districts))))
    return (" – ".join(f"{writer.say(text)}: {number}" for text, number in named),)


def _by_province(districts: Iterable[OnMap], writer: Writer) -> Iterator[Box]:
    """A table for each province, its districts in the order in which readers look for their names."""
    labels, known = writer.labels, geography.districts()
    named = [
        (known[one.district].adm1_pcode, labels.district(one.district), one.reading) for one in districts
    ]
    ordered = sorted(named, key=lambda one: (one[0], writer.language.place_in_alphabet(one[1])))
    for province, several in groupby(ordered, key=lambda one: one[0]):
        rows = tuple((name, writer.reading(reading)) for _, name, reading in several)
        head = (writer.say("District"), "%")
        yield Box(labels.place(province, TOTAL), (Table(head, rows),))


def _reach(briefing: OverviewBriefing, writer: Writer) -> Iterator[Part]:
    labels = writer.labels
    if briefing.reach.by_group:
        yield writer.reached(briefing.reach.by_group.values(), N_("Counted toward targets"))
    if briefing.reach.missed:
        places = [
            f"{labels.district(one.district)} ({labels.group(one.group)} {apart(f'{one.done}/{one.target}')})"
            for one in briefing.reach.missed
        ]
        yield _named(N_("Under half of their target:"), places, writer)
    if briefing.unvisited:
        yield _named(N_("Nobody interviewed:"), [labels.district(one) for one in briefing.unvisited], writer)
    if briefing.reach.refused is not None:
        yield Text(writer.say(N_("Refused: {count}."), count=briefing.reach.refused))


def _named(text: str, places: Sequence[str], writer: Writer) -> Text:
    """A list of places after its words, as long as paper has room for."""
    ordered = sorted(places, key=writer.language.place_in_alphabet)
    more = len(places) - MOST_NAMED
    named = writer.say(N_(", ")).join(ordered[:MOST_NAMED])
    rest = writer.say(N_("and {count} more"), count=more) if more > 0 else ""
    return Text(f"{writer.say(text)} {named} {rest}".rstrip())
