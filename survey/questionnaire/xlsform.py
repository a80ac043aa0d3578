"""From an XLSForm (Markdown, Excel or CSV) to a questionnaire; the only place that knows pyxform."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree

from survey.parsing import whole_number
from survey.questionnaire import files
from survey.questionnaire.expressions.values import ExpressionError, compile_expression
from survey.questionnaire.model import (
    MISSING,
    OWN,
    Choice,
    Note,
    Page,
    Question,
    Questionnaire,
    Tree,
)
from survey.questionnaire.sheets import (
    BLOCK,
    DESIGNS,
    HIDDEN_BY,
    KINDS,
    SILENT,
    Mistake,
    QuestionnaireErrors,
    Row,
    Workbook,
    language_tag,
)
from survey.questionnaire.types import BY_SHEET
from survey.questionnaire.types.hidden import FIRST, ITEMS, parameters_in
from survey.questionnaire.types.list_count import letters_differ, recorded_choices

#: Lists whose first option's label fills the hole of the same name in texts.
FILLS: Final = ("local_body", "asked_by", "asked_for", "complaints")
_NO_XML: Final = Mistake(
    "settings",
    2,
    "namespaces",
    "",
    "Other apps cannot read this form: a column with ':' needs its prefix here.",
)
_NAMESPACE: Final = 'xmlns:survey="https://example.org/community-resilience-survey/xlsform"'
_NO_FORM: Final = Mistake(
    "", 0, "", "", "pyxform cannot make a form of this: check that no row has more cells than its header."
)
#: The control signs that XML cannot hold, not even escaped.
_NEVER_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_ROW = re.compile(r"\[?\brow\b\s*:?\s*'?(\d+)'?\]?\s*")
_SHEET = re.compile(r"'(survey|choices|settings)' sheet|sheet '(survey|choices|settings)'", re.IGNORECASE)


def read(path: Path) -> Questionnaire:
    """The questionnaire in a file, its rules compiled.

    Raises
    ------
    QuestionnaireErrors
        With every row that cannot be understood, or what pyxform refuses. `lint.check` finds far more.
    """
    return compile_workbook(workbook(path))


def compile_workbook(book: Workbook) -> Questionnaire:
    """The questionnaire in a workbook, its rules compiled; raises as `read` does."""
    reading = _Reading(book, frozenset(_names_for_rules(book)))
    questionnaire = _questionnaire(book, reading)
    if reading.mistakes:
        raise QuestionnaireErrors(tuple(reading.mistakes))
    if book.complaint:
        raise QuestionnaireErrors((book.complaint,))
    return questionnaire


def xform(path: Path) -> str:
    """The XForm (XML) of a file, as OpenRosa clients take it."""
    from pyxform.errors import PyXFormError
    from pyxform.xls2xform import convert

    if reason := files.unreadable(path):
        raise QuestionnaireErrors((reason,))
    try:
        text = str(convert(str(path), validate=False, warnings=[]).xform)
    except PyXFormError as error:
        raise QuestionnaireErrors((_complaint(error),)) from error
    except Exception as error:
        # Its readers of Excel, XML and CSV fail in ways of their own, and none of them is a fault of this server.
        raise QuestionnaireErrors((_NO_FORM,)) from error
    return _well_formed(text)


def _well_formed(text: str) -> str:
    """The XForm with the name space of this survey's own columns, which authors forget; raises if it is not XML."""
    if "survey:" in text and "xmlns:survey=" not in text:
        text = text.replace("<h:html ", f"<h:html {_NAMESPACE} ", 1)
    try:
        ElementTree.fromstring(text)  # noqa: S314 - pyxform wrote it, without entities
    except ElementTree.ParseError as error:
        sign = _NEVER_XML.search(text)
        raise QuestionnaireErrors((_sign_mistake(sign[0]) if sign else _NO_XML,)) from error
    return text


