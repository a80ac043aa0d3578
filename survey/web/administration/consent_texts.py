"""What the office says of itself before consent: who asks, for whom, and where to complain, in every language."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from survey.forms.administration import label_form
from survey.languages import languages
from survey.problems import N_, NOT_FOUND, Problem
from survey.storage import runtime_settings
from survey.storage.people import audit
from survey.storage.seen import mark_of
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
    build = label_form({code: language.name for code, language in languages().items()}, LONGEST)
    stored = runtime_settings.consent_texts(database()).get(hole, {})
    form = build(request.form, translate=gettext, data=stored)
    mark = request.form.get("seen", mark_of(stored))
    if request.method == "POST" and form.validate():
        if runtime_settings.say_in_consent(database(), hole, form.texts, mark):
            if form.texts != stored:
                audit.record(database(), guard.account().name, "consent text set", hole)
            flash(gettext("The text is saved. Phones say it after their next contact."))
            return redirect(url_for("administration.consent_texts.all"))
        stored = runtime_settings.consent_texts(database()).get(hole, {})
        form.show_instead(stored, next(iter(languages())))
        mark = mark_of(stored)
    page = render_template("administration/consent_text.html", form=form, title=TITLES[hole], mark=mark)
    return page, 400 if form.errors else 200
