"""Phones of field workers: invited with a link and a code to scan, and signed out."""

from __future__ import annotations

from dataclasses import dataclass

import segno
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from markupsafe import Markup
from werkzeug.wrappers import Response

from survey.accounts import enrolment, sign_in
from survey.languages import languages
from survey.problems import NOT_FOUND, Problem
from survey.storage.field import envelopes, rounds
from survey.storage.people import accounts
from survey.storage.people.accounts import Account
from survey.storage.people.devices import Assignment
from survey.storage.scope import Scope
from survey.web.frame import guard
from survey.web.frame.current import database, settings

pages = Blueprint("phones", __name__)


@dataclass(frozen=True, slots=True)
class Invitation:
    """What is shown once: the link, and the same as a picture for a phone's camera."""

    worker: str
    link: str
    picture: Markup


@pages.get("/phones")
@guard.needs("phones.manage")
def index() -> str:
    """The field workers whose phones this account may invite."""
    return _render_phones()


@pages.post("/phones")
@guard.needs("phones.manage")
def invite() -> str:
    """Invite one phone; the link is shown once and only its hash is kept."""
    worker, language = _worker(request.form.get("worker", "")), request.form.get("language", "")
    if request.form.get("round") not in _rounds_to_invite() or language not in languages():
        raise Problem(NOT_FOUND)
    assignment = Assignment(request.form["round"], language)
    code = enrolment.invite(database(), worker, assignment, guard.account().name)
    link = f"{request.host_url}{settings().app_address}/#i={code}&l={language}"
    picture = segno.make(link, error="m").svg_inline(scale=5, border=4, dark="#000", light="#fff")
    return _render_phones(Invitation(worker.name, link, Markup(picture)))  # noqa: S704 - made here, of squares


@pages.post("/phones/<name>/sign-out")
@guard.needs("phones.manage")
def sign_out(name: str) -> Response | str:
    """Take a worker's tokens back, once that is confirmed: the phones keep sealed interviews only."""
    worker = _worker(name)
    if request.form.get("sure") != "yes":
        return render_template("phones/sign_out.html", worker=worker)
    accounts.revoke_tokens(database(), worker.name, guard.account().name)
    flash(
        gettext("The phones of {name} are signed out. They keep sealed interviews only.").format(
            name=worker.name
        )
    )
    return redirect(url_for("phones.index"))


def _render_phones(invitation: Invitation | None = None) -> str:
    return render_template(
        "phones/index.html",
        workers=_workers(),
        rounds=_rounds_to_invite(),
        invitation=invitation,
        arrived=_arrivals(),
    )


def _rounds_to_invite() -> list[str]:
    """The rounds that a phone may be invited for: not only open ones, for it may hold interviews of one that is over."""
    invited = rounds.unfinished_rounds(database()) or rounds.all_rounds(database())[:1]
    return [round_.name for round_ in invited]


def _arrivals() -> list[tuple[str, str, str, int]]:
    """Where the key is elsewhere, what is known of interviews: round, worker, day of arrival, how many."""
    mine = {worker.name for worker in _workers()}
    return [
        (round_.name, worker, day, count)
        for round_ in rounds.unfinished_rounds(database())
        for (worker, day), count in sorted(envelopes.arrivals_by_day(database(), round_.name).items())
        if worker in mine
    ]


def _workers() -> tuple[Account, ...]:
    """The active field workers who work only in this account's districts."""
    scope = sign_in.scope_of(guard.account())
    return tuple(
        account
        for account in accounts.all_accounts(database())
        if account.role == "worker" and account.active and _is_in_scope(account, scope)
    )


def _is_in_scope(worker: Account, scope: Scope) -> bool:
    return scope.districts is None or (bool(worker.districts) and worker.districts <= scope.districts)


def _worker(name: str) -> Account:
    found = next((worker for worker in _workers() if worker.name == name), None)
    if found is None:
        raise Problem(NOT_FOUND)
    return found
