"""Secret keys as files next to the data, never in the database, and keyed digests, which are useless for guessing."""

from __future__ import annotations

import hmac
import os
import secrets
from functools import lru_cache
from pathlib import Path

from survey import file_modes


def mac(home: Path, name: str, content: bytes) -> bytes:
    """The digest of some content under the key of that name."""
    # Not hmac.digest, which releases the GIL: for a short text that takes longer than to compute.
    made = _keyed_hash(home, name).copy()
    made.update(content)
    return made.digest()


@lru_cache(maxsize=32)
def _keyed_hash(home: Path, name: str) -> hmac.HMAC:
    return hmac.new(secret(home, name), digestmod="sha256")


@lru_cache(maxsize=32)
def secret(home: Path, name: str) -> bytes:
    """The key of that name; made when there is none yet."""
    path = folder(home) / name
    if not path.exists():
        create(path, secrets.token_bytes(32))
    return path.read_bytes()


def folder(home: Path) -> Path:
    """The folder of all keys."""
    keys = home / "keys"
    keys.mkdir(parents=True, exist_ok=True, mode=0o700)
    file_modes.keep_from_git(keys)
    return keys


def create(path: Path, content: bytes) -> None:
    """Write a key file whole or not at all; of two processes that start together, the first one's key stays."""
    partial = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(partial, path)
    except FileExistsError:
        return
    finally:
        partial.unlink()
