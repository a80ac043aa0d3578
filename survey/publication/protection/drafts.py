"""Drafts: which cells of each table can be shown, worked out one table at a time and kept until the release is frozen.

Tables that are tied are then worked out together. A draft holds a pattern of shown and hidden cells and no count. The
work takes minutes, so each piece of it is kept as soon as it is done: what was interrupted goes on where it stopped.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from analysis.disclosure.cube import Flags, Table
from analysis.disclosure.primary import Rules
from analysis.disclosure.protect import protect_together
from analysis.disclosure.protected_table import ProtectedTable
from analysis.disclosure.questions import protected_in_turn, results_as_ready
from analysis.disclosure.tied.ties import Tie
from survey import installation
from survey.keys import store
from survey.publication.protection.course import Course, Piece, Progress

#: The key of the drafts' fingerprints.
KEY: Final = "drafts.key"

#: Seconds of one processor for each third power of a number of counts, in a table and in tied tables: as measured for 10 and
#: for 69 districts. Of small tables many orders are tried, which takes a while too; tied ones are sought place by place first.
TABLE_SECONDS: Final = 7e-9
TIED_SECONDS: Final = 7e-10


@dataclass(frozen=True, slots=True)
class Task:
    """One table to protect."""

    table: Table
    rules: Rules
    bases: ProtectedTable

    def fingerprint(self, home: Path) -> str:
        """The same for the same counts, rules and code: a draft of anything else is worked out again.

        It is kept, and taken under a key of `home`, so that nobody else can try counts against it.
        """
        told = json.dumps(
            [asdict(self.rules), self.table.sensitive, installation.code_version()], sort_keys=True
        )
        known = b"" if self.table.known is None else self.table.known.tobytes()
        numbers = told.encode() + self.table.counts.tobytes() + known
        return store.mac(home, KEY, numbers + repr((self.table.cube, self.bases.counts)).encode()).hex()


@dataclass(frozen=True, slots=True)
class Together:
    """Tied tables, whose cells are chosen together."""

    tasks: tuple[Task, ...]
    ties: tuple[Tie, ...]

    @property
    def name(self) -> str:
        """The names of its tables."""
        return " + ".join(task.table.name for task in self.tasks)

    def fingerprint(self, home: Path) -> str:
        """The same for the same tables and ties; as hard to try counts against as those of its tables."""
        told = json.dumps(
            [[task.fingerprint(home) for task in self.tasks], [asdict(tie) for tie in self.ties]]
        )
        return hashlib.sha256(told.encode()).hexdigest()


def work_out(
    folder: Path,
    tasks: Sequence[Task],
    clusters: Sequence[Together],
    progress: Progress,
    processes: int | None = None,
) -> None:
    """Work out and keep the pattern of every table that has none yet, then that of all tied tables together."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    waiting = [task for task in tasks if patterns(folder, task) is None]
    tied = [cluster for cluster in clusters if patterns(folder, cluster) is None]
    # The slow ones first: two processes then finish together.
    waiting.sort(key=_size_of, reverse=True)
    tied.sort(key=_size_together, reverse=True)
    workers = processes or os.cpu_count() or 1
    pieces = [_piece_of(task) for task in waiting] + [_piece_together(cluster) for cluster in tied]
    course = Course(pieces, len(tasks) + len(clusters), workers, progress)
    for task in _keep_patterns(folder, waiting, workers):
        course.move(task.table.name, 1.0)
    for cluster in _keep_tied_patterns(folder, tied, workers, course):
        course.move(cluster.name, 1.0)


def _piece_of(task: Task) -> Piece:
    """A table as work, in about the seconds that it takes one processor; only what one takes of another matters."""
    return Piece(task.table.name, 0.5 + TABLE_SECONDS * _size_of(task) ** 3)


def _piece_together(cluster: Together) -> Piece:
    return Piece(cluster.name, 0.05 + TIED_SECONDS * _size_together(cluster) ** 3)


def _size_of(task: Task) -> int:
    return int(task.table.counts.size)


def _size_together(cluster: Together) -> int:
    return sum(map(_size_of, cluster.tasks))


def _keep_patterns(folder: Path, waiting: Sequence[Task], processes: int) -> Iterator[Task]:
    """Keep the pattern of each table as soon as it is there; yields the table."""
    if not waiting:
        return
    by_name = {task.table.name: task for task in waiting}
    tables, first = [task.table for task in waiting], waiting[0]
    for protected in protected_in_turn(tables, first.rules, first.bases, {}, processes):
        task = by_name[protected.name]
        _keep(folder, task, [shown_cells(protected)])
        yield task


def _keep_tied_patterns(
    folder: Path, waiting: Sequence[Together], processes: int, course: Course
) -> Iterator[Together]:
    """The same for tied tables, whose own patterns are there."""
    jobs = [_job(folder, cluster) for cluster in waiting]

    def note(place: int, share: float) -> None:
        course.move(waiting[place].name, min(share, 0.99))

    for place, chosen in results_as_ready(protect_together, jobs, processes, note):
        _keep(folder, waiting[place], chosen)
        yield waiting[place]


def _job(folder: Path, cluster: Together) -> tuple[Any, ...]:
    first = cluster.tasks[0]
    alone = [cells for task in cluster.tasks for cells in patterns(folder, task) or ()]
    return [task.table for task in cluster.tasks], first.rules, first.bases, alone, cluster.ties


def shown_cells(protected: ProtectedTable) -> Flags:
    """Which cells of a table are shown, in the order of its cube."""
    return np.array([count is not None for count in protected.counts], dtype=np.bool_)


def _keep(folder: Path, work: Task | Together, patterns: Sequence[Flags]) -> None:
    content = {
        "fingerprint": work.fingerprint(_keys_folder(folder)),
        "patterns": [[len(cells), np.packbits(cells).tobytes().hex()] for cells in patterns],
    }
    file = _file(folder, work)
    unfinished = file.with_suffix(".part")
    unfinished.write_text(json.dumps(content))
    unfinished.replace(file)


def patterns(folder: Path, work: Task | Together) -> tuple[Flags, ...] | None:
    """The kept pattern of a table, or those of tied tables, or None if there is none that fits."""
    try:
        content = json.loads(_file(folder, work).read_text())
    except FileNotFoundError:
        return None
    if content["fingerprint"] != work.fingerprint(_keys_folder(folder)):
        return None
    return tuple(_unpacked_flags(size, packed) for size, packed in content["patterns"])


def _unpacked_flags(size: int, packed: str) -> Flags:
    bits = np.unpackbits(np.frombuffer(bytes.fromhex(packed), np.uint8), count=size)
    return bits.astype(np.bool_)


def _keys_folder(folder: Path) -> Path:
    """Where the keys of a round's drafts are; `release.folder_of` puts the drafts two folders below it."""
    return folder.parent.parent


def _file(folder: Path, work: Task | Together) -> Path:
    name = work.table.name if isinstance(work, Task) else work.name
    return folder / (hashlib.sha256(name.encode()).hexdigest()[:16] + ".json")


def delete_drafts(folder: Path) -> None:
    """Remove the drafts of a round that was released, or whose interviews are deleted; raises where it cannot."""
    if folder.exists():
        shutil.rmtree(folder)
