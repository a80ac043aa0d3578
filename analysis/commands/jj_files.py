"""`python -m analysis protect` and `attack` for JJ files of τ-ARGUS and sdcTable."""

import argparse
from pathlib import Path

from analysis.commands.lines import write_table
from analysis.disclosure.exchange.checking import checked_jj, protected_jj
from analysis.disclosure.exchange.jj import JJTable, read_jj, written_jj
from analysis.disclosure.linear.effort import Effort


def is_jj(path: Path) -> bool:
    """Whether a file is a JJ file, by the ending of its name."""
    return path.suffix.lower() == ".jj"


def read_file(path: Path) -> JJTable:
    """Read a JJ file; raises ValueError with the name of the file."""
    try:
        return read_jj(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise ValueError(f"{path.name} is not UTF-8 text.") from error
    except ValueError as error:
        raise ValueError(f"{path.name}: {error}") from error


def write_file(path: Path, table: JJTable) -> None:
    """Write a JJ file; it holds true values."""
    path.write_text(written_jj(table), encoding="utf-8")


def protected(arguments: argparse.Namespace, effort: Effort) -> JJTable:
    """The JJ file named on the command line, protected and written to its file."""
    made = protected_jj(read_file(arguments.cells), effort)
    write_file(arguments.out, made)
    return made


def attack(arguments: argparse.Namespace) -> int:
    """The number of unsafe cells that fail; the ranges of all hidden ones are written."""
    table = read_file(arguments.protected)
    found = checked_jj(table)
    rows = (
        (
            place,
            f"{found.low[place] + 0:.12g}",
            f"{found.high[place]:.12g}",
            cell.status,
            str(bool(found.fails[place])).lower(),
        )
        for place, cell in enumerate(table.cells)
        if cell.hidden
    )
    write_table(arguments.out, ["cell", "low", "high", "status", "fails"], rows)
    return int(found.fails.sum())
