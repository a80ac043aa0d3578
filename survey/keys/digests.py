"""Keyed digests and their secrets: without the key nobody can test guesses, and the database has fingerprints only."""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path
from typing import Final

from survey.keys import pem, quarantine, store

DIGESTS: Final = "digest.key"
#: Secrets that stored rows, sessions and open pages depend on.
_SECRETS: Final = (DIGESTS, "withdrawal.key", "state.key", "session.key")
_FINGERPRINT: Final = b"survey key fingerprint 1"


def folder_of(home: Path) -> Path:
    """The folder of a survey's keys."""
    return home / "keys"


def make_secrets(home: Path) -> None:
    """Make every key that stored rows depend on and that is not here yet."""
    for name in _SECRETS:
        store.secret(home, name)
    quarantine.key_of(home)


def fingerprints(home: Path) -> dict[str, str]:
    """What a database may know of its keys, by their names: values from which no key can be computed.

    For a key that phones seal to it is the public half; the private half may be in custody.
    """
    folder = folder_of(home)
    found = {
        name: hmac.digest((folder / name).read_bytes(), _FINGERPRINT, "sha256").hex()
        for name in _SECRETS
        if (folder / name).exists()
    }
    sealed_to = folder / "quarantine.pem"
    if sealed_to.exists():
        found[sealed_to.name] = hashlib.sha256(
            pem.point(pem.load_private(sealed_to).public_key())
        ).hexdigest()
    return found | {f"records/{path.stem}": path.stem for path in folder.glob("records/*.pub")}


def digest(home: Path, canonical: bytes) -> bytes:
    """The keyed digest of a canonical submission: the same for the same answers, and useless for guessing them."""
    return store.mac(home, DIGESTS, canonical)


def withdrawal_tag(home: Path, code: str) -> bytes:
    """The keyed hash under which the interview of a withdrawal code is found."""
    return store.mac(home, "withdrawal.key", code.encode())


def session_secret(home: Path) -> bytes:
    """The key that signs the session cookie: derived, so that the file's own content stays in this package."""
    return hmac.digest(store.secret(home, "session.key"), b"session cookie", "sha256")
