"""Every mistake in an author's XLSForm, with sheet, row, column and language, and what its author should know besides."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from survey.questionnaire import files
from survey.questionnaire.lint import answers, block, fields, headings, hidden, options_named, remarks, texts
from survey.questionnaire.lint import columns as lint_columns
from survey.questionnaire.lint import languages as lint_languages
from survey.questionnaire.lint import path as lint_path
from survey.questionnaire.lint import rows as lint_rows
from survey.questionnaire.model import Questionnaire
from survey.questionnaire.sheets import Mistake, QuestionnaireErrors, Row, Workbook
from survey.questionnaire.xlsform import compile_workbook, workbook

_SHEETS: Final = ("settings", "survey", "choices")
#: Columns without which no row of a sheet can be understood, with what they may be called.
_ESSENTIAL: Final = {
    "survey": {"type": "type", "name": "name", "label": "label::English (en)"},
    "choices": {"list name": "list_name", "name": "name", "label": "label::English (en)"},
}
#: From so many rows on, a mistake that is the same in all of them is reported once.
_FOLDED: Final = 4


@dataclass(frozen=True, slots=True)
class Report:
    """What is wrong with a file, what its author should know besides, and the questionnaire of one without mistakes."""

    mistakes: tuple[Mistake, ...]
    warnings: tuple[Mistake, ...] = ()
    questionnaire: Questionnaire | None = None
    #: The row of each question, group and note.
    rows: Mapping[str, int] = field(default_factory=dict)


def check(path: Path) -> tuple[Mistake, ...]:
    """Every mistake in a file, in the order of its sheets and rows; empty for one that can be read."""
    return report(path).mistakes


def report(path: Path) -> Report:
    """Every mistake and every warning; warnings that a mistake hides come once it is corrected."""
    try:
        doubled = (
            ()
            if files.unreadable(path)
            else (*headings.doubled_headings(path), *headings.lines_between(path))
        )
        with TemporaryDirectory() as folder:
            book = workbook(headings.copy_without_doubles(path, Path(folder)) if doubled else path)
    except QuestionnaireErrors as errors:
        return Report(errors.mistakes)
    found = _report_on(book)
    if not doubled:
        return found
    return replace(found, mistakes=_sorted_mistakes({*doubled, *found.mistakes}), questionnaire=None)


def _report_on(book: Workbook) -> Report:
    if missing := tuple(_missing_columns(book)):
        # Every row would have the same mistake, and so would every rule that names one of them.
        return Report(_sorted_mistakes([*missing, *lint_columns.mistakes(book)]))
    languages = lint_languages.read(book)
    book = languages.book
    offered = tuple(lint_languages.unknown_languages(book))
    misspelled = set(lint_columns.misspelled_columns(book))
    # Texts in a column that is spelled wrongly are not missing.
    rules = APART if misspelled else (*APART, *texts.RULES)
    apart = {mistake for rule in rules for mistake in rule(book)}
    apart |= {*languages.mistakes, *(mistake for grave, mistake in offered if grave)}
    hindering = misspelled | {mistake for rule in RULES for mistake in rule(book)}
    hindering |= set(_pyxform_mistakes(book, apart | hindering))
    warnings = {mistake for grave, mistake in offered if not grave}
    warnings |= {*lint_columns.warnings(book), *remarks.warnings(book), *fields.warnings(book)}
    warnings |= set(hidden.warnings(book))
    if hindering:
        return Report(_sorted_mistakes(apart | hindering), _sorted_mistakes(warnings))
    return _path_report(book, apart, warnings)


def _pyxform_mistakes(book: Workbook, found: set[Mistake]) -> Iterator[Mistake]:
    """The mistake that only pyxform has found."""
    complaint = book.complaint
    if (
        complaint
        and not any(_same_row(complaint, mistake) for mistake in found)
        and not _concerns_missing_field(complaint, book)
    ):
        yield complaint


def _path_report(book: Workbook, apart: set[Mistake], warnings: set[Mistake]) -> Report:
    """The report of a file whose rows can be read: its path and its rules are tried, despite other mistakes."""
    try:
        questionnaire = compile_workbook(book if not apart else _triable(book))
    except QuestionnaireErrors as errors:
        return Report(_sorted_mistakes(apart or errors.mistakes), _sorted_mistakes(warnings))
    names = {row.number: row.name for row in book.survey}
    wrong = {(names[m.row], m.column) for m in apart if m.sheet == "survey" and m.row in names}
    tried = tuple(answers.trial_findings(book, questionnaire, wrong))
    mistakes = {finding.mistake for finding in tried if finding.grave} | set(
        lint_path.mistakes(book, questionnaire)
    )
    # A cell that is wrong already is not reported twice.
    known = {(mistake.sheet, mistake.row, mistake.column) for mistake in apart}
    mistakes = apart | {m for m in mistakes if (m.sheet, m.row, m.column) not in known}
    warnings = warnings | {finding.mistake for finding in tried if not finding.grave}
    rows = {row.name: row.number for row in book.survey}
    return Report(
        _sorted_mistakes(mistakes), _sorted_mistakes(warnings), None if mistakes else questionnaire, rows
    )


def _triable(book: Workbook) -> Workbook:
    """The workbook without the cells that may be wrong and that no rule reads: name, version and scores."""
    cells = {**book.settings.cells, "id_string": "tried", "version": "1"}
    lists = {name: tuple(map(_row_without_score, rows)) for name, rows in book.lists.items()}
    return replace(book, settings=replace(book.settings, cells=cells), lists=lists, complaint=None)


def _row_without_score(row: Row) -> Row:
    return replace(row, cells={name: cell for name, cell in row.cells.items() if name != "score"})


def _sorted_mistakes(mistakes: Iterable[Mistake]) -> tuple[Mistake, ...]:
    return tuple(sorted(_folded_repeats(mistakes), key=_sheet_order))


def _folded_repeats(mistakes: Iterable[Mistake]) -> Iterator[Mistake]:
    """A mistake that is the same in many rows is reported for the first, with the numbers of the others."""
    same: dict[tuple[str, str, str, str], list[Mistake]] = {}
    for mistake in sorted(mistakes):
        same.setdefault((mistake.sheet, mistake.column, mistake.language, mistake.message), []).append(
            mistake
        )
    for first, *others in same.values():
        if 1 + len(others) < _FOLDED:
            yield from (first, *others)
        else:
            rows = ", ".join(str(other.row) for other in others)
            yield replace(first, message=f"{first.message} The same in {len(others)} more rows: {rows}.")


def _same_row(complaint: Mistake, mistake: Mistake) -> bool:
    """Whether another mistake of the same row is reported already, in words that say more."""
    return (complaint.sheet, complaint.row) == (mistake.sheet, mistake.row)


def _concerns_missing_field(complaint: Mistake, book: Workbook) -> bool:
    """Whether pyxform misses a field that the survey reads itself: `lint.fields` says what to put there."""
    names = {row.name for row in book.survey}
    return any(f"'{name}'" in complaint.message for name in fields.FIELDS if name not in names)


def _sheet_order(mistake: Mistake) -> tuple[int, Mistake]:
    return (_SHEETS.index(mistake.sheet) if mistake.sheet in _SHEETS else -1, mistake)


def _missing_columns(book: Workbook) -> Iterator[Mistake]:
    for sheet, columns in _ESSENTIAL.items():
        headers = {header[0] for header in book.headers.get(sheet, ())}
        for column, called in columns.items():
            # A sheet without rows, or with empty rows only, has no headings that could be wrong.
            if headers and column not in headers:
                yield Mistake(sheet, 1, called, "", f"No column of the sheet is called '{called}'.")


def _setting_mistakes(book: Workbook) -> Iterator[Mistake]:
    for column, cell in (
        ("form_id", "id_string"),
        ("version", "version"),
        ("default_language", "default_language"),
    ):
        if not book.settings.text(cell):
            yield Mistake("settings", 2, column, "", "This cell is empty.")


def _default_language_mistakes(book: Workbook) -> Iterator[Mistake]:
    if book.default_language not in book.languages:
        message = f"There is no column label::{book.settings.text('default_language')}."
        yield Mistake("settings", 2, "default_language", book.default_language, message)


Rule = Callable[[Workbook], Iterator[Mistake]]
#: Rules whose mistakes make a trial of the rest pointless; each works without the others.
RULES: Final[tuple[Rule, ...]] = (_default_language_mistakes, *fields.RULES, *lint_rows.RULES)
#: All others but those of texts: even with their mistakes, the path is followed and the answers are tried.
APART: Final[tuple[Rule, ...]] = (
    _setting_mistakes,
    lint_columns.tags_on_groups,
    options_named.mistakes,
    hidden.mistakes,
    block.mistakes,
    *fields.APART,
    *lint_rows.APART,
)
