"""Reads the files of an SQLite database as an examiner would: which interview was written before which."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path

_HEAD, _FRAME = 32, 24
#: Rows of a page that came last, about, and since it was last put in order.
FOREMOST = 5


def commits(log: Path) -> Iterator[list[bytes]]:
    """The page images of each commit in a write-ahead log, one commit after the other."""
    content = log.read_bytes() if log.exists() else b""
    if len(content) < _HEAD:
        return
    (size,) = struct.unpack_from(">I", content, 8)
    salt, pages = content[16:24], []
    for start in range(_HEAD, len(content) - size - _FRAME + 1, _FRAME + size):
        if content[start + 8 : start + 16] != salt:
            return
        pages.append(content[start + _FRAME : start + _FRAME + size])
        if struct.unpack_from(">I", content, start + 4)[0]:
            yield pages
            pages = []


def pages(file: Path) -> list[bytes]:
    """The pages of a database file."""
    content = file.read_bytes()
    size = struct.unpack_from(">H", content, 16)[0] or 65536
    return [content[start : start + size] for start in range(0, len(content), size)]


def order_of_commits(log: Path, numbers: Sequence[bytes]) -> list[bytes]:
    """Interviews in the order in which they first turn up in the log."""
    found: list[bytes] = []
    for images in commits(log):
        whole = b"".join(images)
        found += [number for number in numbers if number not in found and number in whole]
    return found


def told_by_places(images: Sequence[bytes], numbers: Sequence[bytes]) -> tuple[int, int]:
    """Pairs of interviews of which pages tell the order, and how many of them they tell rightly; half, for what tells none.

    SQLite puts a new row before those that a page has, as long as there is room: the foremost are the last that came.
    """
    pairs = right = 0
    for image in images:
        places = sorted((image.find(number), turn) for turn, number in enumerate(numbers) if number in image)
        for front, behind in combinations(places[:FOREMOST], 2):
            pairs, right = pairs + 1, right + (front[1] > behind[1])
    return pairs, right
