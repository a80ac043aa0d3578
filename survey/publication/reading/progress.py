"""How far a round has come: interviews done against targets, live, and never an answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from survey import geography
from survey.days import later, today
from survey.storage.engine.database import Database
from survey.storage.field import coverage, rounds
from survey.storage.field.coverage import Day, Interviews, NotCounted, Quality
from survey.storage.field.rounds import Round, Targets
from survey.storage.scope import Scope


@dataclass(frozen=True, slots=True)
class Line:
    """One group of a reporting district: done, wanted, and for youth how many of either gender."""

    district: str
    group: str
    done: int
    target: int
    genders: tuple[tuple[str, int], ...] = ()

    @property
    def percent(self) -> int:
        """Done of wanted, at most 100; 0 where nothing was planned."""
        return min(100, 100 * self.done // self.target) if self.target else 0

    @property
    def remaining(self) -> int:
        """Interviews still wanted."""
        return max(0, self.target - self.done)


@dataclass(frozen=True, slots=True)
class Place:
    """The groups of one reporting district, and how many interviews it has `since` yesterday, that day with it."""

    district: str
    lines: tuple[Line, ...]
    since: int

    @property
    def remaining(self) -> int:
        """Interviews still wanted; what one group has too many does not make up for another."""
        return sum(line.remaining for line in self.lines)


@dataclass(frozen=True, slots=True)
class Progress:
    """What a coordinator sees of a round inside a scope."""

    round: Round
    lines: tuple[Line, ...]
    beside: tuple[NotCounted, ...]
    workers: tuple[Quality, ...]
    days: tuple[Day, ...]
    today: str

    @property
    def places(self) -> tuple[Place, ...]:
        """The lines of each district, in the order of the districts."""
        since = Counter[str]()
        for one in self.days:
            since[one.district] += one.interviews if one.day >= self.yesterday else 0
        by_district = groupby(self.lines, key=lambda line: line.district)
        return tuple(Place(name, tuple(lines), since[name]) for name, lines in by_district)

    @property
    def by_shortfall(self) -> tuple[Place, ...]:
        """The same, those that want most interviews first."""
        return tuple(sorted(self.places, key=lambda place: -place.remaining))

    @property
    def below_target(self) -> tuple[Line, ...]:
        """The groups that still want interviews, those that want most first."""
        return tuple(sorted((one for one in self.lines if one.remaining), key=lambda line: -line.remaining))

    @property
    def yesterday(self) -> str:
        """The day before today."""
        return later(self.today, -1)

    @property
    def by_day(self) -> tuple[tuple[str, int], ...]:
        """Each day and its interviews, the newest first."""
        days = groupby(self.days, key=lambda one: one.day)
        return tuple((day, sum(one.interviews for one in several)) for day, several in days)

    @property
    def since_yesterday(self) -> int:
        """Interviews of today and yesterday."""
        return sum(one.interviews for one in self.days if one.day >= self.yesterday)

    @property
    def reached(self) -> int:
        """Interviews that were wanted and are done: of each group as many as its target at most."""
        return sum(min(line.done, line.target) for line in self.lines)

    @property
    def remaining(self) -> int:
        """Interviews still wanted."""
        return sum(line.remaining for line in self.lines)

    @property
    def done(self) -> int:
        """All interviews that nobody left out."""
        return sum(line.done for line in self.lines)

    @property
    def target(self) -> int:
        """All interviews wanted."""
        return sum(line.target for line in self.lines)


def round_progress(database: Database, scope: Scope, round_name: str) -> Progress:
    """The progress of a round in the districts of a scope: every district with a target or an interview."""
    present = rounds.find(database, round_name)
    wanted = {
        place: n for place, n in rounds.targets_of(database, round_name).items() if scope.holds(place[0])
    }
    return Progress(
        present,
        _lines(coverage.interviews(database, scope, round_name), wanted),
        coverage.not_counted(database, scope, round_name),
        coverage.quality(database, scope, round_name),
        coverage.by_day(database, scope, round_name),
        today(),
    )


def _lines(counted: Iterable[Interviews], wanted: Targets) -> tuple[Line, ...]:
    done: Counter[tuple[str, str]] = Counter()
    genders: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for one in counted:
        done[one.district, one.group] += one.interviews
        if one.gender:
            genders.setdefault((one.district, one.group), []).append((one.gender, one.interviews))
    order = {district.id: place for place, district in enumerate(geography.reporting_districts())}
    places = sorted({*done, *wanted}, key=lambda place: (order[place[0]], place[1]))
    return tuple(
        Line(*place, done[place], wanted.get(place, 0), tuple(genders.get(place, ()))) for place in places
    )
