"""The address that programs send interviews to: one PUT per interview, the same again is harmless."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from flask import Blueprint, Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from survey.intake import envelope, gate
from survey.intake.gate import Receipt
from survey.intake.submission import LARGEST, from_json
from survey.keys import record_keys
from survey.problems import CUSTODY, TOO_LARGE, WRONG_TYPE, Problem
from survey.storage.engine.database import Database
from survey.storage.people import devices
from survey.storage.people.accounts import Account
from survey.web.frame import guard
from survey.web.frame.current import database

pages = Blueprint("submissions", __name__)

Take = Callable[[Database, bytes, str, Account], Receipt]

#: The outcome of a submission → the status of the reply.
STATUS = {"stored": 201, "repeated": 200}


@pages.put("/api/submissions/<submission_id>")
@guard.needs_token("submission.send")
def send(submission_id: str) -> Response:
    """Keep the interview in the body under its number; docs/api.md lists the fields and the replies."""
    take = TAKEN.get(request.mimetype)
    if take is None:
        raise Problem(WRONG_TYPE)
    receipt = take(database(), _body(), submission_id, guard.account())
    _note_contact(take)
    content = json.dumps(_reply_fields(receipt), separators=(",", ":")) + "\n"
    return Response(content, STATUS[receipt.outcome], content_type="application/json")


def _reply_fields(receipt: Receipt) -> dict[str, Any]:
    """The reply to the sender: names of questions and rules, never a value, and nothing that was not sent."""
    fields: dict[str, Any] = {"digest": receipt.digest, "id": receipt.id}
    judged = receipt.judged
    if judged is not None:
        flags = [flag for flag in judged.flags if flag is not gate.UNLIKELY_DAY]
        fields["kept"] = judged.outcome
        fields["because"] = list(judged.because)
        fields["flags"] = [
            {"flag": flag.code, "question": flag.question, "effect": flag.effect} for flag in flags
        ]
    if receipt.kept in gate.APART:
        fields["kept"] = receipt.kept
    return fields


def _plain_receipt(base: Database, body: bytes, submission_id: str, worker: Account) -> Receipt:
    if record_keys.in_custody(base.home):
        raise Problem(CUSTODY)
    return gate.accept(base, from_json(body, submission_id, worker, "api"))


def _note_contact(take: Take) -> None:
    """A phone sends sealed interviews: it was in touch."""
    if take is envelope.accept:
        devices.note_contact(database(), guard.token())


#: Media type → how its body is taken.
TAKEN: Final[Mapping[str, Take]] = {"application/json": _plain_receipt, envelope.MEDIA_TYPE: envelope.accept}


def _body() -> bytes:
    """The body, unless it is longer than an interview can be."""
    if (request.content_length or 0) > LARGEST:
        raise Problem(TOO_LARGE)
    try:
        return request.get_data(cache=False)
    except RequestEntityTooLarge as error:
        raise Problem(TOO_LARGE) from error
