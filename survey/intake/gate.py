"""The one gate: every submission is identified, judged and stored here, by whichever channel it came."""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from survey import geography
from survey.accounts.sign_in import may_send
from survey.days import days_between, today
from survey.intake.submission import CODE_DIGITS, Submission, is_name, normal_code
from survey.keys import digests, quarantine
from survey.problems import (
    DISTRICT_NOT_YOURS,
    OTHER_VERSION,
    ROUND_CLOSED,
    UNDER_AGE,
    UNKNOWN_DISTRICT,
    UNKNOWN_ROUND,
    Problem,
)
from survey.questionnaire import codec
from survey.questionnaire.expressions.values import Context
from survey.questionnaire.model import DISTRICT, GENDER, GROUP, ROUND, Answers
from survey.questionnaire.path import is_answered
from survey.questionnaire.rules import EXCLUDE, NOTE, Flag, compile_validator, stops
from survey.questionnaire.self_entry import with_block_mode
from survey.storage import questionnaires
from survey.storage.engine.database import Database
from survey.storage.field import late, responses, rounds
from survey.storage.field.late import Latecomer
from survey.storage.field.lengths import BAND_NAMES
from survey.storage.field.responses import Arrival, Kept
from survey.storage.questionnaires import Edition

WOMAN: Final = "woman"
#: The fields that are kept of people whose answers are not.
TALLIED: Final = (ROUND, DISTRICT, GROUP)
#: Days that an interview may wait on a phone before its day looks unlikely.
WAITING_DAYS: Final = 60

# A woman who had to answer to a man may not have spoken freely: her interview does not count.
_WOMAN_WORKER: Final = Flag("woman_worker", GENDER, EXCLUDE)
#: The one flag that depends on the day of arrival, and so may differ when the same interview is sent again.
UNLIKELY_DAY: Final = Flag("unlikely_day", "", NOTE)
_ODD_HOURS: Final = Flag("odd_hours", "", NOTE)
_SHORT: Final = Flag("short", "", NOTE)
# The interview was held for an earlier round and came after that was over.
_LATE: Final = Flag("late", "", NOTE)
#: The effect of an unreadable field other than the answers: only practice decides whether an interview counts.
_UNREAD: Final = {"practice": EXCLUDE}


#: `kept` of an interview that is stored apart, or of which nothing is stored, because its round was over.
APART: Final = ("late", "left_out", "expired")


@dataclass(frozen=True, slots=True)
class Receipt:
    """The acknowledgement of a submission: `outcome` is stored or repeated, `kept` what it was stored as.

    `late` waits sealed for an administrator, of `expired` and `left_out` nothing is kept any more. `judged` is the
    judgement of its content alone, also where nothing of it is stored any more: only that is sent back.
    """

    id: str
    digest: str
    outcome: str
    kept: str
    judged: Judgement | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """The judgement of a submission by its own content: the outcome, and the columns that its table needs.

    `because` names the questions whose answers cannot be decoded; `flags` are the broken rules of one that is stored.
    """

    outcome: str
    row: Mapping[str, Any]
    because: tuple[str, ...] = ()
    flags: tuple[Flag, ...] = ()


def accept(database: Database, submission: Submission) -> Receipt:
    """Keep a submission, once.

    Refuses (Problem) only what it cannot identify or may not hold: unknown version, round or district, another
    account's district, another interview under the same id (CONFLICT), and people under 18, of whom a tally is kept.
    Answers that break rules, and unusable other fields, are stored and flagged. What cannot be decoded is stored
    sealed; so is, apart, what comes after its round was over, or was held after the round began to end.
    """
    arrival, judgement = _arrival(database, submission)
    kept = _keep(database, submission, arrival)
    if arrival.outcome == "under_age":
        raise Problem(UNDER_AGE)
    outcome = "repeated" if kept.repeated else "stored"
    return Receipt(str(submission.id), arrival.digest.hex(), outcome, kept.outcome, judgement)


def judge(database: Database, submission: Submission, admitted: bool = False) -> Arrival:
    """What is to be stored of a submission; raises what `accept` refuses.

    One that was `admitted` when it came is not checked again for whether its worker may send from that district.
    """
    return _arrival(database, submission, admitted)[0]


