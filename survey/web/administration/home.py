"""Administration: rounds at a glance, names of the local body by district, and the audit log."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from survey import geography
from survey.forms.administration import district_choices
from survey.problems import N_, NOT_FOUND, Problem
from survey.storage import runtime_settings
from survey.storage.engine import shredding
from survey.storage.field import late, quarantine, rounds
from survey.storage.people import audit
from survey.storage.results import releases
from survey.web.administration import (
    accounts,
    action_kinds,
    aims,
    consent_texts,
    endings,
    first_steps,
    questionnaires,
    release_rules,
    safeguarding,
)
from survey.web.administration import releases as administration_releases
from survey.web.administration import rounds as administration_rounds
from survey.web.administration.label_pages import edit_texts
from survey.web.frame import guard
from survey.web.frame.current import database
from survey.web.frame.language import current_language

pages = Blueprint("administration", __name__, url_prefix="/administration")
pages.register_blueprint(administration_rounds.pages)
pages.register_blueprint(endings.pages)
pages.register_blueprint(accounts.pages)
pages.register_blueprint(questionnaires.pages)
pages.register_blueprint(administration_releases.pages)
pages.register_blueprint(release_rules.pages)
pages.register_blueprint(safeguarding.pages)
pages.register_blueprint(action_kinds.pages)
pages.register_blueprint(aims.pages)
pages.register_blueprint(consent_texts.pages)


#: What the audit log's events are called.
EVENTS: Final = {
    "account added": N_("account added"),
    "account suspended": N_("account suspended"),
    "account restored": N_("account restored"),
    "password set": N_("password set"),
    "sessions ended": N_("signed out everywhere"),
    "districts changed": N_("districts changed"),
    "token added": N_("token added"),
    "tokens revoked": N_("tokens revoked"),
    "phone invited": N_("phone invited"),
    "phone enrolled": N_("phone enrolled"),
    "phone set up again": N_("phone set up again"),
    "phone signed out": N_("phone signed out"),
    "phone link taken back": N_("link of a phone taken back"),
    "questionnaire published": N_("questionnaire published"),
    "round opened": N_("round opened"),
    "round ending": N_("round ending"),
    "round closed": N_("round closed"),
    "late interviews taken in": N_("late interviews taken into a later round"),
    "late interviews left out": N_("late interviews deleted"),
    "unreadable interviews taken in": N_("unreadable interviews read again"),
    "round purged": N_("interviews of the round deleted"),
    "rules raised": N_("rules of release made stricter"),
    "release worked on": N_("release worked on"),
    "interviews voided": N_("a worker's day left out"),
    "action agreed": N_("action agreed"),
    "action changed": N_("action changed"),
    "aim changed": N_("target or baseline changed"),
    "action kind added": N_("kind of action added"),
    "local body named": N_("local body named"),
    "consent text set": N_("consent text set"),
    "refused": N_("refused"),
}


@pages.get("")
@guard.needs("rounds.manage")
def index() -> str:
    """Every round, what can be read of it and what can be done with it."""
    return render_template(
        "administration/index.html",
        steps=first_steps.first_steps(database()),
        rounds=rounds.all_rounds(database()),
        released=frozenset(releases.released_rounds(database())),
        late=late.numbers(database()),
        unreadable=quarantine.numbers(database()),
        due_day=administration_rounds.due_day,
        not_overwritten=shredding.waiting_tables(database()),
    )


@pages.get("/local-body")
@guard.needs("settings.manage")
def local_bodies() -> str:
    """What the local body is called in each reporting district."""
    districts = district_choices(current_language().code)
    own = runtime_settings.local_bodies(database())
    named = {key: own.get(key, {}) for key, _ in districts}
    return render_template("administration/local_bodies.html", districts=districts, named=named)


@pages.route("/local-body/<district>", methods=["GET", "POST"])
@guard.needs("settings.manage")
def local_body(district: str) -> str | Response | tuple[str, int]:
    """Name the local body of one district in every language, or return to the usual name."""
    place = geography.districts().get(district)
    if place is None or not place.census:
        raise Problem(NOT_FOUND)
    edit = edit_texts(
        lambda: runtime_settings.local_body(database(), district),
        lambda texts, mark: runtime_settings.name_local_body(database(), district, texts, mark),
        "local body named",
        district,
    )
    if edit.saved:
        flash(gettext("The name is saved."))
        return redirect(url_for("administration.local_bodies"))
    page = render_template(
        "administration/local_body.html",
        form=edit.form,
        mark=edit.mark,
        district=district,
        name=place.name(current_language().code),
    )
    return page, 400 if edit.form.errors else 200


@pages.get("/audit")
@guard.needs("audit.read")
def audit_log() -> str:
    """Who did what on which day; entries older than their time are deleted first."""
    audit.expire(database())
    entries = audit.entries(database())[::-1]
    return render_template("administration/audit.html", entries=entries, events=EVENTS, kept=audit.KEPT_DAYS)
