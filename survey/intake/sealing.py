"""Sealing: the keys of the survey and everything done with them; no key leaves the function that uses it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
import struct
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from survey.keyed import create as _create
from survey.keyed import folder as _folder
from survey.keyed import mac as _mac
from survey.keyed import secret as _secret
from survey.problems import (
    BROKEN_ENVELOPE,
    KEY_IN_USE,
    STATE_BROKEN,
    STATE_EXPIRED,
    UNKNOWN_KEY,
    UNTRUSTED_RELEASE,
    Problem,
)

#: RFC 9180 with what every browser's WebCrypto offers.
SUITE: Final = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_QUARANTINE: Final = b"survey quarantine 1 "
_RELEASE: Final = b"survey release 1 "
_NONCE: Final = 12
_TIME: Final = struct.Struct(">Q")
_ID: Final = re.compile(r"[0-9a-f]{16}")
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
        _secret(home, name)
    _quarantine_key(home)


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
    quarantine = folder / "quarantine.pem"
    if quarantine.exists():
        found[quarantine.name] = hashlib.sha256(_point(_load_private(quarantine).public_key())).hexdigest()
    return found | {f"records/{path.stem}": path.stem for path in folder.glob("records/*.pub")}


def digest(home: Path, canonical: bytes) -> bytes:
    """The keyed digest of a canonical submission: alike for the same answers, and no aid to guessing them."""
    return _mac(home, DIGESTS, canonical)


def withdrawal_tag(home: Path, code: str) -> bytes:
    """The keyed hash under which the interview of a withdrawal code is found."""
    return _mac(home, "withdrawal.key", code.encode())


def session_secret(home: Path) -> bytes:
    """What signs the session cookie; a key of its own, derived, so that the file's content stays here."""
    return hmac.digest(_secret(home, "session.key"), b"session cookie", "sha256")


def seal_state(home: Path, payload: bytes, bound_to: bytes) -> str:
    """Earlier pages of an interview as text that only this server reads, for one account, version and id."""
    nonce = secrets.token_bytes(_NONCE)
    content = _TIME.pack(int(time.time())) + payload
    sealed = _state_cipher(home).encrypt(nonce, content, _bound(bound_to))
    return base64.urlsafe_b64encode(nonce + sealed).decode()


def open_state(home: Path, token: str, bound_to: bytes, max_age_seconds: int = 7200) -> bytes:
    """What `seal_state` sealed; raises STATE_BROKEN for any change and STATE_EXPIRED when it is too old."""
    try:
        raw = base64.b64decode(token.encode("ascii"), altchars=b"-_", validate=True)
        content = _state_cipher(home).decrypt(raw[:_NONCE], raw[_NONCE:], _bound(bound_to))
    except (InvalidTag, ValueError) as error:
        raise Problem(STATE_BROKEN) from error
    (created,) = _TIME.unpack_from(content)
    if not created - 60 <= time.time() <= created + max_age_seconds:
        raise Problem(STATE_EXPIRED)
    return content[_TIME.size :]


@lru_cache(maxsize=32)
def _state_cipher(home: Path) -> AESGCM:
    return AESGCM(_secret(home, "state.key"))


def _bound(bound_to: bytes) -> bytes:
    return b"survey state 1 " + hashlib.sha256(bound_to).digest()


def seal_quarantine(home: Path, content: bytes, record_id: bytes) -> bytes:
    """A submission that could not be decoded, sealed to the server's quarantine key."""
    path = _quarantine_key(home)
    public = _load_private(path).public_key()
    return SUITE.encrypt(content, public, info=_QUARANTINE + record_id)


def open_quarantine(home: Path, sealed: bytes, record_id: bytes) -> bytes:
    """What `seal_quarantine` sealed; ValueError for another key, another record or a change."""
    private = _load_private(_quarantine_key(home))
    try:
        return SUITE.decrypt(sealed, private, info=_QUARANTINE + record_id)
    except InvalidTag as error:
        raise ValueError("the record was sealed to another key or has been changed") from error


def _quarantine_key(home: Path) -> Path:
    path = _folder(home) / "quarantine.pem"
    if not path.exists():
        _create(path, _pem(ec.generate_private_key(ec.SECP256R1())))
    return path


@dataclass(frozen=True, slots=True)
class RecordKey:
    """A key that phones seal interviews to. `private` is False where somebody else keeps the private half."""

    id: str
    point: bytes
    current: bool
    private: bool


def new_key(home: Path) -> RecordKey:
    """Make a key and let phones seal to it from now on; older keys stay to open what was sealed to them."""
    private = ec.generate_private_key(ec.SECP256R1())
    key_id = _key_id(_point(private.public_key()))
    _create(_records(home) / f"{key_id}.pem", _pem(private))
    return take_key(home, _public_pem(private.public_key()))


def take_key(home: Path, public_pem: bytes) -> RecordKey:
    """Let phones seal to a public key from now on; ValueError when it is none on P-256."""
    public = serialization.load_pem_public_key(public_pem)
    if not isinstance(public, ec.EllipticCurvePublicKey) or not isinstance(public.curve, ec.SECP256R1):
        raise ValueError("the file holds no public key on P-256")
    key_id = _key_id(_point(public))
    folder = _records(home)
    _create(folder / f"{key_id}.pub", _public_pem(public))
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
    _load_private.cache_clear()


