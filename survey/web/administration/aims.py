"""Targets and baselines of the lead indicators of a round, as results show them."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from survey.forms.aims import aims_form
from survey.publication.briefing.indicators import LEADS, names_asked, with_aims
from survey.storage import questionnaires
from survey.storage.field import aims, rounds
from survey.storage.field.aims import Aim
from survey.web.frame import guard
from survey.web.frame.current import database

pages = Blueprint("aims", __name__)


@pages.route("/rounds/<round_name>/aims", methods=["GET", "POST"], endpoint="of_round")
@guard.needs("rounds.manage")
def change(round_name: str) -> str | Response | tuple[str, int]:
    """Show the aims of a round, and set them."""
    present = rounds.find(database(), round_name)
    asked = questionnaires.find(database(), present.questionnaire, present.version).questionnaire
    every, known = with_aims(aims.aims_of(database(), round_name)), names_asked(asked)
    leads = [lead for lead in every if lead.name in known]
    names = {lead.name: gettext(lead.label) for lead in leads}
    stored = {lead.name: Aim(lead.target, lead.baseline) for lead in leads}
    form = aims_form(names, stored, request.form, translate=gettext)
    wanted = form.changed(stored, request.form) if request.method == "POST" and form.validate() else {}
    if request.method == "POST" and not form.errors:
        usual = {lead.name: Aim(lead.target) for lead in LEADS}
        if not aims.set_aims(database(), round_name, wanted, usual, guard.account().name, stored):
            # Somebody else saved since they were read: this time that is seen, and said.
            return change(round_name)
        flash(gettext("The targets and baselines are saved."))
        return redirect(url_for("administration.endings.one", round_name=round_name))
    if form.errors:
        form.catch_up(stored)
    page = render_template("administration/aims.html", form=form, round=present, leads=leads)
    return page, 400 if form.errors else 200
