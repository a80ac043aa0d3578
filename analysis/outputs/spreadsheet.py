"""Writes tidy CSV that opens rightly, and harmlessly, in a spreadsheet program."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

#: Excel reads UTF-8 only behind this mark.
BYTE_ORDER_MARK = "\ufeff"

#: A cell that starts with one of these may run as a formula when the file is opened.
FORMULA_STARTS = ("=", "+", "-", "@")


def neutral(value: object) -> str:
    """A cell's text, made harmless.

    Parameters
    ----------
    value : object
        A text or a number; None is an empty cell.

    Returns
    -------
    str
        Numbers as they are; a text that starts with ``= + - @`` or a control character gets an apostrophe
        before it, which spreadsheet programs show as plain text.

    References
    ----------
    OWASP, "CSV Injection".

    Examples
    --------
    >>> neutral("=HYPERLINK(A1)"), neutral(-5), neutral(None)
    ("'=HYPERLINK(A1)", '-5', '')
    """
    if value is None:
        return ""
    if isinstance(value, int | float):
        return str(value)
    text = str(value)
    risky = text.startswith(FORMULA_STARTS) or (text[:1] != "" and ord(text[0]) < 32)
    return "'" + text if risky else text


def csv_bytes(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """One CSV file: UTF-8 with byte order mark, one header row, CRLF line ends (RFC 4180).

    Parameters
    ----------
    columns : sequence of str
        The header.
    rows : iterable of sequences
        Each as long as the header.

    Returns
    -------
    bytes
        UTF-8.

    Raises
    ------
    ValueError
        If a row is not as long as the header.

    References
    ----------
    RFC 4180.

    Examples
    --------
    >>> csv_bytes(["place", "n"], [["North", 12]]).decode("utf-8-sig").splitlines()
    ['place,n', 'North,12']
    """
    text = io.StringIO()
    text.write(BYTE_ORDER_MARK)
    writer = csv.writer(text)
    writer.writerow(columns)
    for row in rows:
        if len(row) != len(columns):
            raise ValueError(f"a row of {len(row)} cells under {len(columns)} columns")
        writer.writerow([neutral(value) for value in row])
    return text.getvalue().encode()