def in_custody(home: Path) -> bool:
    """Whether somebody else holds the private key: this server can open nothing that phones send."""
    # Asked for every interview that is not sealed, so the folder is looked at once a second and no more.
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
        return SUITE.decrypt(sealed, _load_private(path), info=info)
    except (InvalidTag, ValueError) as error:
        raise Problem(BROKEN_ENVELOPE) from error


def sign_reply(home: Path, content: bytes) -> bytes:
    """The signature (ECDSA on P-256, as WebCrypto reads it) by which a phone knows this server's own refusals."""
    der = _load_private(_reply_key(home)).sign(content, ec.ECDSA(hashes.SHA256()))
    return b"".join(number.to_bytes(32, "big") for number in decode_dss_signature(der))


def reply_point(home: Path) -> bytes:
    """The public half of the key that signs refusals, as the point that stands in the app's page."""
    return _point(_load_private(_reply_key(home)).public_key())


def _reply_key(home: Path) -> Path:
    path = _folder(home) / "replies.pem"
    if not path.exists():
        _create(path, _pem(ec.generate_private_key(ec.SECP256R1())))
    return path


def sign_release(home: Path, content: bytes) -> bytes:
    """The Ed25519 signature of a frozen release; the key is made on first use and never leaves."""
    return _signing_key(home).sign(_RELEASE + content)


def release_signer(home: Path) -> bytes:
    """The public half of the key that signs releases here, as PEM, for the servers that import them."""
    return _public_pem(_signing_key(home).public_key())


def trust_signer(home: Path, public_pem: bytes) -> str:
    """Take in releases signed with this key from now on; its id. ValueError when it is no Ed25519 public key."""
    public = serialization.load_pem_public_key(public_pem)
    if not isinstance(public, ed25519.Ed25519PublicKey):
        raise ValueError("the file holds no Ed25519 public key")
    signer = _signer_id(public)
    _create(_signers(home) / f"{signer}.pem", _public_pem(public))
    return signer


def signer_of(home: Path, content: bytes, signature: bytes) -> str:
    """The id of the trusted key that signed a release; raises UNTRUSTED_RELEASE when there is none."""
    for path in sorted(_signers(home).glob("*.pem")):
        public = serialization.load_pem_public_key(path.read_bytes())
        if isinstance(public, ed25519.Ed25519PublicKey) and _signed(public, content, signature):
            return _signer_id(public)
    raise Problem(UNTRUSTED_RELEASE)


def answers_for(home: Path, content: bytes, signature: bytes) -> bool:
    """Whether the key that signs here, or one that is trusted here, signed these bytes of a release."""
    if (_folder(home) / "release-signing.pem").exists():
        own = _signing_key(home).public_key()
        if _signed(own, content, signature):
            return True
    try:
        return bool(signer_of(home, content, signature))
    except Problem:
        return False


def _signed(public: ed25519.Ed25519PublicKey, content: bytes, signature: bytes) -> bool:
    try:
        public.verify(signature, _RELEASE + content)
    except InvalidSignature:
        return False
    return True


def _signing_key(home: Path) -> ed25519.Ed25519PrivateKey:
    path = _folder(home) / "release-signing.pem"
    if not path.exists():
        _create(path, _pem(ed25519.Ed25519PrivateKey.generate()))
    private = serialization.load_pem_private_key(path.read_bytes(), password=None)
    assert isinstance(private, ed25519.Ed25519PrivateKey)
    return private


def _signers(home: Path) -> Path:
    folder = _folder(home) / "release-signers"
    folder.mkdir(exist_ok=True, mode=0o700)
    return folder


def _signer_id(public: ed25519.Ed25519PublicKey) -> str:
    return _key_id(public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw))


def _record_key(folder: Path, key_id: str) -> RecordKey:
    public = serialization.load_pem_public_key((folder / f"{key_id}.pub").read_bytes())
    assert isinstance(public, ec.EllipticCurvePublicKey)
    current = folder / "current"
    return RecordKey(
        key_id,
        _point(public),
        current.exists() and current.read_text() == key_id,
        (folder / f"{key_id}.pem").exists(),
    )


def _records(home: Path) -> Path:
    folder = _folder(home) / "records"
    folder.mkdir(exist_ok=True, mode=0o700)
    return folder


def _point(public: ec.EllipticCurvePublicKey) -> bytes:
    return public.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def _key_id(point: bytes) -> str:
    return hashlib.sha256(point).hexdigest()[:16]


def _public_pem(public: ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey) -> bytes:
    return public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def _pem(private: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey) -> bytes:
    return private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _replace(path: Path, content: bytes) -> None:
    partial = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    partial.write_bytes(content)
    partial.replace(path)


@lru_cache(maxsize=8)
def _load_private(path: Path) -> ec.EllipticCurvePrivateKey:
    private = serialization.load_pem_private_key(path.read_bytes(), password=None)
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    return private
