"""What the office says of itself before consent: who asks, for whom, and where to complain, in every language."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from survey.problems import N_, NOT_FOUND, Problem
from survey.storage import runtime_settings
from survey.web.administration.label_pages import edit_texts
from survey.web.frame import guard
from survey.web.frame.current import database

pages = Blueprint("consent_texts", __name__)

#: What each hole of a consent script is called on its page.
TITLES: Final = {
    "asked_by": N_("Who asks"),
    "asked_for": N_("For whom"),
    "complaints": N_("Where to complain"),
}
#: Letters of a text that is read aloud in the middle of a script.
LONGEST: Final = 120


@pages.get("/consent", endpoint="all")
@guard.needs("settings.manage")
def texts() -> str:
    """The texts, as they are said now."""
    said = runtime_settings.consent_texts(database())
    rows = [(hole, title, said.get(hole, {})) for hole, title in TITLES.items()]
    return render_template("administration/consent_texts.html", rows=rows)


@pages.route("/consent/<hole>", methods=["GET", "POST"], endpoint="one")
@guard.needs("settings.manage")
def text(hole: str) -> str | Response | tuple[str, int]:
    """Set one of them in every language, or return to the questionnaire's own words."""
    if hole not in TITLES:
        raise Problem(NOT_FOUND)
    edit = edit_texts(
        lambda: runtime_settings.consent_texts(database()).get(hole, {}),
        lambda texts, mark: runtime_settings.say_in_consent(database(), hole, texts, mark),
        "consent text set",
        hole,
        LONGEST,
    )
    if edit.saved:
        flash(gettext("The text is saved. Phones say it after their next contact."))
        return redirect(url_for("administration.consent_texts.all"))
    page = render_template(
        "administration/consent_text.html", form=edit.form, title=TITLES[hole], mark=edit.mark
    )
    return page, 400 if edit.form.errors else 200
