"""Columns whose meaning would be lost: unknown ones, and those that have no effect here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, Final

from survey.questionnaire.sheets import KINDS, Mistake, Row, Workbook
from survey.questionnaire.types import BY_SHEET

Path = tuple[str, ...]

#: Where a column is found → what its author calls it.
_COLUMN_NAMES: Final[Mapping[Path, str]] = {
    ("bind", "relevant"): "relevant",
    ("bind", "constraint"): "constraint",
    ("bind", "required"): "required",
    ("bind", "jr:constraintMsg"): "constraint_message",
    ("bind", "jr:requiredMsg"): "required_message",
    ("bind", "calculate"): "calculation",
    ("bind", "readonly"): "read_only",
    ("bind", "jr:noAppErrorString"): "no_app_error_string",
    ("bind", "entities:saveto"): "save_to",
    ("control", "appearance"): "appearance",
    ("control", "autoplay"): "autoplay",
    ("control", "rows"): "rows",
    ("control", "jr:count"): "repeat_count",
    ("media", "audio"): "audio",
    ("media", "image"): "image",
    ("media", "big-image"): "big-image",
    ("media", "video"): "video",
    ("list name",): "list_name",
    ("id_string",): "form_id",
    ("title",): "form_title",
}
_TAGS: Final = (
    *("sensitivity", "direction", "publication", "self_entry", "self_entry_block", "rotated"),
    *("indicator", "hidden_by"),
)
#: Columns that are read, by sheet; those that lint_rows refuses with a reason are among them.
_READ: Final[Mapping[str, frozenset[Path]]] = {
    "survey": frozenset(
        (
            *((name,) for name in ("type", "name", "label", "hint", "disabled", "parameters")),
            *((name,) for name in ("choice_filter", "trigger", "default")),
            *(("bind", name) for name in ("relevant", "constraint", "required", "calculate", "readonly")),
            ("bind", "jr:constraintMsg"),
            ("bind", "jr:requiredMsg"),
            ("media", "audio"),
            *(("bind", f"survey:{tag}") for tag in _TAGS),
        )
    ),
    "choices": frozenset(
        (*((name,) for name in ("list name", "name", "label", "score", "exclusive")), ("media", "audio"))
    ),
    "settings": frozenset(
        (name,) for name in ("id_string", "version", "title", "default_language", "namespaces")
    ),
}
#: Columns of XLSForm that do nothing here, with what its author should know.
_IDLE: Final[Mapping[Path, str]] = {
    ("control", "appearance"): "questions have one appearance, and a group is a page",
    ("media", "image"): "no pictures are shown",
    ("media", "big-image"): "no pictures are shown",
    ("media", "video"): "no films are shown",
    ("control", "autoplay"): "recordings start when somebody presses the button",
    ("guidance_hint",): "only 'hint' is shown",
    ("control", "jr:count"): "nothing is repeated",
}
_ROTATED: Final = ("bind", "survey:rotated")
#: Tags that keep a question from being overheard or published; an author may believe that a group passes them on.
_PROTECTING: Final = frozenset(
    ("bind", f"survey:{tag}") for tag in ("sensitivity", "self_entry", "publication")
)
_OF_QUESTIONS: Final = frozenset(
    (
        *((name,) for name in ("hint", "parameters", "choice_filter", "trigger", "default")),
        *(("bind", name) for name in ("constraint", "required", "jr:constraintMsg", "jr:requiredMsg")),
        *(("bind", f"survey:{tag}") for tag in ("direction", "indicator", "hidden_by")),
    )
)
_SPELLED: Final = ("relevance", "caption", "calculate", "readonly", "list_name", "form_id", "form_title")


def mistakes(book: Workbook) -> Iterator[Mistake]:
    """Columns whose names are close to one that is read, and tags of questions that are set on a group."""
    yield from misspelled_columns(book)
    yield from tags_on_groups(book)


def tags_on_groups(book: Workbook) -> Iterator[Mistake]:
    """Tags of questions that are set on a group."""
    for row, path in _filled_cells(book):
        if row.type == "begin_group" and path in _PROTECTING and row.text(*path).lower() not in ("no", "l"):
            yield row.mistake(
                _column_name(path), "On a group this protects nothing: write it at each question."
            )


def misspelled_columns(book: Workbook) -> Iterator[Mistake]:
    """Columns whose names are close to one that is read: their content is missing there."""
    for row, path in _filled_cells(book):
        known = _nearest_column(path, row.sheet) if _is_unknown(row, path) else ""
        if known:
            yield row.mistake(
                _column_name(path), f"There is no column of this name; '{known}' is meant, perhaps."
            )


def warnings(book: Workbook) -> Iterator[Mistake]:
    """Cells that have no effect, and columns that are not read."""
    for row, path in _filled_cells(book):
        if path in _READ[row.sheet]:
            yield from _idle_cells(row, path)
        elif path in _IDLE:
            if not _is_field_list(row, path):
                yield row.mistake(_column_name(path), f"This column has no effect here: {_IDLE[path]}.")
        elif not _nearest_column(path, row.sheet):
            yield row.mistake(_column_name(path), "This column is not read.")


def _filled_cells(book: Workbook) -> Iterator[tuple[Row, Path]]:
    """Every filled cell with its path, without its language."""
    for row in (book.settings, *book.survey, *book.choices):
        for name, cell in row.cells.items():
            yield from ((row, path) for path in _paths(name, cell))


def _paths(name: str, cell: Any) -> Iterator[Path]:
    if isinstance(cell, Mapping) and name in ("bind", "control", "media", "body", "instance"):
        yield from ((name, part) for part in cell)
    elif cell not in ("", None):
        yield (name,)


def _is_unknown(row: Row, path: Path) -> bool:
    return path not in _READ[row.sheet] and path not in _IDLE


def _column_name(path: Path) -> str:
    return _COLUMN_NAMES.get(path, "::".join(path))


def _nearest_column(path: Path, sheet: str) -> str:
    """The column that an author meant by a similar name; empty where none is similar."""
    known = [*(_column_name(read) for read in _READ[sheet]), *(_SPELLED if sheet == "survey" else ())]
    near = get_close_matches(_column_name(path).lower(), known, 1, 0.8)
    return near[0] if near else ""


def _is_field_list(row: Row, path: Path) -> bool:
    """A group is a page, which is what field-list says to other apps."""
    return path[-1] == "appearance" and row.type == "begin_group" and row.text(*path) == "field-list"


def _idle_cells(row: Row, path: Path) -> Iterator[Mistake]:
    """Cells of a column that has an effect in other rows only."""
    if row.type in ("begin_group", "note"):
        if path in _OF_QUESTIONS or path == (("media", "audio") if row.type == "begin_group" else _ROTATED):
            yield row.mistake(
                _column_name(path), "This has an effect at questions only, not at a group or a note."
            )
    elif row.type not in KINDS:
        return
    elif path == ("bind", "readonly") and not row.asks:
        yield row.mistake("read_only", "This question is not asked: read_only rows are for other apps.")
    elif path == ("bind", "calculate") and row.asks:
        yield row.mistake("calculation", "This has no effect: answers are not calculated.")
    elif path == ("parameters",) and not _has_effect(row):
        effective = " and ".join(BY_SHEET[row.type].parameters)
        message = f"Nothing but {effective} has an effect here." if effective else "This has no effect here."
        yield row.mistake("parameters", message)


def _has_effect(row: Row) -> bool:
    """Whether the parameters are those of the type and nothing else."""
    words = row.text("parameters").replace(",", " ").split()
    return all(word.split("=")[0] in BY_SHEET[row.type].parameters for word in words)
