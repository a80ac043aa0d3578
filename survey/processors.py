"""Which processors this process may use: one is enough to answer, because the GIL lets one thread run at a time."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from typing import Final

#: The processors of the process at its start; None where the system does not say.
GIVEN: Final = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else None


def keep_to_one() -> None:
    """Let this process and the threads that it will start use one of its processors.

    Passing the GIL from one thread to another takes several times longer when the other one sleeps on another
    processor. Several servers on one machine take different processors, by their process ids.
    """
    if GIVEN is not None:
        os.sched_setaffinity(0, {sorted(GIVEN)[os.getpid() % len(GIVEN)]})


def give_all(process: int) -> None:
    """Let a process that was started from here use every processor again."""
    if GIVEN is not None:
        os.sched_setaffinity(process, GIVEN)


#: With this a thread gets about one thirtieth of what a busy one gets; on an idle machine it loses nothing.
_BEHIND: Final = 15


def step_back() -> None:
    """Let the thread that calls this give way to the others of the process, and use every processor."""
    if GIVEN is None:
        return
    # Where this is not allowed the thread works too, but the others wait longer.
    with suppress(OSError):
        os.sched_setaffinity(0, GIVEN)
        thread = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, thread, os.getpriority(os.PRIO_PROCESS, thread) + _BEHIND)
