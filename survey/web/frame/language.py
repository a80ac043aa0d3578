"""Which language a page is shown in, and the button that changes it."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, current_app, g, has_request_context, make_response, redirect, request
from flask_babel import gettext
from markupsafe import Markup, escape
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header
from werkzeug.wrappers import Response

from survey.languages import DEFAULT, Language, languages
from survey.problems import Problem
from survey.web.frame import guard
from survey.web.frame.names import NAMES, name_of

pages = Blueprint("language", __name__)

COOKIE = "language"
YEAR = 365 * 24 * 3600
#: Characters of Accept-Language that are read; browsers send 20 to 100.
_LONGEST = 200


def current_language() -> Language:
    """The language of this reply: the reader's choice, else the browser's, else English."""
    if not has_request_context():
        return languages()[DEFAULT]
    found: Language | None = g.get("language")
    if found is None:
        found = g.language = languages()[_chosen_language()]
    return found


def locale() -> str:
    """The locale Babel formats with."""
    return current_language().locale


def _chosen_language() -> str:
    chosen = request.cookies.get(COOKIE, "")
    if chosen in languages():
        return chosen
    return _browser_language(request.headers.get("Accept-Language", "")[:_LONGEST])


def _browser_language(accepted: str) -> str:
    """The language that a browser likes best, from its header."""
    tags = {language.tag.partition("-")[0]: code for code, language in languages().items()}
    return tags.get(parse_accept_header(accepted, LanguageAccept).best_match(tags) or "", DEFAULT)


@pages.post("/language")
@guard.public
def change() -> Response:
    """Remember the language and return to the page the reader came from."""
    reply = redirect(local(request.form.get("next", "/")))
    remember(reply, request.form.get("language", ""))
    return reply


def remember(reply: Response, code: str) -> None:
    """Keep the choice in a cookie; an unknown code changes nothing."""
    if code in languages():
        secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
        reply.set_cookie(COOKIE, code, max_age=YEAR, httponly=True, samesite="Lax", secure=secure)


def remember_choice(page: str) -> Response:
    """A page in another language, with the cookie that makes it the reader's choice."""
    reply = make_response(page)
    remember(reply, current_language().code)
    return reply


def local(address: str) -> str:
    """The address if it is on this site, else the first page: nobody is sent elsewhere."""
    parts = urlsplit(address)
    outside = parts.scheme or parts.netloc or not address.startswith("/") or address.startswith(("//", "/\\"))
    # Browsers drop line ends and tabs, and what is left may lead elsewhere.
    return "/" if outside or not address.isprintable() else address


def translate_problem(problem: Problem) -> str:
    """The problem's sentence in the reader's language."""
    return str(gettext(problem.kind.text)).format_map(problem.holes)


def problem_markup(problem: Problem) -> Markup:
    """The same for a page, where no name breaks."""
    holes = {hole: name_of(value) if hole in NAMES else value for hole, value in problem.holes.items()}
    return escape(gettext(problem.kind.text)).format_map(holes)
