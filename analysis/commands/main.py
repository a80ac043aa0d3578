"""The command line: which subcommands there are, and one line and exit code 2 for all that is wrong."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from typing import NoReturn

#: Subcommand: module, function that adds its parser (whose `run` answers the exit code), one line of help.
#: A module is imported when its subcommand is called and not before.
SUBCOMMANDS: dict[str, tuple[str, str, str]] = {
    "estimate": ("analysis.commands.estimates", "add_estimate", "figures with standard errors, as CSV"),
    "crosstab": ("analysis.commands.estimates", "add_crosstab", "two-way tables of shares, as CSV"),
    "test": ("analysis.commands.estimates", "add_test", "tests of association and difference, as CSV"),
    "regression": ("analysis.commands.regressions", "add_regression", "regression, as CSV"),
    "small-areas": ("analysis.commands.small_areas", "add_small_areas", "Fay-Herriot estimates, as CSV"),
    "sensitive": ("analysis.commands.sensitive", "add_sensitive", "sensitive questions, as CSV"),
    "protect": ("analysis.commands.tables", "add_protect", "hide what a table reveals about few people"),
    "attack": ("analysis.commands.tables", "add_attack", "what a reader can conclude about hidden cells"),
}


class OneLineParser(argparse.ArgumentParser):
    """A parser that says what is wrong in one line, without the usage."""

    def error(self, message: str) -> NoReturn:
        """Leave with exit code 2 and one line."""
        sys.stderr.write(f"{self.prog}: {message}\n")
        sys.exit(2)


def main(arguments: Sequence[str], program: str = "python -m analysis") -> int:
    """Run a subcommand and return its exit code: 0, or 2 where the input is wrong; messages begin with the `program`.

    Every refusal by the data (`ValueError`) or by the file system is one line on standard error.
    """
    parser = OneLineParser(prog=program, description="Estimates and disclosure control for any CSV file.")
    subparsers = parser.add_subparsers(metavar="SUBCOMMAND", required=True)
    name = arguments[0] if arguments else ""
    if name in SUBCOMMANDS:
        module, add, _ = SUBCOMMANDS[name]
        getattr(importlib.import_module(module), add)(subparsers)
    else:
        for known, (_, _, text) in SUBCOMMANDS.items():
            subparsers.add_parser(known, help=text)
    options = parser.parse_args(list(arguments))
    try:
        return int(options.run(options))
    except (ValueError, OSError) as refusal:
        reason = " ".join(str(refusal).split()) or type(refusal).__name__
        sys.stderr.write(f"{program} {name}: {reason}\n")
        return 2
