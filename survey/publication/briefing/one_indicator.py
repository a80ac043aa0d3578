"""One indicator: the groups of every place side by side, and each place over the rounds; all of it published."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from analysis.disclosure.nodes import TOTAL
from survey.languages import languages
from survey.publication.briefing.indicators import Lead
from survey.publication.briefing.readings import (
    Place,
    Published,
    Reading,
    all_tell_who_answered,
    changes_in,
    groups_of,
    published,
    whole_place,
)
from survey.publication.briefing.rows import HIGHER, LOWER
from survey.publication.counts.cube import is_above_districts
from survey.publication.reading.change import BALANCES, OTHER_PLACES, OTHER_WORDS, OTHERS_ASKED
from survey.publication.reading.comparable import (
    GAP,
    INDEX,
    RATIO,
    SHARE,
    has_same_words,
    is_routed,
    words_of,
)
from survey.publication.reading.labels import Labels
from survey.publication.reading.levels import level_of
from survey.publication.reading.places_compared import other_places
from survey.publication.release.gaps import GapFigure
from survey.publication.release.indices import Index
from survey.publication.release.ratios import RatioFigure
from survey.publication.release.release import Release
from survey.storage.scope import Scope

#: The levels of places that can be shown side by side.
LEVELS: Final = ("district", "division", "province")
#: Every group in a strip of its own; else the name of one group.
EACH: Final = "each"
#: So many rounds are shown, this one and the last ones before it.
MOST_ROUNDS: Final = 6


@dataclass(frozen=True, slots=True)
class Choice:
    """What is shown: an indicator by its kind and name, of a question one answer ("" for the two best, or yes), places of one level, a group or each."""

    kind: str
    name: str
    answer: str = ""
    level: str = LEVELS[0]
    group: str = EACH

    def reading(self, here: Published, group: str, *, answered: bool = True) -> Reading:
        """Its figure in one place; a share is of those who answered where that is wanted and published."""
        if self.kind == SHARE:
            read = here.best if answered else here.best_of_all
            return read(self.name, group, self.answer)
        of_kind: Mapping[str, Callable[[str, str], Reading]] = {
            INDEX: here.index,
            GAP: here.gap,
            RATIO: here.ratio,
        }
        return of_kind[self.kind](self.name, group)

    def questions(self, release: Release) -> tuple[str, ...]:
        """The questions that it is made of."""
        if self.kind == SHARE:
            return (self.name,)
        made = {
            INDEX: (one.components for one in release.indices if one.name == self.name),
            GAP: ((one.first, one.second) for one in release.gaps if one.name == self.name),
            RATIO: ((one.question,) for one in release.ratios if one.name == self.name),
        }
        return tuple(dict.fromkeys(name for several in made[self.kind] for name in several))

    @property
    def in_points(self) -> bool:
        """Whether it is a difference, which may be less than zero."""
        return self.kind == GAP or (self.kind == RATIO and self.name in BALANCES)


@dataclass(frozen=True, slots=True)
class Strip:
    """One place: a figure for each group that is shown, and the same of all districts, None where there is none."""

    place: Place
    readings: tuple[Reading, ...]
    everywhere: Reading | None


@dataclass(frozen=True, slots=True)
class Line:
    """One place over the rounds; `clear` if it clearly changed from the first to the last one, `breaks` are rounds not compared with the one before, and why."""

    place: Place
    readings: tuple[Reading, ...]
    clear: bool
    breaks: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class IndicatorBriefing:
    """One indicator for readers of a scope. `every_group` has it; `groups` are those of the strips, `followed` is the one over the rounds.

    `lead` is the lead indicator that it is, with a target and a baseline, None for any other.
    """

    choice: Choice
    every_group: tuple[str, ...]
    groups: tuple[str, ...]
    strips: tuple[Strip, ...]
    rounds: tuple[str, ...]
    followed: str
    lines: tuple[Line, ...]
    lead: Lead | None = None


def indicator_briefing(
    releases: Sequence[Release], scope: Scope, choice: Choice, labels: Labels, leads: Sequence[Lead] = ()
) -> IndicatorBriefing | None:
    """One indicator in the last of the `releases`, which are in the order of their rounds; None where it has no figure to choose.

    Places are in the order of the reader's alphabet, all districts together first.
    """
    release = releases[-1]
    groups = _groups(release, choice)
    if not groups or not (choice.group == EACH or choice.group in groups):
        return None
    shown = (
        tuple(one for one in groups if one != TOTAL) or groups if choice.group == EACH else (choice.group,)
    )
    followed = groups[0] if choice.group == EACH else choice.group
    read = [one for one in releases if one.is_read_in(scope)][-MOST_ROUNDS:]
    places = _places(release, scope, choice.level, labels)
    answered = _is_of_answered(read, choice, followed, places)
    lead = next((one for one in leads if (one.kind, one.name) == (choice.kind, choice.name)), None)
    return IndicatorBriefing(
        choice,
        groups,
        shown,
        tuple(_strips(release, choice, shown, places)),
        tuple(one.round for one in read),
        followed,
        tuple(_line(read, choice, followed, place, answered=answered) for place in places)
        if len(read) > 1
        else (),
        None if choice.answer else lead,
    )


def _groups(release: Release, choice: Choice) -> tuple[str, ...]:
    """The groups that the indicator has anywhere: everybody first, where they are together."""
    told: tuple[Index | GapFigure | RatioFigure, ...] = (*release.indices, *release.gaps, *release.ratios)
    kinds = {Index: INDEX, GapFigure: GAP, RatioFigure: RATIO}
    if choice.kind == SHARE:
        has = {one.group for one in release.figures if one.question == choice.name}
    else:
        has = {one.group for one in told if (kinds[type(one)], one.name) == (choice.kind, choice.name)}
    return tuple(group for group in groups_of(release) if group in has)


def _places(release: Release, scope: Scope, level: str, labels: Labels) -> tuple[Place, ...]:
    """All districts together, then the places of a level that a reader may see, from A to Z."""
    alphabet, whole = languages()[labels.language], whole_place(release)
    found = {
        place
        for place in published(release)
        if level_of(*place) == level and (is_above_districts(place[1]) or scope.holds(place[1]))
    }
    ordered = sorted(
        found - {whole}, key=lambda place: (alphabet.place_in_alphabet(labels.place(*place)), place)
    )
    # Where one district was visited, it is all there is.
    return (whole, *ordered) if is_above_districts(whole[1]) or scope.holds(whole[1]) else tuple(ordered)


def _strips(
    release: Release, choice: Choice, groups: Sequence[str], places: Sequence[Place]
) -> Iterator[Strip]:
    every, whole = published(release), whole_place(release)
    together = groups[0] if len(groups) == 1 else TOTAL
    of_all = choice.reading(every.get(whole, Published()), together, answered=False)
    for place in places:
        here = every.get(place, Published())
        readings = tuple(choice.reading(here, group, answered=False) for group in groups)
        yield Strip(place, readings, of_all if place != whole and of_all.shown else None)


def readings_of(releases: Sequence[Release], choice: Choice, district: str) -> tuple[Reading, ...]:
    """An indicator of a district over the rounds: of everybody, or else of the first group that has it."""
    group = next(iter(_groups(releases[-1], choice)), TOTAL)
    place = next(
        (one for release in releases for one in published(release) if one[1] == district), (TOTAL, district)
    )
    answered = _is_of_answered(releases, choice, group, [place])
    return _readings(releases, choice, group, place, answered=answered)


def _is_of_answered(releases: Sequence[Release], choice: Choice, group: str, places: Sequence[Place]) -> bool:
    """Whether lines are of those who answered, all of them: where not everybody was asked, and every place and round tells how many.

    What is asked of everybody is of all interviewed, as on all other pages.
    """
    heres = [published(one).get(place, Published()) for one in releases for place in places]
    routed = any(choice.name in here.routed for here in heres)
    return routed and all_tell_who_answered(((here, group) for here in heres), choice.name, choice.answer)


def _readings(
    releases: Sequence[Release], choice: Choice, group: str, place: Place, *, answered: bool
) -> tuple[Reading, ...]:
    """One place over the rounds, on one base in all of them."""
    heres = [published(one).get(place, Published()) for one in releases]
    return tuple(choice.reading(here, group, answered=answered) for here in heres)


def _line(releases: Sequence[Release], choice: Choice, group: str, place: Place, *, answered: bool) -> Line:
    readings = _readings(releases, choice, group, place, answered=answered)
    breaks = {
        at: reason
        for at in range(1, len(releases))
        if (reason := _break(releases[at - 1], releases[at], choice, (*place, group), answered=answered))
    }
    change = changes_in(releases[0], releases[-1], place, group).get((choice.kind, choice.name))
    clear = change is not None and not choice.answer and change.verdict in (HIGHER, LOWER)
    return Line(place, readings, clear, breaks)


def _break(
    earlier: Release, later: Release, choice: Choice, name: tuple[str, str, str], *, answered: bool
) -> str:
    """Why two rounds in a row are not one line; "" where they are."""
    before, after = choice.questions(earlier), choice.questions(later)
    if not has_same_words(words_of(earlier, before), words_of(later, after), earlier, later):
        return OTHER_WORDS
    if not answered and (is_routed(earlier, before) or is_routed(later, after)):
        return OTHERS_ASKED
    if is_above_districts(name[1]) and other_places(earlier, later, name, mixed=False):
        return OTHER_PLACES
    return ""
