"""Every refusal as a page in the reader's language, or as JSON for programs."""

from __future__ import annotations

import base64
import hashlib
from typing import Final

from flask import Blueprint, Response, g, jsonify, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from survey import failure_log
from survey.keys import replies
from survey.problems import (
    BUSY,
    FAILED,
    FORM_EXPIRED,
    NOT_FOUND,
    TOO_LARGE,
    UNKNOWN_ROUND,
    WRONG_METHOD,
    Kind,
    Problem,
)
from survey.storage.engine import trouble
from survey.web.frame import guard, language
from survey.web.frame.current import settings
from survey.web.frame.session import API

handlers = Blueprint("errors", __name__)

BY_STATUS = {404: NOT_FOUND, 405: WRONG_METHOD, 413: TOO_LARGE, 500: FAILED, 503: BUSY}
#: What is wrong in a submission may be an address for a reader.
PAGE_STATUS = {UNKNOWN_ROUND: 404}
#: What is put before a refusal where it is signed.
SIGNED_REFUSAL: Final = "survey refusal 1"


@handlers.app_errorhandler(Problem)
def handle_problem(problem: Problem) -> tuple[Response | str, int]:
    """Reply with a refusal: code and sentence as JSON for programs, a page for people."""
    note(problem)
    if request.path.startswith(API):
        reply = {
            "code": problem.kind.code,
            "message": language.translate_problem(problem),
            **_proof(problem.kind),
        }
        return jsonify(reply), problem.kind.status
    status = PAGE_STATUS.get(problem.kind, problem.kind.status)
    return render_template(
        "errors/problem.html", problem=problem, sentence=language.problem_markup(problem)
    ), status


def note(problem: Problem) -> None:
    """Write trouble of the database for the administrator: one line without the request, for thousands meet it."""
    if not trouble.passes(problem):
        return
    # The page about it does not ask the database who reads it.
    g.setdefault("account", None)
    failure_log.note(problem)


def _proof(kind: Kind) -> dict[str, str]:
    """A proof for a phone that this server refused, not a gateway between them: bound to the address and the token."""
    if kind.status >= 500:
        # Never taken as final, always tried again.
        return {}
    token = hashlib.sha256(guard.shown_token().encode("utf-8", "replace")).hexdigest()
    signed = "\n".join((SIGNED_REFUSAL, kind.code, request.path, token))
    try:
        proof = replies.sign_reply(settings().home, signed.encode("utf-8", "replace"))
    except OSError:
        # Without its key the server can still refuse; the phone asks again.
        return {}
    return {"proof": base64.urlsafe_b64encode(proof).decode().rstrip("=")}


@handlers.app_errorhandler(CSRFError)
def handle_expired_form(_: CSRFError) -> tuple[Response | str, int]:
    """A form that was open too long or came from elsewhere."""
    return handle_problem(Problem(FORM_EXPIRED))


@handlers.app_errorhandler(HTTPException)
def handle_http_error(error: HTTPException) -> tuple[Response | str, int] | HTTPException:
    """The framework's own errors in our words; those for which we have none stay unchanged."""
    kind: Kind | None = BY_STATUS.get(error.code or 500)
    if kind is FAILED:
        # It may be the database that failed: the page does not ask it who reads.
        g.account = None
    return error if kind is None else handle_problem(Problem(kind))
