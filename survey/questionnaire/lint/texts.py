"""Mistakes in texts: missing translations, banned words, holes that cannot be filled."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from survey.parsing import legible
from survey.questionnaire.lint.words import banned_words
from survey.questionnaire.sheets import KINDS, Mistake, Row, Workbook, holes, language_tag, without_holes
from survey.questionnaire.xlsform import FILLS

_LABEL: Final = ("label",)
_HINT: Final = ("hint",)
#: Column as the author writes it → where its cell is found.
_COLUMNS: Final = {
    "label": _LABEL,
    "hint": _HINT,
    "constraint_message": ("bind", "jr:constraintMsg"),
    "required_message": ("bind", "jr:requiredMsg"),
}
#: Lines, and marks and isolates that turn nothing but what they are around, which authors of two directions need.
_USEFUL: Final = "\n\u200e\u200f\u2066\u2067\u2068\u2069"
_LATIN_WORD = re.compile(r"[A-Za-z]{2}")


def _labelled_rows(book: Workbook) -> Iterator[Row]:
    yield from (row for row in book.survey if row.type in (*KINDS, "note", "begin_group"))
    yield from book.choices


def _text_cells(book: Workbook) -> Iterator[tuple[Row, str, dict[str, str]]]:
    """Every cell with texts, by row and column."""
    for row in _labelled_rows(book):
        for column, path in _COLUMNS.items():
            yield row, column, dict(book.texts(row, *path))


def _language_mistakes(book: Workbook) -> Iterator[Mistake]:
    for sheet, column, language in sorted(_written_languages(book)):
        tag = language_tag(language)
        if book.languages.get(tag) != language:
            message = f"The labels of the survey sheet have no column '{language}', spelled just so."
            yield Mistake(sheet, 1, f"{column}::{language}", tag, message)


def _written_languages(book: Workbook) -> set[tuple[str, str, str]]:
    """The languages of all columns: sheet, column, language as the author spelled it."""
    found = set()
    for row in (*book.survey, *book.choices):
        for column, path in {**_COLUMNS, "audio": ("media", "audio")}.items():
            found |= {(row.sheet, column, language) for language in row.parts(*path)}
    return found


def _missing_text_mistakes(book: Workbook) -> Iterator[Mistake]:
    for row, column, texts in _text_cells(book):
        if not texts and column != "label":
            continue
        for tag, language in book.languages.items():
            if tag not in texts:
                yield row.mistake(f"{column}::{language}", "The text is missing or not translated.", tag)


def _copied_text_mistakes(book: Workbook) -> Iterator[Mistake]:
    for row, column, texts in _text_cells(book):
        original = texts.get(book.default_language, "")
        for tag, text in texts.items():
            if tag != book.default_language and text == original and _LATIN_WORD.search(without_holes(text)):
                yield row.mistake(
                    f"{column}::{book.languages.get(tag, tag)}", "The text is copied, not translated.", tag
                )


def _unseen_sign_mistakes(book: Workbook) -> Iterator[Mistake]:
    for row, column, texts in _text_cells(book):
        for tag, text in texts.items():
            for number, sign in enumerate(text, start=1):
                if legible(sign) != sign and sign not in _USEFUL:
                    place = f"{column}::{book.languages.get(tag, tag)}"
                    message = f"Sign {number}, U+{ord(sign):04X}, is not seen and can turn the words around it: take it out."
                    yield row.mistake(place, message, tag)
                    break


def _banned_word_mistakes(book: Workbook) -> Iterator[Mistake]:
    for row, column, texts in _text_cells(book):
        if column not in ("label", "hint") or row.type in ("note", "begin_group"):
            continue
        for tag, text in texts.items():
            for word in banned_words(without_holes(text), tag):
                place = f"{column}::{book.languages.get(tag, tag)}"
                yield row.mistake(place, f"The word '{word}' may not be used in a question.", tag)


def _hole_mistakes(book: Workbook) -> Iterator[Mistake]:
    fillable = {name for name in FILLS if name in book.lists}
    for row, column, texts in _text_cells(book):
        wanted = holes(texts.get(book.default_language, ""))
        for tag, text in texts.items():
            place = f"{column}::{book.languages.get(tag, tag)}"
            for name in sorted(set(holes(text)) - fillable):
                yield row.mistake(place, f"Nothing fills ${{{name}}}; answers cannot be put into texts.", tag)
            if holes(text) != wanted:
                yield row.mistake(place, "The holes differ from those of the default language.", tag)


RULES: Final = (
    _language_mistakes,
    _missing_text_mistakes,
    _copied_text_mistakes,
    _banned_word_mistakes,
    _unseen_sign_mistakes,
    _hole_mistakes,
)
