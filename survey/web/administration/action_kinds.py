"""Kinds of action that a meeting can agree on: those that ship, and those that an administrator adds in every language."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from survey.forms.actions import kind_form
from survey.languages import languages
from survey.storage.results import actions
from survey.web.frame import guard
from survey.web.frame.current import database
from survey.web.frame.language import current_language

pages = Blueprint("action_kinds", __name__)


@pages.route("/action-kinds", methods=["GET", "POST"], endpoint="all")
@guard.needs("settings.manage")
def kinds() -> str | Response | tuple[str, int]:
    """Every kind, and a form for a new one."""
    there = actions.added_kinds(database()).values()
    listed = [
        *actions.KINDS.values(),
        *map(gettext, actions.KINDS.values()),
        *(text for names in there for text in names.values()),
    ]
    fields = kind_form({code: one.name for code, one in languages().items()})
    form = fields(request.form, listed=listed, translate=gettext)
    if request.method == "POST" and form.validate():
        actions.add_kind(database(), form.texts, guard.account().name)
        flash(gettext("The kind of action is added."))
        return redirect(url_for("administration.action_kinds.all"))
    code = current_language().code
    added = [names.get(code, "") for names in there]
    shown = [*map(gettext, actions.KINDS.values()), *added]
    return render_template("administration/action_kinds.html", form=form, kinds=shown), (
        400 if form.errors else 200
    )
