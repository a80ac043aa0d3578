"""The key that signs releases here, and those that are trusted."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from survey.keys import pem, store
from survey.problems import UNTRUSTED_RELEASE, Problem

_RELEASE: Final = b"survey release 1 "


def sign_release(home: Path, content: bytes) -> bytes:
    """The Ed25519 signature of a frozen release; the key is made on first use and never leaves."""
    return _signing_key(home).sign(_RELEASE + content)


def release_signer(home: Path) -> bytes:
    """The public half of the key that signs releases here, as PEM, for the servers that import them."""
    return pem.public_pem(_signing_key(home).public_key())


def trust_signer(home: Path, public_pem: bytes) -> str:
    """Accept releases signed with this key from now on; returns its id. ValueError for any other kind of key."""
    public = serialization.load_pem_public_key(public_pem)
    if not isinstance(public, ed25519.Ed25519PublicKey):
        raise ValueError("the file holds no Ed25519 public key")
    signer = _signer_id(public)
    store.create(_signers(home) / f"{signer}.pem", pem.public_pem(public))
    return signer


def signer_of(home: Path, content: bytes, signature: bytes) -> str:
    """The id of the trusted key that signed a release; raises UNTRUSTED_RELEASE when there is none."""
    for path in sorted(_signers(home).glob("*.pem")):
        public = serialization.load_pem_public_key(path.read_bytes())
        if isinstance(public, ed25519.Ed25519PublicKey) and _is_signed(public, content, signature):
            return _signer_id(public)
    raise Problem(UNTRUSTED_RELEASE)


def answers_for(home: Path, content: bytes, signature: bytes) -> bool:
    """Whether the key that signs here, or one that is trusted here, signed these bytes of a release."""
    if (store.folder(home) / "release-signing.pem").exists():
        own = _signing_key(home).public_key()
        if _is_signed(own, content, signature):
            return True
    try:
        return bool(signer_of(home, content, signature))
    except Problem:
        return False


def _is_signed(public: ed25519.Ed25519PublicKey, content: bytes, signature: bytes) -> bool:
    raw = public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return _verified(raw, content, signature)


@lru_cache(maxsize=8)
def _verified(public: bytes, content: bytes, signature: bytes) -> bool:
    """Whether a key signed these very bytes; every page of a release asks it again."""
    try:
        ed25519.Ed25519PublicKey.from_public_bytes(public).verify(signature, _RELEASE + content)
    except InvalidSignature:
        return False
    return True


def _signing_key(home: Path) -> ed25519.Ed25519PrivateKey:
    path = store.folder(home) / "release-signing.pem"
    if not path.exists():
        store.create(path, pem.private_pem(ed25519.Ed25519PrivateKey.generate()))
    private = serialization.load_pem_private_key(path.read_bytes(), password=None)
    assert isinstance(private, ed25519.Ed25519PrivateKey)
    return private


def _signers(home: Path) -> Path:
    folder = store.folder(home) / "release-signers"
    folder.mkdir(exist_ok=True, mode=0o700)
    return folder


def _signer_id(public: ed25519.Ed25519PublicKey) -> str:
    return pem.key_id_of(public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw))
