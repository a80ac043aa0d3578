"""Signing in and out, the first administrator, and one's own password."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from survey.accounts import sign_in as signing
from survey.problems import Problem
from survey.storage.people.accounts import Account
from survey.web.frame import errors, guard, language
from survey.web.frame.current import database

pages = Blueprint("accounts", __name__)

#: The first page of each role.
FIRST_PAGE = {
    "worker": "interview.start",
    "coordinator": "coverage.index",
    "reviewer": "results.index",
    "administrator": "administration.index",
}


@pages.get("/")
@guard.public
def home() -> Response:
    """Send everyone to the first page of their role."""
    account = guard.signed_in_account()
    return redirect(url_for("accounts.sign_in" if account is None else FIRST_PAGE[account.role]))


@pages.get("/sign-in")
@guard.public
def sign_in() -> str:
    """The page that asks for name or code and password."""
    return render_template("accounts/sign_in.html", name="", next=request.args.get("next", ""), problem=None)


@pages.post("/sign-in")
@guard.public
def enter() -> Response | tuple[str, int]:
    """Begin a session, or say what was wrong with the attempt."""
    name, target = request.form.get("name", "").strip(), request.form.get("next", "")
    try:
        account = signing.sign_in(database(), name, request.form.get("password", ""))
    except Problem as problem:
        errors.note(problem)
        message = language.problem_markup(problem)
        return render_template(
            "accounts/sign_in.html", name=name, next=target, problem=message
        ), problem.kind.status
    return _begin(account, target)


@pages.post("/sign-out")
@guard.public
def sign_out() -> Response:
    """End the session."""
    session.clear()
    return redirect(url_for("accounts.sign_in"))


@pages.get("/welcome/<secret>")
@guard.public
def welcome(secret: str) -> str:
    """The one-time page of the first administrator; a link that was used says so at once."""
    signing.demand_link(database(), secret)
    return render_template("accounts/welcome.html", secret=secret, name="", problem=None)


@pages.post("/welcome/<secret>")
@guard.public
def claim(secret: str) -> Response | tuple[str, int]:
    """Make the first administrator and begin their session."""
    name, password = request.form.get("name", "").strip(), request.form.get("password", "")
    try:
        account = signing.claim_administrator(database(), secret, name, password)
    except Problem as problem:
        errors.note(problem)
        message = language.problem_markup(problem)
        page = render_template("accounts/welcome.html", secret=secret, name=name, problem=message)
        return page, problem.kind.status
    return _begin(account, "")


@pages.get("/account", endpoint="own")
@guard.needs("account.own")
def show_own_account() -> str:
    """One's own account: change the password, sign out everywhere."""
    return render_template("accounts/own.html", problem=None)


@pages.post("/account")
@guard.needs("account.own")
def change_password() -> Response | tuple[str, int]:
    """Set a new password; every session of the account ends."""
    account = guard.account()
    try:
        signing.sign_in(database(), account.name, request.form.get("password", ""))
        signing.set_password(database(), account.name, request.form.get("new_password", ""), by=account.name)
    except Problem as problem:
        errors.note(problem)
        return render_template(
            "accounts/own.html", problem=language.problem_markup(problem)
        ), problem.kind.status
    session.clear()
    flash(gettext("The new password is set. Sign in with it."))
    return redirect(url_for("accounts.sign_in"))


def _begin(account: Account, target: str) -> Response:
    session.clear()
    session["account"], session["version"] = account.id, account.session_version
    return redirect(language.local(target) if target else url_for(FIRST_PAGE[account.role]))
