"""Releases: what will be publishable; figures of closed rounds drafted, attacked and published in processes of their own."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from survey import problems
from survey.forms.administration import district_choices
from survey.forms.planning import PlanForm
from survey.problems import FAILED, NOT_FOUND, NOTHING_TO_PLAN, RELEASED, Kind, Problem
from survey.publication.counts import workloads
from survey.publication.protection import planning, worker_process
from survey.publication.protection.rules import rules_of
from survey.publication.protection.worker_process import State
from survey.publication.reading.labels import Labels
from survey.publication.release import release
from survey.questionnaire.model import Questionnaire
from survey.storage import questionnaires
from survey.storage.field import rounds
from survey.storage.field.rounds import Round
from survey.storage.people import audit
from survey.storage.results import releases, safeguarding
from survey.web.frame import guard, language
from survey.web.frame.current import database, settings
from survey.web.frame.second_press import is_confirmed

pages = Blueprint("releases", __name__)

#: Every failure that can be shown, by its code.
KINDS: Final = {kind.code: kind for kind in vars(problems).values() if isinstance(kind, Kind)}


@pages.get("/releases")
@guard.needs("rounds.manage")
def index() -> str:
    """The releases with what each of them holds, and the closed rounds that have none yet."""
    done = releases.released_rounds(database())
    found = [_read(name) for name in done]
    return render_template(
        "administration/releases.html",
        releases=[release for release in found if not isinstance(release, str)],
        changed=[problem for problem in found if isinstance(problem, str)],
        waiting=[
            round_.name
            for round_ in rounds.all_rounds(database())
            if round_.closed and not round_.purged_day and round_.name not in done
        ],
    )


def _read(round_name: str) -> release.Release | str:
    """A release, or why it cannot be read: the others are shown all the same."""
    try:
        return release.read(database(), round_name)
    except Problem as problem:
        return language.problem_markup(problem)


@pages.get("/releases/<round_name>", endpoint="one")
@guard.needs("rounds.manage")
def show_release(round_name: str) -> str:
    """The release of a closed round, or how far it is and what can be done next."""
    return _render_release(round_name)


def _render_release(round_name: str, asked: bool = False) -> str:
    present = _closed_round(round_name)
    made = round_name in releases.released_rounds(database())
    state = worker_process.state_of(database().home, round_name)
    return render_template(
        "administration/release.html",
        round=present,
        asked=asked,
        release=release.read(database(), round_name) if made else None,
        state=state,
        problem=_step_problem(state),
        minutes=round((state.left or 0) / 60),
        safeguarded=round_name in safeguarding.documented_rounds(database()),
    )


@pages.post("/releases/<round_name>/<step>")
@guard.needs("rounds.manage")
def begin(round_name: str, step: str) -> Response | str:
    """Begin the next step; one that was interrupted goes on where it stopped. To publish takes a second press."""
    present = _closed_round(round_name)
    made = round_name in releases.released_rounds(database())
    if made and step in worker_process.STEPS:
        raise Problem(RELEASED, round=round_name)
    if step not in ((worker_process.CHECK,) if made else worker_process.STEPS):
        raise Problem(NOT_FOUND)
    if step == worker_process.PUBLISH and not is_confirmed():
        return _render_release(round_name, asked=True)
    worker_process.begin(settings(), present.name, step)
    audit.record(database(), guard.account().name, "release worked on", f"{round_name} {step}")
    return redirect(url_for("administration.releases.one", round_name=round_name))


def _closed_round(round_name: str) -> Round:
    return rounds.require_closed(rounds.find(database(), round_name))


def _step_problem(state: State) -> str:
    """What stopped the last step, in the reader's language."""
    if not state.problem or state.running:
        return ""
    return language.problem_markup(Problem(KINDS.get(state.problem, FAILED), **state.holes))


@pages.route("/plan", methods=["GET", "POST"])
@guard.needs("rounds.manage")
def plan() -> str | tuple[str, int]:
    """What will be publishable of planned interviews and what change found, with the questionnaire that was published last."""
    published = questionnaires.all_editions(database())
    if not published:
        raise Problem(NOTHING_TO_PLAN)
    asked = published[-1].questionnaire
    form = PlanForm(request.form, translate=gettext)
    form.districts.choices = district_choices(language.current_language().code)
    tried = _tried_plan(asked, form) if request.method == "POST" and form.validate() else {}
    labels = Labels(asked, language.current_language().code, gettext)
    page = render_template("administration/plan.html", form=form, labels=labels, **tried)
    return page, 400 if form.errors else 200


def _tried_plan(asked: Questionnaire, form: PlanForm) -> dict[str, Any]:
    """What the page of a plan shows, by name."""
    planned = planning.spread(asked, form.number, form.ticked("districts"))
    return {
        "outlook": planning.outlook(asked, planned, rules_of(database())),
        "changes": planning.detectable(planned, form.team),
        "measurable": planning.measurable(planned, form.team),
        "workloads": workloads,
    }