def _sign_mistake(sign: str) -> Mistake:
    message = f"Other apps cannot read this form: a cell holds the control sign U+{ord(sign):04X}. Search for it and take it out."
    return Mistake("", 0, "", "", message)


def workbook(path: Path) -> Workbook:
    """The rows of a file, with pyxform's own complaint about it, if there is one.

    Raises
    ------
    QuestionnaireErrors
        When not even rows can be read.
    """
    if reason := files.unreadable(path):
        raise QuestionnaireErrors((reason,))
    from pyxform.errors import PyXFormError
    from pyxform.xls2json_backends import get_xlsform

    try:
        book = _workbook(get_xlsform(str(path)))
        complaint = None
    except PyXFormError as error:
        refusal = _complaint(error)
        # Its words about a whole file are for programmers.
        raise QuestionnaireErrors(
            (refusal if refusal.sheet else files.file_mistake(files.NO_SHEETS),)
        ) from error
    except Exception as error:
        # As in `xform`: rows with more cells than the header, columns that it cannot nest, a damaged archive.
        raise QuestionnaireErrors((_NO_FORM,)) from error
    if not book.survey:
        raise QuestionnaireErrors((files.file_mistake(files.NO_SHEETS),))
    try:
        xform(path)
    except QuestionnaireErrors as errors:
        complaint = errors.mistakes[0]
    return replace(book, complaint=complaint)


def _complaint(error: Exception) -> Mistake:
    text = str(error)
    row = _ROW.search(text)
    sheet = _SHEET.search(text)
    name = (sheet[1] or sheet[2]).lower() if sheet else "survey" if row else ""
    return Mistake(name, int(row[1]) if row else 0, "", "", _ROW.sub("", text, count=1) if row else text)


def _workbook(data: Any) -> Workbook:
    """Group the columns of each sheet by pyxform's own rules, keeping the numbers of rows."""
    from pyxform import aliases
    from pyxform.question import MultipleChoiceQuestion, Option
    from pyxform.survey import Survey

    settings, _ = _sheet(data, "settings", aliases.settings_header, Survey.get_slot_names())
    first = settings[0] if settings else Row("settings", 0, {})
    default = first.text("default_language")
    survey, headers = _sheet(
        data, "survey", aliases.survey_header, MultipleChoiceQuestion.get_slot_names(), default
    )
    choices, more = _sheet(data, "choices", aliases.list_header, Option.get_slot_names(), default)
    survey = tuple(row for row in survey if not (row.comment or row.yes("disabled")))
    # A label without a language is one in the default language.
    labels = [header[1] if header[1:] else default for header in headers if header[0] == "label"]
    languages = {language_tag(label): label for label in labels if label}
    default = default or next(iter(languages.values()), "default")
    languages = languages or {language_tag(default): default}
    heads = {"survey": headers, "choices": more}
    lists: dict[str, tuple[Row, ...]] = {}
    for row in choices:
        lists[row.list_name] = (*lists.get(row.list_name, ()), row)
    return Workbook(survey, choices, first, languages, language_tag(default), None, lists, heads)


def _sheet(
    data: Any, name: str, names: Mapping[str, Any], columns: Iterable[str], default: str = ""
) -> tuple[tuple[Row, ...], tuple[tuple[str, ...], ...]]:
    from pyxform.parsing.sheet_headers import dealias_and_group_headers

    rows = getattr(data, name)
    if not rows:
        return (), ()
    grouped = dealias_and_group_headers(
        sheet_name=name,
        sheet_data=rows,
        sheet_header=getattr(data, f"{name}_header"),
        header_aliases=dict(names),
        header_columns=set(columns),
        default_language=default or "default",
        add_row_number=True,
    )
    found = (Row(name, cells.pop("__row"), cells) for cells in grouped.data)
    return tuple(row for row in found if row.cells), grouped.headers


def _names_for_rules(book: Workbook) -> Iterator[str]:
    """What a rule may refer to: questions, and hidden fields that travel with the answers."""
    return (row.name for row in book.survey if row.asks or row.type == "hidden")


