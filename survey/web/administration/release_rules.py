"""The rules of release: those in force, and made stricter for good."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from survey.forms.disclosure_rules import RulesForm
from survey.publication.protection import rules
from survey.web.frame import guard
from survey.web.frame.current import database

pages = Blueprint("release_rules", __name__)


@pages.route("/rules", methods=["GET", "POST"])
@guard.needs("settings.manage")
def change() -> str | Response | tuple[str, int]:
    """Show the numbers in force, and raise them."""
    in_force = rules.numbers_of(rules.rules_of(database()))
    form = RulesForm(request.form, translate=gettext, data={name: str(n) for name, n in in_force.items()})
    form.least = in_force
    if request.method == "POST" and form.validate():
        rules.raise_rules(database(), **form.numbers, by=guard.account().name)
        flash(gettext("These rules hold from the next release on."))
        return redirect(url_for("administration.release_rules.change"))
    page = render_template("administration/rules.html", form=form, in_force=in_force)
    return page, 400 if form.errors else 200
