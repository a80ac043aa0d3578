"""Every mistake in an author's XLSForm, with sheet, row, column and language."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from survey.questionnaire import lint_path, lint_rows, lint_texts
from survey.questionnaire.model import AGE, CONSENT, DISTRICT, GROUP, MODE, PRIVACY, ROUND
from survey.questionnaire.sheets import Mistake, QuestionnaireErrors, Workbook
from survey.questionnaire.xlsform import compiled, workbook

#: Fields that the survey reads itself, with the options it knows by name.
FIELDS: Final = {
    ROUND: (),
    DISTRICT: (),
    MODE: (),
    GROUP: (),
    CONSENT: ("yes", "no"),
    AGE: ("under_18",),
    PRIVACY: ("alone",),
}
_REQUIRED: Final = (DISTRICT, MODE, GROUP, CONSENT)
_SHEETS: Final = ("settings", "survey", "choices")


def check(path: Path) -> tuple[Mistake, ...]:
    """Every mistake in a file, in the order of its sheets and rows; empty for a file that can be published."""
    try:
        book = workbook(path)
    except QuestionnaireErrors as errors:
        return errors.mistakes
    found = {mistake for rule in RULES for mistake in rule(book)}
    complaint = book.complaint
    if complaint and not any(_same_row(complaint, mistake) for mistake in found):
        found.add(complaint)
    if not found:
        found = set(lint_path.mistakes(book, compiled(book)))
    return tuple(sorted(found, key=_place))


def _same_row(complaint: Mistake, mistake: Mistake) -> bool:
    """Whether a mistake is told already, in words that say more."""
    return (complaint.sheet, complaint.row) == (mistake.sheet, mistake.row)


def _place(mistake: Mistake) -> tuple[int, Mistake]:
    return (_SHEETS.index(mistake.sheet) if mistake.sheet in _SHEETS else -1, mistake)


def _settings(book: Workbook) -> Iterator[Mistake]:
    for column, cell in (
        ("form_id", "id_string"),
        ("version", "version"),
        ("default_language", "default_language"),
    ):
        if not book.settings.text(cell):
            yield Mistake("settings", 2, column, "", "This cell is empty.")
    if book.default_language not in book.languages:
        message = f"There is no column label::{book.settings.text('default_language')}."
        yield Mistake("settings", 2, "default_language", book.default_language, message)


def _fields(book: Workbook) -> Iterator[Mistake]:
    rows = {row.name: row for row in book.survey if row.name}
    for name, options in FIELDS.items():
        if name not in rows:
            yield Mistake("survey", 0, "name", "", f"The field '{name}' is missing.")
            continue
        if name in _REQUIRED and not rows[name].yes("bind", "required"):
            yield rows[name].mistake(
                "required", f"'{name}' must be required: an interview without it is lost."
            )
        known = {option.name for option in book.lists.get(rows[name].list_name, ())}
        for option in options:
            if option not in known:
                yield rows[name].mistake("type", f"The options of '{name}' must include '{option}'.")


#: All rules; each finds its mistakes without minding the others.
RULES: Final[tuple[Callable[[Workbook], Iterator[Mistake]], ...]] = (
    _settings,
    _fields,
    *lint_rows.RULES,
    *lint_texts.RULES,
)