def meaning_of_type(word: str) -> str:
    """What a type of XLSForm collects, by pyxform's own table of its many spellings; empty for what it does not know."""
    from pyxform.question_type_dictionary import QUESTION_TYPE_DICT

    kind = QUESTION_TYPE_DICT.get(word) or QUESTION_TYPE_DICT.get(word.lower()) or {}
    bind, control = kind.get("bind", {}), kind.get("control", {})
    if bind.get("jr:preload") == "property":
        return "property"
    if bind.get("type") == "string" and control.get("tag") == "input" and not bind.get("readonly"):
        return "text"
    return str(bind.get("type", ""))


@dataclass(slots=True)
class _Reading:
    """A workbook on its way to a questionnaire, and the mistakes met."""

    book: Workbook
    names: frozenset[str]
    mistakes: list[Mistake] = field(default_factory=list)

    def tree(self, row: Row, column: str, current: str | None = None) -> Tree | None:
        """The compiled rule in a column, or None where there is none."""
        source = row.text("bind", column)
        if not source:
            return None
        try:
            return compile_expression(source, names=self.names, current=current)
        except ExpressionError as error:
            self.mistakes.append(row.mistake(column, f"{error.message} (character {error.position + 1})."))
            return None

    def wrong(self, row: Row, column: str, message: str) -> None:
        """Note a mistake and read on."""
        self.mistakes.append(row.mistake(column, message))


def _questionnaire(book: Workbook, reading: _Reading) -> Questionnaire:
    settings = book.settings
    name = settings.text("id_string")
    version = settings.text("version")
    for column, value in (("form_id", name), ("version", version)):
        if not value:
            reading.mistakes.append(Mistake("settings", 2, column, "", "This cell is empty."))
    return Questionnaire(
        name=name,
        version=version,
        # XLSForm has one title for all languages.
        title=dict.fromkeys(book.languages, settings.text("title") or name),
        languages=tuple(book.languages),
        default_language=book.default_language,
        pages=tuple(_pages(book, reading)),
        fills={name: book.complete(book.lists[name][0], "label") for name in FILLS if name in book.lists},
    )


def _pages(book: Workbook, reading: _Reading) -> Iterator[Page]:
    for group, rows in _rows_by_page(book, reading):
        questions, notes = _contents(rows, reading)
        # Rows outside any group make a page named after the first of them.
        head = group or rows[0]
        yield Page(
            name=head.name,
            label=book.complete(head, "label"),
            questions=questions,
            relevant=reading.tree(group, "relevant") if group else None,
            rotated=group is not None and group.yes("bind", "survey:rotated"),
            notes=notes,
            self_entry_block=group is not None and group.yes(*BLOCK),
        )


def _rows_by_page(book: Workbook, reading: _Reading) -> Iterator[tuple[Row | None, list[Row]]]:
    """Each group with its rows, and each run of rows outside any group."""
    group: Row | None = None
    rows: list[Row] = []
    for row in book.survey:
        if row.type == "begin_group" and group is not None:
            reading.wrong(row, "type", "A group is a page; a page cannot hold another.")
        elif row.type in ("begin_group", "end_group"):
            if rows:
                yield group, rows
            group, rows = (row if row.type == "begin_group" else None), []
        elif row.asks or row.type == "note":
            rows.append(row)
        elif row.type not in (*KINDS, *SILENT):
            reading.wrong(row, "type", f"Questions of type '{row.text('type')}' cannot be asked.")
    if rows:
        yield group, rows


def _contents(rows: list[Row], reading: _Reading) -> tuple[tuple[Question, ...], tuple[Note, ...]]:
    questions: list[Question] = []
    notes: list[Note] = []
    for place, row in enumerate(rows):
        if row.type == "note":
            notes.append(_note(row, rows[place:], reading))
        else:
            questions.append(_question(row, reading))
    return tuple(questions), tuple(notes)


