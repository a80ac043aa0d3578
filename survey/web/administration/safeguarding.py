"""Safeguarding: how many members joined without a choice or are not free to leave, for administrators alone."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask_babel import gettext

from survey.publication.counts.safeguarding import LABELS
from survey.publication.reading.labels import Labels
from survey.publication.release import safeguarding
from survey.storage import questionnaires
from survey.web.frame import guard, language
from survey.web.frame.current import database

pages = Blueprint("safeguarding", __name__)


@pages.get("/safeguarding/<round_name>")
@guard.needs("safeguarding.read")
def of_round(round_name: str) -> str:
    """The signal of a released round, by province and of all districts together."""
    document = safeguarding.read(database(), round_name)
    asked = questionnaires.find(database(), document.questionnaire, document.version).questionnaire
    return render_template(
        "administration/safeguarding.html",
        document=document,
        labels=Labels(asked, language.current_language().code, gettext),
        names=LABELS,
    )
