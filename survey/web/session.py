"""Sessions for people who signed in; programs, which send a token with every request, have none."""

from __future__ import annotations

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

API = "/api/"


class PageSessions(SecureCookieSessionInterface):
    """Signed cookies as Flask makes them, and for programs an empty session that nothing can be put into."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The session of a page's reader; None, which is the empty one, where a token is asked for."""
        return None if request.path.startswith(API) else super().open_session(app, request)
