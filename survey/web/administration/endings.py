"""The end of a round: the phones it waits for, closing it without them, what came after it, and what it cannot read."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from survey.accounts import sign_in
from survey.forms.administration import SureForm
from survey.intake import late_interviews, quarantined
from survey.problems import N_, ROUND_CLOSED, Problem
from survey.publication.reading import progress
from survey.publication.reading.labels import Labels
from survey.questionnaire import codec
from survey.storage import questionnaires
from survey.storage.field import coverage, late, rounds
from survey.storage.field.rounds import Round
from survey.storage.people import devices
from survey.storage.people.devices import Contact
from survey.web.administration.rounds import OTHERS_CAME, due_day
from survey.web.frame import guard, language
from survey.web.frame.current import database, settings
from survey.web.frame.names import fill_names
from survey.web.frame.second_press import is_confirmed, seen_number

pages = Blueprint("endings", __name__)

#: What is shown in place of a name that no questionnaire knows and that nobody repeats.
UNKNOWN_QUESTION: Final = N_("an unknown question")


@pages.get("/rounds/<round_name>", endpoint="one")
@guard.needs("rounds.manage")
def show_round(round_name: str) -> str:
    """A round with the phones that it waits for, what came late and what cannot be read."""
    return _render_round(rounds.find(database(), round_name), SureForm(translate=gettext))


def _render_round(present: Round, form: SureForm, into: str = "") -> str:
    return render_template(
        "administration/round.html",
        round=present,
        form=form,
        into=into,
        phones=_silent_phones(present),
        piles=late.piles(database(), present.name),
        hosts=late.joinable(database(), present.name),
        due=due_day(present),
        unreadable=quarantined.waiting(database(), present.name),
        unknown=(codec.UNKNOWN_QUESTION, gettext(UNKNOWN_QUESTION)),
        editions=_corrected_versions(present),
    )


def _corrected_versions(present: Round) -> tuple[str, ...]:
    """The versions with which unreadable interviews of a round can be read again, the newest first."""
    if present.closed:
        return ()
    published = [edition.questionnaire for edition in questionnaires.all_editions(database())]
    return tuple(edition.version for edition in published[::-1] if edition.name == present.questionnaire)


def _silent_phones(present: Round) -> tuple[Contact, ...]:
    """The phones that may still hold interviews of a round, as far as the server knows."""
    if present.closed:
        return ()
    return (
        devices.phones_awaited(database(), present.name)
        if present.ending
        else devices.active_phones(database())
    )


@pages.route("/rounds/<round_name>/close", methods=["GET", "POST"])
@guard.needs("rounds.manage")
def closing(round_name: str) -> str | Response | tuple[str, int]:
    """Say what the end of a round means, and begin it."""
    present = _unfinished_round(round_name)
    if present.ending:
        raise rounds.ending_problem(present)
    form = SureForm(request.form, translate=gettext)
    if request.method == "POST" and form.validate():
        begun = rounds.end(database(), round_name, settings().ending_days, guard.account().name)
        message = gettext("Round {round} begins to end. It closes by itself on {day}.")
        flash(fill_names(message, round=round_name, day=begun.closing_day))
        return redirect(url_for("administration.endings.one", round_name=round_name))
    facts = _before_the_end(present)
    page = render_template("administration/close.html", form=form, days=settings().ending_days, **facts)
    return page, 400 if form.errors else 200


@pages.route("/rounds/<round_name>/close-without-waiting", methods=["GET", "POST"], endpoint="cutting")
@guard.needs("rounds.manage")
def close_without_waiting(round_name: str) -> str | Response | tuple[str, int]:
    """Warn, and close for good a round that would wait longer for phones."""
    present = _unfinished_round(round_name)
    form = SureForm(request.form, translate=gettext)
    if request.method == "POST" and form.validate():
        rounds.close(database(), round_name, guard.account().name)
        flash(fill_names(gettext("Round {round} is closed. Its release can be made now."), round=round_name))
        return redirect(url_for("administration.releases.one", round_name=round_name))
    page = render_template("administration/cut.html", form=form, **_before_the_end(present))
    return page, 400 if form.errors else 200


def _unfinished_round(round_name: str) -> Round:
    present = rounds.find(database(), round_name)
    if present.closed:
        raise Problem(ROUND_CLOSED, round=round_name)
    return present


def _before_the_end(present: Round) -> dict[str, object]:
    """What an administrator should know of a round before it ends or closes: numbers only."""
    asked = questionnaires.find(database(), present.questionnaire, present.version).questionnaire
    return {
        "round": present,
        "labels": Labels(asked, language.current_language().code, gettext),
        "held": progress.round_progress(database(), sign_in.scope_of(guard.account()), present.name),
        "last_day": coverage.last_day(database(), present.name),
        "phones": _silent_phones(present),
    }


@pages.post("/rounds/<round_name>/late/take")
@guard.needs("rounds.manage")
def take(round_name: str) -> Response | str:
    """Take what came late into a later round that asks the same version, once that is confirmed."""
    into = request.form.get("into", "")
    if not is_confirmed():
        host = late_interviews.host_of(database(), round_name, into)
        return _render_round(rounds.find(database(), round_name), SureForm(translate=gettext), host.name)
    taken = late_interviews.take(database(), round_name, into, guard.account().name)
    flash(
        gettext("Taken into round {round}: {joined}. Still apart: {left}.").format(
            round=into, joined=taken.joined, left=taken.left
        )
    )
    return redirect(url_for("administration.endings.one", round_name=round_name))


@pages.post("/rounds/<round_name>/unreadable/read-again")
@guard.needs("rounds.manage")
def read_again(round_name: str) -> Response:
    """Read the unreadable interviews of a round with a corrected version of its questionnaire."""
    version = request.form.get("version", "")
    taken = quarantined.take(database(), round_name, version, guard.account().name)
    message = gettext("Read with version {version}: {joined}. Still unreadable: {left}.")
    flash(fill_names(message, version=version, joined=str(taken.joined), left=str(taken.left)))
    return redirect(url_for("administration.endings.one", round_name=round_name))


@pages.post("/rounds/<round_name>/late/leave-out")
@guard.needs("rounds.manage")
def leave_out(round_name: str) -> Response | tuple[str, int]:
    """Delete for good what came late."""
    present = rounds.find(database(), round_name)
    form = SureForm(request.form, translate=gettext)
    if not form.validate():
        return _render_round(present, form), 400
    number = late.leave_out(database(), round_name, guard.account().name, seen_number())
    if number is None:
        form.refuse("sure", gettext(OTHERS_CAME))
        return _render_round(present, form), 400
    flash(gettext("Late interviews deleted: {number}.").format(number=number))
    return redirect(url_for("administration.endings.one", round_name=round_name))
