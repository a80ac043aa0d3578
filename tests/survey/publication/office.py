"""Files as LibreOffice opens them: what a reader's spreadsheet program makes of ours."""

from __future__ import annotations

import csv
import subprocess
from pathlib import Path
from typing import Final

from tests.support.running import require

NEEDED: Final = "LibreOffice is not installed: apt-get install libreoffice-calc-nogui"
#: Commas, quotes, UTF-8, from the first line, nothing special of columns, every sheet: a file each.
_CSV_OUT: Final = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
#: The same for what it reads: a text file says nothing of its signs.
_CSV_IN: Final = "--infilter=Text - txt - csv (StarCalc):44,34,76,1"


def demanded() -> str:
    """The program, or a skip; a failure where tools are required."""
    return require("soffice", NEEDED)


def sheets_of(file: Path, folder: Path) -> dict[str, list[list[str]]]:
    """The rows of every sheet of a spreadsheet file, as LibreOffice writes them again."""
    out = folder / "sheets"
    out.mkdir()
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    reads = [_CSV_IN] if file.suffix == ".csv" else []
    command = [
        demanded(),
        profile,
        "--headless",
        *reads,
        "--convert-to",
        _CSV_OUT,
        "--outdir",
        str(out),
        str(file),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return {
        one.stem.removeprefix(f"{file.stem}-"): list(
            csv.reader(one.read_text(encoding="utf-8-sig").splitlines())
        )
        for one in sorted(out.iterdir())
    }
