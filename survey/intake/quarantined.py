"""Quarantined interviews: how many wait, and taken in once a mended questionnaire can express what they say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from survey.intake import gate
from survey.intake.submission import Submission, reread
from survey.problems import ROUND_CLOSED, Problem
from survey.storage import questionnaires
from survey.storage.engine import shredding
from survey.storage.engine.database import Database
from survey.storage.field import quarantine, rounds
from survey.storage.field.quarantine import Quarantined
from survey.storage.people import accounts, audit
from survey.storage.questionnaires import Edition
from survey.storage.scope import Scope

#: What an interview from a program of an earlier day came by, which was not kept then.
_CHANNEL: Final = "api"


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many wait in a round: all, by the version that they answered, and by the question that could not be read.

    Never by worker, district or day: few come, and each of them may be one person's.
    """

    interviews: int
    versions: Mapping[str, int]
    questions: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Taken:
    """How many count now, and how many the version cannot express either."""

    joined: int
    left: int


def waiting(database: Database, round_name: str) -> Waiting:
    """What lies in the quarantine of a round, in numbers; raises UNKNOWN_ROUND."""
    found = quarantine.quarantined_records(database, Scope.everywhere(), round_name)
    versions = Counter(_version(database, one) for one in found)
    questions = Counter(one.reason for one in found)
    return Waiting(len(found), dict(sorted(versions.items())), dict(sorted(questions.items())))


def take(database: Database, round_name: str, version: str, by: str = "") -> Taken:
    """Read what lies in the quarantine of a round with a version that was published since, and keep what that can express.

    Each passes the gate as if it had answered that version, and keeps its number and its day. Interrupted, it goes on
    where it stopped. Raises UNKNOWN_ROUND, UNKNOWN_VERSION, and ROUND_CLOSED once the round is closed: its release
    never changes.
    """
    present = rounds.find(database, round_name)
    if present.closed:
        raise Problem(ROUND_CLOSED, round=round_name)
    edition = questionnaires.find(database, present.questionnaire, version)
    found = quarantine.quarantined_records(database, Scope.everywhere(), round_name)
    joined = sum(_join(database, one, edition, round_name) for one in found)
    shredding.finish(database)
    audit.record(database, by, "unreadable interviews taken in", f"{round_name} {version} {joined}")
    return Taken(joined, quarantine.numbers(database).get(round_name, 0))


def _join(database: Database, one: Quarantined, edition: Edition, round_name: str) -> bool:
    try:
        submission = replace(_submission(database, one), version=edition.questionnaire.version)
        arrival = gate.judge(database, submission, admitted=True)
    except (Problem, ValueError):
        # What the gate would refuse today, or what is sealed to a key that is lost, stays where it is.
        return False
    # It may lie in another round than it names, because it came late and was taken into that.
    return arrival.outcome == "stored" and quarantine.release(database, replace(arrival, round=round_name))


def _submission(database: Database, one: Quarantined) -> Submission:
    said = _opened(database, one)
    beside = said.pop("beside", {"channel": _CHANNEL})
    worker = accounts.find(database, one.worker)
    return reread(said, one.id, worker, beside["channel"], beside.get("unread"), one.day)


def _version(database: Database, one: Quarantined) -> str:
    """The version that a submission answered; "?" where the key that it is sealed to is lost."""
    try:
        return str(_opened(database, one)["version"])
    except ValueError:
        return "?"


def _opened(database: Database, one: Quarantined) -> dict[str, Any]:
    return gate.open_quarantined(database, bytes(one.id), bytes(one.sealed))
