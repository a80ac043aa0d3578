"""The one gate: every submission is identified, judged and kept here, whatever brought it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from survey import geography
from survey.accounts.sign_in import may_send
from survey.intake import sealing
from survey.intake.submission import BAND_NAMES, CODE_DIGITS, Submission, is_name, normal_code
from survey.problems import (
    DISTRICT_NOT_YOURS,
    UNDER_AGE,
    UNKNOWN_DISTRICT,
    UNKNOWN_ROUND,
    Problem,
)
from survey.questionnaire.expressions import Context
from survey.questionnaire.model import DISTRICT, GENDER, GROUP, ROUND, Answers
from survey.questionnaire.path import answered
from survey.questionnaire.rules import EXCLUDE, NOTE, Flag, compile_validator, stops
from survey.storage import codec, questionnaires, responses
from survey.storage.database import Database
from survey.storage.days import days_between, today
from survey.storage.questionnaires import Edition
from survey.storage.responses import Arrival

WOMAN: Final = "woman"
#: What is kept of the people whose answers are not.
TALLIED: Final = (ROUND, DISTRICT, GROUP)
#: Days that an interview may lie on a phone before its day looks unlikely.
WAITING_DAYS: Final = 60

# A woman who had to answer to a man may not have spoken freely: her interview does not count.
_WOMAN_WORKER: Final = Flag("woman_worker", GENDER, EXCLUDE)
_UNLIKELY_DAY: Final = Flag("unlikely_day", "", NOTE)
_ODD_HOURS: Final = Flag("odd_hours", "", NOTE)
_SHORT: Final = Flag("short", "", NOTE)
#: What a field beside the answers that could not be read costs: only practice decides whether an interview counts.
_UNREAD: Final = {"practice": EXCLUDE}


@dataclass(frozen=True, slots=True)
class Receipt:
    """The acknowledgement of a submission: `outcome` is stored or repeated, `kept` what it was kept as."""

    id: str
    digest: str
    outcome: str
    kept: str


def accept(database: Database, submission: Submission) -> Receipt:
    """Keep a submission, once.

    Refuses (Problem) only what it cannot identify or may not hold: unknown version, round or district, a closed
    round, another account's district, another interview under the same id (CONFLICT), and people under 18, of
    whom a tally is kept. Broken rules, and fields beside the answers that say nothing usable, are kept and flagged;
    what cannot be decoded is kept sealed.
    """
    edition = questionnaires.find(database, submission.questionnaire, submission.version)
    round_name = _round(submission.answers)
    district = _district(submission)
    # Nearly every answer is a text, and a text that is not empty needs no closer look.
    answers = {name: value for name, value in submission.answers.items() if value or answered(value)}
    outcome, row = _judge(database, submission, edition, answers)
    digest = sealing.digest(database.home, _told(submission, outcome, row))
    row = {**row, "district": district, "day": _day(submission)}
    kept = responses.keep(database, Arrival(submission.id.bytes, digest, outcome, edition, round_name, row))
    if kept.outcome == "under_age":
        raise Problem(UNDER_AGE)
    return Receipt(str(submission.id), digest.hex(), "repeated" if kept.repeated else "stored", kept.outcome)


def _round(answers: Answers) -> str:
    name = answers.get(ROUND)
    if not isinstance(name, str) or not is_name(name):
        raise Problem(UNKNOWN_ROUND, round="?")
    return name


def _district(submission: Submission) -> str:
    district = submission.answers.get(DISTRICT)
    if not isinstance(district, str) or district not in geography.districts():
        raise Problem(UNKNOWN_DISTRICT, district=str(district) if is_name(district) else "?")
    if not may_send(submission.worker, geography.reporting_of(district).id):
        raise Problem(DISTRICT_NOT_YOURS, district=district)
    return district


def _day(submission: Submission) -> str:
    """The day of the interview; the day of its arrival where it did not say one."""
    return submission.day or today()


def _judge(
    database: Database, submission: Submission, edition: Edition, answers: Answers
) -> tuple[str, Mapping[str, Any]]:
    """What becomes of a submission, and the columns that its table needs."""
    if submission.practice:
        return "practice", {"kind": "practice", "group": _group(edition, answers)}
    if reason := stops(answers):
        return reason, {"kind": reason, "group": _group(edition, answers)}
    try:
        record = codec.pack(edition.questionnaire.codebook, answers)
    except codec.Undecodable as error:
        return "quarantined", _quarantine(database, submission, error.question)
    return "stored", _response(database, submission, edition, answers, record)


def _told(submission: Submission, outcome: str, row: Mapping[str, Any]) -> bytes:
    """What the digest is taken of: of people whose answers are not kept, not even a hash of them is."""
    if outcome == "stored":
        # What the version can express, alike however it arrived; the round is the one answer beside it.
        return submission.canonical_beside(round=submission.answers[ROUND]) + bytes(row["answers"])
    if outcome == "quarantined":
        return submission.canonical()
    tallied = {name: submission.answers[name] for name in TALLIED if name in submission.answers}
    return replace(submission, answers=tallied).canonical()


def _group(edition: Edition, answers: Answers) -> str:
    """The group as the questionnaire knows it; never a stranger's text."""
    group = answers.get(GROUP)
    entry = edition.questionnaire.codebook.by_name.get(GROUP)
    return group if entry and isinstance(group, str) and group in entry.codes else ""


