"""The rows of an XLSForm as its author wrote them, with what is needed to say where a mistake is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from survey.parsing import legible
from survey.questionnaire.model import Texts
from survey.questionnaire.types import BY_SHEET
from survey.questionnaire.types.hidden import HiddenChoice

_SPELLINGS: Final = {
    "begin group": "begin_group",
    "end group": "end_group",
    "begin repeat": "begin_repeat",
    "end repeat": "end_repeat",
    **{spelling: sheet for sheet, asked in BY_SHEET.items() for spelling in asked.spellings},
}
# The spellings of a type that XLSForm allows, the longest first: some begin with a shorter one.
_TYPES: Final = {spelling: _SPELLINGS[spelling] for spelling in sorted(_SPELLINGS, key=len, reverse=True)}
#: XLSForm type → kind of question.
KINDS: Final = {sheet: asked.kind for sheet, asked in BY_SHEET.items()}
#: Designs in which chance hides the answer to a select_one, by the word that names them.
DESIGNS: Final = {sheet: asked for sheet, asked in BY_SHEET.items() if isinstance(asked, HiddenChoice)}
#: The column that names one, with its parameters.
HIDDEN_BY: Final = ("bind", "survey:hidden_by")
#: The column that makes a group the self-entry block.
BLOCK: Final = ("bind", "survey:self_entry_block")
#: Rows that are allowed although they ask nothing.
SILENT: Final = ("begin_group", "end_group", "note", "hidden", "calculate")

#: Written after the name of a list whose question gets a line to write on.
OR_OTHER: Final = " or_other"
YES: Final = ("yes", "true", "true()", "1")
#: What an author writes where a translation is still to come.
UNTRANSLATED: Final = "-"
_TAG = re.compile(r"\(([^()]+)\)\s*$")
_HOLE = re.compile(r"\$\{\s*([^{}\s]+)\s*\}")


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """Something its author must change: the sheet, the row (1 is the header), the column, the language."""

    sheet: str
    row: int
    column: str
    language: str
    message: str

    def __str__(self) -> str:
        """One line; the author's own words in it turn and hide nothing."""
        place = [self.sheet, f"row {self.row}" if self.row else "", self.column]
        where = ", ".join(part for part in place if part)
        line = f"{where}: {self.message}" if where else self.message
        return legible(" ".join(line.splitlines()))


class QuestionnaireErrors(ValueError):  # noqa: N818 - there are as many as the author made
    """A file that cannot be read as a questionnaire, with every mistake found."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        super().__init__("\n".join(map(str, mistakes)))
        self.mistakes = mistakes


@dataclass(frozen=True, slots=True)
class Row:
    """One row: columns without `::` as texts, others as mappings of their parts."""

    sheet: str
    number: int
    cells: Mapping[str, Any]

    def text(self, *path: str) -> str:
        """The text of a cell, empty when there is none; a cell with languages counts as empty."""
        value: Any = self.cells
        for step in path:
            value = value.get(step, "") if isinstance(value, Mapping) else ""
        return value.strip() if isinstance(value, str) else ""

    def parts(self, *path: str) -> Mapping[str, str]:
        """The parts of a column that has languages, empty for one that has none."""
        value: Any = self.cells
        for step in path:
            value = value.get(step) if isinstance(value, Mapping) else None
        return value if isinstance(value, Mapping) else {}

    def yes(self, *path: str) -> bool:
        """Whether a cell says yes."""
        return self.text(*path).lower() in YES

    @property
    def name(self) -> str:
        """The name of the question, group or option."""
        return self.text("name")

    @property
    def asks(self) -> bool:
        """Whether the row asks something; a read-only row is filled in by the form itself."""
        return self.type in KINDS and not self.yes("bind", "readonly")

    @property
    def comment(self) -> bool:
        """Whether a row of the survey sheet says something to its authors only, as XLSForm allows."""
        return self.sheet == "survey" and not (self.text("type") or self.name or self.cells.get("label"))

    @property
    def type(self) -> str:
        """The type in its usual spelling, without the list; of a select_one that chance hides its design."""
        word = _split_type(self.text("type"))[0]
        return self.design if word == "select_one" and self.design in DESIGNS else word

    @property
    def design(self) -> str:
        """The word that says how chance hides the answer, empty where it does not."""
        return "".join(self.text(*HIDDEN_BY).split()[:1])

    @property
    def list_name(self) -> str:
        """The list of options: a question names it after its type, an option in a column of its own."""
        if self.sheet == "survey":
            return _split_type(self.text("type"))[1].removesuffix(OR_OTHER)
        return self.text("list name") or self.text("list_name")

    def mistake(self, column: str, message: str, language: str = "") -> Mistake:
        """A mistake in this row."""
        return Mistake(self.sheet, self.number, column, language, message)


def _split_type(text: str) -> tuple[str, str]:
    text = " ".join(text.split())
    for spelling, usual in _TYPES.items():
        if text == spelling or text.startswith(f"{spelling} "):
            text = usual + text[len(spelling) :]
            break
    word, _, rest = text.partition(" ")
    return (word, rest) if word in KINDS else (text, "")


@dataclass(frozen=True, slots=True)
class Workbook:
    """The sheets of an XLSForm. `languages` maps each tag to the label it has in the column headers.

    `headers` holds the columns of each sheet that has rows, as the paths under which their cells are found.
    """

    survey: tuple[Row, ...]
    choices: tuple[Row, ...]
    settings: Row
    languages: Mapping[str, str]
    default_language: str
    complaint: Mistake | None = None
    lists: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)
    headers: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)

    def texts(self, row: Row, *path: str) -> Texts:
        """The texts of a column by language tag, only those that are written and translated."""
        cell: Any = row.cells
        for step in path:
            cell = cell.get(step) if isinstance(cell, Mapping) else None
        if isinstance(cell, str):
            cell = {self.languages[self.default_language]: cell}
        found = {language_tag(label): text.strip() for label, text in (cell or {}).items()}
        return {tag: text for tag, text in found.items() if text and text != UNTRANSLATED}

    def complete(self, row: Row, *path: str) -> Texts:
        """The texts of a column in every language, with the default text where one is missing."""
        texts = self.texts(row, *path)
        if not texts:
            return {}
        spare = texts.get(self.default_language) or next(iter(texts.values()))
        return {tag: texts.get(tag, spare) for tag in self.languages}

    def questions(self) -> Iterator[Row]:
        """The rows that ask something."""
        return (row for row in self.survey if row.asks)


def language_tag(label: str) -> str:
    """The tag of a language as XLSForm writes it: `اردو (ur)` is `ur`."""
    match = _TAG.search(label)
    return match[1].strip() if match else label.strip()


def holes(text: str) -> tuple[str, ...]:
    """The names of the holes in a text, such as `local_body` in `${local_body}`, in alphabetical order."""
    return tuple(sorted(_HOLE.findall(text)))


def without_holes(text: str) -> str:
    """The text without its holes: nobody reads their names."""
    return _HOLE.sub(" ", text)
