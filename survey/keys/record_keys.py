"""Keys that phones seal interviews to; the private halves may be somewhere else."""

from __future__ import annotations

import re
import secrets
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from survey.keys import pem, store
from survey.keys.suite import SUITE
from survey.problems import BROKEN_ENVELOPE, KEY_IN_USE, UNKNOWN_KEY, Problem

_ID: Final = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class RecordKey:
    """A key that phones seal interviews to. `private` is False where somebody else keeps the private half."""

    id: str
    point: bytes
    current: bool
    private: bool


def new_key(home: Path) -> RecordKey:
    """Make a key and let phones seal to it from now on; older keys stay, to open what was sealed to them."""
    private = ec.generate_private_key(ec.SECP256R1())
    key_id = pem.key_id_of(pem.point(private.public_key()))
    store.create(_records(home) / f"{key_id}.pem", pem.private_pem(private))
    return take_key(home, pem.public_pem(private.public_key()))


def take_key(home: Path, public_pem: bytes) -> RecordKey:
    """Let phones seal to a public key from now on; ValueError when it is not one on P-256."""
    public = serialization.load_pem_public_key(public_pem)
    if not isinstance(public, ec.EllipticCurvePublicKey) or not isinstance(public.curve, ec.SECP256R1):
        raise ValueError("the file holds no public key on P-256")
    key_id = pem.key_id_of(pem.point(public))
    folder = _records(home)
    store.create(folder / f"{key_id}.pub", pem.public_pem(public))
    _replace(folder / "current", key_id.encode())
    _in_custody.cache_clear()
    return _record_key(folder, key_id)


def list_keys(home: Path) -> tuple[RecordKey, ...]:
    """Every key that interviews may be sealed to."""
    folder = _records(home)
    return tuple(_record_key(folder, path.stem) for path in sorted(folder.glob("*.pub")))


def current_key(home: Path) -> RecordKey:
    """The key that phones seal to; made when there is none yet."""
    path = _records(home) / "current"
    return _record_key(path.parent, path.read_text()) if path.exists() else new_key(home)


def public_key(home: Path, key_id: str) -> bytes:
    """The public half as PEM, for the server of a key-holder; raises UNKNOWN_KEY."""
    path = _records(home) / f"{key_id}.pub"
    if not _ID.fullmatch(key_id) or not path.exists():
        raise Problem(UNKNOWN_KEY)
    return path.read_bytes()


def retire_key(home: Path, key_id: str) -> None:
    """Delete a key for good: what is still sealed to it can never be opened. Raises UNKNOWN_KEY or KEY_IN_USE."""
    public_key(home, key_id)
    if current_key(home).id == key_id:
        raise Problem(KEY_IN_USE)
    for ending in (".pem", ".pub"):
        (_records(home) / f"{key_id}{ending}").unlink(missing_ok=True)
    pem.load_private.cache_clear()


def in_custody(home: Path) -> bool:
    """Whether somebody else holds the private key, so that this server can open nothing that phones send."""
    # Asked for every interview that is not sealed, so the folder is read once a second at most.
    return _in_custody(home, int(time.monotonic()))


@lru_cache(maxsize=8)
def _in_custody(home: Path, _second: int) -> bool:
    folder = _records(home)
    current = folder / "current"
    return current.exists() and not (folder / f"{current.read_text()}.pem").exists()


def open_record(home: Path, key_id: str, sealed: bytes, info: bytes) -> bytes:
    """What a phone sealed: encapsulated key and ciphertext. Raises UNKNOWN_KEY or BROKEN_ENVELOPE."""
    path = _records(home) / f"{key_id}.pem"
    if not _ID.fullmatch(key_id) or not path.exists():
        raise Problem(UNKNOWN_KEY)
    try:
        return SUITE.decrypt(sealed, pem.load_private(path), info=info)
    except (InvalidTag, ValueError) as error:
        raise Problem(BROKEN_ENVELOPE) from error


def _record_key(folder: Path, key_id: str) -> RecordKey:
    public = serialization.load_pem_public_key((folder / f"{key_id}.pub").read_bytes())
    assert isinstance(public, ec.EllipticCurvePublicKey)
    current = folder / "current"
    return RecordKey(
        key_id,
        pem.point(public),
        current.exists() and current.read_text() == key_id,
        (folder / f"{key_id}.pem").exists(),
    )


def _records(home: Path) -> Path:
    folder = store.folder(home) / "records"
    folder.mkdir(exist_ok=True, mode=0o700)
    return folder


def _replace(path: Path, content: bytes) -> None:
    partial = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    partial.write_bytes(content)
    partial.replace(path)