def _quarantine(database: Database, submission: Submission, reason: str) -> dict[str, Any]:
    return {
        "sealed": sealing.seal_quarantine(database.home, submission.canonical(), submission.id.bytes),
        "reason": reason,
        "worker": submission.worker.name,
        "withdrawal_tag": _tag(database, submission),
    }


def _response(
    database: Database, submission: Submission, edition: Edition, answers: Answers, record: bytes
) -> dict[str, Any]:
    asked = edition.questionnaire
    flags = (
        *compile_validator(asked).check(answers, Context(today=_day(submission))),
        *_beside(submission, answers),
        *_unusable(submission, asked.languages),
    )
    return {
        "group": _group(edition, answers),
        "worker": submission.worker.name,
        "channel": submission.channel,
        "language": submission.language if submission.language in asked.languages else asked.default_language,
        "minutes": BAND_NAMES.index(submission.minutes) if submission.minutes else None,
        "odd_hours": submission.odd_hours,
        "option_seed": submission.option_seed,
        "withdrawal_tag": _tag(database, submission),
        "flags": _written(flags),
        "excluded": any(flag.effect == EXCLUDE for flag in flags),
        "voided": False,
        "answers": record,
    }


def _beside(submission: Submission, answers: Answers) -> list[Flag]:
    """What is to be said of an interview beyond the questionnaire's own rules."""
    to_a_woman = answers.get(GENDER) == WOMAN or answers.get(GROUP) == WOMAN
    age = days_between(_day(submission), today())
    found = (
        (_WOMAN_WORKER, to_a_woman and not submission.worker.woman),
        (_UNLIKELY_DAY, not -1 <= age <= WAITING_DAYS),
        (_ODD_HOURS, submission.odd_hours),
        (_SHORT, submission.minutes == BAND_NAMES[0]),
    )
    return [flag for flag, present in found if present]


def _unusable(submission: Submission, languages: Collection[str]) -> list[Flag]:
    """A note for each field beside the answers in whose place another value is kept."""
    names = list(submission.unread)
    if submission.language not in languages and "language" not in names:
        names.append("language")
    return [Flag("unread_field", name, _UNREAD.get(name, NOTE)) for name in names]


def _written(flags: tuple[Flag, ...]) -> str | None:
    if not flags:
        return None
    return json.dumps([[flag.code, flag.question, flag.effect] for flag in flags], separators=(",", ":"))


def _tag(database: Database, submission: Submission) -> bytes | None:
    code = submission.withdrawal_code
    return sealing.withdrawal_tag(database.home, code) if code else None


def make_withdrawal_code() -> str:
    """Ten random digits (33 bits), shown once to the respondent and stored only as a keyed hash."""
    return "".join(secrets.choice("0123456789") for _ in range(CODE_DIGITS))


def withdraw(database: Database, code: str) -> None:
    """Delete the interview of a code while its round is open; silent, so that a wrong code tells nothing."""
    # A malformed code takes the same way, so that it takes the same time.
    responses.withdraw(database, sealing.withdrawal_tag(database.home, normal_code(code)))


def open_quarantined(database: Database, record_id: bytes, sealed: bytes) -> dict[str, Any]:
    """A quarantined submission as it came, for whoever mends the questionnaire."""
    content: dict[str, Any] = json.loads(sealing.open_quarantine(database.home, sealed, record_id))
    return content
