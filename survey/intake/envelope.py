"""Sealed interviews: read by their header, opened or kept for the key-holder, and taken in from a phone's file."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from survey.intake import gate
from survey.intake.gate import Receipt
from survey.intake.submission import Submission, from_json, is_name, parse_id
from survey.keys import record_keys
from survey.parsing import json_of
from survey.problems import BROKEN_ENVELOPE, ROUND_CLOSED, UNDER_AGE, Problem
from survey.questionnaire import header as layout
from survey.questionnaire.model import ROUND, Question, Questionnaire
from survey.storage import questionnaires
from survey.storage.engine.database import Database
from survey.storage.engine.trouble import passes
from survey.storage.field import envelopes, late
from survey.storage.field.envelopes import Sealed
from survey.storage.field.late import Latecomer
from survey.storage.field.responses import Kept
from survey.storage.people import accounts
from survey.storage.people.accounts import Account

MEDIA_TYPE: Final = "application/vnd.survey.sealed"
FORMAT: Final = layout.FORMAT
HEADER: Final = layout.LENGTH
#: Envelopes are multiples of this long.
PAGE: Final = 4096
LARGEST: Final = 16 * PAGE
#: Encapsulated key (65 bytes) and tag (16 bytes).
OVERHEAD: Final = HEADER + 65 + 16
FIRST_LINE: Final = "sealed records 1"
CHANNEL: Final = "sealed"
MEMBERS: Final = layout.MEMBERS
# Bytes of the fields other than the answers, and of the names of the round and of the questions: measured with the
# longest of each.
_OTHER_FIELDS: Final = 700


@dataclass(frozen=True, slots=True)
class Header:
    """The header of an envelope, which is not encrypted."""

    key: str
    questionnaire: str
    version: str
    id: UUID
    round: str


def size_of(questionnaire: Questionnaire) -> int:
    """Bytes that every record of a questionnaire is padded to: it depends on no answer."""
    # Who enters the block takes as much as who enters the rest, whether it is said or not.
    by_whom = questionnaire.block_mode
    asked = (*questionnaire.questions.values(), *([by_whom] if by_whom else []))
    most = _OTHER_FIELDS + sum(map(_longest_answer, asked))
    return -(-(most + OVERHEAD) // PAGE) * PAGE - OVERHEAD


def _longest_answer(question: Question) -> int:
    return len(question.name.encode()) + 8 + question.type.longest(question.choices)


def read(body: bytes) -> Header:
    """The header of an envelope; raises BROKEN_ENVELOPE."""
    if not OVERHEAD < len(body) <= LARGEST:
        raise Problem(BROKEN_ENVELOPE)
    try:
        content = json_of(body[:HEADER])
    except Problem as problem:
        raise Problem(BROKEN_ENVELOPE) from problem
    if not isinstance(content, dict) or tuple(content) != MEMBERS or content["format"] != FORMAT:
        raise Problem(BROKEN_ENVELOPE)
    if not all(is_name(content[name]) for name in MEMBERS[1:]):
        raise Problem(BROKEN_ENVELOPE)
    return Header(**{**{name: content[name] for name in MEMBERS[1:]}, "id": parse_id(content["id"])})


def digest(body: bytes) -> str:
    """The digest that a receipt repeats."""
    return hashlib.sha256(body).hexdigest()


def accept(database: Database, body: bytes, submission_id: str, worker: Account, into: str = "") -> Receipt:
    """Keep a sealed interview, once: opened through the gate, or sealed where the private key is elsewhere.

    A tally counts as stored. `into` is the round that the interview was moved to because its own was over. Raises
    BROKEN_ENVELOPE, UNKNOWN_KEY, and what `gate.accept` raises.
    """
    header = read(body)
    if str(header.id) != submission_id.lower():
        raise Problem(BROKEN_ENVELOPE)
    if header.key in {key.id for key in record_keys.list_keys(database.home) if not key.private}:
        return _keep_sealed(database, header, body, worker)
    opened = open_envelope(database, header, body, worker)
    receipt = _through_the_gate(database, replace(opened, into=into if into != header.round else ""))
    # The judgement is not in the reply: the answers are sealed, and a reply would reveal something of them to the phone's holder.
    return replace(receipt, digest=digest(body), judged=None)


def _keep_sealed(database: Database, header: Header, body: bytes, worker: Account) -> Receipt:
    edition = questionnaires.find(database, header.questionnaire, header.version)
    own = hashlib.sha256(body).digest()
    sealed = Sealed(header.id.bytes, own, header.key, header.round, worker.name, body)
    try:
        kept = Kept("sealed", repeated=not envelopes.keep(database, sealed, edition))
    except Problem as problem:
        if problem.kind is not ROUND_CLOSED:
            raise
        # The respondent's code is inside the sealed body, so there is no tag by which a withdrawal could find it.
        apart = Latecomer(sealed.id, own, sealed.round, sealed.worker, sealed.key, None, body)
        kept = late.keep(database, apart, edition)
    return Receipt(str(header.id), own.hex(), "repeated" if kept.repeated else "stored", kept.outcome)


def open_envelope(database: Database, header: Header, body: bytes, worker: Account) -> Submission:
    """The submission in an envelope; raises UNKNOWN_KEY, or BROKEN_ENVELOPE when it contradicts its header."""
    content = record_keys.open_record(database.home, header.key, body[HEADER:], body[:HEADER])
    submission = from_json(content, str(header.id), worker, CHANNEL)
    said = (submission.questionnaire, submission.version, submission.answers.get(ROUND))
    if said != (header.questionnaire, header.version, header.round):
        raise Problem(BROKEN_ENVELOPE)
    return submission


def _through_the_gate(database: Database, submission: Submission) -> Receipt:
    try:
        return gate.accept(database, submission)
    except Problem as problem:
        if problem.kind is not UNDER_AGE:
            raise
    # The phone sent the tally, and the tally is stored: for the phone this is not an error.
    return Receipt(str(submission.id), "", "stored", "under_age")


def envelopes_in_file(text: str) -> Iterator[bytes]:
    """The envelopes in a file that a phone saved; ValueError for any other file."""
    first, *lines = text.splitlines()
    if first != FIRST_LINE:
        raise ValueError("this is not a file of sealed records")
    for number, line in enumerate(lines, start=2):
        try:
            yield base64.b64decode(line + "=" * (-len(line) % 4), altchars=b"-_", validate=True)
        except ValueError as error:
            raise ValueError(f"line {number} is damaged") from error


def unseal(origin: Database, target: Database) -> Iterator[Receipt | Problem]:
    """Open every envelope of `origin` with the keys of `target` and let it through the gate of `target`.

    Rounds, questionnaires and workers of the same names must exist there. What is refused is reported and stays sealed.
    """
    for sealed in envelopes.all_envelopes(origin):
        try:
            worker = accounts.find(target, sealed.worker)
            identity = str(UUID(bytes=bytes(sealed.id)))
            # It may be in another round than it names, because it came late and was moved there.
            yield accept(target, bytes(sealed.body), identity, worker, sealed.round)
        except Problem as problem:
            if passes(problem):
                # Not this interview's fault: the rest would fail in the same way.
                raise
            yield problem
