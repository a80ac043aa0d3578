"""The unfinished interview of a web form, sealed so that only this server reads it, for a time."""

from __future__ import annotations

import base64
import hashlib
import secrets
import struct
import time
from functools import lru_cache
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from survey.keys import store
from survey.problems import STATE_BROKEN, STATE_EXPIRED, Problem

_NONCE: Final = 12
_TIME: Final = struct.Struct(">Q")


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
    return AESGCM(store.secret(home, "state.key"))


def _bound(bound_to: bytes) -> bytes:
    return b"survey state 1 " + hashlib.sha256(bound_to).digest()
