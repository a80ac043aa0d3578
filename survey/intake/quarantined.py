"""Quarantined interviews: how many wait, and taking them in with a corrected questionnaire."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from survey.intake import gate
from survey.intake.late_interviews import TakeResult, arrival_or_none
from survey.intake.submission import Submission, reread
from survey.problems import ROUND_CLOSED, Problem
from survey.storage import questionnaires
from survey.storage.engine import shredding
from survey.storage.engine.database import Database
from survey.storage.field import quarantine, rounds
from survey.storage.field.quarantine import Quarantined
from survey.storage.field.responses import Arrival
from survey.storage.people import accounts, audit
from survey.storage.questionnaires import Edition
from survey.storage.scope import Scope

#: The channel of an interview from before the channel was kept.
_CHANNEL: Final = "api"


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many wait in a round: all, by the version that they answered, and by the question that could not be read.

    Never by worker, district or day: few come, and each of them may be one person's.
    """

    interviews: int
    versions: Mapping[str, int]
    questions: Mapping[str, int]


def waiting(database: Database, round_name: str) -> Waiting:
    """How many wait in the quarantine of a round; raises UNKNOWN_ROUND."""
    found = quarantine.quarantined_records(database, Scope.everywhere(), round_name)
    versions = Counter(_version(database, record) for record in found)
    questions = Counter(record.reason for record in found)
    return Waiting(len(found), dict(sorted(versions.items())), dict(sorted(questions.items())))


def take(database: Database, round_name: str, version: str, by: str = "") -> TakeResult:
    """Read the quarantine of a round with a version that was published since, and store what that can express.

    Each passes the gate as if it had answered that version, and keeps its number and its day. Interrupted, it goes on
    where it stopped. Raises UNKNOWN_ROUND, UNKNOWN_VERSION, and ROUND_CLOSED once the round is closed: its release
    never changes.
    """
    present = rounds.find(database, round_name)
    if present.closed:
        raise Problem(ROUND_CLOSED, round=round_name)
    edition = questionnaires.find(database, present.questionnaire, version)
    found = quarantine.quarantined_records(database, Scope.everywhere(), round_name)
    joined = sum(_join(database, record, edition, round_name) for record in found)
    shredding.finish(database)
    audit.record(database, by, "unreadable interviews taken in", f"{round_name} {version} {joined}")
    return TakeResult(joined, quarantine.numbers(database).get(round_name, 0))


def _join(database: Database, record: Quarantined, edition: Edition, round_name: str) -> bool:
    arrival = arrival_or_none(lambda: _arrival(database, record, edition))
    if arrival is None or arrival.outcome != "stored":
        return False
    # It may be in another round than it names, because it came late and was moved there.
    return quarantine.release(database, replace(arrival, round=round_name))


def _arrival(database: Database, record: Quarantined, edition: Edition) -> Arrival:
    submission = replace(_submission(database, record), version=edition.questionnaire.version)
    return gate.judge(database, submission, admitted=True)


def _submission(database: Database, record: Quarantined) -> Submission:
    said = _content(database, record)
    arrived = said.pop("beside", {"channel": _CHANNEL})
    worker = accounts.find(database, record.worker)
    return reread(said, record.id, worker, arrived["channel"], arrived.get("unread"), record.day)


def _version(database: Database, record: Quarantined) -> str:
    """The version that a submission answered; "?" where the key that it is sealed to is lost."""
    try:
        return str(_content(database, record)["version"])
    except ValueError:
        return "?"


def _content(database: Database, record: Quarantined) -> dict[str, Any]:
    return gate.open_quarantined(database, bytes(record.id), bytes(record.sealed))
