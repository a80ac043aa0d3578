"""Coverage: how many interviews there are, live; numbers only, and nothing that is made of an answer.

The gender of youth is the one exception: people who look for young people must know how many are still missing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import case, func, literal, or_, select

from survey import geography
from survey.questionnaire.model import DISTRICT, GENDER, GROUP, Entry
from survey.questionnaire.rules import MANNER
from survey.storage.engine.database import Database
from survey.storage.field import flag_bands, responses, rounds
from survey.storage.field.flag_bands import LEAST, Bands
from survey.storage.field.responses import Chunk, scope_condition
from survey.storage.scope import Scope
from survey.storage.tables import quarantine, tallies
from survey.storage.tables import responses as responses_table

#: The only group whose interviews are also counted by gender.
YOUTH: Final = "youth"

#: The answers by which coverage counts, and for which groups; "" means every group. What is counted here is known
#: to its readers before any result is, so no result may rely on it as unknown.
COUNTED_BY: Final[Mapping[str, str]] = {DISTRICT: "", GROUP: "", GENDER: YOUTH}


#: What is noted of how an interview was held, in the order in which it is shown.
KINDS: Final = tuple(sorted(MANNER))


@dataclass(frozen=True, slots=True)
class Interviews:
    """Interviews of a reporting district and group; `gender` is "" but for youth."""

    district: str
    group: str
    gender: str
    interviews: int


@dataclass(frozen=True, slots=True)
class Day:
    """Interviews of a reporting district on one day."""

    day: str
    district: str
    interviews: int


@dataclass(frozen=True, slots=True)
class NotCounted:
    """What else a reporting district has; `voided` are interviews that a person left out."""

    district: str
    refused: int = 0
    under_age: int = 0
    practice: int = 0
    voided: int = 0


@dataclass(frozen=True, slots=True)
class Quality:
    """Numbers about the interviews of one worker code.

    `manner` counts what is noted for how it was held, once there are enough interviews; None before. `kinds` are the same by the kind of
    note, and one interview may have several.
    """

    worker: str
    interviews: int
    voided: int
    manner: int | None
    bands: Bands | None
    kinds: Mapping[str, int] = field(default_factory=dict)

    @property
    def shares(self) -> dict[str, int]:
        """Each kind of note that there is, in per cent of the interviews; none before there are enough."""
        return {kind: round(100 * number / self.interviews) for kind, number in self.kinds.items() if number}


def interviews(database: Database, scope: Scope, round_name: str) -> tuple[Interviews, ...]:
    """Interviews that nobody left out, by reporting district and group, and by gender for youth alone.

    What a rule leaves out is counted here: a number that did not rise would reveal one person's answers.
    """
    counts: Counter[tuple[str, str, str]] = Counter()
    for chunk in responses.packed_records(database, scope, round_name, excluded_too=True):
        counts.update(_counts(chunk))
    return tuple(Interviews(*where, number) for where, number in sorted(counts.items()) if where[1])


def _counts(chunk: Chunk) -> Counter[tuple[str, str, str]]:
    """Count by the codes of what is counted by, and only then ask for their names."""
    codebook = chunk.edition.questionnaire.codebook
    fields = [codebook.by_name[name] for name in COUNTED_BY if name in codebook.by_name]
    codes = zip(*(chunk.answers[field.offset :: codebook.width] for field in fields), strict=True)
    counts: Counter[tuple[str, str, str]] = Counter()
    for several, number in Counter(codes).items():
        names = {field.name: _name(field, code) for field, code in zip(fields, several, strict=True)}
        district, group, gender = (
            names.get(name, "") if only in ("", names[GROUP]) else "" for name, only in COUNTED_BY.items()
        )
        counts[_reporting(district), group, gender] += number
    return counts


def _name(field: Entry, code: int) -> str:
    return next((name for name, known in field.codes.items() if known == code), "")


def _reporting(district: str) -> str:
    return geography.reporting_of(district).id


def by_day(database: Database, scope: Scope, round_name: str) -> tuple[Day, ...]:
    """Interviews that nobody left out by the day on which they were held, what a rule leaves out too; the newest day first."""
    key = rounds.find(database, round_name).key
    columns = (responses_table.c.day, responses_table.c.district)
    those = (
        responses_table.c.round == key,
        responses_table.c.voided.is_(False),
        scope_condition(scope, responses_table),
    )
    counts: Counter[tuple[str, str]] = Counter()
    with database.read() as connection:
        query = select(*columns, func.count()).where(*those).group_by(*columns)
        for day, district, number in connection.execute(query):
            counts[day, _reporting(district)] += number
    days = sorted(counts.items(), key=lambda one: one[0][1])
    days.sort(key=lambda one: one[0][0], reverse=True)
    return tuple(Day(*where, number) for where, number in days)


def last_day(database: Database, round_name: str) -> str | None:
    """The day of the last interview of a round, None before the first."""
    key = rounds.find(database, round_name).key
    query = select(func.max(responses_table.c.day)).where(responses_table.c.round == key)
    with database.read() as connection:
        found: str | None = connection.execute(query).scalar_one()
    return found


def not_counted(database: Database, scope: Scope, round_name: str) -> tuple[NotCounted, ...]:
    """Refusals, people under age, practice and what a person left out, by reporting district."""
    key = rounds.find(database, round_name).key
    queries = (
        select(tallies.c.district, tallies.c.kind, func.count())
        .where(tallies.c.round == key, scope_condition(scope, tallies))
        .group_by(tallies.c.district, tallies.c.kind),
        select(responses_table.c.district, literal("voided"), func.count())
        .where(
            responses_table.c.round == key, responses_table.c.voided, scope_condition(scope, responses_table)
        )
        .group_by(responses_table.c.district),
    )
    counts: dict[str, Counter[str]] = {}
    with database.read() as connection:
        for query in queries:
            for district, kind, number in connection.execute(query):
                counts.setdefault(_reporting(district), Counter())[kind] += number
    return tuple(NotCounted(district, **kinds) for district, kinds in sorted(counts.items()))


def day_of(
    database: Database, scope: Scope, round_name: str, worker: str, day: str
) -> tuple[tuple[str, int], ...]:
    """What one worker brought on one day and can still be left out: reporting district and interviews."""
    those = responses.day_conditions(rounds.find(database, round_name).key, worker, day, scope)
    query = select(responses_table.c.district, func.count()).where(*those)
    counts: Counter[str] = Counter()
    with database.read() as connection:
        for district, number in connection.execute(query.group_by(responses_table.c.district)):
            counts[_reporting(district)] += number
    return tuple(sorted(counts.items()))


def quality(database: Database, scope: Scope, round_name: str) -> tuple[Quality, ...]:
    """Interviews, manner and bands by the code of each worker who is inside the scope."""
    bands = flag_bands.bands(database, round_name)
    return tuple(
        Quality(
            worker,
            number,
            voided,
            manner if number >= LEAST else None,
            bands.get(worker),
            dict(zip(KINDS, kinds, strict=True)) if number >= LEAST else {},
        )
        for worker, number, voided, manner, *kinds in _workers(
            database, scope, rounds.find(database, round_name).key
        )
        if number or worker in bands
    )


def _workers(database: Database, scope: Scope, round_key: int) -> list[tuple[Any, ...]]:
    """Code, interviews, how many a person left out, how many are noted for their manner, and for each kind of it."""
    flags = responses_table.c.flags
    kinds = [flags.contains(f'["{code}",') for code in KINDS]
    conditions = (responses_table.c.voided, or_(*kinds), *kinds)
    sums = [func.sum(case((condition, 1), else_=0)) for condition in conditions]
    present = (responses_table.c.round == round_key, scope_condition(scope, responses_table))
    kept = select(responses_table.c.worker, func.count(), *sums).where(*present)
    # Whose interviews could all not be decoded has none, but may have a band that says so.
    undecoded = select(quarantine.c.worker).where(
        quarantine.c.round == round_key, scope_condition(scope, quarantine)
    )
    with database.read() as connection:
        found = {row[0]: tuple(row) for row in connection.execute(kept.group_by(responses_table.c.worker))}
        for worker in connection.execute(undecoded.distinct()).scalars():
            found.setdefault(worker, (worker, 0, 0, 0, *(0 for _ in KINDS)))
    return [found[worker] for worker in sorted(found)]
