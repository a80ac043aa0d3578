"""Keyed digests and the secrets behind them: no aid to whoever guesses, and known to the database by one-way values."""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path
from typing import Final

from survey.keys import pem, quarantine, store

DIGESTS: Final = "digest.key"
#: Secrets that stored rows, sessions and open pages hang on.
_SECRETS: Final = (DIGESTS, "withdrawal.key", "state.key", "session.key")
_FINGERPRINT: Final = b"survey key fingerprint 1"


def folder_of(home: Path) -> Path:
    """Where the keys of a survey lie."""
    return home / "keys"


def make_secrets(home: Path) -> None:
    """Make every key that stored rows hang on and that is not here yet."""
    for name in _SECRETS:
        store.secret(home, name)
    quarantine.key_of(home)


def fingerprints(home: Path) -> dict[str, str]:
    """What a database may know of its keys, by their names: values that lead back to no key.

    Of a key that phones seal to it is the public half; the private one may be in custody.
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
    """The keyed digest of a canonical submission: alike for the same answers, and no aid to guessing them."""
    return store.mac(home, DIGESTS, canonical)


def withdrawal_tag(home: Path, code: str) -> bytes:
    """The keyed hash under which the interview of a withdrawal code is found."""
    return store.mac(home, "withdrawal.key", code.encode())


def session_secret(home: Path) -> bytes:
    """What signs the session cookie; a key of its own, derived, so that the file's content stays here."""
    return hmac.digest(store.secret(home, "session.key"), b"session cookie", "sha256")
