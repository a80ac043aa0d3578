"""What every page has around it: headers that protect, the language, the menu, the demonstration mark."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask import Flask, request
from flask_babel import gettext

from survey.accounts import permissions
from survey.languages import languages
from survey.problems import INSECURE, N_, NOT_FOUND, UNREADABLE_TEXT, Problem
from survey.web.frame import guard, language
from survey.web.frame.current import settings
from survey.web.frame.names import named
from survey.web.frame.session import API

#: Permission, endpoint and label of each entry of the menu.
MENU: Final = (
    ("form.fill", "interview.start", N_("Interview")),
    ("coverage.read", "coverage.index", N_("Coverage")),
    ("results.read", "results.index", N_("Results")),
    ("phones.manage", "phones.index", N_("Phones")),
    ("rounds.manage", "administration.index", N_("Administration")),
)

#: The provinces as the reference data name them, so that the catalogues hold them.
PROVINCES: Final = {"Khyber Pakhtunkhwa": N_("Khyber Pakhtunkhwa"), "Balochistan": N_("Balochistan")}

NUL: Final = "\x00"
LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost", ""})

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; media-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'"
)

STATIC_HEADERS: Final = (
    ("content-security-policy", POLICY),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), microphone=(), geolocation=()"),
)
PAGE_HEADERS: Final = (*STATIC_HEADERS, ("cache-control", "no-store"))
#: A program shows nothing; these keep a browser from showing, guessing, framing or keeping what was meant for one.
API_HEADERS: Final = (
    ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
    ("x-content-type-options", "nosniff"),
    ("cache-control", "no-store"),
)
#: On what came over TLS.
SECURELY: Final = ("strict-transport-security", "max-age=31536000")
STATIC: Final = "/static/"


def dress(app: Flask) -> None:
    """Put the checks and the context of every page on the application."""
    app.before_request(_only_securely)
    app.before_request(_only_texts)
    app.context_processor(_context)
    app.add_template_filter(named)
    app.wsgi_app = _protected(app.wsgi_app)  # type: ignore[method-assign]


def _only_securely() -> None:
    """Over plain HTTP the server gives a notice and nothing else, except on loopback."""
    asked = request.environ
    host = asked.get("HTTP_HOST", "").rsplit(":", 1)[0].strip("[]")
    near = host in LOOPBACK and asked.get("REMOTE_ADDR", "") in LOOPBACK
    if not near and asked["wsgi.url_scheme"] != "https" and not request.path.startswith(STATIC):
        raise Problem(INSECURE)


def _only_texts() -> None:
    """No text of ours holds a NUL, which databases and file systems take for the end of one or refuse."""
    if NUL in request.path:
        raise Problem(NOT_FOUND)
    if not request.path.startswith(API) and any(NUL in one for _, one in request.form.items(multi=True)):
        raise Problem(UNREADABLE_TEXT)


def _protected(app: Any) -> Any:
    """The application with protecting headers on whatever it replies."""

    def respond(asked: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            # What a view has set stays.
            present = {name.lower() for name, _ in headers}
            headers.extend([pair for pair in _headers(asked) if pair[0] not in present])
            return start_response(status, headers, *rest)

        return app(asked, start)

    return respond


def _headers(asked: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    path = asked["PATH_INFO"]
    kind: tuple[tuple[str, str], ...]
    if path.startswith(API):
        kind = API_HEADERS
    else:
        kind = STATIC_HEADERS if path.startswith(STATIC) else PAGE_HEADERS
    return (*kind, SECURELY) if asked["wsgi.url_scheme"] == "https" else kind


def _context() -> dict[str, Any]:
    account = guard.signed_in()
    return {
        "language": language.current(),
        "languages": tuple(languages().values()),
        "account": account,
        "menu": _menu(account),
        "may": lambda permission: permissions.allows(account, permission),
        "app_name": settings().app_name,
        "demonstration": settings().demonstration,
        "province_name": lambda name: gettext(PROVINCES.get(name, name)),
        "draft": account is not None and account.role != "worker" and language.current().draft,
    }


def _menu(account: Any) -> tuple[tuple[str, str], ...]:
    if account is None:
        return ()
    allowed = ((p, e, label) for p, e, label in MENU if permissions.allows(account, p))
    return tuple((endpoint, gettext(label)) for _, endpoint, label in allowed)
