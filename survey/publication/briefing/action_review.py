"""What became of actions: those agreed on over earlier rounds, whether they are due, and how their indicator moved since."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from analysis.disclosure.nodes import TOTAL
from survey.problems import N_
from survey.publication.briefing.material import earlier_releases
from survey.publication.briefing.one_indicator import Choice, readings_of
from survey.publication.reading.change import changes
from survey.publication.reading.indicator_table import indicator_table
from survey.publication.reading.labels import Labels
from survey.publication.release import release as publication
from survey.publication.release.release import Release
from survey.storage.engine.database import Database
from survey.storage.results import actions
from survey.storage.results.actions import KINDS, OWNERS, STATES, Action
from survey.storage.scope import Scope

#: When an action is due, seen from a round.
DUE: Final = N_("due in this round")
OVERDUE: Final = N_("due in an earlier round")
LATER: Final = N_("due in a later round")


@dataclass(frozen=True, slots=True)
class Moved:
    """The indicator in both rounds, None where it is not shown, and what their comparison says; "" for no comparison."""

    earlier: int | None
    later: int | None
    verdict: str


@dataclass(frozen=True, slots=True)
class Reviewed:
    """An action of an earlier round, when it is due, and how its indicator moved."""

    action: Action
    due: str
    moved: Moved


def review(
    agreed: Iterable[Action], release: Release, before: Sequence[str], read: Callable[[str], Release]
) -> tuple[Reviewed, ...]:
    """The actions of one district that were agreed on over the rounds `before`, the last one first, seen from a release.

    What ended before it was due in this round has been seen already, and is left out.
    """
    ages = {name: number for number, name in enumerate(before, 1)}
    awaited = [
        one for one in agreed if one.round in ages and not (one.ended and one.agreed.due < ages[one.round])
    ]
    rounds = {name: _Compared.of(read(name), release) for name in dict.fromkeys(one.round for one in awaited)}
    return tuple(
        Reviewed(one, _due(one.agreed.due, ages[one.round]), rounds[one.round].moved(one)) for one in awaited
    )


@dataclass(frozen=True, slots=True)
class Said:
    """An action in the reader's language, and, of an earlier round, what became of it."""

    action: Action
    kind: str
    owner: str
    due: str
    indicator: str
    state: str
    reviewed: Reviewed | None = None


@dataclass(frozen=True, slots=True)
class Noted:
    """The actions of a district: those of a round, and those of the rounds before it."""

    own: tuple[Said, ...] = ()
    before: tuple[Said, ...] = ()


def noted(database: Database, release: Release, district: str, labels: Labels) -> Noted:
    """What is shown of the actions of a district next to a release."""
    every = actions.of_district(database, district)
    if not every:
        return Noted()
    words = _Words(labels, actions.added_kinds(database), indicator_names(release, labels))
    earlier = earlier_releases(database, release)
    return Noted(
        tuple(words.of(one) for one in every if one.round == release.round),
        tuple(
            replace(words.of(one.action), reviewed=one)
            for one in review(every, release, earlier, lambda name: publication.read(database, name))
        ),
    )


@dataclass(frozen=True, slots=True)
class _Words:
    """What is needed to say an action in the reader's language."""

    labels: Labels
    added: dict[str, dict[str, str]]
    indicators: dict[str, str]

    def of(self, one: Action) -> Said:
        agreed, say = one.agreed, self.labels.translate
        return Said(
            one,
            kind_name(agreed.kind, self.added, self.labels),
            say(OWNERS[agreed.owner]),
            due_name(agreed.due, self.labels),
            # An earlier round may have asked what this one does not.
            self.indicators.get(agreed.indicator, agreed.indicator),
            say(STATES[one.state]),
        )


def due_name(number: int, labels: Labels) -> str:
    """In how many rounds an action is due, in words."""
    text = labels.translate(N_("the next round") if number == 1 else N_("in {number} rounds"))
    return text.format(number=number)


def _due(due: int, age: int) -> str:
    return DUE if due == age else OVERDUE if due < age else LATER


@dataclass(frozen=True, slots=True)
class _Compared:
    """Two releases, and what is said of the change of everybody by district and indicator."""

    earlier: Release
    later: Release
    said: Mapping[tuple[str, str], str]

    @classmethod
    def of(cls, earlier: Release, later: Release) -> _Compared:
        said = {
            (one.district, f"{one.kind}:{one.name}"): one.verdict
            for one in changes(earlier, later)
            if one.group == TOTAL
        }
        return cls(earlier, later, said)

    def moved(self, one: Action) -> Moved:
        indicator = one.agreed.indicator
        kind, _, name = indicator.partition(":")
        before, after = readings_of((self.earlier, self.later), Choice(kind, name), one.district)
        return Moved(before.value, after.value, self.said.get((one.district, indicator), ""))


def indicator_names(release: Release, labels: Labels) -> dict[str, str]:
    """The indicators that an action can be agreed on for: column and name."""
    indicators = indicator_table(release, Scope.everywhere()).indicators
    return {one.column: one.title(labels) for one in indicators}


def kind_name(kind: str, added: dict[str, dict[str, str]], labels: Labels) -> str:
    """What a kind of action is called, one that ships or one that was added."""
    if kind in KINDS:
        return labels.translate(KINDS[kind])
    names = added.get(kind, {})
    return names.get(labels.language) or next(iter(names.values()), kind)
