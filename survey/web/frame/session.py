"""Sessions for people who signed in; programs, which send a token with every request, have none."""

from __future__ import annotations

import binascii
import secrets
from base64 import b64decode, urlsafe_b64encode
from typing import Final

from flask import Flask, Request, g, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf, same_origin, validate_csrf
from wtforms import ValidationError

API: Final = "/api/"
#: What a masked token begins with; no signed one does.
MASKED: Final = "~"


class PageSessions(SecureCookieSessionInterface):
    """Signed cookies as Flask makes them, and for programs an empty session that nothing can be put into."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The session of a page's reader; None, which is the empty one, where a token is asked for."""
        return None if request.path.startswith(API) else super().open_session(app, request)


def masked_token() -> str:
    """The token of this reply's forms under a mask of its own, so that no two replies hold the same bytes of it."""
    if "masked_token" not in g:
        token = generate_csrf().encode()
        mask = secrets.token_bytes(len(token))
        g.masked_token = MASKED + urlsafe_b64encode(mask + _exclusive_or(mask, token)).decode()
    return str(g.masked_token)


def unmasked(token: str | None) -> str | None:
    """The token that a form sent, without its mask; what is no masked one stays as it is, and is judged as that."""
    if token is None or not token.startswith(MASKED):
        return token
    try:
        both = b64decode(token.removeprefix(MASKED), altchars=b"-_", validate=True)
        half = len(both) // 2
        return _exclusive_or(both[:half], both[half:]).decode("ascii")
    except (binascii.Error, ValueError):
        return token


def _exclusive_or(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))


def refuse_foreign_forms(app: Flask) -> None:
    """Refuse forms that another site sent in the name of the account that is signed in.

    Programs have no session that could be abused, so what they send needs no such proof.
    """
    # Left to the check below, which looks at the address before anything else, and takes masks off.
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    CSRFProtect(app)
    app.context_processor(lambda: {"csrf_token": masked_token})

    def check() -> None:
        # An address that does not exist gets its own error.
        asked = not request.path.startswith(API) and request.endpoint and app.config["WTF_CSRF_ENABLED"]
        if asked and request.method in app.config["WTF_CSRF_METHODS"]:
            _demand_own_form(app.config["WTF_CSRF_FIELD_NAME"])

    app.before_request(check)


def _demand_own_form(field: str) -> None:
    """What `CSRFProtect.protect` asks for, of a token that pages mask; raises CSRFError."""
    try:
        validate_csrf(unmasked(request.form.get(field)))
    except ValidationError as error:
        raise CSRFError(str(error)) from error
    if request.is_secure and not same_origin(request.referrer or "", f"https://{request.host}/"):
        raise CSRFError("The form was not sent from a page of this server.")
