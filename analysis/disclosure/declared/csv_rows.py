"""Rows of anybody's CSV file, and the numbers and flags in them."""

import csv
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

Row = Mapping[str, str]

YES = frozenset({"true", "t", "yes", "y", "1"})
NO = frozenset({"false", "f", "no", "n", "0", ""})
LARGEST_COUNT = 1_000_000_000


def read_rows(path: Path, columns: Sequence[str]) -> list[dict[str, str]]:
    """Read a CSV file that has at least the given columns.

    Parameters
    ----------
    path, columns
        A CSV file in UTF-8, and the columns that it must have.

    Returns
    -------
    list of dict
        By column the text of each row, without space around it.

    Raises
    ------
    ValueError
        With one line that says what is wrong and where.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "cells.csv")
    ...     _ = path.write_text("answer,n\\nyes, 3\\nno,20\\n")
    ...     read_rows(path, ["n"])
    [{'answer': 'yes', 'n': '3'}, {'answer': 'no', 'n': '20'}]
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path.name} is not UTF-8 text.") from error
    reader = csv.DictReader(text.splitlines())
    missing = [column for column in columns if column not in (reader.fieldnames or ())]
    if missing:
        raise ValueError(f"{path.name} has no column {missing[0]!r}.")
    rows = []
    for row in reader:
        if None in row or None in row.values():
            raise ValueError(f"{path.name}, line {reader.line_num}: the number of columns differs.")
        rows.append({column: value.strip() for column, value in row.items()})
    return rows


def finite_number(text: str, place: str) -> float:
    """Read a number.

    Parameters
    ----------
    text, place
        What the file says, and where, for the refusal.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If the text is no number, or an infinite one.

    Examples
    --------
    >>> finite_number("-2.5", "cells.csv, line 2")
    -2.5
    """
    try:
        found = float(text)
    except ValueError as error:
        raise ValueError(f"{place}: {text!r} is no number.") from error
    if not math.isfinite(found):
        raise ValueError(f"{place}: {text!r} is no number.")
    return found


def amount(text: str, place: str) -> float:
    """Read a number that is zero or more.

    Parameters
    ----------
    text, place
        As for `finite_number`.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If it is no number, infinite or negative.

    Examples
    --------
    >>> amount("2.5", "cells.csv, line 2")
    2.5
    """
    found = finite_number(text, place)
    if found < 0:
        raise ValueError(f"{place}: {text!r} is no number from zero on.")
    return found


def whole_number(text: str, place: str) -> int:
    """Read a count of people.

    Parameters
    ----------
    text, place
        As for `finite_number`.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        If the text is no whole number from zero on, or too large.

    Examples
    --------
    >>> whole_number("12", "cells.csv, line 2")
    12
    """
    found = finite_number(text, place)
    if found > LARGEST_COUNT:
        raise ValueError(f"{place}: {text!r} is too large, {LARGEST_COUNT:,} is the largest count.")
    if not found.is_integer() or found < 0:
        raise ValueError(f"{place}: {text!r} is no whole number of people.")
    return int(found)


def flag(text: str, place: str) -> bool:
    """Read a flag.

    Parameters
    ----------
    text, place
        As for `finite_number`.

    Returns
    -------
    bool

    Raises
    ------
    ValueError
        If the text is neither true nor false.

    Examples
    --------
    >>> flag("yes", "cells.csv, line 2"), flag("", "cells.csv, line 3")
    (True, False)
    """
    if text.lower() not in YES | NO:
        raise ValueError(f"{place}: {text!r} is neither true nor false.")
    return text.lower() in YES
