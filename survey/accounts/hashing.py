"""Hashes passwords, two at a time and on threads that step back, so that interviews come in while people sign in."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Final

from werkzeug.security import check_password_hash, generate_password_hash

from survey import processors
from survey.problems import SIGN_IN_BUSY, Problem

#: Hashes at once: scrypt takes 32 MB and a tenth of a second of a processor for each, on purpose.
AT_ONCE: Final = 2
#: Callers that may wait for them; each of these holds a thread that could answer somebody else.
WAITING: Final = 2
#: Seconds that a request may have waited before its turn came; whoever waited longer has likely gone.
PATIENCE: Final = 5.0

#: How new passwords are hashed, with Werkzeug's own costs; a stored hash names the ones it was made with.
METHOD: Final = "scrypt"

_places: Final = threading.BoundedSemaphore(AT_ONCE + WAITING)
_threads: Final = ThreadPoolExecutor(AT_ONCE, "hashing", initializer=processors.step_back)


@contextmanager
def turn(waited: float = 0.0) -> Iterator[None]:
    """A place in the short queue for what hashes a password; raises SIGN_IN_BUSY when there is none or it came late."""
    if waited > PATIENCE or not _places.acquire(blocking=False):
        raise Problem(SIGN_IN_BUSY)
    try:
        yield
    finally:
        _places.release()


def matches(stored: str, password: str) -> bool:
    """Whether a password has that hash; only inside a turn."""
    return _threads.submit(check_password_hash, stored, password).result()


def hash_of(password: str) -> str:
    """The hash to store for a password (scrypt, salted); only inside a turn."""
    return _threads.submit(generate_password_hash, password, METHOD).result()