def _arrival(database: Database, submission: Submission, admitted: bool = False) -> tuple[Arrival, Judgement]:
    edition = questionnaires.find(database, submission.questionnaire, submission.version)
    round_name = _round_name(submission.answers)
    district = _district(submission, admitted)
    # Nearly every answer is a text, and a text that is not empty needs no closer look.
    answers = {name: value for name, value in submission.answers.items() if value or is_answered(value)}
    judgement = _judgement(database, submission, edition, answers)
    digest = digests.digest(database.home, _digest_input(submission, judgement.outcome, judgement.row))
    row = {**judgement.row, "district": district, "day": _day(submission)}
    joined = _round_to_join(database, submission) or round_name
    return Arrival(submission.id.bytes, digest, judgement.outcome, edition, joined, row), judgement


def _keep(database: Database, submission: Submission, arrival: Arrival) -> Kept:
    try:
        return responses.keep(database, arrival)
    except Problem as problem:
        if problem.kind is not ROUND_CLOSED:
            raise
    return late.keep(database, _latecomer(database, submission, arrival), arrival.edition)


def _latecomer(database: Database, submission: Submission, arrival: Arrival) -> Latecomer:
    """The submission, sealed so that nobody can read it while it waits: of people who refused, what a tally needs."""
    said = json.loads(_reduced_submission(submission, arrival.outcome).canonical())
    # It is judged again when it is taken in, and must be judged as it was when it came.
    arrived = {"channel": submission.channel, "unread": submission.unread, "day": _day(submission)}
    content = json.dumps({"outcome": arrival.outcome, "said": said, **arrived})
    body = quarantine.seal_quarantine(database.home, content.encode(), submission.id.bytes)
    tag = _withdrawal_tag(database, submission) if arrival.outcome in ("stored", "quarantined") else None
    return Latecomer(arrival.id, arrival.digest, arrival.round, submission.worker.name, "", tag, body)


def _round_to_join(database: Database, submission: Submission) -> str:
    """The round that a latecomer joins, which must ask the very version that it answered; "" for any other."""
    if submission.into:
        asked = rounds.find(database, submission.into)
        if (asked.questionnaire, asked.version) != (submission.questionnaire, submission.version):
            raise Problem(OTHER_VERSION, round=submission.into)
    return submission.into


def _round_name(answers: Answers) -> str:
    name = answers.get(ROUND)
    if not isinstance(name, str) or not is_name(name):
        raise Problem(UNKNOWN_ROUND, round="?")
    return name


def _district(submission: Submission, admitted: bool) -> str:
    district = submission.answers.get(DISTRICT)
    if not isinstance(district, str) or district not in geography.districts():
        raise Problem(UNKNOWN_DISTRICT, district=str(district) if is_name(district) else "?")
    # For what an administrator takes in later, this was checked when it came.
    mine = admitted or submission.into or may_send(submission.worker, geography.reporting_of(district).id)
    if not mine:
        raise Problem(DISTRICT_NOT_YOURS, district=district)
    return district


def _day(submission: Submission) -> str:
    """The day of the interview, or of its arrival where it names none."""
    return submission.day or today()


def _judgement(database: Database, submission: Submission, edition: Edition, answers: Answers) -> Judgement:
    """The judgement of a submission."""
    if submission.practice:
        return Judgement("practice", {"kind": "practice", "group": _group(edition, answers)})
    if reason := stops(answers):
        return Judgement(reason, {"kind": reason, "group": _group(edition, answers)})
    validator = compile_validator(edition.questionnaire)
    answers = with_block_mode(edition.questionnaire, answers)
    try:
        record = codec.pack(edition.questionnaire.codebook, answers)
    except codec.Undecodable as error:
        row = _quarantine_row(database, submission, error.question)
        names = {flag.question for flag in validator.undecodable(answers)}
        return Judgement("quarantined", row, because=tuple(sorted(names or {error.question})))
    flags = (
        *validator.check(answers, Context(today=_day(submission))),
        *_interview_flags(submission, answers),
        *_unread_flags(submission, edition.questionnaire.languages),
    )
    return Judgement(
        "stored", _response_row(database, submission, edition, answers, record, flags), flags=flags
    )


def tally(edition: Edition, submission: Submission, kind: str) -> dict[str, Any]:
    """The row of somebody whose answers are not kept, from what was stored while it waited apart."""
    group = _group(edition, submission.answers)
    return {"kind": kind, "group": group, "district": submission.answers[DISTRICT], "day": _day(submission)}


def _digest_input(submission: Submission, outcome: str, row: Mapping[str, Any]) -> bytes:
    """The content of which a digest is stored: where answers may not be kept, they are not in it."""
    if outcome == "stored":
        # The packed record, the same for every way of arriving, and the round, which is not in it.
        return submission.canonical_without_answers(round=submission.answers[ROUND]) + bytes(row["answers"])
    if outcome == "quarantined":
        return submission.canonical()
    return _reduced_submission(submission, outcome).canonical()


