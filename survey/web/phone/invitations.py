"""Phones of field workers: invited with a link and a code to scan, looked after by day, and signed out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import segno
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from markupsafe import Markup
from werkzeug.wrappers import Response

from survey.accounts import enrolment, sign_in
from survey.languages import languages
from survey.problems import N_, NOT_FOUND, Problem
from survey.storage.field import envelopes, rounds
from survey.storage.people import accounts
from survey.storage.people import phones as stored
from survey.storage.people.accounts import Account
from survey.storage.people.devices import Assignment
from survey.storage.people.marks import COLOURS, NUMBERS, Mark
from survey.storage.people.phones import SILENT_DAYS, Phone
from survey.storage.scope import Scope
from survey.web.frame import guard
from survey.web.frame.current import database, settings
from survey.web.frame.names import fill_names
from survey.web.frame.second_press import is_confirmed
from survey.web.phone import app as phone_app

pages = Blueprint("phones", __name__)

#: What the colours of phones are called.
COLOUR_NAMES: Final[Mapping[str, str]] = {
    "blue": N_("blue"),
    "green": N_("green"),
    "yellow": N_("yellow"),
    "orange": N_("orange"),
    "red": N_("red"),
    "brown": N_("brown"),
    "white": N_("white"),
    "black": N_("black"),
}


@dataclass(frozen=True, slots=True)
class Invitation:
    """What is shown once: the link, and the same as a picture for a phone's camera."""

    worker: str
    mark: str
    link: str
    picture: Markup


@dataclass(frozen=True, slots=True)
class Overview:
    """How many phones are how."""

    set_up: int
    links: int
    silent: int
    helpless: int
    unpractised: int


@pages.get("/phones")
@guard.needs("phones.manage")
def index() -> str:
    """The phones of this account's field workers, and whom it may invite."""
    phones = _phones()
    return render_template(
        "phones/index.html",
        workers=_workers(),
        rounds=_rounds_to_invite(),
        phones=phones,
        overview=_overview(phones),
        silent_days=SILENT_DAYS,
        newest=phone_app.bundle(settings()).version,
        colours=COLOUR_NAMES,
        numbers=NUMBERS,
        mark_name=mark_name,
        arrived=_arrivals(),
    )


@pages.post("/phones")
@guard.needs("phones.manage")
def invite() -> str:
    """Invite one phone; the link is shown once and only its hash is kept."""
    worker, language = _worker(request.form.get("worker", "")), request.form.get("language", "")
    if request.form.get("round") not in _rounds_to_invite() or language not in languages():
        raise Problem(NOT_FOUND)
    assignment = Assignment(request.form["round"], language)
    invited = enrolment.invite(database(), worker, assignment, guard.account().name, _wanted_mark())
    link = f"{request.host_url}{settings().app_address}/#i={invited.code}&l={language}"
    picture = segno.make(link, error="m").svg_inline(
        scale=5, border=4, dark="#000", light="#fff", omitsize=True
    )
    drawn = Markup(picture)  # noqa: S704 - made here, of squares
    shown = Invitation(worker.name, mark_name(invited.mark), link, drawn)
    return render_template("phones/invitation.html", invitation=shown)


def _wanted_mark() -> Mark:
    """The colour and the number that were chosen; what is left open is chosen by the survey."""
    colour, number = request.form.get("colour", ""), request.form.get("number", "")
    if colour not in ("", *COLOURS) or number not in ("", *map(str, NUMBERS)):
        raise Problem(NOT_FOUND)
    return Mark(colour, int(number or 0))


def mark_name(mark: Mark) -> str:
    """A colour and a number in the reader's language."""
    return f"{gettext(COLOUR_NAMES[mark.colour])} {mark.number}" if mark.colour else gettext("without a mark")


@pages.post("/phones/one/<phone>/end")
@guard.needs("phones.manage")
def end(phone: str) -> Response | str:
    """Sign one phone out, or take back a link that was not used, once that is confirmed."""
    found = next((one for one in _phones() if one.id == phone), None)
    if found is None:
        raise Problem(NOT_FOUND)
    if not is_confirmed():
        return render_template("phones/end.html", phone=found, mark=mark_name(found.mark))
    stored.end(database(), found, guard.account().name)
    text = (
        gettext(
            "{mark} of {name} is signed out: at its next contact it removes everything but sealed interviews."
        )
        if found.set_up
        else gettext("The link for {mark} of {name} is taken back.")
    )
    flash(fill_names(text, mark=mark_name(found.mark), name=found.worker))
    return redirect(url_for("phones.index"))


@pages.post("/phones/<name>/sign-out")
@guard.needs("phones.manage")
def sign_out(name: str) -> Response | str:
    """Take a worker's tokens back, once that is confirmed: the phones keep sealed interviews only."""
    worker = _worker(name)
    if not is_confirmed():
        return render_template("phones/sign_out.html", worker=worker)
    accounts.revoke_tokens(database(), worker.name, guard.account().name)
    flash(
        fill_names(
            gettext(
                "The phones of {name} are signed out, and links that were not used work no more. "
                "At their next contact they remove everything but sealed interviews."
            ),
            name=worker.name,
        )
    )
    return redirect(url_for("phones.index"))


def _phones() -> tuple[Phone, ...]:
    """The phones of the field workers who work only in this account's districts."""
    return stored.phones_of(database(), [worker.name for worker in _workers()])


def _overview(phones: tuple[Phone, ...]) -> Overview:
    set_up = [phone for phone in phones if phone.set_up]
    said = [phone.report for phone in set_up if phone.report]
    return Overview(
        set_up=len(set_up),
        links=len(phones) - len(set_up),
        silent=sum(phone.silent_for > 0 for phone in set_up),
        helpless=sum(report.help > 0 for report in said),
        unpractised=sum(not report.practised for report in said),
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
