"""Locks between processes: the kernel hands the lock of a file to the next that waits, so none polls and none starves."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from survey import file_modes


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold the lock of a file."""
    with open_lock_file(path) as file, hold_lock(file):
        yield


def open_lock_file(path: Path) -> BinaryIO:
    """Open the file of the lock; make it if it is missing."""
    if not path.parent.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file_modes.keep_from_git(path.parent)
    return path.open("ab")


@contextmanager
def hold_lock(file: BinaryIO) -> Iterator[None]:
    """Hold the lock of an open file."""
    fcntl.flock(file, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)
