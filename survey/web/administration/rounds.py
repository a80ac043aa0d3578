"""Rounds: opened with targets, a worker's day left out, ended, and deleted when their time has come."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.datastructures import CombinedMultiDict
from werkzeug.wrappers import Response

from survey import geography
from survey.accounts import sign_in
from survey.days import later, today
from survey.forms.administration import RoundForm, VoidForm
from survey.problems import (
    BAD_NAME,
    LONG_ROUND,
    N_,
    NOTHING_TO_LEAVE_OUT,
    RESERVED_NAME,
    ROUND_CLOSED,
    ROUND_TAKEN,
    Problem,
)
from survey.publication.release import purges
from survey.questionnaire.model import GROUP
from survey.storage import questionnaires
from survey.storage.field import coverage, late, responses, retention, rounds, targets_file
from survey.storage.field.rounds import Round
from survey.storage.questionnaires import Edition
from survey.storage.results import releases
from survey.web.frame import guard, language
from survey.web.frame.current import database
from survey.web.frame.file_names import attachment
from survey.web.frame.names import fill_names
from survey.web.frame.second_press import is_confirmed, seen_number

pages = Blueprint("rounds", __name__)

#: Refusals that are shown at the field for the name.
OF_NAMES: Final = (BAD_NAME, LONG_ROUND, RESERVED_NAME, ROUND_TAKEN)
OTHERS_CAME: Final = N_(
    "The late interviews are not those of the page any more that you saw. They are shown as they are now; nothing was deleted."
)


@pages.route("/open-round", methods=["GET", "POST"])
@guard.needs("rounds.manage")
def start() -> str | Response | tuple[str, int]:
    """Open a round with a published questionnaire and, where there are any, targets."""
    editions = _editions()
    form = RoundForm(
        CombinedMultiDict([request.form, request.files]), groups=_groups(editions), translate=gettext
    )
    if request.method == "POST" and form.validate():
        try:
            edition = editions[form.text("questionnaire")]
            rounds.start(database(), form.text("name"), edition, form.wanted, guard.account().name)
        except Problem as problem:
            if problem.kind not in OF_NAMES:
                raise
            form.refuse("name", language.problem_markup(problem))
        else:
            flash(fill_names(gettext("Round {round} is open."), round=form.name.data))
            return redirect(url_for("administration.index"))
    page = render_template("administration/open_round.html", form=form, today=today())
    return page, 400 if form.errors else 200


@pages.get("/targets.csv")
@guard.needs("rounds.manage")
def targets_template() -> Response:
    """A file of targets to fill in, with the groups of the questionnaire that was published last."""
    groups = next(iter(_groups(_editions()).values()), ())
    content = targets_file.template(groups, language.current_language().code)
    return Response(content, mimetype="text/csv", headers={"Content-Disposition": attachment("targets.csv")})


def _editions() -> dict[str, Edition]:
    """Published versions by a name that a list can show, the last one first."""
    every = questionnaires.all_editions(database())[::-1]
    return {f"{edition.questionnaire.name} {edition.questionnaire.version}": edition for edition in every}


def _groups(editions: dict[str, Edition]) -> dict[str, tuple[str, ...]]:
    return {
        name: tuple(choice.name for choice in edition.questionnaire.questions[GROUP].choices)
        for name, edition in editions.items()
    }


@pages.route("/rounds/<round_name>/leave-out", methods=["GET", "POST"])
@guard.needs("interviews.void")
def void(round_name: str) -> str | Response | tuple[str, int]:
    """Leave out what a worker brought on one day from the districts of the reader, before the close."""
    present, scope = rounds.find(database(), round_name), sign_in.scope_of(guard.account())
    if present.closed:
        raise Problem(ROUND_CLOSED, round=round_name)
    form = VoidForm(request.form, translate=gettext)
    theirs: tuple[tuple[str, int], ...] = ()
    if request.method == "POST" and form.validate():
        worker, day = form.text("worker"), form.text("day")
        theirs = coverage.day_of(database(), scope, round_name, worker, day)
        # The second press says what was seen; if more has come since, it is shown again.
        if theirs and form.text("seen") == _preview_mark(theirs):
            seen = sum(number for _, number in theirs)
            number = responses.void(
                database(), round_name, worker, day, guard.account().name, scope, seen=seen
            )
            if number is not None:
                return _say_left_out(round_name, worker, day, number)
            theirs = coverage.day_of(database(), scope, round_name, worker, day)
        if not theirs:
            form.refuse(
                "worker", language.problem_markup(Problem(NOTHING_TO_LEAVE_OUT, worker=worker, day=day))
            )
    shown = {"round": present, "today": today(), "theirs": _with_names(theirs), "seen": _preview_mark(theirs)}
    page = render_template("administration/void.html", form=form, **shown)
    return page, 400 if form.errors else 200


def _preview_mark(theirs: tuple[tuple[str, int], ...]) -> str:
    """A mark of what the preview showed, which its button sends back."""
    return " ".join(f"{district}:{number}" for district, number in theirs)


def _with_names(theirs: tuple[tuple[str, int], ...]) -> list[tuple[str, int]]:
    code = language.current_language().code
    return [(geography.districts()[district].name(code), number) for district, number in theirs]


def _say_left_out(round_name: str, worker: str, day: str, number: int) -> Response:
    message = gettext("Interviews left out: {number} (worker {worker}, day {day}).")
    flash(fill_names(message, number=number, worker=worker, day=day))
    return redirect(url_for("coverage.of_round", round_name=round_name))


@pages.get("/rounds/<round_name>/purge", endpoint="purging")
@guard.needs("rounds.manage")
def ask_before_purge(round_name: str) -> str:
    """Ask before deleting the interviews of a closed round; results that were made of them stay."""
    return _render_purge(round_name)


def _render_purge(round_name: str) -> str:
    present = rounds.find(database(), round_name)
    waiting = late.numbers(database()).get(round_name, 0)
    return render_template(
        "administration/purge.html",
        round=present,
        due=due_day(present),
        today=today(),
        late=waiting,
        released=round_name in releases.released_rounds(database()),
    )


@pages.post("/rounds/<round_name>/purge")
@guard.needs("rounds.manage")
def purge(round_name: str) -> Response | str:
    """Delete the interviews of a round whose time has come, from the page that asks and from no other."""
    if not is_confirmed():
        return _render_purge(round_name)
    number = purges.purge(database(), round_name, guard.account().name, seen_number())
    if number is None:
        flash(gettext(OTHERS_CAME))
        return _render_purge(round_name)
    flash(gettext("Interviews deleted: {number}.").format(number=number))
    return redirect(url_for("administration.index"))


def due_day(present: Round) -> str:
    """The day when the interviews of a closed round are deleted; "" for one that is not closed."""
    return later(present.closed_day, retention.RETENTION_DAYS) if present.closed_day else ""
