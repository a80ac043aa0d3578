"""Languages in the headings of columns: a wrong spelling is reported once, and the rest is read as it was meant."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

from babel import Locale

from survey.languages import DEFAULT, languages
from survey.questionnaire.sheets import Mistake, Row, Workbook, language_tag

_TAG: Final = re.compile(r"[a-z]{2,3}(?:[-@][A-Za-z0-9]+)*")
#: Letters of the tag that is stored with every interview.
LONGEST_TAG: Final = 12
#: Where a column with languages is found → what its author calls it.
_COLUMNS: Final = {
    ("label",): "label",
    ("hint",): "hint",
    ("bind", "jr:constraintMsg"): "constraint_message",
    ("bind", "jr:requiredMsg"): "required_message",
    ("media", "audio"): "audio",
}
#: What pyxform calls the language of columns that name none.
NO_LANGUAGE: Final = "default"
_UNTAGGED: Final = "A language is written with its tag, such as English (en)."


@dataclass(frozen=True, slots=True)
class Reading:
    """A workbook as its author meant it, and what is wrong with its languages."""

    book: Workbook
    mistakes: tuple[Mistake, ...]


def read(book: Workbook) -> Reading:
    """Correct what can be guessed, so that the other rules do not report its consequences."""
    wrong = {label: places for label, places in _language_headings(book).items() if not _has_tag(label)}
    if not wrong:
        return Reading(book, ())
    meant = {label: _tagged_spelling(label, book) for label in wrong}
    mistakes = tuple(_untagged_mistake(label, places, meant[label]) for label, places in wrong.items())
    return Reading(_corrected_workbook(book, meant), mistakes)


def unknown_languages(book: Workbook) -> Iterator[tuple[bool, Mistake]]:
    """Languages that no reader can choose: a mistake where the questionnaire falls back to one, else a warning."""
    for tag, label in book.languages.items():
        if len(tag) > LONGEST_TAG:
            message = f"The tag of a language has at most {LONGEST_TAG} letters, such as ur or en-GB."
            yield True, Mistake("survey", 1, f"label::{label}", tag, message)
        if _TAG.fullmatch(tag) and tag not in languages():
            known = ", ".join(f"{offered.name} ({offered.code})" for offered in languages().values())
            message = f"This language is not offered: the survey speaks {known}."
            yield tag == book.default_language, Mistake("survey", 1, f"label::{label}", tag, message)
    for language in languages().values():
        if language.code not in book.languages:
            spare = book.languages.get(book.default_language, book.default_language)
            message = f"There are no texts in this language; its readers see {spare}."
            yield (
                False,
                Mistake("survey", 1, f"label::{language.name} ({language.code})", language.code, message),
            )


def _language_headings(book: Workbook) -> dict[str, list[tuple[str, str]]]:
    """Each language as it is spelled, with the sheets and columns where it is used."""
    found: dict[str, list[tuple[str, str]]] = {}
    for sheet, headers in book.headers.items():
        for header in headers:
            for path, column in _COLUMNS.items():
                if header[: len(path)] == path and len(header) == len(path) + 1:
                    found.setdefault(header[-1], []).append((sheet, column))
    for label in book.languages.values():
        found.setdefault(label, [("survey", "label")])
    return found


def _has_tag(label: str) -> bool:
    return bool(_TAG.fullmatch(language_tag(label)))


@lru_cache(maxsize=1)
def _language_names() -> Mapping[str, str]:
    """Names of the languages of the survey in small letters, their own and the English ones → tag."""
    english = Locale(DEFAULT).languages
    own = {language.name.casefold(): language.code for language in languages().values()}
    return {**{english[code].casefold(): code for code in languages() if code in english}, **own}


def _tagged_spelling(label: str, book: Workbook) -> str:
    """How a language is spelled with its tag; empty where that cannot be guessed."""
    tag = _language_names().get(label.casefold(), "")
    if not tag:
        return ""
    spelled = (other for other in _language_headings(book) if _has_tag(other) and language_tag(other) == tag)
    return next(spelled, f"{languages()[tag].name} ({tag})")


def _untagged_mistake(label: str, places: list[tuple[str, str]], meant: str) -> Mistake:
    sheet, column = places[0]
    if label == NO_LANGUAGE:
        return Mistake(sheet, 1, column, "", f"The column names no language: write '{column}::English (en)'.")
    advice = f"The language has no tag: write '{column}::{meant}'." if meant else _UNTAGGED
    others = [f"{column}::{label} ({sheet})" for sheet, column in places[1:]]
    more = f" The same holds for {', '.join(others)}." if others else ""
    return Mistake(sheet, 1, f"{column}::{label}", label, advice + more)


def _corrected_workbook(book: Workbook, meant: Mapping[str, str]) -> Workbook:
    """The workbook with languages as they are meant; without those that cannot be guessed, unless none would remain."""
    spelled = {label: meant.get(label, label) for label in book.languages.values()}
    kept = {language_tag(label): label for label in spelled.values() if label}
    if not kept:
        return book
    default = meant.get(book.languages.get(book.default_language, ""), "") or meant.get(
        book.default_language, ""
    )
    return replace(
        book,
        survey=tuple(_renamed_row(row, meant) for row in book.survey),
        choices=tuple(_renamed_row(row, meant) for row in book.choices),
        lists={name: tuple(_renamed_row(row, meant) for row in rows) for name, rows in book.lists.items()},
        languages=kept,
        default_language=language_tag(default) if default else book.default_language,
    )


def _renamed_row(row: Row, meant: Mapping[str, str]) -> Row:
    return replace(row, cells={name: _renamed_cell(cell, meant) for name, cell in row.cells.items()})


def _renamed_cell(cell: Any, meant: Mapping[str, str]) -> Any:
    if not isinstance(cell, Mapping):
        return cell
    named = ((meant.get(part, part), value) for part, value in cell.items())
    return {part: _renamed_cell(value, meant) for part, value in named if part}