def _note(row: Row, following: list[Row], reading: _Reading) -> Note:
    book = reading.book
    return Note(
        name=row.name,
        text=book.complete(row, "label"),
        before=next((later.name for later in following if later.asks), ""),
        relevant=reading.tree(row, "relevant"),
        audio=book.texts(row, "media", "audio"),
    )


def _question(row: Row, reading: _Reading) -> Question:
    book = reading.book
    hidden_by = _hidden_by(row, reading)
    listed = _choices(row, reading) if BY_SHEET[row.type].listed else ()
    items = int(hidden_by.get(ITEMS, 0))
    return Question(
        name=row.name,
        kind=KINDS[row.type],
        label=book.complete(row, "label"),
        choices=recorded_choices(items, book.languages) if items else listed,
        list_name=row.list_name,
        hint=book.complete(row, "hint"),
        relevant=reading.tree(row, "relevant"),
        constraint=_letters_differ(row, hidden_by, reading) or reading.tree(row, "constraint", row.name),
        constraint_message=book.complete(row, "bind", "jr:constraintMsg"),
        required=row.yes("bind", "required"),
        required_message=book.complete(row, "bind", "jr:requiredMsg"),
        sensitivity=row.text("bind", "survey:sensitivity") or "L",
        self_entry=row.yes("bind", "survey:self_entry"),
        direction=row.text("bind", "survey:direction"),
        indicator=row.text("bind", "survey:indicator"),
        publication=row.text("bind", "survey:publication") or ("never" if row.name in OWN else "district"),
        rotated=row.yes("bind", "survey:rotated")
        or "randomize=true" in row.text("parameters").replace(" ", ""),
        audio=book.texts(row, "media", "audio"),
        hidden_by=hidden_by,
        items=listed if items else (),
    )


def _hidden_by(row: Row, reading: _Reading) -> Mapping[str, str]:
    """The parameters of a design; `lint.hidden` says far more of those that cannot be read."""
    cell, design = row.text(*HIDDEN_BY), DESIGNS.get(row.type)
    if not cell and not design:
        return {}
    found = design.normal(dict(parameters_in(cell))) if design else None
    if found is None:
        reading.wrong(row, "::".join(HIDDEN_BY), f"'{cell[:40]}' does not say how chance hides the answer.")
    return found or {}


def _letters_differ(row: Row, hidden_by: Mapping[str, str], reading: _Reading) -> Tree | None:
    """The constraint of a second list, which its author does not write."""
    first = hidden_by.get(FIRST, "")
    if first not in reading.names:
        return None
    source = letters_differ(first, int(hidden_by[ITEMS]))
    return compile_expression(source, names=reading.names, current=row.name)


def _choices(row: Row, reading: _Reading) -> tuple[Choice, ...]:
    rows = reading.book.lists.get(row.list_name, ())
    if not rows:
        reading.wrong(row, "type", f"There is no list of options named '{row.list_name}'.")
    names = [option.name for option in rows]
    return tuple(_choice(option, code, reading) for option, code in zip(rows, codes(names), strict=True))


def codes(names: Collection[str]) -> tuple[int, ...]:
    """The number stored for each option of a list: 97, 98, 99 are themselves, others count from 1."""
    free = (number for number in range(1, 1 + len(MISSING) + len(names)) if str(number) not in MISSING)
    return tuple(int(name) if name in MISSING else next(free) for name in names)


def _choice(option: Row, code: int, reading: _Reading) -> Choice:
    score = option.text("score")
    number = whole_number(score, 100) if score else None
    if score and number is None:
        reading.wrong(option, "score", f"A score is a whole number from 0 to 100, not '{score[:40]}'.")
    return Choice(
        name=option.name,
        label=reading.book.complete(option, "label"),
        code=code,
        score=number,
        exclusive=option.yes("exclusive") or option.name in MISSING,
        audio=reading.book.texts(option, "media", "audio"),
    )
