"""Mistakes in the self-entry block: what the respondent enters alone, as a whole, and the worker does not look back into."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from survey.questionnaire.lint.rows import compiled_rules
from survey.questionnaire.model import AGE, BLOCK_MODE, CONSENT, GENDER, MODE, OWN, PRIVACY
from survey.questionnaire.sheets import BLOCK, Mistake, Row, Workbook

COLUMN: Final = "::".join(BLOCK)
_SELF_ENTRY: Final = ("bind", "survey:self_entry")
#: What the worker must know before the respondent is left alone with the questions.
_BEFORE: Final = (CONSENT, AGE, PRIVACY)


def mistakes(book: Workbook) -> Iterator[Mistake]:
    """Every mistake in the group that is the block, in what should be in it, and in what looks into it."""
    yield from _misplaced(book)
    blocks = [row for row in book.survey if row.type == "begin_group" and row.yes(*BLOCK)]
    for row in blocks[1:]:
        yield row.mistake(COLUMN, f"'{blocks[0].name}' is the block already: a phone is handed over once.")
    if blocks:
        inside = _rows_of(book, blocks[0])
        yield from _content_mistakes(blocks[0], inside, book)
        yield from _left_outside(inside, book)
        yield from _looked_into(inside, book)


def _misplaced(book: Workbook) -> Iterator[Mistake]:
    for row in book.survey:
        if row.type != "begin_group" and row.text(*BLOCK):
            yield row.mistake(COLUMN, "A block is a group: write it at begin_group.")
        if row.name == BLOCK_MODE:
            yield row.mistake("name", f"The name '{BLOCK_MODE}' is taken by the program.")


def _rows_of(book: Workbook, block: Row) -> Mapping[str, Row]:
    """The questions of a group by name."""
    found: dict[str, Row] = {}
    for row in book.survey[book.survey.index(block) + 1 :]:
        if row.type in ("begin_group", "end_group"):
            break
        if row.asks:
            found[row.name] = row
    return found


def _content_mistakes(block: Row, inside: Mapping[str, Row], book: Workbook) -> Iterator[Mistake]:
    if PRIVACY not in block.text("bind", "relevant"):
        yield block.mistake("relevant", f"The block must depend on ${{{PRIVACY}}}.")
    if not inside:
        yield block.mistake(COLUMN, "There is no question in this block.")
    for row in inside.values():
        if row.name in (*OWN, GENDER):
            message = f"'{row.name}' cannot be in the block: the worker asks it, or decides it."
            yield row.mistake("name", message)
        elif not row.yes(*_SELF_ENTRY):
            message = (
                "Every question of the block is a private one: write yes here, or move it to another group."
            )
            yield row.mistake("::".join(_SELF_ENTRY), message)
    places = {row.name: place for place, row in enumerate(book.survey)}
    for name in _BEFORE:
        if name in places and name not in inside and places[name] > book.survey.index(block):
            yield block.mistake(COLUMN, f"'{name}' must be asked before the block.")
    modes = [row for row in book.survey if row.name == MODE]
    if modes and len(book.lists.get(modes[0].list_name, ())) < 2:
        message = f"The options of '{MODE}' must be two: first that the worker enters the answers, then that the person does."
        yield modes[0].mistake("type", message)


def _left_outside(inside: Mapping[str, Row], book: Workbook) -> Iterator[Mistake]:
    """Private and dangerous questions for which the phone would be handed over again, or not at all."""
    for row in book.questions():
        if row.name in (*inside, *OWN):
            continue
        if row.yes(*_SELF_ENTRY):
            yield row.mistake("::".join(_SELF_ENTRY), "A private question belongs in the block.")
        elif row.text("bind", "survey:sensitivity") == "H":
            yield row.mistake(
                "bind::survey:sensitivity", "A question whose answer is so dangerous belongs in the block."
            )


def _looked_into(inside: Mapping[str, Row], book: Workbook) -> Iterator[Mistake]:
    """Rules by which the worker would see, from what is asked after the block, what was answered in it."""
    for rule in compiled_rules(book):
        for name in sorted(rule.names & inside.keys() if rule.row.name not in inside else ()):
            message = f"A rule outside the block cannot look at '{name}': what is asked then shows the worker the answer."
            yield rule.row.mistake(rule.column, message)
