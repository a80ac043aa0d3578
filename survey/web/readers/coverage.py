"""Coverage for coordinators: numbers of interviews against targets, live; no answer is ever read here."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, render_template, request
from flask_babel import gettext

from survey.accounts import sign_in
from survey.problems import N_, NOT_FOUND, Problem
from survey.publication.reading import progress
from survey.publication.reading.labels import Labels
from survey.storage import questionnaires
from survey.storage.field import rounds
from survey.storage.field.rounds import Round
from survey.storage.results import releases
from survey.storage.scope import Scope
from survey.web.frame import guard, language
from survey.web.frame.current import database

pages = Blueprint("coverage", __name__)

#: What the bands of flags are called.
BANDS: Final = {"none": N_("none"), "some": N_("some"), "many": N_("many")}
#: What is noted of how interviews were held.
MANNERS: Final = {
    "late": N_("came late"),
    "odd_hours": N_("at odd hours"),
    "short": N_("very short"),
    "unlikely_day": N_("of an unlikely day"),
    "unread_field": N_("a field unreadable"),
}
#: The orders of districts; the first is that of somebody who plans the day.
SHORTFALL: Final = "shortfall"
ORDERS: Final = ((SHORTFALL, N_("Most wanted first")), ("districts", N_("In the order of districts")))
#: So many days that had interviews are listed.
DAYS_SHOWN: Final = 14


@pages.get("/coverage")
@guard.needs("coverage.read")
def index() -> str:
    """The newest round."""
    known = rounds.all_rounds(database())
    return _render_coverage(known[0].name) if known else render_template("coverage/none.html")


@pages.get("/coverage/<round_name>")
@guard.needs("coverage.read")
def of_round(round_name: str) -> str:
    """Interviews done against target by reporting district and group in the reader's districts."""
    return _render_coverage(round_name)


def _render_coverage(round_name: str) -> str:
    seen = progress.round_progress(database(), sign_in.scope_of(guard.account()), round_name)
    asked = questionnaires.find(database(), seen.round.questionnaire, seen.round.version).questionnaire
    labels = Labels(asked, language.current_language().code, gettext)
    order = request.args.get("order", SHORTFALL)
    if order not in dict(ORDERS):
        raise Problem(NOT_FOUND)
    return render_template(
        "coverage/index.html",
        progress=seen,
        labels=labels,
        bands=BANDS,
        manners=MANNERS,
        places=seen.by_shortfall if order == SHORTFALL else seen.places,
        order=order,
        orders=ORDERS,
        gone=seen.done == 0 and _are_gone(seen.round),
        days_shown=DAYS_SHOWN,
        rounds=[round_.name for round_ in rounds.all_rounds(database())],
    )


def _are_gone(present: Round) -> bool:
    """Whether a released round holds no interview any more: then nothing can be said of what was done, least of all nought."""
    if not present.closed or present.name not in releases.released_rounds(database()):
        return False
    return progress.round_progress(database(), Scope.everywhere(), present.name).done == 0
