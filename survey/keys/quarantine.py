"""Submissions that no codebook can express, sealed to a key of this server."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec

from survey.keys import pem, store
from survey.keys.suite import SUITE

_QUARANTINE: Final = b"survey quarantine 1 "


def seal_quarantine(home: Path, content: bytes, record_id: bytes) -> bytes:
    """A submission that could not be decoded, sealed to the server's quarantine key."""
    path = key_of(home)
    public = pem.load_private(path).public_key()
    return SUITE.encrypt(content, public, info=_QUARANTINE + record_id)


def open_quarantine(home: Path, sealed: bytes, record_id: bytes) -> bytes:
    """What `seal_quarantine` sealed; ValueError for another key, another record or a change."""
    private = pem.load_private(key_of(home))
    try:
        return SUITE.decrypt(sealed, private, info=_QUARANTINE + record_id)
    except InvalidTag as error:
        raise ValueError("the record was sealed to another key or has been changed") from error


def key_of(home: Path) -> Path:
    """The file of the key that quarantine is sealed to; made when there is none yet."""
    path = store.folder(home) / "quarantine.pem"
    if not path.exists():
        store.create(path, pem.private_pem(ec.generate_private_key(ec.SECP256R1())))
    return path
