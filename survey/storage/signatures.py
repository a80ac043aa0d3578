"""Signatures of releases: which key that is trusted here made one. Private halves are the business of intake.sealing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

#: What is signed begins with this, so that the signature of anything else is none of a release.
PREFIX: Final = b"survey release 1 "
OWN: Final = "release-signing.pem"
TRUSTED: Final = "release-signers"


def id_of(public: ed25519.Ed25519PublicKey) -> str:
    """The name of a key: the beginning of its hash."""
    raw = public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return hashlib.sha256(raw).hexdigest()[:16]


def trusted(home: Path) -> Iterator[ed25519.Ed25519PublicKey]:
    """The keys whose releases are taken in."""
    for path in sorted((home / "keys" / TRUSTED).glob("*.pem")):
        public = serialization.load_pem_public_key(path.read_bytes())
        if isinstance(public, ed25519.Ed25519PublicKey):
            yield public


def own(home: Path) -> Iterator[ed25519.Ed25519PublicKey]:
    """The key that signs here, once there is one."""
    path = home / "keys" / OWN
    if path.exists():
        private = serialization.load_pem_private_key(path.read_bytes(), password=None)
        assert isinstance(private, ed25519.Ed25519PrivateKey)
        yield private.public_key()


def signed(public: ed25519.Ed25519PublicKey, content: bytes, signature: bytes) -> bool:
    """Whether this key signed these bytes of a release."""
    try:
        public.verify(signature, PREFIX + content)
    except InvalidSignature:
        return False
    return True
