"""What a subcommand that writes figures answers."""

from __future__ import annotations

import csv
import io

import pytest

from analysis.commands import main


def answered(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[dict[str, str]], str]:
    """Run a command line and return its exit code, its rows and its complaint."""
    try:
        code = main.main(arguments)
    except SystemExit as left:
        code = int(left.code or 0)
    out = capsys.readouterr()
    return code, list(csv.DictReader(io.StringIO(out.out))), out.err
