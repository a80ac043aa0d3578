"""Sessions for people who signed in; programs, which send a token with every request, have none."""

from __future__ import annotations

from typing import Final

from flask import Flask, Request, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_wtf.csrf import CSRFProtect

API: Final = "/api/"


class PageSessions(SecureCookieSessionInterface):
    """Signed cookies as Flask makes them, and for programs an empty session that nothing can be put into."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The session of a page's reader; None, which is the empty one, where a token is asked for."""
        return None if request.path.startswith(API) else super().open_session(app, request)


def refuse_foreign_forms(app: Flask) -> None:
    """Refuse forms that another site sent in the name of the account that is signed in.

    Programs have no session that could be abused, so what they send needs no such proof.
    """
    # Left to the check below, which looks at the address before anything else.
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    protection = CSRFProtect(app)

    def check() -> None:
        # An address that does not exist gets its own error.
        if not request.path.startswith(API) and request.endpoint and app.config["WTF_CSRF_ENABLED"]:
            protection.protect()

    app.before_request(check)
