"""A page with one short text in every language: filled with what is stored, and saved unless another page has changed it meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from flask import request
from flask_babel import gettext

from survey.forms.administration import LONGEST_LABEL, LabelForm, label_form
from survey.languages import languages
from survey.storage.people import audit
from survey.storage.seen import mark_of
from survey.web.frame import guard
from survey.web.frame.current import database

#: A text by language.
Texts = dict[str, str]


class Edit(NamedTuple):
    """The form to show, the mark of what it was filled with, and whether what was sent is saved."""

    form: LabelForm
    mark: str
    saved: bool


def edit_texts(
    read: Callable[[], Texts],
    write: Callable[[Texts, str], bool],
    event: str,
    subject: str,
    longest: int = LONGEST_LABEL,
) -> Edit:
    """Show what `read` returns, and give `write` what was sent with the mark of what its page showed.

    `write` returns whether that was still stored, as it is taken to be where no mark is sent; if not, the form shows what is stored now. A change is written down as an
    `event` of the `subject` in the audit log.
    """
    build = label_form({code: language.name for code, language in languages().items()}, longest)
    stored = read()
    form = build(request.form, translate=gettext, data=stored)
    mark = request.form.get("seen", mark_of(stored))
    if request.method != "POST" or not form.validate():
        return Edit(form, mark, saved=False)
    if write(form.texts, mark):
        if form.texts != stored:
            audit.record(database(), guard.account().name, event, subject)
        return Edit(form, mark, saved=True)
    stored = read()
    form.show_instead(stored, next(iter(languages())))
    return Edit(form, mark_of(stored), saved=False)
