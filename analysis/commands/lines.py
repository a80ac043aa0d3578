"""What commands write for people: one line each, progress at a terminal only, and tables that no spreadsheet runs."""

import csv
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from analysis.disclosure.linear.effort import Effort
from analysis.outputs.spreadsheet import FORMULA_STARTS, neutral

#: How often progress is written: so many times until the allowed effort is spent.
STEPS = 50
WIDTH = 60


def say(line: str) -> None:
    """Write a line on standard error, over the progress where it was shown."""
    sys.stderr.write((line.ljust(WIDTH) if sys.stderr.isatty() else line) + "\n")


def counted(number: int, one: str, more: str) -> str:
    """A number with the form of the word that follows it."""
    return f"{number} {one if number == 1 else more}"


def progress_of_search() -> Callable[[Effort], None] | None:
    """What shows the effort spent at a terminal; None elsewhere."""
    if not sys.stderr.isatty():
        return None
    written = -1

    def report(effort: Effort) -> None:
        nonlocal written
        step = effort.spent * STEPS // max(1, effort.allowed)
        if step > written:
            written = step
            share = effort.spent * 100 // max(1, effort.allowed)
            sys.stderr.write(f"\rsearching: {share} % of the effort spent".ljust(WIDTH) + "\r")

    return report


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a CSV file; a text that a spreadsheet program could run begins with an apostrophe."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows([neutral(value) for value in row] for row in rows)


def as_given(text: str) -> str:
    """The text of a cell before `write_table` made it harmless."""
    return text[1:] if text[:1] == "'" and text[1:].startswith(FORMULA_STARTS) else text
