"""One district on one side of A4: what a meeting decides on, in six boxes, the last one to be filled in by hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from analysis.disclosure.nodes import TOTAL
from survey.problems import N_
from survey.publication.briefing.action_review import Noted, Said
from survey.publication.briefing.district import DistrictBriefing
from survey.publication.briefing.drawn import Drawer
from survey.publication.briefing.indicators import SCALES
from survey.publication.briefing.sentences import LABELS, lead_label
from survey.publication.paper.sheets import Box, Lines, Part, Picture, Sheet, Text
from survey.publication.paper.words import Writer, apart, shown
from survey.publication.reading.comparable import RATIO, SHARE

#: What is agreed, and written into the last box.
ACTION: Final = (
    N_("What is done"),
    N_("By whom (a role, no name)"),
    N_("Until which round"),
    N_("By which indicator it is judged"),
)
#: From pictures of this width on a sheet goes without what its other pictures say too: the bars, and actions but the first of each kind.
SHORT: Final = 500
#: So many actions of each kind, those of before and those of this round, are written out.
MOST_ACTIONS: Final = 2


def district_sheet(
    briefing: DistrictBriefing, writer: Writer, width: int, agreed: Noted | None = None
) -> Sheet:
    """The sheet of a district with what is `agreed` on, its pictures drawn at a width."""
    draw = writer.drawer(width)
    left = (
        Box(writer.say(N_("What changed")), tuple(_changed(briefing, writer, draw))),
        Box(writer.say(N_("Is everybody heard?")), writer.drawn(briefing.heard, draw.heard)),
        Box(writer.say(N_("Who was not reached")), tuple(_reach(briefing, writer))),
        Box(
            writer.say(N_("Agreed action")),
            tuple(_agreed(agreed or Noted(), writer, 1 if width >= SHORT else MOST_ACTIONS)),
        ),
    )
    right = (
        Box(writer.say(N_("Wanted and received")), tuple(_help(briefing, writer, draw))),
        Box(writer.say(N_("Safety and trust")), _safety(briefing, writer, draw, short=width >= SHORT)),
    )
    points = writer.points(briefing.points, briefing.earlier)
    return Sheet(writer.labels.district(briefing.district), _facts(briefing, writer), points, (left, right))


def _facts(briefing: DistrictBriefing, writer: Writer) -> tuple[str, ...]:
    number = f"{writer.say('Interviews')}: {shown(briefing.interviews)}"
    return (
        " – ".join((writer.say(N_("Round {round}"), round=briefing.round), number, *writer.sure(briefing))),
    )


def _changed(briefing: DistrictBriefing, writer: Writer, draw: Drawer) -> Iterator[Part]:
    compared = [row for row in briefing.leads if row.change is not None]
    moved = [row for row in compared if row.moved]
    if briefing.earlier:
        text = N_("Indicators clearly changed since round {round}: {clear} of {all} that can be compared.")
        yield Text(writer.say(text, round=briefing.earlier, clear=len(moved), all=len(compared)))
    else:
        yield Text(writer.say(N_("There is no earlier round to compare with.")))
    yield from writer.drawn(briefing.leads, draw.leads)


def _help(briefing: DistrictBriefing, writer: Writer, draw: Drawer) -> Iterator[Part]:
    yield from writer.drawn(briefing.help, draw.help)
    leading = {row.lead.name for row in briefing.leads}
    for one in briefing.receivers:
        if one.name in leading:
            continue
        everyone = next(reading for reading in one.readings if reading.group == TOTAL)
        if everyone.shown:
            yield Text(f"{writer.labels.ratio(one.name)}: {writer.reading(everyone)}")


def _safety(briefing: DistrictBriefing, writer: Writer, draw: Drawer, *, short: bool) -> tuple[Part, ...]:
    by_group = [row for row in briefing.leads if row.lead.name in SCALES]
    leading = {row.lead.name for row in by_group}
    answers = () if short else draw.scales(row for row in briefing.scales if row.question in leading)
    return (
        *writer.drawn(by_group, lambda rows: draw.groups(rows, briefing.groups)),
        *(Picture(one) for one in answers),
    )


def _agreed(agreed: Noted, writer: Writer, most: int) -> Iterator[Part]:
    """What became of actions of before, what is agreed on now, and, until something is, lines to write it on."""
    for one in agreed.before[:most]:
        yield Text(_became(one, writer))
    for one in agreed.own[:most]:
        when = f"{one.owner}{writer.say(', ')}{writer.say(N_('due:'))} {one.due}"
        yield Text(f"{one.kind} – {one.state} ({when}{writer.say('; ')}{_indicator(one, writer)})")
    more = sum(max(len(several) - most, 0) for several in (agreed.before, agreed.own))
    if more:
        yield Text(writer.say(N_("and {count} more"), count=more))
    if not agreed.own:
        yield Lines(tuple(map(writer.say, ACTION)))


def _indicator(one: Said, writer: Writer) -> str:
    """The indicator of an action, a lead indicator by its short name."""
    kind, _, name = one.action.agreed.indicator.partition(":")
    return lead_label(name, writer.labels) if kind in (SHARE, RATIO) and name in LABELS else one.indicator


def _became(one: Said, writer: Writer) -> str:
    """An action of an earlier round, how far it is, and how its indicator moved."""
    moved = one.reviewed.moved if one.reviewed else None
    due = writer.say(one.reviewed.due) if one.reviewed else one.due
    text = f"{one.kind} – {one.state}{writer.say(', ')}{due} ({apart(one.action.round)}). {_indicator(one, writer)}: "
    if moved is None:
        return text
    numbers = writer.say(
        N_("{earlier} before, {later} now"), earlier=shown(moved.earlier), later=shown(moved.later)
    )
    verdict = (
        writer.labels.verdict(moved.verdict)
        if moved.verdict
        else writer.say(N_("not compared in a district"))
    )
    return f"{text}{numbers} – {verdict}"


def _reach(briefing: DistrictBriefing, writer: Writer) -> Iterator[Part]:
    yield writer.reached(briefing.reach.groups)
    said = []
    if briefing.reach.refused is not None:
        said.append(writer.say(N_("Refused: {count}."), count=briefing.reach.refused))
    if briefing.unshown:
        text = N_("Questions of which nothing is shown here: {count}.")
        said.append(writer.say(text, count=len(briefing.unshown)))
    if said:
        yield Text(" ".join(said))
