"""Questionnaires: the published versions, and a new one checked and published."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from survey.forms.administration import QuestionnaireForm
from survey.problems import NOT_FOUND, VERSION_TAKEN, Problem
from survey.questionnaire.model import Questionnaire
from survey.settings import SHIPPED, SHIPPED_VERSIONS
from survey.storage import questionnaires
from survey.storage.questionnaires import Edition
from survey.web.frame import guard, language
from survey.web.frame.current import database
from survey.web.frame.names import fill_names

if TYPE_CHECKING:
    from survey.questionnaire.lint.check import Report

pages = Blueprint("questionnaires", __name__)

#: Bytes that an uploaded questionnaire may take; the shipped one takes about 60,000.
LARGEST = 4 * 1024 * 1024


@pages.url_value_preprocessor
def _allow_larger_request(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    # Here, because the check of the form's token reads the whole request before any view does.
    request.max_content_length = LARGEST


@pages.get("/questionnaires")
@guard.needs("questionnaire.publish")
def index() -> str:
    """The published versions, the last one first, and the form for a new one."""
    return _render_questionnaires(QuestionnaireForm(translate=gettext), None)


def _render_questionnaires(form: QuestionnaireForm, report: Report | None) -> str:
    editions = questionnaires.all_editions(database())[::-1]
    published = {one.questionnaire.version for one in editions if one.questionnaire.name == SHIPPED.stem}
    return render_template(
        "administration/questionnaires.html",
        form=form,
        report=report,
        editions=editions,
        shipped=[version for version in SHIPPED_VERSIONS if version not in published],
        newest=next(iter(SHIPPED_VERSIONS)),
    )


@pages.post("/questionnaires/shipped/<version>")
@guard.needs("questionnaire.publish")
def publish_shipped(version: str) -> Response:
    """Publish a version of the questionnaire that ships; a second press finds it published."""
    from survey.questionnaire import xlsform  # not loaded on the path of a submission

    if version not in SHIPPED_VERSIONS:
        raise Problem(NOT_FOUND)
    form = xlsform.read(SHIPPED_VERSIONS[version])
    asked = questionnaires.publish(database(), form, guard.account().name).questionnaire
    _say_published(asked)
    return redirect(url_for("administration.index"))


def _say_published(asked: Questionnaire) -> None:
    message = gettext("Questionnaire {name}, version {version}, is published.")
    flash(fill_names(message, name=asked.name, version=asked.version))


@pages.post("/questionnaires")
@guard.needs("questionnaire.publish")
def publish() -> Response | tuple[str, int]:
    """Check an uploaded questionnaire; publish it, or list every mistake; warnings are listed in both cases."""
    form = QuestionnaireForm(request.files, translate=gettext)
    report = None
    if form.validate():
        try:
            report, edition = _check_and_publish(form.file.data)
        except Problem as problem:
            if problem.kind is not VERSION_TAKEN:
                raise
            form.refuse("file", language.problem_markup(problem))
        else:
            if edition is not None:
                _say_published(edition.questionnaire)
                if report.warnings:
                    return _render_questionnaires(QuestionnaireForm(translate=gettext), report), 200
                return redirect(url_for("administration.questionnaires.index"))
    return _render_questionnaires(form, report), 400


def _check_and_publish(upload: Any) -> tuple[Report, Edition | None]:
    """What the check says of the file, and the version it became."""
    from survey import acceptance  # pyxform is not loaded on the path of a submission

    with TemporaryDirectory() as folder, closing(upload):
        file = Path(folder) / f"questionnaire{Path(upload.filename).suffix.lower()}"
        upload.save(file)
        report = acceptance.examine(file)
        if report.questionnaire is None:
            return report, None
        return report, questionnaires.publish(database(), report.questionnaire, guard.account().name)
