"""Which processors this process may use: one is enough to answer, for threads of Python take turns anyway."""

from __future__ import annotations

import os
from typing import Final

#: What the process was given when it began; None where the system cannot tell.
GIVEN: Final = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else None


def keep_to_one() -> None:
    """Let this process and the threads that it will start use one of its processors.

    Handing the interpreter from one thread to another costs a multiple when the other one sleeps on another
    processor. Several servers of one machine spread by their process ids.
    """
    if GIVEN is not None:
        os.sched_setaffinity(0, {sorted(GIVEN)[os.getpid() % len(GIVEN)]})


def give_all(process: int) -> None:
    """Let a process that was started from here use every processor again."""
    if GIVEN is not None:
        os.sched_setaffinity(process, GIVEN)
