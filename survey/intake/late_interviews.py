"""Latecomers: interviews that came after their round was over, opened and taken into a later round by an administrator."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any, Final

from survey.intake import gate
from survey.intake.submission import Submission, reread
from survey.keys import quarantine
from survey.problems import OTHER_VERSION, Problem
from survey.storage import questionnaires
from survey.storage.engine.database import Database
from survey.storage.field import late, rounds
from survey.storage.field.late import Latecomer
from survey.storage.field.responses import Arrival
from survey.storage.people import accounts, audit
from survey.storage.questionnaires import Edition

#: What an opened interview can be taken as that has answers; of the others there is a tally.
_WITH_ANSWERS: Final = ("stored", "quarantined")


@dataclass(frozen=True, slots=True)
class Taken:
    """How many joined the other round, and how many lie where they were because it asks another version."""

    joined: int
    left: int


def take(database: Database, round_name: str, into: str, by: str = "") -> Taken:
    """Take the latecomers of a round into a later one that is open and asks the version which they answered.

    Each keeps its number, its day and a note. Interrupted, it goes on where it stopped. Raises UNKNOWN_ROUND, and
    OTHER_VERSION where none of them can join.
    """
    host = rounds.find(database, into)
    edition = questionnaires.find(database, host.questionnaire, host.version)
    if into not in {one.name for one in late.joinable(database, round_name)}:
        raise Problem(OTHER_VERSION, round=into)
    joined = sum(
        _join(database, one, into, edition)
        for one in late.latecomers_of_version(database, round_name, edition)
    )
    audit.record(database, by, "late interviews taken in", f"{round_name} {into} {joined}")
    return Taken(joined, late.numbers(database).get(round_name, 0))


def _join(database: Database, one: Latecomer, into: str, edition: Edition) -> bool:
    if one.key:
        return late.join_sealed(database, one, into, edition)
    try:
        arrival = _arrival(database, one, into, edition)
    except Problem:
        # What the gate would refuse today lies where it is until somebody leaves it out.
        return False
    return late.join(database, arrival)


def _arrival(database: Database, one: Latecomer, into: str, edition: Edition) -> Arrival:
    content = json.loads(quarantine.open_quarantine(database.home, one.body, one.id))
    submission = replace(_submission(database, one, content), into=into)
    if content["outcome"] in _WITH_ANSWERS:
        return gate.judge(database, submission)
    row = gate.tally(edition, submission, content["outcome"])
    return Arrival(one.id, one.digest, content["outcome"], edition, into, row)


def _submission(database: Database, one: Latecomer, content: dict[str, Any]) -> Submission:
    worker = accounts.find(database, one.worker)
    beside = (content["channel"], content.get("unread"), content.get("day", ""))
    return reread(content["said"], one.id, worker, *beside)
