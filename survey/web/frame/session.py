"""Sessions for people who signed in; programs, which send a token with every request, have none."""

from __future__ import annotations

import time
from functools import lru_cache
from typing import Final

from flask import Flask, Request, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_wtf.csrf import CSRFProtect, generate_csrf

API: Final = "/api/"
#: Where Flask-WTF keeps the session's half of a proof.
_FIELD: Final = "csrf_token"
#: Seconds for which the pages of an interview carry one proof; it is valid for hours.
_SAME_PROOF: Final = 600


class PageSessions(SecureCookieSessionInterface):
    """Signed cookies as Flask makes them, and for programs an empty session that nothing can be put into."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The session of a page's reader; None, which is the empty one, where a token is asked for."""
        return None if request.path.startswith(API) else super().open_session(app, request)


def only_our_forms(app: Flask) -> None:
    """Refuse forms that another site sent in the name of whoever is signed in.

    Programs have no session that could be abused, so what they send needs no such proof.
    """
    # Left to the check below, which looks at the address before anything else.
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    protection = CSRFProtect(app)

    def check() -> None:
        # An address that leads nowhere is told as that.
        if not request.path.startswith(API) and request.endpoint and app.config["WTF_CSRF_ENABLED"]:
            protection.protect()

    app.before_request(check)


def proof() -> str:
    """What a form of an interview carries to show that it is ours."""
    known = session.get(_FIELD)
    return _proof(str(known), int(time.monotonic()) // _SAME_PROOF) if known else str(generate_csrf())


@lru_cache(maxsize=4096)
def _proof(_session: str, _period: int) -> str:
    return str(generate_csrf())
