"""Latecomers: interviews that came after their round was over, moved to a later round by an administrator."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from survey.intake import gate
from survey.intake.submission import Submission, reread
from survey.keys import quarantine
from survey.problems import OTHER_VERSION, Problem
from survey.storage import questionnaires
from survey.storage.engine.database import Database
from survey.storage.engine.trouble import passes
from survey.storage.field import late, rounds
from survey.storage.field.late import Latecomer
from survey.storage.field.responses import Arrival
from survey.storage.field.rounds import Round
from survey.storage.people import accounts, audit
from survey.storage.questionnaires import Edition

#: Outcomes of an opened interview that has answers; for the others there is a tally.
_WITH_ANSWERS: Final = ("stored", "quarantined")


@dataclass(frozen=True, slots=True)
class TakeResult:
    """How many joined a round, and how many stay where they were: of another version, refused by the gate, or unreadable."""

    joined: int
    left: int


def take(database: Database, round_name: str, into: str, by: str = "") -> TakeResult:
    """Move the latecomers of a round to a later one that is open and asks the version that they answered.

    Each keeps its number, its day and a note. Interrupted, it goes on where it stopped. Raises UNKNOWN_ROUND, and
    OTHER_VERSION where none of them can join.
    """
    host = host_of(database, round_name, into)
    edition = questionnaires.find(database, host.questionnaire, host.version)
    joined = sum(
        _join(database, latecomer, into, edition)
        for latecomer in late.latecomers_of_version(database, round_name, edition)
    )
    audit.record(database, by, "late interviews taken in", f"{round_name} {into} {joined}")
    return TakeResult(joined, late.numbers(database).get(round_name, 0))


def host_of(database: Database, round_name: str, into: str) -> Round:
    """The later round that some latecomers can join; raises UNKNOWN_ROUND and OTHER_VERSION."""
    host = rounds.find(database, into)
    if into not in {joinable.name for joinable in late.joinable(database, round_name)}:
        raise Problem(OTHER_VERSION, round=into)
    return host


def _join(database: Database, latecomer: Latecomer, into: str, edition: Edition) -> bool:
    if latecomer.key:
        return late.join_sealed(database, latecomer, into, edition)
    arrival = arrival_or_none(lambda: _arrival(database, latecomer, into, edition))
    return arrival is not None and late.join(database, arrival)


def arrival_or_none(judge: Callable[[], Arrival]) -> Arrival | None:
    """What was judged again; None for what the gate would refuse today or a lost key sealed: it stays where it is."""
    try:
        return judge()
    except Problem as problem:
        if passes(problem):
            raise
    except ValueError:
        pass
    return None


def _arrival(database: Database, latecomer: Latecomer, into: str, edition: Edition) -> Arrival:
    content = json.loads(quarantine.open_quarantine(database.home, latecomer.body, latecomer.id))
    submission = replace(_submission(database, latecomer, content), into=into)
    if content["outcome"] in _WITH_ANSWERS:
        return gate.judge(database, submission)
    row = gate.tally(edition, submission, content["outcome"])
    return Arrival(latecomer.id, latecomer.digest, content["outcome"], edition, into, row)


def _submission(database: Database, latecomer: Latecomer, content: dict[str, Any]) -> Submission:
    worker = accounts.find(database, latecomer.worker)
    arrived = (content["channel"], content.get("unread"), content.get("day", ""))
    return reread(content["said"], latecomer.id, worker, *arrived)
