"""Drafts: which cells of each table can be shown, worked out one table at a time and kept until the release is frozen.

A draft holds a pattern of shown and hidden cells and no count. The work takes minutes, so each table is kept as soon
as it is done: what was interrupted goes on where it stopped.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np

from analysis.disclosure.primary import Rules
from analysis.disclosure.protect import ProtectedTable
from analysis.disclosure.questions import protected_in_turn
from analysis.tables import Flags, Table
from survey import __version__, keyed

#: The key of the drafts' fingerprints.
KEY: Final = "drafts.key"

#: Tables done, tables in all, seconds left (None while nothing is known).
Progress = Callable[[int, int, float | None], None]


@dataclass(frozen=True, slots=True)
class Task:
    """One table to protect."""

    table: Table
    rules: Rules
    bases: ProtectedTable

    def fingerprint(self, home: Path) -> str:
        """Alike for alike counts, rules and code: a draft of anything else is worked out anew.

        It is kept, and taken under a key of `home`, so that nobody else can try counts against it.
        """
        told = json.dumps([asdict(self.rules), self.table.sensitive, __version__], sort_keys=True)
        known = told.encode() + self.table.counts.tobytes()
        return keyed.mac(home, KEY, known + repr((self.table.cube, self.bases.counts)).encode()).hex()


def work_out(folder: Path, tasks: Sequence[Task], progress: Progress, processes: int | None = None) -> None:
    """Work out and keep the pattern of every table that has none yet."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    waiting = [task for task in tasks if pattern(folder, task) is None]
    # The slow ones first: two processes then finish together.
    waiting.sort(key=lambda task: -task.table.counts.size)
    work = sum(task.table.counts.size for task in waiting)
    begun, done = time.monotonic(), 0
    progress(len(tasks) - len(waiting), len(tasks), None)
    for place, task in enumerate(_kept(folder, waiting, processes or os.cpu_count() or 1), start=1):
        done += task.table.counts.size
        left = (time.monotonic() - begun) / done * (work - done)
        progress(len(tasks) - len(waiting) + place, len(tasks), left)


def _kept(folder: Path, waiting: Sequence[Task], processes: int) -> Iterator[Task]:
    if not waiting:
        return
    by_name = {task.table.name: task for task in waiting}
    tables, first = [task.table for task in waiting], waiting[0]
    for protected in protected_in_turn(tables, first.rules, first.bases, {}, processes):
        yield _keep(folder, by_name[protected.name], shown_cells(protected))


def shown_cells(protected: ProtectedTable) -> Flags:
    """Which cells of a table are shown, in the order of its cube."""
    return np.array([count is not None for count in protected.counts], dtype=np.bool_)


def _keep(folder: Path, task: Task, cells: Flags) -> Task:
    content = {
        "fingerprint": task.fingerprint(_home(folder)),
        "cells": len(cells),
        "shown": np.packbits(cells).tobytes().hex(),
    }
    file = _file(folder, task)
    unfinished = file.with_suffix(".part")
    unfinished.write_text(json.dumps(content))
    unfinished.replace(file)
    return task


def pattern(folder: Path, task: Task) -> Flags | None:
    """The kept pattern of a table, or None if there is none that fits."""
    try:
        content = json.loads(_file(folder, task).read_text())
    except FileNotFoundError:
        return None
    if content["fingerprint"] != task.fingerprint(_home(folder)):
        return None
    bits = np.unpackbits(np.frombuffer(bytes.fromhex(content["shown"]), np.uint8), count=content["cells"])
    return bits.astype(np.bool_)


def _home(folder: Path) -> Path:
    """Where the keys of a round's drafts are; `release.folder_of` puts the drafts two folders below it."""
    return folder.parent.parent


def _file(folder: Path, task: Task) -> Path:
    return folder / (hashlib.sha256(task.table.name.encode()).hexdigest()[:16] + ".json")


def forget(folder: Path) -> None:
    """Remove the drafts of a round that was released, or whose interviews are deleted; raises where it cannot."""
    if folder.exists():
        shutil.rmtree(folder)
