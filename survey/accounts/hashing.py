"""Hashes passwords, two at a time and on threads of low priority, so that interviews come in while people sign in."""

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
#: Callers inside at once: while two hash, two look up a name or count a try.
INSIDE: Final = 4
#: Callers at once, including those that wait to come in. Each holds a thread, and the server has as many more.
MOST: Final = 64
#: Seconds that a caller waits to come in; after a longer wait the browser has likely given up.
PATIENCE: Final = 5.0

#: How new passwords are hashed, with Werkzeug's own costs; a stored hash names the costs it was made with.
METHOD: Final = "scrypt"

_queue: Final = threading.BoundedSemaphore(MOST)
_places: Final = threading.BoundedSemaphore(INSIDE)
_threads: Final = ThreadPoolExecutor(AT_ONCE, "hashing", initializer=processors.step_back)


@contextmanager
def hashing_slot() -> Iterator[None]:
    """A place to hash a password; raises SIGN_IN_BUSY where too many wait or no place becomes free in time."""
    with _place_in(_queue, 0), _place_in(_places, PATIENCE):
        yield


@contextmanager
def _place_in(places: threading.Semaphore, seconds: float) -> Iterator[None]:
    if not places.acquire(timeout=seconds):
        raise Problem(SIGN_IN_BUSY)
    try:
        yield
    finally:
        places.release()


def matches(stored: str, password: str) -> bool:
    """Whether a password has that hash; only inside a `hashing_slot`."""
    return _threads.submit(check_password_hash, stored, password).result()


def hash_of(password: str) -> str:
    """The hash to store for a password (scrypt, salted); only inside a `hashing_slot`."""
    return _threads.submit(generate_password_hash, password, METHOD).result()
