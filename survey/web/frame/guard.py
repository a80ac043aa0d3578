"""Who may open a route: every view says so with one mark, and the tests find a view without one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Final, ParamSpec, TypeVar

from flask import g, redirect, request, session, url_for
from werkzeug.wrappers import Response

from survey.accounts import permissions, sign_in
from survey.problems import DEVICE_REVOKED, NO_TOKEN, NOT_ALLOWED, Problem
from survey.storage.people import audit, devices
from survey.storage.people.accounts import Account
from survey.web.frame.current import database

P = ParamSpec("P")
R = TypeVar("R")

PUBLIC = "public"
_UNKNOWN: Final = object()


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view that anyone may open."""
    view.permission = PUBLIC  # type: ignore[attr-defined]
    return view


def needs(permission: str) -> Callable[[Callable[P, R]], Callable[P, R | Response]]:
    """Open a view only for a signed-in account that the permission map lets in."""
    if permission not in permissions.PERMISSIONS:
        raise KeyError(permission)

    def mark(view: Callable[P, R]) -> Callable[P, R | Response]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R | Response:
            account = signed_in_account()
            if account is None:
                return redirect(url_for("accounts.sign_in", next=request.path))
            demand(account, permission)
            return view(*args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return mark


def needs_token(permission: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Open a view only for a bearer token whose account the permission map lets in."""

    def mark(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            account = _bearer()
            if not permissions.allows(account, permission):
                raise Problem(NOT_ALLOWED)
            g.account = account
            return view(*args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        guarded.by_token = True  # type: ignore[attr-defined]
        return guarded

    return mark


def signed_in_account() -> Account | None:
    """The account of this session, or None; no account that was suspended or signed out everywhere."""
    found: Account | None = g.get("account", _UNKNOWN)
    if found is _UNKNOWN:
        found = g.account = sign_in.resume(database(), session.get("account"), session.get("version"))
    return found


@contextmanager
def as_nobody() -> Iterator[None]:
    """Run as if nobody had signed in: what is cached for everybody must hold nothing of one account."""
    before = g.get("account", _UNKNOWN)
    g.account = None
    try:
        yield
    finally:
        g.account = before


def account() -> Account:
    """The account of this request; only inside a guarded view."""
    found = signed_in_account()
    if found is None:
        raise Problem(NO_TOKEN)
    return found


def demand(account: Account, permission: str) -> None:
    """Refuse and write down an attempt that the permission map does not allow."""
    if not permissions.allows(account, permission):
        refuse(account, permission)


def refuse(account: Account, what: str) -> None:
    """Write the attempt into the audit log (day, account, what) and refuse it."""
    audit.record(database(), account.name, "refused", what)
    raise Problem(NOT_ALLOWED)


def token() -> str:
    """The bearer token of this request, or ""."""
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    return given.strip() if scheme.lower() == "bearer" else ""


def show_token(given: str) -> None:
    """Note the token that a phone asks to be let in with."""
    g.shown_token = given


def shown_token() -> str:
    """The token of this request, the bearer's or the one that a phone asks to be let in with, or ""."""
    return token() or str(g.get("shown_token", ""))


def _bearer() -> Account:
    given = token()
    found = sign_in.by_token(database(), given) if given else None
    if found is None:
        raise Problem(DEVICE_REVOKED if devices.is_revoked(database(), given) else NO_TOKEN)
    return found
