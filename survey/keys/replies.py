"""The key that signs this server's refusals, so that a phone can verify them."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from survey.keys import pem, store


def sign_reply(home: Path, content: bytes) -> bytes:
    """The signature (ECDSA on P-256, as WebCrypto reads it) with which a phone verifies this server's refusals."""
    der = pem.load_private(_reply_key(home)).sign(content, ec.ECDSA(hashes.SHA256()))
    return b"".join(number.to_bytes(32, "big") for number in decode_dss_signature(der))


def reply_point(home: Path) -> bytes:
    """The public half of the key that signs refusals, as the point in the app's page."""
    return pem.point(pem.load_private(_reply_key(home)).public_key())


def _reply_key(home: Path) -> Path:
    path = store.folder(home) / "replies.pem"
    if not path.exists():
        store.create(path, pem.private_pem(ec.generate_private_key(ec.SECP256R1())))
    return path
