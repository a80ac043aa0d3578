"""Files of the survey are for its own user alone: a wider mode is closed and reported, or refused.

Git does not track them, wherever the folder is: a folder of the survey says in a file of its own that all in it is ignored.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from survey.problems import NOT_PRIVATE, Problem
from survey.settings import Settings

#: Folders inside that of the data which the survey fills, keys before all.
FOLDERS: Final = ("keys", "drafts", "releasing")
#: The files next to an SQLite database, by the ending of their names: its own files, then those whose lock is a turn.
WRITING: Final = ".lock"
STARTING: Final = ".start"
BESIDE: Final = ("", "-wal", "-shm", "-journal", WRITING, STARTING)
OTHERS: Final = 0o077
UNTRACKED: Final = ".gitignore"


def keep(settings: Settings) -> str:
    """Make the folder of the data, or close what other users may read in it; one line about that, "" without any.

    Raises NOT_PRIVATE where it cannot be closed, and for a folder that all users share, such as /tmp.
    """
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    keep_from_git(settings.home)
    closed = [
        f"{path.name} ({mode:04o})"
        for path, mode in _open_to_others(settings)
        if _close_to_others(path, mode)
    ]
    return f"Closed to other users of this machine: {', '.join(closed)}." if closed else ""


def keep_from_git(folder: Path) -> None:
    """Let git ignore everything in a folder of the survey, the note itself included; a note that is there stays.

    A folder that is a repository of its own is left alone: its owner decides what it tracks.
    """
    if (folder / ".git").exists():
        return
    try:
        note = os.open(folder / UNTRACKED, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except (FileExistsError, PermissionError):
        return
    with os.fdopen(note, "w", encoding="utf-8") as file:
        file.write("*\n")


def _open_to_others(settings: Settings) -> Iterator[tuple[Path, int]]:
    for path in _own_files(settings):
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & OTHERS:
            yield path, mode


def _own_files(settings: Settings) -> Iterator[Path]:
    yield settings.home
    if (note := settings.home / UNTRACKED).exists():
        yield note
    if (database := settings.database_file) is not None:
        beside = (database.with_name(database.name + ending) for ending in BESIDE)
        yield from (path for path in beside if path.exists())
    for name in FOLDERS:
        folder = settings.home / name
        yield from (path for path in (folder, *folder.rglob("*")) if path.exists())


def _close_to_others(path: Path, mode: int) -> bool:
    if mode & stat.S_ISVTX:
        raise Problem(NOT_PRIVATE, path=str(path))
    try:
        path.chmod(mode & ~OTHERS)
    except OSError as error:
        raise Problem(NOT_PRIVATE, path=str(path)) from error
    return True