def _reduced_submission(submission: Submission, outcome: str) -> Submission:
    """The part of a submission that may be kept: where its answers may not be, what a tally needs."""
    if outcome in ("stored", "quarantined"):
        return submission
    tallied = {name: submission.answers[name] for name in TALLIED if name in submission.answers}
    return replace(submission, answers=tallied)


def _group(edition: Edition, answers: Answers) -> str:
    """The group, if the questionnaire has it; never text from outside."""
    group = answers.get(GROUP)
    entry = edition.questionnaire.codebook.by_name.get(GROUP)
    return group if entry and isinstance(group, str) and group in entry.codes else ""


def _quarantine_row(database: Database, submission: Submission, reason: str) -> dict[str, Any]:
    # Channel and unread fields are in no digest, but are needed when it is judged again.
    arrived = {"channel": submission.channel, "unread": submission.unread}
    content = json.dumps({**json.loads(submission.canonical()), "beside": arrived})
    return {
        "sealed": quarantine.seal_quarantine(database.home, content.encode(), submission.id.bytes),
        "reason": reason,
        "worker": submission.worker.name,
        "withdrawal_tag": _withdrawal_tag(database, submission),
    }


def _response_row(
    database: Database,
    submission: Submission,
    edition: Edition,
    answers: Answers,
    record: bytes,
    flags: tuple[Flag, ...],
) -> dict[str, Any]:
    asked = edition.questionnaire
    return {
        "group": _group(edition, answers),
        "worker": submission.worker.name,
        "channel": submission.channel,
        "language": submission.language if submission.language in asked.languages else asked.default_language,
        "minutes": BAND_NAMES.index(submission.minutes) if submission.minutes else None,
        "odd_hours": submission.odd_hours,
        "option_seed": submission.option_seed,
        "withdrawal_tag": _withdrawal_tag(database, submission),
        "flags": _flags_as_json(flags),
        "excluded": any(flag.effect == EXCLUDE for flag in flags),
        "voided": False,
        "answers": record,
    }


def _interview_flags(submission: Submission, answers: Answers) -> list[Flag]:
    """The flags of an interview that are not from the questionnaire's own rules."""
    to_a_woman = answers.get(GENDER) == WOMAN or answers.get(GROUP) == WOMAN
    age = days_between(_day(submission), today())
    found = (
        (_WOMAN_WORKER, to_a_woman and not submission.worker.woman),
        (UNLIKELY_DAY, not -1 <= age <= WAITING_DAYS),
        (_ODD_HOURS, submission.odd_hours),
        (_SHORT, submission.minutes == BAND_NAMES[0]),
        (_LATE, bool(submission.into)),
    )
    return [flag for flag, present in found if present]


def _unread_flags(submission: Submission, languages: Collection[str]) -> list[Flag]:
    """A flag for each field other than the answers that was replaced by another value."""
    names = list(submission.unread)
    if submission.language and submission.language not in languages and "language" not in names:
        names.append("language")
    return [Flag("unread_field", name, _UNREAD.get(name, NOTE)) for name in names]


def _flags_as_json(flags: tuple[Flag, ...]) -> str | None:
    if not flags:
        return None
    return json.dumps([[flag.code, flag.question, flag.effect] for flag in flags], separators=(",", ":"))


def _withdrawal_tag(database: Database, submission: Submission) -> bytes | None:
    code = submission.withdrawal_code
    return digests.withdrawal_tag(database.home, code) if code else None


def make_withdrawal_code() -> str:
    """Ten random digits (33 bits), shown once to the respondent and stored only as a keyed hash."""
    return "".join(secrets.choice("0123456789") for _ in range(CODE_DIGITS))


def withdraw(database: Database, code: str) -> None:
    """Delete the interview of a code until its round is closed, or while it waits apart as a late one.

    Silent, so that a wrong code reveals nothing.
    """
    # A malformed code is looked for as well, so that it takes the same time.
    responses.withdraw(database, digests.withdrawal_tag(database.home, normal_code(code)))


def open_quarantined(database: Database, record_id: bytes, sealed: bytes) -> dict[str, Any]:
    """A quarantined submission as it came."""
    content: dict[str, Any] = json.loads(quarantine.open_quarantine(database.home, sealed, record_id))
    return content
