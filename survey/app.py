"""create_app(settings): connects the parts and decides nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask import Flask
from flask_babel import Babel
from werkzeug.middleware.proxy_fix import ProxyFix

from survey import failure_log, installation
from survey.keys import digests, release_signing
from survey.languages import TRANSLATIONS
from survey.settings import Settings
from survey.storage.engine.database import Database
from survey.web import accounts
from survey.web.administration import home
from survey.web.frame import compressed, current, errors, headers, language, menu, session
from survey.web.interview import routes
from survey.web.phone import api, invitations, submissions
from survey.web.phone import app as phone_app
from survey.web.readers import actions, coverage, downloads, paper, results

#: What serves pages: its blueprint is named `pages`.
EDGES: Final = (
    language,
    accounts,
    routes,
    submissions,
    coverage,
    results,
    paper,
    downloads,
    actions,
    home,
    api,
    phone_app,
    invitations,
)


class _Application(Flask):
    """Flask that logs its failures in the one failure log."""

    def log_exception(self, exc_info: Any) -> None:
        """Log a failed request in the one failure log, without its address."""
        failure_log.note(exc_info[1])

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function itself: none of ours is a coroutine, and Flask would ask five times a request."""
        return func


def create_app(settings: Settings, database: Database | None = None) -> Flask:
    """The application for these settings; it opens the database unless one is given."""
    app = _Application(
        "survey",
        template_folder=str(installation.path("templates")),
        static_folder=str(installation.path("static")),
    )
    connect(app, settings, database or Database(settings.database_url, settings.home))
    app.session_interface = session.PageSessions()
    Babel(app, locale_selector=language.locale, default_translation_directories=str(TRANSLATIONS))
    session.refuse_foreign_forms(app)
    for edge in EDGES:
        app.register_blueprint(edge.pages)
    app.register_blueprint(errors.handlers)
    headers.install(app)
    compressed.install(app)
    menu.install(app)
    if settings.behind_proxy:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=0, x_proto=1, x_host=1)  # type: ignore[method-assign]
    return app


def connect(app: Flask, settings: Settings, database: Database) -> None:
    """Have the application work by these settings and over this database."""
    database.knows_signature = release_signing.answers_for
    configure(app, settings)
    app.extensions[current.KEY] = current.Wiring(settings, database)


def configure(app: Flask, settings: Settings) -> None:
    """Cookies, limits and the secret that signs sessions."""
    app.config.update(
        # Even if FLASK_DEBUG asks for it: it would show failures with all their values.
        DEBUG=False,
        SECRET_KEY=digests.session_secret(settings.home),
        SESSION_COOKIE_NAME="s",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.behind_proxy or not settings.loopback,
        MAX_CONTENT_LENGTH=256 * 1024,
        MAX_FORM_MEMORY_SIZE=256 * 1024,
        # Longer than an interview's sealed state, so that an interview left open gets its own message.
        WTF_CSRF_TIME_LIMIT=4 * 3600,
        WTF_CSRF_SSL_STRICT=False,
        TEMPLATES_AUTO_RELOAD=False,
    )
