"""The published figures of a release by place, to be looked up; nothing is worked out that is not published."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from analysis.disclosure.nodes import TOTAL
from survey.publication.briefing.indicators import Lead
from survey.publication.counts.cube import TOP_TWO, YES, is_above_districts
from survey.publication.counts.design_effects import Known
from survey.publication.reading.change import Change, changes
from survey.publication.reading.comparable import RATIO, is_routed
from survey.publication.reading.gap_tables import Key, adjusted_p
from survey.publication.release.figures import FEW, HIDDEN, PUBLISHED, Figure
from survey.publication.release.gaps import GapFigure
from survey.publication.release.indices import Index
from survey.publication.release.ratios import RatioFigure
from survey.publication.release.release import Release

#: Province and district; "Total" for what is above.
Place = tuple[str, str]

EVERYWHERE: Final[Place] = (TOTAL, TOTAL)


@dataclass(frozen=True, slots=True)
class Reading:
    """One published figure of a group: of `n`, `value` per cent with its limits; a hidden one has no numbers.

    Where `answered` it is the share of those who answered, else of all interviewed, and a ratio is of those to whom it applies. The
    worker's part of its limits may be `assumed`: then no difference of it is called in districts. Of all interviewed where only `some`
    were asked nothing is called either: fewer who were asked would look like another opinion.
    """

    group: str
    status: str = HIDDEN
    n: int | None = None
    value: int | None = None
    low: int | None = None
    high: int | None = None
    answered: bool = False
    assumed: bool = True
    some: bool = False

    @property
    def shown(self) -> bool:
        """Whether there are numbers."""
        return self.value is not None

    @property
    def few(self) -> bool:
        """Whether they rest on few answers."""
        return self.status == FEW


@dataclass(frozen=True, slots=True)
class Published:
    """All published figures of one place."""

    figures: dict[tuple[str, str], dict[str, Figure]] = field(default_factory=dict)
    ratios: dict[tuple[str, str], RatioFigure] = field(default_factory=dict)
    gaps: list[GapFigure] = field(default_factory=list)
    indices: dict[tuple[str, str], Index] = field(default_factory=dict)
    adjusted: Mapping[Key, float] = field(default_factory=dict)
    questions: dict[str, Known | None] = field(default_factory=dict)
    routed: frozenset[str] = frozenset()

    def answers(self, question: str, group: str) -> Mapping[str, Figure]:
        """The answers of a group to a question; none where it is not asked."""
        return self.figures.get((question, group), {})

    def all_figures(self) -> Iterator[Figure]:
        """Every answer of every group."""
        return (figure for answers in self.figures.values() for figure in answers.values())

    def reading(self, lead: Lead, group: str, *, answered: bool = True) -> Reading:
        """A lead indicator of a group; a share is of those who answered where that is wanted and published."""
        if lead.kind == RATIO:
            return self.ratio(lead.name, group)
        return self.best(lead.name, group) if answered else self.best_of_all(lead.name, group)

    def best(self, question: str, group: str, answer: str = "") -> Reading:
        """The share that gave one of the two best answers, or said yes, or gave this `answer`: of those who answered where that is published."""
        found = self._best(question, group, answer)
        if found is None or found.status == HIDDEN or found.answered is None:
            return self.best_of_all(question, group, answer)
        numbers = (found.answered, found.answered_percent, found.answered_low, found.answered_high)
        return Reading(group, found.status, *numbers, True, self._assumed(question))

    def best_of_all(self, question: str, group: str, answer: str = "") -> Reading:
        """The same share of all interviewed, as gaps are made of."""
        found, assumed = self._best(question, group, answer), self._assumed(question)
        if found is None or found.status == HIDDEN:
            return Reading(group, assumed=assumed)
        numbers = (found.base, found.percent, found.ci_low, found.ci_high)
        return Reading(group, found.status, *numbers, assumed=assumed, some=question in self.routed)

    def _best(self, question: str, group: str, answer: str = "") -> Figure | None:
        answers = self.answers(question, group)
        return answers.get(answer) if answer else answers.get(TOP_TWO) or answers.get(YES)

    def _assumed(self, question: str) -> bool:
        known = self.questions.get(question)
        return known is None or known.assumed

    def ratio(self, name: str, group: str) -> Reading:
        """A ratio of a group."""
        found = self.ratios.get((name, group))
        if found is None or found.value is None:
            return Reading(group)
        numbers = (found.n, found.value, found.low, found.high)
        return Reading(group, found.status, *numbers, True, self._assumed(found.question))

    def index(self, name: str, group: str) -> Reading:
        """A mean index of a group, or, where that is hidden, the mean of all answers to its questions."""
        found = self.indices.get((name, group))
        if found is None or not found.told:
            return Reading(group)
        assumed = found.known is None or found.known.assumed
        if found.pooled is not None:
            numbers = (found.base, found.pooled, found.pooled_low, found.pooled_high)
            return Reading(group, PUBLISHED, *numbers, True, assumed)
        return Reading(group, found.status, found.n, found.value, found.ci_low, found.ci_high, True, assumed)

    def gap(self, name: str, group: str) -> Reading:
        """A gap of a group, in points."""
        found = next((one for one in self.gaps if (one.name, one.group) == (name, group)), None)
        if found is None or found.points is None:
            return Reading(group)
        return Reading(
            group, found.status, found.base, found.points, found.low, found.high, True, not found.called
        )


def all_tell_who_answered(compared: Iterable[tuple[Published, str]], question: str, answer: str = "") -> bool:
    """Whether shares of a question can be compared of those who answered: all of these places and groups that show it tell how many did."""
    readings = (here.best(question, group, answer) for here, group in compared)
    return all(one.answered for one in readings if one.shown)


class _Same:
    """A release as the key of a cache: it is the same while it is the very same value in memory."""

    __slots__ = ("release",)

    def __init__(self, release: Release) -> None:
        self.release = release

    def __hash__(self) -> int:
        return id(self.release)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.release is other.release


def published(release: Release) -> Mapping[Place, Published]:
    """What a release publishes of every place."""
    return _published(_Same(release))


@lru_cache(maxsize=8)
def _published(same: _Same) -> Mapping[Place, Published]:
    release, found = same.release, dict[Place, Published]()
    adjusted = adjusted_p(release.gaps)
    routed = frozenset(name for name in release.asking if is_routed(release, [name]))

    def at(one: Figure | RatioFigure | GapFigure | Index) -> Published:
        return found.setdefault((one.province, one.district), Published(adjusted=adjusted, routed=routed))

    for figure in release.figures:
        here = at(figure)
        here.figures.setdefault((figure.question, figure.group), {})[figure.answer] = figure
        here.questions[figure.question] = release.known.get(figure.question)
    for ratio in release.ratios:
        at(ratio).ratios[ratio.name, ratio.group] = ratio
    for gap in release.gaps:
        at(gap).gaps.append(gap)
    for index in release.indices:
        at(index).indices[index.name, index.group] = index
    return found


def place_before(earlier: Release | None, place: Place) -> Published | None:
    """What an earlier release publishes of a place; None where there is none."""
    return None if earlier is None else published(earlier).get(place)


#: What is compared of a place: kind and name of each change of one group, or of all groups together.
Changes = Mapping[tuple[str, str], Change]


def changes_in(earlier: Release | None, later: Release, place: Place, group: str = TOTAL) -> Changes:
    """What can be said to have changed in a place since an earlier release; nothing where there is none."""
    return {} if earlier is None else _changes(_Same(earlier), _Same(later)).get((*place, group), {})


@lru_cache(maxsize=4)
def _changes(earlier: _Same, later: _Same) -> Mapping[tuple[str, str, str], Changes]:
    found: dict[tuple[str, str, str], dict[tuple[str, str], Change]] = {}
    for one in changes(earlier.release, later.release):
        found.setdefault((one.province, one.district, one.group), {})[one.kind, one.name] = one
    return found


def groups_of(release: Release) -> tuple[str, ...]:
    """Everybody interviewed, then the groups in the order of the form."""
    return (TOTAL, *dict.fromkeys(group for _, _, group in release.bases if group != TOTAL))


def whole_place(release: Release) -> Place:
    """The name of all districts together: where one province was visited its own, and where one district was, that one's."""
    districts = tuple(districts_of(release))
    if len(districts) == 1:
        return districts[0]
    provinces = {province for province, _ in districts}
    return EVERYWHERE if len(provinces) != 1 else (provinces.pop(), TOTAL)


def districts_of(release: Release) -> Iterator[Place]:
    """Province and district of every district with an interview, in the order of the release."""
    places = dict.fromkeys((province, district) for province, district, _ in release.bases)
    return (place for place in places if not is_above_districts(place[1]))
