"""Reads a PDF with poppler, as others will: its text, its facts, its sides as pictures."""

from __future__ import annotations

import re
import subprocess

from tests.support.running import require

#: Marks of direction, which poppler writes and keeps.
_MARKS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def _run(tool: str, pdf: bytes, *words: str) -> bytes:
    require(tool, f"{tool} is missing: apt-get install poppler-utils")
    return subprocess.run([tool, *words], input=pdf, capture_output=True, check=True).stdout


def text_of(pdf: bytes, *words: str) -> str:
    """The text of all sides in the order of reading, without marks of direction."""
    return _MARKS.sub("", _run("pdftotext", pdf, *words, "-", "-").decode())


def facts_of(pdf: bytes) -> dict[str, str]:
    """What the file says of itself, such as its number of pages and whether it is tagged."""
    lines = _run("pdfinfo", pdf, "-").decode().splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def structure_of(pdf: bytes) -> str:
    """The tags of the document, as a screen reader walks them."""
    return _run("pdfinfo", pdf, "-struct", "-").decode(errors="replace")


def fonts_of(pdf: bytes) -> set[str]:
    """The fonts in the file, without the letters that say that they are parts of one."""
    lines = _run("pdffonts", pdf, "-").decode().splitlines()[2:]
    return {line.split()[0].partition("+")[2] for line in lines}
