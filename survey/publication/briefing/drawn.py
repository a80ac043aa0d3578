"""The pictures of a briefing: what each box draws, for a reader of any language, on pages and on paper."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from markupsafe import Markup

from analysis.disclosure.nodes import TOTAL
from survey import geography
from survey.problems import N_
from survey.publication.briefing.indicators import SAFETY
from survey.publication.briefing.layers import COVERAGE, LAYERS, VALUE, OnMap
from survey.publication.briefing.one_indicator import Choice, IndicatorBriefing
from survey.publication.briefing.readings import Reading
from survey.publication.briefing.rows import HeardRow, HelpRow, LeadRow, ScaleRow
from survey.publication.briefing.sentences import LABELS, lead_label
from survey.publication.counts.cube import TOP_TWO
from survey.publication.pictures.axis import PERCENT, Scale
from survey.publication.pictures.district_map import Place, district_map
from survey.publication.pictures.diverging_bars import Bar, Item, diverging_bars
from survey.publication.pictures.dumbbell import Pair, dumbbell
from survey.publication.pictures.group_dots import Strip, group_dots
from survey.publication.pictures.interval_rows import IntervalRow, interval_rows
from survey.publication.pictures.reader import Estimate, Reader
from survey.publication.pictures.slopes import Slope, slopes
from survey.publication.reading.comparable import GAP, SHARE
from survey.publication.reading.labels import ALL_DISTRICTS, PERCEPTIONS, SHARE_LABELS, Labels

INDICATORS: Final = N_("Lead indicators, in per cent")
CHANGES: Final = N_("What clearly changed, in per cent")
HELP: Final = N_("Help: received and wanted, in per cent")
HEARD: Final = N_("How much women and young people are heard, in per cent who say a lot or some")
GROUPS: Final = N_("Safety and trust by group, in per cent of the two best answers")
SCALES: Final = N_("Safety and trust: all answers of everybody interviewed, in per cent")
SIDE_BY_SIDE: Final = N_("{what}: place by place")
OVER_ROUNDS: Final = N_("{what}: round by round, {group}")

#: From the least to the greatest difference in points that is drawn, as far as there is any.
POINTS: Final = (-100, -75, -50, -25, 0, 25, 50, 75, 100)


@dataclass(frozen=True, slots=True)
class Drawer:
    """Draws for one reader, with labels in the reader's language."""

    reader: Reader
    labels: Labels

    def leads(self, rows: Sequence[LeadRow]) -> Markup:
        """Every lead indicator with its interval, its target and the earlier round."""
        drawn = [
            IntervalRow(
                lead_label(row.lead.name, self.labels),
                estimate(row.now),
                row.lead.target,
                None if row.before is None else row.before.value,
                row.lead.baseline,
            )
            for row in rows
        ]
        return interval_rows(self.reader, "leads", self.labels.translate(INDICATORS), drawn)

    def changes(self, rows: Sequence[LeadRow], rounds: tuple[str, str]) -> Markup | None:
        """The lead indicators that clearly changed, over the two `rounds`; None where there is none."""
        moved = [row for row in rows if row.moved and row.before is not None]
        drawn = [
            Slope(
                lead_label(row.lead.name, self.labels),
                (estimate(row.before or row.now), estimate(row.now)),
                clear=True,
            )
            for row in moved
        ]
        title = self.labels.translate(CHANGES)
        return slopes(self.reader, "changes", title, rounds, drawn) if drawn else None

    def help(self, rows: Sequence[HelpRow]) -> Markup:
        """Each kind of help: received, wanted, and the gap with its interval."""
        pairs = [self._pair(row) for row in rows]
        ends = (self.labels.translate(N_("Received")), self.labels.translate(N_("Wanted")))
        return dumbbell(self.reader, "help", self.labels.translate(HELP), ends, pairs)

    def _pair(self, row: HelpRow) -> Pair:
        gap, label = row.everyone.gap, self.labels.gap(row.name)
        shares = (row.everyone.second, row.everyone.first)
        if gap.points is None or gap.low is None or gap.high is None or None in shares:
            return Pair(label)
        found = Estimate(gap.points, gap.low, gap.high, gap.status == "few answers")
        return Pair(label, shares[0] or 0, shares[1] or 0, found)

    def heard(self, rows: Sequence[HeardRow]) -> Markup:
        """What members say of women and young people next to what these say themselves."""
        groups = (self.labels.group("member"), self.labels.translate(N_("The group itself")))
        strips = [
            Strip(self.labels.gap(row.gap.name), (estimate(row.members), estimate(row.own))) for row in rows
        ]
        return group_dots(self.reader, "heard", self.labels.translate(HEARD), groups, strips)

    def groups(self, rows: Sequence[LeadRow], groups: Sequence[str]) -> Markup:
        """Lead indicators by group: three shapes, and the line of everybody interviewed."""
        strips = [
            Strip(
                lead_label(row.lead.name, self.labels),
                tuple(estimate(one) for one in row.readings if one.group != TOTAL),
                row.now.value,
                row.lead.target,
                row.lead.baseline,
            )
            for row in rows
        ]
        names = [self.labels.group(group) for group in groups if group != TOTAL]
        everyone = self.labels.group(TOTAL)
        title = self.labels.translate(GROUPS)
        return group_dots(self.reader, "groups", title, names, strips, everywhere=everyone)

    def scales(self, rows: Iterable[ScaleRow]) -> tuple[Markup, ...]:
        """All answers of everybody interviewed: one picture for the questions that share their answers."""
        by_answers: dict[tuple[str, ...], list[ScaleRow]] = {}
        for row in rows:
            if row.group == TOTAL:
                words = tuple(self.labels.answer(row.question, point) for point, _ in row.points)
                by_answers.setdefault(words, []).append(row)
        title = self.labels.translate(SCALES)
        return tuple(
            diverging_bars(self.reader, f"scales{place}", title, words, [self._item(row) for row in several])
            for place, (words, several) in enumerate(by_answers.items(), 1)
        )

    def _item(self, row: ScaleRow) -> Item:
        shares = [share for _, share in row.points if share is not None]
        points = tuple(map(float, shares)) if len(shares) == len(row.points) else ()
        # Where the points are hidden, the hatched rest holds those without an answer.
        bar = Bar("", estimate(row.top), points, row.silent if points else None)
        # A lead indicator is called the same as in the other pictures.
        known = row.question in LABELS
        name = lead_label(row.question, self.labels) if known else self.labels.question(row.question)
        return Item(name, (bar,))

    def map(self, districts: Iterable[OnMap], layer: str = VALUE, *, whole: bool = True) -> Markup:
        """Safety after dark by district, how sure that is, or coverage, in four classes of one hue: darker is more, and no district is ranked.

        Where they are not the `whole` round, nothing is said of the others: neither that they were visited nor that they were not.
        """
        shown = LAYERS[layer]
        places = {
            one.district: Place(
                self.labels.district(one.district), shown.value(one), shown.marks_few and one.reading.few
            )
            for one in districts
        }
        others = {
            district.id: self.labels.district(district.id)
            for district in geography.reporting_districts()
            if district.id not in places
        }
        title = self.map_title(layer)
        words = self.reader.words
        if not whole:
            words = replace(words, not_surveyed=self.labels.translate(N_("not among these districts")))
        if layer == COVERAGE:
            words = replace(words, not_shown=self.labels.translate(N_("not shown, or nothing was wanted")))
        return district_map(replace(self.reader, words=words), "map", title, places, shown.breaks, others)

    def map_title(self, layer: str) -> str:
        """What a layer of the map shows."""
        return self.labels.translate(LAYERS[layer].title).format(what=lead_label(SAFETY.name, self.labels))

    def strips(self, found: IndicatorBriefing) -> Markup:
        """An indicator place by place: a shape for each group, and the line of all districts."""
        lead = found.lead
        aims = (lead.target, lead.baseline) if lead else (None, None)
        drawn = [
            Strip(
                self.labels.place(*strip.place),
                tuple(map(estimate, strip.readings)),
                strip.everywhere.value if strip.everywhere else None,
                *aims,
            )
            for strip in found.strips
        ]
        title = self.labels.translate(SIDE_BY_SIDE).format(what=indicator_name(found.choice, self.labels))
        names = [self.labels.group(group) for group in found.groups]
        everywhere, scale = self.labels.translate(ALL_DISTRICTS), _scale(found)
        return group_dots(self.reader, "strips", title, names, drawn, everywhere=everywhere, scale=scale)

    def over_rounds(self, found: IndicatorBriefing) -> Markup | None:
        """An indicator over the rounds, a panel for each place; None where there is one round."""
        if not found.lines:
            return None
        drawn = [
            Slope(
                self.labels.place(*line.place),
                tuple(map(estimate, line.readings)),
                line.clear,
                {at: self.labels.verdict(reason) for at, reason in line.breaks.items()},
            )
            for line in found.lines
        ]
        group = self.labels.group(found.followed)
        title = self.labels.translate(OVER_ROUNDS)
        title = title.format(what=indicator_name(found.choice, self.labels), group=group)
        return slopes(self.reader, "rounds", title, found.rounds, drawn)


