"""Works on releases next to the server: one process per round, which tells how far it is and can be begun again."""

from __future__ import annotations

import fcntl
import json
import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from threading import Thread
from typing import Any, Final

from survey import failure_log, installation, processors
from survey.problems import FAILED, RELEASE_BUSY, Problem
from survey.settings import Settings

#: The commands of `python -m survey release` that work on a round, in this order.
PUBLISH: Final = "publish"
STEPS: Final = ("draft", "audit", PUBLISH)
#: The command that attacks a release again that was made long ago.
CHECK: Final = "check"

#: Seconds that a new process has to take its lock.
PATIENCE: Final = 20.0
#: Interviews that arrive meanwhile come first.
NICENESS: Final = 10
TRIES: Final = 20


@dataclass(frozen=True, slots=True)
class State:
    """How far the last step is: tables done of all, seconds left, and the code of the problem that stopped it.

    An attack tells how many cells it tried to learn and how many programs it solved for that. A step that neither
    runs nor has ended was interrupted; begun again, it goes on.
    """

    step: str = ""
    done: float = 0
    total: int = 0
    left: float | None = None
    ended: bool = False
    running: bool = False
    cells: int = 0
    programs: int = 0
    problem: str = ""
    holes: Mapping[str, str] = field(default_factory=dict)


#: Keeps what is known of the present state, by its fields.
Note = Callable[..., None]


def state_of(home: Path, name: str) -> State:
    """The state of the work on a round."""
    # The lock first: what ends between the two looks has then written its last word.
    running = is_running(home, name)
    try:
        kept = State(**json.loads(_file(home, name, "json").read_text(encoding="utf-8")))
    except FileNotFoundError:
        kept = State()
    return replace(kept, running=running)


def begin(settings: Settings, name: str, step: str) -> None:
    """Begin a step in a process of its own; raises RELEASE_BUSY while there is one."""
    if is_running(settings.home, name):
        raise Problem(RELEASE_BUSY, round=name)
    process = _start_process(settings, name, step)
    Thread(target=_watch, args=(process, settings.home, name, step), daemon=True).start()
    latest = time.monotonic() + PATIENCE
    while process.poll() is None and not is_running(settings.home, name) and time.monotonic() < latest:
        time.sleep(0.05)


def _watch(process: subprocess.Popen[bytes], home: Path, name: str, step: str) -> None:
    """Take notice of its end; one that failed before it could keep a word about it is shown as failed."""
    code = process.wait()
    if code < 0:
        logging.getLogger("survey.release_process_killed").error("")
    last = state_of(home, name)
    if code != 0 and not last.running and not (last.step == step and last.problem):
        with suppress(OSError):
            _write(home, name, State(step, ended=True, problem=FAILED.code))


def _start_process(settings: Settings, name: str, step: str) -> subprocess.Popen[bytes]:
    known = {"SURVEY_HOME": str(settings.home), "SURVEY_DATABASE_URL": settings.database_url}
    log = os.dup(sys.__stderr__.fileno() if sys.__stderr__ else 2)
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", "survey", "release", step, name],
            cwd=installation.ROOT,
            env={**os.environ, **known, failure_log.DESCRIPTOR: str(log)},
            stdin=subprocess.DEVNULL,
            # What it tells a person is kept as its state; what fails goes to the server's log.
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(log,),
            start_new_session=True,
        )
    finally:
        os.close(log)
    os.setpriority(os.PRIO_PROCESS, process.pid, NICENESS)
    processors.give_all(process.pid)
    return process


@contextmanager
def hold_round(home: Path, name: str, step: str) -> Iterator[Note]:
    """Hold a round while a step works on it and keep how far it is; raises RELEASE_BUSY while another one does."""
    state = State(step)

    def note(**known: Any) -> None:
        nonlocal state
        state = replace(state, **known)
        _write(home, name, state)

    with _hold_lock(home, name):
        note()
        try:
            yield note
        except Problem as problem:
            note(ended=True, problem=problem.kind.code, holes=problem.holes)
            raise
        except Exception as error:
            note(ended=True, problem=FAILED.code)
            failure_log.note(error)
            raise
        note(ended=True, left=None)


@contextmanager
def _hold_lock(home: Path, name: str) -> Iterator[None]:
    path = _file(home, name, "lock")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.open("ab") as lock:
        for _ in range(TRIES):
            if _is_locked(lock.fileno()):
                break
            # Somebody who only looks holds it for a moment.
            time.sleep(0.05)
        else:
            raise Problem(RELEASE_BUSY, round=name)
        yield


def is_running(home: Path, name: str) -> bool:
    """Whether a process holds the round; the lock goes with the process, however it ends."""
    try:
        with _file(home, name, "lock").open("rb") as lock:
            return not _is_locked(lock.fileno())
    except FileNotFoundError:
        return False


def delete_note(home: Path, name: str) -> None:
    """Remove what is known of the work on a round: how many cells were attacked is of its interviews."""
    for ending in ("json", "part", "lock"):
        _file(home, name, ending).unlink(missing_ok=True)


def _is_locked(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _write(home: Path, name: str, state: State) -> None:
    path = _file(home, name, "json")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    unfinished.write_text(json.dumps(asdict(state)), encoding="utf-8")
    unfinished.replace(path)


def _file(home: Path, name: str, ending: str) -> Path:
    return home / "releasing" / f"{name}.{ending}"
