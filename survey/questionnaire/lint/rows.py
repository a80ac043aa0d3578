"""Mistakes in rows: types, names, tags, lists of options, scores, rules and what they refer to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from survey.parsing import whole_number
from survey.questionnaire.expressions.values import ExpressionError, Tree, compile_expression, references
from survey.questionnaire.model import GROUP, MISSING, OWN, PRIVACY, ROUND
from survey.questionnaire.sheets import KINDS, OR_OTHER, SILENT, YES, Mistake, Row, Workbook
from survey.questionnaire.types import BY_SHEET
from survey.questionnaire.xlsform import meaning_of_type

_FREE_TEXT = "free text could give a person away"
_PLACE = "a place could give a person away"
_RECORDING = "pictures, sound and files could give a person away"
_IDENTITY = "this would identify the person or the phone"
_TIME = "a day or time could give a person away"
#: Types that may never be asked, with the reason.
REFUSED: Final = {
    **dict.fromkeys(("text", "string", "barcode"), _FREE_TEXT),
    **dict.fromkeys(("geopoint", "geotrace", "geoshape", "start-geopoint", "background-geopoint"), _PLACE),
    **dict.fromkeys(("image", "photo", "audio", "video", "background-audio", "file", "audit"), _RECORDING),
    **dict.fromkeys(
        ("phonenumber", "email", "username", "deviceid", "subscriberid", "simserial", "imei"), _IDENTITY
    ),
    **dict.fromkeys(("date", "time", "dateTime", "datetime", "start", "end", "today"), _TIME),
}
_OTHER = "an answer with a line to write on is free text, which could give a person away; add an option 'other' to the list"
#: What other spellings of such types collect → the reason for refusing them.
_COLLECTS: Final = {
    "text": _FREE_TEXT,
    "barcode": _FREE_TEXT,
    "property": _IDENTITY,
    "binary": _RECORDING,
    **dict.fromkeys(("geopoint", "geotrace", "geoshape"), _PLACE),
    **dict.fromkeys(("date", "dateTime", "time"), _TIME),
}
LARGEST_LIST: Final = 100
_LISTED: Final = [sheet for sheet, asked in BY_SHEET.items() if asked.listed]
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_OPTION = re.compile(r"[A-Za-z0-9_.-]+")
# Forms have attributes with these names already, and every object of JavaScript has "constructor".
TAKEN: Final = frozenset(
    (
        *("data", "errors", "form_errors", "meta", "process", "post_process", "validate", "populate_obj"),
        *("page", "earlier", "reader", "rules", "constraints", "bare", "reached", "answers"),
        "constructor",
        # With "reached", what publication calls its own figures.
        *("harm_signal", "wants", "private"),
    )
)
#: Names that tables and files use for a total, so that no option may have them.
_WHOLE: Final = "Total"
_WHOLE_GROUP: Final = "all"
#: Tag → its allowed values, besides an empty cell.
_TAGS: Final = {
    "survey:sensitivity": ("L", "M", "H"),
    "survey:direction": ("up", "down"),
    "survey:publication": ("district", "province", "never"),
    "survey:self_entry": (*YES, "no"),
    "survey:self_entry_block": (*YES, "no"),
    "survey:rotated": (*YES, "no"),
    "required": (*YES, "no", "false", "false()"),
    "disabled": (*YES, "no", "false", "false()"),
}
#: Columns whose meaning the survey cannot keep.
_UNSUPPORTED: Final = {
    "choice_filter": "Options cannot be filtered; write a constraint.",
    "trigger": "Nothing can be triggered by an answer.",
    "default": "An answer may not be given before the question is asked.",
}


def _type_mistakes(book: Workbook) -> Iterator[Mistake]:
    for row in book.survey:
        word = row.text("type")
        reason = REFUSED.get(row.type) or _COLLECTS.get(meaning_of_type(row.type), "")
        if not word:
            yield row.mistake("type", "The type of this row is missing.")
        elif row.type in (*KINDS, *SILENT):
            if row.text("type").endswith(OR_OTHER):
                yield row.mistake("type", f"'or_other' is refused: {_OTHER}.")
        elif reason:
            yield row.mistake("type", f"Questions of type '{word}' are refused: {reason}.")
        elif row.type == "begin_repeat":
            yield row.mistake("type", "Repeated questions cannot be asked; ask for the number of them.")
        elif row.type != "end_repeat":
            yield row.mistake("type", f"Questions of type '{word}' cannot be asked.")


def _group_mistakes(book: Workbook) -> Iterator[Mistake]:
    inside = False
    for row in book.survey:
        if row.type == "begin_group" and inside:
            yield row.mistake("type", "A group is a page; a page cannot hold another.")
        inside = row.type == "begin_group" or (inside and row.type != "end_group")


def _column_mistakes(book: Workbook) -> Iterator[Mistake]:
    for row in book.survey:
        for column, message in _UNSUPPORTED.items():
            if row.asks and row.text(column):
                yield row.mistake(column, message)
        for tag, allowed in _TAGS.items():
            value = row.text(*(("disabled",) if tag == "disabled" else ("bind", tag)))
            if value and value not in allowed and value.lower() not in allowed:
                column = f"bind::{tag}" if ":" in tag else tag
                yield row.mistake(column, f"'{value}' is none of {', '.join(allowed)}.")


def _name_mistakes(book: Workbook) -> Iterator[Mistake]:
    seen: set[str] = set()
    for row in book.survey:
        if row.type in ("end_group", "end_repeat"):
            continue
        if not _NAME.fullmatch(row.name):
            yield row.mistake(
                "name", f"'{row.name}' is not a name: small letters, digits and _ after a letter."
            )
        if row.name in TAKEN:
            yield row.mistake("name", f"The name '{row.name}' is taken by the program.")
        if row.name and row.name in seen:
            yield row.mistake("name", f"The name '{row.name}' is used twice.")
        seen.add(row.name)


def _list_mistakes(book: Workbook) -> Iterator[Mistake]:
    for row in book.survey:
        if row.type in _LISTED and row.list_name not in book.lists:
            known = f"There is no list of options named '{row.list_name}'."
            yield row.mistake("type", known if row.list_name else "The list of options is missing.")
    for rows in book.lists.values():
        if len(rows) > LARGEST_LIST:
            message = f"A list holds at most {LARGEST_LIST} options; this one has {len(rows)}."
            yield rows[LARGEST_LIST].mistake("list_name", message)


def _total_name_mistakes(book: Workbook) -> Iterator[Mistake]:
    groups = {row.list_name for row in book.survey if row.name == GROUP}
    for name, rows in book.lists.items():
        for row in rows:
            if row.name == _WHOLE or (row.name == _WHOLE_GROUP and name in groups):
                yield row.mistake("name", f"The name '{row.name}' is taken by the program.")


def _option_mistakes(book: Workbook) -> Iterator[Mistake]:
    for rows in book.lists.values():
        seen = Counter[str]()
        for row in rows:
            if not row.list_name:
                yield row.mistake("list_name", "The list of this option is missing.")
            if not _OPTION.fullmatch(row.name):
                yield row.mistake(
                    "name", f"'{row.name}' is not a name for an option: letters, digits and _ only."
                )
            elif seen[row.name]:
                yield row.mistake("name", f"The option '{row.name}' occurs twice in its list.")
            if row.text("exclusive").lower() not in ("", *YES, "no", "false", "false()", "0"):
                yield row.mistake("exclusive", f"'{row.text('exclusive')}' is none of yes, no.")
            seen[row.name] += 1


def _score_mistakes(book: Workbook) -> Iterator[Mistake]:
    for rows in book.lists.values():
        scored = any(row.text("score") for row in rows)
        for row in rows:
            score = row.text("score")
            if score and (not score.isascii() or whole_number(score, 100) is None):
                yield row.mistake("score", f"A score is a whole number from 0 to 100, not '{score[:40]}'.")
            if score and row.name in MISSING:
                yield row.mistake("score", f"'{row.name}' is not a substantive answer and has no score.")
            if scored and not score and row.name not in MISSING:
                yield row.mistake("score", "The other options of this list have scores, this one has none.")


def _direction_mistakes(book: Workbook) -> Iterator[Mistake]:
    for row in book.questions():
        direction = row.text("bind", "survey:direction")
        scored = any(option.text("score") for option in book.lists.get(row.list_name, ()))
        if direction and not (scored and BY_SHEET[row.type].single):
            yield row.mistake("bind::survey:direction", "A direction needs options with scores.")
        if scored and BY_SHEET[row.type].single and not direction:
            yield row.mistake("bind::survey:direction", "The options have scores; say which end is best.")


@dataclass(frozen=True, slots=True)
class Rule:
    """One skip rule or constraint, its row and column, and its tree unless it cannot be compiled."""

    row: Row
    column: str
    place: int
    mistakes: tuple[Mistake, ...] = ()
    tree: Tree | None = None
    names: frozenset[str] = field(default_factory=frozenset)


def compiled_rules(book: Workbook) -> Iterator[Rule]:
    """Every skip rule and constraint of the survey sheet."""
    for place, row in enumerate(book.survey):
        for column in ("relevant", "constraint"):
            source = row.text("bind", column)
            if not source or row.type == "calculate":
                continue
            current = row.name if column == "constraint" else None
            try:
                tree = compile_expression(source, current=current)
            except ExpressionError as error:
                mistake = row.mistake(column, f"{error.message} (character {error.position + 1}).")
                yield Rule(row, column, place, (mistake,))
            else:
                yield Rule(row, column, place, (), tree, references(tree))


def _rule_mistakes(book: Workbook) -> Iterator[Mistake]:
    places = {row.name: place for place, row in enumerate(book.survey) if row.asks}
    others = {row.name: row.type for row in book.survey if not row.asks}
    for rule in compiled_rules(book):
        yield from rule.mistakes
        for name in sorted(rule.names):
            if name in places:
                if places[name] >= rule.place:
                    yield rule.row.mistake(rule.column, f"'{name}' is asked only after this rule is needed.")
            elif name not in others and name in OWN:
                continue  # `lint.fields` reports it once, with what to put there.
            elif others.get(name) != "hidden" or name != ROUND:
                problem = "is never answered" if name in others else "does not exist"
                yield rule.row.mistake(rule.column, f"The rule names '{name}', which {problem}.")


def _questions_with_groups(book: Workbook) -> Iterator[tuple[Row | None, Row]]:
    """Each question with its group."""
    group: Row | None = None
    for row in book.survey:
        if row.type in ("begin_group", "end_group"):
            group = row if row.type == "begin_group" else None
        elif row.asks:
            yield group, row


def _privacy_mistakes(book: Workbook) -> Iterator[Mistake]:
    named = {rule.row.name: rule.names for rule in compiled_rules(book) if rule.column == "relevant"}
    for group, row in _questions_with_groups(book):
        conditions = named.get(row.name, frozenset()) | named.get(group.name if group else "", frozenset())
        if row.yes("bind", "survey:self_entry") and PRIVACY not in conditions:
            yield row.mistake("relevant", f"A private question must depend on ${{{PRIVACY}}}.")


def _rotation_mistakes(book: Workbook) -> Iterator[Mistake]:
    groups = {row.name: group for group, row in _questions_with_groups(book)}
    for rule in compiled_rules(book):
        group = groups.get(rule.row.name)
        if group is None or not group.yes("bind", "survey:rotated"):
            continue
        for name in sorted(rule.names):
            if groups.get(name) is group:
                message = f"'{name}' may be asked later: the order of this page is drawn."
                yield rule.row.mistake(rule.column, message)


#: Rules whose mistakes make it unclear how the rows are to be read.
RULES: Final = (
    _type_mistakes,
    _group_mistakes,
    _name_mistakes,
    _list_mistakes,
    _option_mistakes,
    _rule_mistakes,
)
#: Rules whose mistakes do not keep the rest from being tried.
APART: Final = (
    _column_mistakes,
    _total_name_mistakes,
    _score_mistakes,
    _direction_mistakes,
    _privacy_mistakes,
    _rotation_mistakes,
)
