"""Headers that protect every response, and requests that are refused before anybody looks at them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask import Flask, request

from survey.problems import INSECURE, NOT_FOUND, UNREADABLE_TEXT, Problem
from survey.web.frame.session import API

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
#: For replies to programs: a browser must not show, guess, frame or keep them.
API_HEADERS: Final = (
    ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
    ("x-content-type-options", "nosniff"),
    ("cache-control", "no-store"),
)
#: On what came over TLS.
SECURELY: Final = ("strict-transport-security", "max-age=31536000")
STATIC: Final = "/static/"


def install(app: Flask) -> None:
    """Put the checks and the headers of every page on the application."""
    app.before_request(_require_https)
    app.before_request(_refuse_nul)
    app.wsgi_app = _add_headers(app.wsgi_app)  # type: ignore[method-assign]


def _require_https() -> None:
    """Over plain HTTP the server gives a notice and nothing else, except on loopback."""
    asked = request.environ
    host = asked.get("HTTP_HOST", "").rsplit(":", 1)[0].strip("[]")
    near = host in LOOPBACK and asked.get("REMOTE_ADDR", "") in LOOPBACK
    if not near and asked["wsgi.url_scheme"] != "https" and not request.path.startswith(STATIC):
        raise Problem(INSECURE)


def _refuse_nul() -> None:
    """No text of ours holds a NUL, which databases and file systems take for the end of one or refuse."""
    if NUL in request.path:
        raise Problem(NOT_FOUND)
    if not request.path.startswith(API) and any(NUL in value for _, value in request.form.items(multi=True)):
        raise Problem(UNREADABLE_TEXT)


def _add_headers(app: Any) -> Any:
    """The application with protecting headers on every response."""

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
