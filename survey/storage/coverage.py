"""Coverage: how many interviews there are, live; numbers only, and never an answer."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

from sqlalchemy import case, func, literal, select

from survey import geography
from survey.questionnaire.model import DISTRICT, GENDER, GROUP, Entry
from survey.storage import responses, rounds
from survey.storage.database import Database
from survey.storage.responses import Chunk, within
from survey.storage.scope import Scope
from survey.storage.tables import quarantine, tallies
from survey.storage.tables import responses as responses_table

#: The only group whose interviews are also counted by gender.
YOUTH: Final = "youth"


@dataclass(frozen=True, slots=True)
class Interviews:
    """Interviews that count in a reporting district and group; `gender` is "" but for youth."""

    district: str
    group: str
    gender: str
    interviews: int


@dataclass(frozen=True, slots=True)
class Beside:
    """What a reporting district has besides interviews that count.

    `excluded` is left out by a rule, `voided` by a person; `quarantined` could not be decoded.
    """

    district: str
    refused: int = 0
    under_age: int = 0
    practice: int = 0
    excluded: int = 0
    voided: int = 0
    quarantined: int = 0


@dataclass(frozen=True, slots=True)
class Quality:
    """How the interviews of one worker code fare: numbers only."""

    worker: str
    interviews: int
    flagged: int
    excluded: int
    voided: int


def interviews(database: Database, scope: Scope, round_name: str) -> tuple[Interviews, ...]:
    """Interviews that count, by reporting district and group, and by gender for youth alone."""
    counts: Counter[tuple[str, str, str]] = Counter()
    for chunk in responses.packed(database, scope, round_name):
        counts.update(_counts(chunk))
    return tuple(Interviews(*where, number) for where, number in sorted(counts.items()))


def _counts(chunk: Chunk) -> Counter[tuple[str, str, str]]:
    """Count by the codes of district, group and gender, and only then ask for their names."""
    codebook = chunk.edition.questionnaire.codebook
    fields = [codebook.by_name[name] for name in (DISTRICT, GROUP, GENDER) if name in codebook.by_name]
    codes = zip(*(chunk.answers[field.offset :: codebook.width] for field in fields), strict=True)
    counts: Counter[tuple[str, str, str]] = Counter()
    for several, number in Counter(codes).items():
        district, group, gender = (
            *(_name(field, code) for field, code in zip(fields, several, strict=True)),
            "",
        )[:3]
        counts[_reporting(district), group, gender if group == YOUTH else ""] += number
    return counts


def _name(field: Entry, code: int) -> str:
    return next((name for name, known in field.codes.items() if known == code), "")


def _reporting(district: str) -> str:
    return geography.reporting_of(district).id


def last_day(database: Database, round_name: str) -> str | None:
    """The day of the last interview of a round, None before the first."""
    key = rounds.find(database, round_name).key
    query = select(func.max(responses_table.c.day)).where(responses_table.c.round == key)
    with database.read() as connection:
        found: str | None = connection.execute(query).scalar_one()
    return found


def beside(database: Database, scope: Scope, round_name: str) -> tuple[Beside, ...]:
    """Refusals, people under age, practice, exclusions, voids and quarantine by reporting district."""
    key = rounds.find(database, round_name).key
    out = case((responses_table.c.voided, "voided"), else_="excluded")
    not_counted = responses_table.c.voided | responses_table.c.excluded
    queries = (
        select(tallies.c.district, tallies.c.kind, func.count())
        .where(tallies.c.round == key, within(scope, tallies))
        .group_by(tallies.c.district, tallies.c.kind),
        select(responses_table.c.district, out, func.count())
        .where(responses_table.c.round == key, not_counted, within(scope, responses_table))
        .group_by(responses_table.c.district, out),
        select(quarantine.c.district, literal("quarantined"), func.count())
        .where(quarantine.c.round == key, within(scope, quarantine))
        .group_by(quarantine.c.district),
    )
    counts: dict[str, Counter[str]] = {}
    with database.read() as connection:
        for query in queries:
            for district, kind, number in connection.execute(query):
                counts.setdefault(_reporting(district), Counter())[kind] += number
    return tuple(Beside(district, **kinds) for district, kinds in sorted(counts.items()))


def quality(database: Database, scope: Scope, round_name: str) -> tuple[Quality, ...]:
    """Interviews, flags, exclusions and voids by worker code, inside the scope."""
    key = rounds.find(database, round_name).key
    query = (
        select(
            responses_table.c.worker,
            func.count(),
            func.count(responses_table.c.flags),
            func.sum(case((responses_table.c.excluded, 1), else_=0)),
            func.sum(case((responses_table.c.voided, 1), else_=0)),
        )
        .where(responses_table.c.round == key, within(scope, responses_table))
        .group_by(responses_table.c.worker)
        .order_by(responses_table.c.worker)
    )
    with database.read() as connection:
        return tuple(Quality(*row) for row in connection.execute(query))
