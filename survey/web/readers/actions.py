"""Agreed actions of a district: read by everybody who reads the district, agreed on and followed by who meets about it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from survey.forms.actions import ActionForm, StateForm
from survey.problems import NOT_FOUND, Problem
from survey.publication.briefing.action_review import (
    Noted,
    due_name,
    indicator_names,
    kind_name,
    noted,
)
from survey.publication.reading.labels import Labels
from survey.publication.release.release import Release
from survey.storage.results import actions, releases
from survey.storage.results.actions import FURTHEST, KINDS, OWNERS, STATES, Agreed
from survey.web.frame import guard
from survey.web.frame.current import database
from survey.web.readers.opened import demand_district, open_release

pages = Blueprint("actions", __name__)


@pages.get("/results/<round_name>/district/<district>/actions")
@guard.needs("results.read")
def of_district(round_name: str, district: str) -> str:
    """What was agreed on over the results of a district."""
    release, labels = _open_district(round_name, district)
    return _render(release, labels, district, _form(release, labels))


@pages.post("/results/<round_name>/district/<district>/actions")
@guard.needs("actions.agree")
def agree(round_name: str, district: str) -> Response | tuple[str, int]:
    """Agree on an action; everything is chosen from lists."""
    release, labels = _open_district(round_name, district)
    form = _form(release, labels)
    if not _is_last(release):
        return _render(release, labels, district, form), 409
    if not form.validate():
        return _render(release, labels, district, form), 400
    agreed = Agreed(form.text("kind"), form.text("owner"), int(form.text("due")), form.text("indicator"))
    new = actions.agree(database(), round_name, district, agreed, guard.account().name)
    flash(gettext("The action is agreed on.") if new else gettext("This very action is agreed on already."))
    return _back(round_name, district)


@pages.post("/results/<round_name>/district/<district>/actions/<number>")
@guard.needs("actions.agree")
def follow(round_name: str, district: str, number: str) -> Response:
    """Say how far an action is."""
    _open_district(round_name, district)
    own = actions.of_district(database(), district)
    one = next((one for one in own if (str(one.key), one.round) == (number, round_name)), None)
    form = StateForm(request.form, states=_states(), translate=gettext)
    if one is None or not form.validate():
        raise Problem(NOT_FOUND)
    seen, by = request.form.get("shown", ""), guard.account().name
    if actions.set_state(database(), one, form.text("state"), by, seen):
        flash(gettext("It is written down how far the action is."))
    else:
        flash(
            gettext(
                "Somebody else has written down something else meanwhile. It is shown as it is now; "
                "write it down again if yours should hold."
            )
        )
    return _back(round_name, district)


def _back(round_name: str, district: str) -> Response:
    return redirect(url_for("actions.of_district", round_name=round_name, district=district))


def _open_district(round_name: str, district: str) -> tuple[Release, Labels]:
    """The release of a round, for a reader of the district."""
    release, scope, labels = open_release(round_name)
    demand_district(scope, district, "actions")
    return release, labels


def _render(release: Release, labels: Labels, district: str, form: ActionForm) -> str:
    return render_template(
        "results/actions.html",
        release=release,
        labels=labels,
        district=district,
        form=form,
        states=_states(),
        last=_is_last(release),
        noted=noted_actions(release, district, labels),
    )


def _is_last(release: Release) -> bool:
    """Whether no later round is released: what is agreed on when its outcome is known would look foreseen."""
    return releases.released_rounds(database(), release.questionnaire)[:1] == (release.round,)


def _form(release: Release, labels: Labels) -> ActionForm:
    added = actions.added_kinds(database())
    lists = {
        "kind": [(key, kind_name(key, added, labels)) for key in (*KINDS, *added)],
        "owner": [(key, gettext(text)) for key, text in OWNERS.items()],
        "due": [(str(number), due_name(number, labels)) for number in range(1, FURTHEST + 1)],
        "indicator": list(indicator_names(release, labels).items()),
    }
    return ActionForm(request.form, lists=lists, translate=gettext)


def _states() -> list[tuple[str, str]]:
    return [(key, gettext(text)) for key, text in STATES.items()]


def noted_actions(release: Release, district: str, labels: Labels) -> Noted:
    """What a page of a district shows of actions."""
    return noted(database(), release, district, labels)


@pages.app_context_processor
def _for_pages() -> dict[str, Any]:
    """The page of a district includes them with one line."""
    return {"noted_actions": noted_actions}
