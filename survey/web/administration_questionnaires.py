"""Questionnaires: the published versions, and a new one checked and published."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from survey.forms.administration import QuestionnaireForm
from survey.problems import VERSION_TAKEN, Problem
from survey.storage import questionnaires
from survey.storage.questionnaires import Edition
from survey.web import guard, language
from survey.web.wiring import database

pages = Blueprint("questionnaires", __name__)

#: Bytes that an uploaded questionnaire may take; the shipped one takes about 60,000.
LARGEST = 4 * 1024 * 1024


@pages.url_value_preprocessor
def _larger(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    # Here, because the check of the form's token reads the whole request before any view does.
    request.max_content_length = LARGEST


@pages.get("/questionnaires")
@guard.needs("questionnaire.publish")
def index() -> str:
    """The published versions, the last one first, and the form for a new one."""
    return _page(QuestionnaireForm(translate=gettext), ())


def _page(form: QuestionnaireForm, mistakes: tuple[Any, ...]) -> str:
    editions = questionnaires.every(database())[::-1]
    return render_template(
        "administration/questionnaires.html", form=form, mistakes=mistakes, editions=editions
    )


@pages.post("/questionnaires")
@guard.needs("questionnaire.publish")
def publish() -> Response | tuple[str, int]:
    """Check an uploaded questionnaire; publish it, or tell every mistake."""
    form = QuestionnaireForm(request.files, translate=gettext)
    mistakes: tuple[Any, ...] = ()
    if form.validate():
        try:
            mistakes, edition = _published(form.file.data)
        except Problem as problem:
            if problem.kind is not VERSION_TAKEN:
                raise
            form.refuse("file", language.told(problem))
        else:
            if edition is not None:
                told = gettext("Questionnaire {name}, version {version}, is published.")
                asked = edition.questionnaire
                flash(told.format(name=asked.name, version=asked.version))
                return redirect(url_for("administration.questionnaires.index"))
    return _page(form, mistakes), 400


def _published(upload: Any) -> tuple[tuple[Any, ...], Edition | None]:
    """Every mistake of the file, or the version it became."""
    from survey.questionnaire import lint, xlsform  # pyxform is not loaded on the path of a submission

    with TemporaryDirectory() as folder, closing(upload):
        file = Path(folder) / f"questionnaire{Path(upload.filename).suffix.lower()}"
        upload.save(file)
        if mistakes := lint.check(file):
            return mistakes, None
        return (), questionnaires.publish(database(), xlsform.read(file), guard.account().name)
