"""Questionnaires: the published versions, and a new one: checked, looked at, and published by a second press."""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from survey import parsing
from survey.forms.administration import KINDS, QuestionnaireForm
from survey.problems import BAD_FIELD, NOT_FOUND, Problem
from survey.questionnaire.difference import differences
from survey.questionnaire.sheets import QuestionnaireErrors
from survey.settings import SHIPPED, SHIPPED_VERSIONS
from survey.storage import questionnaires
from survey.storage.questionnaires import Edition, SourceFile
from survey.web.administration import previews
from survey.web.frame import guard
from survey.web.frame.current import database
from survey.web.frame.file_names import attachment
from survey.web.frame.names import fill_names

if TYPE_CHECKING:
    from survey.questionnaire.lint.check import Report
    from survey.questionnaire.model import Questionnaire

pages = Blueprint("questionnaires", __name__)

#: Bytes that an uploaded questionnaire may take; the shipped one takes about 60,000.
LARGEST: Final = 4 * 1024 * 1024
#: The same in the page between the check and the second press, packed and as text.
_LARGEST_CARRIED: Final = LARGEST * 3 // 2
#: A number of a version in an address that is larger is none.
MOST_VERSIONS: Final = 1_000_000
#: Ending of a file → what it is.
_TYPES: Final = {
    ".md": "text/markdown; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@pages.url_value_preprocessor
def _allow_larger_request(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    # Here, because the check of the form's token reads the whole request before any view does.
    request.max_content_length = _LARGEST_CARRIED
    request.max_form_memory_size = _LARGEST_CARRIED


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
def check_shipped(version: str) -> str | tuple[str, int]:
    """Check a version of the questionnaire that ships, like any file."""
    if version not in SHIPPED_VERSIONS:
        raise Problem(NOT_FOUND)
    return _render_check(SourceFile.of(SHIPPED_VERSIONS[version]))


@pages.post("/questionnaires")
@guard.needs("questionnaire.publish")
def check() -> str | tuple[str, int]:
    """Check an uploaded questionnaire and store nothing: its mistakes, its warnings, and what differs."""
    form = QuestionnaireForm(request.files, translate=gettext)
    if not form.validate():
        return _render_questionnaires(form, None), 400
    with closing(form.file.data) as upload:
        return _render_check(SourceFile(Path(upload.filename).suffix.lower(), upload.read()))


@pages.post("/questionnaires/check")
@guard.needs("questionnaire.publish")
def check_again() -> str | tuple[str, int]:
    """Check what a preview carried, on the way back from it."""
    return _render_check(_carried_file())


def _render_check(file: SourceFile) -> str | tuple[str, int]:
    report = _examined(file)
    if report.questionnaire is None:
        return _render_questionnaires(QuestionnaireForm(translate=gettext), report), 400
    published = questionnaires.published_before(database(), report.questionnaire)
    before = published.same or published.other
    return render_template(
        "administration/checked_questionnaire.html",
        report=report,
        asked=report.questionnaire,
        published=published,
        before=before,
        changes=differences(before.questionnaire, report.questionnaire) if before else (),
        same=published.same is not None
        and published.same.questionnaire.digest == report.questionnaire.digest,
        carried=carry(file),
        languages_shown=previews.languages_of(report.questionnaire),
        groups_shown=previews.groups_of(report.questionnaire),
    )


def _examined(file: SourceFile) -> Report:
    from survey import acceptance  # pyxform is not loaded on the path of a submission

    with _at_a_path(file) as path:
        return acceptance.examine(path)


def carry(file: SourceFile) -> dict[str, str]:
    """A file as hidden fields of a page: nothing of it is kept here before it is published."""
    return {
        "ending": file.ending,
        "content": base64.b64encode(zlib.compress(file.content, 9)).decode("ascii"),
    }


def _carried_file() -> SourceFile:
    """The file that the page of its check carried; it is read again from the start, and trusted in nothing."""
    ending = request.form.get("ending", "")
    try:
        unpacking = zlib.decompressobj()
        packed = base64.b64decode(request.form.get("content", "").encode("ascii"), validate=True)
        content = unpacking.decompress(packed, LARGEST)
    except (ValueError, binascii.Error, zlib.error) as error:
        raise Problem(BAD_FIELD, field="content") from error
    if ending not in KINDS or not unpacking.eof:
        raise Problem(BAD_FIELD, field="content")
    return SourceFile(ending, content)


@pages.post("/questionnaires/publish")
@guard.needs("questionnaire.publish")
def publish() -> Response | tuple[str, int]:
    """Publish for good what was checked before, with its file; what is wrong with it after all is listed."""
    file = _carried_file()
    report = _examined(file)
    if report.questionnaire is None:
        return _render_questionnaires(QuestionnaireForm(translate=gettext), report), 400
    edition = questionnaires.publish(database(), report.questionnaire, guard.account().name, file)
    asked = edition.questionnaire
    message = gettext("Questionnaire {name}, version {version}, is published.")
    flash(fill_names(message, name=asked.name, version=asked.version))
    return redirect(url_for("administration.questionnaires.one", edition=edition.key))


@pages.post("/questionnaires/preview")
@guard.needs("questionnaire.publish")
def preview_unpublished() -> str:
    """The form of a checked file as respondents see it; nothing of it is kept."""
    file = _carried_file()
    try:
        asked = _read(file)
    except QuestionnaireErrors as errors:
        raise Problem(BAD_FIELD, field="content") from errors
    group, _, code = request.form.get("form", "").partition(":")
    return previews.render_preview(asked, group, code, carried=carry(file))


def _read(file: SourceFile) -> Questionnaire:
    from survey.questionnaire import xlsform  # not loaded on the path of a submission

    with _at_a_path(file) as path:
        return xlsform.read(path)


@contextmanager
def _at_a_path(file: SourceFile) -> Iterator[Path]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"questionnaire{file.ending}"
        path.write_bytes(file.content)
        yield path


def _edition(key: str) -> Edition:
    """The published version that an address names by the number of its row."""
    number = parsing.whole_number(key, MOST_VERSIONS)
    if number is None:
        raise Problem(NOT_FOUND)
    return questionnaires.edition(database(), number)


@pages.get("/questionnaires/<edition>")
@guard.needs("questionnaire.publish")
def one(edition: str) -> str:
    """One published version: its facts, its file, its form, and what differs from the version before."""
    present = _edition(edition)
    before = questionnaires.published_before(database(), present.questionnaire).other
    return render_template(
        "administration/questionnaire.html",
        edition=present,
        asked=present.questionnaire,
        file=questionnaires.source_file(database(), present.key),
        before=before,
        changes=differences(before.questionnaire, present.questionnaire) if before else (),
        languages_shown=previews.languages_of(present.questionnaire),
        groups_shown=previews.groups_of(present.questionnaire),
    )


@pages.get("/questionnaires/<edition>/preview")
@guard.needs("questionnaire.publish")
def preview(edition: str) -> str:
    """The form of a published version as respondents see it."""
    present = _edition(edition)
    group, _, code = request.args.get("form", "").partition(":")
    return previews.render_preview(present.questionnaire, group, code, edition=present)


@pages.get("/questionnaires/<edition>/file")
@guard.needs("questionnaire.publish")
def download(edition: str) -> Response:
    """The file of a published version, as it was taken in."""
    present = _edition(edition)
    file = questionnaires.source_file(database(), present.key)
    if file is None:
        raise Problem(NOT_FOUND)
    reply = Response(file.content, content_type=_TYPES[file.ending])
    name = f"{present.questionnaire.name}-{present.questionnaire.version}{file.ending}"
    reply.headers["Content-Disposition"] = attachment(name)
    return reply