def indicator_name(choice: Choice, labels: Labels) -> str:
    """What a chosen indicator is called: a gap by what is compared, of a question with the answer that is counted."""
    what = labels.compared(choice.kind, choice.name)
    if choice.kind == GAP and choice.name not in PERCEPTIONS:
        return f"{labels.translate(N_('Wanted and received'))}: {what}"
    if choice.kind != SHARE or choice.name in SHARE_LABELS or "/" in choice.name:
        return what
    return f"{what} – {labels.answer(choice.name, choice.answer or TOP_TWO)}"


def _scale(found: IndicatorBriefing) -> Scale:
    """The whole scale of shares and indices; of differences as much as is drawn."""
    if not found.choice.in_points:
        return PERCENT
    shown = [one for strip in found.strips for one in strip.readings]
    low, high = (
        min((one.low or 0 for one in shown), default=0),
        max((one.high or 0 for one in shown), default=0),
    )
    ticks = tuple(tick for tick in POINTS if min(low, 0) - 25 < tick < max(high, 25) + 25)
    return Scale(ticks[0], ticks[-1], ticks)


def estimate(reading: Reading) -> Estimate | None:
    """A reading as pictures take it; None where it is hidden."""
    if reading.value is None or reading.low is None or reading.high is None:
        return None
    return Estimate(reading.value, reading.low, reading.high, reading.few)
