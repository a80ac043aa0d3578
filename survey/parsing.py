"""Reads what strangers send, JSON and CSV and numbers: everything a parser cannot read becomes one kind of refusal."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterator
from typing import Any, Final
from unicodedata import category

from survey.languages import ascii_digits
from survey.problems import NOT_CSV, NOT_JSON, Problem

#: Lists and objects inside one another that anything of ours has; what is nested deeper cannot be written again.
DEEPEST: Final = 16
#: Digits of the largest number that anything here counts to.
_MOST_DIGITS: Final = 18
#: Control and format signs, ends of lines and of paragraphs. Urdu and Pashto need the two joiners inside words.
_UNSEEN: Final = ("Cc", "Cf", "Zl", "Zp")
_JOINERS: Final = "\u200c\u200d"
_BOX: Final = "\ufffd"


def json_of(content: bytes) -> Any:
    """What a text in JSON holds, such that it can be written as JSON again; raises NOT_JSON."""
    try:
        text = content.decode("utf-8", "surrogatepass").removeprefix("\ufeff")
        found = _JSON.decode(text)
    except (ValueError, RecursionError) as error:
        raise Problem(NOT_JSON) from error
    # Few brackets cannot be nested deep, and an interview has few.
    if text.count("[") + text.count("{") > DEEPEST and _is_deep(found):
        raise Problem(NOT_JSON)
    return found


def _is_deep(found: Any) -> bool:
    level = [found]
    for _ in range(DEEPEST):
        level = [inner for outer in level for inner in _nested_values(outer)]
    return bool(level)


def _nested_values(outer: Any) -> list[Any]:
    """The lists and objects inside another one."""
    parts = outer.values() if isinstance(outer, dict) else outer if isinstance(outer, list) else ()
    return [part for part in parts if isinstance(part, dict | list)]


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        # 1e999 would be read as infinity, which JSON cannot express.
        raise ValueError(digits)
    return number


_JSON: Final = json.JSONDecoder(parse_constant=_no_constant, parse_float=_finite)


def rows_of(content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a CSV file in UTF-8 with the number of their last line, by the names in its first row.

    Raises UnicodeDecodeError, and NOT_CSV for what no reader of CSV takes, such as a cell of 131,072 signs.
    """
    text = content.decode("utf-8-sig")
    first = text.partition("\n")[0]
    # Where a comma is the decimal sign, spreadsheet programs separate columns with semicolons.
    sign = ";" if ";" in first and "," not in first else ","
    lines = csv.DictReader(io.StringIO(text, newline=""), restval="", delimiter=sign)
    try:
        yield 1, dict.fromkeys(lines.fieldnames or (), "")
        for row in lines:
            # Cells beyond the first row's are listed under no name.
            yield lines.line_num, {name: cell for name, cell in row.items() if name is not None}
    except csv.Error as error:
        raise Problem(NOT_CSV) from error


def legible(text: str) -> str:
    """What somebody wrote, as a message can show it: a box for each sign that nobody sees, and that may turn the words around it."""
    return "".join(_BOX if category(sign) in _UNSEEN and sign not in _JOINERS else sign for sign in text)


def whole_number(text: str, most: int) -> int | None:
    """A number from 0 in any of the digits that people here write; None for anything else and for more than `most`."""
    digits = ascii_digits(text)
    if not (digits.isascii() and digits.isdigit()) or len(digits.lstrip("0")) > _MOST_DIGITS:
        return None
    number = int(digits.lstrip("0") or "0")
    return number if number <= most else None
